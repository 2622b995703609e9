"""Checks a playbook as a whole: names, steps out of reach, loops without a question, values used before they exist."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dialogue.lines.ask_compiler import OPTIONS
from dialogue.lines.check import Checker, nearest
from dialogue.lines.condition_checks import condition_faults
from dialogue.lines.known_names import BUILT_IN, RESERVED, Fields, Type, kept_by, names_of
from dialogue.lines.playbook import (
    Ask,
    Branch,
    CallTool,
    CheckIdentity,
    Choose,
    End,
    Fill,
    Forget,
    Identified,
    Jump,
    Keep,
    NotIdentified,
    PlaybookStep,
    Say,
    SlotKind,
    TransferStep,
    Value,
)
from dialogue.lines.playbook_compiler import Compiled
from dialogue.lines.step_graph import StepGraph
from dialogue.lines.templates import Template
from dialogue.lines.types import FieldType, Tool
from dialogue.lines.wording import Wording

_FITS: dict[FieldType, frozenset[Type]] = {
    FieldType.MONEY: frozenset({SlotKind.AMOUNT, FieldType.MONEY, FieldType.INTEGER, FieldType.NUMBER}),
    FieldType.NUMBER: frozenset(
        {SlotKind.AMOUNT, SlotKind.NUMBER, FieldType.MONEY, FieldType.INTEGER, FieldType.NUMBER}
    ),
    FieldType.INTEGER: frozenset({SlotKind.NUMBER, FieldType.INTEGER}),
    FieldType.DATE: frozenset({SlotKind.DATE, FieldType.DATE}),
    FieldType.TIME: frozenset({SlotKind.TIME, FieldType.TIME}),
    FieldType.BOOLEAN: frozenset({SlotKind.YES_NO, FieldType.BOOLEAN}),
}
_ALWAYS = ("caller", "line", "today", "now", "team")
_FILLS: dict[SlotKind, frozenset[Type]] = {
    SlotKind.DATE: _FITS[FieldType.DATE],
    SlotKind.TIME: _FITS[FieldType.TIME],
    SlotKind.AMOUNT: _FITS[FieldType.MONEY],
    SlotKind.NUMBER: _FITS[FieldType.INTEGER],
    SlotKind.YES_NO: _FITS[FieldType.BOOLEAN],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Use:
    """A name that a step looks up."""

    name: str
    certain: bool
    """Whether it must have a value there; a condition may ask for what is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptNames:
    """What the playbooks of a line keep for the rest of a call, for those that use what others kept."""

    records: Mapping[str, Fields]
    values: Mapping[str, FieldType | None]
    ambiguous: frozenset[str]
    """Names that two playbooks keep different things under."""
    identities: frozenset[str]
    """Identities that some playbook establishes."""


def kept_names(compiled: list[Compiled], tools: Mapping[str, Tool]) -> KeptNames:
    """Everything that is kept anywhere on a line."""
    records: dict[str, Fields] = {}
    values: dict[str, FieldType | None] = {}
    ambiguous: set[str] = set()
    steps = [step for item in compiled for step in item.playbook.steps]
    identities = {step.identity for step in steps if isinstance(step, CheckIdentity)}
    for item in compiled:
        known = names_of(item.playbook.steps, tools)
        for name in {name for step in item.playbook.steps for name in kept_by(step)}:
            if name in known.records:
                if records.setdefault(name, known.records[name]) != known.records[name] or name in values:
                    ambiguous.add(name)
            elif name in known.values:
                values.setdefault(name, known.values[name])
                if values[name] is not known.values[name] or name in records:
                    ambiguous.add(name)
    return KeptNames(records=records, values=values, ambiguous=frozenset(ambiguous), identities=frozenset(identities))


def check_playbook(compiled: Compiled, tools: Mapping[str, Tool], kept: KeptNames, checker: Checker) -> None:
    """Note every mistake that only shows when the steps are seen together."""
    _Check(compiled, tools, kept, checker).run()


