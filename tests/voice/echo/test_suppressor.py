"""The suppressor alone: what was played and what came go in, what is left comes out."""

import numpy as np
import pytest

from models.audio import mulaw_decode, mulaw_encode
from models.interfaces import Audio
from tests.fakes.babble import babble
from voice.echo.reference import Reference
from voice.echo.suppressor import Cleaned, EchoSuppressor

FRAME = 160


def hush(ms: int, *, amplitude: float = 1e-3) -> Audio:
    return np.random.default_rng(1).normal(0, amplitude, 8 * ms).astype(np.float32)


def back(played: Audio, *, db: float, delay_ms: int) -> Audio:
    late = np.concatenate((np.zeros(8 * delay_ms, np.float32), played))[: played.size]
    return np.asarray(late * np.float32(10 ** (db / 20)), dtype=np.float32)


class Telephone:
    """Runs a suppressor over a call, frame by frame."""

    def __init__(self) -> None:
        self.reference = Reference()
        self.suppressor = EchoSuppressor(self.reference)
        self.left = b""
        self.echo_at_ms: list[int] = []

    def hear(self, came: Audio, played: Audio, *, piece: int = FRAME) -> "Telephone":
        sound, said = mulaw_encode(came), mulaw_encode(played)
        for at in range(0, len(sound), piece):
            self.reference.sent(said[at : at + piece], at)
            cleaned: Cleaned = self.suppressor.clean(sound[at : at + piece])
            self.left += cleaned.audio
            if cleaned.was_echo:
                self.echo_at_ms.append(at // 8)
        return self

    def loud_ms(self, *, dbfs: float = -50.0) -> list[int]:
        """When what is left is louder than that."""
        frames = mulaw_decode(self.left).reshape(-1, FRAME)
        levels = 10 * np.log10(np.mean(frames**2, axis=1) + 1e-12)
        return [20 * int(n) for n in np.flatnonzero(levels > dbfs)]


@pytest.mark.parametrize("db", [-15.0, -25.0, -35.0])
@pytest.mark.parametrize("delay_ms", [80, 205, 400])
def test_the_bots_own_voice_is_brought_down_to_the_background(db, delay_ms):
    played = babble(6000)
    telephone = Telephone().hear(back(played, db=db, delay_ms=delay_ms) + hush(6000), played)
    assert telephone.loud_ms() == []
    assert telephone.suppressor.delay_ms == delay_ms
    assert len(telephone.echo_at_ms) == 1


@pytest.mark.parametrize("db", [-15.0, -30.0])
def test_who_speaks_over_it_passes_whole(db):
    played, says = babble(6000), babble(6000, seed=7, level=0.08)
    says[: 8 * 3000] = 0.0
    telephone = Telephone().hear(says + back(played, db=db, delay_ms=200) + hush(6000), played)
    loud = telephone.loud_ms(dbfs=-35.0)
    spoken = np.flatnonzero(np.mean(says.reshape(-1, FRAME) ** 2, axis=1) > 10**-3) * 20
    assert min(loud) >= 3000
    assert len(set(spoken) & set(loud)) >= 0.9 * len(spoken)


def test_a_call_without_an_echo_is_not_changed_by_a_sample_once_that_is_known():
    played, says = babble(8000), babble(8000, seed=3, level=0.02)
    says[: 8 * 2000] = 0.0
    came = mulaw_encode(says + hush(8000))
    telephone = Telephone().hear(says + hush(8000), played)
    assert telephone.left == came
    assert telephone.suppressor.delay_ms is None


def test_who_speaks_into_the_first_words_is_heard_at_once_when_louder_than_an_echo_would_be():
    played, says = babble(2000), babble(2000, seed=5, level=0.1)
    telephone = Telephone().hear(says + hush(2000), played)
    loud = set(np.flatnonzero(np.mean(says.reshape(-1, FRAME) ** 2, axis=1) > 5e-3) * 20)
    assert loud <= set(telephone.loud_ms(dbfs=-30.0))


def test_while_the_bot_is_silent_nothing_is_changed_even_on_a_loudspeaker():
    played = babble(8000)
    played[8 * 4000 :] = 0.0
    says = babble(8000, seed=9, level=0.003)
    says[: 8 * 5000] = 0.0
    came = back(played, db=-20, delay_ms=200) + says + hush(8000)
    telephone = Telephone().hear(came, played)
    assert telephone.suppressor.delay_ms == 200
    assert telephone.left[8 * 5000 :] == mulaw_encode(came)[8 * 5000 :]


def test_a_loudspeaker_that_is_switched_on_in_mid_call_is_found():
    played = babble(8000)
    came = back(played, db=-20, delay_ms=160)
    came[: 8 * 4000] = 0.0
    telephone = Telephone().hear(came + hush(8000), played)
    assert 4000 < telephone.echo_at_ms[0] <= 4800
    assert [ms for ms in telephone.loud_ms() if ms > telephone.echo_at_ms[0]] == []


def test_an_echo_that_moves_is_followed():
    played = babble(12_000)
    came = np.concatenate((back(played, db=-20, delay_ms=160)[: 8 * 6000], back(played, db=-20, delay_ms=200)[48_000:]))
    telephone = Telephone().hear(came + hush(12_000), played)
    assert telephone.suppressor.delay_ms == 200
    assert len([ms for ms in telephone.loud_ms() if ms > 1000]) <= 5


def test_what_was_not_played_is_no_echo():
    """Audio that the carrier was told to throw away never reached the ear."""
    reference = Reference()
    suppressor = EchoSuppressor(reference)
    reference.sent(mulaw_encode(babble(3000)), 0)
    reference.cleared(0)
    came = mulaw_encode(back(babble(3000), db=-20, delay_ms=100))
    assert b"".join(suppressor.clean(came[at : at + FRAME]).audio for at in range(0, len(came), FRAME)) == came


@pytest.mark.parametrize("piece", [1, 7, 161, 1000])
def test_pieces_of_any_size_give_the_same(piece):
    came = mulaw_encode(babble(1500) + hush(1500))
    pieces, frames = EchoSuppressor(Reference()), EchoSuppressor(Reference())
    left = b"".join(pieces.clean(came[at : at + piece]).audio for at in range(0, len(came), piece))
    assert left == frames.clean(came).audio == came


def test_a_pause_of_the_bots_in_a_restless_room_lets_nothing_through_after_it():
    rng = np.random.default_rng(4)
    phrases = [np.concatenate((babble(700, seed=seed), np.zeros(8 * 400, np.float32))) for seed in range(8)]
    played = np.concatenate(phrases)
    restless = hush(played.size // 8) * np.repeat(rng.uniform(0.6, 1.7, played.size // FRAME), FRAME).astype(np.float32)
    telephone = Telephone().hear(back(played, db=-18, delay_ms=160) + restless, played)
    assert telephone.loud_ms() == []
