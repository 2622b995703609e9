"""Random calls: no change without a consent that was heard, none whose outcome was not heard or handed over.

The caller says random things at random samples, into whatever the bot is saying; tools are slow, fail, or their answer
is lost; the carrier's clock is not ours. What is claimed is read off the log of the call alone.
"""

import asyncio
import random

import pytest

from dialogue.dialogue import Dialogue
from dialogue.types import ToolCall, ToolOutcome
from interactions.context import CallOutcome
from interactions.event import CallEvent
from interactions.events.acting import Action, Transfer
from interactions.events.base import EventType
from interactions.events.listening import KeyPressed, SpeechStarted, UtteranceHeard
from interactions.events.speaking import ReplyPlanned, ReplyPlayed, ReplyStarted
from interactions.vocabulary import ActionStatus, ReplySource
from tests.dialogue.talk import RESULTS
from tests.fakes.call_rig import LevelTranscriber, Rig
from tests.fakes.understanding import FakeUnderstanding
from tests.voice.test_consent import SHOP
from voice.settings import VoiceSettings

WISHES = (("I want to cancel order 4027", 1500), ("I want a refund for order 5512 it is damaged", 1900))
AGREEMENTS = (("Yes", 350), ("Yes please", 500))
ANYTHING = (
    *WISHES,
    *AGREEMENTS,
    ("No", 300),
    ("No wait", 450),
    ("no wait please don't do that", 1200),
    ("what was that", 700),
    ("where is my order 4027", 1200),
    ("say that again please", 900),
    ("hold on a moment please", 900),
    ("thanks bye", 600),
    ("", 130),
)
AGREES = {"yes", "please", "1"}
ACKNOWLEDGED = ("Sure.", "Of course.", "Once more.")
"""What leads into a sentence that the caller asked to hear again."""
PAUSE_MS = VoiceSettings().change_pause_ms


class RandomCall:
    """A call in which everything is drawn."""

    def __init__(self, seed: int):
        self.rng = random.Random(seed)
        self.transcriber = LevelTranscriber(lambda: self.rig.carrier)
        self.rig = Rig(
            self.transcriber,
            dialogue=Dialogue(SHOP),
            understanding=FakeUnderstanding(
                {"cancel_order": ("cancel",), "return_refund": ("refund",), "order_status": ("where is",)}
            ),
            call_tool=self.tool,
            off=self.rng.choice((0.0, 0.0, -0.01, 0.01)),
            late_ms=self.rng.choice((0, 13, 45)),
        )

    async def tool(self, call: ToolCall) -> ToolOutcome:
        await asyncio.sleep(self.rng.choice((0.01, 0.05, 0.3, 0.9, 2.2)))
        status = ActionStatus.SUCCEEDED
        if call.has_side_effects:
            lost = (ActionStatus.FAILED, ActionStatus.TIMED_OUT)
            status = self.rng.choice((ActionStatus.SUCCEEDED,) * 4 + lost)
        order = "processing" if call.arguments.get("order_number") == "4027" else "delivered"
        results = {
            "get_order": RESULTS[order],
            "cancel_order": RESULTS["order_cancelled"],
            "refund_order": RESULTS["refunded"],
        }
        result = results[call.tool] if status is ActionStatus.SUCCEEDED else {}
        return ToolOutcome(action_id=call.action_id, status=status, result=result)

    async def script(self, carrier) -> None:
        for _ in range(self.rng.randrange(4, 12)):
            if self.rng.random() < 0.7:
                await carrier.wait_until(self.bot_waits)
                await carrier.wait(self.rng.choice((300, 700, 1200)))
            else:
                await carrier.wait(self.rng.choice((0, 60, 150, 300, 400, 500, 900, 1500, 2500)))
            if self.over:
                return
            if self.rng.random() < 0.05:
                self.rig.call.key_pressed(self.rng.choice("12"))
                continue
            text, ms = self.rng.choice(self.likely() if self.rng.random() < 0.75 else ANYTHING)
            self.transcriber.say(text, ms, after_samples=self.rng.randrange(160))
            await carrier.wait(ms)
        # Whoever says no more is asked twice, and then let go: by then everything must have been told.
        await carrier.wait_until(lambda: self.over, at_most_ms=120_000)

    @property
    def over(self) -> bool:
        return bool(self.rig.log.bodies(EventType.STREAM_ENDED))

    def bot_waits(self) -> bool:
        """Whether nothing has been at the ear for a moment."""
        return self.over or not b"".join(self.rig.carrier.heard[-20:]).strip(b"\xff")

    def likely(self) -> tuple[tuple[str, int], ...]:
        """What somebody would say who has heard the bot's last words."""
        planned = self.rig.log.bodies(EventType.REPLY_PLANNED)
        return AGREEMENTS if planned and "Shall I" in planned[-1].pii_text else WISHES

    def play(self) -> tuple[list[CallEvent], CallOutcome]:
        outcome = self.rig.play(self.script)
        return list(self.rig.log), outcome


