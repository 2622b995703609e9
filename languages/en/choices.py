"""Words of English that point at one of several things, or rule one out."""

from functools import partial

from languages.choices import ChoiceWords, find_choice
from languages.en.numbers import ORDINALS

WORDS = ChoiceWords(
    ordinals=ORDINALS,
    cardinals={"one": 1, "two": 2, "three": 3, "four": 4, "five": 5},
    labels=frozenset(["option", "number", "choice"]),
    first=frozenset(["former"]),
    last=frozenset(["last", "latter"]),
    negations=frozenset(["not", "no", "don't", "without", "except", "isn't", "neither", "nor"]),
    bare_no="no",
    contrast="but",
    contrasted=frozenset(["not", "don't"]),
)

find = partial(find_choice, words=WORDS)
"""Finds the choice that an English text names."""
