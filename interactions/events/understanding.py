"""Events of what was understood: intents and acts, emotions and given values."""

from dataclasses import dataclass
from typing import ClassVar

from interactions.events.base import Body, EventType, register
from interactions.vocabulary import InputMode


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class IntentRecognised(Body):
    """What the utterance asks for, and what the caller does with it."""

    TYPE: ClassVar[EventType] = EventType.INTENT
    utterance_id: int
    """The utterance."""
    intent: str | None
    """Best accepted intent; None when out of scope."""
    probability: float
    """Calibrated, 0 to 1."""
    also: tuple[str, ...] = ()
    """Further accepted intents."""
    in_scope: float = 1.0
    """Probability of being in scope."""
    acts: tuple[str, ...] = ()
    """What the caller does, as far as it is certain enough to be claimed; logs of before it was read have none."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class EmotionEstimated(Body):
    """How the caller seemed to feel."""

    TYPE: ClassVar[EventType] = EventType.EMOTION
    utterance_id: int
    """The utterance."""
    label: str
    """Emotion, smoothed over the call; ``unknown`` without enough evidence."""
    probabilities: dict[str, float]
    """Of this utterance."""
    anger: float = 0.0
    """Call-level smoothed anger, 0 to 1."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class SlotFilled(Body):
    """A value the dialogue asked for was given."""

    TYPE: ClassVar[EventType] = EventType.SLOT_FILLED
    slot: str
    """Name in the playbook."""
    kind: str
    """Slot type."""
    pii_value: str
    """Normalised value."""
    confirmed: bool = False
    """Whether the caller confirmed it."""
    by: InputMode = InputMode.VOICE
    """How it was given."""
