"""The ways through a playbook's flat steps: what can be reached, what goes round, what has a value where."""

from collections.abc import Iterator, Sequence

from dialogue.lines.playbook import (
    Ask,
    Branch,
    CallTool,
    CheckIdentity,
    Choose,
    Count,
    End,
    Fill,
    Forget,
    Identified,
    Jump,
    Keep,
    NotIdentified,
    PlaybookStep,
    Run,
    TransferStep,
)


class StepGraph:
    """The steps of one playbook and where each leads."""

    def __init__(self, steps: Sequence[PlaybookStep]):
        self._steps = steps

    def edges(self, index: int) -> Iterator[int]:
        """The steps that may follow one."""
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
            case Choose():
                yield index + 1
                yield step.none
            case CheckIdentity():
                yield index + 1
                yield step.known
            case NotIdentified():
                yield step.again
            case Run() | TransferStep() | End():
                return
            case _:
                yield index + 1

    def reachable(self) -> set[int]:
        """The steps that some way leads to."""
        seen: set[int] = set()
        waiting = [0]
        while waiting:
            index = waiting.pop()
            if index in seen or index >= len(self._steps):
                continue
            seen.add(index)
            waiting.extend(self.edges(index))
        return seen

    def loops(self) -> Iterator[int]:
        """Steps from which a way leads back to them on which nothing new is asked."""
        forgotten = {
            slot for step in self._steps if isinstance(step, Forget | NotIdentified) for slot in step.slots
        }  # fmt: skip
        passed = {
            index
            for index, step in enumerate(self._steps)
            if not isinstance(step, Choose) and not (isinstance(step, Ask) and step.slot in forgotten)
        }
        state: dict[int, int] = {}
        for start in sorted(passed):
            found = self._cycle_from(start, passed, state)
            if found is not None:
                yield found

    def _cycle_from(self, start: int, allowed: set[int], state: dict[int, int]) -> int | None:
        """Depth-first search; returns a step that leads back to one still open on the way, once."""
        if state.get(start):
            return None
        stack: list[tuple[int, Iterator[int]]] = [(start, self.edges(start))]
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
                stack.append((target, self.edges(target)))
            elif target in allowed and state.get(target) == 1 and found is None:
                found = index
        return found

    def assigned(self) -> dict[int, frozenset[str]]:
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
            case Ask() | Fill():
                yield index + 1, before | {step.slot}
            case Forget():
                yield index + 1, before - set(step.slots)
            case CallTool():
                yield index + 1, before | {step.save}
                yield from ((t, before) for t in (step.on_failure, step.on_decline) if t is not None)
            case Choose():
                yield index + 1, before | {step.name}
                yield step.none, before
            case Keep():
                yield index + 1, before | ({step.record} if step.record else set(step.values))
            case Count():
                yield index + 1, before | {step.name}
            case CheckIdentity():
                yield index + 1, before
                yield step.known, before | {step.identity}
            case Identified():
                yield index + 1, before | {step.identity}
            case NotIdentified():
                yield step.again, before - set(step.slots)
            case Branch():
                yield from (
                    (target, before | {name.partition(".")[0] for name in condition.proves})
                    for condition, target in step.cases
                )
                yield step.otherwise, before
            case _:
                yield from ((target, before) for target in self.edges(index))
