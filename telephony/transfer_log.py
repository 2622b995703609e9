"""Writes the steps of a transfer that happen on the carrier's side into the call's log."""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from interactions.event import NewEvent
from interactions.events.acting import Transfer
from interactions.facts import DIAL_STEPS, CallFact, Decision, FactKind, Step
from interactions.sink import EventSink
from interactions.vocabulary import TransferReason, TransferState, Writer
from models.errors import FirstlineError
from telephony.ports import CarrierStatus

logger = logging.getLogger(__name__)

_REMEMBERED_CALLS = 2048
"""Calls whose reason for a transfer is kept in memory."""
_RESULTS = {
    "answered": TransferState.CONNECTED,
    CarrierStatus.COMPLETED.value: TransferState.CONNECTED,
    CarrierStatus.BUSY.value: TransferState.NO_ANSWER,
    CarrierStatus.NO_ANSWER.value: TransferState.NO_ANSWER,
}


@dataclass(slots=True)
class _Place:
    """What the carrier's side has to know of a call."""

    call_ms: int = 0
    """Call clock of the conversation's last event."""
    reason: TransferReason = TransferReason.FAULT
    """Why a human is needed: as the conversation said, else because we could not go on."""


class TransferLog:
    """An `EventSink` in front of another that remembers why each call is transferred; used on the event loop only."""

    def __init__(self, sink: EventSink, wall_s: Callable[[], float] = time.time):
        """Write to ``sink``.

        Args:
            sink: Where events go.
            wall_s: Unix time, s.
        """
        self._sink = sink
        self._wall_s = wall_s
        self._places: OrderedDict[str, _Place] = OrderedDict()

    def append(self, event: NewEvent) -> None:
        """Keep a conversation's event; see `EventSink`."""
        place = self._place(event.interaction_id)
        place.call_ms = event.call_ms
        if isinstance(event.body, Transfer):
            place.reason = event.body.reason
        self._sink.append(event)

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
        body = Transfer(state=state, reason=place.reason, detail=detail)
        try:
            self._sink.append(
                NewEvent(
                    interaction_id=call_id,
                    wall_time=self._wall_s(),
                    call_ms=place.call_ms,
                    body=body,
                    writer=Writer.CARRIER,
                )
            )
        except FirstlineError as error:
            logger.error("call %s: a step of its transfer (%s) was not kept: %s", call_id, state.value, error.code)

    def _place(self, call_id: str) -> _Place:
        place = self._places.setdefault(call_id, _Place())
        while len(self._places) > _REMEMBERED_CALLS:
            self._places.popitem(last=False)
        self._places.move_to_end(call_id)
        return place
