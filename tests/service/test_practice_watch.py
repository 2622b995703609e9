"""What the log of a call tells a simulated caller."""

from pathlib import Path

import pytest

from dialogue.lines.load import load_line
from dialogue.lines.types import Line
from dialogue.types import ToolCall
from interactions.events.acting import Action, Transfer
from interactions.events.base import Body
from interactions.events.lifecycle import CallEnded
from interactions.events.listening import UtteranceHeard
from interactions.events.speaking import ReplyPlanned, ReplyPlayed
from interactions.vocabulary import ActionStatus, EndedReason, TransferReason, TransferState
from service.practice_watch import CallWatch
from tests.fakes.events import draft

LINES = Path(__file__).parents[2] / "lines"
CANCEL = ToolCall(action_id="a1", tool="cancel_order", arguments={"order_number": "4028"}, has_side_effects=True)


@pytest.fixture(scope="module")
def shop() -> Line:
    return load_line(LINES / "shop")


def watch(line: Line, *bodies: Body, agreed_to: ToolCall | None = None) -> CallWatch:
    watched = CallWatch(line=line, agreed_to=agreed_to)
    for number, body in enumerate(bodies, 1):
        watched.apply(draft(body).numbered(number))
    return watched


def cancelling(status: ActionStatus, order_number: str = "4028") -> Action:
    arguments = {"order_number": order_number}
    return Action(
        action_id="a1",
        tool="cancel_order",
        status=status,
        has_side_effects=True,
        confirmed=True,
        pii_arguments=arguments,
    )


def test_what_was_played_is_what_was_heard(shop: Line) -> None:
    begun = (ReplyPlanned(reply_id=1, pii_text="Hello. How can I help?"),)
    assert watch(shop, *begun).speaking
    played = ReplyPlayed(reply_id=1, pii_text="Hello.", start_ms=0, end_ms=400, complete=False)
    heard = UtteranceHeard(utterance_id=1, pii_text="cancel my order", confidence=0.9, start_ms=500, end_ms=900)
    watched = watch(shop, *begun, played, heard)
    assert not watched.speaking and watched.played == ["Hello."] and watched.seq == 3
    assert [each.pii_text for each in watched.understood] == ["cancel my order"]


def test_a_change_that_was_agreed_to_is_told_from_one_that_was_not(shop: Line) -> None:
    bodies = (
        cancelling(ActionStatus.STARTED),
        cancelling(ActionStatus.SUCCEEDED),
        ReplyPlanned(reply_id=2, pii_text="Done."),
    )
    agreed = watch(shop, *bodies, agreed_to=CANCEL)
    assert [(deed.agreed, deed.status) for deed in agreed.deeds] == [(True, ActionStatus.SUCCEEDED)]
    assert agreed.outcomes == ["Done."]
    assert not watch(shop, *bodies).deeds[0].agreed
    other = (cancelling(ActionStatus.STARTED, "6038"), cancelling(ActionStatus.SUCCEEDED, "6038"))
    assert not watch(shop, *other, agreed_to=CANCEL).deeds[0].agreed


def test_a_hand_over_an_end_and_a_failure_are_seen(shop: Line) -> None:
    called = Transfer(state=TransferState.REQUESTED, reason=TransferReason.CALLER_ASKED)
    ended = CallEnded(reason=EndedReason.GOODBYE, duration_ms=1)
    watched = watch(shop, called, cancelling(ActionStatus.STARTED), cancelling(ActionStatus.TIMED_OUT), ended)
    assert watched.handed_over and watched.over and watched.failed


def test_values_of_a_change_have_the_types_of_the_tool(shop: Line) -> None:
    given = {"order_number": "5512", "amount": "48.50", "reason": "damaged"}
    bodies = [
        Action(action_id="a2", tool="refund_order", status=status, has_side_effects=True, pii_arguments=given)
        for status in (ActionStatus.STARTED, ActionStatus.SUCCEEDED)
    ]
    (deed,) = watch(shop, *bodies).deeds
    assert f"{deed.call.arguments['amount']:.2f}" == "48.50"
