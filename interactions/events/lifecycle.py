"""Events of a call's life: its begin and end, its media streams, and what failed."""

from dataclasses import dataclass
from typing import ClassVar

from interactions.context import Direction, Purpose
from interactions.events.base import Body, EventType, register
from interactions.vocabulary import Component, EndedReason, Handling


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class CallStarted(Body):
    """The call began; written by its first media stream that comes about."""

    TYPE: ClassVar[EventType] = EventType.CALL_STARTED
    ONCE: ClassVar[bool] = True
    line: str
    """Name of the line that answers."""
    direction: Direction = Direction.INBOUND
    """Who dialled."""
    purpose: Purpose = Purpose.ANSWER
    """Why that stream was opened."""
    pii_caller_number: str = ""
    """E.164 or empty."""
    called_number: str = ""
    """E.164."""
    caller_verified: bool = False
    """Whether the network vouches for the caller's number."""
    software: str = ""
    """Version of Firstline and of the models that answer."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class StreamEnded(Body):
    """The conversation on a media stream is over; the call may go on, with a human or on another stream."""

    TYPE: ClassVar[EventType] = EventType.STREAM_ENDED
    number: int
    """Which media stream of the call, from 1."""
    reason: EndedReason
    """Why."""
    duration_ms: int
    """Call clock at its end."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class StreamLost(Body):
    """A media stream broke off while the call went on."""

    TYPE: ClassVar[EventType] = EventType.STREAM_LOST
    number: int = 1
    """Which media stream of the call, from 1."""
    detail: str = ""
    """Why, if known."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class StreamResumed(Body):
    """The call goes on with us on another media stream."""

    TYPE: ClassVar[EventType] = EventType.STREAM_RESUMED
    number: int
    """Which media stream of the call this is, from 2."""
    purpose: Purpose = Purpose.RESUME
    """What it was opened for."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class Fault(Body):
    """Something failed; the call went on in the way that ``handled`` says."""

    TYPE: ClassVar[EventType] = EventType.FAULT
    code: str
    """Typed error code."""
    component: Component
    """Where."""
    handled: Handling
    """What was done."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded(Body):
    """The call is over: the last event of its log, written by the telephone edge."""

    TYPE: ClassVar[EventType] = EventType.CALL_ENDED
    ONCE: ClassVar[bool] = True
    reason: EndedReason
    """Why our last conversation with the caller ended."""
    duration_ms: int
    """From the first ring to the end, whoever talked to the caller, ms."""
