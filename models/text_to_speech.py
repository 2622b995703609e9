"""The voice engines: text in, telephone audio out; one per process, shared by all calls.

`HibariVoice` is the default: 8 MB, in its wheel, about 15 ms for a short sentence on one core. `PipecatVoice` lets any
pipecat text-to-speech service speak instead (Piper among them), by its dotted path.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import numpy as np

from models.audio import resample
from models.errors import ModelError
from models.interfaces import TELEPHONE_RATE, Audio
from models.pipecat_service import ServicePipeline, make_service
from models.registry import locate
from models.workers import ModelWorkers

TARGET_PEAK = 0.7
"""Loudest sample after levelling: about -3 dBFS, the level at which telephone prompts are mastered."""

_SILENCE = 0.012
"""Share of a sentence's own peak below which its edges count as silence."""

_EDGE_MS = 8
"""Silence left before the first and after the last sound, so that no consonant is clipped."""

_GAP_MS = 220
"""Silence between two sentences rendered in one call."""


def trim(audio: Audio, *, rate: int = TELEPHONE_RATE) -> Audio:
    """Cut the silence a voice puts around a sentence: 200 to 500 ms that the caller would wait for nothing.

    Args:
        audio: float32 [n].
        rate: Samples a second.

    Returns:
        float32 [m], m <= n; empty when all of it is silence.
    """
    level = np.abs(audio)
    peak = float(level.max(initial=0.0))
    if peak <= 1e-4:
        return audio[:0]
    voiced = np.nonzero(level > _SILENCE * peak)[0]
    edge = _EDGE_MS * rate // 1000
    return audio[max(0, int(voiced[0]) - edge) : int(voiced[-1]) + edge]


def level_speech(audio: Audio) -> Audio:
    """Bring a sentence to the house level (`TARGET_PEAK`); the same gain for all its samples."""
    peak = float(np.abs(audio).max(initial=0.0))
    return audio if peak <= 1e-4 else np.asarray(audio * (TARGET_PEAK / peak), dtype=np.float32)


class HibariVoice:
    """hibari-tts (Apache-2.0), American English voice "heart".

    Args:
        workers: The pool its blocking work runs in.
        threads: onnxruntime threads a sentence.
    """

    def __init__(self, workers: ModelWorkers, *, threads: int = 1):
        from hibari import Hibari

        self.name = "hibari-heart"
        self._workers = workers
        self._engine = Hibari(model=str(locate("hibari-tts")), threads=threads)
        self._engine("Ready.", seed=0)

    async def render(self, text: str, *, pace: float = 1.0, session_id: str = "") -> AsyncIterator[Audio]:
        """See `models.interfaces.VoiceEngine.render`; yields one piece a sentence, 8 kHz.

        Raises:
            ModelError: code ``"voice_failed"``.
        """
        gap = np.zeros(_GAP_MS * TELEPHONE_RATE // 1000, dtype=np.float32)
        first = True
        for sentence in self._engine.split_sentences(text):
            audio = await self._workers.run(self._speak, sentence, pace, session_id=session_id, urgent=True)
            if audio.size:
                yield audio if first else np.concatenate([gap, audio])
                first = False

    def _speak(self, sentence: str, pace: float) -> Audio:
        try:
            # The seed makes equal sentences equal bytes, so that prompts can be cached and tests compare.
            audio = self._engine(sentence, speed=pace, seed=0)
        except Exception as error:
            raise ModelError(
                "voice_failed", f"The voice could not speak a sentence ({type(error).__name__})."
            ) from error
        return level_speech(trim(resample(audio, self._engine.sample_rate, TELEPHONE_RATE)))

    async def close(self) -> None:
        """Nothing to let go of: the threads are its maker's."""


class PipecatVoice:
    """Any pipecat text-to-speech service as our voice engine; one sentence at a time, in order.

    The service runs in a pipeline of its own, owned by this engine: `close` ends it.
    """

    def __init__(self, service: Any, *, name: str, deadline_s: float = 8.0):
        """Wrap a service.

        Args:
            service: A ``pipecat.services.tts_service.TTSService``.
            name: Identifies engine and voice in the prompt cache.
            deadline_s: Longest wait for one sentence, s.
        """
        from pipecat.pipeline.worker import PipelineParams

        self.name = name
        self._deadline_s = deadline_s
        self._collector = _collector()
        self._pipeline = ServicePipeline([service, self._collector], PipelineParams(audio_out_sample_rate=24000))
        self._one_at_a_time = asyncio.Lock()

    @classmethod
    def from_path(cls, path: str, arguments: dict[str, Any]) -> "PipecatVoice":
        """Make the service from its dotted path, such as ``pipecat.services.piper.tts.PiperTTSService``.

        Raises:
            ModelError: code ``"voice_unknown"`` when there is no such class or it refuses the arguments.
        """
        from pipecat.services.tts_service import TTSService

        service = make_service(path, arguments, TTSService, code="voice_unknown", what="voice")
        return cls(service, name=f"{type(service).__name__}-{arguments.get('settings', '')}")

    async def render(self, text: str, *, pace: float = 1.0, session_id: str = "") -> AsyncIterator[Audio]:
        """See `models.interfaces.VoiceEngine.render`; the pace is the service's own.

        Raises:
            ModelError: codes ``"voice_failed"`` and ``"voice_timeout"``.
        """
        from pipecat.frames.frames import TTSSpeakFrame

        async with self._one_at_a_time:
            heard: list[Audio] = []
            try:
                async with asyncio.timeout(self._deadline_s):
                    await self._pipeline.start()
                    pieces = self._collector.begin()
                    await self._pipeline.queue_frame(TTSSpeakFrame(text, append_to_context=False))
                    while (piece := await pieces.get()) is not None:
                        samples, rate = piece
                        heard.append(resample(samples, rate, TELEPHONE_RATE))
            except TimeoutError:
                raise ModelError("voice_timeout", f"The voice took over {self._deadline_s} s for a sentence.") from None
            if heard:
                yield level_speech(trim(np.concatenate(heard)))

    async def close(self) -> None:
        """End the pipeline, in a few seconds whatever the service does."""
        await self._pipeline.close()


def _collector() -> Any:
    """A pipecat processor that hands a service's audio to whoever called `begin`."""
    from pipecat.frames.frames import ErrorFrame, Frame, TTSAudioRawFrame, TTSStoppedFrame
    from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

    class Collector(FrameProcessor):
        def __init__(self) -> None:
            super().__init__()
            self._pieces: asyncio.Queue[tuple[Audio, int] | None] = asyncio.Queue(maxsize=4096)

        def begin(self) -> asyncio.Queue[tuple[Audio, int] | None]:
            self._pieces = asyncio.Queue(maxsize=4096)
            return self._pieces

        async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
            await super().process_frame(frame, direction)
            if isinstance(frame, TTSAudioRawFrame):
                samples = np.frombuffer(frame.audio, dtype="<i2").astype(np.float32) / np.float32(32768)
                self._pieces.put_nowait((samples, frame.sample_rate))
            elif isinstance(frame, TTSStoppedFrame | ErrorFrame):
                self._pieces.put_nowait(None)
            await self.push_frame(frame, direction)

    return Collector()


def make_voice(path: str, arguments: dict[str, Any], workers: ModelWorkers) -> HibariVoice | PipecatVoice:
    """The voice that the settings name: ``hibari``, or the dotted path of a pipecat service class."""
    return HibariVoice(workers) if path == "hibari" else PipecatVoice.from_path(path, arguments)
