"""What the caller's ear gets and when, by the call clock: the sound that an echo is a copy of."""

from models.interfaces import SAMPLES_PER_MS

SILENCE = b"\xff"
"""One μ-law sample of silence."""
_KEPT = 2_000 * SAMPLES_PER_MS
"""Samples kept behind the newest that was asked for: longer than any echo takes."""


class Reference:
    """The μ-law samples sent to the carrier, laid where they are expected to be played.

    Sent audio is played up to a lead later; a `clear` takes back what was not played by then. Times are samples of the
    call clock (8 kHz).
    """

    def __init__(self) -> None:
        self._line = bytearray()
        self._first = 0
        """Place of the first sample that is kept."""

    @property
    def end(self) -> int:
        """Place behind the last sample that was or will be played."""
        return self._first + len(self._line)

    def sent(self, audio: bytes, at: int) -> None:
        """Audio was sent that is played from sample ``at`` on."""
        if at > self.end:
            if at - self.end > _KEPT:
                self._line.clear()
                self._first = at
            self._line += SILENCE * (at - self.end)
        begin = max(0, at - self._first)
        audio = audio[max(0, self._first - at) :]
        self._line[begin : begin + len(audio)] = audio

    def cleared(self, at: int) -> None:
        """What was to be played from sample ``at`` on was thrown away."""
        del self._line[max(0, at - self._first) :]

    def between(self, first: int, last: int) -> bytes:
        """The samples of a stretch, silence where nothing was played; what lies far before it is forgotten."""
        if first - self._first > 2 * _KEPT:
            excess = min(len(self._line), first - self._first - _KEPT)
            del self._line[:excess]
            self._first += excess
        inside = bytes(self._line[max(0, first - self._first) : max(0, last - self._first)])
        before = SILENCE * max(0, min(last, self._first) - first)
        return before + inside + SILENCE * (last - first - len(before) - len(inside))
