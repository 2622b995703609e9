"""Reads English cardinals and ordinals, as words or numerals, at a place in a token list."""

from collections.abc import Sequence
from decimal import Decimal

from languages.tokens import Token, touching, word_at

DIGITS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
}  # fmt: skip
TEENS = {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90,
}  # fmt: skip
SCALES = {"thousand": 1000, "grand": 1000, "million": 1_000_000}
ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16,
    "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
}  # fmt: skip
_LONGEST_NUMERAL = 12
"""Digits of a numeral that can be a quantity; longer ones are identifiers."""


def past_hyphen(tokens: Sequence[Token], index: int) -> int:
    """The index after an optional hyphen."""
    return index + 1 if word_at(tokens, index) in ("-", "‐", "–") else index


def read_below_hundred(tokens: Sequence[Token], index: int) -> tuple[int, int] | None:
    """Read "seven", "seventeen", "forty" or "forty-two"; returns the value and the next index."""
    word = word_at(tokens, index)
    if word in TENS:
        unit_at = past_hyphen(tokens, index + 1)
        unit = DIGITS.get(word_at(tokens, unit_at), 0)
        return (TENS[word] + unit, unit_at + 1) if unit else (TENS[word], index + 1)
    if word in TEENS:
        return TEENS[word], index + 1
    if word in DIGITS:
        return DIGITS[word], index + 1
    return None


def read_numeral(tokens: Sequence[Token], index: int) -> tuple[Decimal, int] | None:
    """Read "12", "1,200" or "12.50" written in figures; returns the value and the next index."""
    if index >= len(tokens) or not tokens[index].is_number:
        return None
    figures, at = tokens[index].raw, index + 1
    while (
        word_at(tokens, at) == "," and touching(tokens, at) and touching(tokens, at + 1)
        and tokens[at + 1].is_number and len(tokens[at + 1].raw) == 3
    ):  # fmt: skip
        figures, at = figures + tokens[at + 1].raw, at + 2
    if len(figures) > _LONGEST_NUMERAL:
        return None
    if word_at(tokens, at) == "." and touching(tokens, at) and touching(tokens, at + 1) and tokens[at + 1].is_number:
        fraction = tokens[at + 1].raw[:_LONGEST_NUMERAL]
        return Decimal(f"{figures}.{fraction}"), at + 2
    return Decimal(figures), at


def read_cardinal(tokens: Sequence[Token], index: int) -> tuple[Decimal, int] | None:
    """Read the longest quantity: "a hundred and five", "two thousand", "1.5 million", "three point two".

    Returns:
        The value and the index after it, or None when there is no quantity at ``index``.
    """
    total, at, scale_bound, found = Decimal(0), index, 10**9, False
    while True:
        start = at + 1 if found and word_at(tokens, at) == "and" else at
        group = _read_group(tokens, start)
        if group is None:
            break
        value, after = group if found else _with_fraction(tokens, *group)
        scale = SCALES.get(word_at(tokens, after))
        if scale is not None and scale < scale_bound:
            total, at, scale_bound, found = total + value * scale, after + 1, scale, True
            continue
        if not found or value < scale_bound:
            total, at, found = total + value, after, True
        break
    if not found:
        return None
    return total, at


def read_ordinal(tokens: Sequence[Token], index: int) -> tuple[int, int] | None:
    """Read "third", "twenty-third", "23rd"; returns the value and the next index."""
    word = word_at(tokens, index)
    if word in ORDINALS:
        return ORDINALS[word], index + 1
    if word in TENS:
        unit_at = past_hyphen(tokens, index + 1)
        unit = ORDINALS.get(word_at(tokens, unit_at), 99)
        return (TENS[word] + unit, unit_at + 1) if unit < 10 else None
    if index < len(tokens) and tokens[index].is_number and word_at(tokens, index + 1) in ("st", "nd", "rd", "th"):
        return (int(word), index + 2) if len(word) <= 3 and touching(tokens, index + 1) else None
    return None


def _read_group(tokens: Sequence[Token], index: int) -> tuple[Decimal, int] | None:
    numeral = read_numeral(tokens, index)
    if numeral is not None:
        value, at = numeral
    elif word_at(tokens, index) == "a" and _is_scale(word_at(tokens, index + 1)):
        value, at = Decimal(1), index + 1
    elif (
        word_at(tokens, index) == "half" and word_at(tokens, index + 1) == "a" and _is_scale(word_at(tokens, index + 2))
    ):
        value, at = Decimal("0.5"), index + 2
    elif _couple(tokens, index) is not None:
        value, at = Decimal(2), index + 3
    else:
        small = read_below_hundred(tokens, index)
        if small is None:
            return None
        value, at = Decimal(small[0]), small[1]
    if word_at(tokens, at) == "hundred":
        value, at = value * 100, at + 1
        rest_at = at + 1 if word_at(tokens, at) == "and" else at
        rest = read_below_hundred(tokens, rest_at)
        if rest is not None:
            value, at = value + rest[0], rest[1]
    return value, at


def _is_scale(word: str) -> bool:
    return word == "hundred" or word in SCALES


def _couple(tokens: Sequence[Token], index: int) -> int | None:
    """Read "a couple of" before a scale: "a couple of hundred"."""
    words = [word_at(tokens, index + k) for k in range(4)]
    return index + 3 if words[:3] == ["a", "couple", "of"] and _is_scale(words[3]) else None


def _with_fraction(tokens: Sequence[Token], whole: Decimal, index: int) -> tuple[Decimal, int]:
    """Append "point five two" or "and a half"."""
    if [word_at(tokens, index + k) for k in range(3)] == ["and", "a", "half"] and whole == int(whole):
        return whole + Decimal("0.5"), index + 3
    if word_at(tokens, index) != "point" or whole != int(whole):
        return whole, index
    figures, at = "", index + 1
    while len(figures) < _LONGEST_NUMERAL:
        word = word_at(tokens, at)
        if word in DIGITS:
            figures += str(DIGITS[word])
        elif word in ("oh", "o"):
            figures += "0"
        elif at < len(tokens) and tokens[at].is_number and len(word) <= _LONGEST_NUMERAL:
            figures += word
        else:
            break
        at += 1
    return (Decimal(f"{int(whole)}.{figures}"), at) if figures else (whole, index)
