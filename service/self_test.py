"""The start-up self-test: what the transcriber does on this machine, printed before the first call."""

import asyncio
import time
from dataclasses import dataclass

import ctranslate2
import numpy as np

from models.interfaces import TELEPHONE_RATE, Audio
from models.settings import SpeechToTextSettings
from models.speech_to_text import WhisperEngine
from models.text_to_speech import make_voice
from models.workers import ModelWorkers

SENTENCE = "Hello, I ordered a lamp two weeks ago and it has still not arrived. Could you tell me where it is, please?"
ROUNDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTest:
    """What was measured."""

    device: str
    """``cpu``, or ``cuda`` with the number of GPUs."""
    model: str
    """Weights."""
    batch_size: int
    """Utterances transcribed together."""
    audio_s: float
    """Length of each, s."""
    one_ms: float
    """Time for one alone, ms; best of three."""
    batch_ms: float
    """Time for a whole batch, ms; best of three."""
    real_time_factor: float
    """Compute time by audio time in a batch: below 1 is faster than real time."""
    text: str
    """What was understood of the test sentence."""


async def run_self_test(settings: SpeechToTextSettings) -> SelfTest:
    """Transcribe our own voice, alone and in a full batch.

    Raises:
        ModelError: The weights or the device cannot be used; the message says what to do.
    """
    engine = WhisperEngine(settings)
    try:
        audio = await _spoken()
        await engine.warm_up()
        one_ms, text = await _best(engine, [audio])
        batch_ms, _ = await _best(engine, [audio] * engine.batch_size)
    finally:
        await engine.close()
    audio_s = audio.size / TELEPHONE_RATE
    return SelfTest(
        device=_device(settings),
        model=settings.model,
        batch_size=engine.batch_size,
        audio_s=round(audio_s, 2),
        one_ms=round(one_ms, 1),
        batch_ms=round(batch_ms, 1),
        real_time_factor=round(batch_ms / 1000 / (audio_s * engine.batch_size), 4),
        text=text,
    )


async def _spoken() -> Audio:
    workers = ModelWorkers("self-test voice", threads=1, bound=4)
    try:
        voice = make_voice("hibari", {}, workers)
        return np.concatenate([piece async for piece in voice.render(SENTENCE)])
    finally:
        workers.close()


async def _best(engine: WhisperEngine, audios: list[Audio]) -> tuple[float, str]:
    best_ms, text = float("inf"), ""
    for _ in range(ROUNDS):
        start = time.perf_counter()
        found = await asyncio.gather(*(engine.transcribe(audio, session_id=str(n)) for n, audio in enumerate(audios)))
        best_ms, text = min(best_ms, (time.perf_counter() - start) * 1000), found[0].text
    return best_ms, text


def _device(settings: SpeechToTextSettings) -> str:
    gpus = ctranslate2.get_cuda_device_count()
    on_gpu = settings.device == "cuda" or (settings.device == "auto" and gpus > 0)
    return f"cuda ({gpus} present, number {settings.device_index} in use)" if on_gpu else "cpu"
