"""The manners in which the built-in sentences of a language can sound."""

from enum import StrEnum


class Manner(StrEnum):
    """How the built-in sentences sound."""

    WARM = "warm"
    PLAIN = "plain"
    FORMAL = "formal"
