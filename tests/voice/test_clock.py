"""One clock for a call: the carrier's, however its frames come."""

import asyncio
import math
import random
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.fakes.virtual_time import run_virtually
from voice.clock import CallClock, CarrierTime
from voice.speaking.playout import Played, Playout, ReplyBegan, Send, Sentence, SetMark

FRAME_MS = 20
MINUTES = 30
ANSWER_MS = 247
SETTLED_MS = 12_000

CLEAN, BURSTS, LATE = "clean", "bursts of up to 200 ms", "late frames"


@dataclass
class Carrier:
    """A carrier whose second is not ours, behind a network."""

    off: float
    """How much faster than ours its clock runs: -0.01 is 1 % slow."""
    network: str

    def our_s(self, carrier_ms: float) -> float:
        return carrier_ms / 1000 / (1 + self.off)

    def time_ms(self, our_s: float) -> float:
        return our_s * 1000 * (1 + self.off)

    def arrivals(self, minutes: float) -> Iterator[tuple[float, float]]:
        """(our time in s, time of the newest sample in ms) of every frame, in order."""
        dice, held, last_s = random.Random(7), 0, 0.0
        waiting: list[float] = []
        for frame in range(1, int(minutes * 60_000) // FRAME_MS + 1):
            waiting.append(frame * FRAME_MS)
            held = held - 1 if held else (dice.randint(0, 9) if self.network == BURSTS else 0)
            if held:
                continue
            late_s = dice.uniform(0.0, 0.1) if self.network == LATE and dice.random() < 0.05 else 0.0
            last_s = max(last_s, self.our_s(frame * FRAME_MS) + late_s)
            yield from ((last_s, end_ms) for end_ms in waiting)
            waiting.clear()


@pytest.mark.parametrize("network", [CLEAN, BURSTS, LATE])
@pytest.mark.parametrize("off", [-0.01, 0.01, 0.0002])
def test_for_half_an_hour_the_clock_is_the_carriers_and_never_goes_back(off: float, network: str) -> None:
    carrier, time = Carrier(off, network), CarrierTime(0.0, 0.0)
    told_ms, worst_ms, read_s = 0.0, 0.0, 0.0
    for now_s, newest_ms in carrier.arrivals(MINUTES):
        while read_s < now_s:
            before_ms, told_ms = told_ms, time.at(read_s)
            assert told_ms >= before_ms
            if carrier.time_ms(read_s) > SETTLED_MS:
                worst_ms = max(worst_ms, abs(told_ms - carrier.time_ms(read_s)))
            read_s += 0.037
        time.arrived(now_s, newest_ms)
    assert worst_ms < 5.0


def next_step_ms(at_ms: float) -> float:
    return math.ceil(at_ms / FRAME_MS) * FRAME_MS


class Ear:
    """The carrier's end: in steps of 20 ms of its own time it begins to play what it was sent and sends marks back."""

    def __init__(self) -> None:
        self._free_ms = 0.0
        self._sent = 0
        self._starts: list[tuple[int, float]] = []
        """Which sample was heard when; those behind it follow at 8 a millisecond."""
        self._marks: deque[tuple[float, str]] = deque()

    def send(self, samples: int, at_ms: float) -> None:
        self._free_ms = max(self._free_ms, next_step_ms(at_ms))
        self._starts.append((self._sent, self._free_ms))
        self._sent += samples
        self._free_ms += samples / 8

    def mark(self, name: str, at_ms: float) -> None:
        self._marks.append((next_step_ms(max(self._free_ms, at_ms)), name))

    def returned_before(self, at_ms: float) -> list[str]:
        names = []
        while self._marks and self._marks[0][0] <= at_ms:
            names.append(self._marks.popleft()[1])
        return names

    def heard_ms(self, sample: int) -> float:
        first, at_ms = self._starts[bisect_right(self._starts, (sample, float("inf"))) - 1]
        return at_ms + (sample - first) / 8


class Bot:
    """Answers every six seconds, 247 ms of the carrier's time after the message that brought the last sample."""

    def __init__(self, carrier: Carrier) -> None:
        self.carrier = carrier
        self.time = CarrierTime(0.0, 0.0)
        self.playout = Playout()
        self.ear = Ear()
        self.latencies: list[tuple[float, float]] = []
        """Told and true, ms."""
        self.apart_ms: list[float] = []
        """Where the recording has our side, against when it was heard."""
        self._played = 0
        self._replies = 0
        self._spoken_ms = 0.0
        self._timer_s = float("inf")

    def run(self) -> None:
        next_turn_ms, answer_s = 6000.0, float("inf")
        for now_s, newest_ms in self.carrier.arrivals(MINUTES):
            while min(answer_s, self._timer_s) < now_s:
                if answer_s <= self._timer_s:
                    self._answer(answer_s)
                    answer_s = float("inf")
                else:
                    self._obey(self.playout.advance(self.time.at(self._timer_s)), self._timer_s)
            for name in self.ear.returned_before(newest_ms):
                steps = self.playout.mark_returned(name, self.time.at(now_s), sent_ms=self.time.sent(now_s))
                self._obey(steps, now_s)
            self.time.arrived(now_s, newest_ms)
            if newest_ms >= next_turn_ms:
                self._spoken_ms, next_turn_ms = newest_ms, next_turn_ms + 6000
                answer_s = self.carrier.our_s(self.carrier.time_ms(now_s) + ANSWER_MS)

    def _answer(self, now_s: float) -> None:
        self._replies += 1
        self.playout.add(self._replies, Sentence(text="Yes.", audio=b"\x10" * 8 * 3000))
        self.playout.close(self._replies)
        self._obey(self.playout.advance(self.time.at(now_s)), now_s)

    def _obey(self, steps: list, now_s: float) -> None:
        at_ms = self.carrier.time_ms(now_s)
        for step in steps:
            match step:
                case Send():
                    self.ear.send(len(step.audio), at_ms)
                case SetMark():
                    self.ear.mark(step.name, at_ms)
                case ReplyBegan():
                    self.latencies.append((step.at_ms - self._spoken_ms, at_ms - self._spoken_ms))
                case Played():
                    self.apart_ms.append(step.at_ms - self.ear.heard_ms(self._played))
                    self._played += len(step.audio)
        due_ms = self.playout.next_ms(self.time.at(now_s))
        self._timer_s = float("inf") if due_ms is None else now_s + (due_ms - self.time.at(now_s)) / 1000


@pytest.mark.parametrize("network", [CLEAN, BURSTS, LATE])
@pytest.mark.parametrize("off", [-0.01, 0.01, 0.0002])
def test_for_half_an_hour_latency_is_told_within_5_ms_and_the_channels_are_within_20(off: float, network: str) -> None:
    bot = Bot(Carrier(off, network))
    bot.run()
    assert len(bot.latencies) >= 290
    errors = [told - true for told, true in bot.latencies[2:]]
    assert max(map(abs, errors)) <= 5.0, (min(errors), max(errors))
    assert max(map(abs, bot.apart_ms)) <= 20.0, (min(bot.apart_ms), max(bot.apart_ms))


def test_the_call_begins_before_its_audio_and_a_later_stream_goes_on_where_the_call_is() -> None:
    async def script() -> None:
        clock = CallClock(offset_ms=90_000)
        assert clock.now_ms() == 90_000 and clock.samples is None
        clock.start()
        await asyncio.sleep(0.5)
        assert clock.now_ms() == pytest.approx(90_500)
        assert clock.delivered(160) == 90_480 * 8
        assert clock.samples == 90_500 * 8
        await asyncio.sleep(0.007)
        assert clock.now_ms() == pytest.approx(90_507)

    run_virtually(script())


def test_a_burst_of_late_frames_does_not_make_time_jump_and_a_message_in_it_is_timed_by_the_audio_around_it() -> None:
    async def script() -> None:
        clock = CallClock()
        clock.start()
        for _ in range(50):
            await asyncio.sleep(0.02)
            clock.delivered(160)
        await asyncio.sleep(0.2)
        for frame in range(10):
            before_ms = clock.now_ms()
            clock.delivered(160)
            assert clock.now_ms() == pytest.approx(before_ms, abs=0.01)
            sent_ms = min(1000 + 20 * frame + 40, 1200)
            assert clock.sent_ms() == pytest.approx(sent_ms, abs=0.01)
        assert clock.now_ms() == pytest.approx(1200, abs=0.01)

    run_virtually(script())


def test_audio_behind_the_silence_that_stood_in_for_it_has_the_time_at_which_it_was_spoken() -> None:
    async def script() -> None:
        clock = CallClock()
        clock.start()
        await asyncio.sleep(0.02)
        clock.delivered(160)
        await asyncio.sleep(0.4)
        assert clock.delivered(2400, made_up=True) == 160
        assert clock.delivered(160, late_samples=2400) == 160
        assert clock.spoken_ms(20) == 20
        assert clock.spoken_ms(340) == 40, "the last sample of the late frame"
        assert clock.now_ms() == pytest.approx(420, abs=0.5)
        clock.delivered(160)
        assert clock.spoken_ms(345) == 345

    run_virtually(script())


def test_time_does_not_run_far_ahead_of_a_carrier_that_has_fallen_silent() -> None:
    async def script() -> None:
        clock = CallClock()
        clock.start()
        await asyncio.sleep(0.02)
        clock.delivered(160)
        await asyncio.sleep(60)
        assert clock.now_ms() == pytest.approx(2020)
        clock.delivered(8 * 59_000, made_up=True)
        assert clock.now_ms() == pytest.approx(60_020)

    run_virtually(script())
