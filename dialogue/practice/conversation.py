"""One conversation of a simulated caller with a line, from the greeting to the verdict."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dialogue.lines.playbook import Playbook
from dialogue.lines.types import Line
from dialogue.practice.bank import Bank, Persona
from dialogue.practice.caller import Caller, CallerLine
from dialogue.practice.goals import Change, Goal
from dialogue.practice.habits import Habit
from dialogue.practice.judging import Held, judged
from dialogue.practice.noise import Recognised, recognised
from dialogue.practice.question import question_of
from dialogue.practice.talk import Answered, TextTalk
from dialogue.practice.tools import Deed, Fault, WatchedTools
from dialogue.practice.verdict import Spoken, Verdict
from dialogue.practice.world import WantedWorlds, World
from dialogue.runtime import LineRuntime
from dialogue.transferring import MESSAGE, message_playbook
from dialogue.types import EndCall
from interactions.context import CallContext
from interactions.transfer import TakeMessage, TransferRequest
from interactions.vocabulary import ActionStatus

_LONGEST = 40
"""Turns of a caller after which nothing comes of a call any more."""
_SLOW_S, _QUICK_S = 0.0, 5.0
"""Wait for a tool before its filler: none where it is slow, longer than it takes where it is not."""
_WAYS_TO_MISHEAR = 4
NUMBER = "+353871234567"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Everything that the conversations with one line share."""

    line: Line
    runtime: LineRuntime
    """With its real understanding and its tools."""
    world: World | None
    """Its back office; None where it cannot be looked into."""
    wanted: WantedWorlds | None
    """What it should look like."""
    bank: Bank
    """Who calls."""
    goals: tuple[Goal, ...]
    """What is wanted of it."""
    general: tuple[Goal, ...]
    """What may be wanted of any line."""
    side_questions: tuple[str, ...]
    """Questions about the business."""
    now: datetime
    """Time of every call, on the line's clock."""

    @property
    def playbooks(self) -> Mapping[str, Playbook]:
        """All that may ask: the line's own, and the one that takes a message."""
        return {**self.line.playbooks, MESSAGE: message_playbook(self.line)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One that is over."""

    number: int
    """Which, from 0: with the seed it can be held again."""
    line: str
    persona: str
    goals: tuple[str, ...]
    habits: tuple[str, ...]
    spoken: tuple[Spoken, ...]
    verdict: Verdict
    deeds: tuple[Deed, ...]
    """The changes that the line asked its tools for."""
    wanted: tuple[Change, ...]
    """The changes that the caller wanted to the end."""
    ended_at: str
    """The last question, and what the caller did with it."""


class Talking:
    """A conversation in progress."""

    def __init__(
        self, stage: Stage, persona: Persona, goals: Sequence[Goal], habits: frozenset[Habit], rng: random.Random
    ):
        """Nobody has spoken yet.

        Args:
            stage: The line and its callers.
            persona: Who calls.
            goals: What is wanted.
            habits: What shows besides.
            rng: Source of chance.
        """
        fault = Fault.LOST if Habit.TOOL_LOST in habits else Fault.DOWN if Habit.TOOL_DOWN in habits else None
        self._stage, self._persona, self._rng = stage, persona, rng
        self._tools = WatchedTools(stage.runtime.call_tool, fault, rng)
        runtime = replace(stage.runtime, call_tool=self._tools.call)
        self._talk = TextTalk(runtime, filler_after_s=_SLOW_S if Habit.TOOL_SLOW in habits else _QUICK_S)
        self._caller = Caller(
            stage.line,
            stage.bank,
            persona,
            goals,
            habits=habits,
            side_questions=stage.side_questions,
            today=stage.now.date(),
            rng=rng,
        )
        self._spoken: list[Spoken] = []
        self._outcomes: list[str] = []
        self._wrong: list[str] = []
        self._noticed = 0
        self._turns = 0
        self._gave_up = ""
        self._handed_over = False
        self.ended_at = ""

    @property
    def deeds(self) -> tuple[Deed, ...]:
        """The changes that the line asked its tools for."""
        return tuple(self._tools.deeds)

    @property
    def wanted(self) -> tuple[Change, ...]:
        """The changes that the caller wants, but for those of a wish that was taken back."""
        return self._caller.wanted

    async def hold(self, call_id: str) -> tuple[tuple[Spoken, ...], Verdict]:
        """Hold it.

        Args:
            call_id: Of the call.
        """
        stage = self._stage
        if stage.world is not None:
            stage.world.reset()
        context = CallContext(call_id=call_id, line=stage.line.name, pii_caller_number=NUMBER)
        answered = await self._talk.start(context, stage.now)
        while True:
            self._note(answered)
            if _is_over(answered):
                self._caller.all_heard += f" {answered.text}"
                break
            if self._turns >= _LONGEST:
                self._gave_up = "the call never ends"
                break
            line = self._next(answered)
            if line.hangs_up:
                self._gave_up = "the caller gave up"
                break
            try:
                answered = await self._answer(line)
            except Exception as error:
                # Whatever a line's own code raises is what the conversation shows of it.
                self._gave_up = f"the line broke: {type(error).__name__}: {error}"
                break
        held = Held(
            spoken=tuple(self._spoken),
            wrong=tuple(self._wrong),
            outcomes=tuple(self._outcomes),
            gave_up=self._gave_up,
            handed_over=self._handed_over,
            over=_is_over(answered),
            said_goodbye=self.ended_at.endswith("more_no"),
            failed=self._tools.failed,
            turns=self._turns,
            world=stage.world.snapshot() if stage.world is not None else None,
        )
        return held.spoken, await judged(held, self._caller, stage.wanted, stage.line.language.read)

    def _note(self, answered: Answered) -> None:
        for deed in self._tools.deeds[self._noticed :]:
            if not deed.agreed:
                self._wrong.append(f"{deed}, at: {self.ended_at}")
            self._spoken.append(Spoken(who="note", text=str(deed)))
            if deed.status is ActionStatus.SUCCEEDED:
                self._caller.noticed(deed.call.tool, deed.call.arguments)
        self._noticed = len(self._tools.deeds)
        self._outcomes.extend(answered.outcomes)
        self._handed_over |= any(isinstance(action, TransferRequest | TakeMessage) for action in answered.actions)
        if answered.text:
            self._spoken.append(Spoken(who="line", text=answered.text))

    def _next(self, answered: Answered) -> CallerLine:
        question = question_of(answered.state, self._stage.playbooks)
        may_cut_in = all(reply.interruptible for reply in answered.replies)
        line = self._caller.next(question, answered.text, may_cut_in=may_cut_in)
        if line.cuts_in:
            self._talk.cut_in(line.heard)
        about = question.slot or (question.call.tool if question.call else "")
        self.ended_at = f"{question.kind} {about}".strip() + f" ← {line.move}"
        return line

    async def _answer(self, line: CallerLine) -> Answered:
        self._turns += 1
        self._tools.agreed_to = line.agrees_to
        heard = self._recognised(line.said)
        self._spoken.append(
            Spoken(
                who="caller",
                text=line.said,
                move=line.move,
                heard_as=heard.text,
                confidence=heard.confidence,
                anger=line.anger,
                cut_in_after=line.heard if line.cuts_in else None,
            )
        )
        if not line.said:
            return await self._talk.stay_silent(1)
        return await self._talk.say(heard.text, confidence=heard.confidence, anger=line.anger)

    def _recognised(self, said: str) -> Recognised:
        # A sentence has a few ways of being misheard, not countless ones: its sense is then known from another call.
        chance = random.Random(f"{said}/{self._persona.hearing}/{self._rng.randrange(_WAYS_TO_MISHEAR)}")
        return recognised(said, self._persona.hearing, self._stage.bank.misheard, self._stage.bank.number_words, chance)


def _is_over(answered: Answered) -> bool:
    return any(isinstance(action, TransferRequest | EndCall) for action in answered.actions)
