"""What the global rules of every language have in common: their names, and the words that a line adds to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Rule(StrEnum):
    """What a rule makes of a sentence."""

    EMERGENCY = "emergency"
    HUMAN = "human"
    REPEAT = "repeat"
    SLOWER = "slower"
    GOODBYE = "goodbye"
    NEVER_MIND = "never_mind"
    IDENTITY = "identity"
    """"Am I talking to a machine?" gets an honest answer."""
    PRESENCE = "presence"
    """"Hello? Are you there?"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleHit:
    """A rule that applies."""

    rule: Rule
    emergency: int | None = None
    """Which of the line's emergencies it is, for `Rule.EMERGENCY`."""


class EmergencyWords(Protocol):
    """What a line calls an emergency."""

    @property
    def words(self) -> Sequence[str]:
        """Words or phrases, any of which triggers it."""


class OwnWords(Protocol):
    """What a line adds to the rules of its language."""

    @property
    def human_words(self) -> Sequence[str]:
        """Phrases that ask for a human, besides the built-in ones."""

    @property
    def emergencies(self) -> Sequence[EmergencyWords]:
        """Words that must never wait for a playbook."""
