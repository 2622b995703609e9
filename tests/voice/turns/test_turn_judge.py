"""When the turn model is asked: frames in, frames out."""

import asyncio

import numpy as np
import pytest
from pipecat.tests.utils import SleepFrame, run_test

from dialogue.expectation import AnswerKind, Expectation
from languages import load
from models.interfaces import Transcript
from tests.fakes.turn_model import FakeTurnModel
from voice.listening import types as heard
from voice.turns import commands
from voice.turns.frames import EagerTurnFrame, EvidenceFrame, TurnConfirmedFrame, TurnTranscribedFrame
from voice.turns.turn_judge import TurnJudge

SHORTLY = SleepFrame(sleep=0.02)


class Asked:
    """What the judge asks of others: the turn model, how busy the machine is, the caller's audio."""

    def __init__(self, *, busy: bool = False, delay_s: float = 0.0):
        self.model = FakeTurnModel(0.9, delay_s=delay_s)
        self.busy = busy
        self.eager_delay = self

    async def turn_probability(self, audio: np.ndarray) -> float:
        return await self.model.complete(audio)

    def between(self, start_ms: int, end_ms: int) -> np.ndarray:
        return np.zeros((end_ms - start_ms) * 8, dtype=np.float32)


def speculate(kind: AnswerKind = AnswerKind.OPEN) -> commands.Speculate:
    return commands.Speculate(
        turn=1,
        eager=heard.EagerEnd(span=7, start_ms=500, end_ms=1000),
        utterance_id=1,
        expects=Expectation(kind=kind),
        goes_on=False,
    )


def eager(kind: AnswerKind = AnswerKind.OPEN) -> EagerTurnFrame:
    return EagerTurnFrame(command=speculate(kind), due_s=asyncio.get_running_loop().time() + 10)


def transcribed(text: str) -> TurnTranscribedFrame:
    transcript = Transcript(text=text, confidence=0.9)
    return TurnTranscribedFrame(command=speculate(), transcript=transcript, error_code="", due_s=0.0)


def confirmed() -> TurnConfirmedFrame:
    ended = heard.TurnEnded(
        span=7, start_ms=500, end_ms=1000, decided_ms=1240, rule=heard.EndRule.SURE, turn_probability=None
    )
    return TurnConfirmedFrame(command=commands.Confirm(turn=1, ended=ended, utterance_id=1, forget=None))


async def judged(asked: Asked, *frames) -> list[heard.Evidence]:
    judge = TurnJudge(asked, load("en").turns, asked, asked, session_id="CA1")
    _, up = await run_test(judge, frames_to_send=frames)
    return [frame.fact.evidence for frame in up if isinstance(frame, EvidenceFrame)]


async def test_on_an_idle_machine_the_voice_is_judged_beside_the_words():
    (evidence,) = await judged(Asked(), eager(), SHORTLY)
    assert (evidence.span, evidence.text, evidence.turn_probability) == (7, None, 0.9)


@pytest.mark.parametrize("kind", [AnswerKind.DIGITS, AnswerKind.PHONE])
async def test_where_the_words_show_it_better_the_turn_model_is_spared(kind):
    assert await judged(Asked(), eager(kind), SHORTLY) == []


async def test_on_a_busy_machine_it_waits_for_the_words_and_is_spared_where_they_go_on():
    busy = Asked(busy=True)
    assert await judged(busy, eager(), SHORTLY) == []
    assert await judged(busy, eager(), transcribed("I want to return it and"), SHORTLY) == []
    assert len(await judged(busy, eager(), transcribed("I want to return it."), SHORTLY)) == 1


async def test_after_the_end_of_the_turn_it_is_too_late_to_judge():
    slow = Asked(delay_s=0.05)
    assert await judged(slow, eager(), SHORTLY, confirmed(), SleepFrame(sleep=0.1)) == []
