"""English numbers in words: counts, ranks, digits one by one, years, decimals, fractions."""

import re
from functools import lru_cache

from languages.reading import grouped

_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_DIGITS = _SMALL[:10]
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = ((10**9, "billion"), (10**6, "million"), (10**3, "thousand"))
_RANKS = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
          "twelve": "twelfth"}  # fmt: skip
_LONGEST_COUNT = 12
"""Digits; longer ones are read one by one."""
_SIGNED_FRACTIONS = {"½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅛": (1, 8), "⅜": (3, 8),
                     "⅝": (5, 8), "⅞": (7, 8), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5), "⅘": (4, 5)}  # fmt: skip
FRACTION_SIGNS = "".join(_SIGNED_FRACTIONS)
_PARTS = {2: "half", 3: "third", 4: "quarter", 5: "fifth", 8: "eighth", 10: "tenth"}


def read_digits(digits: str) -> str:
    """Digits one by one, in groups of three or four with a short rest between: "four zero, two seven" style.

    Args:
        digits: Digits and letters of an identifier; anything else separates groups.
    """
    return ", ".join(_characters(group) for group in grouped(digits))


def read_groups(digits: str) -> str:
    """Digits one by one, in the groups in which they are written, as phone numbers are."""
    groups = re.findall(r"[0-9A-Za-z]+", digits)
    if len(groups) == 1:
        return read_digits(digits)
    return ", ".join(_characters(group) for group in groups)


def _characters(group: str) -> str:
    return " ".join(_DIGITS[int(c)] if c.isdigit() else c.upper() for c in group)


@lru_cache(maxsize=4096)
def read_number(number: int, *, joined: bool = False) -> str:
    """A count below 10¹²: 1234 -> "one thousand two hundred thirty-four".

    Args:
        number: Not negative.
        joined: Whether the tens are joined by "and": "two hundred and thirty-four".
    """
    words: list[str] = []
    rest = number
    for scale, name in _SCALES:
        count, rest = divmod(rest, scale)
        if count:
            words += [_below_thousand(count, joined=joined), name]
    if rest or not words:
        # A last group without hundreds is joined as well: "one thousand and five".
        words += [*(["and"] if joined and words and rest < 100 else []), _below_thousand(rest, joined=joined)]
    return " ".join(words)


def _below_thousand(number: int, *, joined: bool) -> str:
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _below_hundred(rest)
    words = f"{_SMALL[hundreds]} hundred"
    return f"{words} {'and ' if joined else ''}{_below_hundred(rest)}" if rest else words


def _below_hundred(number: int) -> str:
    if number < len(_SMALL):
        return _SMALL[number]
    tens, unit = divmod(number, 10)
    return f"{_TENS[tens]}-{_SMALL[unit]}" if unit else _TENS[tens]


def read_ordinal(number: int) -> str:
    """A rank or a day of the month: 23 -> "twenty-third"."""
    return re.sub(r"[a-z]+$", lambda last: _rank(last[0]), read_number(number))


def _rank(word: str) -> str:
    return _RANKS.get(word) or (f"{word[:-1]}ieth" if word.endswith("y") else f"{word}th")


def read_decimal(whole: str, part: str, *, joined: bool = False) -> str:
    """A number with its decimals: ("3", "25") -> "three point two five"."""
    if len(whole) > _LONGEST_COUNT:
        return read_digits(whole)
    words = read_number(int(whole or 0), joined=joined)
    return f"{words} point {' '.join(_DIGITS[int(d)] for d in part)}" if part else words


def read_year(year: int) -> str:
    """A year in pairs: 2026 -> "twenty twenty-six"."""
    if 2000 <= year <= 2009 or year % 1000 == 0:
        return read_number(year)
    head, tail = divmod(year, 100)
    if tail == 0:
        return f"{read_number(head)} hundred"
    return f"{read_number(head)} {'oh ' if tail < 10 else ''}{read_number(tail)}"


def read_fraction(over: int, under: int, whole: int = 0) -> str | None:
    """A fraction: (3, 4) -> "three quarters", (1, 2, 2) -> "two and a half"; None when it has no usual name."""
    part = _PARTS.get(under)
    if part is None or not 0 < over < under:
        return None
    if over > 1:
        words = f"{read_number(over)} {'halves' if part == 'half' else f'{part}s'}"
    else:
        words = f"a {part}" if whole or part in ("half", "quarter", "third") else f"one {part}"
        words = words.replace("a eighth", "an eighth")
    return f"{read_number(whole)} and {words}" if whole else words


def read_fraction_sign(sign: str, whole: int = 0) -> str:
    """One of `FRACTION_SIGNS`: "½" -> "a half"."""
    return read_fraction(*_SIGNED_FRACTIONS[sign], whole) or ""
