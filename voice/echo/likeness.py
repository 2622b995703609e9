"""Whether one sound is a late, softer, reverberating copy of another, and how late: plain functions over arrays."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from models.interfaces import TELEPHONE_RATE, Audio

_SIZE = 8192
"""Points of the transforms: enough that nothing wraps around onto a delay that is looked for."""
_LOWEST_BIN = 300 * _SIZE // TELEPHONE_RATE
"""Where the telephone's band begins."""
_WHITENING = 0.9
"""Exponent of the magnitude that is divided out: 1 leaves the phases alone, 0 leaves a sound as it is."""
_LEAST_PEAK = 9.5
"""In multiples of the root mean square: of 95 % of echoes over this, of unrelated speech 4 to 9."""
_MOST_RIVAL = 0.62
"""The highest peak elsewhere, of the first: of 99 % of echoes under 0.54, of unrelated speech around 0.9. A tone or a
beat correlates at many delays."""
_MOST_AT_ONCE = 0.5
"""Share of the peak that 20 ms may have: two clicks, or a sound that breaks off and one that begins, are alike too."""
_PEAK_WIDTH = 80
"""Samples to either side of a peak that belong to it: the first reflections of a room."""
_FRAME = 160


def delay_of_copy(near: Audio, far: Audio, *, shortest: int) -> int | None:
    """Look for ``far`` in ``near`` by the peak of their whitened cross-correlation (generalised correlation, PHAT).

    Args:
        near: float32 [n] at 8 kHz, n a multiple of 160: what came.
        far: float32 [m] at 8 kHz, m > n, m <= 8192: what was played; its last sample was played when that of ``near``
            came.
        shortest: The smallest delay that is looked for, samples; the largest is m - n.

    Returns:
        How many samples later the copy comes; None where there is none.
    """
    came, played = _whitened(near * _window(near.size)), _whitened(far)
    correlation = np.fft.irfft(came * np.conj(played), _SIZE)
    # near[i] is a copy of far[i + span - delay], so a delay's place is delay - span, counted from the end.
    span = far.size - near.size
    heights = np.abs(np.concatenate((correlation[-span:], correlation[:1])))[shortest:]
    best = int(heights.argmax())
    peak = float(heights[best])
    if peak <= _LEAST_PEAK * float(np.sqrt(np.mean(heights * heights))):
        return None
    heights[max(0, best - _PEAK_WIDTH) : best + _PEAK_WIDTH] = 0.0
    delay = best + shortest
    begin = span - delay
    alike = np.fft.irfft(came, _SIZE)[: near.size] * np.fft.irfft(played, _SIZE)[begin : begin + near.size]
    shares = np.abs(alike.reshape(-1, _FRAME).sum(axis=1))
    if heights.max() > _MOST_RIVAL * peak or shares.max() > _MOST_AT_ONCE * shares.sum():
        return None
    return delay


def _whitened(sound: Audio) -> NDArray[np.complex64]:
    """Its spectrum, all frequencies of the telephone's band about as strong."""
    spectrum = np.fft.rfft(sound, _SIZE)
    spectrum[:_LOWEST_BIN] = 0.0
    white: NDArray[np.complex64] = spectrum / (np.abs(spectrum) ** np.float32(_WHITENING) + np.float32(1e-9))
    return white


@cache
def _window(size: int) -> Audio:
    return np.hanning(size).astype(np.float32)
