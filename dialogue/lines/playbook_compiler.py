"""Compiles a playbook file: nested steps into a flat list with targets, every mistake noted."""

from dataclasses import dataclass, field
from typing import Any

from dialogue.lines import schema
from dialogue.lines.check import Checker, nearest
from dialogue.lines.playbook import (
    Ask,
    Branch,
    CallTool,
    End,
    Forget,
    GiveAnswer,
    Jump,
    Playbook,
    PlaybookStep,
    Run,
    Say,
    SlotKind,
    TransferStep,
)
from dialogue.lines.templates import Template, parse_template
from dialogue.lines.types import Tool
from dialogue.lines.yaml_marks import Document, Path

_VERBS = ("ask", "call", "branch", "goto", "answer", "transfer", "forget", "run", "end", "say")
_BEST = "best"
_NOTHING = parse_template("")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineNames:
    """What playbooks may refer to."""

    tools: dict[str, Tool]
    articles: frozenset[str]
    playbooks: frozenset[str]


@dataclass(slots=True)
class Compiled:
    """A playbook and where its steps stand in the file."""

    playbook: Playbook
    document: Document
    paths: list[Path]
    """Place in the file of each step."""
    intents: list[str]
    runs: list[str] = field(default_factory=list)
    """Playbooks that it goes on with."""


