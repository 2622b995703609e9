"""The turns of a call as a table: facts in, commands out, in order."""

from dataclasses import dataclass
from typing import Any

import pytest

from dialogue.expectation import AnswerKind, Expectation
from dialogue.heard import ReplyPart
from dialogue.turn_loop import TurnCommit
from dialogue.types import DialogueTurn, EndCall, Reply, ToolCall
from interactions.context import CallOutcome
from interactions.events.acting import Action
from interactions.events.base import EventType
from interactions.transfer import TransferRequest
from interactions.vocabulary import ActionStatus, EndedReason, EndRule, ReplySource, TransferReason
from models.understanding import Asked, AskedKind
from voice.listening import types as heard
from voice.speaking.playout import Sentence
from voice.speaking.reply_player import BotLengthKnown, BotSilent, BotStarted, ReplyHeard
from voice.turns import commands as do
from voice.turns import facts
from voice.turns.machine import TurnMachine

DIGITS = Expectation(kind=AnswerKind.DIGITS, asked=Asked(sentence="Which order?", kind=AskedKind.VALUE))
HELLO = Sentence(text="Hello.", audio=b"\x00" * 80)


@dataclass
class Surroundings:
    """What of the ear and of the floor the machine looks at."""

    speaking: bool = False
    paused: bool = False
    interruptible: bool = True
    marks_out: int = 0
    caller_has_floor: bool = False
    caller_sounding: bool = False
    bot_paused: bool = False
    now_ms: int = 0


class Call:
    """A machine and what it saw."""

    def __init__(self) -> None:
        self.around = Surroundings()
        self.machine = TurnMachine(self.around, self.around, going_on_ms=1500, change_pause_ms=450)

    def told(self, *told: facts.Fact) -> list[do.Command]:
        """The commands about some facts."""
        return [command for fact in told for command in self.machine.take(fact)]

    def spoken_turn(self, *, span: int = 1, end_ms: int = 1000) -> int:
        """A turn that is over; returns its number."""
        self.told(heard.SpeechStarted(at_ms=end_ms - 500), eager(span, end_ms))
        (confirmed,) = commands(self.told(ended(span, end_ms)), do.Confirm)
        return confirmed.turn


def eager(span: int, end_ms: int = 1000, *, partial: bool = False) -> heard.EagerEnd:
    return heard.EagerEnd(span=span, start_ms=end_ms - 500, end_ms=end_ms, partial=partial)


def ended(span: int, end_ms: int = 1000) -> heard.TurnEnded:
    return heard.TurnEnded(
        span=span,
        start_ms=end_ms - 500,
        end_ms=end_ms,
        decided_ms=end_ms + 240,
        rule=EndRule.SURE,
        turn_probability=0.9,
    )


def committed(turn: int, **of_turn: Any) -> facts.Committed:
    return facts.Committed(turn=turn, commit=TurnCommit(turn=DialogueTurn(state="next", **of_turn)))


def refund(turn: int, status: ActionStatus) -> facts.Committed:
    action = Action(action_id="k1", tool="refund", status=status, has_side_effects=True)
    settled = status is not ActionStatus.STARTED
    return facts.Committed(turn=turn, commit=TurnCommit(facts=(action,), change_settled=settled))


def sentence(turn: int, reply_id: int = 1, **of_reply: Any) -> facts.SpeechReady:
    reply = Reply(text="Hello.", **of_reply)
    return facts.SpeechReady(turn=turn, reply_id=reply_id, sentence=HELLO, reply=reply)


def agreed(call: Call, **of_turn: Any) -> int:
    """A turn, over at 1240 ms, that agrees to a change; returns its number."""
    turn = call.spoken_turn()
    tool = ToolCall(action_id="k1", tool="refund", arguments={}, has_side_effects=True, confirmed=True)
    assert kinds(call.told(committed(turn, tool=tool, **of_turn))) == []
    return turn


