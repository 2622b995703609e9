import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from dialogue.lines.types import Line
from interactions.context import CallContext
from interactions.vocabulary import EndedReason
from records.recordings import read_recording
from service.foundation import Foundation
from service.wiring import Service
from tests.console.browser import browser_page
from tests.console.serving import serving
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
