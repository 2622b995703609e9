"""One chain of thought: from something heard to everything said and done about it.

A thought on an eager end of turn is provisional. It may look things up and render speech, which `ReplyGate` holds; but
what it wants kept (dialogue state, log entries) waits for `confirm`, and so does every tool that changes the world. A
thought that is cancelled before leaves no trace.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing

from loguru import logger

from dialogue.runtime import LineRuntime
from dialogue.turn_loop import Say, TurnCommit, TurnLoop
from dialogue.types import DialogueTurn, Reply
from interactions.events.base import Body
from interactions.events.lifecycle import Fault
from interactions.events.speaking import ReplyPlanned
from models.errors import FirstlineError
from voice.speaking.playout import Sentence
from voice.speaking.speaker import Speaker
from voice.turns.reply_gate import ReplyGate, Speech


class Thought:
    """One chain of dialogue turns. Its owner runs it as a task, then confirms or cancels it."""

    def __init__(
        self,
        runtime: LineRuntime,
        speaker: Speaker,
        *,
        session_id: str,
        keep: Callable[[TurnCommit], None],
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
        self._loop = TurnLoop(runtime, filler_after_s=filler_after_s)
        self._utterance_id = utterance_id
        self._waiting: list[TurnCommit] = []
        self._silenced = False
        self._spoke = False
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
        return self._loop.changing_world

    @property
    def changed_world(self) -> bool:
        """Whether such a tool was ever begun."""
        return self._loop.changed_world

    async def until_confirmed(self) -> None:
        """Wait until the turn it answers has ended."""
        await self._confirmed.wait()

    def confirm(self) -> None:
        """The turn is over: keep what was thought so far, and go on for real."""
        self._confirmed.set()
        waiting, self._waiting = self._waiting, []
        for commit in waiting:
            self._keep(commit)
        self._say(self._gate.turn_confirmed())

    def withdraw(self) -> None:
        """The caller went on: nothing of it may be heard. Its owner cancels its task."""
        self._gate.turn_withdrawn()

    def silence(self) -> None:
        """The caller took the floor: finish what was begun, but say no more of it until the world was changed by it."""
        self._silenced = True

    def note(self, *facts: Body) -> None:
        """Log these, once confirmed."""
        self._put(TurnCommit(facts=facts))

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
        try:
            async with aclosing(self._loop.run(turn, confirmed=self.until_confirmed)) as steps:
                async for step in steps:
                    await self._take(step)
        finally:
            self.note(*self._loop.left_over)
        self._say(self._gate.end())

    async def _take(self, step: TurnCommit | Say) -> None:
        if isinstance(step, Say):
            await self._speak(step.reply)
            return
        self._put(step)
        # Whoever talked into the filler has not heard yet what became of it.
        self._silenced &= not step.change_settled
        if step.turn:
            self._pace = self._runtime.pace * step.turn.pace

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

    def _put(self, commit: TurnCommit) -> None:
        if self.is_confirmed:
            self._keep(commit)
        else:
            self._waiting.append(commit)
