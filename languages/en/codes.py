"""How codes of letters and digits are said in English: "X K two oh four", "B as in Bravo, double seven"."""

from collections.abc import Sequence
from functools import partial

from languages.codes import beside_number, find_code, find_postcode, written_letters
from languages.digits import DigitWords, Piece
from languages.en import digits
from languages.en.numbers import DIGITS, TEENS, TENS
from languages.en.spelling import REPEATS, explained_letter, is_letter_name, read_letter
from languages.entities import DigitsExpected
from languages.tokens import Token, word_at

_SOUND_LIKE_LETTERS = {
    "be": "B", "see": "C", "sea": "C", "gee": "G", "eye": "I", "oh": "O", "pea": "P", "are": "R", "tea": "T",
    "you": "U", "why": "Y", "ex": "X", "jay": "J", "kay": "K", "el": "L", "em": "M", "en": "N", "ay": "A",
}  # fmt: skip
_SOUND_LIKE_DIGITS = {"for": "4", "to": "2", "too": "2", "won": "1", "ate": "8"}
_ZERO = frozenset(["oh", "o", "nought", "naught", "nil"])


def _read_piece(tokens: Sequence[Token], at: int, expect: DigitsExpected | None, *, in_run: bool) -> Piece | None:
    token, word = tokens[at], tokens[at].text
    if word in REPEATS or token.is_number or word in DIGITS or word in TEENS or word in TENS:
        return digits.read_piece(tokens, at, expect, in_run=in_run)
    explained = explained_letter(tokens, at)
    if explained is not None:
        return Piece(explained[0], at, explained[1])
    if word in _ZERO:
        return _zero_or_letter(tokens, at, in_run=in_run)
    written = len(token.raw) > 1 and token.raw.isascii() and token.is_word
    if written and (beside_number(tokens, at, in_run=in_run) or written_letters(tokens, at)):
        return Piece(token.raw.upper(), at, at + 1)
    if token.is_letter or word == "capital" or is_letter_name(word):
        letter = read_letter(tokens, at)
        plain_word = word in ("a", "i") and token.raw == word
        begins = plain_word or (word in ("a", "i") and not in_run and letter is not None and letter[1] == at + 1)
        return Piece(letter[0], at, letter[1], homophone=begins) if letter else None
    if in_run and word in _SOUND_LIKE_LETTERS:
        return Piece(_SOUND_LIKE_LETTERS[word], at, at + 1, homophone=True)
    if in_run and word in _SOUND_LIKE_DIGITS:
        return Piece(_SOUND_LIKE_DIGITS[word], at, at + 1, homophone=True)
    return None


def _zero_or_letter(tokens: Sequence[Token], at: int, *, in_run: bool) -> Piece | None:
    """An "oh" beside a digit is a zero; among letters it is the letter."""
    beside = (word_at(tokens, at - 1) if in_run else "", word_at(tokens, at + 1))
    number = any(w.isdigit() or w in DIGITS or w in TENS or w in REPEATS or w in _ZERO for w in beside)
    after_letter = in_run and tokens[at - 1].is_letter
    if tokens[at].raw == "O" and (after_letter or not number):
        return Piece("O", at, at + 1, alone=False)
    return Piece("0" if number else "O", at, at + 1, homophone=not (in_run or number), alone=False)


WORDS = DigitWords(read=_read_piece, between=digits.WORDS.between, corrections=digits.WORDS.corrections)

find = partial(find_code, words=WORDS)
"""Finds the code in an English text."""
postcode = partial(find_postcode, words=WORDS)
"""Finds the postcode in an English text."""
