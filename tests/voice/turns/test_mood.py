"""When the caller's mood is judged: once a turn counts and was answered, or was gone on with."""

import numpy as np
from pipecat.tests.utils import SleepFrame, run_test

from dialogue.types import CallerTurn
from voice.listening import types as heard
from voice.turns import commands, facts
from voice.turns.frames import AnswerEndedFrame, TurnConfirmedFrame, TurnUnderstoodFrame
from voice.turns.mood import Mood

SHORTLY = SleepFrame(sleep=0.02)


class Tracker:
    """Keeps what it was asked to judge: (milliseconds of audio, text, utterance)."""

    def __init__(self) -> None:
        self.judged: list[tuple[int, str, int]] = []

    async def update(self, audio: np.ndarray, text: str, utterance_id: int) -> None:
        self.judged.append((audio.size // 8, text, utterance_id))

    def between(self, start_ms: int, end_ms: int) -> np.ndarray:
        return np.zeros((end_ms - start_ms) * 8, dtype=np.float32)


def confirmed(turn: int, *, end_ms: int = 1000) -> TurnConfirmedFrame:
    ended = heard.TurnEnded(
        span=turn, start_ms=500, end_ms=end_ms, decided_ms=end_ms, rule=heard.EndRule.SURE, turn_probability=None
    )
    return TurnConfirmedFrame(command=commands.Confirm(turn=turn, ended=ended, utterance_id=turn, forget=None))


def understood(turn: int, text: str) -> TurnUnderstoodFrame:
    caller_turn = CallerTurn(text=text)
    fact = facts.Understood(turn=turn, heard=caller_turn, error_code="", notes=())
    return TurnUnderstoodFrame(fact=fact, due_s=0.0)


def answered(turn: int) -> AnswerEndedFrame:
    return AnswerEndedFrame(fact=facts.AnswerEnded(turn=turn))


async def judged(*frames) -> list[tuple[int, str, int]]:
    tracker = Tracker()
    mood = Mood(tracker, tracker, window_s=6.0, session_id="CA1")
    await run_test(mood, frames_to_send=[*frames, SHORTLY])
    return tracker.judged


async def test_a_turn_is_judged_once_it_was_answered():
    assert await judged(confirmed(1), understood(1, "hello")) == []
    assert await judged(confirmed(1), understood(1, "hello"), answered(1), answered(1)) == [(500, "hello", 1)]


async def test_a_turn_that_was_gone_on_with_is_judged_too():
    assert await judged(confirmed(1), understood(1, "my"), confirmed(2), answered(2)) == [(500, "my", 1), (500, "", 2)]


async def test_of_a_long_turn_the_last_seconds_are_judged():
    ((audio_ms, _, _),) = await judged(confirmed(1, end_ms=20_000), answered(1))
    assert audio_ms == 6000
