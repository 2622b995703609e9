"""Runs one turn of the dialogue to its end: what to say, tools and the language model, what to say of what they found.

It knows nothing of speech: a call renders what it yields, a chat sends it. The dialogue itself stays pure; this is the
loop around it that waits.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from dialogue.runtime import LineRuntime
from dialogue.types import DialogueTurn, Reply, ToolCall, ToolOutcome
from interactions.events.acting import Action
from interactions.events.base import Body
from interactions.vocabulary import ActionStatus, ReplySource


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnCommit:
    """What is to be kept once the caller's turn is certain."""

    turn: DialogueTurn | None = None
    """New dialogue state, expectation and actions; None when only the log is concerned."""
    facts: tuple[Body, ...] = ()
    """Log entries, in order."""
    change_settled: bool = False
    """A tool that changes the world has come to its end: the caller has to hear of it, even one who has just cut in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Say this now; the loop goes on when the next step is asked for."""

    reply: Reply


async def _at_once() -> None:
    """The gate of a turn that is certain from the start."""


def _as_it_was(state: Any) -> Any:
    """Nobody but the loop changes the state."""
    return state


class TurnLoop:
    """One chain of dialogue turns, from a fact to everything said and done about it; made anew for each."""

    def __init__(self, runtime: LineRuntime, *, filler_after_s: float):
        """Prepare; nothing happens before `run`.

        Args:
            runtime: The line's dialogue and tools.
            filler_after_s: Wait for a tool before its filler is said, s.
        """
        self._runtime = runtime
        self._filler_after_s = filler_after_s
        self._changing = False
        self._changed = False
        self._left_over: tuple[Body, ...] = ()

    @property
    def changing_world(self) -> bool:
        """Whether a tool that changes the world is under way."""
        return self._changing

    @property
    def changed_world(self) -> bool:
        """Whether such a tool was ever begun."""
        return self._changed

    @property
    def left_over(self) -> tuple[Body, ...]:
        """Log entries that a run which was cut short could no longer yield: how a change of the world ended."""
        return self._left_over

    async def run(
        self,
        turn: DialogueTurn,
        *,
        confirmed: Callable[[], Awaitable[None]] = _at_once,
        now: Callable[[Any], Any] = _as_it_was,
    ) -> AsyncGenerator[TurnCommit | Say, None]:
        """Go on from a dialogue turn until it waits for the caller.

        Whoever stops early closes the generator (``contextlib.aclosing``) or cancels the task that reads it: a tool
        that only looks something up is then cancelled. One that changes the world cannot be taken back, so its end is
        waited for, at most its own timeout, and put in `left_over`.

        Args:
            turn: The first dialogue turn.
            confirmed: Returns once the caller's turn is certain; every tool that changes the world waits for it.
            now: What has become of a state since it was yielded: what of it was heard, for instance.

        Yields:
            What to keep and what to say, in order. Everything up to the first wait comes at once.
        """
        following: DialogueTurn | None = turn
        while following is not None:
            turn, following = following, None
            yield TurnCommit(turn=turn, facts=turn.facts)
            for reply in turn.replies:
                yield Say(reply=reply)
            if turn.tool:
                call = turn.tool
                if call.has_side_effects:
                    await confirmed()
                yield TurnCommit(facts=(_audit(call, ActionStatus.STARTED),))
                async with self._running(call) as running:
                    if not await _done_within(running, self._filler_after_s) and call.filler:
                        yield Say(reply=Reply(text=call.filler, source=ReplySource.FILLER))
                    outcome = await _end_of(running)
                yield TurnCommit(facts=(_audit_of(call, outcome),), change_settled=call.has_side_effects)
                following = self._runtime.dialogue.tool_returned(now(turn.state), outcome)
            elif turn.ask_model:
                answer = await self._runtime.ask_model(turn.ask_model) if self._runtime.ask_model else None
                following = self._runtime.dialogue.model_answered(now(turn.state), answer)

    @asynccontextmanager
    async def _running(self, call: ToolCall) -> "AsyncIterator[asyncio.Future[ToolOutcome]]":
        """The tool at work; left early, it is cancelled or, if it changes the world, seen to its end."""
        self._changing = call.has_side_effects
        self._changed |= call.has_side_effects
        running = asyncio.ensure_future(self._runtime.call_tool(call))
        try:
            yield running
        except BaseException:
            if call.has_side_effects:
                self._left_over = (_audit_of(call, await _end_of(running)),)
            raise
        finally:
            running.cancel()
            self._changing = False


async def _done_within(running: "asyncio.Future[ToolOutcome]", seconds: float) -> bool:
    done, _ = await asyncio.wait({running}, timeout=seconds)
    return bool(done)


async def _end_of(running: "asyncio.Future[ToolOutcome]") -> ToolOutcome:
    """The outcome; unlike a bare await, being cancelled here does not cancel the tool."""
    await asyncio.wait({running})
    return running.result()


def _audit_of(call: ToolCall, outcome: ToolOutcome) -> Action:
    return _audit(call, outcome.status, outcome)


def _audit(call: ToolCall, status: ActionStatus, outcome: ToolOutcome | None = None) -> Action:
    return Action(
        action_id=call.action_id,
        tool=call.tool,
        status=status,
        has_side_effects=call.has_side_effects,
        confirmed=call.confirmed,
        pii_arguments={name: str(value) for name, value in call.arguments.items()},
        pii_result={name: str(value) for name, value in outcome.result.items()} if outcome else {},
        error_code=outcome.error_code if outcome else "",
        took_ms=round(outcome.took_ms, 1) if outcome else 0.0,
    )
