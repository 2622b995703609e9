"""The names that a playbook's texts and conditions may look up, each with its type."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dialogue.lines.playbook import (
    Ask,
    CallTool,
    Choose,
    Count,
    Fill,
    Identified,
    Keep,
    PlaybookStep,
    SlotKind,
    Value,
)
from dialogue.lines.templates import Template
from dialogue.lines.types import FieldType, Tool, ToolField

Type = SlotKind | FieldType
Fields = Mapping[str, ToolField]

BUILT_IN: Mapping[str, FieldType] = {
    "caller.number": FieldType.TEXT,
    "line.title": FieldType.TEXT,
    "today": FieldType.DATE,
    "now.time": FieldType.TIME,
    "now.weekday": FieldType.TEXT,
    "team.open": FieldType.BOOLEAN,
}
"""What is always there."""
RESERVED = frozenset({"caller", "line", "today", "true", "false", "none"})

_AS_FIELD = {
    SlotKind.DATE: FieldType.DATE,
    SlotKind.TIME: FieldType.TIME,
    SlotKind.AMOUNT: FieldType.MONEY,
    SlotKind.NUMBER: FieldType.INTEGER,
    SlotKind.YES_NO: FieldType.BOOLEAN,
}


@dataclass(slots=True)
class KnownNames:
    """What has a name in one playbook."""

    slots: dict[str, Ask] = field(default_factory=dict)
    """Every question, by what it asks for."""
    records: dict[str, Fields] = field(default_factory=dict)
    """Results, by the name they are kept under: their fields."""
    values: dict[str, FieldType | None] = field(default_factory=dict)
    """Single values; None for one of a type that nothing tells."""
    filled: dict[str, SlotKind] = field(default_factory=dict)
    """Slots that are set here, and may be asked for elsewhere."""
    untyped: set[str] = field(default_factory=set)
    """Fields of which nothing tells the type."""

    def type_of(self, name: str) -> Type | None:
        """The type of what a text or condition names; None where it is not known."""
        found = self.field_of(name)
        if found is not None:
            return None if name in self.untyped else found.type
        if name in BUILT_IN:
            return BUILT_IN[name]
        if name in self.slots:
            return self.slots[name].kind
        return self.filled.get(name) or self.values.get(name)

    def field_of(self, name: str) -> ToolField | None:
        """The field of a result that is named."""
        owner, _, attribute = name.partition(".")
        return self.records.get(owner, {}).get(attribute) if attribute else None


def names_of(steps: Sequence[PlaybookStep], tools: Mapping[str, Tool]) -> KnownNames:
    """Everything that the steps of a playbook keep."""
    known = KnownNames()
    for step in steps:
        match step:
            case Ask():
                known.slots.setdefault(step.slot, step)
            case Fill():
                known.filled.setdefault(step.slot, step.kind)
            case CallTool():
                known.records.setdefault(step.save, result_of(tools[step.tool]))
            case Count():
                known.values[step.name] = FieldType.INTEGER
    # What is made of other names may stand before they are known; nothing is more than a few steps away.
    for _ in range(3):
        for step in steps:
            _derive(step, known)
    return known


def result_of(tool: Tool) -> Fields:
    """What a tool's result holds: its own fields, and what it was called with."""
    return {**tool.result, **{name: each for name, each in tool.arguments.items() if name not in tool.result}}


def _derive(step: PlaybookStep, known: KnownNames) -> None:
    match step:
        case Choose():
            among = known.field_of(step.among)
            if among is not None and among.items:
                known.records.setdefault(step.name, among.items)
            elif among is not None:
                known.values[step.name] = FieldType.TEXT
        case Keep() if not step.record:
            known.values.update({name: _type(value, known) for name, value in step.values.items()})
        case Keep():
            _learn(step.record, step.values, known)
        case Identified():
            _learn(step.identity, step.values, known)


def _learn(record: str, values: Mapping[str, Value], known: KnownNames) -> None:
    """The fields of a result that is made of values; one that is nothing here may be something elsewhere."""
    fields = dict(known.records.get(record, {}))
    for name, value in values.items():
        kind = _type(value, known)
        if kind is not None or name not in fields:
            fields[name] = ToolField(type=kind or FieldType.TEXT)
            (known.untyped.discard if kind is not None else known.untyped.add)(f"{record}.{name}")
    known.records[record] = fields


def _type(value: Any, known: KnownNames) -> FieldType | None:
    """The type of a value that is kept."""
    match value:
        case Template():
            if value.sole_name is None:
                return FieldType.TEXT
            found = known.type_of(value.sole_name)
            return found if isinstance(found, FieldType) else _AS_FIELD.get(found, FieldType.TEXT) if found else None
        case bool():
            return FieldType.BOOLEAN
        case int():
            return FieldType.INTEGER
        case float():
            return FieldType.NUMBER
        case str():
            return FieldType.TEXT
    return None


def kept_by(step: PlaybookStep) -> Iterator[str]:
    """The names under which a step keeps something for the rest of the call."""
    match step:
        case CallTool():
            yield step.save
        case Choose() | Count():
            yield step.name
        case Keep():
            yield from [step.record] if step.record else step.values
