"""Small pipecat speech-to-text services of others: one takes whole segments, one takes a stream."""

import asyncio

from pipecat.frames.frames import ErrorFrame, TranscriptionFrame, VADUserStoppedSpeakingFrame
from pipecat.services.settings import STTSettings
from pipecat.services.stt_service import SegmentedSTTService, STTService
from pipecat.transcriptions.language import Language


class SegmentService(SegmentedSTTService):
    """Says of a segment what it was made to say."""

    def __init__(self, *, says: str = "where is my order", language: str | None = None):
        super().__init__(settings=STTSettings(model=None, language=None))
        self._says = says
        self._heard_language = Language(language) if language else None
        self.segments: list[bytes] = []
        """What came, as it came."""
        self.asked = asyncio.Event()
        """A segment has come."""
        self.answers = asyncio.Event()
        """Not set: it hangs."""
        self.answers.set()
        self.error: Exception | None = None
        """Raised instead of an answer."""
        self.refuses = False
        """It reports an error as pipecat's services do."""

    async def run_stt(self, audio):
        self.segments.append(audio)
        self.asked.set()
        await self.answers.wait()
        if self.error:
            raise self.error
        if self.refuses:
            yield ErrorFrame(error="no credit left")
        elif self._says:
            yield TranscriptionFrame(f" {self._says} ", "", "", language=self._heard_language)


class StreamService(STTService):
    """Says at the end of speech what it was made to say, in two pieces; its state is one stream's."""

    def __init__(self, *, says: str = "where is my order", finalizes: bool = True, patience_s: float = 5.0):
        super().__init__(settings=STTSettings(model=None, language=None), ttfs_p99_latency=patience_s)
        self._says = says.split()
        self._finalizes = finalizes
        self.received = bytearray()
        """The audio of all segments."""
        self.asked = asyncio.Event()
        """A segment has come."""
        self.answers = asyncio.Event()
        """Not set: it hangs."""
        self.answers.set()
        self.refuses = False
        """It reports an error as pipecat's services do."""
        self.is_cleaned_up = False

    async def run_stt(self, audio):
        self.received += audio
        yield None

    async def process_frame(self, frame, direction):
        await super().process_frame(frame, direction)
        if isinstance(frame, VADUserStoppedSpeakingFrame):
            self.asked.set()
            await self.answers.wait()
            if self.refuses:
                await self.push_error("no credit left")
            elif self._says:
                await self.push_frame(TranscriptionFrame(self._says[0], "", ""))
                if self._finalizes:
                    self.request_finalize()
                    self.confirm_finalize()
                await self.push_frame(TranscriptionFrame(" ".join(self._says[1:]), "", ""))

    async def cleanup(self):
        await super().cleanup()
        self.is_cleaned_up = True
