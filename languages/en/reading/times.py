"""English days, dates and times of day in words."""

import re
from datetime import date

from languages.en.reading.numbers import read_number, read_ordinal, read_year
from languages.reading import Habits, Rule

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_SHORT_MONTHS = {m[:3].lower(): m for m in _MONTHS} | {"sept": "September"}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SHORT_DAYS = {d[:3].lower(): d for d in _WEEKDAYS} | {
    "tues": "Tuesday", "weds": "Wednesday", "thur": "Thursday", "thurs": "Thursday"
}  # fmt: skip

_MONTH = rf"(?:{'|'.join(_MONTHS)}|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?)"
_SHORT_DAY = r"(?:Mon|Tues|Tue|Weds|Wed|Thurs|Thur|Thu|Fri|Sat|Sun)\b\.?"
_RANGE = r"\s?[-–—]\s?"
_HALF = r"([ap])\.?\s?m\b\.?(?!\w)"
_TIME = rf"(\d{{1,2}})(?:[:.](\d{{2}}))?(?:\s?{_HALF})?"
_DATED = r"(?<=\bon )|(?<=\bby )|(?<=\buntil )|(?<=\bfrom )|(?<=\bsince )|(?<=\bbefore )|(?<=\bafter )|(?<=\bdated )"


def read_date(day: date) -> str:
    """A date without its year: "Tuesday, November twenty-fourth"."""
    return f"{day:%A}, {_MONTHS[day.month - 1]} {read_ordinal(day.day)}"


def read_time(hour: int, minute: int, half: str = "") -> str:
    """A time of day: (17, 30) -> "five thirty p.m."; 12:00 is noon and 0:00 midnight where no half of day is named.

    Args:
        hour: 0 to 23.
        minute: 0 to 59.
        half: "a" or "p" where it was written.
    """
    if not half and not minute and hour in (0, 12):
        return "noon" if hour else "midnight"
    half = half.lower() or ("a" if hour < 12 else "p")
    return f"{_clock(hour, minute)} {half}.m."


def _clock(hour: int, minute: int) -> str:
    spoken_minute = "" if minute == 0 else f" {'oh ' if minute < 10 else ''}{read_number(minute)}"
    return f"{read_number((hour - 1) % 12 + 1)}{spoken_minute}"


def month_of(written: str) -> str:
    """The whole name of a month, from it or from its short form."""
    return _SHORT_MONTHS.get(written.rstrip(".").lower(), written)


