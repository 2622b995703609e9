"""Finds conditions that can never hold: a number against text, a choice that is none, a day or time that is none."""

from collections.abc import Iterable, Iterator
from datetime import date, time
from typing import Any

from dialogue.lines.check import nearest
from dialogue.lines.expressions import Comparison, Condition
from dialogue.lines.known_names import KnownNames, Type
from dialogue.lines.playbook import SlotKind
from dialogue.lines.types import FieldType

_NUMBERS = frozenset({FieldType.INTEGER, FieldType.NUMBER, FieldType.MONEY, SlotKind.AMOUNT, SlotKind.NUMBER})
_TRUTHS = frozenset({FieldType.BOOLEAN, SlotKind.YES_NO})
_DATES = frozenset({FieldType.DATE, SlotKind.DATE})
_TIMES = frozenset({FieldType.TIME, SlotKind.TIME})
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""What ``now.weekday`` may be."""


def condition_faults(condition: Condition, known: KnownNames) -> Iterator[str]:
    """What is wrong with a condition whose names are known, in words."""
    for comparison in condition.comparisons:
        kind = known.type_of(comparison.name)
        if kind is not None:
            for value in comparison.values:
                yield from _fault(comparison, kind, value, known)
    for name in sorted(condition.counted):
        kind = known.type_of(name)
        if kind is not None and kind is not FieldType.LIST:
            yield f"`{name}` is {kind}, but only the entries of a list can be counted"


def _fault(comparison: Comparison, kind: Type, value: Any, known: KnownNames) -> Iterator[str]:
    name = comparison.name
    text = isinstance(value, str)
    if kind in _TRUTHS:
        yield f"`{name}` is yes or no: compare it with true or false, not with {value!r}"
    elif kind in _NUMBERS:
        if text:
            yield f"`{name}` is {kind}, which is never the text {value!r}; write the number without quotes"
    elif kind in _DATES or kind in _TIMES:
        form, example = (date, "2026-12-24") if kind in _DATES else (time, "17:00")
        if not (text and _reads_as(form, value)):
            yield f'`{name}` is {kind}: compare it with text such as "{example}", not with {value!r}'
    elif kind is FieldType.LIST:
        yield f"`{name}` is a list: compare `count({name})`"
    elif not text:
        yield f'`{name}` is {kind}, which is never a number; write "{value}" with quotes'
    else:
        options = _options(name, kind, known)
        if options and value not in options:
            yield f"`{name}` is never {value!r}{nearest(value, options)}"


def _options(name: str, kind: Type, known: KnownNames) -> Iterable[str]:
    """Everything that a text may be, where that is a closed list."""
    if name == "now.weekday":
        return WEEKDAYS
    return list(known.slots[name].choices) if kind is SlotKind.CHOICE and name in known.slots else ()


def _reads_as(form: type[date] | type[time], text: str) -> bool:
    try:
        form.fromisoformat(text)
    except ValueError:
        return False
    return True
