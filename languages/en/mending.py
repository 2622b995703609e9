"""How English speaks of one character of a value: "the third one is a five", "it's four at the end"."""

from collections.abc import Sequence
from functools import partial

from languages.digits import Piece
from languages.en import codes, contrasts
from languages.en.numbers import ORDINALS
from languages.en.spelling import explained_letter
from languages.entities import DigitsExpected
from languages.mending import MendWords, mend
from languages.tokens import Token


def _explained(tokens: Sequence[Token], at: int, expect: DigitsExpected | None, *, in_run: bool) -> Piece | None:
    read = explained_letter(tokens, at)
    return Piece(read[0], at, read[1]) if read is not None else None


WORDS = MendWords(
    read=codes.WORDS.read,
    places={word: place for word, place in ORDINALS.items() if place <= 20} | {"last": -1, "final": -1},
    from_end=frozenset([("to", "last"), ("last",), ("from", "the", "end"), ("from", "last")]),
    marks=frozenset(["st", "nd", "rd", "th"]),
    nouns=frozenset(["one", "digit", "letter", "number", "character", "figure"]),
    links=frozenset(
        """is isn't it's that's should be was a an the not and actually would
        , - : 's um uh must has to wrong""".split()
    ),
    adds=frozenset(["with", "add", "plus", "missing"]),
    drops=(("without", "the"), ("without", "an"), ("without", "a"), ("without",), ("drop", "the"), ("remove", "the"),
           ("there's", "no"), ("there", "is", "no")),
    becomes=frozenset(["is", "be", "with", "by", "into"]),
    begins=(
        ("starts", "with"), ("begins", "with"), ("start", "with"), ("beginning", "with"), ("at", "the", "start"),
        ("at", "the", "beginning"), ("at", "the", "front"), ("in", "front"),
    ),
    ends=(
        ("ends", "in"), ("ends", "with"), ("ending", "in"), ("ending", "with"), ("at", "the", "end"),
        ("in", "the", "end"),
    ),
    explained=_explained,
    alike=("BCDEGPTVZ3", "AJKH8", "FSX", "MN", "IY59", "QUW", "O0"),
    contrasts=contrasts.WORDS,
)  # fmt: skip

find = partial(mend, words=WORDS)
"""Mends one character of a value by an English text."""
