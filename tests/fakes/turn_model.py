"""A turn model that answers what it is told to."""

import asyncio
from collections.abc import Callable

from models.audio import check_audio
from models.interfaces import Audio


class FakeTurnModel:
    """Answers every question with the same probability, or with what a function makes of the audio."""

    def __init__(self, probability: float | Callable[[Audio], float] = 0.9, *, delay_s: float = 0.0):
        self._probability = probability
        self._delay_s = delay_s
        self.asked: list[int] = []
        """Samples of each question so far."""

    async def complete(self, audio: Audio, *, session_id: str = "") -> float:
        """Probability that the turn which ends ``audio`` is complete."""
        check_audio(audio)
        self.asked.append(int(audio.shape[0]))
        if self._delay_s:
            await asyncio.sleep(self._delay_s)
        return self._probability(audio) if callable(self._probability) else self._probability
