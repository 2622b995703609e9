"""G.711 μ-law as table look-ups over NumPy arrays, and what counts as voiced audio."""

import numpy as np
from numpy.typing import NDArray

RATE = 8000
"""Sample rate of telephone audio, Hz."""
FRAME_MS = 20
"""Length of one frame on the wire, ms."""
FRAME = RATE * FRAME_MS // 1000
"""Samples, and in μ-law bytes, of one frame."""
SILENCE = b"\xff" * FRAME
"""One frame of digital silence."""

VOICED_WINDOW = RATE // 100
"""Samples over which voicing is judged: 10 ms."""
VOICED_FLOOR_DBFS = -48.0
"""A window below this level (RMS, dB relative to full scale) is never voiced."""
VOICED_BELOW_PEAK_DB = 32.0
"""A window more than this below the loudest window of its clip is not voiced."""


def _decode_table() -> NDArray[np.int16]:
    """The 256 values of G.711 μ-law (ITU-T G.711, table 2)."""
    code = ~np.arange(256, dtype=np.uint8)
    magnitude = (((code & 0x0F).astype(np.int32) << 3) + 0x84) << ((code & 0x70) >> 4)
    value = magnitude - 0x84
    return np.where(code & 0x80, -value, value).astype(np.int16)


def _encode_table() -> NDArray[np.uint8]:
    """For each 16-bit sample, indexed by its unsigned view, the μ-law code."""
    sample = np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int32)
    magnitude = np.minimum(np.abs(sample), 32635) + 0x84
    exponent = np.floor(np.log2(magnitude)).astype(np.int32) - 7
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    sign = np.where(sample < 0, 0x80, 0)
    return (~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8)


DECODE = _decode_table()
ENCODE = _encode_table()
_POWER = (DECODE.astype(np.float64) / 32768.0) ** 2
_FLOOR_POWER = 10 ** (VOICED_FLOOR_DBFS / 10)
_QUIET = bytes(1 if abs(int(DECODE[code])) <= 64 else 0 for code in range(256))


def decode(audio: bytes) -> NDArray[np.int16]:
    """μ-law bytes [n] to linear int16 [n]."""
    return DECODE[np.frombuffer(audio, np.uint8)]


def encode(samples: NDArray[np.int16]) -> bytes:
    """Linear int16 [n] to μ-law bytes [n]."""
    return ENCODE[samples.view(np.uint16)].tobytes()


def encode_float(samples: NDArray[np.float32]) -> bytes:
    """Float [n] in [-1, 1] (clipped outside) to μ-law bytes [n]."""
    return encode((np.clip(samples, -1.0, 1.0) * 32767.0).astype(np.int16))


def frames_of(audio: bytes) -> list[bytes]:
    """Cut into frames of 160 bytes, the last one filled up with silence."""
    return [audio[at : at + FRAME].ljust(FRAME, b"\xff") for at in range(0, len(audio), FRAME)]


def window_levels(audio: bytes) -> NDArray[np.float64]:
    """Mean power of each whole 10 ms window, relative to full scale."""
    count = len(audio) // VOICED_WINDOW
    power = _POWER[np.frombuffer(audio, np.uint8, count * VOICED_WINDOW)]
    return power.reshape(count, VOICED_WINDOW).mean(axis=1)


def voiced_windows(audio: bytes) -> NDArray[np.bool_]:
    """Which 10 ms windows of a clip are voiced.

    This is the one definition of "voiced" of all measures: RMS within 32 dB of the loudest window of the same audio
    and above -48 dB relative to full scale.
    """
    levels = window_levels(audio)
    if not levels.size:
        return np.zeros(0, np.bool_)
    return levels >= max(_FLOOR_POWER, float(levels.max()) * 10 ** (-VOICED_BELOW_PEAK_DB / 10))


def is_voiced(frame: bytes) -> bool:
    """Whether a listener hears something in a frame: the same floor, for audio whose peak is not known yet."""
    if frame.translate(_QUIET).count(1) == len(frame):
        return False
    return float(np.add.reduce(_POWER[np.frombuffer(frame, np.uint8)])) >= _FLOOR_POWER * len(frame)
