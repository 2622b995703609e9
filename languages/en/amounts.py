"""Finds amounts of money: "$12.50", "fifty pounds", "twenty nine ninety nine"."""

import re
from collections.abc import Sequence
from decimal import Decimal

from languages.amounts import choose_amount
from languages.en.numbers import past_hyphen, read_below_hundred, read_cardinal
from languages.en.references import WORDS
from languages.entities import Amount
from languages.tokens import Token, tokenize, word_at

_SYMBOLS = {"$": "USD", "£": "GBP", "€": "EUR"}
_UNITS = {
    "dollar": "USD", "dollars": "USD", "buck": "USD", "bucks": "USD", "usd": "USD",
    "pound": "GBP", "pounds": "GBP", "quid": "GBP", "gbp": "GBP", "sterling": "GBP",
    "euro": "EUR", "euros": "EUR", "eur": "EUR",
}  # fmt: skip
_CENTS = {"cent": "", "cents": "", "penny": "GBP", "pence": "GBP", "pennies": "", "p": "GBP"}
_NOTES = {"fiver": 5, "fivers": 5, "tenner": 10, "tenners": 10}
_LEAST_SURE = 10
"""From here "twelve fifty" is hardly a hundred times as much; "two fifty" may well be."""
_MEANT = re.compile(
    r"\b(?:refund(?: me| us)?|(?:want|need|like|get|claim|pay|send|transfer|give me|give us|charge(?: me)?|owe(?:s"
    r"|d)?(?: me| us)?"
    r"|make it|meant|mean|comes? to|total(?:led)?(?: is| was| of)?|amount(?: is| was| of)?|(?:it|that)(?:'s|’s| is"
    r"| was)))"
    r"(?: (?:back|the|about|around|only|just|exactly|all|be|to))*\s+$",
    re.IGNORECASE,
)
"""Before the amount that is meant, where several are said."""
_MEANT_AFTER = re.compile(r"\s+(?:back|in total|altogether|all in|please)\b", re.IGNORECASE)
_NOT_MONEY = frozenset((
    "percent", "%", "days", "day", "weeks", "week", "months", "month", "years", "year", "hours", "hour", "minutes",
    "minute", "am", "pm", "o'clock", "times", "people", "items", "st", "nd", "rd", "th", "kilos", "kilometres",
    "miles",
))  # fmt: skip


def find_amount(text: str, *, currency: str = "") -> Amount | None:
    """Find the amount of money in a text; one with a currency is preferred, then the one that is asked for or meant.

    Args:
        text: What was said.
        currency: ISO 4217 code when none is said.

    Returns:
        The amount, or None. A bare "twelve fifty" is taken as 12.50, with less confidence; so is one of several amounts
        of which nothing says that it is the one.
    """
    tokens = tokenize(text)
    found: list[Amount] = []
    at = 0
    while at < len(tokens):
        read = _read_amount(tokens, at, currency)
        if read is None:
            at += 1
            continue
        amount, at = read
        if not WORDS.named_before.search(text[: amount.start]):
            found.append(amount)
    return choose_amount(text, found, before=_MEANT, after=_MEANT_AFTER)


def _read_amount(tokens: Sequence[Token], at: int, currency: str) -> tuple[Amount, int] | None:
    symbol = _SYMBOLS.get(word_at(tokens, at), "")
    start = at + 1 if symbol else at
    whole = read_cardinal(tokens, start) or _one_or_half(tokens, start)
    if whole is None:
        return None
    value, end = whole
    slang = word_at(tokens, end - 1) == "grand"
    if word_at(tokens, end) == "k":
        value, end, slang = value * 1000, end + 1, True
    note = _NOTES.get(word_at(tokens, end))
    if note is not None:
        return _amount(tokens, at, end + 1, value * note, currency, 0.9), end + 1
    unit, end = _read_unit(tokens, end)
    if word_at(tokens, end) in _CENTS and not (symbol or unit):
        code = _CENTS[word_at(tokens, end)] or currency or "USD"
        return _amount(tokens, at, end + 1, value / 100, code, 0.9), end + 1
    if value == int(value):
        cents, after = _read_cents(tokens, end, after_unit=bool(unit))
        if cents is not None:
            value, end = value + cents, after
            if not (symbol or unit):
                unit, end = _read_unit(tokens, end)
                if not unit or value < _LEAST_SURE:
                    sure = 0.65 if value >= _LEAST_SURE else 0.55
                    return _amount(tokens, at, end, value, unit or currency, sure), end
    if symbol or unit:
        return _amount(tokens, at, end, value, symbol or unit, 0.95), end
    if word_at(tokens, end) in _NOT_MONEY or value >= 10**7:
        return None
    return _amount(tokens, at, end, value, currency, 0.9 if slang else 0.7 if value != int(value) else 0.5), end


def _one_or_half(tokens: Sequence[Token], at: int) -> tuple[Decimal, int] | None:
    """Read the "a" of "a tenner" and "a euro fifty", and "half a euro"."""
    half = word_at(tokens, at) == "half"
    unit_at = at + 1 + half
    unit = word_at(tokens, unit_at)
    if word_at(tokens, unit_at - 1) in ("a", "an") and (unit in _UNITS or unit in _NOTES):
        return Decimal("0.5") if half else Decimal(1), unit_at
    return None


def _read_unit(tokens: Sequence[Token], at: int) -> tuple[str, int]:
    code = _UNITS.get(word_at(tokens, at), "")
    return code, at + 1 if code else at


def _read_cents(tokens: Sequence[Token], at: int, *, after_unit: bool) -> tuple[Decimal | None, int]:
    """Read what follows the whole part: "ninety nine", "and fifty cents", "oh five"."""
    start = at + 1 if word_at(tokens, at) == "and" else at
    if word_at(tokens, start) in ("oh", "o"):
        small = read_below_hundred(tokens, start + 1)
        if small is not None and small[0] < 10:
            return Decimal(small[0]) / 100, _past_cents(tokens, small[1])
        return None, at
    start = past_hyphen(tokens, start)
    small = read_below_hundred(tokens, start)
    if small is None and start < len(tokens) and tokens[start].is_number and len(tokens[start].raw) <= 2:
        small = int(tokens[start].raw), start + 1
    if small is None:
        return None, at
    value, end = small
    names_cents = word_at(tokens, end) in _CENTS
    if names_cents or (after_unit and value >= 10) or (not after_unit and start == at and value >= 10):
        return Decimal(value) / 100, _past_cents(tokens, end)
    return None, at


def _past_cents(tokens: Sequence[Token], at: int) -> int:
    return at + 1 if word_at(tokens, at) in _CENTS else at


def _amount(
    tokens: Sequence[Token], first: int, after: int, value: Decimal, currency: str, confidence: float
) -> Amount:
    return Amount(
        value=value,
        currency=currency,
        start=tokens[first].start,
        end=tokens[after - 1].end,
        confidence=confidence,
    )