def kinds(given: list[do.Command]) -> list[str]:
    return [type(command).__name__ for command in given]


def commands(given: list[do.Command], kind: type) -> list[Any]:
    return [command for command in given if isinstance(command, kind)]


def logged(given: list[do.Command]) -> list[EventType]:
    return [body.TYPE for command in commands(given, do.Log) for body in command.bodies]


def test_a_turn_is_worked_on_from_its_eager_end_and_counts_once_it_is_over():
    call = Call()
    assert kinds(call.told(heard.SpeechStarted(at_ms=500))) == ["Log", "AdjustEagerDelay", "BeginTurn", "Pause"]
    (speculate,) = call.told(eager(1))
    assert (speculate.turn, speculate.utterance_id, speculate.goes_on) == (1, 1, False)
    over = call.told(ended(1))
    assert kinds(over) == ["Log", "ExpectAnswer", "Confirm", "Resume"]
    assert commands(over, do.Confirm) == [do.Confirm(turn=1, ended=ended(1), utterance_id=1, forget=None)]


def test_a_caller_who_goes_on_in_a_pause_takes_the_work_back_and_its_number_is_not_an_utterance():
    call = Call()
    call.told(heard.SpeechStarted(at_ms=500), eager(1))
    assert kinds(call.told(heard.Withdrawn(span=1, at_ms=1300))) == ["Withdraw", "Log"]
    (again,) = call.told(eager(2, 2000))
    assert (again.turn, again.utterance_id) == (2, 1)


@pytest.mark.parametrize(
    "late", [committed(1), sentence(1), facts.AnswerFailed(turn=1, code="x", component="model"), refund(1, "started")]
)
def test_nothing_of_a_withdrawn_turn_has_an_effect_however_late_it_comes(late):
    call = Call()
    call.told(heard.SpeechStarted(at_ms=500), eager(1), heard.Withdrawn(span=1, at_ms=1300))
    assert call.told(late) == []


def test_a_second_eager_end_replaces_the_first():
    call = Call()
    call.told(heard.SpeechStarted(at_ms=500), eager(1))
    assert kinds(call.told(eager(2, 1400))) == ["Withdraw", "Log", "Speculate"]


def test_a_withdrawn_partial_touches_no_eager_turn():
    call = Call()
    call.told(heard.SpeechStarted(at_ms=500), eager(1))
    assert call.told(heard.Withdrawn(span=9, at_ms=1300)) == []
    assert kinds(call.told(eager(9, partial=True))) == ["JudgeWords"]
    assert commands(call.told(ended(1)), do.Confirm)


def test_a_turn_that_nobody_worked_on_is_asked_for_again():
    call = Call()
    call.told(heard.SpeechStarted(at_ms=500))
    (answer,) = commands(call.told(ended(7)), do.Answer)
    assert answer.cause == do.AskAgain(code="turn_lost")


def test_a_caller_who_goes_on_before_a_word_was_heard_is_answered_once_from_the_question_before():
    call = Call()
    call.told(facts.CallOpened(), committed(1, expects=DIGITS), facts.AnswerEnded(turn=1))
    first = call.spoken_turn(end_ms=1000)
    call.told(committed(first))
    call.told(heard.SpeechStarted(at_ms=1900))
    (speculate,) = commands(call.told(eager(2, 2400)), do.Speculate)
    assert speculate.goes_on and speculate.expects == DIGITS
    over = call.told(ended(2, 2400))
    assert kinds(over) == ["Log", "ExpectAnswer", "WithdrawReplies", "Confirm", "Resume"]
    assert commands(over, do.Confirm)[0].forget == first
    assert call.told(sentence(first)) == []


