"""Finds which of a few offered choices a caller means, in spite of synonyms and recognition errors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from languages.entities import Choice
from languages.tokens import Token, tokenize, word_at

_FUZZY_LEAST = 80.0
_SHORTEST_FUZZY = 4
"""Letters; shorter words are too easily mistaken for one another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceWords:
    """Words that point at one of several things, or rule one out."""

    ordinals: Mapping[str, int]
    """"second" is 2."""
    cardinals: Mapping[str, int]
    """"two" is 2, after one of `labels`."""
    labels: frozenset[str]
    """"option", "number"."""
    first: frozenset[str]
    """"former"."""
    last: frozenset[str]
    """"last"."""
    negations: frozenset[str]
    """Rule out what follows within three words: "not the red"."""
    bare_no: str
    """The negation that answers what came before, and rules out nothing: "no, the blue"."""
    contrast: str
    """Ends a negation that stands further off: "not the red but the blue"."""
    contrasted: frozenset[str]
    """Negations that `contrast` ends."""


@dataclass(frozen=True, slots=True)
class _Hit:
    name: str
    first: int
    after: int
    score: float


def find_choice(
    text: str, choices: Mapping[str, Sequence[str]] | Sequence[str], *, words: ChoiceWords, ordinals: bool = True
) -> Choice | None:
    """Find the choice that a text names.

    Args:
        text: What was said.
        choices: Names in the order offered, with their synonyms where there are any.
        words: The language's words that point or rule out.
        ordinals: Whether "the second one" and "option two" count.

    Returns:
        The choice; None when none is named, or when several are and none is ruled out ("not the red, the blue").
    """
    table = choices if isinstance(choices, Mapping) else dict.fromkeys(choices, ())
    tokens = [t for t in tokenize(text) if t.is_word or t.is_number]
    windows = _Windows([token.text for token in tokens])
    hits = [
        hit for name, synonyms in table.items() for phrase in (name, *synonyms) for hit in _find(windows, name, phrase)
    ]
    hits = _uncovered([h for h in hits if not _negated(tokens, h, words)])
    if not hits and ordinals:
        hits = _by_position(tokens, list(table), words)
    names = {h.name for h in hits}
    if len(names) > 1:
        best = max(h.score for h in hits)
        hits = [h for h in hits if h.score > best - 8]
        names = {h.name for h in hits}
    if len(names) != 1:
        return None
    hit = max(hits, key=lambda h: h.score)
    return Choice(
        value=hit.name,
        start=tokens[hit.first].start,
        end=tokens[hit.after - 1].end,
        confidence=round(min(0.97, hit.score / 100), 3),
    )


@dataclass(frozen=True, slots=True)
class _Words:
    """Some words in the forms in which they are compared."""

    text: str
    """With single spaces."""
    count: int
    compact: str
    """Without spaces: "e mail" is "email"."""
    stem: str
    """Without the s of a plural."""
    fuzzy: bool
    """Whether they may be nearly, and not quite, what was said."""


def _words(words: Sequence[str]) -> _Words:
    text = " ".join(words)
    fuzzy = len(text) >= _SHORTEST_FUZZY and not any(map(str.isdigit, text))
    return _Words(text, len(words), text.replace(" ", ""), text.rstrip("s"), fuzzy)


@lru_cache(maxsize=4096)
def _phrase_words(phrase: str) -> _Words:
    """The words of a phrase that is offered; lines offer the same ones over and over."""
    return _words([token.text for token in tokenize(phrase) if token.is_word or token.is_number])


class _Windows:
    """Stretches of so many words of what was said, each brought into its forms once, whatever it is compared with."""

    def __init__(self, said: Sequence[str]):
        self._said = said
        self._of: dict[int, list[_Words]] = {}

    def of(self, width: int) -> list[_Words]:
        """All stretches of a width, in order."""
        if width not in self._of:
            firsts = range(len(self._said) - width + 1)
            self._of[width] = [_words(self._said[first : first + width]) for first in firsts]
        return self._of[width]


def _find(windows: _Windows, name: str, phrase: str) -> list[_Hit]:
    """All windows that match the phrase exactly or nearly."""
    wanted = _phrase_words(phrase)
    if not wanted.count:
        return []
    return [
        _Hit(name, first, first + width, score)
        for width in {wanted.count, max(1, wanted.count - 1), wanted.count + 1}
        for first, said in enumerate(windows.of(width))
        if (score := _similarity(said, wanted)) >= _FUZZY_LEAST
    ]


def _similarity(said: _Words, wanted: _Words) -> float:
    """How alike words are, 0 to 100; below `_FUZZY_LEAST` it may be told as 0."""
    if said.text == wanted.text:
        return 100.0
    if not (said.fuzzy and wanted.fuzzy):
        return 0.0
    if said.stem == wanted.stem:
        return 97.0
    spaced = fuzz.ratio(said.text, wanted.text, score_cutoff=_FUZZY_LEAST)
    compact = fuzz.ratio(said.compact, wanted.compact, score_cutoff=_FUZZY_LEAST)
    return min(94.0, max(spaced, compact))


def _uncovered(hits: list[_Hit]) -> list[_Hit]:
    """Drop hits that lie inside a better or longer one: "express" inside "express delivery"."""
    kept = []
    for hit in hits:
        inside = any(
            other is not hit
            and other.first <= hit.first
            and hit.after <= other.after
            and (
                (other.after - other.first > hit.after - hit.first and other.score >= hit.score - 5)
                or other.score > hit.score
            )
            for other in hits
        )
        if not inside:
            kept.append(hit)
    return kept


def _negated(tokens: Sequence[Token], hit: _Hit, words: ChoiceWords) -> bool:
    return any(
        word_at(tokens, k) in words.negations
        for k in range(max(0, hit.first - 3), hit.first)
        if not _named_between(tokens, k, hit, words)
    )


def _named_between(tokens: Sequence[Token], negation: int, hit: _Hit, words: ChoiceWords) -> bool:
    """Whether the negation belongs to something before: "no, the blue" rules nothing out."""
    word = word_at(tokens, negation)
    contrast = hit.first - negation > 2 and word_at(tokens, hit.first - 1) == words.contrast
    return word == words.bare_no or (word in words.contrasted and contrast)


def _by_position(tokens: Sequence[Token], names: list[str], words: ChoiceWords) -> list[_Hit]:
    """Read "the second one", "number two", "option 2", "the last one"."""
    hits = []
    for at, token in enumerate(tokens):
        place = words.ordinals.get(token.text)
        if word_at(tokens, at - 1) in words.labels:
            figure = int(token.text) if token.is_number and len(token.raw) < 3 else place
            place = words.cardinals.get(token.text) or figure
        if token.text in words.last:
            place = len(names)
        if token.text in words.first:
            place = 1
        if place is not None and 1 <= place <= len(names):
            hits.append(_Hit(names[place - 1], at, at + 1, 85.0))
    return hits
