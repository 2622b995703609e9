"""What every voice emotion model keeps to, the fake included, and what the real one promises beyond."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from models.audio import mulaw_round_trip, resample
from models.emotion.voice import LONGEST_S, VoiceEmotion
from models.errors import ModelError
from models.in_threads import ThreadedVoiceEmotion
from models.interfaces import Audio, Emotion, EmotionModel, Role, SpokenAudio
from models.workers import ModelWorkers
from tests.fakes.emotion import ANGRY, CALM, FakeEmotionModel

RATE = 8000


@pytest.fixture(scope="module")
def voice() -> VoiceEmotion:
    return VoiceEmotion()


@pytest.fixture(scope="module", params=["real", "fake"])
def model(request: pytest.FixtureRequest) -> EmotionModel:
    if request.param == "fake":
        return FakeEmotionModel()
    return ThreadedVoiceEmotion(VoiceEmotion(), ModelWorkers("emotion"))


@pytest.fixture(scope="module")
def speech() -> Audio:
    """About 4 s of a synthetic voice on a telephone."""
    from hibari import Hibari

    engine = Hibari(threads=1)
    spoken = engine("I have been waiting for my parcel for two weeks now, and nobody calls me back.", seed=0)
    return mulaw_round_trip(resample(np.asarray(spoken, dtype=np.float32), engine.sample_rate, RATE))


def of_caller(samples: Audio) -> SpokenAudio:
    return SpokenAudio(Role.CALLER, samples)


class NeverLookedAt:
    """Stands for samples that must not be touched."""

    def __getattribute__(self, name: str) -> object:
        raise AssertionError(f"the samples were looked at: {name}")


class TestConformance:
    async def test_speech_gives_probabilities_that_sum_to_one(self, model: EmotionModel, speech: Audio) -> None:
        estimate = await model.estimate(of_caller(speech))
        assert estimate.enough_evidence
        assert set(estimate.probabilities) == set(Emotion)
        assert sum(estimate.probabilities.values()) == pytest.approx(1.0, abs=1e-5)
        assert all(0.0 <= share <= 1.0 for share in estimate.probabilities.values())
        assert 0.0 <= estimate.arousal <= 1.0

    @pytest.mark.parametrize("role", [Role.AGENT, Role.BOT])
    async def test_refuses_all_but_the_caller_before_it_looks(self, model: EmotionModel, role: Role) -> None:
        with pytest.raises(ModelError) as caught:
            await model.estimate(SpokenAudio(role, NeverLookedAt()))  # type: ignore[arg-type]
        assert caught.value.code == "emotion_role"

    @pytest.mark.parametrize(
        "samples",
        [
            np.zeros(0, dtype=np.float32),
            np.zeros(400, dtype=np.float32),
            np.full(int(0.05 * RATE), 0.3, dtype=np.float32),
            np.zeros(4 * RATE, dtype=np.float32),
            np.full(4 * RATE, 1e-4, dtype=np.float32),
        ],
        ids=["empty", "silent 0.05 s", "0.05 s", "silent 4 s", "faint offset"],
    )
    async def test_what_says_nothing_gives_no_evidence(self, model: EmotionModel, samples: Audio) -> None:
        estimate = await model.estimate(of_caller(samples))
        assert not estimate.enough_evidence
        assert estimate.label is None

    @pytest.mark.parametrize(
        ("samples", "code"),
        [
            (np.full(8000, np.nan, dtype=np.float32), "audio_not_finite"),
            (np.full(8000, np.inf, dtype=np.float32), "audio_not_finite"),
            (np.zeros((8000, 2), dtype=np.float32), "audio_shape"),
            (np.zeros((2, 8000), dtype=np.float32), "audio_shape"),
            (np.zeros(8000, dtype=np.int16), "audio_dtype"),
            (np.zeros(8000, dtype=np.float64), "audio_dtype"),
            (np.full(8000, 12000.0, dtype=np.float32), "audio_scale"),
            (b"\xff" * 8000, "audio_dtype"),
            (None, "audio_dtype"),
        ],
        ids=["nan", "inf", "stereo", "stereo rows", "int16", "float64", "16-bit scale", "bytes", "none"],
    )
    async def test_what_is_no_audio_is_a_typed_error(self, model: EmotionModel, samples: Audio, code: str) -> None:
        with pytest.raises(ModelError) as caught:
            await model.estimate(of_caller(samples))
        assert caught.value.code == code

    async def test_one_bad_sample_is_enough(self, model: EmotionModel, speech: Audio) -> None:
        broken = speech.copy()
        broken[-1] = np.nan
        with pytest.raises(ModelError):
            await model.estimate(of_caller(broken))

    async def test_the_audio_is_left_as_it_was(self, model: EmotionModel, speech: Audio) -> None:
        before = speech.copy()
        await model.estimate(of_caller(speech))
        np.testing.assert_array_equal(speech, before)


class TestVoiceEmotion:
    @pytest.mark.parametrize("gain_db", [-20.0, -10.0, 10.0, 20.0])
    def test_volume_changes_little(self, voice: VoiceEmotion, speech: Audio, gain_db: float) -> None:
        quiet = speech * (0.09 / np.abs(speech).max())
        one = voice.estimate(of_caller(quiet.astype(np.float32)))
        other = voice.estimate(of_caller((quiet * 10.0 ** (gain_db / 20.0)).astype(np.float32)))
        assert one.label is other.label
        for emotion in Emotion:
            assert one.probabilities[emotion] == pytest.approx(other.probabilities[emotion], abs=0.02)

    def test_the_same_audio_gives_the_same_answer(self, voice: VoiceEmotion, speech: Audio) -> None:
        assert voice.estimate(of_caller(speech)) == voice.estimate(of_caller(speech))

    @pytest.mark.parametrize("seconds", [1.0, 1.5, 2.0, 4.0, 4.01, 8.0])
    def test_any_length_from_one_to_eight_seconds(self, voice: VoiceEmotion, speech: Audio, seconds: float) -> None:
        samples = np.resize(speech, int(seconds * RATE)).astype(np.float32)
        assert voice.estimate(of_caller(samples)).enough_evidence

    def test_of_a_minute_the_last_eight_seconds_count(self, voice: VoiceEmotion, speech: Audio) -> None:
        minute = np.resize(speech, 60 * RATE).astype(np.float32)
        last = minute[-int(LONGEST_S * RATE) :]
        assert voice.estimate(of_caller(minute)) == voice.estimate(of_caller(last))

    def test_silence_around_the_speech_changes_little(self, voice: VoiceEmotion, speech: Audio) -> None:
        padded = np.concatenate([np.zeros(2 * RATE, np.float32), speech[: 3 * RATE], np.zeros(2 * RATE, np.float32)])
        one, other = voice.estimate(of_caller(speech[: 3 * RATE])), voice.estimate(of_caller(padded))
        for emotion in Emotion:
            assert one.probabilities[emotion] == pytest.approx(other.probabilities[emotion], abs=0.15)

    def test_a_square_wave_is_no_voice(self, voice: VoiceEmotion) -> None:
        square = np.sign(np.sin(np.arange(4 * RATE) * 0.3)).astype(np.float32)
        assert not voice.estimate(of_caller(square)).enough_evidence

    def test_clipped_speech_is_judged_or_declined_but_never_a_crash(self, voice: VoiceEmotion, speech: Audio) -> None:
        clipped = np.clip(speech * 30.0, -1.0, 1.0).astype(np.float32)
        estimate = voice.estimate(of_caller(clipped))
        assert not estimate.enough_evidence or sum(estimate.probabilities.values()) == pytest.approx(1.0, abs=1e-5)

    @pytest.mark.parametrize("level", [0.3, 0.01])
    def test_steady_noise_is_no_voice(self, voice: VoiceEmotion, level: float) -> None:
        hiss = (level * np.random.default_rng(1).standard_normal(4 * RATE)).astype(np.float32)
        assert not voice.estimate(of_caller(np.clip(hiss, -1, 1))).enough_evidence

    def test_a_tone_is_no_voice(self, voice: VoiceEmotion) -> None:
        tone = (0.3 * np.sin(2 * np.pi * 440.0 * np.arange(4 * RATE) / RATE)).astype(np.float32)
        assert not voice.estimate(of_caller(tone)).enough_evidence

    def test_missing_weights_say_what_to_do(self, tmp_path: Path) -> None:
        with pytest.raises(ModelError) as caught:
            VoiceEmotion(tmp_path / "none.onnx")
        assert caught.value.code == "emotion_weights"
        assert "none.onnx" in caught.value.message

    def test_a_broken_file_is_a_typed_error(self, tmp_path: Path) -> None:
        broken = tmp_path / "broken.onnx"
        broken.write_bytes(b"not a model")
        with pytest.raises(ModelError) as caught:
            VoiceEmotion(broken)
        assert caught.value.code == "emotion_weights"


async def test_the_fake_follows_its_script(speech: Audio) -> None:
    fake = FakeEmotionModel(script=[CALM, ANGRY])
    labels = [(await fake.estimate(of_caller(speech))).label for _ in range(3)]
    assert labels == [Emotion.NEUTRAL, Emotion.ANGER, Emotion.ANGER]


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="training extra not installed")
def test_an_exported_network_answers_as_torch_does(tmp_path: Path) -> None:
    import torch

    from models.emotion import EMOTIONS
    from scripts.emotion_net import EmotionNet, Ensemble, Heads, export

    torch.manual_seed(3)
    nets = [EmotionNet(width=16, hidden=32), EmotionNet(width=16, hidden=32)]
    heads = Heads(temperature=0.7, bias=(0.3, -0.1, 0.5, -0.7))
    model = Ensemble(nets, heads).eval()
    export(model, tmp_path / "tiny.onnx")
    example = (np.random.default_rng(0).uniform(-80.0, 0.0, (3, 77, 100))).astype(np.float32)
    with torch.no_grad():
        wanted = model(torch.tensor(example))
    for one, other in zip(wanted, VoiceEmotion(tmp_path / "tiny.onnx").infer(example), strict=True):
        np.testing.assert_allclose(one.numpy(), other, atol=1e-5)
    assert wanted[0].shape == (3, len(EMOTIONS))
