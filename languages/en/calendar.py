"""Names of the calendar in English: months, days of the week, units, and days that have a name of their own."""

from collections.abc import Callable, Sequence
from datetime import date

from languages.days import DayRead, Holiday, holiday_read
from languages.tokens import Token, word_at

_MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
MONTHS = {name: i for i, name in enumerate(_MONTH_NAMES, 1)} | {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11,
    "dec": 12,
}  # fmt: skip
WEEKDAYS = {
    name: i
    for i, names in enumerate(
        ("monday mon", "tuesday tue tues", "wednesday weds", "thursday thurs", "friday fri", "saturday", "sunday")
    )
    for name in names.split()
}
UNIT_DAYS = {"day": 1, "days": 1, "week": 7, "weeks": 7, "fortnight": 14, "fortnights": 14}
UNIT_MONTHS = {"month": 1, "months": 1, "year": 12, "years": 12}
_NEW_YEAR, _EASTER, _THANKSGIVING = (
    Holiday(month=1, day=1),
    Holiday(from_easter=0),
    Holiday(month=11, weekday=3, place=4),
)
_HOLIDAYS: dict[str, Holiday] = {
    "christmas eve": Holiday(month=12, day=24),
    "christmas day": Holiday(month=12, day=25),
    "christmas": Holiday(month=12, day=25),
    "boxing day": Holiday(month=12, day=26),
    "saint stephen's day": Holiday(month=12, day=26),
    "new year's eve": Holiday(month=12, day=31),
    "new years eve": Holiday(month=12, day=31),
    "new year's day": _NEW_YEAR,
    "new years day": _NEW_YEAR,
    "new year's": _NEW_YEAR,
    "valentine's day": Holiday(month=2, day=14),
    "valentines day": Holiday(month=2, day=14),
    "saint patrick's day": Holiday(month=3, day=17),
    "paddy's day": Holiday(month=3, day=17),
    "halloween": Holiday(month=10, day=31),
    "bonfire night": Holiday(month=11, day=5),
    "may day": Holiday(month=5, day=1),
    "independence day": Holiday(month=7, day=4),
    "shrove tuesday": Holiday(from_easter=-47),
    "pancake tuesday": Holiday(from_easter=-47),
    "ash wednesday": Holiday(from_easter=-46),
    "palm sunday": Holiday(from_easter=-7),
    "good friday": Holiday(from_easter=-2),
    "holy saturday": Holiday(from_easter=-1),
    "easter saturday": Holiday(from_easter=-1),
    "easter sunday": _EASTER,
    "easter monday": Holiday(from_easter=1),
    "easter tuesday": Holiday(from_easter=2),
    "easter": _EASTER,
    "whit monday": Holiday(from_easter=50),
    "thanksgiving day": _THANKSGIVING,
    "thanksgiving": _THANKSGIVING,
    "black friday": Holiday(month=11, weekday=3, place=4, further=1),
}
_BY_LENGTH = sorted(((tuple(name.split()), day) for name, day in _HOLIDAYS.items()), key=lambda each: -len(each[0]))
_SAINT = frozenset(["st", "saint"])
_FIRST_WORDS = _SAINT.union(name[0] for name, _ in _BY_LENGTH)
_WHICH = {"last": -1, "next": 1}
_NOT_THE_DAY = frozenset(
    ["week", "weekend", "holidays", "holiday", "break", "time", "period", "card", "present", "party"]
)


def read_holiday(
    tokens: Sequence[Token], at: int, today: date, year: Callable[[int], tuple[int, int] | None]
) -> DayRead | None:
    """Read "Christmas Day", "next Easter", "New Year's Eve 2027"; ``year`` reads one at an index."""
    start = at + 1 if word_at(tokens, at) in _WHICH else at
    if word_at(tokens, start) not in _FIRST_WORDS:
        return None
    for name, holiday in _BY_LENGTH:
        end = _past_name(tokens, start, name)
        if end is None or word_at(tokens, end) in _NOT_THE_DAY:
            continue
        shift = _WHICH.get(word_at(tokens, at), 0)
        if word_at(tokens, end) in ("next", "last", "this") and word_at(tokens, end + 1) == "year":
            which = today.year + _WHICH.get(word_at(tokens, end), 0)
            return holiday_read(holiday, today, end + 2, year=which)
        said = year(end)
        if said is not None:
            return holiday_read(holiday, today, said[1], year=said[0])
        return holiday_read(holiday, today, end, shift=shift)
    return None


def _past_name(tokens: Sequence[Token], at: int, name: Sequence[str]) -> int | None:
    for word in name:
        said = word_at(tokens, at)
        if said != word and not (word == "saint" and said in _SAINT):
            return None
        at += 1
        if word == "saint" and word_at(tokens, at) == ".":
            at += 1
    return at
