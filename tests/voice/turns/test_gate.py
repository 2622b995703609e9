"""What waits for a verdict and what does not: frames in, frames out."""

from pipecat.tests.utils import run_test

from dialogue.expectation import Expectation
from dialogue.turn_loop import TurnCommit
from interactions.vocabulary import EndRule
from voice.listening import types as heard
from voice.turns import commands, facts
from voice.turns.frames import (
    AnswerEndedFrame,
    AnswerFailedFrame,
    AnswerStartedFrame,
    CommittedFrame,
    EagerTurnFrame,
    SpeechFrame,
    TurnBegunFrame,
    TurnConfirmedFrame,
    TurnWithdrawnFrame,
)
from voice.turns.gate import Gate

EAGER = heard.EagerEnd(span=1, start_ms=500, end_ms=1000)
ENDED = heard.TurnEnded(span=1, start_ms=500, end_ms=1000, decided_ms=1240, rule=EndRule.SURE, turn_probability=0.9)


def eager(turn: int) -> EagerTurnFrame:
    expects = Expectation()
    command = commands.Speculate(turn=turn, eager=EAGER, utterance_id=1, expects=expects, goes_on=False)
    return EagerTurnFrame(command=command, due_s=1e9)


def started(turn: int, *, speculative: bool = True) -> AnswerStartedFrame:
    return AnswerStartedFrame(turn=turn, speculative=speculative)


def kept(turn: int) -> CommittedFrame:
    return CommittedFrame(fact=facts.Committed(turn=turn, commit=TurnCommit()))


def speech(turn: int) -> SpeechFrame:
    return SpeechFrame(fact=facts.SpeechReady(turn=turn, reply_id=1, sentence=None))


def over(turn: int) -> AnswerEndedFrame:
    return AnswerEndedFrame(fact=facts.AnswerEnded(turn=turn))


def confirmed(turn: int) -> TurnConfirmedFrame:
    return TurnConfirmedFrame(command=commands.Confirm(turn=turn, ended=ENDED, utterance_id=1, forget=None))


def withdrawn(turn: int) -> TurnWithdrawnFrame:
    return TurnWithdrawnFrame(command=commands.Withdraw(turn=turn))


async def passed(*frames):
    down, _ = await run_test(Gate(session_id="CA1"), frames_to_send=frames)
    return [(type(frame), getattr(frame, "turn", None)) for frame in down]


async def test_an_answer_waits_for_the_end_of_its_turn_and_follows_it_in_order():
    assert await passed(eager(1), started(1), kept(1), speech(1), confirmed(1), over(1)) == [
        (EagerTurnFrame, None),
        (TurnConfirmedFrame, None),
        (AnswerStartedFrame, 1),
        (CommittedFrame, 1),
        (SpeechFrame, 1),
        (AnswerEndedFrame, 1),
    ]


async def test_of_a_withdrawn_turn_nothing_comes_through_not_even_a_failure():
    failed = AnswerFailedFrame(fact=facts.AnswerFailed(turn=1, code="boom", component="model"))
    assert await passed(eager(1), started(1), kept(1), failed, over(1), withdrawn(1)) == [
        (EagerTurnFrame, None),
        (TurnWithdrawnFrame, None),
    ]


async def test_a_turn_confirmed_before_anything_came_of_it_is_not_held():
    assert await passed(started(1), confirmed(1), speech(1)) == [
        (TurnConfirmedFrame, None),
        (AnswerStartedFrame, 1),
        (SpeechFrame, 1),
    ]


async def test_what_is_certain_from_the_start_passes_and_so_does_an_earlier_answer_beside_a_held_one():
    begun = TurnBegunFrame(command=commands.BeginTurn())
    assert await passed(started(1, speculative=False), begun, started(2), speech(1), speech(2), over(1)) == [
        (AnswerStartedFrame, 1),
        (TurnBegunFrame, None),
        (SpeechFrame, 1),
        (AnswerEndedFrame, 1),
    ]
