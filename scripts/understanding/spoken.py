"""What the recogniser makes of sentences that a synthetic voice says over a telephone line."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from models.audio import mulaw_round_trip
from models.speech_to_text import WhisperEngine
from models.text_to_speech import HibariVoice
from models.workers import ModelWorkers

_AT_ONCE = 200
"""Sentences between two savings."""


def transcribed(sentences: Sequence[str], cache: Path) -> list[str]:
    """What Whisper makes of the sentences, spoken by the default voice over μ-law.

    Args:
        sentences: As written.
        cache: Folder that keeps transcripts; speaking and hearing a sentence takes about a second.
    """
    path = cache / "transcripts.json"
    known: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    new = [s for s in dict.fromkeys(sentences) if s not in known]
    cache.mkdir(parents=True, exist_ok=True)
    for begin in range(0, len(new), _AT_ONCE):
        some = new[begin : begin + _AT_ONCE]
        known |= dict(zip(some, asyncio.run(_heard(some)), strict=True))
        path.write_text(json.dumps(known), encoding="utf-8")
    return [known[s] for s in sentences]


async def _heard(sentences: Sequence[str]) -> list[str]:
    voice, engine = HibariVoice(ModelWorkers("voice", threads=1)), WhisperEngine()
    texts = []
    for sentence in sentences:
        # The voice would read "No." as "number".
        pieces = [piece async for piece in voice.render(sentence.replace("No.", "No,"))]
        transcript = await engine.transcribe(mulaw_round_trip(np.concatenate([*pieces, np.zeros(1600, np.float32)])))
        texts.append(transcript.text)
    await engine.close()
    return texts
