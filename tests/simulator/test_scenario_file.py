from pathlib import Path

import numpy as np
import pytest
import soundfile

from simulator.errors import ScenarioError
from simulator.scenario import (
    BargeInAfter,
    DialOutcome,
    Dtmf,
    HangUp,
    NeverSpeak,
    Part,
    Say,
    UtteranceKind,
    Wait,
    WaitForReply,
    WaitTurn,
)
from simulator.scenario_file import load_scenario


def write(folder: Path, text: str) -> Path:
    path = folder / "s.yaml"
    path.write_text(text)
    return path


def test_a_scenario_is_read_with_its_short_forms(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.zeros(800), 8000)
    scenario = load_scenario(
        write(
            tmp_path,
            """
name: all
noise: {file: a.wav, snr_db: 10}
dial: {"*": {outcome: busy}}
network: {playout_delay_ms: 100, drop_socket_after_ms: 500}
steps:
  - wait_turn
  - say: Hello
  - say: {file: a.wav, start_ms: 10}
  - wait_turn: {silence_ms: 400}
  - barge_in_after: 900
  - backchannel: {text: Mm-hm}
  - talk_over: Hey
  - dtmf: "12#"
  - wait: 500
  - never_speaks: 2000
  - hangup
""",
        )
    )
    assert scenario.steps == (
        WaitTurn(),
        Say(parts=(Part(text="Hello"),)),
        Say(parts=(Part(file=tmp_path / "a.wav", start_ms=10),)),
        WaitTurn(silence_ms=400),
        BargeInAfter(bot_ms=900),
        Say(parts=(Part(text="Mm-hm"),), kind=UtteranceKind.BACKCHANNEL, expect_reply=False),
        WaitForReply(),
        Say(parts=(Part(text="Hey"),), kind=UtteranceKind.TALK_OVER, expect_reply=False),
        Dtmf(digits="12#"),
        Wait(ms=500),
        NeverSpeak(for_ms=2000),
        HangUp(),
    )
    assert scenario.dial["*"].outcome is DialOutcome.BUSY
    assert scenario.network.playout_delay_ms == 100
    assert scenario.noise is not None and scenario.noise.file == tmp_path / "a.wav"


def test_all_mistakes_are_told_with_file_and_line(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """name: bad
caller: "12345"
steps:
  - wait_turn: {silence_ms: -1}
  - sing: la
  - say: {text: a, file: b.wav}
  - dtmf: "12x"
""",
    )
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    told = "\n".join(caught.value.mistakes)
    for line in (2, 4, 5, 6, 7):
        assert f"{path}:{line}: " in told, told
    assert "exactly one of file, text and parts" in told


def test_a_missing_sound_file_is_told_with_its_line(tmp_path: Path) -> None:
    path = write(tmp_path, "name: x\nsteps:\n  - wait_turn\n  - say: {file: nowhere.wav}\n")
    with pytest.raises(ScenarioError, match=r"s\.yaml:4: no such sound file: nowhere\.wav"):
        load_scenario(path)


@pytest.mark.parametrize("text", ["", "- a\n", "name: [", "name: a\n"])
def test_what_is_no_scenario_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ScenarioError):
        load_scenario(write(tmp_path, text))


def test_the_examples_of_the_project_are_valid() -> None:
    folder = Path(__file__).parents[2] / "scenarios"
    files = sorted(folder.glob("*.yaml"))
    assert files
    for file in files:
        load_scenario(file)
