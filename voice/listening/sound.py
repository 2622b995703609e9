"""What the machines of turn-taking look at: the moment, one sound of the caller's, a span of it the models judge."""

from dataclasses import dataclass
from typing import Self

from voice.listening.gate import GateFrame
from voice.listening.onset import Onset, OnsetJudge
from voice.listening.settings import ListeningSettings
from voice.listening.types import EagerEnd, Evidence

_CLICKING_MS = 60
"""A sound in a pause that ended so recently may still turn out to be the caller going on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Where the call stands when something is decided."""

    now_ms: int
    """End of the last frame on the call clock."""
    loud_ms: int
    """How long it has been loud, whether or not that is a voice."""
    eager_silence_ms: int
    """Silence from which on the turn so far is transcribed; more on a busy machine."""


@dataclass(slots=True, kw_only=True)
class Span:
    """A part of a sound that the models are asked about, from the sound's start to the span's end."""

    id: int
    end_ms: int
    partial: bool = False
    """Whether it ends while the caller goes on speaking."""
    evidence: Evidence | None = None
    """What the models have said of it so far."""
    again_ms: int = 0
    """Voice after its end: going on, or only a click."""
    again_last_ms: int = -1
    """Where that voice ends."""

    def answer(self, evidence: Evidence) -> None:
        """Take in what the models say; later parts complete earlier ones."""
        self.evidence = _merge(self.evidence, evidence)

    def clicking(self, now_ms: int) -> bool:
        """Whether a sound after its end may still turn out to be the caller going on."""
        return self.again_last_ms > self.end_ms and now_ms - self.again_last_ms < _CLICKING_MS


@dataclass(slots=True, kw_only=True)
class Sound:
    """One stretch of the caller's voice with the short pauses in it."""

    start_ms: int
    last_ms: int
    """End of its last voice."""
    judge: OnsetJudge
    voiced_ms: int = 0
    pauses: int = 0
    """Pauses after which the caller went on."""

    @classmethod
    def begin(cls, at_ms: int, settings: ListeningSettings) -> Self:
        """A sound whose first voice is about to be heard."""
        judge = OnsetJudge(clear_ms=settings.pause_bot_ms, doubtful_ms=settings.doubtful_pause_bot_ms)
        return cls(start_ms=at_ms, last_ms=at_ms, judge=judge)

    def hear(self, frame: GateFrame) -> Onset:
        """Take in the voice of a frame; returns what the sound looks like so far."""
        assert frame.voiced_from_ms is not None and frame.voiced_to_ms is not None
        self.voiced_ms += frame.voiced_to_ms - frame.voiced_from_ms
        self.last_ms = frame.voiced_to_ms
        return self.judge.hear(frame)

    def goes_on(self, span: Span, frame: GateFrame, settings: ListeningSettings) -> bool:
        """Take in voice after the end of a span.

        Returns:
            Whether the caller goes on, and the span is void; a click is forgotten.
        """
        assert frame.voiced_from_ms is not None and frame.voiced_to_ms is not None
        if frame.voiced_from_ms - span.again_last_ms > settings.click_gap_ms // 2:
            span.again_ms = 0
        span.again_ms += frame.voiced_to_ms - frame.voiced_from_ms
        span.again_last_ms = frame.voiced_to_ms
        self.judge.hear(frame)
        if span.again_ms < settings.resume_ms:
            return False
        self.pauses += 1
        self.voiced_ms += span.again_ms
        self.last_ms = frame.voiced_to_ms
        return True

    def eager_end(self, span: Span) -> EagerEnd:
        """Asks the models about a span."""
        return EagerEnd(span=span.id, start_ms=self.start_ms, end_ms=span.end_ms, partial=span.partial)


def _merge(old: Evidence | None, new: Evidence) -> Evidence:
    if old is None:
        return new
    return Evidence(
        span=new.span,
        text=old.text if new.text is None else new.text,
        confidence=old.confidence if new.text is None else new.confidence,
        turn_probability=old.turn_probability if new.turn_probability is None else new.turn_probability,
        prosody=new.prosody or old.prosody,
    )
