from pathlib import Path

import numpy as np
import pytest

from languages import load
from models.errors import ModelError
from models.turn_evidence import CUES, PROSODY, TurnCues, TurnEvidence, cue_vector, prosody, text_features

WORDS = load("en").turns


@pytest.fixture(scope="module")
def model() -> TurnEvidence:
    return TurnEvidence(WORDS)


def cues(text: str, turn_probability: float | None = 0.5, **more: object) -> TurnCues:
    return TurnCues(text=text, confidence=0.8, turn_probability=turn_probability, speech_ms=1500, **more)  # type: ignore[arg-type]


def test_a_beginning_is_less_complete_than_the_sentence(model: TurnEvidence) -> None:
    for whole, beginning in [
        ("I want to cancel my order", "I want to"),
        ("Can you tell me where my card went", "Can you tell me"),
        ("It was delivered to the wrong address", "It was delivered to the"),
    ]:
        assert model.words_log_odds(whole) > model.words_log_odds(beginning) + 1
        assert model.complete(cues(whole)) > model.complete(cues(beginning))


def test_a_higher_turn_probability_is_never_less_complete(model: TurnEvidence) -> None:
    judged = [model.complete(cues("Where is my order?", p)) for p in (0.01, 0.1, 0.5, 0.9, 0.99)]
    assert judged == sorted(judged) and judged[-1] - judged[0] > 0.3


def test_a_trailing_conjunction_is_incomplete_even_if_the_voice_is_unsure(model: TurnEvidence) -> None:
    assert model.complete(cues("It arrived broken and", 0.5)) < 0.5 * model.complete(cues("It arrived broken.", 0.5))


@pytest.mark.parametrize("text", ["", "...", "🙂🙂", "Où est ma commande", "word " * 2000])
@pytest.mark.parametrize("turn_probability", [None, 0.0, 1.0])
def test_any_text_gives_a_probability(model: TurnEvidence, text: str, turn_probability: float | None) -> None:
    assert 0.0 <= model.complete(cues(text, turn_probability)) <= 1.0


def test_the_melody_may_be_missing(model: TurnEvidence) -> None:
    assert 0.0 < model.complete(cues("Where is my order?", None)) < 1.0


def test_weights_of_another_shape_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="model_missing"):
        TurnEvidence(WORDS, tmp_path / "none.npz")
    np.savez(tmp_path / "other.npz", cues=np.array(["words"]), text=np.zeros(4))
    with pytest.raises(ModelError, match="model_version"):
        TurnEvidence(WORDS, tmp_path / "other.npz")


def test_cues_and_their_names_agree() -> None:
    assert cue_vector(cues("yes"), 0.0, WORDS).shape == (len(CUES),)
    assert text_features("", WORDS).size == 0


def glide(start_hz: float, end_hz: float, fade: float) -> np.ndarray:
    n = 12_000
    pitch = np.linspace(start_hz, end_hz, n)
    phase = 2 * np.pi * np.cumsum(pitch) / 8000
    tone = sum(np.sin(k * phase) / k for k in range(1, 6))
    return (0.1 * tone * np.linspace(1.0, fade, n)).astype(np.float32)


def test_melody_hears_pitch_and_level_fall() -> None:
    falling = dict(zip(PROSODY, prosody(glide(200, 100, 0.1)), strict=True))
    rising = dict(zip(PROSODY, prosody(glide(100, 200, 1.0)), strict=True))
    assert falling["pitch_fall_semitones"] < -3 < 3 < rising["pitch_fall_semitones"]
    assert falling["level_fall_db"] < rising["level_fall_db"] - 3
    assert rising["voicing"] > 0.9


@pytest.mark.parametrize("samples", [0, 10, 500, 960, 100_000])
def test_melody_of_any_length(samples: int) -> None:
    found = prosody(np.zeros(samples, dtype=np.float32))
    assert len(found) == len(PROSODY) and np.isfinite(found).all()
