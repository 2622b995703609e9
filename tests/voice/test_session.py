"""A whole conversation on a virtual clock: what the caller hears and what the log says, race by race."""

import asyncio
from collections.abc import Callable
from itertools import groupby
from typing import ClassVar

import pytest

from dialogue.expectation import AnswerKind, Expectation
from dialogue.types import DialogueTurn, EndCall, Reply, ToolCall, ToolOutcome
from interactions.context import CallOutcome
from interactions.event import CallEvent
from interactions.events.base import EventType
from interactions.transfer import TransferRequest
from interactions.vocabulary import ActionStatus, EndedReason, TransferReason
from models.errors import ModelError
from models.turn_evidence import PROSODY, TurnCues
from tests.fakes.call_rig import EMERGENCY, Rig, ScriptedTranscriber
from tests.fakes.carrier import FRAME_MS
from voice.listening.gate import GateSettings
from voice.listening.policy import PolicySettings
from voice.listening.settings import ListeningSettings
from voice.speaking.speaker import SENTENCE_GAP_MS


def test_a_turn_is_answered_within_350_ms_of_the_last_voiced_sample():
    rig = Rig(ScriptedTranscriber("Where is my order?"))

    async def script(carrier):
        await rig.greeted(carrier)
        carrier.say(900)
        await carrier.wait_until(lambda: len(rig.heard()) == 2)

    assert rig.play(script).reason is EndedReason.CALLER_HUNG_UP
    assert rig.heard() == ["Hello, how can I help?", "You said Where is my order?."]
    started = rig.log.bodies(EventType.REPLY_STARTED)[-1]
    assert started.voice_to_voice_ms <= 350


@pytest.mark.parametrize("late_ms", [0, 7, 13, 45])
def test_an_answer_does_not_wait_for_a_message_after_the_one_that_decided(late_ms):
    rig = Rig(ScriptedTranscriber("Where is my order?"), late_ms=late_ms)

    async def script(carrier):
        await rig.greeted(carrier)
        carrier.say(900)
        await carrier.wait_until(lambda: len(rig.heard()) == 2)

    rig.play(script)
    ended = rig.log.bodies(EventType.SPEECH_ENDED)[-1]
    assert ended.decided_ms % FRAME_MS == late_ms % FRAME_MS
    assert rig.log.bodies(EventType.REPLY_STARTED)[-1].at_ms == ended.decided_ms


def test_what_counts_as_a_voice_is_set():
    rig = Rig(
        ScriptedTranscriber("Where is my order?"), listening=ListeningSettings(gate=GateSettings(quietest_dbfs=-3.0))
    )

    async def script(carrier):
        await rig.greeted(carrier)
        carrier.say(900)
        await carrier.wait(2000)

    rig.play(script)
    assert not rig.log.bodies(EventType.SPEECH_STARTED)


def test_two_replies_of_one_turn_are_said_apart():
    both = DialogueTurn(state=None, replies=(Reply(text="Thank you"), Reply(text="Anything else")))
    rig = Rig(ScriptedTranscriber("That is all."), {"That is all.": both})

    async def script(carrier):
        await rig.greeted(carrier)
        carrier.say(900)
        await carrier.wait_until(lambda: len(rig.heard()) == 3)

    rig.play(script)
    runs = [
        (silent, len(list(run)))
        for silent, run in groupby(frame.count(0xFF) == len(frame) for frame in rig.carrier.heard)
    ]
    pauses_ms = [frames * FRAME_MS for silent, frames in runs if silent]
    assert SENTENCE_GAP_MS - FRAME_MS <= pauses_ms[-2] <= SENTENCE_GAP_MS + FRAME_MS


def test_a_trained_judge_of_turns_hears_words_turn_model_and_melody_and_its_doubt_is_waited_on():
    class Doubts:
        cues: ClassVar[list[TurnCues]] = []

        def complete(self, cues: TurnCues) -> float:
            self.cues.append(cues)
            return 0.1

    rig = Rig(ScriptedTranscriber("I want to return it."), completion=Doubts())

    async def script(carrier):
        await rig.greeted(carrier)
        carrier.say(900)
        await carrier.wait_until(lambda: len(rig.heard()) == 2)

    rig.play(script)
    assert rig.log.bodies(EventType.REPLY_STARTED)[-1].voice_to_voice_ms >= PolicySettings().unsure_ms
    last = Doubts.cues[-1]
    assert (last.text, last.turn_probability, len(last.prosody)) == ("I want to return it.", 0.95, len(PROSODY))


