"""What a recogniser on a telephone line makes of a sentence: errors of words and of digits at measured rates."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

_LONG = 5
_NEAR, _NEAREST = 75.0, 3
"""How alike words must be, 0 to 100, for one to be written for the other, and how many of them are."""
_NEAR_DIGITS = {"0": "4", "1": "9", "2": "3", "3": "2", "4": "5", "5": "9", "6": "8", "7": "1", "8": "3", "9": "5"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Misheard:
    """How the words of one language are misheard."""

    alike: Mapping[str, tuple[str, ...]]
    """Words that are written for a word."""
    weak: frozenset[str]
    """Words that are lost."""
    put_in: tuple[str, ...]
    """Words that are written though nobody said them."""
    words: frozenset[str]
    """Words that may be written for others which sound a little like them: a recogniser writes words."""
    endings: str
    """Last letters of words that a telephone line swallows: the word that is left is mostly one, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """How well a recogniser hears."""

    word_errors: float
    """Share of words that come out wrong, 0 to 1."""
    digit_errors: float
    """Share of digits that do."""
    confidence: tuple[float, float]
    """Smallest and largest mean token probability."""


CLEAN = Hearing(word_errors=0.0, digit_errors=0.0, confidence=(0.85, 0.97))
"""Every word as it was said."""
TELEPHONE = Hearing(word_errors=0.08, digit_errors=0.007, confidence=(0.65, 0.95))
"""The shipped recogniser at 20 dB (its model card)."""
NOISY = Hearing(word_errors=0.136, digit_errors=0.02, confidence=(0.5, 0.85))
"""At 10 dB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """What came out."""

    text: str
    """As written."""
    confidence: float
    """Mean token probability, 0 to 1."""


def recognised(
    said: str, hearing: Hearing, misheard: Misheard, digits: frozenset[str], rng: random.Random
) -> Recognised:
    """A sentence as a recogniser may write it.

    Args:
        said: As spoken.
        hearing: How well it hears.
        misheard: What it makes of the words of the language.
        digits: Words of digits, which are heard as well as digits are.
        rng: Source of chance.
    """
    words = said.split()
    alone = len(words) < 3
    out: list[str] = []
    for word in words:
        kept = word.strip(",.") in digits and rng.random() >= hearing.digit_errors
        out += [word] if kept else _heard(word, hearing, misheard, rng, alone=alone)
    text = " ".join(out) or said
    wrong = sum(a != b for a, b in zip(words, out, strict=False)) + abs(len(words) - len(out))
    low, high = hearing.confidence
    sure = rng.uniform(low, high) - min(0.25, 0.3 * wrong / max(1, len(words)))
    return Recognised(text=text, confidence=round(max(0.2, sure), 3))


def _heard(word: str, hearing: Hearing, misheard: Misheard, rng: random.Random, *, alone: bool) -> list[str]:
    if any(c.isdigit() for c in word):
        return ["".join(_digit(c, hearing, rng) for c in word)]
    if rng.random() >= hearing.word_errors:
        return [word]
    plain = word.lower().strip(",.?!")
    ending = word[len(word.rstrip(",.?!")) :]
    if plain in misheard.alike:
        return [rng.choice(misheard.alike[plain]) + ending]
    if plain in misheard.weak and not alone:
        return []
    if plain[-1:] in misheard.endings and plain[:-1] in misheard.words:
        return [plain[:-1] + ending]
    if others := _near(plain, misheard.words):
        return [rng.choice(others) + ending]
    return [word] if alone or not misheard.put_in else [word, rng.choice(misheard.put_in)]


@lru_cache(maxsize=4096)
def _near(word: str, words: frozenset[str]) -> tuple[str, ...]:
    """The words that are most like a long one; short ones are known or they are not."""
    if len(word) < _LONG:
        return ()
    near = process.extract(word, sorted(words - {word}), scorer=fuzz.ratio, score_cutoff=_NEAR, limit=_NEAREST)
    return tuple(other for other, _, _ in near)


def _digit(character: str, hearing: Hearing, rng: random.Random) -> str:
    return _NEAR_DIGITS[character] if character in _NEAR_DIGITS and rng.random() < hearing.digit_errors else character
