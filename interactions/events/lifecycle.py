"""Events of a call's life: its begin and end, its media streams, and what failed."""

from dataclasses import dataclass
from typing import ClassVar

from interactions.events.base import Body, EventType, register
from interactions.vocabulary import EndedReason


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class CallStarted(Body):
    """The conversation began."""

    TYPE: ClassVar[EventType] = EventType.CALL_STARTED
    line: str
    """Name of the line that answers."""
    direction: str = "inbound"
    """``inbound`` or ``outbound``."""
    purpose: str = "answer"
    """Why the conversation starts: ``answer``, ``resume`` or ``take_message``."""
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
class StreamLost(Body):
    """The media stream broke off."""

    TYPE: ClassVar[EventType] = EventType.STREAM_LOST
    detail: str = ""
    """Why, if known."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class StreamResumed(Body):
    """The media stream is back."""

    TYPE: ClassVar[EventType] = EventType.STREAM_RESUMED
    number: int
    """Which media stream of the call this is, from 1."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class Fault(Body):
    """Something failed; the call went on in the way that ``handled`` says."""

    TYPE: ClassVar[EventType] = EventType.FAULT
    code: str
    """Typed error code."""
    component: str
    """Where: ``speech_to_text``, ``voice``, ``tool``, ``store`` …"""
    handled: str
    """What was done: ``retried``, ``apologised``, ``transferred``, ``went_on``."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded(Body):
    """The conversation is over."""

    TYPE: ClassVar[EventType] = EventType.CALL_ENDED
    reason: EndedReason
    """Why."""
    duration_ms: int
    """Call-clock length."""
