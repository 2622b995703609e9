"""Finds which of a few offered choices a caller means, in spite of synonyms and recognition errors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
    hits = [
        hit for name, synonyms in table.items() for phrase in (name, *synonyms) for hit in _find(tokens, name, phrase)
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


def _find(tokens: Sequence[Token], name: str, phrase: str) -> list[_Hit]:
    """All windows that match the phrase exactly or nearly."""
    wanted = [t.text for t in tokenize(phrase) if t.is_word or t.is_number]
    if not wanted:
        return []
    joined = " ".join(wanted)
    hits = []
    for width in {len(wanted), max(1, len(wanted) - 1), len(wanted) + 1}:
        for first in range(len(tokens) - width + 1):
            said = " ".join(t.text for t in tokens[first : first + width])
            score = _similarity(said, joined)
            if score >= _FUZZY_LEAST:
                hits.append(_Hit(name, first, first + width, score))
    return hits


def _similarity(said: str, wanted: str) -> float:
    if said == wanted:
        return 100.0
    if min(len(said), len(wanted)) < _SHORTEST_FUZZY or any(c.isdigit() for c in said + wanted):
        return 0.0
    compact = fuzz.ratio(said.replace(" ", ""), wanted.replace(" ", ""))
    plural = said.rstrip("s") == wanted.rstrip("s")
    return 97.0 if plural else min(94.0, max(fuzz.ratio(said, wanted), compact))


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
