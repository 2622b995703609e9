"""The door through which whoever has something to say about an interaction writes it into the log."""

import time
from collections.abc import Callable

from loguru import logger

from interactions.event import NewEvent
from interactions.events.base import Body
from interactions.sink import EventSink
from interactions.vocabulary import Channel, Writer
from models.errors import FirstlineError


class CallLog:
    """One writer's door to the log of an interaction; there may be many at a time, in many processes.

    The store gives out the numbers. What cannot be kept is counted and never stops the call.

    Args:
        interaction_id: The call.
        sink: Where events are kept.
        now_ms: The call clock.
        writer: Who writes.
        leg: Which party's side of the call is written about.
        channel: How the two sides reach each other.
    """

    def __init__(
        self,
        interaction_id: str,
        sink: EventSink,
        *,
        now_ms: Callable[[], float],
        writer: Writer,
        leg: str = "caller",
        channel: Channel = Channel.VOICE,
    ):
        self._interaction_id = interaction_id
        self._sink = sink
        self._now_ms = now_ms
        self._writer = writer
        self._leg = leg
        self._channel = channel
        self.store_faults = 0
        """Events that could not be kept."""

    def append(self, *bodies: Body) -> None:
        """Append events, in order; returns at once and never raises."""
        for body in bodies:
            event = NewEvent(
                interaction_id=self._interaction_id,
                wall_time=time.time(),
                call_ms=int(self._now_ms()),
                body=body,
                writer=self._writer,
                leg=self._leg,
                channel=self._channel,
            )
            try:
                self._sink.append(event)
            except FirstlineError as error:
                self.store_faults += 1
                logger.error("call {}: an event ({}) was not kept: {}", self._interaction_id, body.TYPE, error.code)
