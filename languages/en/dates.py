"""Finds calendar days: "the twenty third", "yesterday", "last Monday", "March 3rd", "3/4/2026"."""

from collections.abc import Sequence
from datetime import date, timedelta

from languages.days import DayReader, FoundDay, first_day, make_day, pick_day, read_figures, same_day_of_month, shifted
from languages.en.numbers import TEENS, TENS, read_below_hundred, read_cardinal, read_ordinal
from languages.entities import FoundDate, Prefer
from languages.tokens import Token, tokenize, word_at

_MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_MONTHS = {name: i for i, name in enumerate(_MONTH_NAMES, 1)} | {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11,
    "dec": 12,
}  # fmt: skip
_WEEKDAYS = {
    name: i
    for i, names in enumerate(
        ("monday mon", "tuesday tue tues", "wednesday", "thursday thurs", "friday fri", "saturday", "sunday")
    )
    for name in names.split()
}
_WORDS = {"today": 0, "tonight": 0, "tomorrow": 1, "yesterday": -1}
_UNIT_DAYS = {"day": 1, "days": 1, "week": 7, "weeks": 7, "fortnight": 14}
_UNIT_MONTHS = {"month": 1, "months": 1, "year": 12, "years": 12}


_PAST_CUES = frozenset(
    "was ordered bought paid placed came arrived received got had went called since happened".split()
)


def find_date(text: str, today: date, *, prefer: Prefer = Prefer.NEAREST, day_first: bool = False) -> FoundDate | None:
    """Find the first calendar day in a text.

    Args:
        text: What was said.
        today: The day of the call, where the caller is.
        prefer: What is meant by "the twenty third" or "March 3rd" without a month or year.
        day_first: Whether 3/4 is the third of April (the default reads March 4th).

    Returns:
        The day, or None. Spans such as "last month" are not a day.
    """
    tokens = tokenize(text)
    if prefer == Prefer.NEAREST and any(t.text in _PAST_CUES for t in tokens):
        prefer = Prefer.PAST
    readers: tuple[DayReader, ...] = (
        lambda at: read_figures(tokens, at, today, prefer, day_first),
        lambda at: _read_relative(tokens, at, today),
        lambda at: _read_month_day(tokens, at, today, prefer),
        lambda at: _read_weekday(tokens, at, today, prefer),
        lambda at: _read_day_of_month(tokens, at, today, prefer),
    )
    return first_day(tokens, readers)


def _read_relative(tokens: Sequence[Token], at: int, today: date) -> FoundDay | None:
    word = word_at(tokens, at)
    if word == "day" and word_at(tokens, at + 1) in ("before", "after"):
        base = {"yesterday": -2, "tomorrow": 2}.get(word_at(tokens, at + 2))
        return (today + timedelta(days=base), at + 3, 0.95) if base else None
    if word in _WORDS:
        return today + timedelta(days=_WORDS[word]), at + 1, 0.95
    forward = word == "in"
    start = at + 1 if forward else at
    count = read_cardinal(tokens, start)
    if count is None and word_at(tokens, start) in ("a", "an", "one"):
        count = None if not word_at(tokens, start + 1) else (1, start + 1)  # type: ignore[assignment]
    if count is None or count[0] != int(count[0]) or count[0] > 4000:
        return None
    number, unit_at = int(count[0]), count[1]
    unit = word_at(tokens, unit_at)
    after = word_at(tokens, unit_at + 1)
    back = after in ("ago", "back", "earlier")
    ahead = forward or (after == "from" and word_at(tokens, unit_at + 2) in ("now", "today"))
    if back == ahead:
        return None
    end = unit_at + (2 if back else 1 if forward else 3)
    sign = -1 if back else 1
    if unit in _UNIT_DAYS:
        return shifted(today, days=sign * number * _UNIT_DAYS[unit], end=end)
    if unit in _UNIT_MONTHS:
        return shifted(today, months=sign * number * _UNIT_MONTHS[unit], end=end)
    return None


def _read_weekday(tokens: Sequence[Token], at: int, today: date, prefer: Prefer) -> FoundDay | None:
    word = word_at(tokens, at)
    if word in ("last", "next") and word_at(tokens, at + 1) == "week":
        return _weekday_of_week(tokens, at, at + 2 if word_at(tokens, at + 2) != "on" else at + 3, today)
    qualifier = word if word in ("last", "next", "this", "on", "past", "coming") else ""
    name_at = at + 1 if qualifier else at
    if word_at(tokens, name_at) not in _WEEKDAYS:
        return None
    weekday = _WEEKDAYS[word_at(tokens, name_at)]
    back = (today.weekday() - weekday) % 7 or 7
    ahead = (weekday - today.weekday()) % 7 or 7
    end = name_at + 1
    if word_at(tokens, end) in ("last", "next") and word_at(tokens, end + 1) == "week":
        monday = today - timedelta(days=today.weekday())
        weeks = -7 if word_at(tokens, end) == "last" else 7
        return monday + timedelta(days=weekday + weeks), end + 2, 0.9
    if qualifier in ("last", "past"):
        return today - timedelta(days=back), end, 0.9
    if qualifier in ("next", "this", "coming"):
        return today + timedelta(days=ahead), end, 0.7 if qualifier == "next" else 0.85
    if prefer == Prefer.PAST or (prefer == Prefer.NEAREST and back <= ahead):
        return today - timedelta(days=back), end, 0.7
    return today + timedelta(days=ahead), end, 0.7


