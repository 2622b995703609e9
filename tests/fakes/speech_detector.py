"""A speech detector that calls loud audio speech: enough for timing, no model needed."""

import numpy as np

from models.errors import ModelError
from models.interfaces import Audio, SpeechStream


class FakeSpeechDetector:
    """Speech is whatever is louder than a level."""

    def __init__(self, *, louder_than: float = 0.01):
        self._louder_than = louder_than

    def stream(self) -> SpeechStream:
        """Open a stream without state."""
        return _FakeStream(self._louder_than)


class _FakeStream:
    def __init__(self, louder_than: float):
        self._louder_than = louder_than

    def push(self, audio: Audio) -> float:
        """0.95 for a loud chunk of 256 samples, 0.02 for a soft one."""
        if audio.shape != (256,):
            raise ModelError("audio_shape", f"Speech detection takes 256 samples at a time, not {list(audio.shape)}.")
        level = float(np.sqrt(np.mean(np.square(audio))))
        if not np.isfinite(level):
            raise ModelError("audio_not_finite", "The audio holds NaN or infinite samples.")
        return 0.95 if level > self._louder_than else 0.02

    def reset(self) -> None:
        """Nothing to forget."""


class FakeGate:
    """A cheap gate that opens for whatever is not nearly silent."""

    def is_open(self, pcm: np.ndarray) -> bool:
        """Judge int16 [160]."""
        return bool(np.abs(pcm).max(initial=0) > 100)
