"""One chain of thought: from something heard to everything said and done about it.

A thought on an eager end of turn is provisional. It may look things up and render speech, which `ReplyGate` holds; but
what it wants kept (dialogue state, log entries) waits for `confirm`, and so does every tool that changes the world. A
thought that is cancelled before leaves no trace.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from loguru import logger

from dialogue.types import AskModel, CallerTurn, DialogueTurn, Reply, ToolCall, ToolOutcome
from interactions.context import CallContext
from interactions.events.acting import Action
from interactions.events.base import Body
from interactions.events.lifecycle import Fault
from interactions.events.speaking import ReplyPlanned
from interactions.vocabulary import ActionStatus, ReplySource
from models.errors import FirstlineError
from models.interfaces import IntentResult
from voice.speaking.playout import Sentence
from voice.speaking.speaker import Speaker
from voice.turns.reply_gate import ReplyGate, Speech


class DialogueCore(Protocol):
    """The pure dialogue of a line, as the shell uses it; see `dialogue.dialogue.Dialogue`."""

    def start(self, context: CallContext, now: datetime, previous: Any = None) -> DialogueTurn:
        """The first words of a stream; ``previous`` is the state before the stream was lost."""
        ...

    def hear(self, state: Any, heard: CallerTurn) -> DialogueTurn:
        """The caller said or typed something."""
        ...

    def tool_returned(self, state: Any, outcome: ToolOutcome) -> DialogueTurn:
        """A tool answered."""
        ...

    def model_answered(self, state: Any, text: str | None) -> DialogueTurn:
        """The language model answered, or could not."""
        ...

    def silent(self, state: Any, checks: int) -> DialogueTurn:
        """Nobody said anything."""
        ...

    def fault(self, state: Any, code: str) -> DialogueTurn:
        """Something of ours failed."""
        ...

    def interrupted(self, state: Any, played_text: str) -> Any:
        """The caller stopped the bot after these words of its reply."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRuntime:
    """What answers on a line: its dialogue and what that may use; shared by all calls of the line."""

    dialogue: DialogueCore
    classify: Callable[[str], IntentResult]
    """Blocking, a few ms: runs in a thread."""
    call_tool: Callable[[ToolCall], Awaitable[ToolOutcome]]
    """Never raises; bounded by the call's timeout."""
    ask_model: Callable[[AskModel], Awaitable[str | None]] | None = None
    """Never raises; bounded by its deadline. None: no language model is set."""
    pace: float = 1.0
    """Speaking pace of the line's region."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a confirmed thought wants kept of one dialogue turn."""

    turn: DialogueTurn | None
    """New dialogue state, expectation and actions; None when only the log is concerned."""
    facts: tuple[Body, ...] = ()
    """Log entries, in order."""


