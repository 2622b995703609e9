"""Holds a change of the world back until the caller has said nothing more for a moment. Pure.

"Yes" may be the first word of "yes, oh wait, no". Nothing is done before the pause after it was long enough, no sound
of the caller's is open and no key was pressed that may be part of an answer.
"""

from dataclasses import dataclass

from dialogue.types import DialogueTurn
from voice.turns.surroundings import Floor


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """A change that the caller has just agreed to."""

    turn: int
    agreed: DialogueTurn
    """What the dialogue made of it."""


class ChangeGate:
    """At most one change waits: turns are answered one after another."""

    def __init__(self, floor: Floor, *, pause_ms: int):
        """Nothing waits.

        Args:
            floor: Whether the caller speaks.
            pause_ms: Silence after the turn that agrees, ms.
        """
        self._floor = floor
        self._pause_ms = pause_ms
        self._change: _Change | None = None
        self._said_ms: int | None = None
        """When the last turn of the caller was over; None before there was one."""
        self._typing = False
        """Whether a key was pressed that is no whole answer yet."""

    @property
    def turn(self) -> int | None:
        """The turn whose change waits."""
        return self._change.turn if self._change else None

    def hold(self, turn: int, agreed: DialogueTurn) -> None:
        """The caller has agreed to a change."""
        self._change = _Change(turn=turn, agreed=agreed)

    def said(self, at_ms: int) -> None:
        """A turn was over then, spoken or typed."""
        self._said_ms, self._typing = at_ms, False

    def key_pressed(self) -> None:
        """A key, which may be the first of an answer."""
        self._typing = True

    def take_back(self) -> int | None:
        """Nothing is to be done after all; returns the turn that waited."""
        change, self._change = self._change, None
        return change.turn if change else None

    def take_due(self) -> tuple[int, DialogueTurn] | None:
        """The turn whose change may begin now, and what the dialogue made of it."""
        change, floor = self._change, self._floor
        if change is None or self._typing or floor.caller_sounding or floor.caller_has_floor or floor.bot_paused:
            return None
        if self._said_ms is not None and floor.now_ms - self._said_ms < self._pause_ms:
            return None
        self._change = None
        return change.turn, change.agreed
