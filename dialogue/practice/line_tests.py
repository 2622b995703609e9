"""Reads and runs ``tests.yaml``: conversations in text that a line must go on serving, and what must come of them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import ConfigDict, Field

from dialogue.lines.check import Checker
from dialogue.lines.problems import LineError, Problem
from dialogue.lines.types import Line
from dialogue.lines.yaml_marks import read_yaml
from dialogue.practice.conversation import NUMBER, Conversation
from dialogue.practice.goals import Change, is_change, typed_arguments
from dialogue.practice.heard import contains
from dialogue.practice.talk import Answered, TextTalk
from dialogue.practice.tools import Deed, WatchedTools
from dialogue.practice.verdict import Spoken
from dialogue.runtime import LineRuntime
from dialogue.types import EndCall
from interactions.context import CallContext
from interactions.transfer import TransferRequest
from interactions.vocabulary import ActionStatus

TEST_FILE = "tests.yaml"
"""Name of the file in a line's folder."""
_STRICT = ConfigDict(extra="forbid")
_Text = Annotated[str, Field(min_length=1, max_length=2000)]
_Share = Annotated[float, Field(ge=0, le=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of a test: something that the caller does, or words that the line's answer has or has not."""

    __pydantic_config__ = _STRICT
    caller: _Text | None = None
    """What is said, as a recogniser writes it."""
    keys: _Text | None = None
    """What is typed."""
    silence: Annotated[int, Field(ge=1, le=9)] | None = None
    """Which check of a silence."""
    line: _Text | None = None
    """Words that the line's last answer must have."""
    never: _Text | None = None
    """Words that it must not have."""
    after: str | None = None
    """What was heard of the line's turn before the caller cut in."""
    confidence: _Share = 1.0
    """How sure the recogniser is."""
    anger: _Share = 0.0
    """How angry the caller sounds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _TestShape:
    __pydantic_config__ = _STRICT
    test: _Text
    conversation: Annotated[list[dict[str, Any]], Field(min_length=1)]
    does: list[dict[str, dict[str, Any]]] | None = None
    ends: Annotated[str, Field(pattern="^(human|goodbye|open)$")] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _FileShape:
    __pydantic_config__ = _STRICT
    tests: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineTest:
    """One conversation, and what must come of it."""

    name: str
    steps: tuple[tuple[Step, int], ...]
    """With the place of each in the file."""
    does: tuple[Change, ...] | None
    """The changes that must have been made, in order, and no others; None where it does not matter."""
    ends: str | None
    """``human``, ``goodbye``, or ``open`` for a call that goes on; None where it does not matter."""
    place: int
    """Its line in the file."""


def read_tests(path: Path, line: Line) -> list[LineTest]:
    """Read a file of tests.

    Raises:
        LineError: It has mistakes.
    """
    checker = Checker()
    document = read_yaml(path.read_text(encoding="utf-8"), path.name)
    checker.problems.extend(document.problems)
    shape = checker.shape(_FileShape, document, (), document.data or {}) if not document.problems else None
    tests = []
    for number, plain in enumerate(shape.tests if shape else ()):
        place = ("tests", number)
        one = checker.shape(_TestShape, document, place, plain)
        if one is None:
            continue
        steps = []
        for index, written in enumerate(one.conversation):
            where = (*place, "conversation", index)
            step = checker.shape(Step, document, where, written)
            if step is not None:
                steps.append((step, document.line_of(where)))
        does = None
        if one.does is not None:
            try:
                does = tuple(_changes(line, one.does))
            except (KeyError, ValueError) as error:
                checker.problem(document, (*place, "does"), f"is no change of this line: {error}")
        tests.append(
            LineTest(name=one.test, steps=tuple(steps), does=does, ends=one.ends, place=document.line_of(place))
        )
    if checker.problems:
        raise LineError(line.name, checker.problems)
    return tests


def _changes(line: Line, written: Sequence[Mapping[str, Mapping[str, Any]]]) -> list[Change]:
    return [
        Change(tool=tool, arguments=typed_arguments(line, tool, arguments))
        for one in written
        for tool, arguments in one.items()
    ]


async def run_test(test: LineTest, line: Line, runtime: LineRuntime, now: datetime) -> list[Problem]:
    """Hold the conversation; what did not come as it must.

    Args:
        test: The test.
        line: The line.
        runtime: With a fresh back office behind its tools.
        now: Time of the call.
    """
    return await _Test(test, line, runtime).run(now)


class _Test:
    def __init__(self, test: LineTest, line: Line, runtime: LineRuntime):
        self._test, self._line = test, line
        self._tools = WatchedTools(runtime.call_tool)
        self._talk = TextTalk(replace(runtime, call_tool=self._tools.call))
        self._problems: list[Problem] = []

    async def run(self, now: datetime) -> list[Problem]:
        context = CallContext(call_id="test", line=self._line.name, pii_caller_number=NUMBER)
        answered = await self._talk.start(context, now)
        for step, place in self._test.steps:
            if step.line is not None and not contains(answered.text, _words(step.line)):
                self._problem(place, f"the line says “{answered.text}”, which has no “{step.line}”")
            if step.never is not None and contains(answered.text, _words(step.never)):
                self._problem(place, f"the line says “{answered.text}”, which has “{step.never}”")
            answered = await self._step(step) or answered
        self._outcome(answered)
        return self._problems

    async def _step(self, step: Step) -> Answered | None:
        if step.after is not None:
            self._talk.cut_in(step.after)
        if step.caller is not None:
            return await self._talk.say(step.caller, confidence=step.confidence, anger=step.anger)
        if step.keys is not None:
            return await self._talk.press(step.keys)
        return await self._talk.stay_silent(step.silence) if step.silence is not None else None

    def _outcome(self, answered: Answered) -> None:
        done = [deed for deed in self._tools.deeds if deed.status is ActionStatus.SUCCEEDED]
        wanted = self._test.does
        if wanted is not None and not _as_wanted(wanted, done):
            self._problem(self._test.place, f"it does {_told(done)}, not {_told_changes(wanted)}")
        ends = _end_of(answered)
        if self._test.ends is not None and ends != self._test.ends:
            self._problem(self._test.place, f"it ends with {_ENDS[ends]}, not with {_ENDS[self._test.ends]}")

    def _problem(self, place: int, message: str) -> None:
        self._problems.append(Problem(file=TEST_FILE, line=place, message=f"“{self._test.name}”: {message}"))


def _as_wanted(wanted: Sequence[Change], done: Sequence[Deed]) -> bool:
    return len(wanted) == len(done) and all(
        is_change(change, deed.call.tool, deed.call.arguments) for change, deed in zip(wanted, done, strict=True)
    )


_ENDS = {"human": "a hand-over", "goodbye": "a goodbye", "open": "the call going on"}


def _end_of(answered: Answered) -> str:
    for action in answered.actions:
        if isinstance(action, TransferRequest):
            return "human"
        if isinstance(action, EndCall):
            return "goodbye"
    return "open"


def _words(text: str) -> str:
    return re.escape(" ".join(text.split()))


def _told(deeds: Sequence[Deed]) -> str:
    return _listed([(deed.call.tool, deed.call.arguments) for deed in deeds])


def _told_changes(changes: Sequence[Change]) -> str:
    return _listed([(change.tool, change.arguments) for change in changes])


def _listed(calls: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    told = [f"{tool} ({', '.join(f'{name} {value}' for name, value in given.items())})" for tool, given in calls]
    return " and ".join(told) or "nothing"


def as_test(each: Conversation) -> str:
    """A conversation as an entry of ``tests.yaml``: what was said, and what has to come of it.

    That is what the caller wanted, whatever the line did: of a conversation that failed it is a test that fails until
    the line is mended.
    """
    steps = [(place, _as_step(one)) for place, one in enumerate(each.spoken) if one.who == "caller"]
    conversation = [step for _, step in steps]
    if each.verdict.looped:
        third = _place_of_third(each, each.verdict.looped)
        after = sum(place < third for place, _ in steps)
        conversation.insert(after, {"never": each.verdict.looped.rstrip(".?!")})
    entry: dict[str, Any] = {"test": f"{' and '.join(each.goals)} ({each.persona}, {each.number})"}
    entry["conversation"] = conversation
    entry["does"] = [
        {change.tool: {name: str(value) for name, value in change.arguments.items()}} for change in each.wanted
    ]
    if each.verdict.needless:
        entry["ends"] = "open"
    text = yaml.safe_dump([entry], sort_keys=False, allow_unicode=True, width=110)
    return "".join(f"  {line}\n" for line in text.splitlines())


def _place_of_third(each: Conversation, sentence: str) -> int:
    """Where the line says a sentence for the third time."""
    places = [place for place, one in enumerate(each.spoken) if one.who == "line" and sentence in one.text.lower()]
    return places[2] if len(places) > 2 else len(each.spoken)


def _as_step(one: Spoken) -> dict[str, Any]:
    step: dict[str, Any] = {"caller": one.heard_as} if one.heard_as else {"silence": 1}
    if one.cut_in_after is not None:
        step["after"] = one.cut_in_after
    if one.heard_as:
        step["confidence"] = one.confidence
    if one.anger:
        step["anger"] = one.anger
    return step


def keep_test(path: Path, each: Conversation) -> None:
    """Add a conversation to a file of tests, which is made where there is none."""
    before = path.read_text(encoding="utf-8") if path.is_file() else "tests:\n"
    path.write_text(f"{before.rstrip()}\n{as_test(each)}", encoding="utf-8")
