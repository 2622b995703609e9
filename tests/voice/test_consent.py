"""Changes that a caller agrees to on a call: what was heard, what came after the yes, and what became of it."""

import asyncio
from pathlib import Path

import pytest

from dialogue.dialogue import Dialogue
from dialogue.lines.load import load_line
from dialogue.types import ToolCall, ToolOutcome
from interactions.events.base import EventType
from interactions.vocabulary import ActionStatus, EndedReason
from tests.dialogue.talk import RESULTS
from tests.fakes.call_rig import LevelTranscriber, Rig
from tests.fakes.understanding import FakeUnderstanding
from voice.settings import VoiceSettings

SHOP = load_line(Path(__file__).parents[2] / "lines" / "shop")
INTENTS = FakeUnderstanding({"cancel_order": ("cancel",), "order_status": ("where is",)})
CANCELLED = "It's cancelled. €29.99 goes back to your card."
_RESULTS = {
    "get_order": RESULTS["processing"],
    "cancel_order": RESULTS["order_cancelled"],
    "reopen_order": {"reopened": True},
}


class Call:
    """A call to the shop that comes to the proposal to cancel an order."""

    def __init__(self, *, tool_s: float = 0.05, settings: VoiceSettings | None = None, off: float = 0.0):
        self.done: list[ToolCall] = []
        self._tool_s = tool_s
        self.transcriber = LevelTranscriber(lambda: self.rig.carrier)
        self.rig = Rig(
            self.transcriber,
            dialogue=Dialogue(SHOP),
            understanding=INTENTS,
            call_tool=self.tool,
            settings=settings,
            off=off,
        )

    async def tool(self, call: ToolCall) -> ToolOutcome:
        if call.has_side_effects:
            self.done.append(call)
            await asyncio.sleep(self._tool_s)
        return ToolOutcome(action_id=call.action_id, status=ActionStatus.SUCCEEDED, result=_RESULTS[call.tool])

    async def proposed(self, carrier) -> None:
        """Up to the moment when the proposal begins."""
        await self.rig.greeted(carrier)
        self.say("I want to cancel order 4027", 1500)
        await carrier.wait_until(lambda: self.began("Shall I cancel"))

    async def asked(self, carrier) -> None:
        """Up to a moment after the proposal."""
        await self.proposed(carrier)
        await carrier.wait_until(lambda: any("Shall I cancel" in text for text in self.rig.heard()))
        await carrier.wait(300)

    def say(self, text: str, ms: int) -> None:
        self.transcriber.say(text, ms)

    def began(self, start: str) -> bool:
        """Whether a reply of these words is at the ear, or was."""
        planned = {body.reply_id: body.pii_text for body in self.rig.log.bodies(EventType.REPLY_PLANNED)}
        started = [body.reply_id for body in self.rig.log.bodies(EventType.REPLY_STARTED)]
        return any(planned[reply].startswith(start) for reply in started)

    async def quiet(self, carrier) -> None:
        await carrier.wait(9000)


def test_a_yes_to_a_proposal_that_was_heard_is_carried_out_and_told():
    call = Call()

    async def script(carrier):
        await call.asked(carrier)
        call.say("Yes please", 500)
        await call.quiet(carrier)

    call.rig.play(script)
    assert len(call.done) == 1 and CANCELLED in call.rig.heard()


@pytest.mark.parametrize("pause_ms", [120, 200, 300, 400, 450, 500])
def test_a_yes_that_is_taken_back_in_the_same_breath_does_nothing(pause_ms):
    call = Call()

    async def script(carrier):
        await call.asked(carrier)
        call.say("Yes", 350)
        await carrier.wait(350 + pause_ms)
        call.say("no wait please don't do that", 1200)
        await call.quiet(carrier)

    call.rig.play(script)
    assert call.done == []
    assert not any("cancelled" in text for text in call.rig.heard())


@pytest.mark.parametrize("cut_ms", range(0, 1700, 170))
def test_a_yes_into_the_proposal_changes_nothing(cut_ms):
    call = Call()

    async def script(carrier):
        await call.proposed(carrier)
        await carrier.wait(cut_ms)
        call.say("Yes yes do it please", 1200)
        await carrier.wait_until(lambda: len(call.rig.log.bodies(EventType.UTTERANCE)) == 2)
        await carrier.wait(1500)

    call.rig.play(script)
    heard = [body for body in call.rig.log.bodies(EventType.REPLY_PLAYED) if "Shall I" in body.pii_text]
    assert call.done == [] or heard[0].complete


def test_what_became_of_a_change_is_the_next_thing_heard_though_the_caller_talks_into_it():
    call = Call()

    async def script(carrier):
        await call.asked(carrier)
        call.say("Yes please", 500)
        await carrier.wait_until(lambda: call.began("It's cancelled"))
        await carrier.wait(500)
        call.say("Oh and the weather is lovely here", 1200)
        await call.quiet(carrier)

    call.rig.play(script)
    assert len(call.done) == 1
    after = call.rig.heard()[call.rig.heard().index("It's") :] if "It's" in call.rig.heard() else call.rig.heard()
    assert CANCELLED in after


