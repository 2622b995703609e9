"""Whisper's log-mel features computed straight from 8 kHz audio.

Whisper is defined on 16 kHz audio with a 400-sample window and 160-sample hop. Telephone audio has nothing above 4 kHz,
so a 200-sample window and 80-sample hop at 8 kHz see the same 25 ms and 10 ms and give the same bins 0 to 4 kHz
at half the work and without resampling; the mel bands above 4 kHz are empty either way.
Definition: openai/whisper ``audio.py`` (Slaney mel, Hann window, log10 clamped to 8 below the maximum).
"""

from functools import cache

import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor
from numpy.typing import NDArray

from models.interfaces import TELEPHONE_RATE, Audio

FRAMES_PER_S = 100
_WINDOW = 200
_HOP = TELEPHONE_RATE // FRAMES_PER_S
_POWER_OF_16_KHZ = 4.0
"""The 16 kHz window sums twice the samples, so its power is four times ours."""


@cache
def _mel_filters(bands: int) -> NDArray[np.float32]:
    """Slaney mel filters, float32 [101, bands], of the bins 0 to 4 kHz in 40 Hz steps."""
    whole = FeatureExtractor.get_mel_filters(16000, 400, n_mels=bands)
    return np.ascontiguousarray(whole[:, : _WINDOW // 2 + 1].T, dtype=np.float32)


@cache
def _hann() -> NDArray[np.float32]:
    return np.hanning(_WINDOW + 1)[:-1].astype(np.float32)


def log_mel(audio: Audio, frames: int, bands: int = 80) -> NDArray[np.float32]:
    """Log-mel features of ``audio`` followed by silence.

    Args:
        audio: float32 [n] at 8 kHz.
        frames: Number of 10 ms frames wanted; the audio is padded with zeros or cut to it.
        bands: Mel bands of the model, 80 or 128.

    Returns:
        float32 [bands, frames].
    """
    padded = np.zeros(frames * _HOP + _WINDOW, dtype=np.float32)
    used = audio[: frames * _HOP]
    half = _WINDOW // 2
    padded[half : half + used.size] = used
    if used.size > half:
        padded[:half] = used[half:0:-1]
    heard = min(frames, -(-(used.size + half) // _HOP))
    windows = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[: heard * _HOP : _HOP]
    spectrum = np.fft.rfft(windows * _hann(), axis=1)
    power = (spectrum.real**2 + spectrum.imag**2) * np.float32(_POWER_OF_16_KHZ)
    mel = np.full((frames, bands), 1e-10, dtype=np.float32)
    np.maximum(power @ _mel_filters(bands), 1e-10, out=mel[:heard])
    log = np.log10(mel, out=mel)
    np.maximum(log, log.max() - 8.0, out=log)
    return np.ascontiguousarray(((log + 4.0) / 4.0).T)
