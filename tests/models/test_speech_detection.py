from pathlib import Path

import numpy as np
import pytest
import soundfile

from models.errors import ModelError
from models.interfaces import Audio, SpeechDetector
from models.speech_detection import CHUNK_SAMPLES, SileroDetector, WebRtcGate
from tests.fakes.speech_detector import FakeSpeechDetector

CLIP = Path(__file__).parents[1] / "data" / "my_fellow_americans.flac"


@pytest.fixture(scope="module", params=[SileroDetector, FakeSpeechDetector])
def detector(request: pytest.FixtureRequest) -> SpeechDetector:
    made: SpeechDetector = request.param()
    return made


def voice(seconds: float) -> Audio:
    """The beginning of a sentence that a person said."""
    audio, rate = soundfile.read(CLIP, dtype="float32")
    assert rate == 8000
    start = int(0.55 * rate)
    cut: Audio = audio[start : start + int(seconds * rate)]
    return cut


def probabilities(detector: SpeechDetector, audio: Audio) -> list[float]:
    stream = detector.stream()
    return [stream.push(audio[i : i + CHUNK_SAMPLES]) for i in range(0, len(audio) - CHUNK_SAMPLES + 1, CHUNK_SAMPLES)]


def test_silence_is_no_speech(detector: SpeechDetector) -> None:
    assert max(probabilities(detector, np.zeros(8000, dtype=np.float32))) < 0.3


def test_a_voice_is_speech(detector: SpeechDetector) -> None:
    assert np.mean(probabilities(detector, voice(1.0))[5:]) > 0.6


def test_streams_do_not_know_each_other(detector: SpeechDetector) -> None:
    audio = voice(0.5)
    alone = probabilities(detector, audio)
    one, other = detector.stream(), detector.stream()
    noise = np.random.default_rng(0).normal(0, 0.1, CHUNK_SAMPLES).astype(np.float32)
    woven = []
    for i in range(0, len(audio) - CHUNK_SAMPLES + 1, CHUNK_SAMPLES):
        other.push(noise)
        woven.append(one.push(audio[i : i + CHUNK_SAMPLES]))
    assert woven == pytest.approx(alone)


def test_reset_forgets(detector: SpeechDetector) -> None:
    audio = voice(0.5)
    stream = detector.stream()
    first = stream.push(audio[:CHUNK_SAMPLES])
    stream.push(audio[CHUNK_SAMPLES : 2 * CHUNK_SAMPLES])
    stream.reset()
    assert stream.push(audio[:CHUNK_SAMPLES]) == pytest.approx(first)


@pytest.mark.parametrize("samples", [0, 1, 255, 257, 512])
def test_another_length_is_refused(detector: SpeechDetector, samples: int) -> None:
    with pytest.raises(ModelError, match="audio_shape"):
        detector.stream().push(np.zeros(samples, dtype=np.float32))


def test_nan_is_refused_and_the_stream_goes_on(detector: SpeechDetector) -> None:
    stream = detector.stream()
    with pytest.raises(ModelError, match="audio_not_finite"):
        stream.push(np.full(CHUNK_SAMPLES, np.nan, dtype=np.float32))
    assert stream.push(np.zeros(CHUNK_SAMPLES, dtype=np.float32)) < 0.3


def test_clipped_audio_is_judged(detector: SpeechDetector) -> None:
    assert 0 <= detector.stream().push(np.ones(CHUNK_SAMPLES, dtype=np.float32)) <= 1


def test_the_cheap_gate_is_shut_in_silence_and_open_in_a_voice() -> None:
    gate = WebRtcGate()
    pcm = (voice(0.5) * 32767).astype(np.int16)
    opened = [gate.is_open(pcm[i : i + 160]) for i in range(0, 4000, 160)]
    assert np.mean(opened) > 0.9
    assert not WebRtcGate().is_open(np.zeros(160, dtype=np.int16))
    with pytest.raises(ModelError, match="audio_shape"):
        gate.is_open(pcm[:100])
