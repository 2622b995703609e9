"""The carrier's playback buffer: what was sent to the caller, what has been played, and which marks come back when.

Pure: fed messages and ticks, it returns what happens. Semantics follow Twilio's description of bidirectional media
streams: audio of any size is played in the order received; a mark returns when the audio before it has ended, or at
once when nothing is buffered; ``clear`` empties the audio and returns every mark that is still waiting.
"""

from collections import deque
from dataclasses import dataclass

from simulator.mulaw import FRAME, RATE, SILENCE

MAX_BUFFERED = 600 * RATE
"""Bytes a carrier buffers: 10 minutes."""
_COMPACT_AT = 1 << 16


@dataclass(frozen=True, slots=True)
class Played:
    """What one 20 ms tick played."""

    frame: bytes
    """160 bytes of μ-law, padded with silence where the buffer ran out."""
    audio_bytes: int
    """How many of them came from the buffer."""
    marks: tuple[str, ...]
    """Marks whose preceding audio has ended with the previous tick."""


_NOTHING = Played(SILENCE, 0, ())


class PlaybackBuffer:
    """FIFO of audio and marks of one stream."""

    def __init__(self) -> None:
        self._audio = bytearray()
        self._base = 0
        self._consumed = 0
        self._received = 0
        self._marks: deque[tuple[int, str]] = deque()
        self._frame_playing = False
        self.overflowed = False
        """Whether more than 10 minutes were buffered at once; what was above the limit was thrown away."""
        self.cleared_bytes = 0
        """Unplayed bytes thrown away by `clear` so far."""

    @property
    def buffered(self) -> int:
        """Bytes waiting to be played."""
        return self._received - self._consumed

    @property
    def pending_marks(self) -> tuple[str, ...]:
        """Names of the marks that have not come back."""
        return tuple(name for _, name in self._marks)

    def add_audio(self, audio: bytes) -> None:
        """Queue audio; what exceeds 10 minutes is thrown away and `overflowed` is set."""
        room = MAX_BUFFERED - self.buffered
        if len(audio) > room:
            self.overflowed = True
            audio = audio[:room]
        self._audio += audio
        self._received += len(audio)

    def add_mark(self, name: str) -> tuple[str, ...]:
        """Queue a mark; returns it when it comes back at once."""
        if not self.buffered and not self._frame_playing and not self._marks:
            return (name,)
        self._marks.append((self._received, name))
        return ()

    def clear(self) -> tuple[str, ...]:
        """Throw away all unplayed audio; returns all waiting marks in order."""
        self.cleared_bytes += self.buffered
        self._audio.clear()
        self._base = self._consumed = self._received
        marks = self.pending_marks
        self._marks.clear()
        return marks

    def tick(self) -> Played:
        """Play the next 20 ms."""
        if not self._marks and not self.buffered:
            self._frame_playing = False
            return _NOTHING
        reached = []
        while self._marks and self._marks[0][0] <= self._consumed:
            reached.append(self._marks.popleft()[1])
        start = self._consumed - self._base
        frame = bytes(self._audio[start : start + FRAME])
        self._consumed += len(frame)
        self._frame_playing = bool(frame)
        if self._consumed - self._base > _COMPACT_AT:
            del self._audio[: self._consumed - self._base]
            self._base = self._consumed
        return Played(frame if len(frame) == FRAME else frame.ljust(FRAME, b"\xff"), len(frame), tuple(reached))
