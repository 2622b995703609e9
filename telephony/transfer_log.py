"""Writes the steps of a transfer that happen after the conversation, on the carrier's side, into the call's log.

While a media stream is live its conversation is the only one that numbers events. What the carrier reports meanwhile
waits here until that conversation's ``call_ended`` has passed by.
"""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from interactions.event import CallEvent
from interactions.events.acting import Transfer
from interactions.events.lifecycle import CallEnded, CallStarted
from interactions.facts import DIAL_STEPS, CallFact, Decision, FactKind, Step
from interactions.sink import EventSink
from interactions.vocabulary import TransferReason, TransferState
from models.errors import FirstlineError
from telephony.ports import CarrierStatus

logger = logging.getLogger(__name__)

_REMEMBERED_CALLS = 2048
"""Calls whose place in the log is kept in memory; of older ones it is read from the database."""
_WAITING_BOUND = 16
"""Steps of one call that may wait for the end of its stream."""
_RESULTS = {
    "answered": TransferState.CONNECTED,
    CarrierStatus.COMPLETED.value: TransferState.CONNECTED,
    CarrierStatus.BUSY.value: TransferState.NO_ANSWER,
    CarrierStatus.NO_ANSWER.value: TransferState.NO_ANSWER,
}


@dataclass(slots=True)
class _Place:
    """Where a call's log stands."""

    seq: int
    """Last number that was given out."""
    call_ms: int = 0
    """Call clock of that event."""
    live: bool = False
    """Whether a conversation is writing."""
    reason: TransferReason = TransferReason.FAULT
    """Why a human is needed: as the conversation said, else because we could not go on."""
    waiting: list[Transfer] = field(default_factory=list)
    """Steps that come after the conversation's last event."""


class TransferLog:
    """An `EventSink` in front of the store that knows each call's last number; used on the event loop only."""

    def __init__(self, sink: EventSink, last_seq: Callable[[str], int], wall_s: Callable[[], float] = time.time):
        """Write to ``sink``.

        Args:
            sink: Where events go.
            last_seq: Last committed number of a call that is not remembered here.
            wall_s: Unix time, s.
        """
        self._sink = sink
        self._committed = last_seq
        self._wall_s = wall_s
        self._places: OrderedDict[str, _Place] = OrderedDict()

    def append(self, event: CallEvent) -> None:
        """Keep a conversation's event; see `EventSink`."""
        place = self._place(event.call_id, seq=event.seq)
        place.seq, place.call_ms = max(place.seq, event.seq), event.call_ms
        match event.body:
            case CallStarted():
                place.live = True
            case Transfer(reason=reason):
                place.reason = reason
            case CallEnded():
                place.live = False
        try:
            self._sink.append(event)
        finally:
            if isinstance(event.body, CallEnded):
                self._write_waiting(event.call_id, place)

    def last_seq(self, call_id: str) -> int:
        """Last number of a call, given out or committed."""
        return self._place(call_id).seq

    def decided(self, call_id: str, decision: Decision) -> None:
        """The carrier was told what to do next: a human may be dialled."""
        if decision.step in DIAL_STEPS:
            ours = decision.step is Step.APOLOGISE_AND_DIAL
            self._note(call_id, TransferState.DIALLING, reason=TransferReason.FAULT if ours else None)

    def noted(self, call_id: str, fact: CallFact) -> None:
        """Something is known about a call: a dialled human answered or did not."""
        if fact.kind is FactKind.DIAL_ENDED:
            self._note(call_id, _RESULTS.get(fact.detail, TransferState.FAILED), detail=fact.detail)

    def _note(
        self, call_id: str, state: TransferState, *, reason: TransferReason | None = None, detail: str = ""
    ) -> None:
        place = self._place(call_id)
        place.reason = reason or place.reason
        if len(place.waiting) >= _WAITING_BOUND:
            logger.error("call %s: a step of its transfer was not kept: too many wait", call_id)
            return
        place.waiting.append(Transfer(state=state, reason=place.reason, detail=detail))
        if not place.live:
            self._write_waiting(call_id, place)

    def _write_waiting(self, call_id: str, place: _Place) -> None:
        while place.waiting:
            body = place.waiting.pop(0)
            place.seq += 1
            event = CallEvent(
                call_id=call_id, seq=place.seq, wall_time=self._wall_s(), call_ms=place.call_ms, body=body
            )
            try:
                self._sink.append(event)
            except FirstlineError as error:
                logger.error("call %s: event %d (%s) was not kept: %s", call_id, event.seq, body.TYPE, error.code)

    def _place(self, call_id: str, *, seq: int | None = None) -> _Place:
        place = self._places.get(call_id)
        if place is None:
            place = _Place(seq=self._committed(call_id) if seq is None else seq)
            self._places[call_id] = place
            while len(self._places) > _REMEMBERED_CALLS:
                self._places.popitem(last=False)
        self._places.move_to_end(call_id)
        return place
