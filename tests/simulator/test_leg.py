"""A telephone by itself: what its ear hears comes back into its mouth when it is on a loudspeaker."""

import numpy as np
import pytest

from simulator.caller import CallerActor, PreparedScenario
from simulator.leg import Leg
from simulator.mulaw import FRAME, SILENCE, decode, encode
from simulator.scenario import NeverSpeak, Scenario

LOUD = encode(np.full(FRAME, 8000, np.int16))


class Speaks:
    """A line on which somebody speaks in the third frame."""

    starved = False

    def __init__(self) -> None:
        self.ticks = 0

    def tick(self, frame: bytes) -> bytes:
        self.ticks += 1
        return LOUD if self.ticks == 3 else SILENCE


async def sent(**settings) -> list[bytes]:
    scenario = Scenario(name="t", steps=(NeverSpeak(for_ms=60_000),))
    leg = Leg(CallerActor(PreparedScenario(scenario=scenario, clips={})), playout_delay_ms=0, **settings)
    leg.line = Speaks()
    for _ in range(20):
        leg.tick()
    return leg.sent


@pytest.mark.parametrize("echo_ms", [20, 100, 240])
async def test_on_a_loudspeaker_it_comes_back_so_much_softer_and_later(echo_ms):
    frames = await sent(echo_db=-20.0, echo_ms=echo_ms)
    loud = [n for n, frame in enumerate(frames) if frame != SILENCE]
    assert loud == [2 + echo_ms // 20]
    assert abs(int(decode(frames[loud[0]])[0]) - 800) <= 20


async def test_at_an_ear_nothing_comes_back():
    assert set(await sent()) == {SILENCE}