@pytest.mark.parametrize(
    ("what_came", "why"),
    [
        ((BotStarted(at_ms=1300, interruptible=True), BotSilent(at_ms=1500)), "the answer was heard"),
        ((refund(2, ActionStatus.STARTED),), "something was changed"),
        ((committed(2, actions=(EndCall(reason=EndedReason.GOODBYE),)),), "the call is about to end"),
    ],
)
def test_who_speaks_later_begins_a_turn_of_its_own(what_came, why):
    call = Call()
    call.told(facts.CallOpened(), facts.AnswerEnded(turn=1))
    assert call.spoken_turn() == 2
    call.told(*what_came, heard.SpeechStarted(at_ms=1900))
    (speculate,) = commands(call.told(eager(2, 2400)), do.Speculate)
    assert not speculate.goes_on, why


def test_after_the_pause_that_still_belongs_to_a_turn_speech_is_a_new_one():
    call = Call()
    call.spoken_turn(end_ms=1000)
    call.told(heard.SpeechStarted(at_ms=2600))
    (speculate,) = commands(call.told(eager(2, 3000)), do.Speculate)
    assert not speculate.goes_on


def test_an_interruption_silences_the_answer_and_tells_the_dialogue_what_was_heard():
    call = Call()
    turn = call.spoken_turn()
    call.around.speaking = True
    assert kinds(call.told(heard.ConfirmInterruption(at_ms=3000, speech_ms=2800))) == ["GiveFloor"]
    given = facts.FloorGiven(played_text="one two", speech_ms=2800, at_ms=3000, by_key=False)
    assert kinds(call.told(given)) == ["Interrupt", "TellBotStopped", "BeginTurn", "Pause"]
    assert call.told(sentence(turn)) == []
    ending = facts.SpeechReady(turn=turn, reply_id=1, sentence=None)
    assert kinds(call.told(ending)) == ["Speak"]


def test_of_an_answer_of_which_one_word_was_heard_the_caller_has_not_had_the_answer():
    for played, goes_on in (("You", True), ("You said", False)):
        call = Call()
        call.spoken_turn(end_ms=1000)
        call.told(heard.ConfirmInterruption(at_ms=1500, speech_ms=1400))
        call.told(facts.FloorGiven(played_text=played, speech_ms=1400, at_ms=1500, by_key=False))
        (speculate,) = commands(call.told(eager(2, 2000)), do.Speculate)
        assert speculate.goes_on is goes_on


def test_what_became_of_a_change_is_told_though_its_filler_was_interrupted():
    call = Call()
    turn = call.spoken_turn()
    call.told(refund(turn, ActionStatus.STARTED))
    call.told(heard.ConfirmInterruption(at_ms=3000, speech_ms=2800))
    assert call.told(sentence(turn)) == []
    call.told(refund(turn, ActionStatus.SUCCEEDED))
    assert kinds(call.told(sentence(turn))) == ["Speak"]


def test_a_false_stop_withdraws_the_work_on_the_sound_and_goes_on():
    call = Call()
    call.told(eager(1))
    assert kinds(call.told(heard.ResumeBot(at_ms=1500, text=""))) == ["Withdraw", "Log", "ResumeAfterFalseStop"]


def test_keys_take_the_floor_only_of_what_may_be_interrupted():
    call = Call()
    assert call.told(facts.KeyHeard(at_ms=10)) == []
    call.around.speaking = True
    assert kinds(call.told(facts.KeyHeard(at_ms=10))) == ["GiveFloor"]
    given = facts.FloorGiven(played_text="one two", speech_ms=10, at_ms=10, by_key=True)
    assert kinds(call.told(given)) == ["Interrupt", "TellBotStopped"]
    call.around.interruptible = False
    assert call.told(facts.KeyHeard(at_ms=20)) == []


def test_typed_keys_take_the_place_of_what_was_being_said():
    call = Call()
    call.told(eager(1))
    typed = call.told(facts.KeysTyped(keys="42", at_ms=900))
    assert kinds(typed) == ["Withdraw", "Log", "ExpectAnswer", "Answer"]


