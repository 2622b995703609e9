"""Times of day: what is the same in every language, given how a language reads one at a place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import Protocol

from languages.entities import FoundTime
from languages.tokens import Token, tokenize, touching, word_at


class Half(StrEnum):
    """Which half of the day a time was said to be in."""

    MORNING = "morning"
    """Midnight to noon."""
    AFTERNOON = "afternoon"
    """Noon to midnight."""
    NIGHT = "night"
    """Seven in the evening to five in the morning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTime:
    """A time read at a place."""

    hour: int
    """0 to 24."""
    minute: int
    end: int
    """Index of the token after it."""
    half: Half | None = None
    """Said with it: "pm", "in the evening"."""
    whole_day: bool = False
    """Whether the hour counts from midnight whatever else is said: "noon", "19h"."""
    bare: bool = False
    """Whether it is a number and nothing more, which may as well be something else."""


class TimeReader(Protocol):
    """Reads a time that begins at a token."""

    def __call__(self, tokens: Sequence[Token], at: int) -> ReadTime | None:
        """The time, or None."""


class HalfReader(Protocol):
    """Reads "in the evening" at a token."""

    def __call__(self, tokens: Sequence[Token], at: int) -> Half | None:
        """The half of the day, or None."""


_OFFICE_OPENS = 7
"""Without a half of the day an hour from here to twelve is in the morning, an earlier one in the afternoon."""


def find_time(text: str, *, read: TimeReader, half_at: HalfReader, expect: bool = False) -> FoundTime | None:
    """Find the first time of day in a text; one that is more than a bare number comes first.

    Args:
        text: What was said.
        read: How the language says times.
        half_at: How the language says halves of the day.
        expect: Whether a time was asked for; a bare "three" then counts.

    Returns:
        The time, or None.
    """
    tokens = tokenize(text)
    bare: tuple[int, ReadTime] | None = None
    at = 0
    while at < len(tokens):
        part_of_figures = word_at(tokens, at - 1) == ":" and touching(tokens, at)
        found = read(tokens, at) if not part_of_figures else None
        if found is not None and not found.bare:
            return _found(tokens, at, found, half_at)
        if found is not None and bare is None:
            bare = at, found
        at = found.end if found is not None else at + 1
    if bare is None:
        return None
    half = any(half_at(tokens, k) is not None for k in range(len(tokens)))
    return _found(tokens, *bare, half_at) if expect or half else None


def read_figures(tokens: Sequence[Token], at: int, marks: str) -> tuple[int, int, int] | None:
    """Read "15:30" with one of the marks between; hour, minute and the index after it."""
    if not tokens[at].is_number or word_at(tokens, at + 1) not in tuple(marks) or not touching(tokens, at + 1):
        return None
    minute = word_at(tokens, at + 2)
    if not (touching(tokens, at + 2) and minute.isdigit() and len(minute) == 2 and len(tokens[at].raw) <= 2):
        return None
    hour = int(tokens[at].raw)
    return (hour, int(minute), at + 3) if hour <= 24 and int(minute) < 60 else None


def _found(tokens: Sequence[Token], at: int, found: ReadTime, half_at: HalfReader) -> FoundTime | None:
    half = found.half
    if half is None and not found.whole_day:
        half = next((near for k in range(len(tokens)) if (near := half_at(tokens, k)) is not None), None)
    hour, said = _in_day(found.hour, half, whole_day=found.whole_day)
    if hour > 24 or (hour == 24 and found.minute) or not 0 <= found.minute < 60:
        return None
    return FoundTime(
        value=time(hour % 24, found.minute),
        half_said=said,
        start=tokens[at].start,
        end=tokens[found.end - 1].end,
        confidence=(0.6 if found.bare else 0.8) + (0.15 if said else 0.0),
    )


def _in_day(hour: int, half: Half | None, *, whole_day: bool) -> tuple[int, bool]:
    """The hour from midnight, and whether that is certain."""
    if whole_day or hour > 12 or hour == 0:
        return hour, True
    match half:
        case Half.MORNING:
            return hour % 12, True
        case Half.AFTERNOON:
            return hour % 12 + 12, True
        case Half.NIGHT:
            return (hour % 12 if hour % 12 < 5 else hour % 12 + 12), True
    return (hour if _OFFICE_OPENS <= hour <= 12 else hour + 12), False
