"""The silence after an utterance, encoded once and joined to every short encoding.

Whisper is trained on 30 s windows. Encoded with a second of padding, an utterance costs a tenth, but the decoder then
misses the long silence that tells it where to stop, and repeats itself. Most of that silence's encoding hardly depends
on what was said before it. So 30 s of a short voiced sound and silence are encoded once at start, and the part that is
silence is appended to the encoding of each utterance: the decoder attends to a full window, the encoder works on a
tenth.
"""

import numpy as np

from models.interfaces import TELEPHONE_RATE, Audio

WINDOW_FRAMES = 3000
"""Frames of 10 ms in the window that Whisper was trained on."""
WINDOW_POSITIONS = WINDOW_FRAMES // 2
"""Positions of the encoder's output over that window."""
TAIL_POSITIONS = 1100
"""Positions of silence, 22 s, that an utterance gets. With half of them decoding begins to repeat itself."""
TAIL_UP_TO = 150
"""Silence is taken from the end of the window back to here, 3 s into it: after the voiced sound."""

_PITCH_HZ = 120.0
_FORMANTS = ((600.0, 500.0, 1.0), (1800.0, 400.0, 0.5))
"""Centre and width in Hz, and weight, of the two resonances of the sound."""


def voiced_sound(seconds: float = 2.0) -> Audio:
    """A speech-like sound: gliding pitch, two formants, syllables twice a second; float32 [n] at 8 kHz.

    What precedes the silence matters: noise or pure silence before it makes a tail with which decoding repeats itself
    more often.
    """
    t = np.arange(int(seconds * TELEPHONE_RATE)) / TELEPHONE_RATE
    phase = 2 * np.pi * np.cumsum(_PITCH_HZ + 20.0 * np.sin(2 * np.pi * 1.5 * t)) / TELEPHONE_RATE
    sound = np.zeros_like(t)
    for harmonic in range(1, 28):
        hz = harmonic * _PITCH_HZ
        weight = sum(gain * np.exp(-(((hz - centre) / width) ** 2)) for centre, width, gain in _FORMANTS)
        sound += weight * np.sin(harmonic * phase)
    syllables = np.clip(np.sin(2 * np.pi * 2.0 * t), 0.0, 1.0)
    shaped: Audio = (0.3 * sound / np.abs(sound).max() * syllables).astype(np.float32)
    return shaped
