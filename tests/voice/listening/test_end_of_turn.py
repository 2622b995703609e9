"""The states of a turn as a table: in each of them, what each fact leads to."""

from itertools import count

import pytest

from languages import load
from tests.voice.listening.timeline import STEP_MS, frame
from voice.listening.end_of_turn import EndOfTurn
from voice.listening.settings import ListeningSettings
from voice.listening.sound import Moment, Sound, Span
from voice.listening.types import Decision, Evidence

SETTINGS = ListeningSettings()
ENGLISH = load("en")
SPOKEN_MS = 600
EAGER_MS = 180
"""Of a busy machine, so that a pause is seen before the models are asked."""
SPAN = 1


class Turn:
    """A machine whose caller spoke for 600 ms, and what it said since then."""

    def __init__(self, state: str):
        """Brings it into a state."""
        self.machine = EndOfTurn(ENGLISH, SETTINGS, count(SPAN))
        self.now_ms = SPOKEN_MS
        if state != "no turn":
            self.machine.begin(spoken(), None)
            self.silence({"Talking": 0, "Pausing": 60, "Eager": EAGER_MS}[state])
        assert self.state == state
        self.decisions: list[Decision] = []

    @property
    def state(self) -> str:
        return type(self.machine.turn).__name__ if self.machine.turn else "no turn"

    def settle(self) -> list[Decision]:
        return self.machine.settle(Moment(now_ms=self.now_ms, loud_ms=0, eager_silence_ms=EAGER_MS))

    def silence(self, ms: int) -> list[Decision]:
        """Silence since the caller's last word."""
        self.now_ms = max(self.now_ms, SPOKEN_MS + ms)
        return self.settle()

    def voice(self, ms: int) -> list[Decision]:
        decisions: list[Decision] = []
        for _ in range(ms // STEP_MS):
            self.now_ms += STEP_MS
            moment = Moment(now_ms=self.now_ms, loud_ms=STEP_MS, eager_silence_ms=EAGER_MS)
            decisions += self.machine.hear(frame(self.now_ms, voiced=True), moment) + self.machine.settle(moment)
        return decisions

    def words(self, text: str | None, *, span: int = SPAN) -> list[Decision]:
        moment = Moment(now_ms=self.now_ms, loud_ms=0, eager_silence_ms=EAGER_MS)
        evidence = Evidence(span=span, text=text, confidence=0.9, turn_probability=0.95)
        return self.machine.evidence(evidence, moment)


def spoken() -> Sound:
    sound = Sound.begin(0, SETTINGS)
    for end_ms in range(STEP_MS, SPOKEN_MS + STEP_MS, STEP_MS):
        sound.hear(frame(end_ms, voiced=True))
    return sound


FACTS = {
    "silence of 40 ms": lambda turn: turn.silence(40),
    "silence of 60 ms": lambda turn: turn.silence(60),
    "silence of 180 ms": lambda turn: turn.silence(180),
    "silence of 1.2 s": lambda turn: turn.silence(1200),
    "a minute": lambda turn: turn.voice(60_000),
    "a click": lambda turn: turn.voice(20),
    "voice": lambda turn: turn.voice(60),
    "words, complete": lambda turn: turn.words("Where is my order?") + turn.silence(240),
    "words, unfinished": lambda turn: turn.words("I want to send it back because") + turn.silence(240),
    "no words": lambda turn: turn.words(""),
    "words of another span": lambda turn: turn.words("Where is my order?", span=7) + turn.silence(240),
    "a key": lambda turn: turn.machine.void(turn.now_ms),
}

TABLE = [
    *[("no turn", fact, "no turn", []) for fact in FACTS],
    ("Talking", "silence of 40 ms", "Talking", []),
    ("Talking", "silence of 60 ms", "Pausing", []),
    ("Talking", "silence of 180 ms", "Eager", ["EagerEnd"]),
    ("Talking", "silence of 1.2 s", "no turn", ["EagerEnd", "TurnEnded"]),
    ("Talking", "a minute", "no turn", ["EagerEnd", "TurnEnded"]),
    ("Talking", "a click", "Talking", []),
    ("Talking", "voice", "Talking", []),
    ("Talking", "words, complete", "Eager", ["EagerEnd"]),
    ("Talking", "words, unfinished", "Eager", ["EagerEnd"]),
    ("Talking", "no words", "Talking", []),
    ("Talking", "words of another span", "Eager", ["EagerEnd"]),
    ("Talking", "a key", "no turn", []),
    ("Pausing", "silence of 40 ms", "Pausing", []),
    ("Pausing", "silence of 60 ms", "Pausing", []),
    ("Pausing", "silence of 180 ms", "Eager", ["EagerEnd"]),
    ("Pausing", "silence of 1.2 s", "no turn", ["EagerEnd", "TurnEnded"]),
    ("Pausing", "a minute", "no turn", ["EagerEnd", "TurnEnded"]),
    ("Pausing", "a click", "Pausing", []),
    ("Pausing", "voice", "Talking", []),
    ("Pausing", "words of another span", "Eager", ["EagerEnd"]),
    ("Pausing", "a key", "no turn", []),
    ("Eager", "silence of 40 ms", "Eager", []),
    ("Eager", "silence of 60 ms", "Eager", []),
    ("Eager", "silence of 180 ms", "Eager", []),
    ("Eager", "silence of 1.2 s", "no turn", ["TurnEnded"]),
    ("Eager", "a minute", "no turn", ["Withdrawn", "EagerEnd", "TurnEnded"]),
    ("Eager", "a click", "Eager", []),
    ("Eager", "voice", "Talking", ["Withdrawn"]),
    ("Eager", "words, complete", "no turn", ["TurnEnded"]),
    ("Eager", "words, unfinished", "Eager", []),
    ("Eager", "no words", "no turn", ["Withdrawn"]),
    ("Eager", "words of another span", "Eager", []),
    ("Eager", "a key", "no turn", ["Withdrawn"]),
]


@pytest.mark.parametrize(("state", "fact", "then", "decided"), TABLE)
def test_a_fact_leads_from_one_state_to_the_next(state: str, fact: str, then: str, decided: list[str]):
    turn = Turn(state)
    decisions = FACTS[fact](turn)
    assert (turn.state, [type(decision).__name__ for decision in decisions]) == (then, decided)


def test_a_turn_that_begins_with_a_span_waits_for_that_spans_evidence():
    turn = Turn("no turn")
    turn.machine.begin(spoken(), Span(id=5, end_ms=SPOKEN_MS))
    assert turn.state == "Eager"
    turn.words("Stop.", span=5)
    assert [type(decision).__name__ for decision in turn.silence(240)] == ["TurnEnded"]