def test_a_silence_counts_only_when_nobody_is_working_and_nothing_is_said():
    silent = heard.CallerSilent(at_ms=9000, checks=1)
    call = Call()
    call.told(facts.CallOpened())
    assert call.told(silent) == []
    call.told(facts.AnswerEnded(turn=1))
    call.around.speaking = True
    assert call.told(silent) == []
    call.around.speaking = False
    assert kinds(call.told(silent)) == ["Log", "Answer"]


def test_what_is_committed_is_logged_kept_and_expected():
    call = Call()
    turn = call.spoken_turn()
    assert kinds(call.told(committed(turn, expects=DIGITS))) == ["Expect", "KeepState"]
    assert logged(call.told(refund(turn, ActionStatus.STARTED))) == [EventType.ACTION]


def test_an_answer_that_fails_ends_in_a_sentence_and_a_human():
    call = Call()
    turn = call.spoken_turn()
    failed = call.told(facts.AnswerFailed(turn=turn, code="voice_failed", component="voice"))
    assert logged(failed) == [EventType.FAULT, EventType.TRANSFER]
    assert kinds(failed) == ["Log", "SayEmergency", "Log"]
    call.told(facts.AnswerEnded(turn=turn))
    (end,) = call.machine.at_rest()
    assert end.outcome.reason is EndedReason.TRANSFERRED and end.outcome.transfer.reason is TransferReason.FAULT


def test_a_broken_pipeline_ends_in_a_sentence_and_a_human_though_its_answers_never_end():
    call = Call()
    turn = call.spoken_turn()
    assert kinds(call.told(facts.PipelineFailed())) == ["Log", "SayEmergency", "Log"]
    assert call.told(facts.PipelineFailed()) == []
    assert logged(call.told(refund(turn, ActionStatus.SUCCEEDED))) == [EventType.ACTION]
    assert kinds(call.machine.at_rest()) == ["EndStream"]


def goodbye(call: Call) -> None:
    turn = call.spoken_turn()
    call.told(committed(turn, actions=(EndCall(reason=EndedReason.GOODBYE),)), facts.AnswerEnded(turn=turn))


@pytest.mark.parametrize(
    ("around", "then"),
    [
        ({}, ["EndStream"]),
        ({"speaking": True}, []),
        ({"caller_has_floor": True}, []),
        ({"marks_out": 1}, ["AwaitMarks"]),
    ],
)
def test_a_goodbye_is_the_end_once_it_was_heard_and_the_caller_says_no_more(around, then):
    call = Call()
    goodbye(call)
    call.around.__dict__.update(around)
    assert kinds(call.machine.at_rest()) == then


def test_marks_are_waited_for_once_and_not_for_ever():
    call = Call()
    goodbye(call)
    call.around.marks_out = 1
    assert kinds(call.machine.at_rest()) == ["AwaitMarks"]
    assert call.machine.at_rest() == []
    ending = call.told(facts.MarksOverdue())
    assert ending == [do.EndStream(outcome=CallOutcome(reason=EndedReason.GOODBYE))]


def test_a_caller_who_has_more_to_say_takes_the_goodbye_back():
    call = Call()
    goodbye(call)
    call.spoken_turn(span=2, end_ms=9000)
    assert call.machine.at_rest() == []


def test_once_a_transfer_is_due_speech_changes_nothing():
    call = Call()
    turn = call.spoken_turn()
    request = TransferRequest(reason=TransferReason.CALLER_ASKED, summary="Wants a person.")
    call.told(committed(turn, actions=(request,)), facts.AnswerEnded(turn=turn))
    assert call.told(heard.SpeechStarted(at_ms=4000), eager(2, 4500), ended(2, 4500)) == []
    call.around.caller_has_floor = True
    (end,) = call.machine.at_rest()
    assert end.outcome == CallOutcome(reason=EndedReason.TRANSFERRED, transfer=request)


def test_a_bot_held_for_nothing_goes_on():
    call = Call()
    call.around.paused = True
    assert kinds(call.machine.at_rest()) == ["Resume"]
    call.around.bot_paused = True
    assert call.machine.at_rest() == []


