"""Calendar arithmetic that every language's dates share, and dates in figures, which are the same in all of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from languages.entities import FoundDate, Prefer
from languages.tokens import Token, touching, word_at

_MONTHS_AROUND = (-2, -1, 0, 1, 2)
"""Months in which a day is looked for whose month was not said."""
_MOST_DAYS = 31
_NEAR_DAYS = 366
_LONGEST_LIFE = 120
"""Years."""


@dataclass(frozen=True, slots=True)
class DayRead:
    """What was read as a day at a place."""

    days: tuple[date, ...]
    """The days that it can be, where the year or the month was left out; empty where the calendar has none such."""
    end: int
    """Index of the token after it."""
    confidence: float
    has_year: bool = True
    """Whether the year is certain."""


DayReader = Callable[[int], DayRead | None]
"""Reads a day that begins at a token, by the token's index."""
WeekdayReader = Callable[[int], tuple[int, int] | None]
"""Reads a day of the week that is said of a date, "a Wednesday": Monday is 0, and the index after it."""


def first_day(
    tokens: Sequence[Token], readers: Sequence[DayReader], *, today: date, prefer: Prefer, said_of: WeekdayReader
) -> FoundDate | None:
    """The first day that there is in a text; at one token the earlier reader counts.

    A day that the calendar does not have, or that is no such day of the week, is passed over as a whole: half of it
    is never taken for another.
    """
    at = 0
    while at < len(tokens):
        read = read_day(at, readers)
        if read is None:
            at += 1
            continue
        weekday = said_of(read.end)
        if weekday is not None:
            read = on_weekday(read, weekday[0], weekday[1], today)
        sure = read.has_year or prefer is not Prefer.BIRTH
        day = pick_day(read.days, today, prefer, strict=not read.has_year) if sure else None
        if day is not None:
            return FoundDate(
                value=day, start=tokens[at].start, end=tokens[read.end - 1].end, confidence=read.confidence
            )
        at = read.end
    return None


def read_day(at: int, readers: Sequence[DayReader]) -> DayRead | None:
    """What the first reader that finds anything reads at a token."""
    return next((read for reader in readers if (read := reader(at)) is not None), None)


def on_weekday(read: DayRead, weekday: int, end: int, today: date) -> DayRead:
    """Of the days that a date can be, those that are such a day of the week.

    Where the year was not said, the day lies within one of today: a date that is another day of the week there is none.
    """
    near = read.days if read.has_year else tuple(day for day in read.days if abs((day - today).days) <= _NEAR_DAYS)
    return replace(read, days=tuple(day for day in near if day.weekday() == weekday), end=end, confidence=0.97)


def one_day(day: date | None, end: int, confidence: float) -> DayRead:
    """A day that is certain, or that there is none."""
    return DayRead((day,) if day is not None else (), end, confidence)


