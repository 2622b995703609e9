"""The dialogue of a call in the pipeline: what it makes of turns and verdicts, frames in, frames out."""

import asyncio

from pipecat.tests.utils import SleepFrame, run_test

from dialogue.expectation import Expectation
from dialogue.runtime import LineRuntime
from dialogue.types import CallerTurn, DialogueTurn, ToolCall, ToolOutcome
from interactions.context import CallContext
from interactions.vocabulary import ActionStatus, EndRule
from models.errors import ModelError
from tests.fakes.dialogue import ScriptedDialogue, ScriptedState
from tests.fakes.understanding import FakeUnderstanding
from voice.listening import types as heard
from voice.turns import commands, facts
from voice.turns.answering import Answering
from voice.turns.frames import (
    AnswerEndedFrame,
    AnswerFailedFrame,
    AnswerStartedFrame,
    CertainTurnFrame,
    ChangeAllowedFrame,
    CommittedFrame,
    EagerTurnFrame,
    FloorTakenFrame,
    ReplyFrame,
    ReplyHeardFrame,
    TurnConfirmedFrame,
    TurnUnderstoodFrame,
    TurnWithdrawnFrame,
)

REFUND = ToolCall(action_id="k1", tool="refund", arguments={}, has_side_effects=True, confirmed=True)
SHORTLY = SleepFrame(sleep=0.02)


class Line:
    """A scripted line that counts what it did."""

    def __init__(self, turns=None, *, tool_s: float = 0.0):
        self.dialogue = ScriptedDialogue(turns or {})
        self.refunds = 0
        self._tool_s = tool_s

    async def tool(self, call: ToolCall) -> ToolOutcome:
        self.refunds += 1
        await asyncio.sleep(self._tool_s)
        return ToolOutcome(action_id=call.action_id, status=ActionStatus.SUCCEEDED, result={})

    async def answers(self, *frames, within_s: float = 5.0):
        """The frames that come of some, in order."""
        runtime = LineRuntime(dialogue=self.dialogue, understand=FakeUnderstanding({}), call_tool=self.tool)
        answering = Answering(
            runtime,
            CallContext(call_id="CA1", line="test"),
            previous=ScriptedState(),
            filler_after_s=1.0,
            finish_within_s=within_s,
        )
        down, _ = await run_test(answering, frames_to_send=frames)
        return down


def eager(turn: int, *, goes_on: bool = False) -> EagerTurnFrame:
    command = commands.Speculate(
        turn=turn,
        eager=heard.EagerEnd(span=turn, start_ms=500, end_ms=1000),
        utterance_id=turn,
        expects=Expectation(),
        goes_on=goes_on,
    )
    return EagerTurnFrame(command=command, due_s=1e9)


def understood(turn: int, text: str, *, due_s: float = 1e9) -> TurnUnderstoodFrame:
    said = CallerTurn(text=text, utterance_id=turn)
    return TurnUnderstoodFrame(fact=facts.Understood(turn=turn, heard=said, error_code="", notes=()), due_s=due_s)


def confirmed(turn: int, *, forget: int | None = None) -> TurnConfirmedFrame:
    ended = heard.TurnEnded(
        span=turn, start_ms=500, end_ms=1000, decided_ms=1240, rule=EndRule.SURE, turn_probability=0.9
    )
    return TurnConfirmedFrame(command=commands.Confirm(turn=turn, ended=ended, utterance_id=turn, forget=forget))


def allowed(turn: int) -> ChangeAllowedFrame:
    return ChangeAllowedFrame(command=commands.AllowChange(turn=turn))


def told_heard(number: int) -> ReplyHeardFrame:
    return ReplyHeardFrame(command=commands.TellHeard(number=number))


def withdrawn(turn: int) -> TurnWithdrawnFrame:
    return TurnWithdrawnFrame(command=commands.Withdraw(turn=turn))


def certain(turn: int, cause) -> CertainTurnFrame:
    return CertainTurnFrame(command=commands.Answer(turn=turn, cause=cause), due_s=1e9)


def replies(down) -> list[str]:
    return [frame.reply.text for frame in down if isinstance(frame, ReplyFrame)]


def states(down) -> list[tuple[str, ...]]:
    turns = [frame.fact.commit.turn for frame in down if isinstance(frame, CommittedFrame)]
    return [turn.state.said for turn in turns if turn]