def time_rules(habits: Habits) -> tuple[Rule, ...]:
    """Rules for dates, days and times, those for longer forms first."""
    british = bool(habits.country) and not habits.month_first

    def day_of(day: int, month: int, year: str = "", weekday: str = "") -> str | None:
        if not (1 <= month <= 12 and 1 <= day <= 31):
            return None
        name, ordinal = _MONTHS[month - 1], read_ordinal(day)
        said = f"{name} {ordinal}" if habits.month_first else f"the {ordinal} of {name}"
        said = f"{weekday}{' ' if british else ', '}{said}" if weekday else said
        return f"{said}, {read_year(_full_year(year))}" if year else said

    def iso(match: re.Match[str]) -> str:
        try:
            day = date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            return " ".join(match.groups())
        if british:
            return day_of(day.day, day.month, weekday=_WEEKDAYS[day.weekday()]) or ""
        return read_date(day)

    def figures(match: re.Match[str]) -> str:
        first, second = int(match[1]), int(match[2])
        day, month = (second, first) if habits.month_first else (first, second)
        if month > 12 >= day:
            day, month = month, day
        before = match.string[: match.start()]
        said = day_of(day, month, match[3] or "")
        if said and re.search(r"\bthe\s$", before):
            said = said.removeprefix("the ")
        return said or f"{first} {second} {match[3] or ''}".strip()

    def day_month(match: re.Match[str]) -> str:
        ordinal, month = read_ordinal(int(match[2])), month_of(match[3])
        year = f", {read_year(int(match[4]))}" if match[4] else ""
        lead = match[1] or ""
        # "the 24 Nov", "24 Nov" and "the 24th of Nov" are all the same day.
        return f"{lead or 'the '}{ordinal} of {month}{year}"

    def month_day(match: re.Match[str]) -> str:
        year = f", {read_year(int(match[3]))}" if match[3] else ""
        return f"{month_of(match[1])} {read_ordinal(int(match[2]))}{year}"

    return (
        (re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b"), iso),
        (re.compile(r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{4}|\d{2})\b"), figures),
        (re.compile(r"\b(\d{1,2})-(\d{1,2})-(\d{4})\b"), figures),
        (re.compile(rf"(?:{_DATED})(\d{{1,2}})/(\d{{1,2}})()\b(?!/)"), figures),
        (re.compile(rf"\b({_SHORT_DAY}){_RANGE}({_SHORT_DAY})"), lambda m: f"{_day(m[1])} to {_day(m[2])}"),
        (
            re.compile(
                rf"\b({_SHORT_DAY})(?=,?\s(?:(?:the\s)?\d|{_MONTH}|and\b|or\b|to\b|at\b|morning|afternoon|evening))"
            ),
            lambda m: _day(m[1]),
        ),
        (re.compile(rf"(?<=\band )({_SHORT_DAY})|(?<=\bto )({_SHORT_DAY})"), lambda m: _day(m[0])),
        (re.compile(r"\b(Tues|Weds|Thurs|Thur|Thu|Fri)\b\.?(?=\s|[,;?!]|$)"), lambda m: _day(m[1])),
        (re.compile(rf"\b(?:the\s)?(\d{{1,2}}){_RANGE}(\d{{1,2}})\s(?:of\s)?({_MONTH})"), _days_of_month),
        (re.compile(rf"\b(the\s)?(\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?({_MONTH})(?:,?\s(\d{{4}})\b)?"), day_month),
        (re.compile(rf"\b({_MONTH})\s(\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,?\s(\d{{4}})\b)?"), month_day),
        (re.compile(rf"\b{_TIME}{_RANGE}(\d{{1,2}})(?:[:.](\d{{2}}))?\s?{_HALF}", re.IGNORECASE), _two_times),
        (re.compile(rf"\b(\d{{1,2}}):(\d{{2}})(){_RANGE}(\d{{1,2}}):(\d{{2}})()", re.IGNORECASE), _two_times),
        (re.compile(rf"\b(\d{{1,2}}):(\d{{2}})(?::\d{{2}})?(?:\s?{_HALF})?", re.IGNORECASE), _time),
        (re.compile(rf"\b(\d{{1,2}})(?:\.(\d{{2}}))?\s?{_HALF}", re.IGNORECASE), _time),
        (re.compile(r"\b24/7\b"), lambda _: "twenty-four seven"),
    )


def _day(written: str) -> str:
    return _SHORT_DAYS[written.rstrip(".").lower()]


def _days_of_month(match: re.Match[str]) -> str:
    return f"the {read_ordinal(int(match[1]))} to the {read_ordinal(int(match[2]))} of {month_of(match[3])}"


def _full_year(written: str) -> int:
    year = int(written)
    return year if len(written) == 4 else 2000 + year if year < 50 else 1900 + year


def _valid(hour: int, minute: int) -> bool:
    return hour < 24 and minute < 60


def _time(match: re.Match[str]) -> str:
    hour, minute = int(match[1]), int(match[2] or 0)
    return read_time(hour, minute, match[3] or "") if _valid(hour, minute) else match[0]


def _two_times(match: re.Match[str]) -> str:
    """A span: "9-5 p.m." keeps the half of the day that is written and guesses none."""
    first, second = (int(match[1]), int(match[2] or 0)), (int(match[4]), int(match[5] or 0))
    if not (_valid(*first) and _valid(*second)):
        return match[0]
    open_ended = match[6] and not match[3]
    begins = _clock(*first) if open_ended else read_time(*first, match[3] or "")
    return f"{begins} to {read_time(*second, match[6] or '')}"
