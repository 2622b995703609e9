"""Which words of an English text say what it is about."""

import re

from languages.search import SearchWords

_STOP = frozenset(
    "a about all am an and any are as at be been but by can could did do does for from get give got had has have hello "
    "hey hi how i i'd i'll i'm i've if in is it it's its just know let like may me might my need of okay on or our "
    "please say should so some tell than thanks that that's the their them then there they this to um us want was "
    "we were what what's when where which who why will with would you you're your yeah yes no not "
    "thing things stuff something anything one back come coming going".split()
)


def _stem(word: str) -> str:
    word = word.removesuffix("'s")
    for ending in ("ings", "ing", "ies", "ers", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            base = word.removesuffix(ending)
            return base + "y" if ending == "ies" else base
    return word


SEARCH = SearchWords(word=re.compile(r"[a-z0-9]+(?:'[a-z]+)?"), stop=_STOP, stem=_stem)
"""The weighty words of English."""