def make_day(year: int, month: int, day: int) -> date | None:
    """The day, or None where the calendar has none such."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def pick_day(candidates: Sequence[date | None], today: date, prefer: Prefer, *, strict: bool = False) -> date | None:
    """Of the days that there are, the one that is meant: the nearest on the preferred side of today.

    Args:
        candidates: The days that it can be.
        today: The day of the call.
        prefer: Which side that is.
        strict: Whether a day on the other side is none.
    """
    # Of two that are equally near, as the two Fridays around one, the coming one is meant.
    days = sorted((d for d in candidates if d is not None), key=lambda d: (abs((d - today).days), d < today))
    match prefer:
        case Prefer.NEAREST:
            wanted = days
        case Prefer.FUTURE:
            wanted = [d for d in days if d >= today]
        case Prefer.PAST | Prefer.BIRTH:
            wanted = [d for d in days if d <= today]
    return next(iter(wanted if strict else wanted or days), None)


def yearless(month: int, day: int, today: date, end: int, confidence: float) -> DayRead:
    """A day of a month whose year was not said."""
    days = (make_day(today.year + k, month, day) for k in (-1, 0, 1))
    return DayRead(tuple(d for d in days if d is not None), end, confidence, has_year=False)


def monthless(number: int, today: date, end: int, confidence: float) -> DayRead:
    """A day whose month was not said."""
    days = (same_day_of_month(today, shift, number) for shift in _MONTHS_AROUND)
    return DayRead(tuple(d for d in days if d is not None), end, confidence, has_year=False)


def read_figures(
    tokens: Sequence[Token], at: int, today: date, *, prefer: Prefer, day_first: bool, marks: frozenset[str]
) -> DayRead | None:
    """Read 2026-03-04, 3/4/2026, 3/4, 3.4.26 and 03 04 1992; ``marks`` are further words between, as "slash"."""
    mark = word_at(tokens, at + 1)
    if (
        at >= len(tokens)
        or not tokens[at].is_number
        or (at and word_at(tokens, at - 1) in ("/", "-") and touching(tokens, at))
    ):
        return None
    if mark not in marks and mark not in ("/", "-", "."):
        return _read_run(tokens, at, today, prefer=prefer, day_first=day_first)
    if not word_at(tokens, at + 2).isdigit():
        return None
    parts, end = [tokens[at].raw, tokens[at + 2].raw], at + 3
    if word_at(tokens, end) == mark and word_at(tokens, end + 1).isdigit():
        parts, end = [*parts, tokens[end + 1].raw], end + 2
    if any(len(p) > 4 for p in parts) or (len(parts) == 2 and mark in ("-", ".")):
        return None
    numbers = [int(p) for p in parts]
    if len(parts) == 3 and len(parts[0]) == 4:
        return one_day(make_day(*numbers), end, 0.97)
    if len(parts) == 3:
        return _in_order(numbers, len(parts[2]), end, today, prefer=prefer, day_first=day_first)
    month, day = _month_and_day(numbers[0], numbers[1], day_first=day_first)
    return yearless(month, day, today, end, 0.65) if max(numbers) <= _MOST_DAYS else None


def _read_run(tokens: Sequence[Token], at: int, today: date, *, prefer: Prefer, day_first: bool) -> DayRead | None:
    """Read a birthday dictated as "5 6 92", "05061992" or "050692"."""
    if prefer is not Prefer.BIRTH:
        return None
    raw = tokens[at].raw
    if len(raw) in (6, 8):
        numbers = [int(raw[:2]), int(raw[2:4]), int(raw[4:])]
        return _in_order(numbers, len(raw) - 4, at + 1, today, prefer=prefer, day_first=day_first)
    if at + 2 < len(tokens) and all(tokens[at + k].is_number for k in (1, 2)):
        numbers = [int(tokens[at + k].raw) for k in range(3)]
        return _in_order(numbers, len(tokens[at + 2].raw), at + 3, today, prefer=prefer, day_first=day_first)
    return None


def _in_order(
    numbers: Sequence[int], year_length: int, end: int, today: date, *, prefer: Prefer, day_first: bool
) -> DayRead | None:
    first, second, year = numbers
    if year_length not in (2, 4):
        return None
    if year_length == 2:
        year = in_century(year, today, prefer)
    month, day = _month_and_day(first, second, day_first=day_first)
    return one_day(make_day(year, month, day), end, 0.9 if max(first, second) > 12 else 0.7)


def _month_and_day(first: int, second: int, *, day_first: bool) -> tuple[int, int]:
    """The month and the day of two figures; one that can be no month is the day."""
    day_comes_first = second <= 12 if first > 12 else day_first and second <= 12
    return (second, first) if day_comes_first else (first, second)


def in_century(year: int, today: date, prefer: Prefer) -> int:
    """The year that two digits stand for: nobody is born in a year to come, and few other days lie far back."""
    latest = today.year if prefer is Prefer.BIRTH else today.year + 10
    return 2000 + year if 2000 + year <= latest else 1900 + year


def is_plausible_year(year: int, today: date) -> bool:
    """Whether a year is one that people speak of: a lifetime back, a generation ahead."""
    return today.year - _LONGEST_LIFE <= year <= today.year + 30


def shifted(day: date, *, end: int, days: int = 0, months: int = 0) -> DayRead | None:
    """A day moved by days or whole months, which ends before token ``end``."""
    index = day.year * 12 + day.month - 1 + months
    if not 12 <= index < 9999 * 12:
        return None
    first = date(index // 12, index % 12 + 1, 1)
    last_day = ((first + timedelta(days=32)).replace(day=1) - timedelta(days=1)).day
    try:
        moved = first.replace(day=min(day.day, last_day)) + timedelta(days=days)
    except OverflowError:
        return None
    return DayRead((moved,), end, 0.85 if months else 0.9)


def each_shifted(read: DayRead, *, end: int, days: int = 0, months: int = 0) -> DayRead:
    """Every day that a date can be, moved: "two weeks after the third"."""
    moved = (shifted(day, end=end, days=days, months=months) for day in read.days)
    return replace(read, days=tuple(day for one in moved if one is not None for day in one.days), end=end)


def weekday_beside(read: DayRead, weekday: int, *, after: bool) -> DayRead:
    """The first such day of the week after, or the last before, each day that a date can be."""
    step = [(weekday - day.weekday()) % 7 or 7 if after else -((day.weekday() - weekday) % 7 or 7) for day in read.days]
    moved = tuple(day + timedelta(days=days) for day, days in zip(read.days, step, strict=True))
    return replace(read, days=moved, confidence=min(read.confidence, 0.85))


def same_day_of_month(today: date, shift: int, number: int) -> date | None:
    """The day with a number in the month that is ``shift`` months from this one."""
    index = today.year * 12 + today.month - 1 + shift
    return make_day(index // 12, index % 12 + 1, number) if index >= 12 else None


def nth_weekday(year: int, month: int, weekday: int, place: int) -> date | None:
    """The first, second … such day of a month; ``place`` -1 is the last."""
    if place < 0:
        days = [day for k in range(1, 32) if (day := make_day(year, month, k)) and day.weekday() == weekday]
        return days[-1]
    offset = (weekday - date(year, month, 1).weekday()) % 7
    return make_day(year, month, 1 + offset + 7 * (place - 1))


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (anonymous algorithm, Nature 1876)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    f = (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """A day that has a name: on a fixed date, or so many days from Easter."""

    month: int = 0
    day: int = 0
    from_easter: int | None = None
    """Days after Easter Sunday."""
    weekday: int | None = None
    """The day of the week of which it is the `place`-th in its month."""
    place: int = 0
    further: int = 0
    """Days after that weekday."""

    def on(self, year: int) -> date:
        """The holiday in a year."""
        if self.from_easter is not None:
            return easter(year) + timedelta(days=self.from_easter)
        if self.weekday is not None:
            found = nth_weekday(year, self.month, self.weekday, self.place)
            assert found is not None, "every month has four of each"
            return found + timedelta(days=self.further)
        return date(year, self.month, self.day)


def holiday_read(holiday: Holiday, today: date, end: int, *, shift: int = 0, year: int | None = None) -> DayRead:
    """A holiday of a year that was said, of the last (-1) or next (1) one, or of any near year."""
    if year is not None:
        return DayRead((holiday.on(year),), end, 0.97)
    around = [holiday.on(today.year + k) for k in (-1, 0, 1)]
    if shift > 0:
        return DayRead((min(day for day in around if day > today),), end, 0.85)
    if shift < 0:
        return DayRead((max(day for day in around if day < today),), end, 0.85)
    return DayRead(tuple(around), end, 0.95, has_year=False)
