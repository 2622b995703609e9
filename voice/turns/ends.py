"""The two ends of the turn pipeline: commands become frames at the one, frames become facts at both."""

import asyncio
from collections.abc import Callable

from pipecat.frames.frames import EndFrame, ErrorFrame, Frame, StartFrame
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from voice.turns import facts
from voice.turns.frames import AnswerEndedFrame, AnswerFailedFrame, CommittedFrame, EvidenceFrame, SpeechFrame
from voice.turns.turn_processor import TurnProcessor

Report = Callable[[facts.Fact], None]
"""Takes a fact; returns at once."""


class TurnInput(FrameProcessor):
    """Feeds the pipeline what the session sends, and reports what comes up it."""

    def __init__(self, report: Report):
        """Wait for the pipeline to start."""
        super().__init__(name="turn-input", enable_direct_mode=True)
        self._report = report
        self._waiting: asyncio.Queue[Frame] = asyncio.Queue()
        """Bounded by what one call can do: a few frames a turn, taken out in the next round of the event loop."""
        self._feeding: asyncio.Task[None] | None = None

    def send(self, frame: Frame) -> None:
        """Queue a frame; returns at once."""
        self._waiting.put_nowait(frame)

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """See pipecat."""
        await super().process_frame(frame, direction)
        match frame:
            case EvidenceFrame():
                self._report(frame.fact)
            case ErrorFrame() if isinstance(frame.processor, TurnProcessor):
                self._report(facts.PipelineFailed())
            case EndFrame():
                while not self._waiting.empty():
                    await self.push_frame(self._waiting.get_nowait())
        await self.push_frame(frame, direction)
        if isinstance(frame, StartFrame):
            self._feeding = self.create_task(self._feed())

    async def cleanup(self) -> None:
        """See pipecat."""
        await super().cleanup()
        if self._feeding:
            await self.cancel_task(self._feeding)

    async def _feed(self) -> None:
        while True:
            await self.push_frame(await self._waiting.get())


class TurnOutput(FrameProcessor):
    """Reports what comes out."""

    def __init__(self, report: Report):
        """Report to the session's inbox."""
        super().__init__(name="turn-output", enable_direct_mode=True)
        self._report = report

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """See pipecat."""
        await super().process_frame(frame, direction)
        match frame:
            case CommittedFrame() | SpeechFrame() | AnswerFailedFrame() | AnswerEndedFrame():
                self._report(frame.fact)
        await self.push_frame(frame, direction)
