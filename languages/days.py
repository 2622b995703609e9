"""Calendar arithmetic that every language's dates share, and dates in figures, which are the same in all of them."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from languages.entities import FoundDate, Prefer
from languages.tokens import Token, word_at

FoundDay = tuple[date, int, float]
"""The day, the index of the token after it, and the confidence."""
DayReader = Callable[[int], FoundDay | None]
"""Reads a day that begins at a token, by the token's index."""


def first_day(tokens: Sequence[Token], readers: Sequence[DayReader]) -> FoundDate | None:
    """The first day that any reader finds; at one token the earlier reader counts."""
    for at in range(len(tokens)):
        for reader in readers:
            found = reader(at)
            if found is not None:
                day, end, confidence = found
                return FoundDate(value=day, start=tokens[at].start, end=tokens[end - 1].end, confidence=confidence)
    return None


def make_day(year: int, month: int, day: int) -> date | None:
    """The day, or None where the calendar has none such."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def pick_day(candidates: Sequence[date | None], today: date, prefer: Prefer) -> date | None:
    """Of the days that there are, the one that is meant: the nearest on the preferred side of today."""
    days = sorted((d for d in candidates if d is not None), key=lambda d: abs((d - today).days))
    wanted = [
        d for d in days
        if prefer == Prefer.NEAREST or (d <= today if prefer == Prefer.PAST else d >= today)
    ]  # fmt: skip
    return next(iter(wanted or days), None)


def read_figures(tokens: Sequence[Token], at: int, today: date, prefer: Prefer, day_first: bool) -> FoundDay | None:
    """Read 2026-03-04, 3/4/2026, 3/4 and 3.4.26."""
    mark = word_at(tokens, at + 1)
    if not tokens[at].is_number or mark not in ("/", "-", ".") or not word_at(tokens, at + 2).isdigit():
        return None
    parts, end = [tokens[at].raw, tokens[at + 2].raw], at + 3
    if word_at(tokens, end) == mark and word_at(tokens, end + 1).isdigit():
        parts, end = [*parts, tokens[end + 1].raw], end + 2
    if any(len(p) > 4 for p in parts) or (len(parts) == 2 and mark != "/"):
        return None
    numbers = [int(p) for p in parts]
    if len(parts) == 3 and len(parts[0]) == 4:
        day = make_day(*numbers)
        return (day, end, 0.97) if day else None
    first, second = numbers[:2]
    month, dom = (second, first) if day_first or first > 12 else (first, second)
    if len(parts) == 3 and len(parts[2]) in (2, 4):
        year = numbers[2] if len(parts[2]) == 4 else _century(numbers[2], today)
        day = make_day(year, month, dom)
        return (day, end, 0.9 if max(first, second) > 12 else 0.7) if day else None
    if len(parts) == 3:
        return None
    day = pick_day([make_day(today.year + k, month, dom) for k in (-1, 0, 1)], today, prefer)
    return (day, end, 0.65) if day else None


def _century(year: int, today: date) -> int:
    return 2000 + year if 2000 + year <= today.year + 10 else 1900 + year


def shifted(today: date, *, end: int, days: int = 0, months: int = 0) -> FoundDay | None:
    """Today moved by days or whole months, as a found day that ends before token ``end``."""
    index = today.year * 12 + today.month - 1 + months
    if not 12 <= index < 9999 * 12:
        return None
    first = date(index // 12, index % 12 + 1, 1)
    last_day = ((first + timedelta(days=32)).replace(day=1) - timedelta(days=1)).day
    try:
        return first.replace(day=min(today.day, last_day)) + timedelta(days=days), end, 0.85 if months else 0.9
    except OverflowError:
        return None


def same_day_of_month(today: date, shift: int, number: int) -> date | None:
    """The day with a number in the month that is ``shift`` months from this one."""
    index = today.year * 12 + today.month - 1 + shift
    return make_day(index // 12, index % 12 + 1, number) if index >= 12 else None
