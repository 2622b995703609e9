"""Finds the likeliest identifying number in a text: what is the same in every language, given how digits are read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from languages.entities import DigitsExpected, DigitString
from languages.tokens import Token, tokenize


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


def find_digits(text: str, *, words: DigitWords, expect: DigitsExpected | None = None) -> DigitString | None:
    """Find the most likely identifying number in a text.

    Without ``expect`` at least two characters are needed, and words such as "for" are not read as digits.
    After a correction ("four oh two, no sorry, four oh three") the later number counts.

    Args:
        text: What was said.
        words: How the language says numbers.
        expect: What is known of the number, when it was asked for.

    Returns:
        The number, or None when there is none.
    """
    tokens = tokenize(text)
    runs = [trimmed for run in read_runs(tokens, words, expect) if (trimmed := _trim(run, expect)) is not None]
    if expect is None:
        runs = [r for r in runs if len(r.value) >= 2 and any(c.isdigit() for c in r.value)]
    if not runs:
        return None
    best = _choose(runs, expect)
    return DigitString(
        value=best.value,
        start=tokens[best.pieces[0].start].start,
        end=tokens[best.pieces[-1].end - 1].end,
        confidence=_confidence(best, len(runs), expect),
    )


def _choose(runs: list[Run], expect: DigitsExpected | None) -> Run:
    fitting = [r for r in runs if expect is not None and expect.fits(len(r.value))]
    corrected = [r for r in fitting or runs if r.corrected]
    if corrected and (fitting or len(corrected[-1].value) >= max(len(r.value) for r in runs) - 1):
        return corrected[-1]
    return max(fitting or runs, key=lambda r: len(r.value))


def _confidence(run: Run, rivals: int, expect: DigitsExpected | None) -> float:
    length = len(run.value)
    if expect is not None and (expect.min_length or expect.max_length):
        score = 0.97 if expect.fits(length) else 0.4
    elif expect is not None:
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
