"""Log-mel features of telephone speech, by librosa's definitions and without librosa.

The emotion model learnt from mel spectrograms of 16 kHz audio (``n_fft`` 1024, hop 256, slaney scale and norm, 128
bands of which the lowest 100 reach 4 kHz). At 8 kHz a transform of 512 points every 128 samples has the very same bin
spacing, window length and frame rate, and a quarter of the power, so the features of a telephone call are computed
at its own rate: nothing is resampled.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from models.interfaces import TELEPHONE_RATE, Audio

FFT_SIZE = 512
"""Transform length at 8 kHz: 64 ms."""
HOP = 128
"""Samples between frames at 8 kHz: 16 ms."""
FRAMES_PER_SECOND = TELEPHONE_RATE / HOP
"""62.5 frames a second."""
MEL_BANDS = 100
"""Bands kept: 0 to about 4 kHz."""
DYNAMIC_RANGE_DB = 80.0
"""Everything quieter than the loudest cell by more than this is cut, as librosa's ``top_db`` does."""

_REFERENCE_RATE = 16_000
_REFERENCE_FFT = 1024
_REFERENCE_BANDS = 128
_POWER_OF_RATE = np.float32((_REFERENCE_FFT / FFT_SIZE) ** 2)
_AMIN = np.float32(1e-10)

Floats = NDArray[np.float32]


def _slaney_hz(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Slaney's mel scale (Auditory Toolbox, 1998): linear to 1 kHz (66.7 Hz a mel), then logarithmic."""
    return np.where(mels < 15.0, mels * 200.0 / 3.0, 1000.0 * np.exp((mels - 15.0) * np.log(6.4) / 27.0))


@cache
def _band_edges_hz() -> NDArray[np.float64]:
    """Edges of the kept triangular bands, Hz, float64 [102]: band m runs from edge m over m + 1 to m + 2."""
    top = 15.0 + np.log(_REFERENCE_RATE / 2 / 1000.0) * 27.0 / np.log(6.4)
    return _slaney_hz(np.linspace(0.0, top, _REFERENCE_BANDS + 2))[: MEL_BANDS + 2]


@cache
def band_centres_hz() -> Floats:
    """Centre frequency of every band, Hz, float32 [100]."""
    return _band_edges_hz()[1:-1].astype(np.float32)


@cache
def band_widths_hz() -> Floats:
    """Half the width of every band, Hz, float32 [100]; turns slaney-normed mel power back into power per band."""
    edges = _band_edges_hz()
    return ((edges[2:] - edges[:-2]) / 2.0).astype(np.float32)


@cache
def mel_filters() -> Floats:
    """Triangular slaney-normed filters over the bins of ``FFT_SIZE`` at 8 kHz, float32 [257, 100]."""
    edges = _band_edges_hz()
    bins = np.arange(FFT_SIZE // 2 + 1) * TELEPHONE_RATE / FFT_SIZE
    rising = (bins[:, None] - edges[None, :-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[None, 2:] - bins[:, None]) / (edges[2:] - edges[1:-1])
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    return (triangles * 2.0 / (edges[2:] - edges[:-2])).astype(np.float32)


@cache
def _window() -> Floats:
    """Periodic Hann window, float32 [512]."""
    return (0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(FFT_SIZE) / FFT_SIZE)).astype(np.float32)


def mel_power(samples: Audio) -> Floats:
    """Mel power spectrogram, frames centred and zero-padded as librosa does.

    Args:
        samples: float32 [n], 8 kHz.

    Returns:
        float32 [1 + n // 128, 100], on the scale of 16 kHz audio.
    """
    padded = np.pad(np.asarray(samples, dtype=np.float32), FFT_SIZE // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, FFT_SIZE)[::HOP]
    spectrum = np.fft.rfft(frames * _window(), axis=1)
    power = spectrum.real**2 + spectrum.imag**2
    return np.asarray(power, dtype=np.float32) @ mel_filters() * _POWER_OF_RATE


def power_to_db(power: Floats) -> Floats:
    """Decibels below the loudest cell, cut at -80, as ``librosa.power_to_db(power, ref=np.max, top_db=80)``.

    Args:
        power: float32 [frames, 100], or [clips, frames, 100]: every clip has its own loudest cell.

    Returns:
        float32 of the same shape in [-80, 0].
    """
    floored = np.maximum(power, _AMIN)
    level = 10.0 * np.log10(floored)
    relative = level - level.max(axis=(-2, -1), keepdims=True)
    return np.maximum(relative, -DYNAMIC_RANGE_DB).astype(np.float32)


def log_mel(samples: Audio) -> Floats:
    """Log-mel spectrogram in dB below its own loudest cell: the same whatever the volume.

    Args:
        samples: float32 [n], 8 kHz.

    Returns:
        float32 [1 + n // 128, 100] in [-80, 0].
    """
    return power_to_db(mel_power(samples))