class PlaybookCompiler:
    """Compiles one playbook file."""

    def __init__(self, document: Document, checker: Checker, names: LineNames):
        self._document = document
        self._checker = checker
        self._names = names
        self._steps: list[PlaybookStep] = []
        self._paths: list[Path] = []
        self._labels: dict[str, int] = {}
        self._gotos: list[tuple[int, str, Path]] = []

    def compile(self, stem: str) -> Compiled | None:
        """The playbook, or None when not even its outline can be read."""
        outline = self._checker.shape(schema.PlaybookFile, self._document, (), self._document.data)
        if outline is None:
            return None
        self._block(outline.steps, ("steps",))
        for index, label, path in self._gotos:
            known = self._checker.known(self._document, path, "step with the id", label, self._labels)
            self._steps[index] = Jump(to=self._labels[label] if known else index + 1)
        playbook = Playbook(name=outline.name or stem, about=outline.about, steps=tuple(self._steps))
        runs = [step.playbook for step in self._steps if isinstance(step, Run)]
        return Compiled(playbook, self._document, self._paths, outline.intents, runs)

    def _block(self, items: list[Any], path: Path) -> None:
        for index, raw in enumerate(items):
            self._step(raw, (*path, index))

    def _step(self, raw: Any, path: Path) -> None:
        verb = next((verb for verb in _VERBS if isinstance(raw, dict) and verb in raw), None)
        if verb is None:
            given = next(iter(raw), "") if isinstance(raw, dict) else ""
            hint = nearest(str(given), _VERBS)
            self._checker.problem(self._document, path, f"a step begins with one of {', '.join(sorted(_VERBS))}{hint}")
            return
        step = self._checker.shape(schema.STEPS[verb], self._document, path, raw)
        if step is None:
            return
        label = step.id
        if label and label in self._labels:
            self._checker.problem(self._document, (*path, "id"), f"the id `{label}` is used twice in this playbook")
        elif label:
            self._labels[label] = len(self._steps)
        match step:
            case schema.SayEntry():
                self._emit(Say(text=self._text(step.say, (*path, "say"))), path)
            case schema.AskEntry():
                self._ask(step, path)
            case schema.CallEntry():
                self._call(step, path)
            case schema.BranchEntry():
                self._branch(step, path)
            case schema.GotoEntry():
                self._gotos.append((self._emit(Jump(to=0), path), step.goto, (*path, "goto")))
            case _:
                self._simple(step, path)

    def _simple(self, step: Any, path: Path) -> None:
        match step:
            case schema.AnswerEntry():
                article = "" if step.answer == _BEST else step.answer
                if article:
                    self._checker.known(self._document, (*path, "answer"), "article", article, self._names.articles)
                self._emit(GiveAnswer(article=article), path)
            case schema.TransferEntry():
                text = self._checker.template(self._document, (*path, "say"), step.say)
                self._emit(TransferStep(text=text, why=step.transfer), path)
            case schema.ForgetEntry():
                self._emit(Forget(slots=tuple(step.forget)), path)
            case schema.RunEntry():
                self._checker.known(self._document, (*path, "run"), "playbook", step.run, self._names.playbooks)
                self._emit(Run(playbook=step.run), path)
            case schema.EndEntry():
                text = None if isinstance(step.end, bool) else self._text(step.end, (*path, "end"))
                self._emit(End(text=text), path)

    def _ask(self, step: schema.AskEntry, path: Path) -> None:
        low = step.length or step.min_length or 0
        high = step.length or step.max_length or 0
        if step.length and (step.min_length or step.max_length):
            self._checker.problem(self._document, path, "give `length`, or `min_length` and `max_length`, not both")
        elif high and low > high:
            self._checker.problem(self._document, path, f"`min_length` {low} is above `max_length` {high}")
        if (low or high) and step.type is not SlotKind.REFERENCE:
            self._checker.problem(self._document, path, f"a length is for the type reference, not {step.type}")
        if (step.type is SlotKind.CHOICE) != bool(step.choices):
            wanted = "needs `choices`" if step.type is SlotKind.CHOICE else "has no `choices`"
            self._checker.problem(self._document, path, f"an answer of type {step.type} {wanted}")
        choices = {
            value: tuple(dict.fromkeys((value.replace("_", " "), *words))) for value, words in step.choices.items()
        }
        self._check_choices(choices, path)
        ask = Ask(
            slot=step.ask,
            kind=step.type,
            prompt=self._text(step.say, (*path, "say")),
            again=self._checker.template(self._document, (*path, "again"), step.again),
            label=step.label or step.ask.replace("_", " "),
            confirm=step.confirm,
            min_length=low,
            max_length=high,
            choices=choices,
            hotwords=tuple(step.hotwords),
            spelled=step.spelled,
        )
        if step.spelled and step.type is not SlotKind.NAME:
            self._checker.problem(self._document, (*path, "spelled"), "only a `name` can be asked for spelled")
        self._emit(ask, path)

    def _check_choices(self, choices: dict[str, tuple[str, ...]], path: Path) -> None:
        owner: dict[str, str] = {}
        for value, words in choices.items():
            for word in words:
                other = owner.setdefault(word.lower(), value)
                if other != value:
                    message = f"the word {word!r} stands for both `{other}` and `{value}`"
                    self._checker.problem(self._document, (*path, "choices", value), message)

    def _call(self, step: schema.CallEntry, path: Path) -> None:
        if not self._checker.known(self._document, (*path, "call"), "tool", step.call, self._names.tools):
            return
        tool = self._names.tools[step.call]
        arguments: dict[str, Template | Any] = {}
        for name, value in step.arguments.items():
            place = (*path, "arguments", name)
            if not self._checker.known(
                self._document, place, f"argument of `{tool.name}` called", name, tool.arguments
            ):
                continue
            arguments[name] = self._text(value, place) if isinstance(value, str) else value
        missing = [n for n, f in tool.arguments.items() if not f.optional and n not in step.arguments]
        if missing:
            self._checker.problem(self._document, path, f"the tool `{tool.name}` also needs {', '.join(missing)}")
        confirm = self._checker.template(self._document, (*path, "confirm"), step.confirm)
        if tool.has_side_effects and not (confirm or tool.confirm):
            message = f"`{tool.name}` changes the world: give it, or this step, a `confirm` question"
            self._checker.problem(self._document, path, message)
        index = self._emit(Jump(to=0), path)
        key = step.id or f"{tool.name}.{sum(isinstance(s, CallTool) for s in self._steps)}"
        on_failure, on_decline = self._side_blocks(step, path)
        self._steps[index] = CallTool(
            tool=tool.name,
            save=step.save or tool.name,
            key=key,
            arguments=arguments,
            confirm=confirm,
            filler=step.filler or tool.filler,
            on_failure=on_failure,
            on_decline=on_decline,
        )

    def _side_blocks(self, step: schema.CallEntry, path: Path) -> tuple[int | None, int | None]:
        """Lay out what follows a failure or a no, stepped over when all goes well."""
        blocks = [(name, getattr(step, name)) for name in ("on_failure", "on_decline")]
        starts: dict[str, int] = {}
        jumps: list[int] = []
        for name, block in blocks:
            if block is None:
                continue
            jumps.append(self._emit(Jump(to=0), (*path, name)))
            starts[name] = len(self._steps)
            self._block(block, (*path, name))
        # Each jump leads over everything: from the call itself and from the end of the first block.
        for jump in jumps:
            self._steps[jump] = Jump(to=len(self._steps))
        return starts.get("on_failure"), starts.get("on_decline")

    def _branch(self, step: schema.BranchEntry, path: Path) -> None:
        index = self._emit(Jump(to=0), path)
        cases: list[tuple[Any, int]] = []
        exits: list[int] = []
        otherwise: int | None = None
        for number, raw in enumerate(step.branch):
            place = (*path, "branch", number)
            if otherwise is not None:
                self._checker.problem(self._document, place, "comes after `else`, so it can never be reached")
            if isinstance(raw, dict) and "else" in raw:
                raw = {"otherwise" if key == "else" else key: value for key, value in raw.items()}
                last = self._checker.shape(schema.ElseCase, self._document, place, raw)
                otherwise = len(self._steps)
                block, key = (last.otherwise if last else []), "else"
            else:
                case = self._checker.shape(schema.WhenCase, self._document, place, raw)
                condition = case and self._checker.condition(self._document, (*place, "when"), case.when)
                if case is None or condition is None:
                    continue
                cases.append((condition, len(self._steps)))
                block, key = case.then, "then"
            self._block(block, (*place, key))
            exits.append(self._emit(Jump(to=0), (*place, key)))
        for jump in exits:
            self._steps[jump] = Jump(to=len(self._steps))
        target = len(self._steps) if otherwise is None else otherwise
        self._steps[index] = Branch(cases=tuple(cases), otherwise=target)

    def _text(self, text: str, path: Path) -> Template:
        return self._checker.template(self._document, path, text) or _NOTHING

    def _emit(self, step: PlaybookStep, path: Path) -> int:
        self._steps.append(step)
        self._paths.append(path)
        return len(self._steps) - 1
