"""Finds the stretches of sound between pauses: a number that is dictated slowly has one a digit."""

import numpy as np

from models.interfaces import TELEPHONE_RATE, Audio

PAUSE_S = 0.25
"""Silence that divides two stretches; within a word there is none so long."""
_SHORTEST_S = 0.08
"""A shorter sound is a click."""
_FRAME = TELEPHONE_RATE // 50
_OVER_NOISE = 4.0
"""Times the level of the quietest frames from which a frame is sound."""
_OF_LOUDEST = 0.08
"""Share of the level of the loudest frames below which a frame is none."""


def bursts(audio: Audio) -> list[tuple[int, int]]:
    """Stretches of sound, each as its first sample and one past its last.

    Args:
        audio: float32 [n], 8 kHz.
    """
    frames = audio[: audio.size - audio.size % _FRAME].reshape(-1, _FRAME)
    if not len(frames):
        return []
    levels = np.sqrt(np.mean(frames**2, axis=1))
    quiet, loud = np.percentile(levels, 10), np.percentile(levels, 95)
    sounding = np.flatnonzero(levels > max(quiet * _OVER_NOISE, loud * _OF_LOUDEST))
    if not sounding.size:
        return []
    apart = np.flatnonzero(np.diff(sounding) * _FRAME > PAUSE_S * TELEPHONE_RATE)
    begins = sounding[np.concatenate(([0], apart + 1))]
    ends = sounding[np.concatenate((apart, [sounding.size - 1]))] + 1
    return [
        (int(begin) * _FRAME, int(end) * _FRAME)
        for begin, end in zip(begins, ends, strict=True)
        if (end - begin) * _FRAME >= _SHORTEST_S * TELEPHONE_RATE
    ]
