"""How loud telephone audio is, frame by frame, and how loud its background: plain functions, a running minimum."""

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from models.audio import mulaw_decode, mulaw_encode
from models.interfaces import Audio

FRAME_SAMPLES = 160
"""Samples judged at a time: 20 ms."""
SILENCE_DBFS = -96.0
"""What nothing at all counts as."""


def level_dbfs(samples: Audio) -> float:
    """Root-mean-square level of float32 [n], dB relative to full scale."""
    energy = float(np.dot(samples, samples)) / samples.size
    return 10.0 * math.log10(energy) if energy > 1e-9 else SILENCE_DBFS


def levels_dbfs(samples: Audio) -> NDArray[np.float64]:
    """The same of each whole frame: float32 [160 * n] to float64 [n]."""
    frames = samples.reshape(-1, FRAME_SAMPLES)
    energies = np.einsum("ij,ij->i", frames, frames) / FRAME_SAMPLES
    levels: NDArray[np.float64] = 10.0 * np.log10(np.maximum(energies, 10.0 ** (SILENCE_DBFS / 10.0)))
    return levels


def softer(frame: bytes, by_db: int) -> bytes:
    """μ-law, so much softer."""
    return frame.translate(_attenuation(by_db))


@cache
def _attenuation(by_db: int) -> bytes:
    return mulaw_encode(mulaw_decode(bytes(range(256))) * np.float32(10.0 ** (-by_db / 20.0)))


class Floor:
    """The level of the background: the lowest of the last three seconds."""

    _BLOCK = 25
    """Frames in one block of the running minimum."""

    def __init__(self) -> None:
        self._minima = [0.0] * 6
        self._lowest = 0.0
        self._count = 0
        self.dbfs = 0.0
        """As far as it is known; 0 before the first frame."""

    def hear(self, dbfs: float) -> None:
        """Take in the next frame's level."""
        self._lowest = min(self._lowest, dbfs)
        self._count += 1
        self.dbfs = min(self._lowest, *self._minima)
        if self._count == self._BLOCK:
            self._minima = [*self._minima[1:], self._lowest]
            self._lowest, self._count = 0.0, 0
