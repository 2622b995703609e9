"""Arithmetic on telephone audio: μ-law, change of sample rate, and the check every engine does on what it is handed."""

from functools import cache

import numpy as np
import soxr
from numpy.typing import NDArray

from models.errors import ModelError
from models.interfaces import TELEPHONE_RATE, Audio

_BIAS = 33
_CLIP = 0x1FFF - _BIAS
_SEGMENT_ENDS = np.array([0x3F, 0x7F, 0xFF, 0x1FF, 0x3FF, 0x7FF, 0xFFF, 0x1FFF])
_FULL_SCALE = 4.0
"""Samples beyond this are no overshoot of a resampler but audio of another scale (16-bit numbers as floats)."""


@cache
def _encode_table() -> NDArray[np.uint8]:
    """μ-law byte of each 16-bit sample, indexed by the sample's unsigned reading (ITU-T G.711, 14-bit form)."""
    linear = np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int32) >> 2
    negative = linear < 0
    magnitude = np.minimum(np.abs(linear), _CLIP) + _BIAS
    segment = np.searchsorted(_SEGMENT_ENDS, magnitude)
    code = (segment << 4) | ((magnitude >> (segment + 1)) & 0x0F)
    return (code ^ np.where(negative, 0x7F, 0xFF)).astype(np.uint8)


@cache
def _decode_table() -> NDArray[np.float32]:
    """Sample in [-1, 1) of each μ-law byte (ITU-T G.711)."""
    code = np.arange(256, dtype=np.int32) ^ 0xFF
    segment, mantissa = (code >> 4) & 0x07, code & 0x0F
    magnitude = ((((mantissa << 1) + _BIAS) << segment) - _BIAS) << 2
    return (np.where(code & 0x80, -magnitude, magnitude) / 32768.0).astype(np.float32)


def mulaw_decode(data: bytes) -> Audio:
    """Decode G.711 μ-law bytes, one a sample, to float32 [n] in [-1, 1) at the line's rate."""
    return _decode_table()[np.frombuffer(data, dtype=np.uint8)]


def mulaw_encode(audio: Audio) -> bytes:
    """Encode float [n] in [-1, 1] as G.711 μ-law bytes, one a sample; what is beyond full scale is clipped."""
    linear = np.clip(np.rint(np.asarray(audio) * 32768.0), -32768, 32767).astype(np.int16)
    return _encode_table()[linear.view(np.uint16)].tobytes()


def mulaw_round_trip(audio: Audio) -> Audio:
    """What a telephone line makes of 8 kHz audio: float32 [n] through μ-law and back."""
    return mulaw_decode(mulaw_encode(audio))


def resample(audio: Audio, from_rate: int, to_rate: int) -> Audio:
    """Change the sample rate of a whole clip with soxr's high quality filter.

    Args:
        audio: float32 [n] at ``from_rate`` Hz.
        from_rate: Rate of ``audio``, Hz.
        to_rate: Wanted rate, Hz.

    Returns:
        float32 [about n * to_rate / from_rate], the delay of the filter taken out.
    """
    if from_rate == to_rate or audio.size == 0:
        return np.ascontiguousarray(audio, dtype=np.float32)
    resampled: Audio = soxr.resample(np.asarray(audio, dtype=np.float32), from_rate, to_rate, quality=soxr.HQ)
    return resampled


def check_audio(
    audio: object, *, rate: int = TELEPHONE_RATE, max_s: float | None = None, allow_empty: bool = False
) -> Audio:
    """Return ``audio`` as contiguous float32 [n] when it is audio an engine can take.

    Args:
        audio: What was handed in; expected mono float32 [n], nominally in [-1, 1].
        rate: Its rate in Hz, for ``max_s``.
        max_s: Longest duration taken, seconds; None for no limit.
        allow_empty: Whether no samples at all is fine.

    Raises:
        ModelError: ``audio_dtype``, ``audio_shape`` (stereo and the like), ``audio_empty``, ``audio_not_finite``,
            ``audio_scale`` (16-bit numbers as floats) or ``audio_too_long``.
    """
    if not isinstance(audio, np.ndarray) or audio.dtype != np.float32:
        kind = audio.dtype if isinstance(audio, np.ndarray) else type(audio).__name__
        raise ModelError("audio_dtype", f"Audio must be a float32 array in [-1, 1], not {kind}; convert it first.")
    if audio.ndim != 1:
        raise ModelError("audio_shape", f"Audio must be mono, shape [n], not {list(audio.shape)}; pick one channel.")
    if audio.size == 0:
        if allow_empty:
            return audio
        raise ModelError("audio_empty", "The audio has no samples; hand in at least one frame.")
    if max_s is not None and audio.size > max_s * rate:
        raise ModelError(
            "audio_too_long", f"The audio lasts {audio.size / rate:.1f} s, at most {max_s:g} s are taken; split it."
        )
    peak = float(np.max(np.abs(audio)))
    if not np.isfinite(peak):
        raise ModelError("audio_not_finite", "The audio holds NaN or infinite samples; look at what decoded it.")
    if peak > _FULL_SCALE:
        raise ModelError("audio_scale", f"The audio peaks at {peak:.0f}; divide 16-bit samples by 32768.")
    return np.ascontiguousarray(audio)
