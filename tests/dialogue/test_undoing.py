"""A change that the caller calls back at once: undone by the tool's inverse, else told as done, with a person."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from dialogue.dialogue import Dialogue
from dialogue.lines.types import Line
from dialogue.state import Another, OfferingHuman, WaitingForTool
from dialogue.types import CallerTurn, DialogueTurn, ToolOutcome
from interactions.context import CallContext
from interactions.transfer import TransferRequest
from interactions.vocabulary import ActionStatus
from tests.dialogue.talk import MONDAY, RESULTS, SUNDAY, understood


class Caller:
    """One conversation, step by step."""

    def __init__(self, dialogue: Dialogue, now: datetime = MONDAY):
        self._dialogue = dialogue
        self.turn = dialogue.start(CallContext(call_id="c", line="shop"), now)

    def says(self, text: str, *intents: str, **kind: Any) -> DialogueTurn:
        self.turn = self._dialogue.caller_said(self.turn.state, understood(text, *intents, **kind))
        return self.turn

    def types(self, keys: str) -> DialogueTurn:
        self.turn = self._dialogue.caller_said(self.turn.state, CallerTurn(text="", keys=keys))
        return self.turn

    def tool(self, result: str, status: ActionStatus = ActionStatus.SUCCEEDED) -> DialogueTurn:
        pending = self.turn.state.pending
        assert isinstance(pending, WaitingForTool)
        found = RESULTS[result] if status is ActionStatus.SUCCEEDED else {}
        outcome = ToolOutcome(action_id=pending.call.action_id, status=status, result=found)
        self.turn = self._dialogue.tool_returned(self.turn.state, outcome)
        return self.turn

    def cuts_in(self) -> None:
        self.turn = replace(self.turn, state=self._dialogue.interrupted(self.turn.state, ""))

    @property
    def hears(self) -> str:
        return " ".join(reply.text for reply in self.turn.replies)

    @property
    def called(self) -> str:
        return self.turn.tool.tool if self.turn.tool else ""

    def agrees_to_cancel(self) -> "Caller":
        self.says("cancel order 4027", "cancel_order")
        self.tool("processing")
        self.says("yes")
        assert self.called == "cancel_order"
        return self

    def agrees_to_a_refund(self) -> "Caller":
        self.says("I was charged twice for order 3391", "double_charge")
        self.tool("two_charges")
        self.says("yes please")
        assert self.called == "refund_duplicate"
        return self


@pytest.mark.parametrize("text", ["No, stop!", "Wait, no, don't!", "I didn't want that.", "No, don't cancel it!"])
def test_right_after_it_the_inverse_is_called_without_asking_and_told(dialogue: Dialogue, text: str) -> None:
    caller = Caller(dialogue).agrees_to_cancel()
    caller.tool("order_cancelled")
    call = caller.says(text).tool
    assert call is not None and (call.tool, call.arguments) == ("reopen_order", {"order_number": "4027"})
    assert call.confirmed and call.has_side_effects
    caller.tool("reopened")
    assert "undone that" in caller.hears or "taken back" in caller.hears
    assert isinstance(caller.turn.state.pending, Another)
    assert any("taken back at once" in what for what in caller.turn.state.tried)


def test_called_back_while_it_is_being_made_it_is_undone_as_soon_as_it_is_done(dialogue: Dialogue) -> None:
    caller = Caller(dialogue).agrees_to_cancel()
    caller.says("No, wait, stop!")
    assert caller.called == "" and "undone" in caller.hears
    caller.tool("order_cancelled")
    assert caller.called == "reopen_order" and "cancelled" not in caller.hears
    caller.tool("reopened")
    assert isinstance(caller.turn.state.pending, Another)


def test_called_back_and_failed_there_is_nothing_to_undo(dialogue: Dialogue) -> None:
    caller = Caller(dialogue).agrees_to_cancel()
    caller.says("No, wait, stop!")
    caller.tool("", ActionStatus.FAILED)
    assert caller.called == "" and "can't reach our system" in caller.hears


@pytest.mark.parametrize("meanwhile", [False, True])
def test_without_an_inverse_it_is_told_as_done_and_a_person_offered(dialogue: Dialogue, meanwhile: bool) -> None:
    caller = Caller(dialogue).agrees_to_a_refund()
    if meanwhile:
        caller.says("Oh no, stop!")
        caller.tool("duplicate_refunded")
    else:
        caller.tool("duplicate_refunded")
        caller.says("Oh no, stop!")
    assert "done already" in caller.hears and isinstance(caller.turn.state.pending, OfferingHuman)
    caller.says("yes")
    assert any(isinstance(action, TransferRequest) for action in caller.turn.actions)


def test_who_declines_the_person_goes_on(dialogue: Dialogue) -> None:
    caller = Caller(dialogue).agrees_to_a_refund()
    caller.tool("duplicate_refunded")
    caller.says("Undo that.")
    caller.says("No, leave it.")
    assert isinstance(caller.turn.state.pending, Another)


def test_out_of_hours_a_call_back_is_offered(dialogue: Dialogue) -> None:
    caller = Caller(dialogue, SUNDAY).agrees_to_a_refund()
    caller.tool("duplicate_refunded")
    caller.says("Undo that.")
    assert "call you back" in caller.hears


@pytest.mark.parametrize("status", [ActionStatus.TIMED_OUT, ActionStatus.UNSURE])
def test_an_undoing_of_which_nobody_knows_the_outcome_is_handed_over(dialogue: Dialogue, status: ActionStatus) -> None:
    caller = Caller(dialogue).agrees_to_cancel()
    caller.tool("order_cancelled")
    caller.says("No, stop!")
    caller.tool("", status)
    (transfer,) = (action for action in caller.turn.actions if isinstance(action, TransferRequest))
    assert "not sure that went through" in caller.hears and "uncertain" in transfer.summary


def test_an_undoing_that_fails_is_told_and_a_person_offered(dialogue: Dialogue) -> None:
    caller = Caller(dialogue).agrees_to_cancel()
    caller.tool("order_cancelled")
    caller.says("No, stop!")
    caller.tool("", ActionStatus.FAILED)
    assert "can't take it back" in caller.hears and isinstance(caller.turn.state.pending, OfferingHuman)


@pytest.mark.parametrize("text", ["No.", "No, thank you.", "No no, that's all.", "Thanks!", "Where is order 5512?"])
def test_an_answer_to_the_next_question_undoes_nothing(dialogue: Dialogue, text: str) -> None:
    caller = Caller(dialogue).agrees_to_cancel()
    caller.tool("order_cancelled")
    caller.says(text)
    assert caller.called != "reopen_order"


def test_later_on_a_stop_is_about_something_else(dialogue: Dialogue) -> None:
    caller = Caller(dialogue).agrees_to_cancel()
    caller.tool("order_cancelled")
    caller.says("where is my order 5512", "order_status")
    caller.says("No, stop!")
    assert caller.called == ""


def test_who_has_not_heard_of_the_change_can_still_call_it_back(dialogue: Dialogue) -> None:
    caller = Caller(dialogue).agrees_to_cancel()
    caller.tool("order_cancelled")
    caller.cuts_in()
    caller.says("what was that")
    caller.says("no, stop")
    assert caller.called == "reopen_order"


def test_a_person_who_is_asked_for_comes_before_undoing(dialogue: Dialogue) -> None:
    caller = Caller(dialogue).agrees_to_cancel()
    caller.tool("order_cancelled")
    caller.says("Stop. I want to speak to a person.")
    assert any(isinstance(action, TransferRequest) for action in caller.turn.actions)


def test_an_inverse_that_lost_its_tool_is_as_none(shop: Line) -> None:
    tools = {name: tool for name, tool in shop.tools.items() if name != "reopen_order"}
    caller = Caller(Dialogue(replace(shop, tools=tools))).agrees_to_cancel()
    caller.tool("order_cancelled")
    caller.says("No, stop!")
    assert "done already" in caller.hears
