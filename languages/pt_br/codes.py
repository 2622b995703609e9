"""How codes of letters and digits are said in Portuguese: "X K dois zero quatro", "b de bola, duplo sete"."""

from collections.abc import Sequence
from functools import partial

from languages.codes import beside_number, find_code, find_postcode, written_letters
from languages.digits import DigitWords, Piece
from languages.entities import DigitsExpected
from languages.pt_br import digits
from languages.pt_br.spelling import REPEATS, read_letter
from languages.tokens import Token

_WORDS_OF_ONE_LETTER = frozenset(["a", "e", "o", "é", "à"])


def _read_piece(tokens: Sequence[Token], at: int, expect: DigitsExpected | None, *, in_run: bool) -> Piece | None:
    token, word = tokens[at], tokens[at].text
    piece = digits.read_piece(tokens, at, None, in_run=in_run)
    if piece is not None and any(c.isdigit() for c in piece.value):
        return piece
    letter = read_letter(tokens, at)
    if letter is not None:
        explained = letter[1] > at + 1 or word in REPEATS
        return Piece(letter[0], at, letter[1], homophone=word in _WORDS_OF_ONE_LETTER and not explained)
    if not token.raw.isascii() or not token.is_word:
        return None
    if beside_number(tokens, at, in_run=in_run) or written_letters(tokens, at):
        return Piece(token.raw.upper(), at, at + 1)
    return None


WORDS = DigitWords(
    read=_read_piece,
    between=digits.WORDS.between - {"e"},
    corrections=digits.WORDS.corrections,
)

find = partial(find_code, words=WORDS)
"""Finds the code in a Portuguese text."""
postcode = partial(find_postcode, words=WORDS)
"""Finds the postcode in a Portuguese text."""