async def test_an_answer_begins_with_the_eager_end_and_ends_when_all_was_said():
    down = await Line().answers(eager(1), understood(1, "hello"), SHORTLY, confirmed(1))
    assert [type(frame) for frame in down if not isinstance(frame, CommittedFrame)] == [
        EagerTurnFrame,
        AnswerStartedFrame,
        TurnUnderstoodFrame,
        ReplyFrame,
        AnswerEndedFrame,
        TurnConfirmedFrame,
    ]


async def test_a_withdrawn_turn_leaves_no_trace_in_the_dialogue():
    down = await Line().answers(
        eager(1), understood(1, "I want"), SHORTLY, withdrawn(1),
        eager(2), understood(2, "I want to return it"), SHORTLY, confirmed(2),
    )  # fmt: skip
    assert states(down)[-1] == ("I want to return it",)


async def test_a_tool_with_side_effects_waits_until_the_caller_has_said_no_more():
    for verdict, refunds in (((confirmed(1),), 0), ((confirmed(1), allowed(1)), 1), ((withdrawn(1),), 0)):
        line = Line({"yes": DialogueTurn(state=None, tool=REFUND)})
        down = await line.answers(eager(1), understood(1, "yes"), SHORTLY, *verdict, SHORTLY)
        assert line.refunds == refunds
        assert replies(down) == ["The tool succeeded."] * refunds


async def test_turns_are_answered_one_after_another():
    line = Line({"yes": DialogueTurn(state=None, tool=REFUND)}, tool_s=0.1)
    down = await line.answers(
        eager(1), understood(1, "yes"), SHORTLY, confirmed(1), allowed(1),
        eager(2), understood(2, "thanks"), SHORTLY, confirmed(2), SleepFrame(sleep=0.2),
    )  # fmt: skip
    assert replies(down) == ["The tool succeeded.", "You said thanks."]
    assert states(down)[-1] == ("yes", "thanks")


async def test_a_turn_that_goes_on_is_answered_from_the_state_before_the_one_it_goes_on_with():
    down = await Line().answers(
        eager(1), understood(1, "My lamp"), SHORTLY, confirmed(1),
        eager(2, goes_on=True), understood(2, "My lamp is broken"), SHORTLY, confirmed(2, forget=1),
        certain(3, commands.AnswerKeys(keys="1")), SHORTLY,
    )  # fmt: skip
    assert states(down)[-1] == ("My lamp is broken", "1")


async def test_the_dialogue_is_told_what_was_heard_of_a_reply_that_was_cut():
    line = Line()
    cut = FloorTakenFrame(command=commands.Interrupt(turn=1, played_text="You said"))
    await line.answers(
        eager(1), understood(1, "hello"), SHORTLY, confirmed(1), cut,
        certain(2, commands.AnswerKeys(keys="1")), SHORTLY,
    )  # fmt: skip
    assert line.dialogue.state.interrupted_at == ("You said",)


async def test_a_change_under_way_at_the_end_is_waited_for_and_told():
    line = Line({"yes": DialogueTurn(state=None, tool=REFUND)}, tool_s=0.1)
    down = await line.answers(eager(1), understood(1, "yes"), SHORTLY, confirmed(1), allowed(1), SHORTLY)
    actions = [b.status for f in down if isinstance(f, CommittedFrame) for b in f.fact.commit.facts]
    assert actions == [ActionStatus.STARTED, ActionStatus.SUCCEEDED]


async def test_a_change_that_does_not_end_in_time_is_still_audited():
    line = Line({"yes": DialogueTurn(state=None, tool=REFUND)}, tool_s=0.1)
    down = await line.answers(eager(1), understood(1, "yes"), SHORTLY, confirmed(1), allowed(1), SHORTLY, within_s=0.01)
    actions = [b.status for f in down if isinstance(f, CommittedFrame) for b in f.fact.commit.facts]
    assert actions == [ActionStatus.STARTED, ActionStatus.SUCCEEDED]


async def test_an_answer_that_is_too_late_fails_and_is_over():
    line = Line({"yes": DialogueTurn(state=None, tool=ToolCall(
        action_id="k1", tool="look", arguments={}, has_side_effects=False
    ))}, tool_s=5)  # fmt: skip
    soon = asyncio.get_running_loop().time() + 0.05
    down = await line.answers(eager(1), understood(1, "yes", due_s=soon), confirmed(1), SleepFrame(sleep=0.1))
    (failed,) = [frame.fact for frame in down if isinstance(frame, AnswerFailedFrame)]
    assert failed == facts.AnswerFailed(turn=1, code="think_timeout", component="dialogue")
    assert isinstance(down[-1], AnswerEndedFrame)


