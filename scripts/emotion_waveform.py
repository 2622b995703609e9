"""Mel images turned back into sound and sent through a real telephone band, noise and G.711 mu-law."""

from functools import cache
from pathlib import Path

import librosa
import numpy as np
import scipy.signal
import soundfile
from numpy.typing import NDArray

from models.audio import mulaw_round_trip
from models.emotion.features import FFT_SIZE, HOP, Floats, mel_filters
from models.interfaces import TELEPHONE_RATE, Audio

_LEVEL = 0.07
"""Speech at about -23 dBFS, as on a telephone."""


@cache
def _inverse_filters() -> Floats:
    return np.asarray(np.linalg.pinv(mel_filters()), dtype=np.float32)


def invert(power: Floats, *, rounds: int = 32) -> Audio:
    """Sound with (nearly) the given mel power: non-negative inversion of the filters, then Griffin-Lim.

    Args:
        power: float32 [frames, 100].
        rounds: Griffin-Lim iterations.

    Returns:
        float32 [128 * (frames - 1)], 8 kHz, at about -23 dBFS.
    """
    filters = mel_filters()
    bins = np.maximum(power @ _inverse_filters(), 1e-10)
    for _ in range(30):
        bins *= (power @ filters.T) / np.maximum(bins @ filters @ filters.T, 1e-12)
    sound = librosa.griffinlim(
        np.sqrt(bins.T), n_iter=rounds, hop_length=HOP, win_length=FFT_SIZE, n_fft=FFT_SIZE, random_state=0
    )
    return np.asarray(sound * _LEVEL / max(float(np.sqrt((sound**2).mean())), 1e-9), dtype=np.float32)


@cache
def _band() -> NDArray[np.float64]:
    return np.asarray(
        scipy.signal.butter(6, (300.0, 3400.0), "bandpass", fs=TELEPHONE_RATE, output="sos"), dtype=np.float64
    )


def through_telephone(speech: Audio, noise: Audio | None, snr_db: float) -> Audio:
    """Add noise, keep 300 to 3400 Hz, and send it through mu-law and back.

    Args:
        speech: float32 [n], 8 kHz.
        noise: float32 [n], or None for a quiet room.
        snr_db: Speech to noise, both as the telephone's band carries them.
    """
    heard = scipy.signal.sosfilt(_band(), speech)
    if noise is not None:
        behind = scipy.signal.sosfilt(_band(), noise)
        gain = np.sqrt((heard**2).mean() / max((behind**2).mean(), 1e-12)) * 10.0 ** (-snr_db / 20.0)
        heard = heard + gain * behind
    return mulaw_round_trip(heard.astype(np.float32))


def load_noise_sounds(folder: Path, names: tuple[str, ...]) -> list[Audio]:
    """The named 8 kHz noise recordings as mono float32."""
    sounds = [soundfile.read(folder / f"{name}.flac", dtype="float32", always_2d=True)[0] for name in names]
    return [np.asarray(sound.mean(axis=1), dtype=np.float32) for sound in sounds]
