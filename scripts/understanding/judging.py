"""Hand-written turns that judge the network and never train it."""

import math
import random
from collections.abc import Sequence
from pathlib import Path

from scripts.understanding.example import Example
from scripts.understanding.generate import Bank
from scripts.understanding.grammar import Section, load
from scripts.understanding.noise import heard

HERE = Path(__file__).parent
_FIELDS = ("lists", "asked", "situations")
"""Files of a writer that hold no turns."""


def sets_of(writer: str) -> tuple[str, ...]:
    """Names of a writer's files of turns.

    Args:
        writer: The start of the files' names: ``development``, which is looked at and chooses thresholds, or ``final``,
            which nobody looks at and which is scored once.
    """
    names = sorted(path.stem for path in HERE.glob(f"{writer}_*.txt"))
    return tuple(name for name in names if not name.removeprefix(f"{writer}_").startswith(_FIELDS))


DEVELOPMENT = sets_of("development")


def judged(names: Sequence[str], rng: random.Random, *, noes: int = 3000, yeses: int = 500) -> list[Example]:
    """Turns of some sets, each sentence drawn so often that there are enough answers to questions of consent.

    Args:
        names: Of the files.
        rng: Source of chance.
        noes: Answers to a question of yes or no that are no clear yes, at least; other turns are drawn as often.
        yeses: Clear ones, at least.
    """
    sections = [(bank, s) for name in names for bank in [_bank(name)] for s in _sections(name)]
    first = [bank.draw(section, rng) for bank, section in sections]
    clear = [e.clear_yes for e in first]
    polar = sum(e.asks_yes_or_no and not e.clear_yes for e in first)
    draws = {True: math.ceil(yeses / max(1, sum(clear))), False: math.ceil(noes / max(1, polar))}
    drawn_more = [bank.draw(s, rng) for (bank, s), yes in zip(sections, clear, strict=True) for _ in range(draws[yes])]
    return _heard_by_half(drawn_more, rng)


def drawn(names: Sequence[str], rng: random.Random) -> list[Example]:
    """Each sentence of some sets once, as written."""
    return [bank.draw(section, rng) for name in names for bank in [_bank(name)] for section in _sections(name)]


def _bank(name: str) -> Bank:
    """Whose questions a set answers: its writer's own, where they wrote some."""
    writer = name.partition("_")[0]
    return Bank(writer if (HERE / f"{writer}_situations.txt").is_file() else "development")


def _sections(name: str) -> list[Section]:
    writer = name.partition("_")[0]
    return load(*sorted(HERE.glob(f"{writer}_lists*.txt")), HERE / f"{name}.txt").sections


def _heard_by_half(examples: Sequence[Example], rng: random.Random) -> list[Example]:
    return [heard(e, rng) if i % 2 else e for i, e in enumerate(examples)]
