"""Turns the caller's audio into one plain fact per 20 ms: how likely it is speech, how loud, where the voice ends."""

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.audio import mulaw_decode
from models.interfaces import SAMPLES_PER_MS, Audio, SpeechStream
from models.room_settings import Milliseconds, Probability, RoomSettings

FRAME_SAMPLES = 160
"""Samples of one gate frame: 20 ms at 8 kHz."""
_PIECE_SAMPLES = 80
"""Resolution at which the first and last voiced sample are located: 10 ms."""
_CHUNK_SAMPLES = 256
"""Samples the speech detector judges at a time."""
_PREROLL_SAMPLES = 4 * _CHUNK_SAMPLES
"""Audio heard while the detector slept that it is shown first when it wakes, so that it starts with a context."""
_MAX_LISTEN_MS = 30_000
"""The recurrent state drifts in endless noise or music; it is cleared after this long without a clear pause."""
_SILENCE_DBFS = -96.0
_SOFT_CALLER_DBFS = -27.0
"""Loudness of a voice that is soft for a telephone; they lie around -20 dBFS."""
_LOUD_GAP_PIECES = 3
"""10 ms pieces below the level of a voice within a loud stretch."""


class CheapGate(Protocol):
    """Says of 20 ms whether they may hold speech; hears every voice and much that is none."""

    def is_open(self, pcm: NDArray[np.int16]) -> bool:
        """Judge int16 [160] at 8 kHz."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class GateFrame:
    """What was heard in 20 ms of the caller's audio."""

    start_ms: int
    """Call-clock time of the first sample."""
    end_ms: int
    """Call-clock time after the last sample."""
    probability: float
    """Of speech, 0 to 1, from the latest chunk the detector judged; 0 while the cheap gate is shut."""
    level_dbfs: float
    """Root-mean-square level of the louder 10 ms."""
    voiced_from_ms: int | None = None
    """Start of the first voiced 10 ms in the frame; None when nothing in it is voiced."""
    voiced_to_ms: int | None = None
    """End of the last voiced 10 ms in the frame; None when nothing in it is voiced."""
    low_share: float = 0.0
    """Share of the energy below 700 Hz: near 1 for a hum, small for hiss and clicks; 0 when nothing is voiced."""
    loud_ms: int = 0
    """How long the level has been that of a voice, gaps of 30 ms included, whatever the detector makes of it."""
    relative_db: float = 0.0
    """Level relative to the caller's usual loudness; until 1.5 s of them were heard, to that of a soft caller."""

    @property
    def voiced(self) -> bool:
        """Whether any of it is voice."""
        return self.voiced_to_ms is not None


class GateSettings(RoomSettings):
    """How sounds become voice."""

    onset_probability: Probability = 0.5
    """Probability of speech at which silence turns into voice."""
    hold_probability: Probability = 0.35
    """Probability of speech down to which voice stays voice."""
    above_noise_db: float = 7.0
    """Voice is at least this far above the background noise, dB."""
    below_voice_db: float = 30.0
    """What is further than this below the caller's own loudness is no longer voice but the echo of a word, dB."""
    quietest_dbfs: float = -55.0
    """Nothing below this level is voice, dB relative to full scale."""
    hangover_ms: Milliseconds = 300
    """How long the judge goes on listening after the cheap gate has shut, ms."""


class _Levels:
    """Tracks how loud the background and the caller's voice are, in dB, from 10 ms levels.

    The noise falls quickly, rises quickly where nobody speaks, and otherwise to the lowest level of the last two to
    three seconds: a talker pauses between words, a crowd does not.
    """

    _BLOCK = 50
    """10 ms levels in one block of the running minimum."""

    _ENOUGH = 150
    """10 ms levels of speech after which the caller's loudness is known."""

    def __init__(self) -> None:
        self.noise_db = -70.0
        self.voice_db = -25.0
        self._heard = 0
        self._smooth = -70.0
        self._minima = [-80.0] * 5
        self._lowest = 0.0
        self._count = 0

    def hear(self, level_db: float, probability: float) -> None:
        """Take in one 10 ms level with the probability that it is speech."""
        self._track_minimum(level_db)
        if level_db < self.noise_db:
            self.noise_db += 0.1 * (max(level_db, -80.0) - self.noise_db)
        elif probability < 0.3:
            self.noise_db += 0.02 * (level_db - self.noise_db)
        if probability > 0.6:
            rate = 0.15 if level_db > self.voice_db else 0.004
            self.voice_db += rate * (level_db - self.voice_db)
            self._heard += 1

    @property
    def knows_voice(self) -> bool:
        """Whether the caller has been heard long enough for ``voice_db`` to mean something."""
        return self._heard >= self._ENOUGH

    def _track_minimum(self, level_db: float) -> None:
        self._smooth += 0.3 * (level_db - self._smooth)
        self._lowest = min(self._lowest, self._smooth)
        self._count += 1
        if self._count == self._BLOCK:
            self._minima = [*self._minima[1:], self._lowest]
            self.noise_db = max(self.noise_db, min(self._minima))
            self._lowest, self._count = 0.0, 0


