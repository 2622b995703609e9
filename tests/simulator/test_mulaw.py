import numpy as np

from simulator.mulaw import FRAME, SILENCE, decode, encode, encode_float, frames_of, is_voiced, voiced_windows


def test_known_values_of_the_standard() -> None:
    assert [int(decode(bytes([code]))[0]) for code in (0x00, 0x80, 0x7F, 0xFF, 0xF0)] == [-32124, 32124, 0, 0, 120]


def test_decoding_and_encoding_again_gives_the_same_codes() -> None:
    codes = bytes(code for code in range(256) if code != 0x7F)
    assert encode(decode(codes)) == codes


def test_quantisation_error_stays_within_half_a_step() -> None:
    samples = np.arange(-32000, 32000, 7).astype(np.int16)
    error = np.abs(decode(encode(samples)).astype(int) - samples)
    assert np.all(error <= np.maximum(8, np.abs(samples.astype(int)) / 16))


def test_the_last_frame_is_filled_with_silence() -> None:
    assert frames_of(b"\x00" * 170) == [b"\x00" * FRAME, b"\x00" * 10 + b"\xff" * 150]


def test_voiced_audio_is_found_between_silences() -> None:
    tone = 0.3 * np.sin(2 * np.pi * 300 * np.arange(1600) / 8000)
    audio = encode_float(np.concatenate([np.zeros(800), tone, np.zeros(800)]).astype(np.float32))
    assert np.flatnonzero(voiced_windows(audio)).tolist() == list(range(10, 30))


def test_faint_noise_is_not_voiced_but_a_voice_is() -> None:
    noise = (np.random.default_rng(1).normal(0, 0.001, FRAME)).astype(np.float32)
    tone = (0.1 * np.sin(np.arange(FRAME))).astype(np.float32)
    assert not is_voiced(SILENCE) and not is_voiced(encode_float(noise)) and is_voiced(encode_float(tone))
