"""Takes a postal address as it was said: without the sounds of thinking, numbers in figures, its parts told apart."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from languages.entities import PostalAddress, Postcode
from languages.tokens import Token, tokenize


class ReadHouseNumber(Protocol):
    """Reads a house number that begins at a token."""

    def __call__(self, tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
        """The number in figures, with its letter ("12B"), and the index after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressWords:
    """How one language says addresses."""

    lead: re.Pattern[str]
    """Matches what may stand before an address: "it's", "I live at"; ignores case."""
    tail: re.Pattern[str]
    """Found at the end after an address: "please", "thanks"; ignores case."""
    thinking: re.Pattern[str]
    """Found where somebody thinks: "um", "you know"; ignores case."""
    number: ReadHouseNumber
    postcode: Callable[[str, str], Postcode | None]
    """The language's finder of postcodes."""
    number_first: bool
    """Whether the house number comes before its street."""
    unit: re.Pattern[str]
    """Matches a word whose number is a flat's or a floor's, not the house's."""


def find_address(text: str, region: str, *, words: AddressWords) -> PostalAddress | None:
    """Find an address in a text that is one.

    Args:
        text: What was said.
        region: ISO 3166 code of the country, for its postcodes.
        words: How the language says addresses.

    Returns:
        The address; less sure without a house number and without a postcode. None when no word of it is left.
    """
    start, end = _bounds(text, words)
    said = text[start:end]
    postcode = words.postcode(said, region)
    before, after = (said[: postcode.start], said[postcode.end :]) if postcode is not None else (said, "")
    if postcode is not None and postcode.value.isdigit() and not before.strip(" ,.") and after.strip(" ,."):
        # A number at the very beginning is the house's.
        postcode, before, after = None, said, ""
    cleaned, number = _clean(before, words)
    rest, other = _clean(after, words)
    parts = [cleaned, postcode.value if postcode is not None else "", rest]
    value = ", ".join(part for part in parts if part)
    if not re.search(r"[^\W\d_]{2}", value) and not (number and postcode):
        return None
    number = number or other
    return PostalAddress(
        value=value,
        house_number=number,
        postcode=postcode.value if postcode is not None else "",
        start=start,
        end=max(end, start + 1),
        confidence=0.9 if number and postcode else 0.8 if number or postcode else 0.6,
    )


def _bounds(text: str, words: AddressWords) -> tuple[int, int]:
    start, end = 0, len(text.rstrip(" .,;!?"))
    while (match := words.lead.match(text, start)) is not None and match.end() > start:
        start = match.end()
    while (found := words.tail.search(text, start, end)) is not None:
        end = found.start()
    return start, end


def _clean(text: str, words: AddressWords) -> tuple[str, str]:
    """The text with figures for numbers and nothing of thinking; and the house number."""
    text = words.thinking.sub(" , ", text)
    tokens = tokenize(text)
    pieces: list[tuple[str, int, int]] = []
    house, at = "", 0
    while at < len(tokens):
        number = words.number(tokens, at)
        if number is None:
            pieces.append((tokens[at].raw, tokens[at].start, tokens[at].end))
            at += 1
            continue
        figure, after = number
        pieces.append((figure, tokens[at].start, tokens[after - 1].end))
        of_unit = at > 0 and words.unit.fullmatch(tokens[at - 1].text) is not None
        names_more = any(t.is_word for t in (tokens[after:] if words.number_first else tokens[:at]))
        if not house and not of_unit and names_more:
            house = figure
        at = after
    joined = ""
    for index, (piece, start, _) in enumerate(pieces):
        touches = index > 0 and pieces[index - 1][2] == start
        joined += piece if index == 0 or touches else f" {piece}"
    joined = re.sub(r"\s+([,.;])", r"\1", joined)
    joined = re.sub(r"[,.;](?:\s*[,.;])+", ",", joined)
    return joined.strip(" ,.;-"), house