def test_the_log_of_a_turn_tells_the_whole_story_in_order():
    rig = Rig(ScriptedTranscriber("Where is my order?"))

    async def script(carrier):
        await rig.greeted(carrier)
        carrier.say(900)
        await carrier.wait_until(lambda: len(rig.heard()) == 2)

    rig.play(script)
    assert [event.body.TYPE.value for event in rig.log] == [
        "call_started", "reply_planned", "reply_started", "reply_played",
        "speech_started", "speech_ended", "utterance", "intent", "reply_planned", "reply_started",
        "emotion", "reply_played",
        "stream_ended",
    ]  # fmt: skip
    assert [event.seq for event in rig.log] == list(range(1, len(rig.log) + 1))
    assert all(isinstance(event, CallEvent) for event in rig.log)


def test_a_pause_inside_a_sentence_withdraws_the_reply_and_nothing_of_it_is_heard_or_kept():
    rig = Rig(ScriptedTranscriber("I want to", "I want to return my shoes"), probability=0.1)

    async def script(carrier):
        await rig.greeted(carrier)
        carrier.say(700)
        await carrier.wait(700 + 250)
        carrier.say(800)
        await carrier.wait_until(lambda: len(rig.heard()) == 2)

    rig.play(script)
    assert rig.heard()[1:] == ["You said I want to return my shoes."]
    assert [u.pii_text for u in rig.log.bodies(EventType.UTTERANCE)] == ["I want to return my shoes"]
    assert rig.dialogue.state.said == ("I want to return my shoes",)
    assert rig.log.bodies(EventType.SPECULATION_WITHDRAWN)


def test_an_interruption_stops_the_ear_and_history_holds_what_was_heard():
    long = DialogueTurn(state=None, replies=(Reply(text="one two three four five six seven eight nine ten " * 4),))
    rig = Rig(ScriptedTranscriber("tell me", "stop that please"), {"tell me": long})

    async def script(carrier):
        await rig.greeted(carrier)
        carrier.say(600)
        await carrier.wait_until(lambda: len(rig.log.bodies(EventType.REPLY_STARTED)) == 2)
        await carrier.wait(1500)
        carrier.say(900)
        await carrier.wait_until(lambda: len(rig.heard()) == 3)

    rig.play(script)
    (interrupted,) = rig.log.bodies(EventType.INTERRUPTED)
    assert interrupted.at_ms - interrupted.speech_ms <= 240
    cut = rig.heard()[1]
    assert cut.startswith("one two") and len(cut) < len(long.replies[0].text) / 2
    assert rig.dialogue.state.interrupted_at == (cut,)
    assert rig.heard()[2] == "You said stop that please."


def test_a_cough_while_the_bot_speaks_does_not_take_the_floor():
    long = DialogueTurn(state=None, replies=(Reply(text="one two three four five six seven eight nine ten " * 2),))
    rig = Rig(ScriptedTranscriber("tell me", ""), {"tell me": long})

    async def script(carrier):
        await rig.greeted(carrier)
        carrier.say(600)
        await carrier.wait_until(lambda: len(rig.log.bodies(EventType.REPLY_STARTED)) == 2)
        await carrier.wait(800)
        carrier.say(260)
        await carrier.wait_until(lambda: len(rig.heard()) == 2)

    rig.play(script)
    assert rig.heard()[1] == long.replies[0].text.strip()
    assert not rig.log.bodies(EventType.INTERRUPTED)


def test_the_expected_answer_decides_when_four_two_is_all():
    asks = DialogueTurn(
        state=None,
        replies=(Reply(text="Your order number?"),),
        expects=Expectation(kind=AnswerKind.DIGITS, min_length=4, max_length=4, keypad=True),
    )
    rig = Rig(ScriptedTranscriber("order", "4 2", "4 2 0 7"), {"order": asks})

    async def script(carrier):
        await rig.greeted(carrier)
        carrier.say(500)
        await carrier.wait_until(lambda: len(rig.heard()) == 2)
        await carrier.wait(200)
        carrier.say(500)
        await carrier.wait(500 + 700)
        carrier.say(600)
        await carrier.wait_until(lambda: len(rig.heard()) == 3)

    rig.play(script)
    assert rig.heard()[2] == "You said 4 2 0 7."


