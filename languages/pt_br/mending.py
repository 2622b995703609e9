"""How Portuguese speaks of one character of a value: "o terceiro é cinco", "termina em quatro"."""

from collections.abc import Sequence
from functools import partial

from languages.digits import Piece
from languages.entities import DigitsExpected
from languages.mending import MendWords, mend
from languages.pt_br import codes, contrasts
from languages.pt_br.numbers import ORDINALS
from languages.pt_br.spelling import explained_letter
from languages.tokens import Token


def _explained(tokens: Sequence[Token], at: int, expect: DigitsExpected | None, *, in_run: bool) -> Piece | None:
    read = explained_letter(tokens, at)
    return Piece(read[0], at, read[1]) if read is not None else None


WORDS = MendWords(
    read=codes.WORDS.read,
    places=dict(ORDINALS) | {"último": -1, "última": -1, "ultimo": -1, "ultima": -1, "penúltimo": -2, "penúltima": -2},
    from_end=frozenset([("de", "trás", "para", "frente")]),
    marks=frozenset("ºª°oa"),
    nouns=frozenset("dígito digito letra número numero".split()),
    links=frozenset("é e não nao era seria um uma o a na verdade , - : deve ser por errado errada".split()),
    begins=(("começa", "com"), ("comeca", "com"), ("no", "começo"), ("no", "início")),
    ends=(("termina", "em"), ("termina", "com"), ("no", "final"), ("no", "fim")),
    adds=frozenset(["com", "falta"]),
    drops=(("sem", "o"), ("sem", "a"), ("sem",), ("tira", "o"), ("tira", "a"), ("não", "tem")),
    becomes=frozenset(["é", "seria", "ser", "por"]),
    explained=_explained,
    alike=("BCDEGPTVZ", "AKH", "FS", "MN", "IX", "QU", "O0", "63"),
    contrasts=contrasts.WORDS,
)

find = partial(mend, words=WORDS)
"""Mends one character of a value by a Portuguese text."""
