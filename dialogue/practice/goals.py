"""What simulated callers want of a line: their wish, what they know, what they agree to, and when they are served."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from dialogue.lines.tools import convert
from dialogue.lines.types import FieldType, Line
from dialogue.practice.heard import pattern_of
from languages.folding import fold


class Ending(StrEnum):
    """How a wish ends where everything goes right."""

    SERVED = "served"
    """The line does or tells what is wanted."""
    HUMAN = "human"
    """Only a person can help."""
    GOODBYE = "goodbye"
    """The line says goodbye."""
    EITHER = "either"
    """The line serves it, or a person does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A value that the caller knows."""

    value: Any
    """As the line has to understand it."""
    says: tuple[str, ...] = ()
    """Ways to say it; empty where it is said as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of the world."""

    tool: str
    """Name in the line."""
    arguments: Mapping[str, Any]
    """Typed values by parameter name; those that are left out may be anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """What the caller chooses of a list."""

    hears: str
    """Pattern of what was offered when it is among it."""
    says: tuple[str, ...]
    """Ways to choose it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One wish."""

    name: str
    """In words, for the report."""
    says: tuple[str, ...]
    """Ways to say it at the beginning of a call."""
    playbook: str = ""
    """What serves it; empty for a question that an article answers, and for what every line can do."""
    knows: Mapping[str, Known] = field(default_factory=dict)
    """By the name of the slot."""
    picks: Mapping[str, Pick] = field(default_factory=dict)
    """What is chosen of what a tool found, by the name that the choice is kept as."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Words, as a pattern, that the question before a change must have to be agreed to, by the tool."""
    does: tuple[Change, ...] = ()
    """Changes that the caller wants, in order; every other is refused."""
    may: tuple[Change, ...] = ()
    """Changes that the caller agrees to where they are proposed, and does not ask for."""
    hears: tuple[str, ...] = ()
    """What must be heard, each a pattern of words."""
    through: bool = False
    """Whether it is only served once the line was at its playbook."""
    article: str = ""
    """The article that answers it, where it is a question."""
    ends: Ending = Ending.SERVED
    """How it ends."""


def same_value(wanted: Any, found: Any) -> bool:
    """Whether two values are the same to a person: texts by their words, and numbers however they are written."""
    if isinstance(wanted, str) and type(found) is int:
        return wanted == str(found)
    if isinstance(wanted, str) and isinstance(found, str):
        return same_words(wanted, found)
    return bool(wanted == found)


_SHARED = 0.6
"""Share of the words of a longer text that must come through a recogniser."""
_WORD = re.compile(r"\d+|[^\W\d_]+")


def same_words(wanted: str, found: str) -> bool:
    """Whether a text came through: every number of it, in order, and most of its words."""
    a, b = _words(wanted), _words(found)
    if [word for word in a if word.isdigit()] != [word for word in b if word.isdigit()]:
        return False
    if len(a) <= 2:
        return a == b
    heard = set(b)
    return sum(word in heard for word in a) >= _SHARED * len(a)


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(text.lower().replace("_", " ")))


def is_change(change: Change, tool: str, arguments: Mapping[str, Any]) -> bool:
    """Whether a call of a tool is the change that is meant."""
    return change.tool == tool and all(
        name in arguments and same_value(value, arguments[name]) for name, value in change.arguments.items()
    )


def typed_arguments(line: Line, tool: str, written: Mapping[str, Any]) -> dict[str, Any]:
    """A tool's arguments as it takes them.

    Raises:
        ValueError: One is not of its type.
    """
    fields = line.tools[tool].arguments
    return {name: convert(_written(value, fields[name].type), fields[name]) for name, value in written.items()}


def _written(value: Any, kind: FieldType) -> Any:
    """A value of a file of goals, in which a count may stand in quotes."""
    if kind is FieldType.TEXT:
        return str(value)
    return int(value) if kind is FieldType.INTEGER and isinstance(value, str) and value.isdigit() else value


def general_goals(
    line: Line, asks: Mapping[str, Sequence[str]], people: Sequence[str], mistakes: Sequence[str]
) -> list[Goal]:
    """What may be wanted of every line: each of its articles, a person, and nothing at all.

    Args:
        line: The line.
        asks: Questions by article; an article that is not there is asked for in its own words.
        people: Ways to ask for a person.
        mistakes: Ways to end a call that was a mistake.
    """
    goals = [
        Goal(
            name=f"asks: {article.title}",
            says=tuple(asks.get(name, ())) or article.questions,
            article=name,
            hears=(pattern_of(article.answer),),
        )
        for name, article in line.articles.items()
        if asks.get(name) or article.questions
    ]
    goals.append(Goal(name="a person", says=tuple(people), ends=Ending.HUMAN))
    goals.append(Goal(name="a wrong number", says=tuple(mistakes), ends=Ending.GOODBYE))
    return goals
