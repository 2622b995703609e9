"""Corrects one letter or digit of a value that was read back: "the third is a five", "no, B as in boy"."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from languages.contrasts import ContrastWords, contrast
from languages.digits import Piece, ReadPiece
from languages.entities import DigitsExpected, FoundCode
from languages.tokens import Token, tokenize, word_at

_ANY = DigitsExpected(letters=True)
_MOST_BETWEEN = 7
"""Words between the place of a character and the character: "the third one should be a"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MendWords:
    """How one language speaks of the characters of a value."""

    read: ReadPiece
    """Reads letters and digits, as in codes."""
    places: Mapping[str, int]
    """"third" is 3; "last" is -1."""
    from_end: frozenset[tuple[str, ...]]
    """Behind a place that is counted from the end: "to last"."""
    marks: frozenset[str]
    """Behind a place in figures: "rd"."""
    nouns: frozenset[str]
    """Behind a place, what it counts: "one", "digit"."""
    links: frozenset[str]
    """Words between a place and its character: "one", "is", "a"."""
    begins: tuple[tuple[str, ...], ...]
    """"starts with", before the character; "at the start", behind it."""
    ends: tuple[tuple[str, ...], ...]
    """"ends in", before the character; "at the end", behind it."""
    adds: frozenset[str]
    """Before a character at an end that is missing there: "with" an e at the end."""
    drops: tuple[tuple[str, ...], ...]
    """Before a character that is too many: "without the"."""
    becomes: frozenset[str]
    """Between a wrong character and the right one, among `links`: "is", "with"."""
    explained: ReadPiece
    """Reads a letter only where it is explained: "B as in boy"."""
    alike: tuple[str, ...]
    """Letters and digits whose names sound alike, in groups."""
    contrasts: ContrastWords


def mend(text: str, value: str, *, words: MendWords) -> str | None:
    """A value with one of its characters as the caller says it is.

    Args:
        text: What was said when the value was read back.
        value: The value: letters, digits, and marks, which are not counted.
        words: How the language speaks of characters.

    Returns:
        The value, with capitals where it had them; None when the text says nothing of one of its characters, or does
        not say clearly of which.
    """
    tokens = tokenize(text)
    places = [at for at, c in enumerate(value) if c.isalnum()]
    added = _added(tokens, words)
    if added is not None and value.isalpha():
        place, said = added
        return f"{value}{said.lower()}" if place < 0 else f"{said}{value.lower()}"
    placed = _placed(tokens, words)
    if placed is not None:
        place, said = placed
        index = place if place < 0 else place - 1
        if not -len(places) <= index < len(places):
            return None
        return _put(value, places[index], said)
    parted = contrast(text, lambda part: _only_character(part, words), words=words.contrasts)
    if parted.kept is not None and len(parted.denied) == 1:
        return _replace_only(value, parted.denied[0].value, parted.kept.value)
    pair = _changed(tokens, words)
    if pair is not None:
        return _replace_only(value, *pair)
    dropped = _dropped(tokens, words)
    if dropped is not None:
        return _without_only(value, dropped)
    explained = [piece for at in range(len(tokens)) if (piece := words.explained(tokens, at, _ANY, in_run=False))]
    if len(explained) == 1 and len(list(_characters(tokens, words))) == 1:
        return _replace_alike(value, explained[0].value, words)
    return None


def _placed(tokens: Sequence[Token], words: MendWords) -> tuple[int, str] | None:
    """The place and the character of "the third is a five", "it ends in four", "a B at the start"."""
    for at, token in enumerate(tokens):
        place, end = words.places.get(token.text), at + 1
        if token.is_number and word_at(tokens, end) in words.marks and len(token.raw) <= 2:
            place, end = int(token.raw), end + 1
        if place:
            for phrase in words.from_end:
                if _stands(tokens, end, phrase):
                    place, end = -place, end + len(phrase)
            said = _next_character(tokens, end + (word_at(tokens, end) in words.nouns), words)
            if said is not None:
                return place, said
        for place, phrases in ((1, words.begins), (-1, words.ends)):
            for phrase in phrases:
                if not _stands(tokens, at, phrase):
                    continue
                said = _next_character(tokens, at + len(phrase), words) or _last_character(tokens, at, words)
                if said is not None:
                    return place, said
    return None


def _added(tokens: Sequence[Token], words: MendWords) -> tuple[int, str] | None:
    """The end at which a character is missing, 1 or -1, and the character: "with an e at the end"."""
    for at in range(len(tokens)):
        for place, phrases in ((1, words.begins), (-1, words.ends)):
            for phrase in phrases:
                said = _last_character(tokens, at, words) if _stands(tokens, at, phrase) else None
                before = {word_at(tokens, at - step) for step in (2, 3)}
                if said is not None and not words.adds.isdisjoint(before):
                    return place, said
    return None


