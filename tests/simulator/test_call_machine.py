from datetime import UTC, datetime

import pytest

from simulator.call import CallDirection, CallMachine, CallStatus, IllegalTransitionError


def machine() -> CallMachine:
    return CallMachine(
        sid="CA1", account_sid="AC1", caller="+15005550006", called="+15005550010", direction=CallDirection.INBOUND
    )


def test_the_life_of_an_answered_call() -> None:
    call = machine()
    for at, status in enumerate(("initiated", "ringing", "in-progress", "completed")):
        call.move(CallStatus(status), at * 1500.0)
    assert call.over and call.duration_s == 2


@pytest.mark.parametrize("end", ["busy", "no-answer", "failed", "canceled"])
def test_an_unanswered_call_ends_with_its_reason_and_stays_there(end: str) -> None:
    call = machine()
    call.move(CallStatus.INITIATED, 0)
    call.move(CallStatus.RINGING, 0)
    call.move(CallStatus(end), 1000)
    assert call.duration_s == 0
    with pytest.raises(IllegalTransitionError):
        call.move(CallStatus.IN_PROGRESS, 2000)


def test_an_answered_call_cannot_be_cancelled() -> None:
    call = machine()
    for status in (CallStatus.INITIATED, CallStatus.RINGING, CallStatus.IN_PROGRESS):
        call.move(status, 0)
    with pytest.raises(IllegalTransitionError):
        call.move(CallStatus.CANCELED, 0)


def test_completed_stands_for_every_end_and_answered_for_in_progress() -> None:
    call = machine()
    assert not call.subscribed(frozenset({"completed"}))
    call.move(CallStatus.INITIATED, 0)
    assert call.subscribed(frozenset({"initiated"}))
    call.move(CallStatus.RINGING, 0)
    call.move(CallStatus.BUSY, 0)
    assert call.subscribed(frozenset({"completed"})) and not call.subscribed(frozenset({"answered"}))


def test_callbacks_are_numbered_and_dated() -> None:
    call = machine()
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    call.move(CallStatus.INITIATED, 0)
    assert call.callback_params(at)["SequenceNumber"] == "0"
    call.move(CallStatus.RINGING, 0)
    call.move(CallStatus.IN_PROGRESS, 0)
    call.move(CallStatus.COMPLETED, 61_000)
    params = call.callback_params(at)
    assert params["SequenceNumber"] == "1" and params["Timestamp"] == "Fri, 02 Jan 2026 03:04:05 +0000"
    assert (params["CallDuration"], params["Duration"]) == ("61", "2")
