import numpy as np
import pytest

from models.audio import mulaw_encode
from models.interfaces import Audio
from tests.fakes.speech_detector import FakeGate, FakeSpeechDetector
from voice.listening.gate import GateFrame, SpeechGate


def tone(ms: int, *, hertz: float = 400.0, amplitude: float = 0.3) -> Audio:
    return (amplitude * np.sin(2 * np.pi * hertz * np.arange(8 * ms) / 8000)).astype(np.float32)


def hush(ms: int, *, amplitude: float = 0.0005) -> Audio:
    return np.random.default_rng(0).normal(0, amplitude, 8 * ms).astype(np.float32)


def gate() -> SpeechGate:
    return SpeechGate(FakeSpeechDetector().stream(), FakeGate())


def heard(*parts: Audio, piece: int = 160) -> list[GateFrame]:
    ear, data = gate(), mulaw_encode(np.concatenate(parts))
    return [frame for i in range(0, len(data), piece) for frame in ear.push(data[i : i + piece])]


@pytest.mark.parametrize("piece", [1, 7, 80, 160, 161, 1000, 100_000])
def test_any_piece_size_gives_the_same_frames(piece: int) -> None:
    parts = (hush(300), tone(500), hush(300))
    assert heard(*parts, piece=piece) == heard(*parts)


def test_frames_tile_the_call_clock() -> None:
    frames = heard(hush(1000))
    assert [(f.start_ms, f.end_ms) for f in frames[:3]] == [(0, 20), (20, 40), (40, 60)]
    assert len(frames) == 50


def test_nothing_in_nothing_out() -> None:
    assert gate().push(b"") == []


def test_the_last_voiced_sample_is_found_within_ten_milliseconds() -> None:
    for length in (400, 410, 430, 450):
        frames = heard(hush(300), tone(length), hush(400))
        last = max(f.voiced_to_ms for f in frames if f.voiced_to_ms is not None)
        assert abs(last - (300 + length)) <= 10


def test_the_first_voiced_sample_is_found_within_one_detector_chunk() -> None:
    first = next(f.voiced_from_ms for f in heard(hush(300), tone(400)) if f.voiced_from_ms is not None)
    assert 290 <= first <= 340


def test_a_tail_far_below_the_voice_is_no_voice() -> None:
    frames = heard(hush(300), tone(600), tone(400, amplitude=0.004))
    assert max(f.voiced_to_ms for f in frames if f.voiced_to_ms is not None) <= 920


def test_loudness_is_told_before_the_detector_has_made_up_its_mind_and_outlasts_a_short_gap() -> None:
    frames = heard(hush(300), tone(100), hush(20), tone(100), hush(200))
    assert next(f.start_ms for f in frames if f.loud_ms) == 300
    assert max(f.loud_ms for f in frames) >= 220 and frames[-1].loud_ms == 0


def test_a_hum_has_its_energy_below_the_rest() -> None:
    hum = [f for f in heard(hush(200), tone(300, hertz=200)) if f.voiced]
    hiss = [f for f in heard(hush(200), tone(300, hertz=2500)) if f.voiced]
    assert min(f.low_share for f in hum) > 0.95 and max(f.low_share for f in hiss) < 0.05


def test_the_detector_sleeps_while_the_cheap_gate_is_shut() -> None:
    stream = FakeSpeechDetector().stream()
    calls = []
    push = stream.push
    stream.push = lambda audio: calls.append(1) or push(audio)  # type: ignore[func-returns-value, method-assign]
    SpeechGate(stream, FakeGate()).push(mulaw_encode(hush(5000)))
    assert not calls


def test_what_is_voice_on_a_quiet_line_is_none_above_a_loud_background() -> None:
    faint = tone(300, amplitude=0.02)
    assert any(f.voiced for f in heard(hush(5000), faint))
    assert not any(f.voiced for f in heard(hush(5000, amplitude=0.01), faint)[250:])