def _weekday_of_week(tokens: Sequence[Token], at: int, name_at: int, today: date) -> FoundDay | None:
    """Read "last week Tuesday"; "last week" alone is no day."""
    weekday = _WEEKDAYS.get(word_at(tokens, name_at))
    if weekday is None:
        return None
    weeks = -7 if word_at(tokens, at) == "last" else 7
    return today + timedelta(days=weekday - today.weekday() + weeks), name_at + 1, 0.9


def _read_month_day(tokens: Sequence[Token], at: int, today: date, prefer: Prefer) -> FoundDay | None:
    """Read "March 3rd", "March the third", "the third of March", "3 March", each with an optional year."""
    month = _MONTHS.get(word_at(tokens, at))
    if month is not None:
        day_at = at + 1 if word_at(tokens, at + 1) not in ("the", ".") else at + 2
        read = _read_day(tokens, day_at)
        if read is None:
            return None
        number, end = read
    else:
        read = _read_day(tokens, at + 1 if word_at(tokens, at) == "the" else at)
        if read is None:
            return None
        number, name_at = read
        if word_at(tokens, name_at) == "of":
            name_at += 1
        month = _MONTHS.get(word_at(tokens, name_at))
        if month is None:
            return None
        end = name_at + 1
    year_at = end + 1 if word_at(tokens, end) == "," else end
    year = _read_year(tokens, year_at)
    if year is not None:
        day = make_day(year[0], month, number)
        return (day, year[1], 0.97) if day else None
    day = pick_day([make_day(today.year + k, month, number) for k in (-1, 0, 1)], today, prefer)
    return (day, end, 0.9) if day else None


def _read_day(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    read = read_ordinal(tokens, at) or read_below_hundred(tokens, at)
    if read is None and at < len(tokens) and tokens[at].is_number and len(tokens[at].raw) <= 2:
        read = int(tokens[at].raw), at + 1
    return read if read is not None and 1 <= read[0] <= 31 else None


def _read_year(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    word = word_at(tokens, at)
    if len(word) == 4 and word.isascii() and word.isdigit() and 1900 <= int(word) <= 2100:
        return int(word), at + 1
    if word in ("two", "2") and word_at(tokens, at + 1) == "thousand":
        whole = read_cardinal(tokens, at)
        return (int(whole[0]), whole[1]) if whole and whole[0] <= 2100 else None
    if word in ("nineteen", "twenty"):
        rest_at = at + 1
        if word_at(tokens, rest_at) in ("oh", "o"):
            rest_at += 1
        rest = read_below_hundred(tokens, rest_at)
        if rest is not None and (
            rest_at > at + 1 or word_at(tokens, rest_at) in TEENS or word_at(tokens, rest_at) in TENS
        ):
            return (TEENS.get(word) or TENS[word]) * 100 + rest[0], rest[1]
    return None


def _follows_month(tokens: Sequence[Token], at: int) -> bool:
    before = word_at(tokens, at - 2) if word_at(tokens, at - 1) == "the" else word_at(tokens, at - 1)
    return before in _MONTHS


def _read_day_of_month(tokens: Sequence[Token], at: int, today: date, prefer: Prefer) -> FoundDay | None:
    """Read "the twenty third" and "23rd" without a month; "the first one" is no date."""
    has_article = word_at(tokens, at) == "the"
    read = read_ordinal(tokens, at + 1 if has_article else at)
    if read is None or not 1 <= read[0] <= 31 or _follows_month(tokens, at):
        return None
    number, end = read
    if word_at(tokens, end) == "of" and word_at(tokens, end + 2) == "month":
        shift = {"this": 0, "last": -1, "next": 1}.get(word_at(tokens, end + 1))
        named = same_day_of_month(today, shift, number) if shift is not None else None
        return (named, end + 3, 0.95) if named else None
    follows = word_at(tokens, end)
    if follows.isalpha() and follows not in ("and", "please", "yes", "at", "if", "or", "in", "to", "for"):
        return None
    if not has_article and number < 4 and not tokens[at].is_number:
        return None
    around = [same_day_of_month(today, shift, number) for shift in (-2, -1, 0, 1, 2)]
    day = pick_day(around, today, prefer)
    return (day, end, 0.75) if day else None