class _Check:
    def __init__(self, compiled: Compiled, tools: Mapping[str, Tool], kept: KeptNames, checker: Checker):
        self._compiled = compiled
        self._steps = compiled.playbook.steps
        self._tools = tools
        self._checker = checker
        self._graph = StepGraph(self._steps)
        self._known = names_of(self._steps, tools)
        self._unsure = {*compiled.unsure, *self._unsettled()}
        self._identities = kept.identities
        self._use(kept)

    def _unsettled(self) -> Iterator[str]:
        """Choices among what is no list, of which enough is told where they stand."""
        for step in self._steps:
            if isinstance(step, Choose) and step.name not in (*self._known.records, *self._known.values):
                yield step.name

    def _use(self, kept: KeptNames) -> None:
        """Learn the names that other playbooks keep and this one uses."""
        document = self._compiled.document
        for number, name in enumerate(self._compiled.uses):
            place = ("uses", number)
            if name in kept.ambiguous:
                self._checker.problem(document, place, f"different things are kept as `{name}` on this line")
            elif self._checker.known(document, place, "result or value called", name, [*kept.records, *kept.values]):
                if name in kept.records:
                    self._known.records[name] = kept.records[name]
                else:
                    self._known.values[name] = kept.values[name]

    def run(self) -> None:
        self._check_names()
        reachable = self._graph.reachable()
        self._check_reach(reachable)
        # A question that is not written as it must be is none in these steps.
        for index in self._graph.loops() if not self._unsure else ():
            message = "the steps go round from here without asking anything new; `forget` a slot that is asked again"
            self._problem(index, message)
        self._check_uses(reachable)
        self._check_values()

    def _problem(self, index: int, message: str) -> None:
        self._compiled.problem(self._checker, index, message)

    def _check_names(self) -> None:
        results: dict[str, Tool] = {}
        records: dict[str, Keep] = {}
        for index, step in enumerate(self._steps):
            for name in kept_by(step):
                if name in self._known.slots or name in RESERVED:
                    self._problem(index, f"`{_bare(name)}` is already the name of something else")
            match step:
                case Ask():
                    first = self._known.slots[step.slot]
                    if first.kind is not step.kind:
                        self._problem(index, f"`{step.slot}` is asked for as {first.kind} and as {step.kind}")
                    if step.slot in RESERVED:
                        self._problem(index, f"`{step.slot}` has a meaning of its own; choose another name")
                case CallTool():
                    tool = self._tools[step.tool]
                    if results.setdefault(step.save, tool) is not tool:
                        self._problem(index, f"`{_bare(step.save)}` is saved from two different tools")
                case Keep() if step.record:
                    self._check_same_fields(index, step, records.setdefault(step.record, step))
                case Forget():
                    for slot in step.slots:
                        if slot not in self._known.slots:
                            self._problem(index, f"there is no slot `{slot}`{nearest(slot, self._known.slots)}")

    def _check_same_fields(self, index: int, step: Keep, first: Keep) -> None:
        for name in sorted(step.values.keys() ^ first.values.keys()):
            self._problem(index, f"every `return` hands back the same fields, but `{name}` is not in all of them")

    def _check_reach(self, reachable: set[int]) -> None:
        for index, step in enumerate(self._steps):
            # Jumps are laid out by the compiler, and so is the end of an identity check.
            made = isinstance(step, Jump) or (isinstance(step, NotIdentified) and step.text is None)
            if index not in reachable and not made and (index == 0 or index - 1 in reachable):
                self._problem(index, "this step can never be reached")

    def _check_uses(self, reachable: set[int]) -> None:
        assigned = self._graph.assigned()
        for index in sorted(reachable):
            step, known = self._steps[index], assigned.get(index, frozenset())
            for use in self._uses(step):
                owner, _, attribute = use.name.partition(".")
                built_in = use.name in BUILT_IN and owner not in self._known.records
                if built_in or not self._check_exists(index, owner, attribute):
                    continue
                if use.certain and owner not in known:
                    verb = "asked for" if owner in self._known.slots else "looked up"
                    self._problem(
                        index, f"`{_bare(owner)}` is used here, but not on every way here is it {verb} before"
                    )
                elif use.certain and self._known.type_of(use.name) is FieldType.LIST and not isinstance(step, Choose):
                    self._problem(index, f"`{_bare(use.name)}` is a list; let the caller `choose` one of it")
            if isinstance(step, Branch):
                for condition, _ in step.cases:
                    for fault in condition_faults(condition, self._known):
                        self._problem(index, f"the condition `{condition.text}` can never be met: {fault}")
            if isinstance(step, CallTool):
                needed = self._tools[step.tool].requires
                if needed in self._identities - known - self._unsure:
                    message = f"`{step.tool}` requires the identity `{needed}`: put `identify: {needed}` before it"
                    self._problem(index, f"{message} on every way")

    def _check_exists(self, index: int, owner: str, attribute: str) -> bool:
        shown = _bare(f"{owner}.{attribute}" if attribute else owner)
        fields = self._known.records.get(owner)
        if fields is not None:
            if not attribute:
                self._problem(index, f"`{shown}` is a whole result; say which field: {', '.join(fields)}")
            elif attribute not in fields:
                hint = nearest(attribute, fields)
                self._problem(index, f"{self._whose(owner)} has no result field `{attribute}`{hint}")
            return attribute in fields
        if owner in self._unsure:
            return False
        if not attribute and (owner in self._known.slots or owner in self._known.values or owner in self._known.filled):
            return True
        names = [_bare(name) for name in (*self._known.slots, *self._known.records, *self._known.values, *_ALWAYS)]
        self._problem(index, f"there is no slot or result `{shown}` in this playbook{nearest(owner, names)}")
        return False

    def _whose(self, owner: str) -> str:
        tool = next((s.tool for s in self._steps if isinstance(s, CallTool) and s.save == owner), None)
        return f"the tool `{tool}`" if tool else f"`{_bare(owner)}`"

    def _uses(self, step: PlaybookStep) -> Iterator[_Use]:
        match step:
            case Say():
                yield from _certain(step.text)
            case Ask():
                yield from _certain(step.prompt, step.again)
            case CallTool():
                yield from _certain(*_templates(step.arguments))
                if step.confirm:
                    tool = self._tools[step.tool]
                    yield from (use for use in _certain(step.confirm) if use.name not in tool.arguments)
            case Choose():
                yield _Use(name=step.among, certain=True)
                texts = _certain(step.prompt, step.one, step.more)
                yield from (use for use in texts if use.name != OPTIONS)
            case Keep() | Identified():
                yield from _certain(*_templates(step.values))
            case Fill():
                yield from _certain(*_templates({step.slot: step.value}))
            case Branch():
                for condition, _ in step.cases:
                    yield from (_Use(name=name, certain=False) for name in sorted(condition.names))
            case TransferStep() | End() | NotIdentified():
                yield from _certain(step.text)
            case _:
                return

    def _check_values(self) -> None:
        """What is handed on has to be of the type that is wanted."""
        for index, step in enumerate(self._steps):
            match step:
                case CallTool():
                    tool = self._tools[step.tool]
                    for name, value in step.arguments.items():
                        wanted = tool.arguments[name].type
                        self._check_fits(index, value, _FITS.get(wanted), f"argument `{name}` of `{tool.name}`", wanted)
                case Fill():
                    self._check_fits(index, step.value, _FILLS.get(step.kind), f"slot `{step.slot}`", step.kind)
                case Choose():
                    self._check_choice(index, step)

    def _check_fits(self, index: int, value: Value, fitting: frozenset[Type] | None, what: str, wanted: Type) -> None:
        if not isinstance(value, Template) or fitting is None:
            return
        given = self._known.type_of(value.sole_name) if value.sole_name else None
        if not value.sole_name or (given is not None and given not in fitting):
            self._problem(index, f"the {what} is {wanted}, but `{value.source}` is {given or 'text'}")

    def _check_choice(self, index: int, step: Choose) -> None:
        among, kind = self._known.field_of(step.among), self._known.type_of(step.among)
        if kind is not None and kind is not FieldType.LIST:
            self._problem(index, f"`{_bare(step.among)}` is {kind}, but only a list can be chosen from")
        if among is None or kind is not FieldType.LIST:
            return
        fields = list(among.items) or [_bare(step.name)]
        for name in sorted(step.each.names - set(fields)):
            self._problem(index, f"an entry of `{_bare(step.among)}` has no field `{name}`{nearest(name, fields)}")


def _certain(*texts: Template | Wording | None) -> Iterator[_Use]:
    for text in texts:
        if text is not None:
            yield from (_Use(name=name, certain=True) for name in sorted(text.names))


def _templates(values: Mapping[str, Value]) -> list[Template]:
    return [value for value in values.values() if isinstance(value, Template)]


def _bare(name: str) -> str:
    """A name as it is written, without what stands before it inside another playbook."""
    return name.rpartition("/")[2]
