"""Checks a playbook as a whole: steps out of reach, loops without a question, values used before they exist."""

from collections.abc import Iterator
from dataclasses import dataclass

from dialogue.lines.check import Checker, nearest
from dialogue.lines.playbook import (
    Ask,
    Branch,
    CallTool,
    End,
    Forget,
    GiveAnswer,
    Jump,
    KeepMessage,
    PlaybookStep,
    Run,
    Say,
    SlotKind,
    TransferStep,
)
from dialogue.lines.playbook_compiler import Compiled
from dialogue.lines.templates import Template
from dialogue.lines.types import FieldType, Tool

BUILT_IN_NAMES = frozenset({"caller.number", "line.title", "today"})
_RESERVED = frozenset({"caller", "line", "today", "true", "false", "none"})
_FITS: dict[FieldType, frozenset[SlotKind | FieldType]] = {
    FieldType.MONEY: frozenset({SlotKind.AMOUNT, FieldType.MONEY, FieldType.INTEGER, FieldType.NUMBER}),
    FieldType.NUMBER: frozenset({SlotKind.AMOUNT, FieldType.MONEY, FieldType.INTEGER, FieldType.NUMBER}),
    FieldType.INTEGER: frozenset({FieldType.INTEGER}),
    FieldType.DATE: frozenset({SlotKind.DATE, FieldType.DATE}),
    FieldType.BOOLEAN: frozenset({SlotKind.YES_NO, FieldType.BOOLEAN}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Use:
    """A name that a step looks up."""

    name: str
    certain: bool
    """Whether it must have a value there; a condition may ask for what is not known."""


def check_playbook(compiled: Compiled, tools: dict[str, Tool], checker: Checker) -> None:
    """Note every mistake that only shows when the steps are seen together."""
    _Check(compiled, tools, checker).run()


class _Check:
    def __init__(self, compiled: Compiled, tools: dict[str, Tool], checker: Checker):
        self._compiled = compiled
        self._steps = compiled.playbook.steps
        self._tools = tools
        self._checker = checker
        self._slots = {step.slot: step for step in self._steps if isinstance(step, Ask)}
        self._results: dict[str, Tool] = {}

    def run(self) -> None:
        self._check_names()
        reachable = self._reachable()
        self._check_reach(reachable)
        self._check_loops()
        self._check_uses(reachable)

    def _problem(self, index: int, message: str) -> None:
        path = self._compiled.paths[index]
        self._checker.problem(self._compiled.document, path, message)

    def _check_names(self) -> None:
        for index, step in enumerate(self._steps):
            match step:
                case Ask():
                    first = self._slots[step.slot]
                    if first.kind is not step.kind:
                        self._problem(index, f"`{step.slot}` is asked for as {first.kind} and as {step.kind}")
                    if step.slot in _RESERVED:
                        self._problem(index, f"`{step.slot}` has a meaning of its own; choose another name")
                case CallTool():
                    tool = self._tools[step.tool]
                    if self._results.setdefault(step.save, tool) is not tool:
                        self._problem(index, f"`{step.save}` is saved from two different tools")
                    if step.save in self._slots or step.save in _RESERVED:
                        self._problem(index, f"`{step.save}` is already the name of something else")
                case Forget():
                    for slot in step.slots:
                        if slot not in self._slots:
                            self._problem(index, f"there is no slot `{slot}`{nearest(slot, self._slots)}")

    def _edges(self, index: int) -> Iterator[int]:
        step = self._steps[index]
        match step:
            case Jump():
                yield step.to
            case Branch():
                yield from (target for _, target in step.cases)
                yield step.otherwise
            case CallTool():
                yield index + 1
                yield from (target for target in (step.on_failure, step.on_decline) if target is not None)
            case Run() | TransferStep() | End():
                return
            case _:
                yield index + 1

    def _reachable(self) -> set[int]:
        seen: set[int] = set()
        waiting = [0]
        while waiting:
            index = waiting.pop()
            if index in seen or index >= len(self._steps):
                continue
            seen.add(index)
            waiting.extend(self._edges(index))
        return seen

    def _check_reach(self, reachable: set[int]) -> None:
        for index, step in enumerate(self._steps):
            # Jumps are laid out by the compiler; an operator's own unreachable `goto` follows an unreachable step.
            if index not in reachable and not isinstance(step, Jump) and (index == 0 or index - 1 in reachable):
                self._problem(index, "this step can never be reached")

    def _check_loops(self) -> None:
        forgotten = {slot for step in self._steps if isinstance(step, Forget) for slot in step.slots}
        passed = [
            index for index, s in enumerate(self._steps) if not (isinstance(s, Ask) and s.slot in forgotten)
        ]  # fmt: skip
        state: dict[int, int] = {}
        for start in passed:
            found = self._cycle_from(start, set(passed), state)
            if found is not None:
                message = (
                    "the steps go round from here without asking anything new; `forget` a slot that is asked again"
                )
                self._problem(found, message)

    def _cycle_from(self, start: int, allowed: set[int], state: dict[int, int]) -> int | None:
        """Depth-first search; returns a step that leads back to one still open on the way, once."""
        if state.get(start):
            return None
        stack: list[tuple[int, Iterator[int]]] = [(start, self._edges(start))]
        state[start] = 1
        found: int | None = None
        while stack:
            index, edges = stack[-1]
            target = next(edges, None)
            if target is None:
                state[index] = 2
                stack.pop()
            elif target in allowed and state.get(target, 0) == 0:
                state[target] = 1
                stack.append((target, self._edges(target)))
            elif target in allowed and state.get(target) == 1 and found is None:
                found = index
        return found

    def _check_uses(self, reachable: set[int]) -> None:
        assigned = self._definitely_assigned()
        for index in sorted(reachable):
            for use in self._uses(self._steps[index]):
                if use.name in BUILT_IN_NAMES:
                    continue
                owner, _, attribute = use.name.partition(".")
                if not self._check_exists(index, owner, attribute):
                    continue
                if use.certain and owner not in assigned.get(index, frozenset()):
                    verb = "asked for" if owner in self._slots else "looked up"
                    self._problem(index, f"`{owner}` is used here, but not on every way here is it {verb} before")
        for index, step in enumerate(self._steps):
            if isinstance(step, CallTool):
                self._check_arguments(index, step)

    def _check_exists(self, index: int, owner: str, attribute: str) -> bool:
        if owner in self._results:
            tool = self._results[owner]
            if not attribute:
                self._problem(index, f"`{owner}` is a whole result; say which field: {', '.join(tool.result)}")
            elif attribute not in tool.result:
                hint = nearest(attribute, tool.result)
                self._problem(index, f"the tool `{tool.name}` has no result field `{attribute}`{hint}")
            return attribute in tool.result
        if owner in self._slots and not attribute:
            return True
        names = [*self._slots, *self._results, "caller", "line", "today"]
        shown = f"{owner}.{attribute}" if attribute else owner
        self._problem(index, f"there is no slot or result `{shown}` in this playbook{nearest(owner, names)}")
        return False

    def _uses(self, step: PlaybookStep) -> Iterator[_Use]:
        match step:
            case Say():
                yield from _certain(step.text)
            case Ask():
                yield from _certain(step.prompt, step.again)
            case CallTool():
                yield from _certain(*(v for v in step.arguments.values() if isinstance(v, Template)))
                if step.confirm:
                    tool = self._tools[step.tool]
                    yield from (use for use in _certain(step.confirm) if use.name not in tool.arguments)
            case Branch():
                for condition, _ in step.cases:
                    yield from (_Use(name=name, certain=False) for name in condition.names)
            case TransferStep() | End():
                yield from _certain(step.text)
            case GiveAnswer() | Jump() | Forget() | Run() | KeepMessage():
                return

    def _definitely_assigned(self) -> dict[int, frozenset[str]]:
        """What has a value on every way to each step: a forward analysis to its fixed point."""
        known: dict[int, frozenset[str]] = {0: frozenset()}
        waiting = [0]
        while waiting:
            index = waiting.pop()
            if index >= len(self._steps):
                continue
            for target, after in self._outflow(index, known[index]):
                merged = after if target not in known else known[target] & after
                if known.get(target) != merged:
                    known[target] = merged
                    waiting.append(target)
        return known

    def _outflow(self, index: int, before: frozenset[str]) -> Iterator[tuple[int, frozenset[str]]]:
        step = self._steps[index]
        match step:
            case Ask():
                yield index + 1, before | {step.slot}
            case Forget():
                yield index + 1, before - set(step.slots)
            case CallTool():
                yield index + 1, before | {step.save}
                yield from ((t, before) for t in (step.on_failure, step.on_decline) if t is not None)
            case _:
                yield from ((target, before) for target in self._edges(index))

    def _check_arguments(self, index: int, call: CallTool) -> None:
        tool = self._tools[call.tool]
        for name, value in call.arguments.items():
            wanted = tool.arguments[name].type
            if not isinstance(value, Template) or wanted is FieldType.TEXT:
                continue
            given = self._type_of(value.sole_name) if value.sole_name else None
            if value.sole_name and (given is None or given in _FITS[wanted]):
                continue
            shown = f"`{value.source}` is {given or 'text'}"
            self._problem(index, f"the argument `{name}` of `{tool.name}` is {wanted}, but {shown}")

    def _type_of(self, name: str | None) -> SlotKind | FieldType | None:
        owner, _, attribute = (name or "").partition(".")
        if owner in self._slots and not attribute:
            return self._slots[owner].kind
        if owner in self._results and attribute in self._results[owner].result:
            return self._results[owner].result[attribute].type
        return None


def _certain(*templates: Template | None) -> Iterator[_Use]:
    for template in templates:
        if template is not None:
            yield from (_Use(name=name, certain=True) for name in sorted(template.names))
