"""The caller's recent audio, addressed by time."""

from models.audio import mulaw_decode
from models.interfaces import Audio


class AudioHistory:
    """A ring of the caller's μ-law audio, addressed by call-clock time."""

    def __init__(self, seconds: float):
        """Keep the last ``seconds``."""
        self._bound = int(seconds * 8000)
        self._audio = bytearray()
        self._dropped = 0

    @property
    def end_ms(self) -> int:
        """Call-clock time after the last sample."""
        return (self._dropped + len(self._audio)) // 8

    def append(self, audio: bytes) -> None:
        """Add the next samples; the oldest fall out."""
        self._audio += audio
        if len(self._audio) > self._bound + 80_000:
            excess = len(self._audio) - self._bound
            del self._audio[:excess]
            self._dropped += excess

    def between(self, start_ms: int, end_ms: int) -> Audio:
        """Samples of a stretch, float32 at 8 kHz; what was dropped or not received yet is left out."""
        first = max(0, start_ms * 8 - self._dropped)
        last = max(first, end_ms * 8 - self._dropped)
        return mulaw_decode(bytes(self._audio[first:last]))
