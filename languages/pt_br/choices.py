"""Words of Portuguese that point at one of several things, or rule one out."""

from functools import partial

from languages.choices import ChoiceWords, find_choice
from languages.pt_br.numbers import ORDINALS

WORDS = ChoiceWords(
    ordinals=ORDINALS,
    cardinals={"um": 1, "uma": 1, "dois": 2, "duas": 2, "três": 3, "tres": 3, "quatro": 4, "cinco": 5},
    labels=frozenset(["opção", "opcao", "número", "numero", "alternativa"]),
    first=frozenset(),
    last=frozenset(["último", "última", "ultimo", "ultima"]),
    negations=frozenset(["não", "nao", "sem", "exceto", "menos", "nem"]),
    bare_no="",
    contrast="mas",
    contrasted=frozenset(["não", "nao"]),
)

find = partial(find_choice, words=WORDS)
"""Finds the choice that a Portuguese text names."""
