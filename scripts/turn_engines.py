"""The product's transcriber and turn model as blocking functions, for scripts that go through recordings one by one."""

import asyncio
from collections.abc import Callable
from typing import Any

from models.interfaces import Audio
from models.speech_to_text.engine import WhisperEngine
from models.turn_detection import SmartTurn
from scripts.turn_pauses import Judge, Transcribe


class Inline:
    """Runs in the caller's own thread what a service runs in workers."""

    async def run(self, fn: Callable[..., Any], *args: Any, session_id: str = "") -> Any:
        """Call it."""
        return fn(*args)


def transcriber() -> Transcribe:
    """Whisper with the service's settings: audio to text and confidence."""
    engine, runner = WhisperEngine(), asyncio.Runner()

    def transcribe(audio: Audio) -> tuple[str, float]:
        transcript = runner.run(engine.transcribe(audio))
        return transcript.text, transcript.confidence

    return transcribe


def turn_judge() -> Judge:
    """Smart Turn: audio to the probability that the turn is complete."""
    return SmartTurn(Inline()).judge
