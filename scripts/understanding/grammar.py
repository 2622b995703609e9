"""A small grammar that turns template files into labelled turns.

A file has word lists, and sections of templates::

    @price = 20 euro | {number} pounds
    == agrees thanks / consent yes_no
    (yes|yeah|go on) {do}( please|), (thanks|ta)
    == answers / value / What time would you like?
    [v:Half three], if you have it.

A section names the acts and the kinds of question its templates answer, and the question itself where they answer only
that one. ``(a|b)`` chooses, ``{name}`` takes a value of
the situation, else of a word list, and ``[v:…]`` and ``[w:…]`` mark a value and a wrong value. Lines with ``#`` are
remarks.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from models.understanding.types import AskedKind, CallerAct, SpanKind
from scripts.understanding.example import Mark

_MARKS = {"v": SpanKind.VALUE, "w": SpanKind.WRONG}


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Templates with the same labels."""

    acts: frozenset[CallerAct]
    """What they do."""
    kinds: tuple[AskedKind, ...]
    """What they answer."""
    templates: tuple[str, ...]
    """As written."""
    name: str
    """File and line, to tell what a sentence came from."""
    asked: str = ""
    """Template of the one question that they answer; empty where any of its kind will do."""


@dataclass(slots=True)
class Grammar:
    """Word lists and sections of one file or several."""

    lists: dict[str, list[str]] = field(default_factory=dict)
    sections: list[Section] = field(default_factory=list)

    def expand(self, template: str, rng: random.Random, situation: Mapping[str, str]) -> tuple[str, tuple[Mark, ...]]:
        """One sentence of a template, and its marked values.

        Raises:
            KeyError: It names a list that is not there.
        """
        made = _Expansion(self, rng, situation)
        made.sequence(template, 0)
        return _tidy("".join(made.parts), made.marks)


class _Expansion:
    def __init__(self, grammar: Grammar, rng: random.Random, situation: Mapping[str, str]) -> None:
        self._grammar, self._rng, self._situation = grammar, rng, situation
        self.parts: list[str] = []
        self.marks: list[Mark] = []

    def sequence(self, text: str, depth: int) -> None:
        """Put out all of a template; what is inside brackets comes back here."""
        at = 0
        while at < len(text):
            char = text[at]
            if char == "(":
                end = _closing(text, at, "(", ")")
                self.sequence(self._rng.choice(_options(text[at + 1 : end])), depth + 1)
            elif char == "[":
                end = _closing(text, at, "[", "]")
                start = sum(map(len, self.parts))
                self.sequence(text[at + 3 : end], depth + 1)
                self.marks.append((_MARKS[text[at + 1]], start, sum(map(len, self.parts))))
            elif char == "{":
                end = text.index("}", at)
                name = text[at + 1 : end]
                value = self._situation.get(name) or self._rng.choice(self._grammar.lists[name])
                self.sequence(value, depth + 1)
            else:
                end = at
                self.parts.append(char)
            at = end + 1


def _closing(text: str, at: int, opens: str, closes: str) -> int:
    depth = 0
    for index in range(at, len(text)):
        depth += (text[index] == opens) - (text[index] == closes)
        if depth == 0:
            return index
    raise ValueError(f"No {closes!r} for the {opens!r} at {at} of {text!r}.")


def _options(text: str) -> list[str]:
    options, depth, last = [], 0, 0
    for index, char in enumerate(text):
        depth += (char in "([") - (char in ")]")
        if char == "|" and depth == 0:
            options.append(text[last:index])
            last = index + 1
    return [*options, text[last:]]


def _tidy(text: str, marks: Sequence[Mark]) -> tuple[str, tuple[Mark, ...]]:
    """Collapse spaces, move marks along."""
    kept: list[str] = []
    place: list[int] = []
    for index, char in enumerate(text):
        place.append(len(kept))
        following = text[index + 1] if index + 1 < len(text) else " "
        if char == " " and (not kept or kept[-1] == " " or following in " ,.?!" or index + 1 == len(text)):
            continue
        kept.append(char)
    place.append(len(kept))
    moved = tuple((kind, place[a], place[b]) for kind, a, b in marks if place[a] < place[b])
    return "".join(kept), moved


def load(*paths: Path) -> Grammar:
    """Read template files; later lists add to earlier ones.

    Raises:
        ValueError: An act or a kind is not one, or a line stands before the first section.
    """
    grammar = Grammar()
    for path in paths:
        _read(path, grammar)
    return grammar


def _read(path: Path, grammar: Grammar) -> None:
    head: tuple[frozenset[CallerAct], tuple[AskedKind, ...], str] | None = None
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("@"):
            name, _, values = line[1:].partition("=")
            grammar.lists.setdefault(name.strip(), []).extend(v.strip() for v in _options(values))
        elif line.startswith("=="):
            acts, _, answers = line[2:].partition("/")
            kinds, _, asked = answers.partition("/")
            answered = tuple(AskedKind) if kinds.strip() == "any" else tuple(map(AskedKind, kinds.split()))
            head = frozenset(map(CallerAct, acts.split())), answered, asked.strip()
        elif head is None:
            raise ValueError(f"{path.name}:{number} stands before the first section.")
        else:
            name = f"{path.stem}:{number}"
            section = Section(acts=head[0], kinds=head[1], asked=head[2], templates=(line,), name=name)
            grammar.sections.append(section)
