"""The caller's recent audio, addressed by time."""

from models.audio import mulaw_decode
from models.interfaces import SAMPLES_PER_MS, TELEPHONE_RATE, Audio

_SLACK_SAMPLES = 10 * TELEPHONE_RATE
"""Memory is moved once in so many samples."""


class AudioHistory:
    """A ring of the caller's μ-law audio, addressed by call-clock time."""

    def __init__(self, seconds: float):
        """Keep the last ``seconds``."""
        self._bound = int(seconds * TELEPHONE_RATE)
        self._audio = bytearray()
        self._dropped = 0

    def start(self, at_ms: int) -> None:
        """Before the first `append`: the first sample lies there on the call clock."""
        self._dropped = at_ms * SAMPLES_PER_MS

    @property
    def end_ms(self) -> int:
        """Call-clock time after the last sample."""
        return (self._dropped + len(self._audio)) // SAMPLES_PER_MS

    def append(self, audio: bytes) -> None:
        """Add the next samples; the oldest fall out."""
        self._audio += audio
        if len(self._audio) > self._bound + _SLACK_SAMPLES:
            excess = len(self._audio) - self._bound
            del self._audio[:excess]
            self._dropped += excess

    def between(self, start_ms: int, end_ms: int) -> Audio:
        """Samples of a stretch, float32 at 8 kHz; what was dropped or not received yet is left out."""
        first = max(0, start_ms * SAMPLES_PER_MS - self._dropped)
        last = max(first, end_ms * SAMPLES_PER_MS - self._dropped)
        return mulaw_decode(bytes(self._audio[first:last]))
