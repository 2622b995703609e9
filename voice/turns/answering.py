"""The dialogue of a call: owns its state, and runs each turn to everything said and done about it.

A turn that may not be over is answered from the state before it, beside the state that counts; what comes of it takes
effect when the turn is confirmed. Tools with side effects wait for that. Turns are answered one after another.
"""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from pipecat.frames.frames import Frame
from pipecat.processors.frame_processor import FrameDirection

from dialogue.runtime import LineRuntime
from dialogue.turn_loop import Say, TurnCommit, TurnLoop
from dialogue.types import CallerTurn, DialogueTurn, Reply
from interactions.context import CallContext
from interactions.vocabulary import Component
from voice.turns import commands, facts
from voice.turns.frames import (
    AnswerEndedFrame,
    AnswerFailedFrame,
    AnswerStartedFrame,
    CertainTurnFrame,
    ChangeAllowedFrame,
    CommittedFrame,
    EagerTurnFrame,
    FloorTakenFrame,
    ReplyFrame,
    ReplyHeardFrame,
    ReplyNotRenderedFrame,
    TurnConfirmedFrame,
    TurnUnderstoodFrame,
    TurnWithdrawnFrame,
)
from voice.turns.turn_processor import TurnProcessor


@dataclass(slots=True, kw_only=True)
class _Run:
    """Work on the answer to one turn."""

    turn: int
    after: "_Run | None"
    """The turn that is answered before it."""
    greets: bool = False
    """It is the first of the stream: there is nothing before it."""
    goes_on: bool = False
    """Answered from the state before the last turn, with which it goes on."""
    utterance_id: int | None = None
    loop: TurnLoop
    counts: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once the turn is certain."""
    may_change: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once the caller has said no more after agreeing to a change."""
    before: Any = None
    """The dialogue's state before it: who goes on with it, or takes it back, goes on from here."""
    understood: TurnUnderstoodFrame | None = None
    """What it answers, once that is known."""
    silenced: bool = False
    """The caller has cut in: what it says from now on is not heard."""
    over: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once nothing more comes of it."""
    state: Any = None
    """The dialogue's state after it, as long as it may be withdrawn."""
    has_state: bool = False
    failure: Exception | None = None
    """Why what it says cannot be rendered."""


