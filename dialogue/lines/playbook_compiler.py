"""Compiles a playbook file: nested steps into a flat list with targets, every mistake noted.

A playbook that another one does (``do``, ``identify``) is laid out in its place: what it saves gets its own prefix, so
that one analysis of the flat list sees every way through both.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dialogue.lines import schema, step_schema
from dialogue.lines.ask_compiler import compile_ask, compile_choose
from dialogue.lines.check import Checker, nearest
from dialogue.lines.line_names import LineNames, names_given, names_saved
from dialogue.lines.playbook import (
    Ask,
    Branch,
    CallTool,
    CheckIdentity,
    Count,
    End,
    Fill,
    Forget,
    GiveAnswer,
    Identified,
    Jump,
    Keep,
    NotIdentified,
    Playbook,
    PlaybookStep,
    Run,
    Say,
    TransferStep,
    Value,
)
from dialogue.lines.wording import Wording
from dialogue.lines.yaml_marks import Document, Path

_VERBS = tuple(step_schema.STEPS)
_BEST = "best"
RETURNED = "return"
"""Under this a playbook that was not done by another keeps what it returns: a name that nobody can say."""

Place = tuple[Document, Path]


@dataclass(slots=True)
class Compiled:
    """A playbook and where its steps stand in the files."""

    playbook: Playbook
    document: Document
    places: list[Place]
    """File and place in it of each step."""
    intents: list[str]
    uses: list[str]
    runs: list[str] = field(default_factory=list)
    """Playbooks that it goes on with."""
    does: list[str] = field(default_factory=list)
    """Playbooks whose steps it goes through."""
    unsure: frozenset[str] = frozenset()
    """Names whose steps have mistakes of their own: nothing more is told of them."""

    def problem(self, checker: Checker, index: int, message: str) -> None:
        """Note a mistake at a step."""
        document, path = self.places[index]
        checker.problem(document, path, message)


@dataclass(slots=True)
class _Scope:
    """One playbook while its steps are laid out, in its own place or inside another."""

    name: str
    document: Document
    prefix: str = ""
    """Stands before the names of what it saves, where it is inside another playbook."""
    own: frozenset[str] = frozenset()
    """Names of what it saves."""
    result: str = RETURNED
    """What its `return` is kept as."""
    check: int | None = None
    """Where the identity check begins that it is."""
    identity: str = ""
    labels: dict[str, int] = field(default_factory=dict)
    gotos: list[tuple[int, str, Path]] = field(default_factory=list)
    exits: list[int] = field(default_factory=list)
    """Jumps that lead behind its last step."""
    ends: list[int] = field(default_factory=list)
    """Jumps that lead behind the identity check that it is."""

    def named(self, owner: str) -> str:
        """A name as it is called in the flat list."""
        return f"{self.prefix}{owner}" if owner in self.own else owner


class PlaybookCompiler:
    """Compiles one playbook file."""

    def __init__(self, document: Document, checker: Checker, names: LineNames):
        self._checker = checker
        self._names = names
        self._steps: list[PlaybookStep] = []
        self._places: list[Place] = []
        self._runs: list[str] = []
        self._does: list[str] = []
        self._unsure: set[str] = set()
        self._within: list[str] = []
        self._scope = _Scope(name="", document=document)

    def compile(self, stem: str) -> Compiled | None:
        """The playbook, or None when not even its outline can be read."""
        document = self._scope.document
        outline = self._checker.shape(schema.PlaybookFile, document, (), document.data)
        if outline is None:
            return None
        self._scope = _Scope(name=stem, document=document)
        self._within = [stem]
        if outline.identifies:
            self._scope.identity, self._scope.check = outline.identifies, self._emit(Jump(to=0), ("identifies",))
        self._lay_out(outline, self._scope)
        playbook = Playbook(
            name=stem, about=outline.about, uses=frozenset(outline.uses), steps=tuple(self._steps)
        )  # fmt: skip
        return Compiled(
            playbook,
            document,
            self._places,
            outline.intents,
            outline.uses,
            self._runs,
            self._does,
            frozenset(self._unsure),
        )

    def _lay_out(self, outline: schema.PlaybookFile, scope: _Scope) -> None:
        """The steps of a playbook, and where its jumps lead."""
        self._block(outline.steps, ("steps",))
        for index, label, path in scope.gotos:
            known = self._checker.known(scope.document, path, "step with the id", label, scope.labels)
            self._steps[index] = Jump(to=scope.labels[label] if known else index + 1)
        for index in scope.exits:
            self._steps[index] = Jump(to=len(self._steps))
        if scope.check is not None:
            self._close_check(outline, scope, scope.check)

    def _close_check(self, outline: schema.PlaybookFile, scope: _Scope, check: int) -> None:
        """Who comes to the end of an identity check without having been identified has failed it."""
        slots = self._slots_since(check)
        self._emit(NotIdentified(identity=scope.identity, text=None, slots=slots, again=check), ("steps",))
        for index in range(check, len(self._steps)):
            step = self._steps[index]
            if isinstance(step, NotIdentified) and step.identity == scope.identity:
                self._steps[index] = NotIdentified(identity=step.identity, text=step.text, slots=slots, again=check)
        for index in scope.ends:
            self._steps[index] = Jump(to=len(self._steps))
        self._steps[check] = CheckIdentity(
            identity=scope.identity, attempts=outline.attempts, known=len(self._steps)
        )  # fmt: skip

    def _slots_since(self, index: int) -> tuple[str, ...]:
        return tuple(dict.fromkeys(step.slot for step in self._steps[index:] if isinstance(step, Ask)))

    def _block(self, items: list[Any], path: Path) -> None:
        for index, raw in enumerate(items):
            self._step(raw, (*path, index))

    def _step(self, raw: Any, path: Path) -> None:
        document = self._scope.document
        verb = next((verb for verb in _VERBS if isinstance(raw, dict) and verb in raw), None)
        if verb is None:
            given = next(iter(raw), "") if isinstance(raw, dict) else ""
            hint = nearest(str(given), _VERBS)
            self._checker.problem(document, path, f"a step begins with one of {', '.join(sorted(_VERBS))}{hint}")
            return
        step: Any = self._checker.shape(step_schema.STEPS[verb], document, path, _renamed(raw))
        if step is None:
            self._doubt(raw)
            return
        label = step.id
        if label and label in self._scope.labels:
            self._checker.problem(document, (*path, "id"), f"the id `{label}` is used twice in this playbook")
        elif label:
            self._scope.labels[label] = len(self._steps)
        match step:
            case step_schema.CallEntry():
                self._call(step, path)
            case step_schema.BranchEntry():
                self._branch(step, path)
            case step_schema.ChooseEntry():
                self._choose(step, path)
            case step_schema.DoEntry():
                self._do(step, path)
            case step_schema.IdentifyEntry():
                self._identify(step, path)
            case step_schema.IdentifiedEntry() | step_schema.NotIdentifiedEntry():
                self._identity_outcome(step, path)
            case step_schema.GotoEntry():
                self._scope.gotos.append((self._emit(Jump(to=0), path), step.goto, (*path, "goto")))
            case step_schema.ReturnEntry():
                self._return(step, path)
            case step_schema.SetEntry():
                self._set(step, path)
            case _:
                self._simple(step, path)

    def _simple(self, step: Any, path: Path) -> None:
        document = self._scope.document
        match step:
            case step_schema.SayEntry():
                text = self._wording(step.say, (*path, "say"), needed=True)
                if text is not None:
                    self._emit(Say(text=text), path)
            case step_schema.AskEntry():
                ask = compile_ask(step, document, path, self._checker, self._wording)
                if ask is not None:
                    self._emit(ask, path)
                else:
                    self._doubt({"ask": step.ask})
            case step_schema.CountEntry():
                self._emit(Count(name=self._scope.named(step.count)), path)
            case step_schema.AnswerEntry():
                article = "" if step.answer == _BEST else step.answer
                if article:
                    self._checker.known(document, (*path, "answer"), "article", article, self._names.articles)
                self._emit(GiveAnswer(article=article), path)
            case step_schema.TransferEntry():
                self._emit(TransferStep(text=self._wording(step.say, (*path, "say")), why=step.transfer), path)
            case step_schema.ForgetEntry():
                self._emit(Forget(slots=tuple(step.forget)), path)
            case step_schema.RunEntry():
                if step.run not in self._names.broken_playbooks:
                    self._checker.known(document, (*path, "run"), "playbook", step.run, self._names.playbooks)
                self._runs.append(step.run)
                self._emit(Run(playbook=step.run), path)
            case step_schema.EndEntry():
                text = None if isinstance(step.end, bool) else self._wording(step.end, (*path, "end"), needed=True)
                self._emit(End(text=text), path)

    def _set(self, step: step_schema.SetEntry, path: Path) -> None:
        values = {name: self._value(value, (*path, "set", name)) for name, value in step.set.items()}
        for name, value in values.items():
            slot = self._names.slots.get(name)
            if slot is not None:
                kind, label = slot
                self._emit(Fill(slot=name, kind=kind, label=label, value=value), path)
        kept = {self._scope.named(name): value for name, value in values.items() if name not in self._names.slots}
        if kept:
            self._emit(Keep(values=kept), path)

    def _choose(self, step: step_schema.ChooseEntry, path: Path) -> None:
        index = self._emit(Jump(to=0), path)
        over = self._emit(Jump(to=0), (*path, "none"))
        none = len(self._steps)
        self._block(step.none, (*path, "none"))
        self._steps[over] = Jump(to=len(self._steps))
        choose = compile_choose(step, self._scope.document, path, self._checker, self._wording)
        if choose is not None:
            owner, dot, attribute = step.among.partition(".")
            self._steps[index] = choose(
                self._scope.named(step.choose), f"{self._scope.named(owner)}{dot}{attribute}", none
            )
        else:
            self._steps[index] = Jump(to=none)

    def _call(self, step: step_schema.CallEntry, path: Path) -> None:
        document = self._scope.document
        broken = step.call in self._names.broken_tools
        if broken or not self._checker.known(document, (*path, "call"), "tool", step.call, self._names.tools):
            self._doubt({"call": step.call, "save": step.save})
            return
        tool = self._names.tools[step.call]
        arguments: dict[str, Value] = {}
        for name, value in step.arguments.items():
            place = (*path, "arguments", name)
            if self._checker.known(document, place, f"argument of `{tool.name}` called", name, tool.arguments):
                arguments[name] = self._value(value, place)
        missing = [n for n, f in tool.arguments.items() if not f.optional and n not in step.arguments]
        if missing:
            self._checker.problem(document, path, f"the tool `{tool.name}` also needs {', '.join(missing)}")
        confirm = self._wording(step.confirm, (*path, "confirm"))
        if tool.has_side_effects and not (confirm or tool.confirm):
            message = f"`{tool.name}` changes the world: give it, or this step, a `confirm` question"
            self._checker.problem(document, path, message)
        index = self._emit(Jump(to=0), path)
        key = step.id or f"{tool.name}.{sum(isinstance(s, CallTool) for s in self._steps)}"
        on_failure, on_decline = self._side_blocks(step, path)
        self._steps[index] = CallTool(
            tool=tool.name,
            save=self._scope.named(step.save or tool.name),
            key=f"{self._scope.prefix}{key}",
            arguments=arguments,
            confirm=confirm,
            filler=step.filler or tool.filler,
            on_failure=on_failure,
            on_decline=on_decline,
        )

    def _side_blocks(self, step: step_schema.CallEntry, path: Path) -> tuple[int | None, int | None]:
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

    def _branch(self, step: step_schema.BranchEntry, path: Path) -> None:
        document = self._scope.document
        index = self._emit(Jump(to=0), path)
        cases: list[tuple[Any, int]] = []
        exits: list[int] = []
        otherwise: int | None = None
        for number, raw in enumerate(step.branch):
            place = (*path, "branch", number)
            if otherwise is not None:
                self._checker.problem(document, place, "comes after `else`, so it can never be reached")
            if isinstance(raw, dict) and "else" in raw:
                last = self._checker.shape(step_schema.ElseCase, document, place, _renamed(raw))
                otherwise = len(self._steps)
                block, key = (last.otherwise if last else []), "else"
            else:
                case = self._checker.shape(step_schema.WhenCase, document, place, raw)
                condition = self._checker.condition(document, (*place, "when"), case.when) if case else None
                if case is None or condition is None:
                    continue
                cases.append((condition.renamed(self._scope.named), len(self._steps)))
                block, key = case.then, "then"
            self._block(block, (*place, key))
            exits.append(self._emit(Jump(to=0), (*place, key)))
        for jump in exits:
            self._steps[jump] = Jump(to=len(self._steps))
        target = len(self._steps) if otherwise is None else otherwise
        self._steps[index] = Branch(cases=tuple(cases), otherwise=target)

    def _do(self, step: step_schema.DoEntry, path: Path) -> None:
        """The steps of another playbook, here."""
        document = self._scope.document
        broken = step.do in self._names.broken_playbooks
        if broken or not self._checker.known(document, (*path, "do"), "playbook", step.do, self._names.playbooks):
            self._doubt({"do": step.do, "save": step.save})
            return
        self._does.append(step.do)
        result = self._scope.named(step.save) if step.save else RETURNED
        if step.do in self._within:
            self._doubt({"do": step.do, "save": step.save})
        self._inside(step.do, (*path, "do"), result=result)

    def _identify(self, step: step_schema.IdentifyEntry, path: Path) -> None:
        """The steps of the identity's own playbook, passed over once the caller is known."""
        document, place = self._scope.document, (*path, "identify")
        if not self._checker.known(document, place, "identity", step.identify, self._names.identities):
            self._doubt({"identify": step.identify})
            return
        playbook = self._names.identities[step.identify]
        self._does.append(playbook)
        check = self._emit(Jump(to=len(self._steps) + 1), path)
        self._inside(playbook, place, identity=step.identify, check=check)

    def _inside(
        self, name: str, path: Path, *, result: str = RETURNED, identity: str = "", check: int | None = None
    ) -> None:
        outer = self._scope
        if name in self._within:
            way = " → ".join([*self._within[self._within.index(name) :], name])
            self._checker.problem(outer.document, path, f"a playbook cannot do itself: {way}")
            return
        document = self._names.playbooks[name]
        # Its own mistakes are told once, where it is compiled by itself.
        outline = Checker().shape(schema.PlaybookFile, document, (), document.data)
        if outline is None:
            return
        prefix = f"{outer.prefix}{name}{len(self._steps)}/"
        own = names_saved(document.data)
        self._scope = _Scope(
            name=name, document=document, prefix=prefix, own=own, result=result, identity=identity, check=check
        )
        self._within.append(name)
        self._lay_out(outline, self._scope)
        self._within.pop()
        self._scope = outer

    def _return(self, step: step_schema.ReturnEntry, path: Path) -> None:
        if isinstance(step.results, dict):
            values = {name: self._value(value, (*path, "return", name)) for name, value in step.results.items()}
            self._emit(Keep(values=values, record=self._scope.result), path)
        self._scope.exits.append(self._emit(Jump(to=0), path))

    def _identity_outcome(self, step: step_schema.IdentifiedEntry | step_schema.NotIdentifiedEntry, path: Path) -> None:
        scope = self._scope
        if scope.check is None:
            message = "only a playbook with `identifies:` says who is, or is not, identified"
            self._checker.problem(scope.document, path, message)
            return
        if isinstance(step, step_schema.NotIdentifiedEntry):
            given = None if step.not_identified is True else step.not_identified
            text = self._wording(given, (*path, "not_identified"))
            self._emit(NotIdentified(identity=scope.identity, text=text, slots=(), again=scope.check), path)
            return
        values = {name: self._value(value, (*path, "identified", name)) for name, value in step.identified.items()}
        labels = [step.label for step in self._steps[scope.check :] if isinstance(step, Ask)]
        by = tuple(dict.fromkeys(labels))
        self._emit(Identified(identity=scope.identity, values=values, by=by), path)
        scope.ends.append(self._emit(Jump(to=0), path))

    def _doubt(self, raw: Any) -> None:
        """Say nothing more of what a step with mistakes would have given a value to."""
        self._unsure.update(self._scope.named(name) for name in names_given(raw))

    def _value(self, value: Any, path: Path) -> Value:
        if not isinstance(value, str):
            return value
        template = self._checker.template(self._scope.document, path, value)
        return template.renamed(self._scope.named) if template else ""

    def _wording(self, given: Any, path: Path, *, needed: bool = False) -> Wording | None:
        wording = self._checker.wording(self._scope.document, path, given, self._names.language, needed=needed)
        return wording.renamed(self._scope.named) if wording and self._scope.prefix else wording

    def _emit(self, step: PlaybookStep, path: Path) -> int:
        self._steps.append(step)
        self._places.append((self._scope.document, path))
        return len(self._steps) - 1


def _renamed(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {step_schema.RENAMED.get(key, key): value for key, value in raw.items()}
