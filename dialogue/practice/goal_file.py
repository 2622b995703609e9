"""Reads ``practice.yaml``: the goals of a line's simulated callers, checked against the line."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from dialogue.draft import bare_name
from dialogue.lines.check import Checker
from dialogue.lines.playbook import Choose
from dialogue.lines.problems import LineError
from dialogue.lines.types import Line
from dialogue.lines.yaml_marks import Document, read_yaml
from dialogue.practice.goals import Change, Ending, Goal, Known, Pick, typed_arguments

GOAL_FILE = "practice.yaml"
"""Name of the file in a line's folder."""
_IN_DAYS = re.compile(r"today([+-]\d{1,3})?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"\d\d:\d\d")
_STRICT = ConfigDict(extra="forbid")
_Text = Annotated[str, Field(min_length=1, max_length=500)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _PickShape:
    __pydantic_config__ = _STRICT
    hears: _Text
    says: Annotated[list[_Text], Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _GoalShape:
    __pydantic_config__ = _STRICT
    goal: _Text
    says: Annotated[list[_Text], Field(min_length=1)]
    intent: str | None = None
    knows: dict[str, Any] = field(default_factory=dict)
    picks: dict[str, _PickShape] = field(default_factory=dict)
    names: dict[str, _Text] = field(default_factory=dict)
    does: list[dict[str, dict[str, Any]]] = field(default_factory=list)
    hears: list[_Text] = field(default_factory=list)
    ends: Ending = Ending.SERVED


@dataclass(frozen=True, slots=True, kw_only=True)
class _FileShape:
    __pydantic_config__ = _STRICT
    goals: Annotated[list[dict[str, Any]], Field(min_length=1)]
    asks: dict[str, list[_Text]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalFile:
    """What a line's callers want."""

    goals: tuple[Goal, ...]
    """In the order of the file."""
    asks: Mapping[str, tuple[str, ...]]
    """Questions by article, besides those that the article names."""


def read_goals(path: Path, line: Line, today: date) -> GoalFile:
    """Read a file of goals.

    Args:
        path: The file.
        line: The line that they are for.
        today: What ``today+3`` counts from.

    Raises:
        LineError: The file has mistakes; all are told with their place.
    """
    checker = Checker()
    document = read_yaml(path.read_text(encoding="utf-8"), path.name)
    checker.problems.extend(document.problems)
    shape = checker.shape(_FileShape, document, (), document.data) if not document.problems else None
    goals = []
    asks: dict[str, tuple[str, ...]] = {}
    if shape is not None:
        for number, plain in enumerate(shape.goals):
            place = ("goals", number)
            one = checker.shape(_GoalShape, document, place, plain)
            goal = _Goals(line, today, document, checker, place).goal(one) if one else None
            if goal:
                goals.append(goal)
        for article, sentences in shape.asks.items():
            if checker.known(document, ("asks", article), "article", article, line.articles):
                asks[article] = tuple(sentences)
    if checker.problems:
        raise LineError(line.name, checker.problems)
    return GoalFile(goals=tuple(goals), asks=asks)


class _Goals:
    """Compiles one goal."""

    def __init__(self, line: Line, today: date, document: Document, checker: Checker, place: tuple[str | int, ...]):
        self._line, self._today = line, today
        self._document, self._checker, self._place = document, checker, place

    def goal(self, shape: _GoalShape) -> Goal | None:
        """The goal, or None with its problems noted."""
        before = len(self._checker.problems)
        playbook = ""
        if shape.intent is not None and self._known("intent", "intent", shape.intent, self._line.intents):
            playbook = self._line.intents[shape.intent].playbook
        slots = {bare_name(ask.slot) for each in self._line.playbooks.values() for ask in each.asks()}
        for slot in shape.knows:
            self._known(("knows", slot), "slot", slot, slots)
        chosen = {
            bare_name(step.name)
            for each in self._line.playbooks.values()
            for step in each.steps
            if isinstance(step, Choose)
        }
        for name in shape.picks:
            self._known(("picks", name), "choice", name, chosen)
        for tool in shape.names:
            self._known(("names", tool), "tool", tool, self._line.tools)
        does = [
            change
            for number, one in enumerate(shape.does)
            for tool, arguments in one.items()
            if (change := self._change(("does", number), tool, arguments))
        ]
        if len(self._checker.problems) > before:
            return None
        return Goal(
            name=shape.goal,
            says=tuple(shape.says),
            playbook=playbook,
            knows={slot: self._known_value(value) for slot, value in shape.knows.items()},
            picks={name: Pick(hears=each.hears, says=tuple(each.says)) for name, each in shape.picks.items()},
            names=shape.names,
            does=tuple(does),
            hears=tuple(shape.hears),
            ends=shape.ends,
        )

    def _change(self, place: tuple[str | int, ...], tool: str, arguments: Mapping[str, Any]) -> Change | None:
        if not self._known(place, "tool", tool, self._line.tools):
            return None
        fields = self._line.tools[tool].arguments
        if not all(self._known((*place, tool, name), "argument", name, fields) for name in arguments):
            return None
        try:
            resolved = {name: self._resolved(value) for name, value in arguments.items()}
            return Change(tool=tool, arguments=typed_arguments(self._line, tool, resolved))
        except ValueError as error:
            self._checker.problem(self._document, (*self._place, *place, tool), f"an argument of `{tool}` {error}")
            return None

    def _known_value(self, written: Any) -> Known:
        if isinstance(written, dict) and "value" in written:
            return Known(value=self._resolved(written["value"]), says=tuple(written.get("says", ())))
        return Known(value=self._resolved(written))

    def _resolved(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if found := _IN_DAYS.fullmatch(value):
            return self._today + timedelta(days=int(found.group(1) or 0))
        if _DAY.fullmatch(value):
            return date.fromisoformat(value)
        return time.fromisoformat(value) if _TIME.fullmatch(value) else value

    def _known(self, place: str | tuple[str | int, ...], kind: str, name: str, names: Any) -> bool:
        path = (*self._place, *((place,) if isinstance(place, str) else place))
        return self._checker.known(self._document, path, kind, name, names)
