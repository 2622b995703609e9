"""What the telephone edge writes into a call's log: lost streams, the steps of a transfer, and the end of the call."""

from collections.abc import Callable

from interactions.context import CallContext
from interactions.events.acting import Transfer
from interactions.events.base import Body
from interactions.events.lifecycle import CallEnded, StreamLost
from interactions.facts import DIAL_STEPS, CallFact, Decision, FactKind, Step
from interactions.log import CallLog
from interactions.sink import EventSink
from interactions.vocabulary import EndedReason, TransferReason, TransferState, Writer
from records.calls import Advanced, KnownCall
from telephony.call_state import ended_reason, is_over, question_after_stream, transfer_case, was_lost
from telephony.ports import CarrierStatus

_RESULTS = {
    "answered": TransferState.CONNECTED,
    CarrierStatus.COMPLETED.value: TransferState.CONNECTED,
    CarrierStatus.BUSY.value: TransferState.NO_ANSWER,
    CarrierStatus.NO_ANSWER.value: TransferState.NO_ANSWER,
}


class EdgeLog:
    """The telephone edge's door to the logs of its calls."""

    def __init__(self, sink: EventSink, wall_s: Callable[[], float]):
        """Write to ``sink``.

        Args:
            sink: Where events go.
            wall_s: Unix time, s.
        """
        self._sink = sink
        self._wall_s = wall_s

    def advanced(self, call_id: str, step: Advanced) -> None:
        """Write what is new about a call at the carrier."""
        lasted_ms = self._since_ms(step.known.call.created_s if step.known.call else 0.0)
        self._append(call_id, lasted_ms, *news_of(step, lasted_ms))

    def abandoned(self, call_id: str, known: KnownCall) -> None:
        """Write the end of a call that is over at the carrier and of which nobody will tell more."""
        lasted_ms = self._since_ms(known.call.created_s if known.call else 0.0)
        self._append(call_id, lasted_ms, CallEnded(reason=ended_reason(known.facts), duration_ms=lasted_ms))

    def stream_only(self, context: CallContext, reason: EndedReason) -> None:
        """Write the end of a call that was nothing but its media stream: no carrier will report one."""
        lasted_ms = self._since_ms(context.began_s)
        self._append(context.call_id, lasted_ms, CallEnded(reason=reason, duration_ms=lasted_ms))

    def _append(self, call_id: str, call_ms: int, *bodies: Body) -> None:
        CallLog(call_id, self._sink, now_ms=lambda: call_ms, writer=Writer.CARRIER).append(*bodies)

    def _since_ms(self, began_s: float) -> int:
        return max(0, int((self._wall_s() - began_s) * 1000)) if began_s else 0


def news_of(step: Advanced, lasted_ms: int) -> list[Body]:
    """What the log is told of a step of a call; pure.

    Args:
        step: What was known before, and what is known now.
        lasted_ms: How long the call has lasted.
    """
    before, known = step.before, step.known
    if is_over(before.facts, before.decisions):
        return []  # The end is the last word; what comes late is kept as a fact.
    bodies: list[Body] = [
        _dial_ended(fact, known) for fact in known.facts[len(before.facts) :] if fact.kind is FactKind.DIAL_ENDED
    ]
    for decision in known.decisions[len(before.decisions) :]:
        bodies += _decided(decision, known)
    if is_over(known.facts, known.decisions):
        bodies.append(CallEnded(reason=ended_reason(known.facts), duration_ms=lasted_ms))
    return bodies


def _decided(decision: Decision, known: KnownCall) -> list[Body]:
    bodies: list[Body] = []
    last = max((fact.number for fact in known.facts if fact.kind is FactKind.STREAM_STARTED), default=0)
    if decision.question == question_after_stream(last) and was_lost(last, known.facts):
        ends = [f.detail for f in known.facts if f.kind is FactKind.STREAM_ENDED and f.number == last]
        bodies.append(StreamLost(number=last, detail=", ".join(sorted(ends)) or "nobody saw it end"))
    if decision.step in DIAL_STEPS:
        case = transfer_case(known.facts)
        summary = case.summary if case else ""
        bodies.append(Transfer(state=TransferState.DIALLING, reason=_reason(decision.step, known), pii_summary=summary))
    return bodies


def _dial_ended(fact: CallFact, known: KnownCall) -> Transfer:
    dialled = next((d for d in known.decisions if d.step in DIAL_STEPS and d.number == fact.number), None)
    state = _RESULTS.get(fact.detail, TransferState.FAILED)
    reason = _reason(dialled.step if dialled else Step.APOLOGISE_AND_DIAL, known)
    return Transfer(state=state, reason=reason, detail=fact.detail)


def _reason(step: Step, known: KnownCall) -> TransferReason:
    """Why a human is dialled: as the conversation said, else because we could not go on."""
    case = transfer_case(known.facts)
    return case.reason if case and step is Step.DIAL else TransferReason.FAULT
