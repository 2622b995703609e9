"""What the steps of the turn pipeline have in common: work on a turn ends with it, in time, and never silently.

They run in pipecat's direct mode, without queues: a frame is through all of them before the next one comes, and what
takes time is done in a task of its own, so that a withdrawal is never stuck behind the work it withdraws.
"""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from traceback import extract_tb
from typing import Any

from loguru import logger
from pipecat.frames.frames import CancelFrame, EndFrame, Frame
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from interactions.vocabulary import Component
from models.errors import FirstlineError
from voice.turns import facts
from voice.turns.frames import AnswerFailedFrame, CertainTurnFrame, TurnConfirmedFrame, TurnWithdrawnFrame

_PLACES = 5
"""Innermost lines of code that are told of an error."""


class TurnProcessor(FrameProcessor):
    """A step on a turn's way. Subclasses say what they do about a frame in `on_frame`, and pass it on themselves."""

    def __init__(self, *, session_id: str, name: str):
        """Do the work of one call."""
        super().__init__(name=name, enable_direct_mode=True)
        self.session_id = session_id
        self._work: dict[int, set[asyncio.Task[None]]] = {}

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """See pipecat."""
        await super().process_frame(frame, direction)
        match frame:
            case TurnWithdrawnFrame():
                self.give_up(frame.command.turn)
            case TurnConfirmedFrame() | CertainTurnFrame() if frame.command.forget is not None:
                self.give_up(frame.command.forget)
            case EndFrame() | CancelFrame():
                await self.finish()
        try:
            await self.on_frame(frame, direction)
        except Exception as error:
            self._tell(error)
            # pipecat prints the message of whatever it is handed.
            raise RuntimeError(f"{self.name} failed: {type(error).__name__}") from None

    async def on_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Do something about a frame; hands it on unless a subclass does otherwise."""
        await self.push_frame(frame, direction)

    def start(self, turn: int, work: Coroutine[Any, Any, None], *, due_s: float) -> None:
        """Work on a turn in a task of its own; failing or too late, the turn is reported as failed.

        Args:
            turn: The turn; when it is withdrawn, the work is cancelled.
            work: What is to be done.
            due_s: Time of the event loop until which it has to be done, s.
        """
        self._begin(turn, work, self._guarded(turn, work, due_s))

    def start_aside(self, turn: int, work: Coroutine[Any, Any, None]) -> None:
        """Work on a turn whose outcome the answer does not hang on; failing, it is told in our own log only."""
        self._begin(turn, work, self._guarded_aside(work))

    def give_up(self, turn: int) -> None:
        """Cancel all work on a turn."""
        for task in self._work.get(turn, ()):
            task.cancel()

    async def finish(self) -> None:
        """The call is over: end all work."""
        running = [task for tasks in self._work.values() for task in tasks]
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)

    async def failed(self, turn: int, code: str, component: Component) -> None:
        """Report that a turn cannot be answered."""
        await self.push_frame(AnswerFailedFrame(fact=facts.AnswerFailed(turn=turn, code=code, component=component)))

    def _begin(self, turn: int, work: Coroutine[Any, Any, None], guarded: Coroutine[Any, Any, None]) -> None:
        task = self.create_task(guarded)
        tasks = self._work.setdefault(turn, set())
        tasks.add(task)
        task.add_done_callback(lambda done: self._forget_task(turn, done))
        # Cancelled before its first step, the guard never came to the work.
        task.add_done_callback(lambda _: work.close())

    async def _guarded(self, turn: int, work: Coroutine[Any, Any, None], due_s: float) -> None:
        try:
            async with asyncio.timeout_at(due_s):
                await work
        except TimeoutError:
            await self.failed(turn, "think_timeout", Component.DIALOGUE)
        except FirstlineError as error:
            await self.failed(turn, error.code, Component.VOICE if error.code.startswith("voice") else Component.MODEL)
        except Exception as error:
            self._tell(error)
            await self.failed(turn, "internal_error", Component.DIALOGUE)

    async def _guarded_aside(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:
            self._tell(error)

    def _tell(self, error: Exception) -> None:
        # Its message may quote what was said, and stands in a traceback too.
        places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in extract_tb(error.__traceback__)[-_PLACES:]]
        logger.error(
            "call {}: {} failed: {} at {}", self.session_id, self.name, type(error).__name__, " > ".join(places)
        )

    def _forget_task(self, turn: int, task: "asyncio.Task[None]") -> None:
        tasks = self._work.get(turn, set())
        tasks.discard(task)
        if not tasks:
            self._work.pop(turn, None)
