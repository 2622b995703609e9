"""English prose in words as people say them: numbers, money, dates, identifiers, links, units, short forms.

Voice engines read "order 4027" as "four thousand and twenty-seven" and "$29.99" in as many ways as there are engines,
so the text they get holds words only. Digits of identifiers are read one by one in groups; amounts, counts and times
as people say them. The rules stand in an order: what names something before what counts something, the longer form
before the shorter.
"""

import re
from functools import lru_cache, partial

from languages.en.reading.codes import CODE_RULES, MIXED_RULE, PHONE_RULE
from languages.en.reading.money import CURRENCY, SCALE, read_money, unit_of
from languages.en.reading.numbers import (
    FRACTION_SIGNS,
    read_decimal,
    read_digits,
    read_fraction,
    read_fraction_sign,
    read_ordinal,
    read_year,
)
from languages.en.reading.times import time_rules
from languages.en.reading.words import UNIT_RULES, WORD_RULES
from languages.reading import Habits, Reader, Rule, apply
from languages.soundless import without_soundless

_AND_SAID = frozenset({"IE", "GB", "AU", "NZ", "IN", "ZA", "MT", "SG", "HK", "PK", "NG", "KE"})
"""Countries in which the tens of a number are joined by "and"."""
_MINUS = r"(?<![\w.,)€£$%])[-−–](?=\s?(?:[€£$]\s?)?\d)"
_FIGURE = r"\d{1,3}(?:[.,\s\u00a0']\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d{1,2})?(?!\d)"
_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_LONGEST_COUNT = 6
"""Digits; a longer bare figure is read one by one, unless it is round."""


def _figure_rules(*, joined: bool) -> tuple[Rule, ...]:
    def money(currency: str, figure: str, scale: str | None) -> str:
        return read_money(currency, figure, scale or "", joined=joined)

    def span(first: str, second: str) -> str:
        return f"{count(first)} to {count(second)}"

    def count(figure: str) -> str:
        whole, _, part = figure.replace(",", "").partition(".")
        return read_decimal(whole, part, joined=joined)

    def ascending(match: re.Match[str]) -> str:
        first, second = match[1].replace(",", ""), match[2].replace(",", "")
        if float(first) >= float(second) or (first.startswith("0") and len(first) > 1):
            return f"{read_digits(match[1])}, {read_digits(match[2])}"
        return span(match[1], match[2])

    def plain(match: re.Match[str]) -> str:
        figure = match[0]
        comma = re.fullmatch(r"(\d+),(\d{1,2})", figure)
        if comma:
            return read_decimal(comma[1], comma[2], joined=joined)
        whole, _, part = figure.replace(",", "").partition(".")
        if part:
            return read_decimal(whole, part, joined=joined)
        if (whole.startswith("0") and len(whole) > 1) or (
            len(whole) > _LONGEST_COUNT and "," not in figure and not whole.endswith("000")
        ):
            return read_digits(whole)
        return read_decimal(whole, "", joined=joined)

    def year(match: re.Match[str]) -> str:
        return read_year(int(match[0]))

    def fraction(match: re.Match[str]) -> str:
        said = read_fraction(int(match[2]), int(match[3]), int(match[1] or 0))
        return said or f"{match[1] or ''}{match[2]} over {match[3]}"

    return (
        (
            re.compile(rf"({CURRENCY})\s?({_FIGURE})\s?[-–—]\s?(?:{CURRENCY})?\s?({_FIGURE})"),
            lambda m: f"{span(m[2], m[3])} {unit_of(m[1])}",
        ),
        (
            re.compile(rf"({CURRENCY})[\s\u00a0]?({_FIGURE})(?:\s?({SCALE})\b)?"),
            lambda m: money(m[1], m[2], m[3]),
        ),
        (
            re.compile(rf"(?<![\w.,])({_FIGURE})(?:\s?({SCALE}))?[\s\u00a0]?({CURRENCY})(?!\w)"),
            lambda m: money(m[3], m[1], m[2]),
        ),
        *UNIT_RULES,
        *WORD_RULES,
        MIXED_RULE,
        (re.compile(r"(?<![\w/])(?:(\d+)\s)?(\d{1,2})/(\d{1,2})(?![\w/])"), fraction),
        (
            re.compile(rf"(?:(?<!\w)(\d+)\s?)?([{FRACTION_SIGNS}])"),
            lambda m: read_fraction_sign(m[2], int(m[1] or 0)),
        ),
        (re.compile(rf"(?<![\w.,-])({_NUMBER})\s?[-–—]\s?({_NUMBER})(?![\w-])"), ascending),
        (re.compile(r"(?<![\w.,])(?:19|20)\d{2}(?![\w,]|\.\d)(?!\s+[a-z]+s\b)"), year),
        (re.compile(r"(?<=\b[Ii]n )(?:19|20)\d{2}\b|(?<=\b[Ss]ince )(?:19|20)\d{2}\b"), year),
        (re.compile(rf"\d+,\d{{1,2}}(?!\d)|{_NUMBER}"), plain),
    )


def _rules(habits: Habits) -> tuple[Rule, ...]:
    joined = habits.country in _AND_SAID
    ordinals: Rule = (re.compile(r"\b(\d{1,3})(?:st|nd|rd|th)\b"), lambda m: read_ordinal(int(m[1])))
    minus: Rule = (re.compile(_MINUS), lambda _: "minus ")
    return (
        (re.compile(r"([€£$])\s?[-−](?=\d)"), lambda m: f"minus {m[1]}"),
        *CODE_RULES,
        minus,
        *time_rules(habits),
        PHONE_RULE,
        ordinals,
        *_figure_rules(joined=joined),
    )


def _as_spoken(text: str, *, rules: tuple[Rule, ...]) -> str:
    return without_soundless(apply(rules, text))


@lru_cache(maxsize=64)
def reader(habits: Habits) -> Reader:
    """English as it is read aloud in a region."""
    spoken = lru_cache(maxsize=4096)(partial(_as_spoken, rules=_rules(habits)))
    region = f"-{habits.country}" if habits.country else ""
    return Reader(
        code=f"en{region}{'-md' if habits.month_first else ''}",
        as_spoken=spoken,
        abbreviation=re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|No|Co|Prof|approx|a\.m|p\.m|e\.g|i\.e|[A-Z])\.$"),
        in_region=reader,
    )


READER = reader(Habits())
"""English read aloud where nothing is known of the region."""
