"""Events of our side: replies planned, begun, played and cut."""

from dataclasses import dataclass
from typing import ClassVar

from interactions.events.base import Body, EventType, register
from interactions.vocabulary import ReplySource


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyPlanned(Body):
    """The dialogue decided what to say."""

    TYPE: ClassVar[EventType] = EventType.REPLY_PLANNED
    reply_id: int
    """Counts the bot's replies from 1."""
    utterance_id: int | None = None
    """The utterance it answers."""
    pii_text: str
    """The whole text."""
    source: ReplySource = ReplySource.PLAYBOOK
    """Where it came from."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyStarted(Body):
    """The first audible sample of a reply reached the ear."""

    TYPE: ClassVar[EventType] = EventType.REPLY_STARTED
    reply_id: int
    """The reply."""
    at_ms: int
    """First audible sample."""
    voice_to_voice_ms: int | None = None
    """From the caller's last voiced sample to this one."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyPlayed(Body):
    """What of a reply was really played."""

    TYPE: ClassVar[EventType] = EventType.REPLY_PLAYED
    reply_id: int
    """The reply."""
    pii_text: str
    """The heard part."""
    start_ms: int
    """First sample."""
    end_ms: int
    """Last sample."""
    complete: bool
    """Whether all of it was heard."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class Interrupted(Body):
    """The caller stopped the bot."""

    TYPE: ClassVar[EventType] = EventType.INTERRUPTED
    reply_id: int
    """The reply that was cut."""
    speech_ms: int
    """When the caller began to speak."""
    at_ms: int
    """When the ear went silent."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class FalseInterruption(Body):
    """The bot paused for a sound that was no interruption, and went on."""

    TYPE: ClassVar[EventType] = EventType.FALSE_INTERRUPTION
    reply_id: int
    """The reply."""
    paused_ms: int
    """When it paused."""
    resumed_ms: int
    """When it went on."""
