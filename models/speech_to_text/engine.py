"""The transcriber all calls share: checks, queues and batches utterances, and keeps to a deadline."""

import asyncio
import time

import numpy as np

from models.audio import check_audio
from models.errors import FirstlineError, ModelError
from models.interfaces import TELEPHONE_RATE, Audio, Transcript, Word
from models.settings import SpeechToTextSettings
from models.speech_to_text.decoder import MAX_PIECE_S, Utterance, WhisperDecoder, alike
from models.workers import BatchWorkers, QueueStats

_SHORTEST_S = 0.08
"""Nothing is said in less."""
_GPU_BATCH = 8
_SPLIT_FROM_S = 20.0
"""Where the search for a quiet place to split long audio begins."""


class WhisperEngine:
    """Speech to text on one Whisper a process; implements ``SpeechToText``."""

    def __init__(self, settings: SpeechToTextSettings | None = None, *, decoder: WhisperDecoder | None = None):
        """Load the weights and stand ready; takes about half a second with the default ones.

        Args:
            settings: The transcriber's settings.
            decoder: An already loaded decoder to use instead of loading one.

        Raises:
            ModelError: The weights cannot be loaded, or CUDA is asked for and absent (``cuda_absent``).
        """
        self.settings = settings or SpeechToTextSettings()
        self._decoder = decoder or WhisperDecoder(self.settings)
        self._workers: BatchWorkers[Utterance, Transcript] = BatchWorkers(
            "speech to text",
            self._decoder.transcribe,
            alike=alike,
            threads=self.settings.inter_threads,
            bound=self.settings.queue_bound,
            batch_size=self.batch_size,
            window_s=self.settings.batch_window_ms / 1000,
            hang_s=self.settings.deadline_s,
        )

    @property
    def batch_size(self) -> int:
        """Most utterances decoded together."""
        return self.settings.batch_size or (_GPU_BATCH if self._decoder.device == "cuda" else 1)

    async def transcribe(
        self, audio: Audio, *, session_id: str = "", hotwords: tuple[str, ...] = (), words: bool = False
    ) -> Transcript:
        """Transcribe one utterance; see ``SpeechToText.transcribe``.

        Raises:
            ModelBusyError: The bounded queue is full.
            ModelError: ``audio_*`` for what is no audio, ``model_timeout`` after the deadline, ``model_failed``.
        """
        samples = check_audio(audio, max_s=self.settings.max_audio_s, allow_empty=True)
        began = time.perf_counter()
        pieces = split(samples) if samples.size >= _SHORTEST_S * TELEPHONE_RATE else []
        heard = []
        for piece in pieces:
            left = self.settings.deadline_s - (time.perf_counter() - began)
            heard.append(await self._one(Utterance(piece, hotwords, words), session_id, max(left, 0.001)))
        return joined(heard, [piece.size for piece in pieces], (time.perf_counter() - began) * 1e3)

    async def _one(self, utterance: Utterance, session_id: str, deadline_s: float) -> Transcript:
        try:
            return await self._workers.run(utterance, session_id=session_id, urgent=True, deadline_s=deadline_s)
        except FirstlineError:
            raise
        except Exception as error:
            raise ModelError("model_failed", f"Speech to text failed on this audio: {type(error).__name__}.") from error

    async def warm_up(self) -> None:
        """Run once through encoder and decoder, so that the first caller does not pay for it."""
        await self._workers.run(Utterance(np.zeros(TELEPHONE_RATE, dtype=np.float32)), deadline_s=None)

    def stats(self) -> QueueStats:
        """Queue and timing measures."""
        return self._workers.stats()

    async def close(self) -> None:
        """Fail what waits and end the threads."""
        await asyncio.to_thread(self._workers.close)


def split(audio: Audio) -> list[Audio]:
    """Cut audio longer than one piece at its quietest 200 ms between 20 and 28 s, again and again."""
    pieces = []
    while audio.size > MAX_PIECE_S * TELEPHONE_RATE:
        begin, end = int(_SPLIT_FROM_S * TELEPHONE_RATE), int(MAX_PIECE_S * TELEPHONE_RATE)
        window = TELEPHONE_RATE // 5
        energy = np.add.reduceat(audio[begin:end] ** 2, np.arange(0, end - begin, window))
        cut = begin + int(np.argmin(energy)) * window + window // 2
        pieces.append(audio[:cut])
        audio = audio[cut:]
    return [*pieces, audio]


def joined(pieces: list[Transcript], sizes: list[int], elapsed_ms: float) -> Transcript:
    """One transcript of consecutive pieces; ``sizes`` are their samples."""
    texts = [piece.text for piece in pieces if piece.text]
    said = [piece.confidence for piece in pieces if piece.text]
    words, offset_ms = [], 0
    for piece, size in zip(pieces, sizes, strict=True):
        words += [
            Word(
                text=word.text,
                start_ms=word.start_ms + offset_ms,
                end_ms=word.end_ms + offset_ms,
                confidence=word.confidence,
            )
            for word in piece.words
        ]
        offset_ms += size * 1000 // TELEPHONE_RATE
    compute_ms = sum(piece.compute_ms for piece in pieces)
    return Transcript(
        text=" ".join(texts),
        confidence=float(np.mean(said)) if said else 0.0,
        words=tuple(words),
        language=pieces[0].language if pieces else "en",
        compute_ms=compute_ms,
        wait_ms=max(0.0, elapsed_ms - compute_ms) if pieces else 0.0,
    )
