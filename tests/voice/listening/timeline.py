"""A call on paper: facts by the millisecond go in, the decisions of the turn-taker come out as short strings."""

from collections.abc import Callable

from dialogue.expectation import AnswerKind, Expectation
from languages import load
from voice.listening.end_of_turn import CompletionModel
from voice.listening.gate import GateFrame
from voice.listening.settings import ListeningSettings
from voice.listening.turns import TurnTaker
from voice.listening.types import (
    BackchannelHeard,
    CallerSilent,
    ConfirmInterruption,
    Decision,
    EagerEnd,
    Evidence,
    PauseBot,
    ResumeBot,
    SpeechStarted,
    TurnEnded,
    Withdrawn,
)

STEP_MS = 20


def frame(
    end_ms: int, *, voiced: bool, relative_db: float = 0.0, low_share: float = 0.6, loud_ms: int = 0
) -> GateFrame:
    """One gate frame that ends at ``end_ms``, wholly voiced or not at all; what is no voice may be loud."""
    return GateFrame(
        start_ms=end_ms - STEP_MS,
        end_ms=end_ms,
        probability=0.95 if voiced else 0.02,
        level_dbfs=-25.0 + relative_db if voiced else -70.0,
        voiced_from_ms=end_ms - STEP_MS if voiced else None,
        voiced_to_ms=end_ms if voiced else None,
        low_share=low_share if voiced else 0.0,
        loud_ms=STEP_MS if voiced else loud_ms,
        relative_db=relative_db,
    )


class Timeline:
    """Feeds one `TurnTaker` and answers its spans after a delay with what the test says was spoken."""

    def __init__(
        self,
        *,
        settings: ListeningSettings | None = None,
        delay_ms: int = 100,
        completion: CompletionModel | None = None,
    ):
        self.taker = TurnTaker(load("en"), settings, completion=completion)
        self.decisions: list[Decision] = []
        self.now_ms = 0
        self.delay_ms = delay_ms
        self._says: tuple[str | None, float | None] | None = None
        self._due: list[tuple[int, Evidence]] = []

    def expect(self, kind: AnswerKind, **more: object) -> "Timeline":
        self.taker.expect(Expectation(kind=kind, **more))  # type: ignore[arg-type]
        return self

    def models_hear(self, text: str | None, probability: float | None = 0.9) -> "Timeline":
        """What later spans are answered with; None for both: never answered."""
        self._says = None if text is None and probability is None else (text, probability)
        return self

    def say(self, ms: int, *, relative_db: float = 0.0, low_share: float = 0.6) -> "Timeline":
        return self._run(ms, lambda end: frame(end, voiced=True, relative_db=relative_db, low_share=low_share))

    def quiet(self, ms: int) -> "Timeline":
        return self._run(ms, lambda end: frame(end, voiced=False))

    def hiss(self, ms: int) -> "Timeline":
        """Loud, and not yet or never a voice."""
        begun_ms = self.now_ms
        return self._run(ms, lambda end: frame(end, voiced=False, loud_ms=end - begun_ms))

    def bot_starts(self, *, interruptible: bool = True, ends_in_ms: int | None = None) -> "Timeline":
        ends_ms = None if ends_in_ms is None else self.now_ms + ends_in_ms
        self._take(self.taker.bot_started(self.now_ms, interruptible=interruptible, ends_ms=ends_ms))
        return self

    def bot_stops(self) -> "Timeline":
        self._take(self.taker.bot_stopped(self.now_ms))
        return self

    def key(self) -> "Timeline":
        self._take(self.taker.key_pressed(self.now_ms))
        return self

    def answer(self, span: int, text: str | None, probability: float | None = 0.9) -> "Timeline":
        """Evidence by hand, for the races."""
        self._take(self.taker.evidence(Evidence(span=span, text=text, turn_probability=probability)))
        return self

    def told(self) -> list[str]:
        """All decisions so far, as short strings with their times."""
        return [describe(decision) for decision in self.decisions]

    def kinds(self) -> list[str]:
        """Names of all decisions so far, without eager work."""
        return [type(d).__name__ for d in self.decisions if not isinstance(d, EagerEnd | Withdrawn)]

    def _run(self, ms: int, make: Callable[[int], GateFrame]) -> "Timeline":
        for _ in range(ms // STEP_MS):
            self.now_ms += STEP_MS
            for at_ms, evidence in [due for due in self._due if due[0] <= self.now_ms]:
                self._due.remove((at_ms, evidence))
                self._take(self.taker.evidence(evidence))
            self._take(self.taker.frame(make(self.now_ms)))
        return self

    def _take(self, decisions: list[Decision]) -> None:
        self.decisions += decisions
        for decision in decisions:
            if isinstance(decision, EagerEnd) and self._says is not None:
                text, probability = self._says
                evidence = Evidence(span=decision.span, text=text, confidence=0.9, turn_probability=probability)
                self._due.append((self.now_ms + self.delay_ms, evidence))


def describe(decision: Decision) -> str:
    """A decision in a few words."""
    match decision:
        case SpeechStarted():
            return f"started {decision.at_ms}"
        case EagerEnd():
            return (
                f"{'partial' if decision.partial else 'eager'} {decision.span}: {decision.start_ms}-{decision.end_ms}"
            )
        case Withdrawn():
            return f"withdrawn {decision.span}"
        case TurnEnded():
            silence_ms = decision.decided_ms - decision.end_ms
            return f"ended {decision.span}: {decision.end_ms} after {silence_ms} {decision.rule}"
        case PauseBot():
            return f"pause after {decision.at_ms - decision.speech_ms}"
        case ResumeBot():
            return f"resume '{decision.text}'"
        case ConfirmInterruption():
            return f"interrupted from {decision.speech_ms}"
        case BackchannelHeard():
            return f"murmur '{decision.text}'"
        case CallerSilent():
            return f"silent {decision.checks} at {decision.at_ms}"
