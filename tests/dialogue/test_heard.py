"""What was heard of replies that are spoken: proposals, questions, outcomes and goodbyes that the caller cut into."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from dialogue.dialogue import Dialogue
from dialogue.heard import Fate, ReplyPart
from dialogue.lines.load import load_line
from dialogue.state import Another, DialogueState, WaitingForTool
from dialogue.types import CallerTurn, DialogueTurn, EndCall, ToolOutcome
from interactions.context import CallContext, Purpose
from interactions.vocabulary import ActionStatus
from tests.dialogue.talk import MONDAY, RESULTS, understood

CANCELLED = "It's cancelled. €29.99 goes back to your card."
SHOP = Path(__file__).parents[2] / "lines" / "shop"
CONTEXT = CallContext(call_id="c", line="shop")


class Aloud:
    """A conversation whose replies are spoken: each is heard to its end unless the caller cuts in."""

    def __init__(self, dialogue: Dialogue):
        self.dialogue = dialogue
        self.turn = DialogueTurn(state=None)
        self.tools: list[str] = []
        self.said: list[str] = []
        self.began = 0
        self._take(dialogue.start(CONTEXT, MONDAY))

    @property
    def state(self) -> DialogueState:
        return self.turn.state

    def hears_all(self) -> None:
        for reply in self.turn.replies:
            self._now(self.dialogue.heard(self.state, reply.number))

    def cuts_in(self, whole: int, played: str = "") -> None:
        """The caller has heard so many of the last replies whole, and of the next one some words."""
        for reply in self.turn.replies[:whole]:
            self._now(self.dialogue.heard(self.state, reply.number))
        self._now(self.dialogue.interrupted(self.state, played))

    def says(self, text: str, *intents: str, keys: str = "") -> None:
        turn = CallerTurn(text="", keys=keys) if keys else understood(text, *intents)
        self._take(self.dialogue.caller_said(self.state, turn))

    def silent(self, checks: int) -> None:
        self._take(self.dialogue.silent(self.state, checks))

    def tool(self, result: str) -> None:
        pending = self.state.pending
        assert isinstance(pending, WaitingForTool)
        outcome = ToolOutcome(action_id=pending.call.action_id, status=ActionStatus.SUCCEEDED, result=RESULTS[result])
        self._take(self.dialogue.tool_returned(self.state, outcome))

    def _take(self, turn: DialogueTurn) -> None:
        self.turn = self.dialogue.aloud(turn)
        self.said = [reply.text for reply in turn.replies]
        if turn.tool:
            self.tools.append(turn.tool.tool)

    def _now(self, state: DialogueState) -> None:
        self.turn = replace(self.turn, state=state)


@pytest.fixture
def call(dialogue: Dialogue) -> Aloud:
    call = Aloud(dialogue)
    call.hears_all()
    return call


def cancelling(call: Aloud) -> None:
    """Up to the proposal, of which nothing was heard yet."""
    call.says("cancel order 4027", "cancel_order")
    call.tool("processing")


def cancelled(call: Aloud) -> None:
    """Up to the outcome, of which nothing was heard yet."""
    cancelling(call)
    call.hears_all()
    call.says("yes")
    call.tool("order_cancelled")


def test_every_reply_tells_what_it_is(call: Aloud) -> None:
    cancelling(call)
    parts = [reply.part for reply in call.turn.replies]
    assert parts == [ReplyPart.OTHER, ReplyPart.PROPOSAL]
    call.hears_all()
    call.says("yes")
    call.tool("order_cancelled")
    assert [reply.part for reply in call.turn.replies] == [ReplyPart.OUTCOME, ReplyPart.QUESTION]
    call.hears_all()
    call.says("no thanks")
    assert call.turn.replies[-1].part is ReplyPart.GOODBYE


def test_numbers_of_replies_rise_over_the_conversation(call: Aloud) -> None:
    cancelling(call)
    assert [reply.number for reply in call.turn.replies] == [2, 3]


@pytest.mark.parametrize("keys", ["", "1"])
@pytest.mark.parametrize("whole", [0, 1])
def test_a_proposal_that_was_not_heard_to_its_end_takes_no_yes(call: Aloud, whole: int, keys: str) -> None:
    cancelling(call)
    call.cuts_in(whole, "That's")
    call.says("yes yes", keys=keys)
    assert call.tools == ["get_order"] and call.turn.replies[-1].part is ReplyPart.PROPOSAL
    call.hears_all()
    call.says("yes")
    assert call.tools == ["get_order", "cancel_order"]


def test_a_yes_that_comes_before_the_carrier_has_said_that_the_proposal_was_played_does_not_count(call: Aloud) -> None:
    cancelling(call)
    call.says("yes")
    assert call.tools == ["get_order"]


def test_a_cut_off_proposal_is_not_forgotten_when_the_caller_asks_for_a_moment(call: Aloud) -> None:
    cancelling(call)
    call.cuts_in(1, "Shall I")
    call.says("hello, are you still there?")
    call.cuts_in(0)
    call.says("yes")
    assert call.tools == ["get_order"]


def test_a_proposal_that_is_said_again_and_heard_takes_a_yes(call: Aloud) -> None:
    cancelling(call)
    call.cuts_in(1, "Shall I")
    call.says("say that again please")
    call.hears_all()
    call.says("yes")
    assert call.tools == ["get_order", "cancel_order"]


def test_the_outcome_of_a_change_is_told_again_when_it_was_cut_off(call: Aloud) -> None:
    cancelled(call)
    call.cuts_in(0, "It's")
    call.says("no wait don't do that")
    assert call.said == [CANCELLED] and call.tools[-1] == "reopen_order"
    assert not call.turn.replies[0].interruptible and not call.turn.actions
    call.hears_all()
    call.tool("reopened")
    call.says("where is my order 5512", "order_status")
    assert CANCELLED not in call.said


def test_an_outcome_that_was_heard_is_not_told_again(call: Aloud) -> None:
    cancelled(call)
    call.cuts_in(1, "Is there")
    call.says("no, wait")
    assert CANCELLED not in call.said and call.said[-1].endswith("?") and not call.turn.actions


def test_an_outcome_on_its_way_is_not_told_twice(call: Aloud) -> None:
    cancelled(call)
    call.says("no, wait")
    assert CANCELLED not in call.said


def test_a_lost_outcome_comes_before_whatever_the_caller_wants_next(call: Aloud) -> None:
    cancelled(call)
    call.cuts_in(0)
    call.says("a person please")
    assert call.said[0] == CANCELLED and call.turn.actions


def test_advice_in_an_emergency_comes_before_everything(call: Aloud) -> None:
    cancelled(call)
    call.cuts_in(0)
    call.says("my lamp is on fire")
    assert "112" in call.said[0] and CANCELLED in call.said


def test_a_lost_outcome_is_told_after_a_silence_too(call: Aloud) -> None:
    cancelled(call)
    call.cuts_in(0)
    call.silent(1)
    assert call.said[0] == CANCELLED


def test_an_outcome_that_went_down_with_the_stream_is_told_on_the_next(call: Aloud, dialogue: Dialogue) -> None:
    cancelled(call)
    plain = dialogue.to_json(call.state)
    again = dialogue.start(CallContext(call_id="c", line="shop", purpose=Purpose.RESUME), MONDAY, plain)
    assert CANCELLED in [reply.text for reply in again.replies]


@pytest.mark.parametrize("answer", ["no", "no, wait", "yes", "yes please"])
def test_a_question_that_was_not_heard_takes_no_yes_and_no_no(call: Aloud, answer: str) -> None:
    cancelled(call)
    call.cuts_in(1, "Is there")
    call.says(answer)
    assert call.state.pending == Another() and not call.turn.actions
    assert [reply.part for reply in call.turn.replies] == [ReplyPart.QUESTION]


def test_a_value_says_what_it_is_though_its_question_was_cut_off(call: Aloud) -> None:
    call.says("where is my order", "order_status")
    call.cuts_in(0, "Sure. What's")
    call.says("4027")
    assert call.tools == ["get_order"]


def test_a_goodbye_that_was_cut_off_never_happened(call: Aloud) -> None:
    call.says("where is my order", "order_status")
    call.hears_all()
    call.silent(3)
    assert call.turn.replies[-1].part is ReplyPart.GOODBYE
    call.cuts_in(0, "I can't hear anything, so")
    call.says("okay, it's 4027")
    assert call.tools == ["get_order"]


def test_a_goodbye_that_was_heard_has_ended_what_was_open(call: Aloud) -> None:
    call.says("where is my order", "order_status")
    call.hears_all()
    call.silent(3)
    call.hears_all()
    call.says("okay, it's 4027")
    assert call.tools == [] and not call.state.stack


def test_what_is_written_counts_as_heard_until_its_reader_cuts_in(dialogue: Dialogue) -> None:
    turn = dialogue.start(CONTEXT, MONDAY)
    turn = dialogue.caller_said(turn.state, understood("thanks bye"))
    assert any(isinstance(action, EndCall) for action in turn.actions)
    assert {saying.fate for saying in turn.state.sayings} == {Fate.HEARD}
    cut = dialogue.interrupted(turn.state, "Thank you for")
    assert {saying.fate for saying in cut.sayings} == {Fate.LOST}


def test_a_mark_that_comes_late_changes_nothing(call: Aloud) -> None:
    cancelling(call)
    assert call.dialogue.heard(call.state, 1).sayings == call.state.sayings


def test_a_change_of_which_the_line_says_nothing_is_told_in_a_word(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    shutil.copytree(SHOP, folder)
    book = folder / "playbooks" / "cancel_order.yaml"
    book.write_text(
        book.read_text().replace("          - say: It's cancelled. {cancellation.refund} goes back to your card.\n", "")
    )
    call = Aloud(Dialogue(load_line(folder)))
    call.hears_all()
    cancelled(call)
    assert call.said[0] == "That's done." or call.said[0] == "It's done."
    assert [reply.part for reply in call.turn.replies] == [ReplyPart.OUTCOME, ReplyPart.QUESTION]
    call.cuts_in(0)
    told = call.said[0]
    call.says("what")
    assert told in call.said
    call.hears_all()
    call.says("where is my order 5512", "order_status")
    assert told not in call.said
