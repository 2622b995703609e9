"""The caller's audio on an even clock: gaps filled, starvation bridged, late audio kept. Pure: fed facts and times.

Every timestamp of the stream is mapped to a place on the call clock (samples delivered so far at 8 kHz):

- Audio that comes after a hole in the timestamps is preceded by silence for the hole.
- When nothing comes for `silence_after_ms`, silence is delivered on an absolute schedule that lags behind the wall
  clock by just that much, so that a sender that leaves out silent frames never makes us run ahead of it.
- Audio that comes late, after silence stood in for it, is still delivered: a word is worth more than the clock. What is
  delivered then leads the stream, at most by `max_lead_ms`, and quiet samples are left out until it no longer does.
- A network that holds audio back once will do so again. After audio came late, silence is made up only after a gap
  that is longer than that one, so that it does not end turns inside sentences.
"""

from dataclasses import dataclass

from models.interfaces import SAMPLES_PER_MS
from telephony.ports import ProtocolFault

SILENCE = b"\xff"
"""One μ-law sample of silence."""

_QUIET_SAMPLES = bytes(b for b in range(256) if b & 0x7F >= 0x60)
"""μ-law codes of less than -38 dBFS."""
_JITTER_SAMPLES = 10 * SAMPLES_PER_MS
"""Timestamps may be off by less than half a frame without meaning anything."""
_LATE_TICK_S = 0.05
_FASTEST_CLOCK = 1.02
"""A carrier's second may be this much shorter than ours; a hole in its audio is a hole all the same."""
_PATIENCE_MARGIN_S = 0.04
_PATIENCE_KEPT_S = 30.0
"""How long a network is remembered to have held audio back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundLimits:
    """When the stream counts as starved, as dead, and how far it may be off."""

    silence_after_ms: int = 100
    """Without audio for this long, silence is made up, on a network that has not held audio back lately."""
    max_silence_after_ms: int = 600
    """The same, whatever the network did."""
    dead_after_ms: int = 5000
    """Without audio for this long, the leg is dead."""
    max_lead_ms: int = 1000
    """How late audio may come and still be delivered."""
    max_jump_ms: int = 1000
    """How far timestamps may run ahead of the wall clock."""
    tick_ms: int = 20
    """Step in which silence is made up."""


class InboundTimeline:
    """One stream's mapping from timestamps to the call clock."""

    def __init__(self, limits: InboundLimits, started_s: float):
        """Begin.

        Args:
            limits: What is tolerated.
            started_s: Monotonic time at which the stream started, s.
        """
        self._limits = limits
        self._started_s = started_s
        self._offset: int | None = None
        self._last_timestamp_ms = -1
        self._last_audio_s = started_s
        self._anchor_samples = 0
        self._patience_s = limits.silence_after_ms / 1000
        self._remembered_until_s = started_s
        self._due_s = started_s + self._patience_s
        self._yielded = False
        self.delivered = 0
        """Samples handed on so far."""
        self.late_samples = 0
        """How far what was handed on last lies behind its own time, because silence had stood in for it."""
        self.made_up = 0
        """Samples of silence made up while nothing came."""
        self.filled = 0
        """Samples of silence put into holes of the timestamps."""
        self.left_out = 0
        """Samples left out: quiet ones to give back a lead, or audio that came too late."""
        self.faults: list[ProtocolFault] = []
        """What was wrong with timestamps since `take_faults`."""

    def audio(self, now_s: float, timestamp_ms: int, audio: bytes) -> bytes:
        """Audio came; returns the μ-law samples to hand on, in order."""
        place = self._place(now_s, timestamp_ms)
        hole = place - self.delivered
        self.late_samples = 0
        if hole >= _JITTER_SAMPLES:
            self.filled += hole
            out = SILENCE * hole + audio
        elif hole <= -_JITTER_SAMPLES:
            self._learn_patience(now_s)
            out = self._late(-hole, audio)
            self.late_samples = -hole - (len(audio) - len(out))
        else:
            out = audio
        self.delivered += len(out)
        self._last_timestamp_ms = timestamp_ms
        self._last_audio_s = now_s
        self._anchor_samples = self.delivered
        return out

    def tick(self, now_s: float) -> bytes:
        """Time passed; returns the silence to hand on, usually none."""
        late = now_s - self._due_s > _LATE_TICK_S and not self._yielded
        self._yielded = late
        if now_s > self._remembered_until_s:
            self._patience_s = self._limits.silence_after_ms / 1000
        starved_from_s = self._last_audio_s + self._patience_s
        if now_s < starved_from_s:
            self._due_s = starved_from_s
            return b""
        self._due_s = now_s + self._limits.tick_ms / 1000
        if late:
            # Our own event loop stood still: the caller's audio waits in the socket. Let the reader go first, once.
            return b""
        missing = self._anchor_samples + int((now_s - starved_from_s) * 1000) * SAMPLES_PER_MS - self.delivered
        if missing <= 0:
            return b""
        self.delivered += missing
        self.made_up += missing
        return SILENCE * missing

    @property
    def next_tick_s(self) -> float:
        """Monotonic time at which `tick` wants to be called next, s."""
        return self._due_s

    def dead(self, now_s: float) -> bool:
        """Whether nothing has come for so long that the leg is gone."""
        return now_s - self._last_audio_s > self._limits.dead_after_ms / 1000

    def take_faults(self) -> list[ProtocolFault]:
        """What was wrong with timestamps since the last call."""
        faults, self.faults = self.faults, []
        return faults

    def _place(self, now_s: float, timestamp_ms: int) -> int:
        """Where on the call clock the timestamp lies; a senseless one is put right here."""
        here = self.delivered - timestamp_ms * SAMPLES_PER_MS
        if self._offset is None:
            self._offset = here
        elif timestamp_ms <= self._last_timestamp_ms:
            self.faults.append(ProtocolFault.TIMESTAMP_BACKWARDS)
            self._offset = here
        place = timestamp_ms * SAMPLES_PER_MS + self._offset
        elapsed_ms = (now_s - self._started_s) * 1000
        farthest = int(_FASTEST_CLOCK * elapsed_ms + self._limits.max_jump_ms) * SAMPLES_PER_MS
        if place > max(farthest, self.delivered + _JITTER_SAMPLES):
            self.faults.append(ProtocolFault.TIMESTAMP_JUMP)
            self._offset = here
            return self.delivered
        return place

    def _learn_patience(self, now_s: float) -> None:
        """Audio came late: the gap before it is what this network does."""
        gap_s = min(now_s - self._last_audio_s + _PATIENCE_MARGIN_S, self._limits.max_silence_after_ms / 1000)
        if gap_s >= self._patience_s:
            self._patience_s = gap_s
        self._remembered_until_s = now_s + _PATIENCE_KEPT_S

    def _late(self, lead: int, audio: bytes) -> bytes:
        """Audio whose place is taken by made-up silence already."""
        quiet = len(audio.translate(None, _QUIET_SAMPLES)) * 20 <= len(audio)
        if quiet or lead > self._limits.max_lead_ms * SAMPLES_PER_MS:
            kept = audio[min(lead, len(audio)) :]
            self.left_out += len(audio) - len(kept)
            return kept
        return audio
