"""Finds codes of letters and digits, and postcodes by the shape that their country gives them."""

import re
from collections.abc import Iterator, Sequence

from languages.digits import DigitWords, Piece, Run, read_runs
from languages.entities import DigitsExpected, FoundCode, Postcode
from languages.tokens import Token, tokenize, touching

_LEAST_UNASKED = 4
"""Characters of a code that nobody asked for; shorter ones are words and quantities."""
_LONGEST = 24
_LONGEST_WRITTEN = 8
_MOST_TOGETHER = 4
"""Letters that are written as one word in a code."""
_VOWEL = re.compile(r"[aeiouyáàâãéêíóôõú]")
_NO_VOWELS = frozenset(["hm", "hmm", "mm", "mmm", "pm", "st", "nd", "rd", "th", "mr", "mrs", "dr", "ms", "sr", "sra"])
"""Words without a vowel that are no letters."""

_POSTCODES: dict[str, tuple[re.Pattern[str], str]] = {
    "IE": (re.compile(r"([AC-FHKNPRTV-Y]\d[\dW])([0-9AC-FHKNPRTV-Y]{4})"), r"\1 \2"),
    "GB": (re.compile(r"([A-PR-UWYZ][A-HK-Y]?\d[\dA-HJKMNP-Y]?)(\d[ABD-HJLNP-UW-Z]{2})"), r"\1 \2"),
    "US": (re.compile(r"(\d{5})(\d{4})?"), r"\1-\2"),
    "BR": (re.compile(r"(\d{5})(\d{3})"), r"\1-\2"),
    "CA": (re.compile(r"([ABCEGHJ-NPRSTVXY]\d[A-Z])(\d[A-Z]\d)"), r"\1 \2"),
    "NL": (re.compile(r"([1-9]\d{3})([A-Z]{2})"), r"\1 \2"),
    "DE": (re.compile(r"(\d{5})"), r"\1"),
    "FR": (re.compile(r"(\d{5})"), r"\1"),
    "ES": (re.compile(r"(\d{5})"), r"\1"),
    "IT": (re.compile(r"(\d{5})"), r"\1"),
    "PT": (re.compile(r"([1-9]\d{3})(\d{3})"), r"\1-\2"),
    "AU": (re.compile(r"(\d{4})"), r"\1"),
    "NZ": (re.compile(r"(\d{4})"), r"\1"),
}
"""Shape without spaces, and how it is written. Eircode: Eircode specification 2.0; UK: BS 7666; others: UPU."""
_ANY_POSTCODE = (re.compile(r"(?=.*\d)([0-9A-Z]{3,10})"), r"\1")
"""For a country without a shape of its own here."""
_HEARD_ALIKE = str.maketrans({"O": "0", "I": "1", "0": "O", "1": "I"})


def find_code(text: str, *, words: DigitWords, expect: DigitsExpected | None = None) -> FoundCode | None:
    """Find the likeliest code of letters and digits.

    Args:
        text: What was said.
        words: How the language says letters and digits.
        expect: What is known of the code, when it was asked for.

    Returns:
        The code; without ``expect`` it has a letter, a digit and at least four characters.
    """
    tokens = tokenize(text)
    runs = [_without_edges(run, expect) for run in read_runs(tokens, words, _letters(expect))]
    runs = [run for run in runs if run.pieces and len(run.value) <= _LONGEST and _is_code(run, expect)]
    if not runs:
        return None
    fitting = [run for run in runs if expect is not None and expect.fits(len(run.value))]
    best = max(fitting or runs, key=lambda run: (run.corrected, len(run.value)))
    if expect is None:
        sure = 0.85
    elif not (expect.min_length or expect.max_length):
        sure = 0.85 if len(best.value) > 2 else 0.6
    else:
        sure = 0.95 if fitting else 0.4
    return FoundCode(
        value=best.value,
        start=tokens[best.pieces[0].start].start,
        end=tokens[best.pieces[-1].end - 1].end,
        confidence=round(max(0.1, sure - 0.1 * min(3, best.homophones)), 3),
    )


