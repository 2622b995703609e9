"""A voice that says every sentence as a tone of 40 ms a letter: enough for timing, no model needed."""

import asyncio
from collections.abc import AsyncIterator

import numpy as np

from models.errors import ModelError
from models.interfaces import Audio


class FakeVoice:
    """Implements `models.interfaces.VoiceEngine`."""

    name = "fake"

    def __init__(self, *, delay_s: float = 0.0, failures: int = 0):
        """Take ``delay_s`` a sentence; the first ``failures`` sentences fail."""
        self._delay_s = delay_s
        self.failures = failures
        self.spoken: list[str] = []

    async def render(self, text: str, *, pace: float = 1.0, session_id: str = "") -> AsyncIterator[Audio]:
        if self.failures:
            self.failures -= 1
            raise ModelError("voice_failed", "The voice was told to fail.")
        if self._delay_s:
            await asyncio.sleep(self._delay_s)
        self.spoken.append(text)
        samples = int(len(text) * 40 * 8 / pace)
        if samples:
            yield (0.3 * np.sin(2 * np.pi * 300 * np.arange(samples) / 8000)).astype(np.float32)
