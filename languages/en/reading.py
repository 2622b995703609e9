"""English prose in words as people say them: numbers, money, dates, order numbers, e-mail addresses.

Voice engines read "order 4027" as "four thousand and twenty-seven" and "$29.99" in as many ways as there are engines,
so the text they get holds words only. Digits of identifiers are read one by one in groups; amounts, counts and times
as people say them.
"""

import re
from calendar import month_name
from collections.abc import Callable
from datetime import date
from functools import lru_cache

import inflect

from languages.reading import Reader

_NUMBERS = inflect.engine()

_DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]

_CURRENCIES = {
    "$": ("dollar", "cent"),
    "€": ("euro", "cent"),
    "£": ("pound", "pence"),
    "USD": ("dollar", "cent"),
    "EUR": ("euro", "cent"),
    "GBP": ("pound", "pence"),
}

_SYMBOLS = {".": "dot", "@": "at", "-": "dash", "_": "underscore", "+": "plus", "/": "slash"}


def read_digits(digits: str) -> str:
    """Digits one by one, in groups of three or four with a short rest between: "four zero, two seven" style.

    Args:
        digits: Digits and letters of an identifier; anything else separates groups.
    """
    groups: list[str] = []
    for run in re.findall(r"[0-9A-Za-z]+", digits):
        size = len(run) if len(run) <= 4 else (3 if len(run) % 3 == 0 or len(run) % 4 in (1, 2) else 4)
        groups += [run[i : i + size] for i in range(0, len(run), size)]
    return ", ".join(" ".join(_DIGITS[int(c)] if c.isdigit() else c.upper() for c in group) for group in groups)


def read_number(number: int) -> str:
    """A count: 1234 -> "one thousand two hundred thirty-four"."""
    return str(_NUMBERS.number_to_words(number, andword="")).replace(",", "").replace("  ", " ")  # type: ignore[arg-type]


def read_ordinal(number: int) -> str:
    """A rank or a day of the month: 23 -> "twenty-third"."""
    return str(_NUMBERS.number_to_words(_NUMBERS.ordinal(number), andword=""))  # type: ignore[arg-type]


def read_money(currency: str, amount: str) -> str:
    """An amount of money: ("$", "29.99") -> "twenty-nine dollars and ninety-nine cents"."""
    whole_text, _, part_text = amount.replace(",", "").partition(".")
    whole, part = int(whole_text or 0), int((part_text + "00")[:2])
    unit, small = _CURRENCIES[currency]
    words = []
    if whole or not part:
        words.append(f"{read_number(whole)} {unit}{'' if whole == 1 else 's'}")
    if part:
        plural = small if small == "pence" or part == 1 else f"{small}s"
        words.append(f"{read_number(part)} {'penny' if small == 'pence' and part == 1 else plural}")
    return " and ".join(words)


def read_date(day: date) -> str:
    """A date without its year: "Tuesday, November twenty-fourth"."""
    return f"{day:%A}, {month_name[day.month]} {read_ordinal(day.day)}"


def read_year(year: int) -> str:
    """A year in pairs: 2026 -> "twenty twenty-six"."""
    if 2000 <= year <= 2009 or year % 1000 == 0:
        return read_number(year)
    head, tail = divmod(year, 100)
    if tail == 0:
        return f"{read_number(head)} hundred"
    return f"{read_number(head)} {'oh ' if tail < 10 else ''}{read_number(tail)}"


def read_email(address: str) -> str:
    """An e-mail address: "jane dot doe at example dot com"."""
    parts = re.findall(r"[A-Za-z]+|[0-9]+|[^A-Za-z0-9]", address)
    return " ".join(read_digits(p) if p.isdigit() else _SYMBOLS.get(p, p) for p in parts)


def read_time(hour: int, minute: int, suffix: str) -> str:
    """A time of day: (17, 30) -> "five thirty p.m."."""
    suffix = suffix.lower().replace(".", "") or ("am" if hour < 12 else "pm")
    spoken_hour = read_number((hour - 1) % 12 + 1)
    spoken_minute = "" if minute == 0 else f" {'oh ' if minute < 10 else ''}{read_number(minute)}"
    return f"{spoken_hour}{spoken_minute} {suffix[0]}.m."


def _iso_date(match: re.Match[str]) -> str:
    try:
        return read_date(date(int(match[1]), int(match[2]), int(match[3])))
    except ValueError:
        return read_digits(match[0])


def _phone(match: re.Match[str]) -> str:
    return ("plus " if match[0].startswith("+") else "") + read_digits(match[0])


def _clock(match: re.Match[str]) -> str:
    hour, minute = int(match[1]), int(match[2])
    return read_time(hour, minute, match[3] or "") if hour < 24 and minute < 60 else match[0]


def _plain(match: re.Match[str]) -> str:
    number = match[0].replace(",", "")
    if "." in number:
        whole, _, part = number.partition(".")
        return f"{read_number(int(whole))} point {' '.join(_DIGITS[int(d)] for d in part)}"
    if (number.startswith("0") and len(number) > 1) or len(number) > 6:
        return read_digits(number)
    if "," not in match[0] and len(number) == 4 and 1900 <= int(number) <= 2099:
        return read_year(int(number))
    return read_number(int(number))


_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), lambda m: read_email(m[0])),
    (re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b"), _iso_date),
    (re.compile(r"([$€£])\s?(\d[\d,]*(?:\.\d{1,2})?)"), lambda m: read_money(m[1], m[2])),
    (re.compile(r"\b(\d[\d,]*(?:\.\d{1,2})?)\s?(USD|EUR|GBP)\b"), lambda m: read_money(m[2], m[1])),
    (re.compile(r"\b(\d{1,2}):(\d{2})\s?([ap]\.?m\b\.?)?", re.IGNORECASE), _clock),
    (re.compile(r"\b(\d{1,2})\s?([ap])\.?m\b\.?", re.IGNORECASE), lambda m: read_time(int(m[1]), 0, m[2] + "m")),
    (re.compile(r"\+\d[\d\s().-]{6,}\d|\b\d{3}[\s.-]\d{3}[\s.-]\d{4}\b"), _phone),
    (
        re.compile(
            r"(?i)\b(order|account|number|reference|ticket|case|code|ending in)(\s+(?:number\s+|is\s+)?)#?(\w*\d\w*)\b"
        ),
        lambda m: f"{m[1]}{m[2]}{read_digits(m[3])}",
    ),
    (re.compile(r"#(\w*\d\w*)"), lambda m: read_digits(m[1])),
    (re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)\b"), lambda m: read_ordinal(int(m[1]))),
    (re.compile(r"(\d+(?:\.\d+)?)\s?%"), lambda m: f"{m[1]} percent"),
    (re.compile(r"\b\d[\d,]*(?:\.\d+)?\b"), _plain),
)

_UNSPOKEN = re.compile(r"[*_`#>|\[\]{}<]+")


@lru_cache(maxsize=4096)
def as_spoken(text: str) -> str:
    """Prose as a voice engine should get it: words and punctuation, no digits, no symbols.

    Args:
        text: One or more sentences of a reply.
    """
    for pattern, speak in _RULES:
        text = pattern.sub(speak, text)
    return re.sub(r"\s+", " ", _UNSPOKEN.sub(" ", text.replace("&", " and "))).strip()


READER = Reader(
    code="en",
    as_spoken=as_spoken,
    abbreviation=re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|No|a\.m|p\.m|e\.g|i\.e|[A-Z])\.$"),
)
"""English read aloud."""
