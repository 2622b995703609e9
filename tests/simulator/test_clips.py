from pathlib import Path

import numpy as np
import pytest
import soundfile

from simulator.caller import prepare, scenario_of_files
from simulator.clips import load_samples, make_clip, render_text
from simulator.errors import SimulatorError
from simulator.mulaw import FRAME, decode
from simulator.scenario import Noise, Part, Say, Scenario, WaitTurn


def voice(ms: int, rate: int = 8000, level: float = 0.3) -> np.ndarray:
    return (level * np.sin(2 * np.pi * 220 * np.arange(rate * ms // 1000) / rate)).astype(np.float32)


@pytest.mark.parametrize(("rate", "name"), [(8000, "a.wav"), (16000, "a.flac"), (44100, "a.wav")])
def test_files_of_any_rate_become_telephone_audio(tmp_path: Path, rate: int, name: str) -> None:
    stereo = np.stack([voice(1000, rate), voice(1000, rate)], axis=1)
    soundfile.write(tmp_path / name, stereo, rate)
    samples = load_samples(tmp_path / name)
    assert len(samples) == pytest.approx(8000, abs=2)
    assert np.abs(samples).max() == pytest.approx(0.3, abs=0.03)
    assert len(load_samples(tmp_path / name, 200, 700)) == pytest.approx(4000, abs=2)


def test_a_clip_knows_where_its_speech_is() -> None:
    clip = make_clip("x", np.concatenate([np.zeros(1600), voice(500), np.zeros(800)]).astype(np.float32))
    assert clip.first_voiced == pytest.approx(1600, abs=80) and clip.last_voiced == pytest.approx(5600, abs=80)
    assert clip.samples % FRAME == 0


def test_gain_is_in_decibels() -> None:
    loud, soft = make_clip("x", voice(200)), make_clip("x", voice(200), gain_db=-6.0)
    peaks = [np.abs(decode(b"".join(clip.frames)).astype(int)).max() for clip in (loud, soft)]
    assert peaks[0] / peaks[1] == pytest.approx(2.0, rel=0.08)


def test_what_cannot_be_read_or_said_is_told(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("no sound")
    for action in (
        lambda: load_samples(tmp_path / "text.wav"),
        lambda: load_samples(tmp_path / "none.wav"),
        lambda: make_clip("x", np.zeros(0, np.float32)),
        lambda: render_text("hello", "nobody"),
    ):
        with pytest.raises(SimulatorError):
            action()


def test_noise_is_as_far_below_the_speech_as_asked(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "say.wav", voice(1000), 8000)
    soundfile.write(tmp_path / "noise.wav", np.random.default_rng(1).normal(0, 0.05, 16000), 8000)
    scenario = Scenario(
        name="n",
        steps=(Say(parts=(Part(file=tmp_path / "say.wav"),)),),
        noise=Noise(file=tmp_path / "noise.wav", snr_db=10),
    )
    prepared = prepare(scenario)
    assert prepared.noise is not None
    noise_power = float(np.mean((prepared.noise / 32768.0) ** 2))
    assert 10 * np.log10(prepared.clips[0].speech_power / noise_power) == pytest.approx(10, abs=0.3)


def test_parts_make_one_utterance(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", voice(400), 8000)
    part = Part(file=tmp_path / "a.wav")
    clip = prepare(Scenario(name="p", steps=(Say(parts=(part, Part(pause_ms=600), part)),))).clips[0]
    assert (clip.last_voiced - clip.first_voiced) // 8 == pytest.approx(1400, abs=20)


def test_files_make_a_scenario(tmp_path: Path) -> None:
    scenario = scenario_of_files((tmp_path / "a.wav", tmp_path / "b.wav"), caller="+15005550007")
    assert [type(step) for step in scenario.steps] == [WaitTurn, Say, WaitTurn, Say, WaitTurn]
    assert scenario.caller == "+15005550007" and scenario.name == "a"


def test_a_text_is_spoken_by_the_default_voice() -> None:
    samples = render_text("Hello there.", "hibari")
    assert 0.4 < len(samples) / 8000 < 3 and np.abs(samples).max() > 0.05