def _changed(tokens: Sequence[Token], words: MendWords) -> tuple[str, str] | None:
    """The wrong character and the right one: "the four is a five", "the B should be a D"."""
    pieces = [piece for piece in _characters(tokens, words) if len(piece.value) == 1]
    if len(pieces) != 2:
        return None
    wrong, right = pieces
    between = {tokens[at].text for at in range(wrong.end, right.start)}
    if between <= words.links | words.becomes and not between.isdisjoint(words.becomes):
        return wrong.value, right.value
    return None


def _dropped(tokens: Sequence[Token], words: MendWords) -> str | None:
    """The character that is too many: "without the h"."""
    for at in range(len(tokens)):
        for phrase in words.drops:
            after = at + len(phrase)
            if after >= len(tokens) or not _stands(tokens, at, phrase):
                continue
            said = words.read(tokens, after, _ANY, in_run=False)
            if said is not None and len(said.value) == 1:
                return said.value
    return None


def _stands(tokens: Sequence[Token], at: int, phrase: Sequence[str]) -> bool:
    return all(word_at(tokens, at + k) == word for k, word in enumerate(phrase))


def _next_character(tokens: Sequence[Token], at: int, words: MendWords) -> str | None:
    """The character that follows, over words that link it; of "not a five, a nine" it is the nine."""
    for end in range(at, min(len(tokens), at + _MOST_BETWEEN)):
        piece = words.read(tokens, end, _ANY, in_run=False)
        link = tokens[end].text in words.links
        if piece is not None and len(piece.value) == 1 and not (link and _links_on(tokens, piece.end, words)):
            rest = _text_after(tokens, at)
            parted = contrast(rest, lambda part: _only_character(part, words), words=words.contrasts)
            return parted.kept.value if parted.kept is not None else piece.value
        if not link:
            return None
    return None


def _text_after(tokens: Sequence[Token], at: int) -> str:
    """The words from a token on."""
    return " ".join(token.raw for token in tokens[at:])


def _links_on(tokens: Sequence[Token], at: int, words: MendWords) -> bool:
    """Whether a character follows, so that the "a" before it is only its article."""
    return at < len(tokens) and words.read(tokens, at, _ANY, in_run=False) is not None


def _last_character(tokens: Sequence[Token], at: int, words: MendWords) -> str | None:
    before = [piece for piece in _characters(tokens[:at], words) if piece.end == at]
    return before[-1].value if before and len(before[-1].value) == 1 else None


def _characters(tokens: Sequence[Token], words: MendWords) -> Iterator[Piece]:
    """Every letter and digit that is said, but for words that are one only by ear."""
    at = 0
    while at < len(tokens):
        piece = words.read(tokens, at, _ANY, in_run=False)
        if piece is None or (
            piece.homophone and not _links_on(tokens, piece.end, words) and tokens[at].text in words.links
        ):
            at += 1
            continue
        if not piece.homophone:
            yield piece
        at = piece.end


def _only_character(text: str, words: MendWords) -> FoundCode | None:
    """The first letter or digit that stands alone."""
    tokens = tokenize(text)
    pieces = list(_characters(tokens, words))
    if not pieces or len(pieces[0].value) > 1 or (len(pieces) > 1 and pieces[1].start == pieces[0].end):
        return None
    first = pieces[0]
    return FoundCode(value=first.value, start=tokens[first.start].start, end=tokens[first.end - 1].end, confidence=0.9)


def _put(value: str, at: int, said: str) -> str:
    """The value with a character at a place, small where it was small."""
    return value[:at] + (said.lower() if value[at].islower() else said) + value[at + 1 :]


def _replace_only(value: str, wrong: str, right: str) -> str | None:
    places = [at for at, c in enumerate(value) if c.upper() == wrong]
    return _put(value, places[0], right) if len(places) == 1 else None


def _without_only(value: str, dropped: str) -> str | None:
    places = [at for at, c in enumerate(value) if c.upper() == dropped]
    return value[: places[0]] + value[places[0] + 1 :] if len(places) == 1 else None


def _replace_alike(value: str, said: str, words: MendWords) -> str | None:
    """The value with a letter in the place of the only one that sounds like it."""
    if said in value.upper():
        return None
    group = next((group for group in words.alike if said in group), "")
    places = [at for at, c in enumerate(value) if c.upper() in group]
    return _put(value, places[0], said) if len(places) == 1 else None
