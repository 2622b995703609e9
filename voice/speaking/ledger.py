"""What was really played to the caller: a pure account of audio sent, marks returned and buffers cleared.

The carrier plays what we send in order, at 8 bytes of μ-law a millisecond, as soon as it has it. It tells us how far
it got by returning marks; but after `clear` it returns all pending marks at once, though nothing of that audio was
played. So every mark carries its *epoch*, the number of clears before it, and a mark of an older epoch is no evidence.

Between marks the position is estimated from the clock: played since the buffer last began to fill, never more than
was sent, never less than the newest mark proves.

Times are call-clock milliseconds; positions are samples (bytes of μ-law at 8 kHz) since the start of the call.
"""

from dataclasses import dataclass

from models.interfaces import SAMPLES_PER_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayedSpan:
    """A stretch of sent audio that has reached the ear."""

    start: int
    """Position of its first sample."""
    end: int
    """Position after its last sample."""
    at_ms: float
    """When its first sample was played."""


class PlayoutLedger:
    """Positions sent, proven and estimated. Fed facts with times; has no clock."""

    def __init__(self) -> None:
        self._epoch = 0
        self._sent = 0
        self._settled = 0
        """Everything before this position is history: played and reported, or cleared."""
        self._play_origin = 0
        """Position that was at the head of the buffer at `_play_origin_ms`."""
        self._play_origin_ms = 0.0
        self._buffer_end_ms = 0.0
        self._proven = 0

    @property
    def epoch(self) -> int:
        """Number of clears so far."""
        return self._epoch

    @property
    def sent(self) -> int:
        """Position after the last sample sent."""
        return self._sent

    @property
    def proven(self) -> int:
        """Position up to which returned marks prove that audio was played."""
        return self._proven

    def sent_audio(self, samples: int, now_ms: float) -> None:
        """Account for audio handed to the carrier."""
        if now_ms >= self._buffer_end_ms:
            # The buffer ran dry. The owner settles before it sends, so no unsettled audio straddles the new origin.
            self._play_origin, self._play_origin_ms = self._sent, now_ms
            self._buffer_end_ms = now_ms
        self._sent += samples
        self._buffer_end_ms += samples / SAMPLES_PER_MS

    def mark_name(self) -> str:
        """The name of a mark set now."""
        return f"e{self._epoch}:{self._sent}"

    def mark_returned(self, name: str, sent_ms: float) -> bool:
        """Take a returned mark.

        Args:
            name: Its name.
            sent_ms: When the carrier sent it back: not when it came, which may be later.

        Returns:
            Whether it proves anything: it is ours, and of this epoch.
        """
        position = self._position_of(name)
        if position is None or position > self._sent:
            return False
        if position > self._proven:
            self._proven = position
            self._shift(position - self._estimate(sent_ms))
        return True

    def cleared(self, now_ms: float) -> int:
        """Account for a `clear`; returns the position up to which audio was played."""
        played = self.played(now_ms)
        self._epoch += 1
        self._sent = played
        self._proven = min(self._proven, played)
        self._buffer_end_ms = now_ms
        return played

    def played(self, now_ms: float) -> int:
        """Position up to which audio was played, as well as can be known."""
        return max(self._settled, self._proven, min(self._estimate(now_ms), self._sent))

    def buffered_ms(self, now_ms: float) -> float:
        """Milliseconds of audio that the carrier still has to play."""
        return (self._sent - self.played(now_ms)) / SAMPLES_PER_MS

    def unsettled(self, now_ms: float) -> int:
        """Samples played since the last `settle`."""
        return max(0, self.played(now_ms) - self._settled)

    def played_at(self, position: int) -> float:
        """When ``position`` of the present run of audio reaches the ear, ms."""
        return self._play_origin_ms + (position - self._play_origin) / SAMPLES_PER_MS

    def settle(self, now_ms: float) -> PlayedSpan | None:
        """Take what was played since the last call, for the recording; None when nothing was."""
        played = self.played(now_ms)
        if played <= self._settled:
            return None
        start = self._settled
        span = PlayedSpan(start=start, end=played, at_ms=max(0.0, self.played_at(start)))
        self._settled = played
        return span

    def _estimate(self, now_ms: float) -> int:
        return self._play_origin + int((now_ms - self._play_origin_ms) * SAMPLES_PER_MS)

    def _shift(self, samples: int) -> None:
        """The carrier is this far ahead of our estimate (behind it when negative): move the origin."""
        self._play_origin_ms -= samples / SAMPLES_PER_MS
        self._buffer_end_ms -= samples / SAMPLES_PER_MS

    def _position_of(self, name: str) -> int | None:
        epoch, _, position = name.partition(":")
        if epoch != f"e{self._epoch}" or not position.isdigit():
            return None
        return int(position)


def played_text(text: str, share: float) -> str:
    """The words of ``text`` that fit into the first ``share`` (0 to 1) of its audio, cut between words.

    A word counts as played when at least half of its letters lie in the share: the proportional tail of the last
    sentence, since sentence-level voices give no word times.
    """
    if share >= 1.0:
        return text
    limit = share * len(text)
    words, position = [], 0
    for word in text.split(" "):
        if position + len(word) / 2 > limit:
            break
        words.append(word)
        position += len(word) + 1
    return " ".join(words)
