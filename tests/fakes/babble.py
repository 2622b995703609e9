"""Something like speech without words: bursts of noise, each with a pitch and a colour of its own, pauses between."""

import numpy as np

from models.interfaces import TELEPHONE_RATE, Audio


def babble(ms: int, *, seed: int = 0, level: float = 0.1) -> Audio:
    """Float32 [8 * ms] at 8 kHz, syllables of root mean square ``level``; equal seeds give equal sound."""
    rng, parts, left = np.random.default_rng(seed), [], 8 * ms
    while left > 0:
        size = int(rng.integers(800, 2000))
        time = np.arange(size) / TELEPHONE_RATE
        pitch = rng.uniform(90, 220) * (1 + 0.2 * rng.uniform(-1, 1) * time / time[-1])
        colour = rng.uniform(0.05, 1.0, 14) * np.linspace(1.0, 0.2, 14)
        voice = sum(loud * np.sin(2 * np.pi * (n + 1) * pitch * time) for n, loud in enumerate(colour))
        sound = (voice + rng.normal(0, 0.3, size)) * np.hanning(size)
        parts += [level * sound / np.sqrt(np.mean(sound**2)), np.zeros(int(rng.integers(200, 900)))]
        left -= parts[-1].size + size
    return np.concatenate(parts)[: 8 * ms].astype(np.float32)
