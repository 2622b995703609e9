"""Writes one call's event log: numbers the events, times them, and never lets a failing store stop the call."""

import time
from collections.abc import Callable

from loguru import logger

from interactions.event import CallEvent
from interactions.events.base import Body
from interactions.sink import EventSink
from models.errors import FirstlineError


class CallLog:
    """The only writer of a call's log.

    Args:
        call_id: The call.
        sink: Where events are kept.
        now_ms: The call clock.
        first_seq: Place of the first event, one above the last that an earlier stream of the call wrote.
    """

    def __init__(self, call_id: str, sink: EventSink, now_ms: Callable[[], float], *, first_seq: int = 1):
        self._call_id = call_id
        self._sink = sink
        self._now_ms = now_ms
        self._next_seq = first_seq
        self.store_faults = 0
        """Events that could not be kept."""

    def log(self, *bodies: Body) -> None:
        """Append events, in order."""
        for body in bodies:
            event = CallEvent(
                call_id=self._call_id,
                seq=self._next_seq,
                wall_time=time.time(),
                call_ms=int(self._now_ms()),
                body=body,
            )
            self._next_seq += 1
            try:
                self._sink.append(event)
            except FirstlineError as error:
                self.store_faults += 1
                logger.error(f"call {self._call_id}: event {event.seq} ({body.TYPE}) was not kept: {error.code}")
