from interactions.event import NewEvent
from interactions.events.acting import Transfer
from interactions.facts import CallFact, Decision, FactKind, Step
from interactions.vocabulary import TransferReason, TransferState
from models.errors import FirstlineError
from telephony.transfer_log import TransferLog
from tests.fakes.events import Log, draft

CALL = "CA1"
DIAL = Decision(question="after-stream:1", step=Step.DIAL, number=1, decided_s=0)
APOLOGISE = Decision(question="after-stream:1", step=Step.APOLOGISE_AND_DIAL, number=1, decided_s=0)
ASKED = Transfer(state=TransferState.REQUESTED, reason=TransferReason.CALLER_ASKED)


def steps(log: Log) -> list[tuple[str, str]]:
    return [(e.body.state.value, e.body.reason.value) for e in log if isinstance(e.body, Transfer)]


def dial_ended(detail: str) -> CallFact:
    return CallFact(kind=FactKind.DIAL_ENDED, number=1, detail=detail)


def test_a_human_who_answers_and_one_who_does_not():
    for word, state in (
        ("answered", "connected"),
        ("completed", "connected"),
        ("busy", "no_answer"),
        ("no-answer", "no_answer"),
        ("failed", "failed"),
        ("canceled", "failed"),
    ):
        kept = Log()
        log = TransferLog(kept, wall_s=lambda: 5.0)
        log.append(draft(ASKED, CALL, call_ms=300))
        log.decided(CALL, DIAL)
        log.noted(CALL, dial_ended(word))
        assert steps(kept)[1:] == [("dialling", "caller_asked"), (state, "caller_asked")]
        assert kept[-1].body.detail == word and kept[-1].call_ms == 300 and kept[-1].writer == "carrier"


def test_a_call_of_an_earlier_process_is_transferred_because_of_a_fault_as_far_as_is_known():
    kept = Log()
    log = TransferLog(kept)
    log.decided(CALL, APOLOGISE)
    log.noted(CALL, CallFact(kind=FactKind.CARRIER_STATUS, detail="completed"))
    assert steps(kept) == [("dialling", "fault")]


def test_a_store_that_fails_does_not_stop_the_carriers_answer():
    class Full(Log):
        def append(self, event: NewEvent) -> None:
            raise FirstlineError("store_failed", "full")

    kept = Full()
    TransferLog(kept).decided(CALL, DIAL)
    assert not kept
