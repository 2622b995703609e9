"""The dialogue's state in its serial form: versioned JSON values, read back only where the line still fits it.

A state says "step 4 of this playbook". Read back by a process whose line was changed meanwhile, that may be another
step, so the form carries the shape of every playbook in progress: its questions, tools and turns, without their words.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from dialogue.lines.playbook import Ask, CallTool, Playbook
from dialogue.lines.types import KNOWLEDGE_PREFIX, Line
from dialogue.serial import from_plain, to_plain
from dialogue.state import (
    Clarifying,
    ConfirmingCall,
    DialogueState,
    Ended,
    Frame,
    OfferingHuman,
    Open,
    Pending,
    StillWanted,
    Transferring,
    WaitingForModel,
    WaitingForTool,
    WantedAgain,
)
from models.errors import FirstlineError

VERSION = 2
"""Raised whenever a field changes its name or meaning."""


class LineChangedError(FirstlineError):
    """The line is no longer the one that the state was made on."""

    def __init__(self, state: DialogueState, what: str):
        super().__init__("dialogue_line_changed", f"The line was changed while a call went on: {what}; it starts anew.")
        self.state = state
        """What was read, for the facts that are still good."""


def to_json(state: DialogueState, playbooks: Mapping[str, Playbook]) -> dict[str, Any]:
    """The serial form of a state.

    Args:
        state: Any state of a dialogue.
        playbooks: The playbooks it was made on, by name.

    Returns:
        JSON values only. Personal data.
    """
    in_progress = {frame.playbook for frame in _frames(state)}
    shapes = {name: _shape(playbooks[name]) for name in sorted(in_progress)}
    return {"version": VERSION, "shapes": shapes, "state": to_plain(state)}


def from_json(plain: Mapping[str, Any], line: Line, playbooks: Mapping[str, Playbook]) -> DialogueState:
    """The state behind a serial form.

    Args:
        plain: From `to_json`.
        line: The line as it is now.
        playbooks: Its playbooks as they are now, by name.

    Raises:
        FirstlineError: code ``"dialogue_state_version"``: written by another version; ``"dialogue_state_unreadable"``:
            not a serial form at all.
        LineChangedError: code ``"dialogue_line_changed"``: a playbook, step, tool or intent in it is gone.
    """
    if not isinstance(plain, Mapping) or "version" not in plain:
        raise _unreadable()
    if plain["version"] != VERSION:
        raise FirstlineError(
            "dialogue_state_version",
            f"A dialogue's state of version {plain['version']!r} cannot be read, only {VERSION}; the call starts anew.",
        )
    try:
        state: DialogueState = from_plain(DialogueState, plain["state"])
        shapes = dict(plain["shapes"])
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise _unreadable() from error
    what = next(_misfits(state, shapes, line, playbooks), None)
    if what is not None:
        raise LineChangedError(state, what)
    return state


def facts_of(state: DialogueState, line: Line, playbooks: Mapping[str, Playbook]) -> DialogueState:
    """A state that no longer fits its line, without its place in a playbook: what was said, given and done stays."""
    kinds = {(ask.slot, ask.kind) for playbook in playbooks.values() for ask in playbook.asks()}
    pending: Pending = Open()
    if isinstance(state.pending, Transferring):
        pending = state.pending
    elif isinstance(state.pending, Ended):
        pending = Ended()
    tried = state.tried
    if isinstance(state.pending, WaitingForTool):
        tool = line.tools.get(state.pending.call.tool)
        tried = (*tried, f"{tool.about if tool else state.pending.call.tool}: outcome not known yet")
    return replace(
        state,
        pending=pending,
        stack=(),
        finished=None,
        queue=tuple(entry for entry in state.queue if _is_served(entry[0], line)),
        slots={name: slot for name, slot in state.slots.items() if (name, slot.kind) in kinds},
        tried=tried,
        question="",
        asked="",
        failed=0,
        served={},
        changed=None,
    )


def _unreadable() -> FirstlineError:
    return FirstlineError("dialogue_state_unreadable", "A dialogue's state cannot be read; the call starts anew.")


def _frames(state: DialogueState) -> tuple[Frame, ...]:
    return (*state.stack, *((state.finished,) if state.finished else ()))


def _pendings(state: DialogueState) -> Iterator[Pending]:
    """What is waited for, and what will be again once that is over."""
    pending = state.pending
    yield pending
    while isinstance(pending, Ended | WaitingForModel | OfferingHuman | StillWanted):
        pending = pending.before
        yield pending


def _misfits(
    state: DialogueState, shapes: Mapping[str, str], line: Line, playbooks: Mapping[str, Playbook]
) -> Iterator[str]:
    """What of the state the line does not have any more, in words without personal data."""
    for frame in _frames(state):
        playbook = playbooks.get(frame.playbook)
        if playbook is None or shapes.get(frame.playbook) != _shape(playbook):
            yield f"playbook {frame.playbook}"
    named: tuple[str, ...] = ()
    for pending in _pendings(state):
        if isinstance(pending, ConfirmingCall | WaitingForTool) and pending.call.tool not in line.tools:
            yield f"tool {pending.call.tool}"
        if isinstance(pending, WantedAgain) and pending.playbook not in playbooks:
            yield f"playbook {pending.playbook}"
        named += pending.options if isinstance(pending, Clarifying) else ()
    for intent in (*named, *(intent for intent, _ in state.queue)):
        if not _is_served(intent, line):
            yield f"intent {intent}"


def _is_served(intent: str, line: Line) -> bool:
    if intent.startswith(KNOWLEDGE_PREFIX):
        return intent.removeprefix(KNOWLEDGE_PREFIX) in line.articles
    return intent in line.intents


def _shape(playbook: Playbook) -> str:
    """What the numbers of a playbook's steps mean."""
    parts = []
    for step in playbook.steps:
        name = type(step).__name__
        match step:
            case Ask():
                name += f" {step.slot} {step.kind}"
            case CallTool():
                name += f" {step.tool} {step.save} {step.key}"
        parts.append(name)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