class Thought:
    """One chain of dialogue turns. Its owner runs it as a task, then confirms or cancels it."""

    def __init__(
        self,
        runtime: LineRuntime,
        speaker: Speaker,
        *,
        session_id: str,
        keep: Callable[[Kept], None],
        say: Callable[[list[Speech]], None],
        new_reply_id: Callable[[], int],
        filler_after_s: float,
        speculative: bool,
        utterance_id: int | None = None,
    ):
        """Prepare; nothing happens before `run`.

        Args:
            runtime: The line's dialogue and tools.
            speaker: Renders replies.
            session_id: The call.
            keep: Takes what is to be kept; called only once confirmed, in order.
            say: Takes speech that may go to the ear.
            new_reply_id: Numbers replies.
            filler_after_s: Wait for a tool before its filler is said, s.
            speculative: Whether the turn it answers may not have ended yet.
            utterance_id: The utterance it answers.
        """
        self._runtime = runtime
        self._speaker = speaker
        self._gate = ReplyGate(speculative=speculative)
        self._session_id = session_id
        self._keep = keep
        self._say = say
        self._new_reply_id = new_reply_id
        self._filler_after_s = filler_after_s
        self._utterance_id = utterance_id
        self._waiting: list[Kept] = []
        self._silenced = False
        self._spoke = False
        self._changing = False
        self._changed = False
        self._pace = runtime.pace
        self._confirmed = asyncio.Event()
        if not speculative:
            self._confirmed.set()

    @property
    def is_confirmed(self) -> bool:
        """Whether the turn it answers has ended."""
        return self._confirmed.is_set()

    @property
    def changing_world(self) -> bool:
        """Whether a tool that changes the world is under way."""
        return self._changing

    @property
    def changed_world(self) -> bool:
        """Whether such a tool was ever begun."""
        return self._changed

    async def until_confirmed(self) -> None:
        """Wait until the turn it answers has ended."""
        await self._confirmed.wait()

    def confirm(self) -> None:
        """The turn is over: keep what was thought so far, and go on for real."""
        self._confirmed.set()
        waiting, self._waiting = self._waiting, []
        for kept in waiting:
            self._keep(kept)
        self._say(self._gate.turn_confirmed())

    def withdraw(self) -> None:
        """The caller went on: nothing of it may be heard. Its owner cancels its task."""
        self._gate.turn_withdrawn()

    def silence(self) -> None:
        """The caller took the floor: finish what was begun, but say no more of it until the world was changed by it."""
        self._silenced = True

    def note(self, *facts: Body) -> None:
        """Log these, once confirmed."""
        self._put(Kept(None, facts))

    async def run(self, begin: Callable[[], Awaitable[DialogueTurn | None]]) -> None:
        """Think to the end: say, call tools, say what came of them.

        Args:
            begin: Makes the first dialogue turn; None when there is nothing to answer.

        Raises:
            FirstlineError: The voice failed; the dialogue state up to then is kept.
        """
        turn = await begin()
        if turn is None:
            return
        self._say(self._gate.begin())
        while turn is not None:
            self._put(Kept(turn, turn.facts))
            self._pace = self._runtime.pace * turn.pace
            for reply in turn.replies:
                await self._speak(reply)
            turn = await self._act(turn)
        self._say(self._gate.end())

    async def _act(self, turn: DialogueTurn) -> DialogueTurn | None:
        if turn.tool:
            outcome = await self._call(turn.tool)
            return self._runtime.dialogue.tool_returned(turn.state, outcome)
        if turn.ask_model:
            answer = await self._runtime.ask_model(turn.ask_model) if self._runtime.ask_model else None
            return self._runtime.dialogue.model_answered(turn.state, answer)
        return None

    async def _call(self, call: ToolCall) -> ToolOutcome:
        if call.has_side_effects:
            await self._confirmed.wait()
        self.note(self._audit(call, ActionStatus.STARTED))
        self._changing = call.has_side_effects
        self._changed |= call.has_side_effects
        running = asyncio.ensure_future(self._runtime.call_tool(call))
        try:
            outcome = await self._with_filler(call, running)
        except asyncio.CancelledError:
            running.cancel()
            raise
        finally:
            self._changing = False
        self.note(self._audit(call, outcome.status, outcome))
        # Whoever talked into the filler has not heard yet what became of it.
        self._silenced &= not call.has_side_effects
        return outcome

    async def _with_filler(self, call: ToolCall, running: "asyncio.Future[ToolOutcome]") -> ToolOutcome:
        done, _ = await asyncio.wait({running}, timeout=self._filler_after_s)
        if not done and call.filler:
            await self._speak(Reply(text=call.filler, source=ReplySource.FILLER))
        return await running

    async def _speak(self, reply: Reply) -> None:
        if self._silenced:
            return
        reply_id = self._new_reply_id()
        self.note(
            ReplyPlanned(
                reply_id=reply_id, utterance_id=self._utterance_id, pii_text=reply.text, source=reply.source.value
            )
        )
        try:
            async for sentence in self._sentences(reply.text):
                if self._silenced:
                    break
                self._spoke = True
                self._say(
                    self._gate.speak(Speech(reply_id=reply_id, sentence=sentence, may_interrupt=reply.interruptible))
                )
        finally:
            self._say(self._gate.speak(Speech(reply_id=reply_id, sentence=None)))

    async def _sentences(self, text: str) -> "AsyncIterator[Sentence]":
        """Rendered sentences; a voice that fails is asked once more."""
        rendered, follows = 0, self._spoke
        for attempt in (1, 2):
            number = 0
            try:
                async for sentence in self._speaker.speak(
                    text, pace=self._pace, session_id=self._session_id, follows=follows
                ):
                    number += 1
                    if number > rendered:
                        rendered = number
                        yield sentence
                return
            except FirstlineError as error:
                logger.warning(f"call {self._session_id}: the voice failed (try {attempt}): {error.code}")
                if attempt == 2:
                    raise
                self.note(Fault(code=error.code, component="voice", handled="retried"))

    def _audit(self, call: ToolCall, status: ActionStatus, outcome: ToolOutcome | None = None) -> Action:
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

    def _put(self, kept: Kept) -> None:
        if self.is_confirmed:
            self._keep(kept)
        else:
            self._waiting.append(kept)