def consented(events: list[CallEvent], at: int) -> bool:
    """Whether before a change that begins there its question was heard whole, and then a yes and nothing else."""
    action = events[at].body
    before = [event.body for event in events[:at]]
    started_ms = events[at].call_ms
    answer = max(n for n, body in enumerate(before) if isinstance(body, UtteranceHeard | KeyPressed))
    said = before[answer]
    words = said.pii_digit if isinstance(said, KeyPressed) else said.pii_text.lower()
    over_ms = said.at_ms if isinstance(said, KeyPressed) else said.end_ms
    asked = [body for body in before[:answer] if isinstance(body, ReplyPlayed)]
    number = action.pii_arguments["order_number"]
    amount = action.pii_arguments.get("amount", number)
    whole = bool(asked) and asked[-1].complete and "Shall I" in asked[-1].pii_text and amount in asked[-1].pii_text
    agrees = set(words.split()) <= AGREES or f"I want to cancel order {number}".lower() == words
    more = [body for body in before[answer + 1 :] if isinstance(body, SpeechStarted | KeyPressed)]
    return whole and agrees and not more and started_ms - over_ms >= PAUSE_MS


def told(events: list[CallEvent], at: int) -> bool:
    """Whether what became of a change that ended there was heard before anything else, or handed over."""
    planned = {body.reply_id: body for event in events if isinstance(body := event.body, ReplyPlanned)}
    ended = events[at].body
    about = {"cancel_order": ("It's cancelled",), "refund_order": ("Done.",)}[ended.tool]
    if ended.status is not ActionStatus.SUCCEEDED:
        about = ("Sorry, I can't reach our system", "Sorry, I'm not sure that went through")
    begun = {body.reply_id for event in events[:at] if isinstance(body := event.body, ReplyStarted)}
    for event in events[at:]:
        match event.body:
            case Transfer():
                return True
            case ReplyPlayed() as played if played.reply_id not in begun and played.complete:
                if planned[played.reply_id].source is ReplySource.FILLER or played.pii_text in ACKNOWLEDGED:
                    continue
                return planned[played.reply_id].pii_text.startswith(about)
    return False


def changes(events: list[CallEvent], *statuses: ActionStatus) -> list[int]:
    return [
        n
        for n, event in enumerate(events)
        if isinstance(event.body, Action) and event.body.has_side_effects and event.body.status in statuses
    ]


def check(seed: int) -> int:
    """Play a call and claim; returns how many changes were made in it."""
    events, _ = RandomCall(seed).play()
    begun = changes(events, ActionStatus.STARTED)
    ended = changes(events, ActionStatus.SUCCEEDED, ActionStatus.FAILED, ActionStatus.TIMED_OUT)
    assert len(begun) == len(ended), f"seed {seed}: a change never came to its end"
    for at in begun:
        assert consented(events, at), f"seed {seed}: changed without a consent"
    for at in ended:
        assert told(events, at), f"seed {seed}: what became of a change was not told"
    return len(begun)


@pytest.mark.parametrize("part", range(4))
def test_random_calls_change_nothing_unasked_and_tell_what_they_change(part):
    made = sum(check(seed) for seed in range(part * 15, part * 15 + 15))
    assert made, "the callers agree to something now and then"


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_many_random_calls_change_nothing_unasked_and_tell_what_they_change():
    assert sum(check(seed) for seed in range(1000, 1200)) > 15
