"""The caller as a machine: heard ticks in, frames and keys out."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from simulator.caller import CallerActor, PreparedScenario, key_tone
from simulator.clips import Clip, make_clip
from simulator.mulaw import FRAME, SILENCE, decode, is_voiced
from simulator.scenario import (
    BargeInAfter,
    Converse,
    Dtmf,
    HangUp,
    NeverSpeak,
    Part,
    Say,
    Scenario,
    Step,
    Wait,
    WaitForReply,
    WaitSilence,
    WaitTurn,
)

SAY = Say(parts=(Part(text="x"),))
CLIP = make_clip("x", (0.3 * np.sin(np.arange(FRAME * 5))).astype(np.float32))


def actor(*steps: Step, **settings) -> CallerActor:
    clips = {index: CLIP for index, step in enumerate(steps) if isinstance(step, Say)}
    return CallerActor(PreparedScenario(scenario=replace(Scenario(name="t", steps=steps), **settings), clips=clips))


def live(person: CallerActor, *heard: tuple[bool, int]) -> Iterator[tuple[bytes, str]]:
    for voiced, ticks in heard:
        for _ in range(ticks):
            yield person.tick(voiced)


def first_speech(person: CallerActor, *heard: tuple[bool, int]) -> int | None:
    return next((at for at, (frame, _) in enumerate(live(person, *heard)) if frame != SILENCE), None)


def test_the_caller_waits_for_the_bots_turn_to_end() -> None:
    # 10 ticks of silence first, 20 of speech, a breath of 5, 10 of speech; then 300 ms of silence are 15 ticks.
    person = actor(WaitTurn(silence_ms=300), SAY)
    assert first_speech(person, (False, 10), (True, 20), (False, 5), (True, 10), (False, 30)) == 45 + 15 - 1


def test_a_turn_that_never_comes_is_noted_and_the_caller_goes_on() -> None:
    person = actor(WaitTurn(silence_ms=300, timeout_ms=400), SAY)
    assert first_speech(person, (False, 60)) == 20
    assert "did not finish" in person.notes[0].what


def test_only_what_the_bot_says_after_the_callers_words_is_its_reply() -> None:
    person = actor(WaitTurn(silence_ms=100), SAY, WaitForReply(), SAY)
    frames = [frame for frame, _ in live(person, (True, 5), (False, 40), (True, 1), (False, 10))]
    spoken = [at for at, frame in enumerate(frames) if frame != SILENCE]
    assert spoken[:5] == list(range(spoken[0], spoken[0] + 5)) and spoken[5] == 45


def test_barging_in_after_so_much_of_the_bots_speech() -> None:
    person = actor(BargeInAfter(bot_ms=200), SAY)
    assert first_speech(person, (False, 7), (True, 30)) == 7 + 10 - 1


def test_silence_can_be_waited_for_without_speech() -> None:
    assert first_speech(actor(WaitSilence(silence_ms=100), SAY), (False, 20)) == 4


def test_keys_are_pressed_with_their_gap_and_the_call_ends_after_the_last_step() -> None:
    person = actor(Wait(ms=40), Dtmf(digits="12#", gap_ms=200))
    keys = [(at, key) for at, (_, key) in enumerate(live(person, (False, 40))) if key]
    assert keys == [(2, "1"), (12, "2"), (22, "#")]
    assert person.hung_up


def test_keys_can_be_heard() -> None:
    person = actor(Dtmf(digits="5", tones=True), Wait(ms=200))
    frames = [frame for frame, _ in live(person, (False, 9))]
    assert [is_voiced(frame) for frame in frames] == [True] * 5 + [False] * 4
    spectrum = np.abs(np.fft.rfft(decode(b"".join(key_tone("5"))).astype(float)))
    strongest = sorted(np.argsort(spectrum)[-2:] * 8000 / (5 * FRAME))
    assert strongest == pytest.approx([770, 1336], abs=10)


def test_hanging_up_staying_and_never_speaking() -> None:
    person = actor(HangUp(), SAY)
    person.tick(False)
    assert person.hung_up and person.utterances == []

    person = actor(SAY, stay=True)
    assert len(list(live(person, (False, 100)))) == 100 and not person.hung_up

    person = actor(NeverSpeak(for_ms=100))
    list(live(person, (True, 5)))
    assert not person.hung_up
    person.tick(True)
    assert person.hung_up


def test_a_call_has_a_longest_time() -> None:
    person = actor(NeverSpeak(), max_seconds=1.0)
    list(live(person, (False, 50)))
    assert person.hung_up and "max_seconds" in person.notes[0].what


def test_utterances_are_known_to_the_sample() -> None:
    person = actor(Wait(ms=200), SAY)
    list(live(person, (False, 20)))
    (utterance,) = person.utterances
    assert utterance.first_voiced == 10 * FRAME + CLIP.first_voiced
    assert utterance.last_voiced == 10 * FRAME + CLIP.last_voiced


def test_noise_is_there_all_the_time() -> None:
    noise = (np.random.default_rng(1).normal(0, 1000, FRAME * 7)).astype(np.int16)
    scenario = Scenario(name="n", steps=(Wait(ms=100), SAY, Wait(ms=100)))
    person = CallerActor(PreparedScenario(scenario=scenario, clips={1: CLIP}, noise=noise))
    frames = [frame for frame, _ in live(person, (False, 14))]
    assert all(is_voiced(frame) for frame in frames)
    quiet = decode(frames[0]).astype(int) - noise[:FRAME]
    assert np.abs(quiet).max() < 200


class Talks:
    """Makes up a clip for each turn of the bot, and hangs up after so many."""

    def __init__(self, turns: int) -> None:
        self.turns = turns
        self.asked = 0

    def bot_finished(self) -> None:
        self.asked += 1

    def take(self) -> Clip | HangUp | None:
        return HangUp() if self.asked > self.turns else CLIP


def test_what_is_said_can_be_made_up_after_each_turn_of_the_bot() -> None:
    talker = Talks(turns=2)
    scenario = Scenario(name="test", steps=(Converse(silence_ms=200),))
    person = CallerActor(PreparedScenario(scenario=scenario, clips={}, talker=talker))
    for _ in range(2):
        list(live(person, (True, 10), (False, 40)))
    assert talker.asked == 2 and [each.name for each in person.utterances] == ["x", "x"] and not person.hung_up
    list(live(person, (True, 10), (False, 40)))
    assert person.hung_up


def test_a_bot_that_stays_silent_is_spoken_to_all_the_same() -> None:
    talker = Talks(turns=5)
    scenario = Scenario(name="test", steps=(Converse(silence_ms=200, timeout_ms=1000),))
    list(live(CallerActor(PreparedScenario(scenario=scenario, clips={}, talker=talker)), (False, 60)))
    assert talker.asked == 1
