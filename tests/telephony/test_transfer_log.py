from interactions.event import CallEvent
from interactions.events.acting import Transfer
from interactions.events.base import Body
from interactions.events.lifecycle import CallEnded, CallStarted
from interactions.facts import CallFact, Decision, FactKind, Step
from interactions.vocabulary import EndedReason, TransferReason, TransferState
from models.errors import FirstlineError
from telephony.transfer_log import TransferLog

CALL = "CA1"
DIAL = Decision(question="after-stream:1", step=Step.DIAL, number=1, decided_s=0)
APOLOGISE = Decision(question="after-stream:1", step=Step.APOLOGISE_AND_DIAL, number=1, decided_s=0)


class Kept(list[CallEvent]):
    full = False

    def append(self, event: CallEvent) -> None:
        if self.full:
            raise FirstlineError("store_failed", "full")
        super().append(event)

    @property
    def steps(self) -> list[tuple[int, str, str]]:
        return [(e.seq, e.body.state.value, e.body.reason.value) for e in self if isinstance(e.body, Transfer)]


def made(committed: int = 0) -> tuple[TransferLog, Kept]:
    kept = Kept()
    return TransferLog(kept, lambda call_id: committed, wall_s=lambda: 5.0), kept


def write(log: TransferLog, *bodies: Body, first: int = 1) -> None:
    for seq, body in enumerate(bodies, start=first):
        log.append(CallEvent(call_id=CALL, seq=seq, wall_time=1.0, call_ms=seq * 100, body=body))


def dial_ended(detail: str) -> CallFact:
    return CallFact(kind=FactKind.DIAL_ENDED, number=1, detail=detail)


ASKED = Transfer(state=TransferState.REQUESTED, reason=TransferReason.CALLER_ASKED)
TRANSFERRED = CallEnded(reason=EndedReason.TRANSFERRED, duration_ms=300)


def test_a_human_who_answers_and_one_who_does_not():
    for word, state in (
        ("answered", "connected"),
        ("completed", "connected"),
        ("busy", "no_answer"),
        ("no-answer", "no_answer"),
        ("failed", "failed"),
        ("canceled", "failed"),
    ):
        log, kept = made()
        write(log, CallStarted(line="shop"), ASKED, TRANSFERRED)
        log.decided(CALL, DIAL)
        log.noted(CALL, dial_ended(word))
        assert kept.steps[1:] == [(4, "dialling", "caller_asked"), (5, state, "caller_asked")]
        assert kept[-1].body.detail == word and kept[-1].call_ms == 300 and log.last_seq(CALL) == 5


def test_while_a_conversation_writes_the_carriers_word_waits():
    log, kept = made()
    write(log, CallStarted(line="shop"), ASKED)
    log.decided(CALL, DIAL)
    assert kept.steps == [(2, "requested", "caller_asked")]
    write(log, TRANSFERRED, first=3)
    assert [event.seq for event in kept] == [1, 2, 3, 4]
    assert kept.steps[-1] == (4, "dialling", "caller_asked")


def test_a_stream_after_the_dial_counts_on_and_its_own_steps_follow():
    log, kept = made()
    write(log, CallStarted(line="shop"), ASKED, TRANSFERRED)
    log.decided(CALL, DIAL)
    log.noted(CALL, dial_ended("no-answer"))
    write(log, CallStarted(line="shop", purpose="take_message"), first=log.last_seq(CALL) + 1)
    assert [event.seq for event in kept] == [1, 2, 3, 4, 5, 6]


def test_a_call_of_an_earlier_process_goes_on_where_the_database_ends():
    log, kept = made(committed=41)
    log.decided(CALL, APOLOGISE)
    log.noted(CALL, CallFact(kind=FactKind.CARRIER_STATUS, detail="completed"))
    assert kept.steps == [(42, "dialling", "fault")]


def test_a_store_that_fails_does_not_stop_the_carriers_answer():
    log, kept = made()
    kept.full = True
    log.decided(CALL, DIAL)
    assert not kept and log.last_seq(CALL) == 1
