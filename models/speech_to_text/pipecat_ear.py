"""One pipecat speech-to-text service at work: a segment in, its words out.

Of pipecat's services some take a whole segment at once (`SegmentedSTTService`: OpenAI, Groq, fal, Whisper and others),
the rest a stream of audio. A segment is streamed to the latter as a caller's turn is in pipecat: the start of speech,
audio, the end of speech. Its words are whole when the service says so, or else when it has had the time in which it
delivers 99 of 100 transcripts, as pipecat's own turns have it.
"""

import asyncio
import io
import wave
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from pipecat.frames.frames import (
    ErrorFrame,
    Frame,
    InputAudioRawFrame,
    TranscriptionFrame,
    VADUserStartedSpeakingFrame,
    VADUserStoppedSpeakingFrame,
)
from pipecat.pipeline.worker import PipelineParams
from pipecat.services.stt_latency import DEFAULT_TTFS_P99
from pipecat.services.stt_service import SegmentedSTTService, STTService

from models.audio import resample
from models.errors import ModelError
from models.interfaces import TELEPHONE_RATE, Audio
from models.pipecat_service import ServicePipeline

RATE = 16_000
"""Hz; what speech-to-text services are made for."""
_CHUNK_BYTES = RATE // 10 * 2
"""100 ms of 16-bit audio; some services refuse less than 50."""
_TRAILING_S = 0.5
"""Silence after a segment: services garble a last word after which the audio ends."""
_BOUND = 4096
"""Most pieces of one segment's words that are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a service made of a segment."""

    text: str
    """Its words; empty when there were none."""
    language: str = ""
    """ISO 639-1 code; empty when the service does not tell."""


class Ear(Protocol):
    """A service that transcribes."""

    many_at_once: bool
    """Whether it takes several segments at a time."""
    usable: bool
    """False once what it still owes of one segment could be taken for another's."""

    async def start(self) -> None:
        """Connect."""
        ...

    async def hear(self, samples: Audio) -> Heard:
        """Transcribe float32 [n], 8 kHz; `ModelError` when the service fails."""
        ...

    async def close(self) -> None:
        """Let go, in a few seconds whatever the service does."""
        ...


def make_ear(service: STTService) -> Ear:
    """The way in which a service wants to be asked."""
    return SegmentEar(service) if isinstance(service, SegmentedSTTService) else StreamEar(service)


class SegmentEar:
    """Asks a service that takes whole segments; they do not know of each other."""

    many_at_once = True
    usable = True

    def __init__(self, service: SegmentedSTTService):
        """Wrap a service."""
        self._service = service
        self._pipeline = ServicePipeline([service], PipelineParams(audio_in_sample_rate=RATE))

    async def start(self) -> None:
        """See `Ear`."""
        await self._pipeline.start()

    async def hear(self, samples: Audio) -> Heard:
        """See `Ear`."""
        pcm = _pcm(samples)
        frames: list[TranscriptionFrame] = []
        async for frame in self._service.run_stt(_wav(pcm) if self._service.wants_wav_segments else pcm):
            if isinstance(frame, ErrorFrame):
                raise _failed()
            if isinstance(frame, TranscriptionFrame):
                frames.append(frame)
        return _joined(frames)

    async def close(self) -> None:
        """See `Ear`."""
        await self._pipeline.close()


class StreamEar:
    """Streams segments to a service, one after the other."""

    many_at_once = False

    def __init__(self, service: STTService):
        """Wrap a service."""
        self.usable = True
        self._pipeline = ServicePipeline([service], PipelineParams(audio_in_sample_rate=RATE))
        self._patience_s = service.service_metadata_frame().ttfs_p99_latency or DEFAULT_TTFS_P99
        self._frames: asyncio.Queue[Frame] = asyncio.Queue(maxsize=_BOUND)
        service.add_event_handler("on_before_push_frame", self._on_frame)
        service.add_event_handler("on_error", self._on_frame)

    async def start(self) -> None:
        """See `Ear`."""
        self.usable = False
        await self._pipeline.start()
        self.usable = True

    async def hear(self, samples: Audio) -> Heard:
        """See `Ear`."""
        self.usable = False
        self._frames = asyncio.Queue(maxsize=_BOUND)
        await self._pipeline.queue_frame(VADUserStartedSpeakingFrame())
        pcm = _pcm(samples)
        for start in range(0, len(pcm), _CHUNK_BYTES):
            audio = pcm[start : start + _CHUNK_BYTES]
            await self._pipeline.queue_frame(InputAudioRawFrame(audio=audio, sample_rate=RATE, num_channels=1))
        await self._pipeline.queue_frame(VADUserStoppedSpeakingFrame(stop_secs=_TRAILING_S))
        heard = _joined(await self._words())
        self.usable = True
        return heard

    async def close(self) -> None:
        """See `Ear`."""
        await self._pipeline.close()

    async def _words(self) -> list[TranscriptionFrame]:
        words: list[TranscriptionFrame] = []
        due_s: float | None = None
        try:
            async with asyncio.timeout(None) as patience:
                while True:
                    frame = await self._frames.get()
                    if isinstance(frame, ErrorFrame):
                        raise _failed()
                    if isinstance(frame, VADUserStoppedSpeakingFrame):
                        due_s = asyncio.get_running_loop().time() + self._patience_s
                        patience.reschedule(due_s)
                    if isinstance(frame, TranscriptionFrame):
                        words.append(frame)
                        if frame.finalized and due_s is not None:
                            return words
        except TimeoutError:
            return words

    async def _on_frame(self, service: object, frame: Frame) -> None:
        if isinstance(frame, TranscriptionFrame | VADUserStoppedSpeakingFrame | ErrorFrame) and not self._frames.full():
            self._frames.put_nowait(frame)


def _failed() -> ModelError:
    return ModelError("transcriber_failed", "The transcriber's service refused an utterance; look at its account.")


def _joined(frames: list[TranscriptionFrame]) -> Heard:
    text = " ".join(" ".join(frame.text for frame in frames).split())
    language = next((str(frame.language) for frame in frames if frame.language), "")
    return Heard(text=text, language=language.split("-")[0])


def _pcm(samples: Audio) -> bytes:
    """float32 [n] at 8 kHz as 16-bit PCM at 16 kHz, with silence after it."""
    resampled = np.clip(resample(samples, TELEPHONE_RATE, RATE), -1.0, 1.0)
    return (resampled * 32767).astype("<i2").tobytes() + bytes(int(_TRAILING_S * RATE) * 2)


def _wav(pcm: bytes) -> bytes:
    container = io.BytesIO()
    with wave.open(container, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(pcm)
    return container.getvalue()