def test_typed_digits_are_one_answer():
    asks = DialogueTurn(
        state=None,
        replies=(Reply(text="Your order number?"),),
        expects=Expectation(kind=AnswerKind.DIGITS, min_length=4, max_length=4, keypad=True),
    )
    rig = Rig(ScriptedTranscriber("order"), {"order": asks})

    async def script(carrier):
        await rig.greeted(carrier)
        carrier.say(500)
        await carrier.wait_until(lambda: len(rig.heard()) == 2)
        for digit in "4207":
            rig.call.key_pressed(digit)
            await carrier.wait(300)
        await carrier.wait_until(lambda: len(rig.heard()) == 3)

    rig.play(script)
    assert rig.heard()[2] == "You said 4207."
    assert [k.pii_digit for k in rig.log.bodies(EventType.KEY_PRESSED)] == list("4207")


def test_a_tool_that_changes_the_world_waits_until_the_turn_is_confirmed():
    refund = ToolCall(action_id="k1", tool="refund", arguments={}, has_side_effects=True, confirmed=True)
    turns = {"yes": DialogueTurn(state=None, tool=refund), "yes please do": DialogueTurn(state=None, tool=refund)}
    called_ms: list[int] = []

    async def tool(call: ToolCall) -> ToolOutcome:
        called_ms.append(rig.carrier.now_ms)
        return ToolOutcome(action_id=call.action_id, status=ActionStatus.SUCCEEDED, result={})

    rig = Rig(ScriptedTranscriber("yes", "yes please do"), turns, probability=0.2, call_tool=tool)

    async def script(carrier):
        await rig.greeted(carrier)
        carrier.say(300)
        await carrier.wait(300 + 240)
        carrier.say(500)
        await carrier.wait_until(lambda: len(rig.heard()) == 2)

    rig.play(script)
    (ended,) = rig.log.bodies(EventType.SPEECH_ENDED)
    assert len(called_ms) == 1
    assert called_ms[0] >= ended.decided_ms
    assert [a.status for a in rig.log.bodies(EventType.ACTION)] == [ActionStatus.STARTED, ActionStatus.SUCCEEDED]


def test_a_slow_tool_gets_a_filler():
    look = ToolCall(action_id="k1", tool="look", arguments={}, has_side_effects=False, filler="Let me look that up.")

    async def slow(call: ToolCall) -> ToolOutcome:
        await asyncio.sleep(2.5)
        return ToolOutcome(action_id=call.action_id, status=ActionStatus.SUCCEEDED, result={})

    rig = Rig(ScriptedTranscriber("where is it"), {"where is it": DialogueTurn(state=None, tool=look)}, call_tool=slow)

    async def script(carrier):
        await rig.greeted(carrier)
        carrier.say(600)
        await carrier.wait_until(lambda: len(rig.heard()) == 3)

    rig.play(script)
    assert rig.heard()[1:] == ["Let me look that up.", "The tool succeeded."]


def test_a_transcriber_that_fails_is_answered_with_an_apology():
    rig = Rig(ScriptedTranscriber(ModelError("boom", "It broke."), "where is it"))

    async def script(carrier):
        await rig.greeted(carrier)
        carrier.say(600)
        await carrier.wait_until(lambda: len(rig.heard()) == 2)
        await carrier.wait(200)
        carrier.say(600)
        await carrier.wait_until(lambda: len(rig.heard()) == 3)

    rig.play(script)
    assert rig.heard()[1:] == ["Sorry, say it again?", "You said where is it."]
    (fault,) = rig.log.bodies(EventType.FAULT)
    assert (fault.code, fault.component) == ("boom", "speech_to_text")


def test_a_transcriber_that_takes_ten_seconds_is_given_up_and_the_caller_hears_an_apology():
    rig = Rig(ScriptedTranscriber("too late", delay_s=10))

    async def script(carrier):
        await rig.greeted(carrier)
        carrier.say(600)
        await carrier.wait_until(lambda: len(rig.heard()) == 2)

    rig.play(script)
    assert rig.heard()[1] == "Sorry, say it again?"