def test_a_call_ends_once():
    call = Call()
    gone = facts.CallerGone(reason=EndedReason.CALLER_HUNG_UP)
    assert kinds(call.told(gone, gone)) == ["EndStream"]
    goodbye(call)
    assert call.machine.at_rest() == []


def test_a_length_and_an_evidence_are_listenings_alone():
    call = Call()
    evidence = heard.Evidence(span=1, text="yes")
    assert call.told(BotLengthKnown(ends_ms=900), facts.EvidenceCame(evidence=evidence)) == []


def test_utterances_of_earlier_streams_count_on():
    call = Call()
    call.machine = TurnMachine(call.around, call.around, going_on_ms=1500, utterances=4)
    call.told(heard.SpeechStarted(at_ms=500))
    (speculate,) = call.told(eager(1))
    assert speculate.utterance_id == 5


@pytest.mark.parametrize(
    ("around", "begins"),
    [
        ({"now_ms": 1240}, False),
        ({"now_ms": 1680}, False),
        ({"now_ms": 1700}, True),
        ({"now_ms": 1700, "caller_sounding": True}, False),
        ({"now_ms": 1700, "caller_has_floor": True}, False),
        ({"now_ms": 1700, "bot_paused": True}, False),
    ],
)
def test_a_change_begins_once_nothing_more_came_for_a_moment(around, begins):
    call = Call()
    turn = agreed(call, expects=DIGITS)
    call.around.__dict__.update(around)
    begun = call.machine.at_rest()
    assert kinds(begun) == (["Expect", "KeepState", "AllowChange"] if begins else [])
    assert not begins or begun[-1] == do.AllowChange(turn=turn)


def test_a_caller_who_goes_on_after_the_yes_is_answered_as_one_and_nothing_was_done():
    call = Call()
    first = agreed(call)
    call.told(heard.SpeechStarted(at_ms=1600), eager(2, 2400))
    (confirm,) = commands(call.told(ended(2, 2400)), do.Confirm)
    assert confirm.forget == first
    call.around.now_ms = 9000
    assert call.machine.at_rest() == []


def test_a_yes_is_taken_back_by_whatever_is_said_after_something_else_was_heard():
    call = Call()
    first = agreed(call)
    call.told(BotSilent(at_ms=1500), heard.SpeechStarted(at_ms=1600), eager(2, 2400))
    (confirm,) = commands(call.told(ended(2, 2400)), do.Confirm)
    assert confirm.forget == first


def test_a_key_holds_a_change_until_it_is_known_what_was_typed():
    call = Call()
    first = agreed(call)
    call.told(facts.KeyHeard(at_ms=1500))
    call.around.now_ms = 4000
    assert call.machine.at_rest() == []
    (answer,) = commands(call.told(facts.KeysTyped(keys="2", at_ms=4000)), do.Answer)
    assert answer.forget == first


def test_a_change_that_a_new_stream_takes_up_again_waits_for_nothing():
    call = Call()
    call.told(facts.CallOpened())
    tool = ToolCall(action_id="k1", tool="refund", arguments={}, has_side_effects=True, confirmed=True)
    call.told(committed(1, tool=tool))
    assert kinds(call.machine.at_rest()) == ["Expect", "KeepState", "AllowChange"]


def test_an_answer_that_failed_changes_nothing_any_more():
    call = Call()
    turn = agreed(call)
    call.told(facts.AnswerFailed(turn=turn, code="think_timeout", component="dialogue"))
    call.around.now_ms = 9000
    assert "AllowChange" not in kinds(call.machine.at_rest())


def test_the_dialogue_is_told_which_of_its_replies_were_heard():
    call = Call()
    turn = call.spoken_turn()
    call.told(sentence(turn, 1, number=7), sentence(turn, 2))
    assert call.told(ReplyHeard(reply_id=1), ReplyHeard(reply_id=2), ReplyHeard(reply_id=3)) == [do.TellHeard(number=7)]


