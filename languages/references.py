"""Tells a number that names something, as an order's does, from a price, a year, a time, a house number or a count."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

_YEAR = re.compile(r"(?:19\d\d|20[0-4]\d)")
_CLOCK = re.compile(r"(?:[01]?\d|2[0-4])(?:[0-5]\d)?")
_DECIMAL = re.compile(r"\d[.,]\d{1,2}(?!\d)|\d\s*:\s*\d|\d\s*/\s*\d+\s*/\s*\d|\b\d{4}-\d\d-\d\d\b")
"""A price, a time or a date, written in figures."""
_CONTEXT = 60
"""Characters looked at on either side."""
_ROUND = re.compile(r"[1-9]\d*(?:00|50)")
"""A sum as people round them."""
_PHONE_LENGTH = 9
"""Digits from which a number that begins with a zero is a telephone's."""
_SHORT_REFERENCE = 4
"""Digits from which a plural behind a number is hardly what it counts."""


class Role(StrEnum):
    """What a number is in its sentence."""

    NAMED = "named"
    """Something that has a number stands beside it: "my order 4027"."""
    ASKED = "asked"
    """Somebody asks after it: "where is 4027"."""
    BARE = "bare"
    """It stands alone in its clause."""
    OTHER = "other"
    """A price, a year, a time, a house number, a count, an age, a telephone number, a postcode."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceWords:
    """How one language tells what a number is; patterns ignore case, and those of "before" are anchored at its end."""

    named_before: re.Pattern[str]
    """Before it where it names something, whatever follows: "order number is"."""
    joins: str
    """Pattern of what may stand between a noun and its number: "number", "is"."""
    asked_before: re.Pattern[str]
    """Before it where somebody asks after something: "where is"."""
    pays_before: re.Pattern[str]
    """Before it where a round sum of money may stand as well: "refund"."""
    named_after: re.Pattern[str]
    """After it: "is my order number"."""
    other_before: re.Pattern[str]
    """Before a price, a count, a house number, a telephone number: "paid", "over", "flat"."""
    other_after: re.Pattern[str]
    """After one: "euros", "Main Street", "years old"."""
    year_before: re.Pattern[str]
    """Before a year: "since"."""
    time_before: re.Pattern[str]
    """Before a time of day: "at"."""
    counted: re.Pattern[str]
    """After a count: a word in the plural."""
    fillers: re.Pattern[str]
    """Words that leave a number bare: "it's", "please"."""


def role_of(text: str, start: int, end: int, value: str, *, words: ReferenceWords, named: Sequence[str] = ()) -> Role:
    """What the number at a place is.

    Args:
        text: What was said.
        start: First character of the number.
        end: One past its last.
        value: Its digits.
        words: How the language tells.
        named: The line's own words for what the number names.
    """
    before, after = text[max(0, start - _CONTEXT) : start], text[end : end + _CONTEXT]
    if _DECIMAL.search(text[start:end]) or words.other_after.match(after):
        return Role.OTHER
    if _is_named(before, words, named):
        return Role.OTHER if words.counted.match(after) and len(value) < _SHORT_REFERENCE else Role.NAMED
    if words.other_before.search(before):
        return Role.OTHER
    if _YEAR.fullmatch(value) and words.year_before.search(before):
        return Role.OTHER
    if _CLOCK.fullmatch(value) and words.time_before.search(before):
        return Role.OTHER
    if words.named_after.match(after):
        return Role.NAMED
    if _is_bare(text, start, end, words):
        return Role.BARE
    counts = words.counted.match(after) or (value.startswith("0") and len(value) >= _PHONE_LENGTH)
    asked = words.asked_before.search(before) and not _YEAR.fullmatch(value)
    paid = words.pays_before.search(before) and _ROUND.fullmatch(value)
    return Role.ASKED if asked and not counts and not paid else Role.UNKNOWN


def _is_named(before: str, words: ReferenceWords, named: Sequence[str]) -> bool:
    if words.named_before.search(before):
        return True
    own = "|".join(re.escape(word) for word in named)
    return bool(own and re.search(rf"\b(?:{own})(?:{words.joins})\s*$", before, re.IGNORECASE))


def _is_bare(text: str, start: int, end: int, words: ReferenceWords) -> bool:
    """Whether nothing else is said in its clause."""
    clause_start = max(text.rfind(mark, 0, start) for mark in ",.;!?") + 1
    marks = [at for mark in ",.;!?" if (at := text.find(mark, end)) >= 0]
    clause_end = min(marks, default=len(text))
    rest = f"{text[clause_start:start]} {text[end:clause_end]}"
    return words.fillers.fullmatch(rest) is not None
