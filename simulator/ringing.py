"""What a caller hears while another party is rung."""

import functools

import numpy as np

from simulator.mulaw import FRAME, FRAME_MS, RATE, SILENCE, encode_float, frames_of

_ON_TICKS = 2000 // FRAME_MS
_PERIOD_TICKS = 6000 // FRAME_MS


@functools.cache
def _tone() -> tuple[bytes, ...]:
    time = np.arange(_ON_TICKS * FRAME) / RATE
    wave = 0.1 * (np.sin(2 * np.pi * 440 * time) + np.sin(2 * np.pi * 480 * time))
    return tuple(frames_of(encode_float(wave.astype(np.float32))))


class Ringback:
    """The North American ringing tone (440 and 480 Hz, 2 s on, 4 s off) as a line."""

    def __init__(self) -> None:
        self._at = 0
        self.starved = False

    def tick(self, frame: bytes) -> bytes:
        """Ring, whatever the caller says."""
        at = self._at % _PERIOD_TICKS
        self._at += 1
        return _tone()[at] if at < _ON_TICKS else SILENCE