async def test_a_dialogue_that_breaks_fails_the_turn_and_the_next_one_is_answered():
    line = Line()
    caller_said = line.dialogue.caller_said

    def breaks_once(state, said):
        line.dialogue.caller_said = caller_said
        raise ModelError("boom", "It broke.")

    line.dialogue.caller_said = breaks_once
    down = await line.answers(
        eager(1), understood(1, "one"), SHORTLY, confirmed(1),
        eager(2), understood(2, "two"), SHORTLY, confirmed(2),
    )  # fmt: skip
    assert [frame.fact.code for frame in down if isinstance(frame, AnswerFailedFrame)] == ["boom"]
    assert replies(down) == ["You said two."]


async def test_a_step_before_that_failed_ends_the_turn():
    failed = AnswerFailedFrame(fact=facts.AnswerFailed(turn=1, code="model_busy", component="model"))
    down = await Line().answers(eager(1), failed)
    assert [type(frame) for frame in down] == [EagerTurnFrame, AnswerStartedFrame, AnswerFailedFrame, AnswerEndedFrame]


async def test_what_is_certain_is_answered_at_once():
    down = await Line().answers(
        certain(1, commands.Greet()), SHORTLY,
        certain(2, commands.AnswerSilence(checks=1)), SHORTLY,
        certain(3, commands.AskAgain(code="turn_lost")), SHORTLY,
        certain(4, commands.SayTimeIsUp()), SHORTLY,
    )  # fmt: skip
    assert replies(down) == [
        "Hello, how can I help?",
        "Are you still there?",
        "Sorry, say it again?",
        "We have to end here.",
    ]


async def test_the_dialogue_is_told_what_was_heard_whichever_turn_is_worked_on():
    line = Line()
    await line.answers(
        eager(1), understood(1, "hello"), SHORTLY, confirmed(1), SHORTLY,
        eager(2), understood(2, "thanks"), SHORTLY, told_heard(1), confirmed(2), SHORTLY,
        certain(3, commands.AnswerKeys(keys="1")), SHORTLY,
    )  # fmt: skip
    assert line.dialogue.state.heard == (1,)


async def test_what_is_taken_back_is_answered_from_the_state_before_it():
    line = Line({"yes": DialogueTurn(state=None, tool=REFUND)})
    down = await line.answers(
        eager(1), understood(1, "yes"), SHORTLY, confirmed(1), SHORTLY,
        CertainTurnFrame(command=commands.Answer(turn=2, cause=commands.AnswerKeys(keys="2"), forget=1), due_s=1e9),
        allowed(1), SHORTLY,
    )  # fmt: skip
    assert line.refunds == 0 and states(down)[-1] == ("2",)


async def test_an_eager_answer_that_was_made_before_the_caller_cut_in_is_made_anew():
    line = Line()
    cut = FloorTakenFrame(command=commands.Interrupt(turn=1, played_text="You said"))
    down = await line.answers(
        eager(1), understood(1, "hello"), SHORTLY, confirmed(1), SHORTLY,
        eager(2), understood(2, "stop"), SHORTLY, cut, SHORTLY, confirmed(2), SHORTLY,
    )  # fmt: skip
    assert line.dialogue.state.interrupted_at == ("You said",)
    assert len([frame for frame in down if isinstance(frame, AnswerStartedFrame) and frame.turn == 2]) == 2


async def test_when_the_time_is_up_nothing_else_is_worked_on():
    line = Line({"yes": DialogueTurn(state=None, tool=REFUND)})
    down = await line.answers(
        eager(1), understood(1, "yes"), SHORTLY, confirmed(1), SHORTLY,
        certain(2, commands.SayTimeIsUp()), allowed(1), SHORTLY,
    )  # fmt: skip
    assert line.refunds == 0 and replies(down) == ["We have to end here."]


async def test_when_the_time_is_up_a_change_under_way_is_told_before_the_goodbye():
    line = Line({"yes": DialogueTurn(state=None, tool=REFUND)}, tool_s=0.05)
    down = await line.answers(
        eager(1), understood(1, "yes"), SHORTLY, confirmed(1), allowed(1), SHORTLY,
        certain(2, commands.SayTimeIsUp()), SleepFrame(sleep=0.1),
    )  # fmt: skip
    assert replies(down) == ["The tool succeeded.", "We have to end here."]
