"""Reads an answer: what was said or typed, as the value of the slot that was asked for."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any

from dialogue.lines.playbook import YES_NO_KEYS, Ask, DateDirection, SlotKind
from dialogue.lines.types import DateOrder, Line
from languages.days import make_day
from languages.entities import DigitsExpected, Prefer

_MAX_TEXT = 1000
SOME_DIGITS = 2
"""From here digits are a number; one may stand for anything."""
_SAID = 0.9
"""From here a choice was named; below, words only resemble it."""
_GUESSED = 0.5
_INTRODUCED = 0.8
"""From here a name was given as one's own: "my name is", not "I'm"."""
_LONGEST_COUNT = 4
"""Digits; nobody counts further on the keys."""
_OLDEST_YEARS = 120
"""Nobody who calls was born longer ago."""
_SPELLED_KINDS = frozenset({SlotKind.REFERENCE, SlotKind.CODE, SlotKind.POSTCODE, SlotKind.NAME, SlotKind.EMAIL})
"""What is made of letters and digits, one of which can be corrected."""
_PREFERRED = {
    None: Prefer.NEAREST,
    DateDirection.FUTURE: Prefer.FUTURE,
    DateDirection.PAST: Prefer.PAST,
    DateDirection.BIRTH: Prefer.BIRTH,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A value found in an answer."""

    value: Any
    """str, Decimal, date, time or bool, as the slot's kind says."""
    confidence: float
    """How sure the finder is, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongLength:
    """Digits were given, but not as many as there must be."""

    digits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfRange:
    """A count was given, but there cannot be so few, or so many."""

    bound: int
    """The smallest or largest count there can be."""
    too_many: bool
    """Whether ``bound`` is the largest."""


Unfit = WrongLength | OutOfRange
"""An answer of the right kind that is none."""


def read_answer(ask: Ask, text: str, line: Line, today: date, *, own: str = "") -> Reading | Unfit | None:
    """The value of ``ask``'s slot in what was said; None when there is none.

    Args:
        ask: What was asked for.
        text: What was said.
        line: The line.
        today: The day of the call, where the line is.
        own: Number that the caller speaks from: "this number".
    """
    if ask.kind is SlotKind.PHONE:
        phone = line.language.find.phone(text, line.region.phone_region, own=own)
        return Reading(value=phone.value, confidence=phone.confidence) if phone else None
    return _READERS[ask.kind](ask, text, line, today)


def mend_answer(ask: Ask, text: str, value: object, line: Line) -> str | None:
    """A value that was read back, with the letter or digit that the caller corrects: "the third is a five".

    None where nothing is corrected so, or where what comes of it would be no value of the slot.
    """
    if ask.kind not in _SPELLED_KINDS or not isinstance(value, str):
        return None
    mended = line.language.find.mend(text, value)
    if mended is None or mended == value or not _fits_length(ask, mended):
        return None
    match ask.kind:
        case SlotKind.REFERENCE:
            return mended if mended.isdigit() else None
        case SlotKind.POSTCODE:
            found = line.language.find.postcode(mended, line.region.phone_region)
            return found.value if found else None
        case SlotKind.EMAIL:
            address = line.language.find.email(mended)
            return address.value if address else None
    return mended


def _fits_length(ask: Ask, value: str) -> bool:
    return len(value) >= ask.min_length and (not ask.max_length or len(value) <= ask.max_length)


def read_keys(ask: Ask, keys: str, line: Line, today: date) -> Reading | Unfit | None:
    """The value of ``ask``'s slot in what was typed (``0-9*#``)."""
    keys = keys.rstrip("#")
    digits = re.sub(r"\D", "", keys)
    if not digits:
        return None
    match ask.kind:
        case SlotKind.REFERENCE:
            fits = DigitsExpected(min_length=ask.min_length, max_length=ask.max_length).fits(len(digits))
            return Reading(value=digits, confidence=1.0) if fits else WrongLength(digits=digits)
        case SlotKind.YES_NO:
            return Reading(value=YES_NO_KEYS[digits], confidence=1.0) if digits in YES_NO_KEYS else None
        case SlotKind.CHOICE:
            place = int(digits) - 1 if len(digits) == 1 else -1
            values = list(ask.choices)
            return Reading(value=values[place], confidence=1.0) if 0 <= place < len(values) else None
        case SlotKind.AMOUNT:
            whole, _, cents = keys.partition("*")
            figure = f"{re.sub(r'[^0-9]', '', whole) or '0'}.{re.sub(r'[^0-9]', '', cents)[:2] or '00'}"
            return Reading(value=Decimal(figure).quantize(Decimal("0.01")), confidence=1.0)
        case SlotKind.NUMBER:
            return _within(ask, int(digits), 1.0) if len(digits) <= _LONGEST_COUNT else None
        case SlotKind.PHONE:
            found = line.language.find.phone(digits, line.region.phone_region)
            return Reading(value=found.value, confidence=1.0) if found else WrongLength(digits=digits)
        case SlotKind.DATE:
            return _typed_date(ask, digits, line, today)
        case SlotKind.TIME:
            return _typed_time(digits)
        case SlotKind.POSTCODE:
            typed = line.language.find.postcode(digits, line.region.phone_region)
            return Reading(value=typed.value, confidence=1.0) if typed else WrongLength(digits=digits)
        case _:
            return None


def _typed_time(digits: str) -> Reading | None:
    """A time on twenty-four hours: 930, 1430."""
    if len(digits) not in (3, 4) or int(digits[:-2]) > 23 or int(digits[-2:]) > 59:
        return None
    return Reading(value=time(int(digits[:-2]), int(digits[-2:])), confidence=1.0)


def _typed_date(ask: Ask, digits: str, line: Line, today: date) -> Reading | None:
    if len(digits) not in (4, 8):
        return None
    first, second = int(digits[:2]), int(digits[2:4])
    day, month = (first, second) if line.region.date_order is DateOrder.DAY_MONTH else (second, first)
    years = [int(digits[4:])] if len(digits) == 8 else [today.year, today.year + 1, today.year - 1]
    days = [found for year in years if (found := make_day(year, month, day)) and _lies_right(ask, found, today)]
    return Reading(value=days[0], confidence=1.0) if days else None


def _lies_right(ask: Ask, day: date, today: date) -> bool:
    """Whether a day lies on the side of today that is asked for."""
    match ask.when:
        case DateDirection.FUTURE:
            return day >= today
        case DateDirection.PAST:
            return day <= today
        case DateDirection.BIRTH:
            return today.year - _OLDEST_YEARS <= day.year and day < today
    return True


def _expected(ask: Ask, *, asked: bool = True) -> DigitsExpected:
    """What is known of a reference; the words of its label may stand before it: "my booking 4027"."""
    named = tuple(word for word in re.findall(r"[^\W\d_]{4,}", ask.label.lower()))
    return DigitsExpected(min_length=ask.min_length, max_length=ask.max_length, asked=asked, named=named)


def _digits(ask: Ask, text: str, line: Line, today: date) -> Reading | WrongLength | None:
    expect = _expected(ask)
    found = line.language.find.digits(text, expect=expect)
    if found is None:
        return None
    if not expect.fits(len(found.value)):
        # A lone "one" in "the blue one" is no number.
        if len(found.value) < SOME_DIGITS <= ask.min_length:
            return None
        return WrongLength(digits=found.value)
    return Reading(value=found.value, confidence=found.confidence)


def _date(ask: Ask, text: str, line: Line, today: date) -> Reading | None:
    day_first = line.region.date_order is DateOrder.DAY_MONTH
    found = line.language.find.date(text, today, prefer=_PREFERRED[ask.when], day_first=day_first)
    if found is None or not _lies_right(ask, found.value, today):
        return None
    return Reading(value=found.value, confidence=found.confidence)


def _time(ask: Ask, text: str, line: Line, today: date) -> Reading | None:
    found = line.language.find.time(text, expect=True)
    return Reading(value=found.value, confidence=found.confidence) if found else None


def _code(ask: Ask, text: str, line: Line, today: date) -> Reading | WrongLength | None:
    expect = DigitsExpected(min_length=ask.min_length, max_length=ask.max_length, letters=True)
    found = line.language.find.code(text, expect=expect)
    if found is None:
        return None
    if not expect.fits(len(found.value)):
        return WrongLength(digits=found.value) if len(found.value) >= SOME_DIGITS else None
    return Reading(value=found.value, confidence=found.confidence)


def _postcode(ask: Ask, text: str, line: Line, today: date) -> Reading | None:
    found = line.language.find.postcode(text, line.region.phone_region)
    return Reading(value=found.value, confidence=found.confidence) if found else None


def _address(ask: Ask, text: str, line: Line, today: date) -> Reading | None:
    found = line.language.find.address(text, line.region.phone_region)
    return Reading(value=found.value, confidence=found.confidence) if found else None


def _amount(ask: Ask, text: str, line: Line, today: date) -> Reading | None:
    found = line.language.find.amount(text, currency=line.region.currency)
    if found is None or found.value < 0 or found.value >= 10**9:
        return None
    confidence = found.confidence if found.currency in ("", line.region.currency) else min(found.confidence, 0.5)
    return Reading(value=found.value.quantize(Decimal("0.01")), confidence=confidence)


def _number(ask: Ask, text: str, line: Line, today: date) -> Reading | Unfit | None:
    found = line.language.find.count(text, units=ask.units, named=(ask.label,), expect=True)
    return _within(ask, found.value, found.confidence) if found else None


def _within(ask: Ask, count: int, confidence: float) -> Reading | OutOfRange:
    """A count, or how far it is from what there can be."""
    if count < ask.least:
        return OutOfRange(bound=ask.least, too_many=False)
    if ask.most is not None and count > ask.most:
        return OutOfRange(bound=ask.most, too_many=True)
    return Reading(value=count, confidence=confidence)


def _email(ask: Ask, text: str, line: Line, today: date) -> Reading | None:
    found = line.language.find.email(text)
    return Reading(value=found.value, confidence=found.confidence) if found else None


def _name(ask: Ask, text: str, line: Line, today: date) -> Reading | None:
    found = line.language.find.name(text, expect=True)
    return Reading(value=found.value, confidence=found.confidence) if found else None


def _yes_no(ask: Ask, text: str, line: Line, today: date) -> Reading | None:
    answer = line.language.yes_no.decide(text)
    return None if answer is None else Reading(value=answer, confidence=1.0)


def _choice(ask: Ask, text: str, line: Line, today: date) -> Reading | None:
    found = line.language.find.choice(text, ask.choices)
    if found is None:
        return None
    return Reading(value=found.value, confidence=1.0 if found.confidence >= _SAID else _GUESSED)


def _text(ask: Ask, text: str, line: Line, today: date) -> Reading | None:
    said = " ".join(text.split())[:_MAX_TEXT]
    return Reading(value=said, confidence=1.0) if re.search(r"\w", said) else None


_READERS: dict[SlotKind, Callable[[Ask, str, Line, date], Reading | Unfit | None]] = {
    SlotKind.REFERENCE: _digits,
    SlotKind.CODE: _code,
    SlotKind.POSTCODE: _postcode,
    SlotKind.ADDRESS: _address,
    SlotKind.DATE: _date,
    SlotKind.TIME: _time,
    SlotKind.AMOUNT: _amount,
    SlotKind.NUMBER: _number,
    SlotKind.EMAIL: _email,
    SlotKind.NAME: _name,
    SlotKind.YES_NO: _yes_no,
    SlotKind.CHOICE: _choice,
    SlotKind.TEXT: _text,
}


_OPENING_KINDS = frozenset({SlotKind.REFERENCE, SlotKind.EMAIL, SlotKind.PHONE, SlotKind.AMOUNT, SlotKind.CHOICE})


def read_opening(ask: Ask, text: str, line: Line, today: date) -> Reading | None:
    """A value that the caller gave before being asked: "where is my order four oh two seven"."""
    if ask.kind is SlotKind.DATE and ask.when is DateDirection.FUTURE:
        # A day to come is what was asked for; one that has passed may be anything.
        return _date(ask, text, line, today)
    if ask.kind is SlotKind.TIME:
        at = line.language.find.time(text)
        return Reading(value=at.value, confidence=at.confidence) if at else None
    if ask.kind is SlotKind.CODE:
        code = line.language.find.code(text)
        fits = code is not None and ask.min_length <= len(code.value) <= (ask.max_length or 30)
        return Reading(value=code.value, confidence=code.confidence) if code and fits else None
    if ask.kind is SlotKind.NUMBER:
        count = line.language.find.count(text, units=ask.units, named=(ask.label,))
        within = _within(ask, count.value, count.confidence) if count else None
        return within if isinstance(within, Reading) else None
    if ask.kind is SlotKind.NAME:
        name = line.language.find.name(text)
        return (
            Reading(value=name.value, confidence=name.confidence) if name and name.confidence >= _INTRODUCED else None
        )
    if ask.kind not in _OPENING_KINDS:
        return None
    if ask.kind is SlotKind.CHOICE:
        found = line.language.find.choice(text, ask.choices, ordinals=False)
        return Reading(value=found.value, confidence=1.0) if found and found.confidence >= _SAID else None
    if ask.kind is SlotKind.AMOUNT:
        money = line.language.find.amount(text)
        sure = money is not None and money.currency
        return _amount(ask, text, line, today) if sure else None
    if ask.kind is SlotKind.REFERENCE:
        number = line.language.find.digits(text, expect=_expected(ask, asked=False))
        fits = number is not None and ask.min_length <= len(number.value) <= (ask.max_length or 30)
        return Reading(value=number.value, confidence=number.confidence) if number and fits else None
    reading = read_answer(ask, text, line, today)
    return reading if isinstance(reading, Reading) else None