@pytest.mark.parametrize("failures", [1, 2])
def test_a_voice_that_fails_once_is_retried_and_one_that_fails_twice_brings_a_human(failures):
    rig = Rig(ScriptedTranscriber("where is it"))

    async def script(carrier):
        await rig.greeted(carrier)
        rig.voice.failures = failures
        carrier.say(600)
        await carrier.wait_until(lambda: len(rig.heard()) == 2)
        await carrier.wait(500)

    outcome = rig.play(script)
    if failures == 1:
        assert rig.heard()[1] == "You said where is it."
    else:
        assert rig.heard()[1] == EMERGENCY
        assert outcome.transfer is not None
        assert outcome.transfer.reason is TransferReason.FAULT


def test_a_silent_caller_is_asked_and_then_let_go_kindly():
    rig = Rig(ScriptedTranscriber("x"))

    async def script(carrier):
        await carrier.wait(60_000)

    outcome = rig.play(script)
    assert outcome.reason is EndedReason.SILENCE
    assert rig.heard()[1:] == ["Are you still there?", "Are you still there?", "Goodbye for now."]


def test_goodbye_is_heard_to_its_end_before_the_call_is_over():
    turns = {
        "bye": DialogueTurn(
            state=None, replies=(Reply(text="Goodbye and thanks."),), actions=(EndCall(reason=EndedReason.GOODBYE),)
        )
    }
    rig = Rig(ScriptedTranscriber("bye"), turns)

    async def script(carrier):
        await rig.greeted(carrier)
        carrier.say(500)
        await carrier.wait(6000)

    assert rig.play(script).reason is EndedReason.GOODBYE
    assert rig.heard()[-1] == "Goodbye and thanks."


def test_a_transfer_is_announced_first_and_carries_its_reason_and_summary():
    over = TransferRequest(reason=TransferReason.CALLER_ASKED, summary="Wants a person.")
    turns = {"human": DialogueTurn(state=None, replies=(Reply(text="I will get someone."),), actions=(over,))}
    rig = Rig(ScriptedTranscriber("human"), turns)

    async def script(carrier):
        await rig.greeted(carrier)
        carrier.say(500)
        await carrier.wait(6000)

    outcome = rig.play(script)
    assert outcome == CallOutcome(reason=EndedReason.TRANSFERRED, transfer=over)
    assert rig.heard()[-1] == "I will get someone."


def test_a_caller_may_hang_up_at_any_moment_and_nothing_is_left_behind():
    for cut_ms in range(0, 4000, 130):
        rig = Rig(ScriptedTranscriber("where is it"))

        async def script(carrier, cut_ms=cut_ms):
            carrier.say(0)
            await carrier.wait(min(cut_ms, 1200))
            carrier.say(700)
            await carrier.wait(max(0, cut_ms - 1200))

        assert rig.play(script).reason is EndedReason.CALLER_HUNG_UP
        assert rig.log[-1].body.TYPE is EventType.STREAM_ENDED
        assert rig.recording.closed == 1


def test_the_recording_holds_what_the_ear_got_where_it_got_it():
    rig = Rig(ScriptedTranscriber("where is it"))

    async def script(carrier):
        await rig.greeted(carrier)
        carrier.say(600)
        await carrier.wait_until(lambda: len(rig.heard()) == 2)
        await carrier.wait(100)

    rig.play(script)
    ear = b"".join(rig.carrier.heard)
    right = bytearray(b"\xff" * len(ear))
    for at_sample, audio in rig.recording.right:
        right[at_sample : at_sample + len(audio)] = audio
    first_ear = next(i for i, b in enumerate(ear) if b != 0xFF)
    first_right = next(i for i, b in enumerate(right) if b != 0xFF)
    assert abs(first_ear - first_right) <= 320
    assert sum(b != 0xFF for b in right) == pytest.approx(sum(b != 0xFF for b in ear), rel=0.02)
    assert len(rig.recording.left) == len(ear)


def test_a_thought_that_fails_while_the_caller_may_still_go_on_changes_nothing_unless_the_turn_ends():
    rig = Rig(ScriptedTranscriber("I want to", "I want to return my shoes"), probability=0.1)

    async def script(carrier):
        await rig.greeted(carrier)
        rig.voice.failures = 2
        carrier.say(700)
        await carrier.wait(700 + 400)
        carrier.say(800)
        await carrier.wait_until(lambda: len(rig.heard()) == 2)

    assert rig.play(script).reason is EndedReason.CALLER_HUNG_UP
    assert rig.heard()[1] == "You said I want to return my shoes."


