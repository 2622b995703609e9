"""The back office behind a line, as practice needs it: fresh for every call, and told apart from what it should be."""

from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import Any, Protocol

from dialogue.practice.goals import Change, same_value
from dialogue.practice.tools import CallTool
from dialogue.types import ToolCall
from interactions.vocabulary import ActionStatus
from models.errors import FirstlineError

Snapshot = Mapping[str, Mapping[str, Any]]
"""Rows by the name of their table and their key."""


class World(Protocol):
    """A back office whose data can be looked at and set back."""

    def reset(self) -> None:
        """Make everything as it was at first."""
        ...

    def snapshot(self) -> Snapshot:
        """Everything that a change may change."""
        ...


def same_world(wanted: Snapshot, found: Snapshot) -> bool:
    """Whether two worlds are the same to a person."""
    if wanted.keys() != found.keys():
        return False
    return all(wanted[key] == found[key] or _same_row(wanted[key], found[key]) for key in wanted)


def difference(wanted: Snapshot, found: Snapshot) -> str:
    """Where two worlds differ, in words."""
    parts = [f"{key} should not be there" for key in found if key not in wanted]
    parts += [f"{key} is missing" for key in wanted if key not in found]
    for key in wanted:
        for column, value in wanted[key].items() if key in found else ():
            if not same_value(value, found[key].get(column)):
                parts.append(f"{key} has {column} {found[key].get(column)!r}, not {value!r}")
    return "; ".join(parts)


def _same_row(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    return all(same_value(value, found.get(column)) for column, value in wanted.items())


class WantedWorlds:
    """What the world looks like after some of the wanted changes: found out by making them."""

    def __init__(self, world: World, call_tool: CallTool):
        """Nothing is done before `after`.

        Args:
            world: The back office.
            call_tool: The line's tools, which reach it.
        """
        self._world, self._call_tool = world, call_tool
        self._known: dict[str, Snapshot] = {}

    async def all_of(self, changes: Sequence[Change]) -> list[Snapshot]:
        """The worlds in which every change was made, one for each order that is possible."""
        worlds = [await self._after(order) for order in permutations(changes)]
        possible = [world for world in worlds if world is not None]
        if not possible:
            tools = ", ".join(change.tool for change in changes)
            raise FirstlineError("goal_impossible", f"The back office refuses what a goal wants ({tools}); correct it.")
        return possible

    async def independent(self, changes: Sequence[Change]) -> bool:
        """Whether all can be made in every order: none touches what another is about."""
        return all([await self._after(order) is not None for order in permutations(changes)])

    async def some_of(self, changes: Sequence[Change]) -> list[Snapshot]:
        """The worlds in which any of the changes were made, none and all among them."""
        orders = (order for size in range(len(changes) + 1) for order in permutations(changes, size))
        worlds = [await self._after(order) for order in orders]
        return [world for world in worlds if world is not None]

    async def _after(self, changes: Sequence[Change]) -> Snapshot | None:
        key = repr([(change.tool, sorted(change.arguments.items())) for change in changes])
        if key not in self._known:
            self._world.reset()
            for number, change in enumerate(changes):
                call = ToolCall(
                    action_id=f"wanted-{number}",
                    tool=change.tool,
                    arguments=dict(change.arguments),
                    has_side_effects=True,
                    confirmed=True,
                )
                outcome = await self._call_tool(call)
                if outcome.status is not ActionStatus.SUCCEEDED:
                    self._known[key] = _IMPOSSIBLE
                    break
            else:
                self._known[key] = self._world.snapshot()
            self._world.reset()
        found = self._known[key]
        return None if found is _IMPOSSIBLE else found


_IMPOSSIBLE: Snapshot = {}
