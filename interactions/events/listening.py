"""Events of the caller's side: speech, words, keys and silence."""

from dataclasses import dataclass
from typing import ClassVar

from interactions.events.base import Body, EventType, register
from interactions.vocabulary import EndRule


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechStarted(Body):
    """The caller began to speak."""

    TYPE: ClassVar[EventType] = EventType.SPEECH_STARTED
    at_ms: int
    """First voiced sample."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechEnded(Body):
    """The caller's turn ended: the turn detector made up its mind."""

    TYPE: ClassVar[EventType] = EventType.SPEECH_ENDED
    start_ms: int
    """First voiced sample of the turn."""
    end_ms: int
    """Last voiced sample of the turn."""
    decided_ms: int
    """When the end was decided."""
    rule: EndRule
    """Which row of the end-of-turn policy decided."""
    turn_probability: float | None = None
    """The turn model's probability that the turn was complete."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class Partial(Body):
    """Text of a turn that had not ended yet."""

    TYPE: ClassVar[EventType] = EventType.PARTIAL
    pii_text: str
    """What was recognised."""
    at_ms: int
    """End of the audio it covers."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class SpeculationWithdrawn(Body):
    """Work on an eager end of turn was thrown away: the caller went on."""

    TYPE: ClassVar[EventType] = EventType.SPECULATION_WITHDRAWN
    at_ms: int
    """When."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class UtteranceHeard(Body):
    """What the caller said in one turn."""

    TYPE: ClassVar[EventType] = EventType.UTTERANCE
    utterance_id: int
    """Counts the caller's turns from 1."""
    pii_text: str
    """Recognised text."""
    confidence: float
    """Mean token probability, 0 to 1."""
    start_ms: int
    """First voiced sample."""
    end_ms: int
    """Last voiced sample."""
    transcribe_ms: float = 0.0
    """Compute time of the transcription, ms."""
    wait_ms: float = 0.0
    """Time in the transcriber's queue, ms."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class Backchannel(Body):
    """The caller said mm-hm, coughed or murmured; the bot went on."""

    TYPE: ClassVar[EventType] = EventType.BACKCHANNEL
    at_ms: int
    """When."""
    pii_text: str = ""
    """What was recognised, if anything."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPressed(Body):
    """A key on the caller's keypad."""

    TYPE: ClassVar[EventType] = EventType.KEY_PRESSED
    pii_digit: str
    """0-9, * or #."""
    at_ms: int
    """When."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceNoticed(Body):
    """Nobody said anything."""

    TYPE: ClassVar[EventType] = EventType.SILENCE
    at_ms: int
    """When."""
    checks: int
    """How many checks were made, this one included."""
