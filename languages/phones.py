"""Finds telephone numbers, said or written, and judges them with the phonenumbers library."""

import re
from dataclasses import dataclass

import phonenumbers

from languages.entities import DigitsExpected, PhoneNumber
from languages.finders import FindDigits
from languages.tokens import LONGEST_TEXT, tokenize

_E164_LONGEST = 15
_LOCAL_SHORTEST = 7
_POSSIBLE = 0.6
"""Confidence in a number that nobody seems to have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneWords:
    """How one language says telephone numbers."""

    digits: FindDigits
    """The language's finder of digits, whatever they are."""
    plus: frozenset[str]
    """What says that a country code follows."""
    own: re.Pattern[str]
    """Found where the number is meant that the caller speaks from; ignores case."""
    another: re.Pattern[str]
    """Found where another than that is meant; ignores case."""


def find_phone(text: str, region: str, *, words: PhoneWords, own: str = "") -> PhoneNumber | None:
    """Find the telephone number in a text.

    Args:
        text: What was said: "415 555 2671", "plus four four twenty seven double nine ...".
        region: ISO 3166 code of the country whose national format is meant without a plus sign.
        words: How the language says them.
        own: E.164 number that the caller speaks from, if it is known; "this number" is it.

    Returns:
        The number; possible but unassigned ranges get a confidence of 0.6. None when nothing can be dialled.
    """
    text = text[:LONGEST_TEXT]
    written = _find_written(text, region.upper(), phonenumbers.Leniency.VALID, 0.97)
    if written is not None:
        return written
    spoken = _find_spoken(text, region.upper(), words.digits, words.plus)
    if spoken is None or spoken.confidence <= _POSSIBLE:
        # What is written may be half of what is said: "plus four four 20 7946 0958".
        spoken = _find_written(text, region.upper(), phonenumbers.Leniency.POSSIBLE, _POSSIBLE) or spoken
    if spoken is not None or not own or words.another.search(text):
        return spoken
    meant = words.own.search(text)
    return PhoneNumber(value=own, start=meant.start(), end=meant.end(), confidence=0.95) if meant else None


def _find_written(text: str, region: str, leniency: int, confidence: float) -> PhoneNumber | None:
    match = next(iter(phonenumbers.PhoneNumberMatcher(text, region, leniency=leniency)), None)
    if match is None:
        return None
    value = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
    return PhoneNumber(value=value, start=match.start, end=match.end, confidence=confidence)


def _find_spoken(text: str, region: str, digits: FindDigits, plus_words: frozenset[str]) -> PhoneNumber | None:
    found = digits(text, expect=DigitsExpected(min_length=_LOCAL_SHORTEST, max_length=_E164_LONGEST + 3))
    if found is None or len(found.value) < _LOCAL_SHORTEST or not found.value.isdigit():
        return None
    before = [t for t in tokenize(text) if t.end <= found.start]
    plus = bool(before) and before[-1].text in plus_words
    for candidate in (f"+{found.value}", found.value) if plus else (found.value, f"+{found.value}"):
        try:
            number = phonenumbers.parse(candidate, region)
        except phonenumbers.NumberParseException:
            continue
        possible = phonenumbers.is_possible_number(number)
        if not possible or (candidate.startswith("+") and not plus and not phonenumbers.is_valid_number(number)):
            continue
        return PhoneNumber(
            value=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
            start=before[-1].start if plus else found.start,
            end=found.end,
            confidence=min(found.confidence, 0.95 if phonenumbers.is_valid_number(number) else 0.6),
        )
    return None
