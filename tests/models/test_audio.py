import numpy as np
import pytest

from models.audio import check_audio, mulaw_decode, mulaw_encode, mulaw_round_trip, resample
from models.errors import ModelError


def tone(hz: float, rate: int, seconds: float = 1.0) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * hz * np.arange(int(rate * seconds)) / rate)).astype(np.float32)


@pytest.mark.parametrize(
    ("sample", "byte"),
    [(0, 0xFF), (-4, 0x7E), (32767, 0x80), (-32768, 0x00), (1000, 0xCE), (-1000, 0x4E), (-32124, 0x00), (131, 0xEF)],
)
def test_mulaw_encodes_the_published_codes(sample, byte):
    assert mulaw_encode(np.array([sample / 32768], dtype=np.float32)) == bytes([byte])


def test_mulaw_equals_the_standard_library_on_every_sample():
    audioop = pytest.importorskip("audioop", reason="audioop left the standard library in Python 3.13")
    every = np.arange(-32768, 32768).astype(np.int16)
    assert mulaw_encode(every.astype(np.float32) / 32768) == audioop.lin2ulaw(every.tobytes(), 2)
    codes = bytes(range(256))
    linear = np.frombuffer(audioop.ulaw2lin(codes, 2), dtype=np.int16)
    np.testing.assert_array_equal(mulaw_decode(codes), linear.astype(np.float32) / 32768)


def test_every_code_survives_a_second_round_trip():
    once = mulaw_decode(bytes(range(256)))
    np.testing.assert_array_equal(mulaw_round_trip(once), once)


def test_beyond_full_scale_is_clipped_not_wrapped():
    assert mulaw_encode(np.array([3.0, -3.0], dtype=np.float32)) == b"\x80\x00"


def test_empty_bytes_are_empty_audio():
    assert mulaw_decode(b"").size == 0
    assert mulaw_encode(np.zeros(0, dtype=np.float32)) == b""


def test_resampling_keeps_duration_and_pitch():
    up = resample(tone(440, 8000), 8000, 16000)
    assert up.dtype == np.float32 and up.size == 16000
    np.testing.assert_allclose(up[1000:-1000], tone(440, 16000)[1000:-1000], atol=1e-3)


@pytest.mark.parametrize(
    ("audio", "code"),
    [
        (np.zeros(800, dtype=np.float64), "audio_dtype"),
        (np.zeros(800, dtype=np.int16), "audio_dtype"),
        ([0.0] * 800, "audio_dtype"),
        (b"\xff" * 160, "audio_dtype"),
        (np.zeros((800, 2), dtype=np.float32), "audio_shape"),
        (np.zeros(0, dtype=np.float32), "audio_empty"),
        (np.full(800, np.nan, dtype=np.float32), "audio_not_finite"),
        (np.array([0.0, np.inf], dtype=np.float32), "audio_not_finite"),
        (np.full(800, 12000.0, dtype=np.float32), "audio_scale"),
        (np.zeros(8000 * 61, dtype=np.float32), "audio_too_long"),
    ],
)
def test_what_is_no_audio_is_refused_by_code(audio, code):
    with pytest.raises(ModelError) as refused:
        check_audio(audio, max_s=60)
    assert refused.value.code == code


def test_clipped_audio_and_slight_overshoot_are_audio():
    loud = np.clip(tone(200, 8000) * 40, -1.2, 1.2).astype(np.float32)
    np.testing.assert_array_equal(check_audio(loud), loud)


def test_no_samples_are_fine_where_they_are_allowed():
    assert check_audio(np.zeros(0, dtype=np.float32), allow_empty=True).size == 0
