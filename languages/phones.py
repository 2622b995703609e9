"""Finds telephone numbers, said or written, and judges them with the phonenumbers library."""

import phonenumbers

from languages.entities import DigitsExpected, PhoneNumber
from languages.finders import FindDigits
from languages.tokens import LONGEST_TEXT, tokenize

_E164_LONGEST = 15
_LOCAL_SHORTEST = 7


def find_phone(text: str, region: str, *, digits: FindDigits, plus: frozenset[str]) -> PhoneNumber | None:
    """Find the telephone number in a text.

    Args:
        text: What was said: "415 555 2671", "plus four four twenty seven double nine ...".
        region: ISO 3166 code of the country whose national format is meant without a plus sign.
        digits: The language's finder of digits.
        plus: What says that a country code follows.

    Returns:
        The number; possible but unassigned ranges get a confidence of 0.6. None when nothing can be dialled.
    """
    text = text[:LONGEST_TEXT]
    for leniency, confidence in ((phonenumbers.Leniency.VALID, 0.97), (phonenumbers.Leniency.POSSIBLE, 0.6)):
        match = next(iter(phonenumbers.PhoneNumberMatcher(text, region.upper(), leniency=leniency)), None)
        if match is not None:
            value = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
            return PhoneNumber(value=value, start=match.start, end=match.end, confidence=confidence)
    return _find_spoken(text, region.upper(), digits, plus)


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
