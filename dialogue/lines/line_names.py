"""What the playbooks of a line may refer to, found before any of them is compiled."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dialogue.lines.playbook import SlotKind
from dialogue.lines.types import Tool
from dialogue.lines.yaml_marks import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class LineNames:
    """Everything that has a name."""

    language: str
    """Code of the line's language."""
    tools: Mapping[str, Tool]
    broken_tools: frozenset[str] = frozenset()
    """Tools with mistakes of their own, which are told there."""
    articles: frozenset[str]
    playbooks: Mapping[str, Document]
    """The files, by the playbook's name."""
    broken_playbooks: frozenset[str] = frozenset()
    """Files that cannot be read at all, which is told there."""
    identities: Mapping[str, str] = field(default_factory=dict)
    """The playbook that establishes an identity, by the identity's name."""
    slots: Mapping[str, tuple[SlotKind, str]] = field(default_factory=dict)
    """Type and label of what any playbook asks for."""


def find_identities(playbooks: Mapping[str, Document]) -> dict[str, str]:
    """The playbooks that establish identities."""
    found: dict[str, str] = {}
    for name, document in playbooks.items():
        identity = document.data.get("identifies") if isinstance(document.data, dict) else None
        if isinstance(identity, str):
            found.setdefault(identity, name)
    return found


def find_slots(playbooks: Mapping[str, Document]) -> dict[str, tuple[SlotKind, str]]:
    """Everything that is asked for; what is not written as it must be is left to the checks of its step."""
    found: dict[str, tuple[SlotKind, str]] = {}
    for document in playbooks.values():
        for entry in entries_of(document.data):
            slot, kind = entry.get("ask"), entry.get("type")
            if isinstance(slot, str) and isinstance(kind, str):
                try:
                    found.setdefault(slot, (SlotKind(kind), str(entry.get("label") or slot.replace("_", " "))))
                except ValueError:
                    continue
    return found


def names_saved(data: Any) -> frozenset[str]:
    """The names under which a playbook's steps keep results and values."""
    names: set[str] = set()
    for entry in entries_of(data):
        if isinstance(entry.get("call"), str):
            names.add(entry.get("save") or entry["call"])
        names.update(str(entry[key]) for key in ("count", "choose") if isinstance(entry.get(key), str))
        if isinstance(entry.get("do"), str) and entry.get("save"):
            names.add(str(entry["save"]))
        if isinstance(entry.get("set"), dict):
            names.update(entry["set"])
    return frozenset(names)


def names_given(data: Any) -> frozenset[str]:
    """Everything that steps give a value to: what they ask for and what they keep."""
    asked = {entry["ask"] for entry in entries_of(data) if isinstance(entry.get("ask"), str)}
    known = {entry["identify"] for entry in entries_of(data) if isinstance(entry.get("identify"), str)}
    return names_saved(data) | asked | known


def entries_of(data: Any) -> Iterator[dict[str, Any]]:
    """Every step in a playbook's data, however deep."""
    if isinstance(data, dict):
        yield data
        for value in data.values():
            yield from entries_of(value)
    elif isinstance(data, list):
        for value in data:
            yield from entries_of(value)
