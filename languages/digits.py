"""Finds the likeliest identifying number in a text: what is the same in every language, given how digits are read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from languages.entities import DigitsExpected, DigitString
from languages.references import ReferenceWords, Role, role_of
from languages.tokens import Token, tokenize, touching

_DICTATED = 2
"""Digits that a recogniser writes together where somebody dictates them in pairs."""
_WHOLE = 4
"""Digits from which a number said after "no" is a whole one, where the length is not known."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A few digits or letters read at one place."""

    value: str
    start: int
    """Token index."""
    end: int
    """Token index after it."""
    homophone: bool = False
    """Whether the word is a digit only by ear: "for"."""
    alone: bool = True
    """Whether it may stand for a digit without a neighbour."""


class ReadPiece(Protocol):
    """Reads what stands for digits or letters at a place."""

    def __call__(
        self, tokens: Sequence[Token], at: int, expect: DigitsExpected | None, *, in_run: bool
    ) -> Piece | None:
        """The piece at ``at``; ``in_run`` says whether others stand right before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitWords:
    """How one language says identifying numbers."""

    read: ReadPiece
    between: frozenset[str]
    """Words and marks that may stand between the digits of a number."""
    corrections: frozenset[str]
    """After these a number replaces the one before: "no, sorry"."""


@dataclass(frozen=True, slots=True)
class Run:
    """Digits and letters that belong together."""

    pieces: tuple[Piece, ...]
    corrected: bool
    """Whether a correction ("no, sorry") stands right before it."""

    @property
    def value(self) -> str:
        """The characters of its pieces."""
        return "".join(p.value for p in self.pieces)

    @property
    def homophones(self) -> int:
        """Pieces that are digits only by ear."""
        return sum(p.homophone for p in self.pieces)


def find_digits(
    text: str, *, words: DigitWords, references: ReferenceWords | None = None, expect: DigitsExpected | None = None
) -> DigitString | None:
    """Find the most likely identifying number in a text.

    A number that is something else in its sentence (a price, a year, a time, a house number, a count) is none. One that
    was not asked for needs a word that says so, or to be all that is said; it has at least two characters, and words
    such as "for" are not read as digits. After a correction the later number counts, or mends the end of the one
    before ("four oh two, no, three").

    Args:
        text: What was said.
        words: How the language says numbers.
        references: How the language says what a number is; without it every number counts.
        expect: What is known of the number; without it, it was not asked for.

    Returns:
        The number, or None when there is none.
    """
    expect = expect or _UNASKED
    reading = expect if expect.asked else None
    tokens = tokenize(text)
    runs = [
        trimmed
        for run in read_runs(tokens, words, reading)
        for part in _parts(run, tokens, expect)
        if (trimmed := _trim(part, reading)) is not None
    ]
    if not expect.asked:
        runs = [run for run in runs if len(run.value) >= 2 and any(c.isdigit() for c in run.value)]
    if references is not None:
        runs = _references(text, runs, tokens, references, expect)
    if not runs:
        return None
    best = _choose(runs, expect)
    return DigitString(
        value=best.value,
        start=tokens[best.pieces[0].start].start,
        end=tokens[best.pieces[-1].end - 1].end,
        confidence=_confidence(best, len(runs), expect),
    )


_UNASKED = DigitsExpected(asked=False)


def _references(
    text: str, runs: Sequence[Run], tokens: Sequence[Token], words: ReferenceWords, expect: DigitsExpected
) -> list[Run]:
    """Those that name something; where none was asked for, only those of which the sentence says so most clearly."""
    roles = [_role(text, run, tokens, words, expect) for run in runs]
    if expect.asked:
        return [run for run, role in zip(runs, roles, strict=True) if role is not Role.OTHER]
    clearest = next((role for role in (Role.NAMED, Role.ASKED, Role.BARE) if role in roles), None)
    return [run for run, role in zip(runs, roles, strict=True) if role is clearest]


def _role(text: str, run: Run, tokens: Sequence[Token], words: ReferenceWords, expect: DigitsExpected) -> Role:
    start, end = tokens[run.pieces[0].start].start, tokens[run.pieces[-1].end - 1].end
    return role_of(text, start, end, run.value, words=words, named=expect.named)


def _parts(run: Run, tokens: Sequence[Token], expect: DigitsExpected) -> list[Run]:
    """A run, or the numbers that a mark or an "and" divides it into where they are several: "4027, 12 Main Street"."""
    if expect.max_length and expect.fits(len(run.value)):
        return [run]
    groups: list[list[Piece]] = [[run.pieces[0]]]
    for before, piece in pairwise(run.pieces):
        apart = piece.start > before.end and not touching(tokens, piece.start)
        if apart and (_written_long(tokens, before) or _written_long(tokens, piece) or expect.max_length):
            groups.append([])
        groups[-1].append(piece)
    parts = [Run(tuple(group), run.corrected and k == 0) for k, group in enumerate(groups)]
    if len(parts) > 1 and expect.max_length and not any(expect.fits(len(part.value)) for part in parts):
        return [run]
    return parts


def _written_long(tokens: Sequence[Token], piece: Piece) -> bool:
    """Whether a number is written in one piece, longer than people dictate them in."""
    return tokens[piece.start].is_number and len(piece.value) > _DICTATED


def _choose(runs: list[Run], expect: DigitsExpected) -> Run:
    known = bool(expect.min_length or expect.max_length)
    fitting = [run for run in runs if known and expect.fits(len(run.value))]
    last = runs[-1]
    if last.corrected and last not in fitting and len(runs) > 1 and len(last.value) < len(runs[-2].value):
        mended = _mended(runs[-2], last, expect if known else None)
        if mended is not None:
            return mended
    corrected = [run for run in fitting or runs if run.corrected]
    if corrected and (fitting or len(corrected[-1].value) >= max(len(run.value) for run in runs) - 1):
        return corrected[-1]
    return max(fitting or runs, key=lambda run: len(run.value))


def _mended(wrong: Run, right: Run, expect: DigitsExpected | None) -> Run | None:
    """A number whose end was said anew: "four oh two, no, three" is 403; None when the new one stands alone."""
    if expect is None and len(right.value) >= min(_WHOLE, len(wrong.value) - 1):
        return None
    for dropped in (len(right.value), 1):
        value = wrong.value[: max(0, len(wrong.value) - dropped)] + right.value
        if expect is None or expect.fits(len(value)):
            whole = Piece(value, wrong.pieces[0].start, right.pieces[-1].end)
            return Run((whole,), corrected=True)
    if expect is not None and not expect.fits(len(wrong.value)):
        value = wrong.value[: -len(right.value)] + right.value
        return Run((Piece(value, wrong.pieces[0].start, right.pieces[-1].end),), corrected=True)
    return None


def _confidence(run: Run, rivals: int, expect: DigitsExpected) -> float:
    length = len(run.value)
    if expect.min_length or expect.max_length:
        score = 0.97 if expect.fits(length) else 0.4
    elif expect.asked:
        score = 0.9 if length >= 3 else 0.75
    else:
        score = 0.9 if length >= 4 else 0.7 if length == 3 else 0.5
    score -= 0.1 * min(3, run.homophones)
    if rivals > 1 and not run.corrected:
        score -= 0.1
    return round(max(0.1, score), 3)


def read_runs(tokens: Sequence[Token], words: DigitWords, expect: DigitsExpected | None) -> Iterator[Run]:
    """Every stretch of digits and letters in a text, in its order."""
    pieces: list[Piece] = []
    at, corrected, next_corrected = 0, False, False
    while at < len(tokens):
        piece = words.read(tokens, at, expect, in_run=bool(pieces))
        if piece is not None:
            if not pieces:
                corrected, next_corrected = next_corrected, False
            pieces.append(piece)
            at = piece.end
            continue
        word = tokens[at].text
        if pieces and word not in words.between:
            yield Run(tuple(pieces), corrected)
            pieces = []
        if word in words.corrections:
            next_corrected = True
        at += 1
    if pieces:
        yield Run(tuple(pieces), corrected)


def _trim(run: Run, expect: DigitsExpected | None) -> Run | None:
    """Drop words at the edges that are digits only by ear, where the rest alone is right."""
    pieces = list(run.pieces)
    while pieces and pieces[0].homophone and _too_long(pieces, expect):
        pieces.pop(0)
    while pieces and pieces[-1].homophone and _too_long(pieces, expect):
        pieces.pop()
    if expect is None:
        while pieces and not pieces[-1].alone and not pieces[-1].value.isdigit():
            pieces.pop()
    said_alone = any(p.alone for p in pieces)
    has_digit = said_alone or (len(pieces) > 1 and not all(p.homophone for p in pieces))
    return Run(tuple(pieces), run.corrected) if pieces and has_digit else None


def _too_long(pieces: list[Piece], expect: DigitsExpected | None) -> bool:
    length = sum(len(p.value) for p in pieces)
    return expect is None or bool(expect.max_length and length > expect.max_length)
