"""Work on a turn that fails: the call goes on, and what was said does not get into the log."""

from collections.abc import Iterator

import pytest
from loguru import logger
from pipecat.frames.frames import Frame
from pipecat.processors.frame_processor import FrameDirection
from pipecat.tests.utils import SleepFrame, run_test

from interactions.vocabulary import EndedReason
from languages import load
from tests.fakes.call_rig import Rig, ScriptedTranscriber
from tests.voice.turns.test_mood import Tracker, answered, confirmed
from tests.voice.turns.test_turn_judge import Asked, eager
from voice.turns.frames import AnswerFailedFrame, EagerTurnFrame
from voice.turns.mood import Mood
from voice.turns.turn_judge import TurnJudge
from voice.turns.turn_processor import TurnProcessor

SECRET = "my number is 4027"
SHORTLY = SleepFrame(sleep=0.02)


@pytest.fixture
def log_entries() -> Iterator[list[str]]:
    entries: list[str] = []
    sink = logger.add(entries.append, level="DEBUG")
    yield entries
    logger.remove(sink)


def broken(*_) -> float:
    raise KeyError(SECRET)


def told(entries: list[str]) -> list[str]:
    """Entries of errors, without their time."""
    assert SECRET not in "".join(entries)
    return [entry.split(" - ", 1)[1].split(" at ")[0] for entry in entries if "| ERROR" in entry]


class Step(TurnProcessor):
    """Does broken work for every eager turn."""

    def __init__(self, *, aside: bool):
        super().__init__(session_id="CA1", name="step")
        self._aside = aside

    async def on_frame(self, frame: Frame, direction: FrameDirection) -> None:
        if isinstance(frame, EagerTurnFrame):
            if self._aside:
                self.start_aside(1, self._breaks())
            else:
                self.start(1, self._breaks(), due_s=frame.due_s)
        await self.push_frame(frame, direction)

    async def _breaks(self) -> None:
        broken()


@pytest.mark.parametrize("aside", [False, True])
async def test_work_that_fails_is_told_by_its_type_and_place(log_entries, aside):
    down, _ = await run_test(Step(aside=aside), frames_to_send=[eager(), SHORTLY])
    assert told(log_entries) == ["call CA1: step failed: KeyError"]
    assert "test_turn_processor.py:" in "".join(log_entries)
    assert any(isinstance(frame, EagerTurnFrame) for frame in down)
    assert any(isinstance(frame, AnswerFailedFrame) for frame in down) is not aside


class Stumbling(TurnProcessor):
    """Fails at every eager turn, before any work on it."""

    async def on_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await self.push_frame(frame, direction)
        if isinstance(frame, EagerTurnFrame):
            broken()


async def test_a_step_that_fails_at_once_is_told_without_its_message_too(log_entries):
    await run_test(Stumbling(session_id="CA1", name="step"), frames_to_send=[eager()])
    assert told(log_entries)[0] == "call CA1: step failed: KeyError"


async def test_a_turn_judge_that_fails_says_nothing_of_the_turn(log_entries):
    asked = Asked()
    asked.turn_probability = broken
    judge = TurnJudge(asked, load("en").turns, asked, asked, session_id="CA1")
    await run_test(judge, frames_to_send=[eager(), SHORTLY])
    assert told(log_entries) == ["call CA1: turn-judge failed: KeyError"]


class BrokenTracker(Tracker):
    """Fails at the first turn."""

    async def update(self, audio, text: str, utterance_id: int) -> None:
        if utterance_id == 1:
            broken()
        await super().update(audio, text, utterance_id)


async def test_a_mood_that_cannot_be_judged_is_told_and_the_next_one_is_judged(log_entries):
    tracker = BrokenTracker()
    mood = Mood(tracker, tracker, window_s=6.0, session_id="CA1")
    await run_test(mood, frames_to_send=[confirmed(1), answered(1), confirmed(2), answered(2), SHORTLY])
    assert told(log_entries) == ["call CA1: mood failed: KeyError"]
    assert [utterance_id for _, _, utterance_id in tracker.judged] == [2]


def test_a_turn_model_with_a_fault_does_not_cost_the_caller_the_answer(log_entries):
    rig = Rig(ScriptedTranscriber("Where is my order?"), probability=broken)

    async def script(carrier):
        await rig.greeted(carrier)
        carrier.say(900)
        await carrier.wait_until(lambda: len(rig.heard()) == 2)
        await carrier.wait(2000)

    assert rig.play(script).reason is EndedReason.CALLER_HUNG_UP
    assert rig.heard()[1] == "You said Where is my order?."
    assert set(told(log_entries)) == {"call CA1: turn-judge failed: KeyError"}
