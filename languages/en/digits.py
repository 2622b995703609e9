"""How identifying numbers are said in English: "four oh two seven", "double five", "A as in Alpha"."""

from collections.abc import Sequence
from functools import partial

from languages.digits import DigitWords, Piece, find_digits
from languages.en import references
from languages.en.numbers import DIGITS, SCALES, TEENS, TENS, read_below_hundred, read_cardinal
from languages.en.spelling import NATO, REPEATS, explained_letter, read_letter
from languages.entities import DigitsExpected
from languages.tokens import Token, touching, word_at

_ALIASES = {"oh": "0", "o": "0", "nought": "0", "naught": "0", "nil": "0", "niner": "9", "fife": "5"}
_HOMOPHONES = {
    "for": "4", "fore": "4", "to": "2", "too": "2", "won": "1", "ate": "8", "sax": "6", "sicks": "6", "tree": "3",
    "free": "3", "nein": "9", "tu": "2", "wan": "1", "hero": "0",
}  # fmt: skip

_BEFORE_PRONOUN = frozenset(
    [
        "the",
        "this",
        "that",
        "which",
        "each",
        "every",
        "another",
        "other",
        "any",
        "no",
        "right",
        "wrong",
        "first",
        "last",
    ]
)


def read_piece(tokens: Sequence[Token], at: int, expect: DigitsExpected | None, *, in_run: bool) -> Piece | None:
    """Read digits, or letters of a code, that begin at a token."""
    word = word_at(tokens, at)
    if word in REPEATS:
        following = word_at(tokens, at + 1)
        if not following or following in REPEATS:
            return None
        repeated = read_piece(tokens, at + 1, expect, in_run=in_run)
        if repeated is not None and len(repeated.value) == 1:
            return Piece(repeated.value * REPEATS[word], at, repeated.end)
        return None
    if tokens[at].is_number:
        return Piece(word, at, at + 1)
    if word == "one" and _is_pronoun(tokens, at, in_run=in_run):
        return None
    if word in DIGITS or word in TEENS or word in TENS:
        return _read_words(tokens, at)
    if word in _ALIASES:
        return Piece(_ALIASES[word], at, at + 1, alone=False)
    letter = _read_code_letter(tokens, at, expect, in_run=in_run)
    if letter is not None:
        return letter
    if expect is not None and word in _HOMOPHONES and _spoken_neighbour(tokens, at):
        return Piece(_HOMOPHONES[word], at, at + 1, homophone=True, alone=False)
    return None


def _is_pronoun(tokens: Sequence[Token], at: int, *, in_run: bool) -> bool:
    """Whether a "one" stands for a thing: "the 4027 one", "which one"."""
    before, after = word_at(tokens, at - 1), word_at(tokens, at + 1)
    if after in DIGITS or after in _ALIASES or after.isdigit():
        return False
    if after == "of":
        return True
    return (before.isdigit() and len(before) > 2) if in_run else before in _BEFORE_PRONOUN


def _read_words(tokens: Sequence[Token], at: int) -> Piece:
    small = read_below_hundred(tokens, at)
    assert small is not None, "the caller checked the word"
    follows = word_at(tokens, small[1])
    if follows == "hundred" or follows in SCALES:
        whole = read_cardinal(tokens, at)
        if whole is not None and whole[0] == int(whole[0]):
            return Piece(str(int(whole[0])), at, whole[1])
    return Piece(str(small[0]), at, small[1])


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
    near = in_run or next_is_number or word_at(tokens, at + 1) in DIGITS
    if near and token.is_letter and token.raw.isupper() and token.raw not in "AIO":
        return Piece(token.raw, at, at + 1, alone=False)
    if near and token.text in NATO and (in_run or word_at(tokens, at + 1) in DIGITS):
        return Piece(NATO[token.text], at, at + 1, alone=False)
    return None


def _spoken_neighbour(tokens: Sequence[Token], at: int) -> bool:
    """Whether a neighbour is a single digit, so that "for" may be one too; next to "4027" it is the word."""
    for step in (-1, 1):
        index = at + step
        while word_at(tokens, index) in _HOMOPHONES or word_at(tokens, index) in (",", "-"):
            index += step
        word = word_at(tokens, index)
        single = len(word) == 1 and word.isascii() and word.isdigit()
        if single or word in DIGITS or word in ("oh", "double", "triple"):
            return True
    return False


WORDS = DigitWords(
    read=read_piece,
    between=frozenset(
        [*",-–—./#:", "and", "then", "uh", "um", "er", "erm", "dash", "hyphen", "space", "slash", "number"]
    ),
    corrections=frozenset(
        ["no", "sorry", "correction", "actually", "wait", "rather", "scratch", "oops", "mean", "meant"]
    ),
)

find = partial(find_digits, words=WORDS, references=references.WORDS)
"""Finds the number in an English text."""
find_any = partial(find_digits, words=WORDS)
"""Finds a number in an English text, whatever it is there."""
