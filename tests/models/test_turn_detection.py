from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from models.errors import ModelError
from models.interfaces import Audio, TurnModel
from models.turn_detection import SmartTurn, smart_turn_features
from tests.fakes.turn_model import FakeTurnModel


class Inline:
    """Runs at once what would run in a worker."""

    async def run(self, fn: Callable[..., Any], *args: Any, session_id: str = "") -> Any:
        return fn(*args)


def speechlike(seconds: float, seed: int = 0) -> Audio:
    rng = np.random.default_rng(seed)
    n = int(16000 * seconds)
    envelope = 0.5 + 0.5 * np.sin(2 * np.pi * 3 * np.arange(n) / 16000)
    return (0.1 * envelope * np.cumsum(rng.normal(0, 0.1, n)) / 10).astype(np.float32)


@pytest.mark.parametrize("seconds", [0.02, 0.3, 1.0, 3.33, 7.995, 8.0, 12.0])
def test_features_equal_those_of_pipecats_own_analyser(seconds: float) -> None:
    reference = pytest.importorskip("pipecat.audio.turn.smart_turn._whisper_features")
    audio = speechlike(seconds)
    padded = np.pad(audio, (max(0, 128_000 - audio.size), 0))[-128_000:]
    expected = reference.compute_whisper_log_mel_features(padded, do_normalize=True)
    np.testing.assert_allclose(smart_turn_features(audio), expected, atol=2e-4)


@pytest.fixture(scope="module", params=["smart_turn", "fake"])
def model(request: pytest.FixtureRequest) -> TurnModel:
    return SmartTurn(Inline()) if request.param == "smart_turn" else FakeTurnModel(0.7)


@pytest.mark.parametrize("seconds", [0.05, 1.0, 8.0, 60.0])
async def test_any_length_gives_a_probability(model: TurnModel, seconds: float) -> None:
    audio = speechlike(seconds / 2)[: int(8000 * seconds)]
    assert 0.0 <= await model.complete(audio, session_id="call") <= 1.0


async def test_only_the_last_eight_seconds_count(model: TurnModel) -> None:
    audio = speechlike(4.0)
    before = speechlike(2.0, seed=1)
    alone = await model.complete(audio[:64_000])
    assert await model.complete(np.concatenate((before, audio[:64_000]))) == pytest.approx(alone)


@pytest.mark.parametrize(
    ("audio", "code"),
    [
        (np.zeros(0, dtype=np.float32), "audio_empty"),
        (np.zeros((100, 2), dtype=np.float32), "audio_shape"),
        (np.full(800, np.nan, dtype=np.float32), "audio_not_finite"),
        (np.zeros(800, dtype=np.int16), "audio_dtype"),
    ],
)
async def test_what_is_no_audio_is_refused(model: TurnModel, audio: Audio, code: str) -> None:
    with pytest.raises(ModelError, match=code):
        await model.complete(audio)


async def test_silence_is_judged_without_fuss(model: TurnModel) -> None:
    assert 0.0 <= await model.complete(np.zeros(8000, dtype=np.float32)) <= 1.0
