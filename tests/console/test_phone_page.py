import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from console.transcript_json import changes_to_json
from dialogue.lines.types import Line
from interactions.context import CallContext
from interactions.events.lifecycle import CallEnded, StreamEnded, StreamLost, StreamResumed
from interactions.events.listening import Backchannel, KeyPressed, SpeechStarted, UtteranceHeard
from interactions.events.speaking import Interrupted, ReplyPlanned, ReplyPlayed, ReplyStarted
from interactions.events.understanding import IntentRecognised
from interactions.transcript import Transcript
from interactions.vocabulary import EndedReason
from records.recordings import read_recording
from service.foundation import Foundation
from service.wiring import Service
from tests.console.browser import browser_page
from tests.console.serving import serving
from tests.fakes.events import Log, draft
from tests.fakes.talking import ANSWER, GREETING, TalkingConversation
from tests.service.parts import make_settings
from voice.ports import CallerLeg

pytestmark = pytest.mark.slow


class TalkingConversations:
    def __init__(self, foundation: Foundation):
        self.foundation = foundation
        self.made: list[TalkingConversation] = []

    async def __call__(self, context: CallContext, leg: CallerLeg) -> TalkingConversation:
        recorder = self.foundation.recorder(context.call_id)
        self.made.append(TalkingConversation(context, leg, self.foundation.sink, recorder))
        return self.made[-1]

    async def start(self) -> None: ...

    async def prepare(self, line: Line) -> None: ...

    async def tidy(self) -> None: ...

    async def close(self) -> None: ...


@pytest.fixture
def service(tmp_path) -> Iterator[Service]:
    with serving(make_settings(tmp_path, drain_s=0), TalkingConversations) as running:
        yield running


@pytest.fixture
def speech(tmp_path) -> Path:
    """Three seconds of silence, one of something loud, then silence: a caller who interrupts."""
    rng = np.random.default_rng(7)
    loud = 0.4 * rng.standard_normal(48_000) * np.abs(np.sin(np.arange(48_000) / 48_000 * 2 * np.pi * 4))
    samples = np.concatenate([np.zeros(3 * 48_000), np.clip(loud, -1, 1), np.zeros(20 * 48_000)])
    path = tmp_path / "caller.wav"
    soundfile.write(path, samples, 48_000, subtype="PCM_16")
    return path


def test_a_call_gets_an_answer_is_interrupted_takes_a_key_and_ends_with_its_recording(service, speech):
    errors: list[str] = []
    with browser_page(speech) as page:
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.goto(service.settings.base_url + "/phone")
        page.get_by_role("button", name="Call", exact=True).click()
        page.get_by_text("Connected").wait_for(timeout=15_000)
        page.get_by_text("Where is my order?").wait_for(timeout=15_000)
        page.get_by_text("order status · 93 %").wait_for()
        page.get_by_text("interrupted, silent after 120 ms").wait_for()
        page.get_by_text("answered in 312 ms", exact=True).wait_for()
        assert page.locator(".turn.bot .words s").first.inner_text() == GREETING[20:]
        assert page.locator(".turn.bot .words").nth(1).inner_text() == ANSWER
        page.keyboard.press("4")
        page.get_by_role("button", name="hash").click()
        page.get_by_text(re.compile("Goodbye was said after")).wait_for(timeout=15_000)
        page.get_by_text("interrupted once").wait_for()
        recording = page.locator("#recording")
        recording.wait_for(state="visible", timeout=10_000)
        page.wait_for_function("document.getElementById('recording').duration > 3")
    call = service.conversations.made[0]
    assert call.marks[:2] == ["greeting", "answer"]
    assert [e.body.TYPE for e in service.store.read(call.context.call_id)][-1] == "call_ended"
    kept = read_recording(service.recordings.path(call.context.call_id))
    assert np.abs(kept.caller).max() > 3000
    assert errors == []