def test_a_question_that_waits_to_be_said_gives_way_to_the_next_and_a_filler_to_what_it_filled_the_wait_for():
    call = Call()
    first = call.spoken_turn()
    call.told(sentence(first, 1, source=ReplySource.FILLER))
    told = call.told(sentence(first, 2, part=ReplyPart.OUTCOME), sentence(first, 3, part=ReplyPart.QUESTION))
    assert commands(told, do.WithdrawReplies)[0] == do.WithdrawReplies(reply_ids=(1,), unless_begun=True)
    second = call.spoken_turn(span=2, end_ms=9000)
    assert kinds(call.told(sentence(second, 4))) == ["Speak"]
    asked = call.told(sentence(second, 5, part=ReplyPart.QUESTION))
    assert asked[0] == do.WithdrawReplies(reply_ids=(3,), unless_begun=True)


def test_a_reply_that_was_cut_off_is_not_heard_however_late_its_mark():
    call = Call()
    turn = call.spoken_turn()
    call.told(sentence(turn, number=7))
    call.told(facts.FloorGiven(played_text="one two", speech_ms=2800, at_ms=3000, by_key=False))
    assert call.told(ReplyHeard(reply_id=1)) == []


def time_is_up(call: Call) -> list[do.Command]:
    up = call.told(facts.TimeUp())
    assert commands(up, do.Answer)[-1].cause == do.SayTimeIsUp()
    return up


def test_when_the_time_is_up_what_is_being_said_gives_way_to_the_goodbye():
    call = Call()
    turn = call.spoken_turn()
    assert kinds(time_is_up(call)) == ["DropSpeech", "Answer"]
    assert call.told(sentence(turn), committed(turn)) == []


def test_when_the_time_is_up_the_outcome_of_a_change_is_heard_first():
    call = Call()
    call.told(sentence(call.spoken_turn(), part=ReplyPart.OUTCOME))
    assert kinds(time_is_up(call)) == ["Answer"]

    call = Call()
    turn = agreed(call)
    call.around.now_ms = 1700
    call.machine.at_rest()
    assert kinds(time_is_up(call)) == ["Answer"]
    assert kinds(call.told(sentence(turn))) == ["Speak"]


def test_when_the_time_is_up_nothing_more_is_changed():
    call = Call()
    agreed(call)
    time_is_up(call)
    call.around.now_ms = 9000
    assert call.machine.at_rest() == []


def test_when_the_time_is_up_nobody_can_say_or_type_anything_against_it():
    call = Call()
    time_is_up(call)
    call.told(committed(1, actions=(EndCall(reason=EndedReason.GOODBYE),)))
    said = (heard.SpeechStarted(at_ms=4000), eager(2, 4500), ended(2, 4500), facts.KeysTyped(keys="1", at_ms=5000))
    assert call.told(*said, facts.KeyHeard(at_ms=4800)) == []
    call.told(facts.AnswerEnded(turn=1))
    call.around.caller_has_floor = call.around.paused = True
    assert kinds(call.machine.at_rest()) == ["Resume"]
    call.around.paused = False
    assert call.machine.at_rest() == [do.EndStream(outcome=CallOutcome(reason=EndedReason.GOODBYE))]


def test_a_goodbye_that_cannot_be_said_does_not_keep_the_call():
    call = Call()
    time_is_up(call)
    assert call.told(facts.TimeUp()) == [do.EndStream(outcome=CallOutcome(reason=EndedReason.GOODBYE))]

    call = Call()
    time_is_up(call)
    failed = call.told(facts.AnswerFailed(turn=1, code="voice_failed", component="voice"), facts.AnswerEnded(turn=1))
    assert kinds(failed) == ["Log"]
    assert kinds(call.machine.at_rest()) == ["EndStream"]