def talks_into_the_answer(rig: Rig, *, first_ms: int, after_ms: int, then_ms: int, replies: int) -> Callable:
    """A caller who speaks again so long after the first answer began, and hears so many replies in all."""

    async def script(carrier):
        await rig.greeted(carrier)
        carrier.say(first_ms)
        await carrier.wait_until(lambda: len(rig.log.bodies(EventType.REPLY_STARTED)) == 2)
        await carrier.wait(after_ms)
        carrier.say(then_ms)
        await carrier.wait_until(lambda: len(rig.heard()) == replies)

    return script


def refund_of_two_seconds() -> Rig:
    refund = ToolCall(
        action_id="k1", tool="refund", arguments={}, has_side_effects=True, confirmed=True, filler="Moment."
    )

    async def slow(call: ToolCall) -> ToolOutcome:
        await asyncio.sleep(2)
        return ToolOutcome(action_id=call.action_id, status=ActionStatus.SUCCEEDED, result={})

    return Rig(ScriptedTranscriber("Yes.", "Thanks"), {"Yes.": DialogueTurn(state=None, tool=refund)}, call_tool=slow)


def test_a_change_under_way_when_the_caller_hangs_up_is_finished_and_its_audit_row_kept():
    rig = refund_of_two_seconds()

    async def script(carrier):
        await rig.greeted(carrier)
        carrier.say(400)
        await carrier.wait_until(lambda: bool(rig.log.bodies(EventType.ACTION)))

    assert rig.play(script).reason is EndedReason.CALLER_HUNG_UP
    assert [a.status for a in rig.log.bodies(EventType.ACTION)] == [ActionStatus.STARTED, ActionStatus.SUCCEEDED]
    assert rig.log[-1].body.TYPE is EventType.STREAM_ENDED


def test_what_became_of_a_change_is_told_though_the_caller_talks_on_meanwhile():
    rig = refund_of_two_seconds()

    async def script(carrier):
        await rig.greeted(carrier)
        carrier.say(400)
        await carrier.wait_until(lambda: bool(rig.log.bodies(EventType.ACTION)))
        await carrier.wait(1700)
        carrier.say(900)
        await carrier.wait_until(lambda: len(rig.heard()) == 4)

    rig.play(script)
    assert rig.heard()[1:] == ["Moment.", "The tool succeeded.", "You said Thanks."]
    done, last = rig.log.bodies(EventType.REPLY_STARTED)[-2:]
    assert rig.log.bodies(EventType.SPEECH_ENDED)[-1].end_ms < done.at_ms < last.at_ms
    assert not rig.log.bodies(EventType.INTERRUPTED)


def test_what_became_of_a_change_is_told_though_the_caller_interrupted_its_filler():
    rig = refund_of_two_seconds()

    rig.play(talks_into_the_answer(rig, first_ms=400, after_ms=240, then_ms=1200, replies=4))
    assert rig.heard()[2:] == ["The tool succeeded.", "You said Thanks."]


def test_a_long_turn_is_transcribed_piece_by_piece_and_answered_whole():
    rig = Rig(ScriptedTranscriber("First part,", "second part."), probability=0.1)

    async def script(carrier):
        await rig.greeted(carrier)
        carrier.say(7000)
        await carrier.wait(7000 + 300)
        carrier.say(2000)
        await carrier.wait_until(lambda: len(rig.heard()) == 2)

    rig.play(script)
    assert rig.heard()[1] == "You said First part, second part.."


def test_a_caller_who_goes_on_as_the_answer_begins_is_answered_once_and_whole():
    rig = Rig(ScriptedTranscriber("My lamp arrived", "and it is broken."))

    rig.play(talks_into_the_answer(rig, first_ms=900, after_ms=60, then_ms=700, replies=3))
    assert rig.heard()[1:] == ["You", "You said My lamp arrived and it is broken.."]
    stopped = rig.log.bodies(EventType.INTERRUPTED)[0]
    assert stopped.at_ms - stopped.speech_ms <= 40