def test_hanging_up_ends_the_call_and_the_next_one_can_be_made(service, speech):
    with browser_page(speech) as page:
        page.goto(service.settings.base_url + "/phone")
        for n in (1, 2):
            page.get_by_role("button", name="Call", exact=True).click()
            page.get_by_text("Connected").wait_for(timeout=15_000)
            page.get_by_text(GREETING).wait_for()
            page.get_by_role("button", name="Hang up").click()
            page.get_by_text(re.compile("You hung up after")).wait_for(timeout=15_000)
            assert len(service.conversations.made) == n
    ended = [service.store.read(c.context.call_id)[-1].body for c in service.conversations.made]
    assert [each.reason for each in ended] == [EndedReason.CALLER_HUNG_UP] * 2


def test_without_room_the_page_says_so(service, speech):
    service.edge.active.draining = True
    with browser_page(speech) as page:
        page.goto(service.settings.base_url + "/phone")
        page.get_by_role("button", name="Call", exact=True).click()
        page.get_by_text("All lines are busy").wait_for(timeout=15_000)


LOST_TWICE = (
    ReplyPlanned(reply_id=1, pii_text="Hello. How can I help?"),
    ReplyPlanned(reply_id=2, pii_text="I look up orders."),
    ReplyStarted(reply_id=1, at_ms=300),
    SpeechStarted(at_ms=900),
    Interrupted(reply_id=1, speech_ms=900, at_ms=1020),
    ReplyPlayed(reply_id=1, pii_text="Hello.", start_ms=300, end_ms=1020, complete=False),
    UtteranceHeard(utterance_id=1, pii_text="a joke", confidence=0.5, start_ms=900, end_ms=1800),
    IntentRecognised(utterance_id=1, intent=None, probability=0.0, in_scope=0.04),
    ReplyPlanned(reply_id=3, pii_text="Sorry?"),
    ReplyStarted(reply_id=3, at_ms=2100, voice_to_voice_ms=300),
    StreamLost(number=1),
    StreamResumed(number=2),
    SpeechStarted(at_ms=8000),
    Backchannel(at_ms=8000),
    KeyPressed(pii_digit="4", at_ms=9000),
    KeyPressed(pii_digit="#", at_ms=9100),
    StreamLost(number=2),
    StreamResumed(number=3),
    StreamEnded(number=3, reason=EndedReason.CALLER_HUNG_UP, duration_ms=65_000),
    CallEnded(reason=EndedReason.CALLER_HUNG_UP, duration_ms=65_000),
)
DRAW = """async (messages) => {
  const { Conversation } = await import("/phone/static/conversation.js");
  const log = document.getElementById("log");
  let summary = null;
  const conversation = new Conversation(log, (made) => (summary = made));
  for (const message of messages) conversation.apply(JSON.parse(message));
  const lines = [...log.children].map((item) => [
    item.className,
    (item.querySelector(".words") || item).textContent,
    [...item.querySelectorAll("s, .chip")].map((each) => each.textContent),
  ]);
  return { lines, summary };
}"""


def test_a_call_over_three_streams_is_drawn_as_one_conversation(service, speech):
    log, transcript = Log(), Transcript()
    for n, body in enumerate(LOST_TWICE):
        log.append(draft(body, call_ms=n * 1000))
    messages = [changes_to_json(changes) for event in log if (changes := transcript.apply(event))]
    with browser_page(speech) as page:
        page.goto(service.settings.base_url + "/phone")
        drawn = page.evaluate(DRAW, messages)
    assert drawn["lines"] == [
        ["turn bot", "Hello. How can I help?", [" How can I help?", "interrupted, silent after 120 ms"]],
        ["turn bot", "I look up orders.", ["I look up orders."]],
        ["turn caller", "a joke", ["not sure what was said", "not about this line · 96 %"]],
        ["turn bot", "Sorry?", ["answered in 300 ms"]],
        ["note fault", "0:10 the connection was lost: stream 1", []],
        ["note stream", "0:11 the call goes on: stream 2, resume", []],
        ["note sound", "0:08 a sound, not an interruption", []],
        ["turn caller keys", "4#", []],
        ["note fault", "0:16 the connection was lost: stream 2", []],
        ["note stream", "0:17 the call goes on: stream 3, resume", []],
    ]
    assert drawn["summary"] == {
        "why": "You hung up", "duration": "1:05", "turns": 1, "median": 300, "interrupted": 1
    }  # fmt: skip