class SpeechGate:
    """One call's ear: any number of bytes in, one `GateFrame` per whole 20 ms out.

    The cheap gate looks at each frame. While it is shut and nothing was voiced lately the speech detector sleeps; when
    it opens, the detector starts afresh on the last 128 ms it missed. Voice needs both the detector's word and a level
    well above the noise and not too far below the caller's usual level: the detector lags 50 to 200 ms behind the end
    of a word, the level does not.
    """

    def __init__(self, stream: SpeechStream, cheap: CheapGate, settings: GateSettings | None = None):
        self._stream = stream
        self._cheap = cheap
        self._settings = settings or GateSettings()
        self._levels = _Levels()
        self._rest = b""
        self._now_ms = 0
        self._pending = np.zeros(0, dtype=np.float32)
        self._awake = False
        self._awake_ms = 0
        self._shut_ms = 0
        self._probability = 0.0
        self._in_voice = False
        self._loud_pieces = 0
        self._soft_pieces = 0

    def start(self, at_ms: int) -> None:
        """Before the first `push`: the first sample lies there on the call clock.

        Frames are counted from it, so that each ends with a message of the carrier's and none waits for the next.
        """
        self._now_ms = at_ms

    def push(self, mulaw: bytes) -> list[GateFrame]:
        """Hear the next μ-law 8 kHz bytes; returns the frames they complete."""
        data = self._rest + mulaw
        whole = len(data) // FRAME_SAMPLES * FRAME_SAMPLES
        self._rest = data[whole:]
        if not whole:
            return []
        audio = mulaw_decode(data[:whole])
        return [self._frame(audio[i : i + FRAME_SAMPLES]) for i in range(0, whole, FRAME_SAMPLES)]

    def _frame(self, audio: Audio) -> GateFrame:
        start_ms = self._now_ms
        self._now_ms += FRAME_SAMPLES // SAMPLES_PER_MS
        pieces = audio.reshape(-1, _PIECE_SAMPLES)
        energies = [float(np.dot(piece, piece)) / _PIECE_SAMPLES for piece in pieces]
        levels = [10.0 * math.log10(e) if e > 1e-9 else _SILENCE_DBFS for e in energies]
        self._listen(audio, is_open=self._cheap.is_open((audio * 32767.0).astype(np.int16)))
        first, last = self._voiced_pieces(levels)
        level = max(levels)
        return GateFrame(
            start_ms=start_ms,
            end_ms=self._now_ms,
            probability=self._probability,
            level_dbfs=level,
            voiced_from_ms=None if first is None else start_ms + 10 * first,
            voiced_to_ms=None if last is None else start_ms + 10 * last + 10,
            low_share=0.0 if first is None else low_share(audio),
            loud_ms=10 * self._loud_pieces,
            relative_db=level - (self._levels.voice_db if self._levels.knows_voice else _SOFT_CALLER_DBFS),
        )

    def _listen(self, audio: Audio, *, is_open: bool) -> None:
        """Keep the detector's probability up to date, or let it sleep."""
        self._shut_ms = 0 if is_open else self._shut_ms + FRAME_SAMPLES // SAMPLES_PER_MS
        self._pending = np.concatenate((self._pending, audio))
        if not self._awake and not is_open:
            self._pending = self._pending[-_PREROLL_SAMPLES:]
            return
        if not self._awake:
            self._awake, self._awake_ms = True, 0
            self._stream.reset()
        self._awake_ms += FRAME_SAMPLES // SAMPLES_PER_MS
        while self._pending.shape[0] >= _CHUNK_SAMPLES:
            self._probability = self._stream.push(self._pending[:_CHUNK_SAMPLES])
            self._pending = self._pending[_CHUNK_SAMPLES:]
        calm = self._probability < 0.1
        if self._shut_ms >= self._settings.hangover_ms and calm:
            self._awake, self._probability = False, 0.0
        elif self._awake_ms >= _MAX_LISTEN_MS or (self._awake_ms >= 2000 and self._shut_ms >= 100 and calm):
            self._stream.reset()
            self._awake_ms = 0

    def _track_loudness(self, loud: bool) -> None:
        """Count the 10 ms pieces of the loud stretch that is under way."""
        self._soft_pieces = 0 if loud else self._soft_pieces + 1
        if self._soft_pieces > _LOUD_GAP_PIECES:
            self._loud_pieces = 0
        elif loud or self._loud_pieces:
            self._loud_pieces += 1

    def _voiced_pieces(self, levels: list[float]) -> tuple[int | None, int | None]:
        """Indices of the first and last voiced 10 ms of the frame."""
        settings, track = self._settings, self._levels
        likely = self._probability >= (settings.hold_probability if self._in_voice else settings.onset_probability)
        first = last = None
        for index, level in enumerate(levels):
            needed = max(
                track.noise_db + settings.above_noise_db,
                track.voice_db - settings.below_voice_db,
                settings.quietest_dbfs,
            )
            self._track_loudness(level >= needed)
            if likely and level >= needed:
                first = index if first is None else first
                last = index
            track.hear(level, self._probability if self._awake else 0.0)
        self._in_voice = likely
        return first, last


_LOW_BINS = 14
"""Bins of the 160-sample spectrum (50 Hz apart) below 700 Hz."""
_WINDOW = np.hanning(FRAME_SAMPLES).astype(np.float32)


def low_share(audio: Audio) -> float:
    """Share in [0, 1] of the energy of float32 [160] at 8 kHz that lies below 700 Hz."""
    spectrum = np.fft.rfft(audio * _WINDOW)
    power = spectrum.real**2 + spectrum.imag**2
    total = float(power[1:].sum())
    return float(power[1:_LOW_BINS].sum()) / total if total > 0 else 0.0
