"""How identifying numbers are said in Portuguese: "quatro zero dois sete", "meia" for six, "duplo cinco"."""

from collections.abc import Sequence
from functools import partial

from languages.digits import DigitWords, Piece, find_digits
from languages.entities import DigitsExpected
from languages.pt_br import references
from languages.pt_br.numbers import DIGITS, HUNDREDS, SCALES, plain_at, read_below_hundred, read_cardinal
from languages.pt_br.spelling import REPEATS, explained_letter, read_letter
from languages.tokens import Token, touching

_HALF_DOZEN = "meia"
"""Half a dozen: six, so that it is not mistaken for "três"."""


def read_piece(tokens: Sequence[Token], at: int, expect: DigitsExpected | None, *, in_run: bool) -> Piece | None:
    """Read digits, or letters of a code, that begin at a token."""
    word = plain_at(tokens, at)
    if word in REPEATS:
        repeated = read_piece(tokens, at + 1, expect, in_run=in_run) if at + 1 < len(tokens) else None
        single = repeated is not None and len(repeated.value) == 1
        return Piece(repeated.value * REPEATS[word], at, repeated.end) if repeated and single else None
    if tokens[at].is_number:
        return Piece(word, at, at + 1)
    if word == _HALF_DOZEN:
        return Piece("6", at, at + 1, alone=False)
    if word in HUNDREDS or word == "mil":
        return _quantity(tokens, at)
    small = read_below_hundred(tokens, at)
    if small is not None:
        return _quantity(tokens, at) if plain_at(tokens, small[1]) in SCALES else Piece(str(small[0]), at, small[1])
    return _read_code_letter(tokens, at, expect, in_run=in_run)


def _quantity(tokens: Sequence[Token], at: int) -> Piece | None:
    whole = read_cardinal(tokens, at)
    return Piece(str(int(whole[0])), at, whole[1]) if whole is not None and whole[0] == int(whole[0]) else None


def _read_code_letter(tokens: Sequence[Token], at: int, expect: DigitsExpected | None, *, in_run: bool) -> Piece | None:
    explained = explained_letter(tokens, at)
    if explained is not None:
        return Piece(explained[0], at, explained[1], alone=False)
    if expect is not None and expect.letters:
        letter = read_letter(tokens, at)
        if letter is not None:
            return Piece(letter[0], at, letter[1], alone=False)
    token = tokens[at]
    next_is_number = at + 1 < len(tokens) and tokens[at + 1].is_number
    attached = (next_is_number and touching(tokens, at + 1)) or (in_run and touching(tokens, at))
    if token.is_word and token.raw.isascii() and token.raw.isupper() and len(token.raw) <= 4 and attached:
        return Piece(token.raw, at, at + 1, alone=False)
    near = in_run or next_is_number or plain_at(tokens, at + 1) in DIGITS
    if near and token.is_letter and token.raw.isupper() and token.raw not in "AEIO":
        return Piece(token.raw, at, at + 1, alone=False)
    return None


WORDS = DigitWords(
    read=read_piece,
    between=frozenset(
        [
            *",-–—./#:",
            *("e", "aí", "ai", "depois", "hum", "ahn", "eh", "ponto", "traço", "traco"),
            *("hífen", "hifen", "barra", "espaço", "espaco", "número", "numero"),
        ]
    ),
    corrections=frozenset(
        ["não", "nao", "desculpa", "desculpe", "perdão", "perdao", "aliás", "alias", "digo", "opa", "correção", "errei"]
    ),
)

find = partial(find_digits, words=WORDS, references=references.WORDS)
"""Finds the number in a Portuguese text."""
find_any = partial(find_digits, words=WORDS)
"""Finds a number in a Portuguese text, whatever it is there."""