@pytest.mark.parametrize("tool_s", [0.05, 0.6, 2.0])
def test_what_became_of_a_change_is_told_though_the_caller_talks_while_it_is_made(tool_s):
    call = Call(tool_s=tool_s)

    async def script(carrier):
        await call.asked(carrier)
        call.say("Yes please", 500)
        await carrier.wait_until(lambda: bool(call.done))
        call.say("No thank you", 700)
        await call.quiet(carrier)

    outcome = call.rig.play(script)
    assert call.rig.heard().count(CANCELLED) == 1
    assert sum("else" in text for text in call.rig.heard()) == 1, call.rig.heard()
    assert outcome.reason is EndedReason.CALLER_HUNG_UP, "nothing was the answer to a question that was not heard"


@pytest.mark.parametrize("tool_s", [0.05, 2.0])
def test_a_stop_after_the_change_has_begun_undoes_it_and_says_so(tool_s):
    call = Call(tool_s=tool_s)

    async def script(carrier):
        await call.asked(carrier)
        call.say("Yes please", 500)
        await carrier.wait_until(lambda: bool(call.done))
        call.say("No wait please don't do that", 1200)
        await call.quiet(carrier)

    call.rig.play(script)
    assert [done.tool for done in call.done] == ["cancel_order", "reopen_order"]
    assert call.done[1].arguments == {"order_number": "4027"}
    assert sum("undone" in text for text in call.rig.heard()) == 1


def test_a_key_after_a_yes_takes_it_back():
    call = Call()

    async def script(carrier):
        await call.asked(carrier)
        call.rig.call.key_pressed("1")
        await carrier.wait(200)
        call.rig.call.key_pressed("2")
        await call.quiet(carrier)

    call.rig.play(script)
    assert call.done == []


def test_a_key_for_yes_is_carried_out_after_the_pause():
    call = Call()

    async def script(carrier):
        await call.asked(carrier)
        call.rig.call.key_pressed("1")
        await call.quiet(carrier)

    call.rig.play(script)
    assert len(call.done) == 1


def test_who_hangs_up_right_after_the_yes_is_not_served_behind_their_back():
    call = Call()

    async def script(carrier):
        await call.asked(carrier)
        call.say("Yes please", 500)
        await carrier.wait(500 + 300)

    call.rig.play(script)
    assert call.done == []


def test_a_proposal_that_the_carrier_plays_late_is_heard_late():
    call = Call(off=-0.05)

    async def script(carrier):
        await call.asked(carrier)
        call.say("Yes please", 500)
        await call.quiet(carrier)

    call.rig.play(script)
    assert len(call.done) == 1


def test_other_answers_are_as_fast_with_the_pause_as_without():
    latencies = []
    for pause_ms in (0, 2000):
        call = Call(settings=VoiceSettings(change_pause_ms=pause_ms))

        async def script(carrier, call=call):
            await call.rig.greeted(carrier)
            call.say("where is my order 4027", 1200)
            await carrier.wait(4000)

        call.rig.play(script)
        started = call.rig.log.bodies(EventType.REPLY_STARTED)
        latencies.append(next(body.voice_to_voice_ms for body in started if body.voice_to_voice_ms is not None))
    assert latencies[0] == latencies[1]


@pytest.mark.parametrize("talk_ms", [0, 20_000])
def test_the_longest_call_ends_with_a_goodbye_and_nothing_after_it_whoever_talks(talk_ms):
    call = Call(settings=VoiceSettings(longest_call_minutes=1))
    left: list[int] = []

    async def script(carrier):
        await call.rig.greeted(carrier)
        for _ in range(8):
            if carrier.now_ms > 50_000:
                break
            call.say("where is my order 4027", 1200)
            await carrier.wait(8000)
        await carrier.wait(max(0, 58_000 - carrier.now_ms))
        if talk_ms:
            call.say("hold on I was not finished I have one more question what is", talk_ms)
        await carrier.wait(25_000)

    outcome = call.rig.play(script)
    ended = call.rig.log.bodies(EventType.STREAM_ENDED)[-1]
    assert outcome.reason is EndedReason.GOODBYE and ended.duration_ms < 70_000, left
    assert "end this call here" in call.rig.heard()[-1]


def test_the_outcome_of_a_change_that_is_being_made_is_told_before_the_last_goodbye():
    call = Call(tool_s=3.0, settings=VoiceSettings(longest_call_minutes=1))

    async def script(carrier):
        await call.rig.greeted(carrier)
        for _ in range(5):
            call.say("where is my order 4027", 1200)
            await carrier.wait(8000)
        await carrier.wait(max(0, 53_500 - carrier.now_ms))
        call.say("I want to cancel order 4027", 1500)
        await carrier.wait_until(lambda: any("Shall I cancel" in text for text in call.rig.heard()))
        await carrier.wait(max(0, 58_300 - carrier.now_ms))
        call.say("Yes please", 500)
        await carrier.wait(25_000)

    assert call.rig.play(script).reason is EndedReason.GOODBYE
    assert len(call.done) == 1 and CANCELLED in call.rig.heard()
    assert "end this call here" in call.rig.heard()[-1]


@pytest.mark.parametrize("cut_ms", [200, 900, 2000, 3000])
def test_an_answer_into_the_goodbye_is_the_answer_to_the_question_that_was_open(cut_ms):
    call = Call()

    async def script(carrier):
        await call.rig.greeted(carrier)
        call.say("I want to cancel my order", 1500)
        await carrier.wait_until(lambda: call.began("I can't hear anything"), at_most_ms=60_000)
        await carrier.wait(cut_ms)
        call.say("okay it is 4027", 900)
        await carrier.wait_until(lambda: call.began("Shall I cancel order 4027"))

    assert call.rig.play(script).reason is EndedReason.CALLER_HUNG_UP
