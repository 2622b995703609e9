"""Takes "not this but that" apart: of two values in a sentence the one that is denied never counts.

What a caller denies stands beside a word that denies it ("not the fifth", "the fifth is wrong") or is replaced by a
value right behind it ("the fifth, no, the sixth"). The finder of the value itself says where one begins and ends, so
that one grammar serves every kind.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Generic, TypeVar

from languages.entities import Entity
from languages.tokens import LONGEST_TEXT

E = TypeVar("E", bound=Entity)
"""The kind of value."""

_MOST_CUES = 6
"""Denials looked at in one text; nobody says more in a sentence."""
_TAKEN_OUT = ";"
"""Stands in for every character of what is denied; no value has it inside."""
_WHOLE = 0.6
"""Confidence from which a value is whole, for a finder that also finds parts."""
_KEPT = 64
"""Findings of each kind that are remembered: of the turns in hand, each of which many rules ask about."""
_MOST_CLAUSES = 8
"""Clauses that a value after a denial may reach over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContrastWords:
    """How one language denies a value; every pattern ignores case."""

    denies_next: re.Pattern[str]
    """Found right before a value that is denied: "not", "instead of"."""
    denies_last: re.Pattern[str]
    """Found right after a value that is denied: "is wrong"."""
    replaces: re.Pattern[str]
    """Found between a value and the one that takes its place: ", no,", "I mean"."""
    lead: re.Pattern[str]
    """Matches what may stand between such a word and the value: "it's", "on the"; may be empty."""
    trail: re.Pattern[str]
    """Matches what may follow the value and belongs to it: "one", "order"; may be empty."""
    clause: re.Pattern[str]
    """Found where a clause ends, and with it a value that was denied."""
    divides: re.Pattern[str]
    """Found between a value that is denied and another in the same clause: "to"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast(Generic[E]):
    """What a text says and what it denies."""

    kept: E | None
    """The value that is meant; None when there is none."""
    denied: tuple[E, ...]
    """Values that the caller says it is not."""


def contrast(text: str, find: Callable[[str], E | None], *, words: ContrastWords, mends: bool = False) -> Contrast[E]:
    """Find the value that is meant, and those that are denied.

    Args:
        text: What was said.
        find: Finds the value in a text without denials.
        words: How the language denies.
        mends: Whether the finder itself mends a value's end ("4027, no, 8"); then only a whole one replaces another.
    """
    text = text[:LONGEST_TEXT]
    cues = list(_cues(text, words))
    whole = find(text) if cues else None
    denied: list[E] = []
    for kind, cue in cues[:_MOST_CUES]:
        if whole is not None and whole.start <= cue.start() < cue.end() <= whole.end and kind is not words.replaces:
            # The word belongs to the value: a choice called "not working".
            continue
        if kind is words.denies_next:
            value = _value_after(text, cue.end(), find, words, same_clause=True)
            start, end = cue.start(), _past(words.trail, text, value.end) if value is not None else 0
        else:
            value = _value_before(text, cue.start(), find, words)
            start, end = value.start if value is not None else 0, cue.end()
        if value is None or text[cue.start()] == _TAKEN_OUT:
            continue
        if kind is words.replaces:
            instead = _value_after(text, cue.end(), find, words)
            if instead is None or (mends and instead.confidence < max(value.confidence, _WHOLE)):
                continue
            end = instead.start
        text = _blank(text, start, end)
        denied.append(value)
    return Contrast(kept=find(text), denied=tuple(denied))


def contrasting(find: Callable[..., E | None], *, words: ContrastWords, mends: bool = False) -> Callable[..., E | None]:
    """A finder that never takes a value which the text denies; its arguments stay the same.

    What it found is remembered for a while, where its arguments can be: a turn is looked through by many.
    """

    def without_denied(text: str, *args: object, **options: object) -> E | None:
        return contrast(text, lambda part: find(part, *args, **options), words=words, mends=mends).kept

    remembered = lru_cache(maxsize=_KEPT)(without_denied)

    def found(text: str, *args: object, **options: object) -> E | None:
        try:
            return remembered(text, *args, **options)
        except TypeError:
            return without_denied(text, *args, **options)

    return found


def _cues(text: str, words: ContrastWords) -> Iterator[tuple[re.Pattern[str], re.Match[str]]]:
    for kind in (words.denies_next, words.denies_last, words.replaces):
        yield from ((kind, match) for _, match in zip(range(_MOST_CUES), kind.finditer(text), strict=False))


def _value_after(
    text: str, at: int, find: Callable[[str], E | None], words: ContrastWords, *, same_clause: bool = False
) -> E | None:
    """The value that begins at a place, but for a lead; it ends with the clause that makes it whole."""
    start = _past(words.lead, text, at)
    if same_clause and words.clause.search(text, at, start) is not None:
        return None
    stops = (*words.clause.finditer(text, start), *words.divides.finditer(text, start))
    ends = sorted(match.start() for match in stops if match.start() > start)
    best: E | None = None
    for end in [*ends[:_MOST_CLAUSES], len(text)]:
        found = find(text[start:end])
        if found is not None and found.start == 0 and (best is None or found.confidence > best.confidence):
            best = found
    return _moved(best, start)


def _value_before(text: str, at: int, find: Callable[[str], E | None], words: ContrastWords) -> E | None:
    """The value that ends at a place."""
    stop = len(text[:at].rstrip(" ,.;:-–—\"'"))
    starts = [0, *(match.end() for match in words.clause.finditer(text, 0, stop) if match.end() < stop)]
    for start in reversed(starts[-_MOST_CLAUSES:]):
        found = find(text[start:stop])
        # A finder returns the first value or the best; the one that is meant here comes last.
        while found is not None and words.trail.fullmatch(text, start + found.end, stop) is None:
            start += found.end
            found = find(text[start:stop])
        if found is not None:
            return _moved(found, start)
    return None


def _past(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match is not None else at


def _moved(entity: E | None, by: int) -> E | None:
    return replace(entity, start=entity.start + by, end=entity.end + by) if entity is not None else None


def _blank(text: str, start: int, end: int) -> str:
    """The text with a stretch taken out, every other character in its place; what stood around it is not joined."""
    return f"{text[:start]}{_TAKEN_OUT * (end - start)}{text[end:]}"
