"""What reaches a caller's ear: whether a value or some words can be made out in what was said."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

_DIGITS = re.compile(r"\d+")
_SPACE = re.compile(r"\s+")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s")


def audible(value: Any, text: str) -> bool:
    """Whether a value is named in a text.

    Args:
        value: Of a slot or an argument.
        text: What the line says.
    """
    match value:
        case None | bool() | date():
            return False
        case Decimal():
            return f"{value:.2f}" in text or (value == value.to_integral_value() and f"{value:.0f}" in text)
    plain = str(value)
    if plain.isdigit():
        return plain in "".join(_DIGITS.findall(text))
    return contains(text, re.escape(plain.replace("_", " ")))


def contains(text: str, pattern: str) -> bool:
    """Whether a text holds a pattern, however it is spaced and capitalised."""
    return re.search(pattern, _SPACE.sub(" ", text), re.IGNORECASE) is not None


def first_words(text: str, count: int) -> str:
    """The first words of a text."""
    return " ".join(text.split()[:count])


def pattern_of(text: str) -> str:
    """A pattern of the text's first sentence."""
    return re.escape(_SPACE.sub(" ", _SENTENCE_END.split(text)[0]))