class Answering(TurnProcessor):
    """What was understood in; what is to be kept (`CommittedFrame`) and said (`ReplyFrame`) out."""

    def __init__(
        self,
        runtime: LineRuntime,
        context: CallContext,
        *,
        previous: Any = None,
        filler_after_s: float,
        finish_within_s: float,
    ):
        """Begin a stream of a call.

        Args:
            runtime: The line's dialogue and tools.
            context: The call.
            previous: The dialogue's state at the end of an earlier stream, or its serial form.
            filler_after_s: Wait for a tool before its filler is said, s.
            finish_within_s: Longest wait, at the end, for a change of the world that is under way, s.
        """
        super().__init__(session_id=context.call_id, name="answering")
        self._runtime = runtime
        self._dialogue = runtime.dialogue
        self._context = context
        self._filler_after_s = filler_after_s
        self._finish_within_s = finish_within_s
        self._state = previous
        self._out: dict[int, int] = {}
        """The replies that were handed out and are not known to have been heard: the turn of each number."""
        self._runs: dict[int, _Run] = {}
        self._last: _Run | None = None
        """The newest turn that counts."""

    async def on_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Answer turns; verdicts take effect here before they reach the gate."""
        match frame:
            case EagerTurnFrame():
                await self.push_frame(frame, direction)
                await self._begin_eager(frame.command)
                return
            case CertainTurnFrame():
                await self.push_frame(frame, direction)
                await self._answer_certain(frame)
                return
            case TurnUnderstoodFrame():
                await self.push_frame(frame, direction)
                self._answer_understood(frame)
                return
            case AnswerFailedFrame():
                await self.push_frame(frame, direction)
                await self._end(frame.turn)
                return
            case ReplyNotRenderedFrame():
                if frame.turn in self._runs:
                    self._runs[frame.turn].failure = frame.exception
                return
            case TurnWithdrawnFrame():
                self._runs.pop(frame.command.turn, None)
            case TurnConfirmedFrame():
                self._confirm(frame.command)
            case ChangeAllowedFrame() if frame.command.turn in self._runs:
                self._runs[frame.command.turn].may_change.set()
            case ReplyHeardFrame():
                self._heard(frame.command.number)
            case FloorTakenFrame():
                await self._floor_taken(frame.command)
        await self.push_frame(frame, direction)

    async def finish(self) -> None:
        """End all work; a change of the world that is under way is waited for, so that its audit row is kept."""
        changing = [run for run in self._runs.values() if run.loop.changing_world]
        if changing:
            waits = [asyncio.ensure_future(run.over.wait()) for run in changing]
            _, late = await asyncio.wait(waits, timeout=self._finish_within_s)
            for wait in late:
                wait.cancel()
        await super().finish()

    # Verdicts

    def _confirm(self, command: commands.Confirm) -> None:
        self._forget(command.forget)
        run = self._runs[command.turn]
        run.before = self._state
        if run.has_state:
            self._state = run.state
        self._last = run
        run.counts.set()
        if run.over.is_set():
            self._runs.pop(command.turn)

    def _forget(self, turn: int | None) -> None:
        """The last turn was not over: what came of it no longer counts."""
        forgotten = self._last
        if forgotten is None or forgotten.turn != turn or forgotten.greets:
            return
        self._runs.pop(turn, None)
        forgotten.over.set()
        self._state = forgotten.before
        self._out = {number: of for number, of in self._out.items() if of != turn}

    def _heard(self, number: int) -> None:
        """A reply was heard to its end, whatever becomes of the turns that are being answered."""
        self._out.pop(number, None)
        self._state = self._dialogue.heard(self._state, number)
        for run in self._runs.values():
            if run.has_state:
                run.state = self._dialogue.heard(run.state, number)
        for run in self._undoable():
            run.before = self._dialogue.heard(run.before, number)

    async def _floor_taken(self, command: commands.Interrupt) -> None:
        """The caller has cut in: what was handed out is lost, and so is what the turn has still to say."""
        if command.turn in self._runs:
            self._runs[command.turn].silenced = True
        if command.played_text is None or not self._out:
            return
        self._out.clear()
        self._state = self._dialogue.interrupted(self._state, command.played_text)
        for run in self._undoable():
            run.before = self._dialogue.interrupted(run.before, command.played_text)
        for run in list(self._runs.values()):
            if run.understood and not run.counts.is_set():
                await self._think_again(run, run.understood)

    def _undoable(self) -> list[_Run]:
        """Turns that count, and after which the state before them may be gone back to."""
        last = [self._last] if self._last else []
        return [run for run in (*self._runs.values(), *last) if run.before is not None]

    async def _think_again(self, run: _Run, understood: TurnUnderstoodFrame) -> None:
        """Answer an eager turn anew: it was answered as if the caller had not cut in."""
        self.give_up(run.turn)
        anew = self._new_run(run.turn)
        anew.goes_on, anew.utterance_id, anew.after = run.goes_on, run.utterance_id, run.after
        await self.push_frame(AnswerStartedFrame(turn=run.turn, speculative=True))
        await self.push_frame(understood)
        self._answer_understood(understood)

    # Turns

    async def _begin_eager(self, command: commands.Speculate) -> None:
        run = self._new_run(command.turn)
        run.goes_on = command.goes_on
        run.utterance_id = command.utterance_id
        if command.goes_on:
            run.after = None
        await self.push_frame(AnswerStartedFrame(turn=command.turn, speculative=True))

    def _answer_understood(self, frame: TurnUnderstoodFrame) -> None:
        understood = frame.fact
        run = self._runs.get(understood.turn)
        if run is None:
            return
        run.understood = frame

        def first(state: Any) -> DialogueTurn:
            if understood.heard is None:
                return self._dialogue.fault(state, understood.error_code)
            return self._dialogue.caller_said(state, understood.heard)

        notes = TurnCommit(facts=understood.notes)
        self.start(run.turn, self._answer(run, first, notes), due_s=frame.due_s)

    async def _answer_certain(self, frame: CertainTurnFrame) -> None:
        command = frame.command
        self._forget(command.forget)
        if isinstance(command.cause, commands.SayTimeIsUp):
            self._give_up_all()
        run = self._new_run(command.turn)
        run.counts.set()
        run.greets = isinstance(command.cause, commands.Greet)
        self._last = run
        await self.push_frame(AnswerStartedFrame(turn=command.turn, speculative=False))
        self.start(run.turn, self._answer(run, self._first(command.cause)), due_s=frame.due_s)

    def _first(self, cause: commands.Cause) -> Callable[[Any], DialogueTurn]:
        """The first step of the dialogue about something that is certain."""
        dialogue = self._dialogue
        match cause:
            case commands.Greet():
                return lambda state: dialogue.start(self._context, datetime.now(UTC), state)
            case commands.AnswerKeys():
                return lambda state: dialogue.caller_said(state, CallerTurn(text="", keys=cause.keys))
            case commands.AnswerSilence():
                return lambda state: dialogue.silent(state, cause.checks)
            case commands.AskAgain():
                return lambda state: dialogue.fault(state, cause.code)
            case commands.SayTimeIsUp():
                return dialogue.time_up

    def _give_up_all(self) -> None:
        """Nobody waits for an answer any more; a change that was begun is seen to its end."""
        for run in list(self._runs.values()):
            if not run.may_change.is_set():
                self.give_up(run.turn)
                run.over.set()
                self._runs.pop(run.turn)
        self._last = next(iter(self._runs.values()), None)

    def _new_run(self, turn: int) -> _Run:
        run = _Run(turn=turn, after=self._last, loop=TurnLoop(self._runtime, filler_after_s=self._filler_after_s))
        self._runs[turn] = run
        return run

    async def _answer(self, run: _Run, first: Callable[[Any], DialogueTurn], notes: TurnCommit | None = None) -> None:
        if run.after:
            await run.after.over.wait()
            run.after = None
        if notes:
            await self._commit(run, notes)
        if run.counts.is_set() and not run.greets:
            run.before = self._state
        turn = first(self._last.before if run.goes_on and self._last else self._state)
        try:
            await self._run_loop(run, turn)
        finally:
            if run.loop.left_over:
                await self._commit(run, TurnCommit(facts=run.loop.left_over))

    async def _run_loop(self, run: _Run, turn: DialogueTurn) -> None:
        async def may_change() -> None:
            await run.may_change.wait()

        def now(state: Any) -> Any:
            return self._state if run.counts.is_set() else run.state

        pace = self._runtime.pace
        async with aclosing(run.loop.run(turn, confirmed=may_change, now=now)) as steps:
            async for step in steps:
                match step:
                    case TurnCommit():
                        pace = self._runtime.pace * step.turn.pace if step.turn else pace
                        await self._commit(run, step)
                    case Say():
                        await self._say(run, step.reply, pace)
                if run.failure:
                    raise run.failure
        await self._end(run.turn)

    async def _commit(self, run: _Run, commit: TurnCommit) -> None:
        if commit.change_settled:
            # Whoever talked into the filler has not heard yet what became of it.
            run.silenced = False
        if commit.turn:
            commit = replace(commit, turn=self._spoken(run, commit.turn))
        if commit.turn and run.counts.is_set():
            self._state = commit.turn.state
        elif commit.turn:
            run.state, run.has_state = commit.turn.state, True
        await self.push_frame(CommittedFrame(fact=facts.Committed(turn=run.turn, commit=commit)))

    def _spoken(self, run: _Run, turn: DialogueTurn) -> DialogueTurn:
        """The turn, whose replies are on their way to the ear from now on, or lost where the caller has cut in."""
        turn = self._dialogue.aloud(turn)
        if run.silenced and turn.replies:
            return replace(turn, state=self._dialogue.interrupted(turn.state, ""))
        return turn

    async def _say(self, run: _Run, reply: Reply, pace: float) -> None:
        if reply.number and not run.silenced:
            self._out[reply.number] = run.turn
        await self.push_frame(ReplyFrame(turn=run.turn, reply=reply, utterance_id=run.utterance_id, pace=pace))

    async def failed(self, turn: int, code: str, component: Component) -> None:
        """See `TurnProcessor`; the answer is over with it."""
        await super().failed(turn, code, component)
        await self._end(turn)

    async def _end(self, turn: int) -> None:
        """Nothing more comes of a turn; whichever waits for it goes on."""
        await self.push_frame(AnswerEndedFrame(fact=facts.AnswerEnded(turn=turn)))
        run = self._runs.get(turn)
        if run:
            run.over.set()
            if run.counts.is_set():
                self._runs.pop(turn)