def find_postcode(text: str, region: str, *, words: DigitWords) -> Postcode | None:
    """Find the postcode of a country.

    Args:
        text: What was said.
        region: ISO 3166 code of the country.
        words: How the language says letters and digits.

    Returns:
        The last stretch that has the shape of the country's postcodes: in an address it comes after the house number.
    """
    shape, written = _POSTCODES.get(region.upper(), _ANY_POSTCODE)
    tokens = tokenize(text)
    found: Postcode | None = None
    for run in read_runs(tokens, words, DigitsExpected(letters=True)):
        for first, after, value in _stretches(run.pieces):
            match = _shaped(value, shape)
            if match is None:
                continue
            found = Postcode(
                value=match.expand(written).rstrip(" -"),
                start=tokens[run.pieces[first].start].start,
                end=tokens[run.pieces[after - 1].end - 1].end,
                confidence=0.95 if match.string == value else 0.8,
            )
            break
    return found


def beside_number(tokens: Sequence[Token], at: int, *, in_run: bool) -> bool:
    """Whether letters are written in one piece with digits: "XK" in "XK204"."""
    if len(tokens[at].raw) > _LONGEST_WRITTEN:
        return False
    return (touching(tokens, at + 1) and tokens[at + 1].is_number) or (in_run and touching(tokens, at))


def written_letters(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word is letters that a recogniser wrote together: "XK 204", "sw 1"; all in capitals tells nothing."""
    raw = tokens[at].raw
    if not 1 < len(raw) <= _MOST_TOGETHER:
        return False
    if raw.isupper():
        return not any(t.is_word and len(t.raw) > _MOST_TOGETHER and t.raw.isupper() for t in tokens)
    return not _VOWEL.search(tokens[at].text) and tokens[at].text not in _NO_VOWELS


def _letters(expect: DigitsExpected | None) -> DigitsExpected:
    if expect is None:
        return DigitsExpected(letters=True)
    return DigitsExpected(min_length=expect.min_length, max_length=expect.max_length, letters=True)


def _without_edges(run: Run, expect: DigitsExpected | None) -> Run:
    """Drop words at the edges that are letters only by ear, unless the code needs them to be whole."""
    pieces = list(run.pieces)
    known = expect is not None and bool(expect.min_length or expect.max_length)

    def superfluous() -> bool:
        length = sum(len(piece.value) for piece in pieces)
        return not known or (expect is not None and bool(expect.max_length) and length > expect.max_length)

    while pieces and pieces[0].homophone and superfluous():
        pieces.pop(0)
    while pieces and pieces[-1].homophone and superfluous():
        pieces.pop()
    return Run(tuple(pieces), run.corrected)


def _is_code(run: Run, expect: DigitsExpected | None) -> bool:
    if all(piece.homophone for piece in run.pieces):
        return False
    if expect is not None:
        return len(run.value) > 1 or run.value.isdigit() or expect.fits(1)
    has_both = any(c.isdigit() for c in run.value) and any(c.isalpha() for c in run.value)
    return has_both and len(run.value) >= _LEAST_UNASKED


def _stretches(pieces: Sequence[Piece]) -> Iterator[tuple[int, int, str]]:
    """Every stretch of pieces, longest first, later before earlier."""
    for length in range(min(len(pieces), _LONGEST), 0, -1):
        for first in range(len(pieces) - length, -1, -1):
            value = "".join(piece.value for piece in pieces[first : first + length])
            if len(value) <= _LONGEST:
                yield first, first + length, value


def _shaped(value: str, shape: re.Pattern[str]) -> re.Match[str] | None:
    """The match of a value, where an "oh" may be a zero and an "I" a one."""
    match = shape.fullmatch(value)
    if match is not None:
        return match
    places = [k for k, c in enumerate(value) if c in "O0I1"][:4]
    for mask in range(1, 2 ** len(places)):
        turned = list(value)
        for bit, place in enumerate(places):
            if mask >> bit & 1:
                turned[place] = value[place].translate(_HEARD_ALIKE)
        match = shape.fullmatch("".join(turned))
        if match is not None:
            return match
    return None
