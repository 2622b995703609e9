"""Finds order, account and card numbers, said or written: "four oh two seven", "double five", "4-0-2-7"."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from languages.en.numbers import DIGITS, SCALES, TEENS, TENS, read_below_hundred, read_cardinal
from languages.en.spelling import NATO, REPEATS, explained_letter, read_letter
from languages.entities import DigitsExpected, DigitString
from languages.tokens import Token, tokenize, touching, word_at

_ALIASES = {"oh": "0", "o": "0", "nought": "0", "naught": "0", "nil": "0", "niner": "9", "fife": "5"}
_HOMOPHONES = {
    "for": "4", "fore": "4", "to": "2", "too": "2", "won": "1", "ate": "8", "sax": "6", "sicks": "6", "tree": "3",
    "free": "3", "nein": "9", "tu": "2", "wan": "1", "hero": "0",
}  # fmt: skip
_BETWEEN = frozenset(",-–—./#:") | {
    "and",
    "then",
    "uh",
    "um",
    "er",
    "erm",
    "dash",
    "hyphen",
    "space",
    "slash",
    "number",
}
_CORRECTIONS = ("no", "sorry", "correction", "actually", "wait", "rather", "scratch", "oops")


@dataclass(frozen=True, slots=True)
class _Piece:
    value: str
    start: int
    """Token index."""
    end: int
    """Token index after it."""
    homophone: bool = False
    alone: bool = True
    """Whether it may stand for a digit without a neighbour."""


@dataclass(frozen=True, slots=True)
class _Run:
    pieces: tuple[_Piece, ...]
    corrected: bool
    """Whether a correction ("no, sorry") stands right before it."""

    @property
    def value(self) -> str:
        return "".join(p.value for p in self.pieces)

    @property
    def homophones(self) -> int:
        return sum(p.homophone for p in self.pieces)


def find_digits(text: str, *, expect: DigitsExpected | None = None) -> DigitString | None:
    """Find the most likely identifying number in a text.

    Without ``expect`` at least two characters are needed, and words such as "for" are not read as digits.
    After a correction ("four oh two, no sorry, four oh three") the later number counts.

    Args:
        text: What was said.
        expect: What is known of the number, when it was asked for.

    Returns:
        The number, or None when there is none.
    """
    tokens = tokenize(text)
    runs = [trimmed for run in _runs(tokens, expect) if (trimmed := _trim(run, expect)) is not None]
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


def _choose(runs: list[_Run], expect: DigitsExpected | None) -> _Run:
    fitting = [r for r in runs if expect is not None and expect.fits(len(r.value))]
    corrected = [r for r in fitting or runs if r.corrected]
    if corrected and (fitting or len(corrected[-1].value) >= max(len(r.value) for r in runs) - 1):
        return corrected[-1]
    return max(fitting or runs, key=lambda r: len(r.value))


def _confidence(run: _Run, rivals: int, expect: DigitsExpected | None) -> float:
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


def _runs(tokens: Sequence[Token], expect: DigitsExpected | None) -> Iterator[_Run]:
    pieces: list[_Piece] = []
    at, corrected, next_corrected = 0, False, False
    while at < len(tokens):
        piece = _read_piece(tokens, at, expect, in_run=bool(pieces))
        if piece is not None:
            if not pieces:
                corrected, next_corrected = next_corrected, False
            pieces.append(piece)
            at = piece.end
            continue
        word = tokens[at].text
        if pieces and word not in _BETWEEN:
            yield _Run(tuple(pieces), corrected)
            pieces = []
        if word in _CORRECTIONS:
            next_corrected = True
        at += 1
    if pieces:
        yield _Run(tuple(pieces), corrected)


def _read_piece(tokens: Sequence[Token], at: int, expect: DigitsExpected | None, *, in_run: bool) -> _Piece | None:
    word = word_at(tokens, at)
    if word in REPEATS:
        following = word_at(tokens, at + 1)
        if not following or following in REPEATS:
            return None
        repeated = _read_piece(tokens, at + 1, expect, in_run=in_run)
        if repeated is not None and len(repeated.value) == 1:
            return _Piece(repeated.value * REPEATS[word], at, repeated.end)
        return None
    if tokens[at].is_number:
        return _Piece(word, at, at + 1)
    if word in DIGITS or word in TEENS or word in TENS:
        return _read_words(tokens, at)
    if word in _ALIASES:
        return _Piece(_ALIASES[word], at, at + 1, alone=False)
    letter = _read_code_letter(tokens, at, expect, in_run=in_run)
    if letter is not None:
        return letter
    if expect is not None and word in _HOMOPHONES and _spoken_neighbour(tokens, at):
        return _Piece(_HOMOPHONES[word], at, at + 1, homophone=True, alone=False)
    return None


def _read_words(tokens: Sequence[Token], at: int) -> _Piece:
    small = read_below_hundred(tokens, at)
    assert small is not None, "the caller checked the word"
    follows = word_at(tokens, small[1])
    if follows == "hundred" or follows in SCALES:
        whole = read_cardinal(tokens, at)
        if whole is not None and whole[0] == int(whole[0]):
            return _Piece(str(int(whole[0])), at, whole[1])
    return _Piece(str(small[0]), at, small[1])


def _read_code_letter(
    tokens: Sequence[Token], at: int, expect: DigitsExpected | None, *, in_run: bool
) -> _Piece | None:
    explained = explained_letter(tokens, at)
    if explained is not None:
        return _Piece(explained[0], at, explained[1], alone=False)
    if expect is not None and expect.letters:
        letter = read_letter(tokens, at)
        if letter is not None:
            return _Piece(letter[0], at, letter[1], alone=False)
    token = tokens[at]
    next_is_number = at + 1 < len(tokens) and tokens[at + 1].is_number
    attached = (next_is_number and touching(tokens, at + 1)) or (in_run and touching(tokens, at))
    if token.is_word and token.raw.isascii() and token.raw.isupper() and len(token.raw) <= 4 and attached:
        return _Piece(token.raw, at, at + 1, alone=False)
    near = in_run or next_is_number or word_at(tokens, at + 1) in DIGITS
    if near and token.is_letter and token.raw.isupper() and token.raw not in "AIO":
        return _Piece(token.raw, at, at + 1, alone=False)
    if near and token.text in NATO and (in_run or word_at(tokens, at + 1) in DIGITS):
        return _Piece(NATO[token.text], at, at + 1, alone=False)
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


def _trim(run: _Run, expect: DigitsExpected | None) -> _Run | None:
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
    return _Run(tuple(pieces), run.corrected) if pieces and has_digit else None


def _too_long(pieces: list[_Piece], expect: DigitsExpected | None) -> bool:
    length = sum(len(p.value) for p in pieces)
    return expect is None or bool(expect.max_length and length > expect.max_length)
