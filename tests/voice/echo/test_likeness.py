import numpy as np
import pytest

from models.audio import mulaw_decode, mulaw_round_trip
from models.interfaces import Audio
from tests.fakes.babble import babble
from tests.fakes.carrier import tone
from voice.echo.likeness import delay_of_copy

NEAR, SPAN = 3200, 4800


def found(played: Audio, came: Audio, *, at: int = 16_000) -> int | None:
    return delay_of_copy(came[at - NEAR : at], played[at - NEAR - SPAN : at], shortest=320)


def returned(played: Audio, *, db: float, delay: int) -> Audio:
    hush = np.random.default_rng(1).normal(0, 5e-4, played.size)
    back = np.concatenate((np.zeros(delay), played[: played.size - delay])) * 10 ** (db / 20)
    return mulaw_round_trip((back + hush).astype(np.float32))


@pytest.mark.parametrize("db", [-15.0, -30.0, -40.0])
@pytest.mark.parametrize("delay", [640, 1303, 3200, 4700])
def test_a_copy_is_found_to_the_sample(db, delay):
    played = mulaw_round_trip(babble(2200))
    assert found(played, returned(played, db=db, delay=delay)) == delay


@pytest.mark.parametrize("seed", range(1, 9))
def test_somebody_else_is_no_copy(seed):
    assert found(babble(2200), babble(2200, seed=seed)) is None


def test_a_sound_that_comes_sooner_than_an_echo_can_is_none():
    played = babble(2200)
    assert found(played, returned(played, db=-20, delay=160)) is None


def test_tones_that_share_a_beat_are_no_copies():
    played = mulaw_round_trip((0.3 * np.sin(2 * np.pi * 300 * np.arange(17_600) / 8000)).astype(np.float32))
    assert found(played, np.roll(mulaw_decode(tone(2200)), 777)) is None


def test_a_sound_that_breaks_off_and_another_that_begins_are_no_copies():
    sine = (0.3 * np.sin(2 * np.pi * 300 * np.arange(17_600) / 8000)).astype(np.float32)
    played, came = sine.copy(), np.roll(mulaw_decode(tone(2200)), 777)
    played[13_000:] = 0.0
    came[:14_500] = 0.0
    assert found(played, came) is None


def test_silence_is_no_copy():
    assert found(np.zeros(17_600, np.float32), np.zeros(17_600, np.float32)) is None
