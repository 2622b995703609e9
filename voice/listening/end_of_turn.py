"""Decides when a turn of the caller is over. Pure: no clock, no sleep, no I/O.

These are the states, and all there are:

    no turn ──begin──► Talking                    the caller has the floor
    no turn ──begin with a span──► Eager          an interruption whose sound has ended, and was asked about already
    Talking ──pause_ms of silence──► Pausing      the turn may end here; nobody has been asked yet
    Pausing ──eager_silence_ms──► Eager           `EagerEnd`: the models are asked
    Pausing ──voice──► Talking                    nothing to take back
    Eager ──voice──► Talking                      `Withdrawn`
    Eager ──as much silence as the policy asks──► no turn    `TurnEnded`
    Eager ──no words in a short sound──► no turn  `Withdrawn`: it was noise
    any turn ──max_turn_ms──► no turn             `TurnEnded`, after an `EagerEnd` where there was none
    any turn ──a key──► no turn                   `Withdrawn` where there was an `EagerEnd`

One fact may lead through several of them. A sound in a pause that is shorter than someone going on changes no state; it
only holds the end of the turn while it is so young that it may be more.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from dialogue.expectation import Expectation
from interactions.vocabulary import EndRule
from languages import Language
from models.turn_evidence import TurnCues
from voice.listening.gate import GateFrame
from voice.listening.policy import Wait, wait_for
from voice.listening.settings import ListeningSettings
from voice.listening.sound import Moment, Sound, Span
from voice.listening.types import Decision, Evidence, TurnEnded, Withdrawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Talking:
    """The caller has the floor and speaks, or has only just stopped."""

    sound: Sound


@dataclass(frozen=True, slots=True, kw_only=True)
class Pausing:
    """The turn may be over at the end of the span; on a busy machine the models are asked later than that is known."""

    sound: Sound
    span: Span


@dataclass(slots=True, kw_only=True)
class Eager:
    """The models were asked about the span; its evidence or its silence will end the turn."""

    sound: Sound
    span: Span
    wait: Wait | None = None
    """What the policy asks for with the evidence and expectation of now; None until it was asked."""


Turn = Talking | Pausing | Eager
"""The turn that is open."""


class CompletionModel(Protocol):
    """Judges from words, turn model and prosody whether a turn is complete: `models.turn_evidence.TurnEvidence`.

    Not async as the models whose answers it weighs are: it is arithmetic within the pure machine, like the policy.
    """

    def complete(self, cues: TurnCues) -> float:
        """Calibrated probability in [0, 1]; microseconds."""
        ...


class EndOfTurn:
    """Follows one turn of the caller after the other, from its first word to its end."""

    def __init__(
        self,
        language: Language,
        settings: ListeningSettings,
        span_ids: Iterator[int],
        *,
        completion: CompletionModel | None = None,
    ):
        """Nobody has spoken yet.

        Args:
            language: What is spoken.
            settings: How turns are taken.
            span_ids: Ids of new spans.
            completion: The calibrated model; without it the policy weighs the evidence by hand.
        """
        self._language = language
        self._settings = settings
        self._span_ids = span_ids
        self._completion = completion
        self._expectation = Expectation()
        self._turn: Turn | None = None
        self._last: TurnEnded | None = None
        """The last turn that ended; it starts where what it goes on with started."""
        self._bot_started_ms = 0

    @property
    def turn(self) -> Turn | None:
        """The turn that is open; None while the caller does not have the floor."""
        return self._turn

    def expect(self, expectation: Expectation) -> None:
        """What the last question asks for."""
        self._expectation = expectation
        if isinstance(self._turn, Eager):
            self._turn.wait = None

    def bot_started(self, at_ms: int) -> None:
        """A reply is heard from now on: what the caller says after it is a new thing."""
        self._bot_started_ms = at_ms

    def begin(self, sound: Sound, span: Span | None) -> None:
        """The caller takes the floor.

        Args:
            sound: What they have said so far.
            span: Its end, where the models were asked about it already.
        """
        self._turn = Talking(sound=sound) if span is None else Eager(sound=sound, span=span)

    def hear(self, frame: GateFrame, moment: Moment) -> list[Decision]:
        """A voiced frame of the open turn."""
        match self._turn:
            case Talking(sound=sound):
                sound.hear(frame)
            case Pausing(sound=sound, span=span) | Eager(sound=sound, span=span):
                if sound.goes_on(span, frame, self._settings):
                    decisions = self._withdrawn(moment.now_ms)
                    self._turn = Talking(sound=sound)
                    return decisions
        return []

    def evidence(self, evidence: Evidence, moment: Moment) -> list[Decision]:
        """What the models made of a span; ignored unless it is the open one."""
        turn = self._turn
        if turn is None or isinstance(turn, Talking) or turn.span.id != evidence.span:
            return []
        turn.span.answer(evidence)
        if isinstance(turn, Eager):
            turn.wait = None
        return self.settle(moment)

    def void(self, at_ms: int) -> list[Decision]:
        """A key: what was being said does not count."""
        decisions = self._withdrawn(at_ms)
        self._turn = None
        return decisions

    def settle(self, moment: Moment) -> list[Decision]:
        """Decide what the silence so far and the evidence allow."""
        if self._turn is None:
            return []
        sound = self._turn.sound
        too_long = moment.now_ms - sound.start_ms >= self._settings.max_turn_ms
        decisions = self._pause(moment, too_long=too_long)
        if not isinstance(self._turn, Eager):
            return decisions
        if too_long:
            return [*decisions, self._end(self._turn, EndRule.TOO_LONG, moment)]
        return decisions + self._settle_eager(self._turn, moment)

    def _pause(self, moment: Moment, *, too_long: bool) -> list[Decision]:
        """Go as far towards the eager end as the silence allows."""
        turn, eager_ms = self._turn, moment.eager_silence_ms
        if turn is None or isinstance(turn, Eager):
            return []
        silence_ms = moment.now_ms - turn.sound.last_ms
        if isinstance(turn, Talking):
            if not too_long and silence_ms < min(self._settings.pause_ms, eager_ms):
                return []
            span = Span(id=next(self._span_ids), end_ms=turn.sound.last_ms)
            self._turn = turn = Pausing(sound=turn.sound, span=span)
        if not too_long and silence_ms < eager_ms:
            return []
        self._turn = Eager(sound=turn.sound, span=turn.span)
        return [turn.sound.eager_end(turn.span)]

    def _settle_eager(self, turn: Eager, moment: Moment) -> list[Decision]:
        if turn.span.clicking(moment.now_ms) or self._loud_again(moment):
            return []
        if self._was_noise(turn):
            return self.void(moment.now_ms)
        wait = turn.wait = turn.wait or self._wait(turn)
        silence_ms = moment.now_ms - turn.sound.last_ms
        return [self._end(turn, wait.rule, moment)] if silence_ms >= wait.silence_ms else []

    def _wait(self, turn: Eager) -> Wait:
        """What the policy asks for."""
        span, sound = turn.span, turn.sound
        evidence = span.evidence or Evidence(span=span.id, text=None)
        completion = None
        if self._completion and evidence.text is not None:
            cues = TurnCues(
                text=evidence.text,
                confidence=evidence.confidence,
                turn_probability=evidence.turn_probability,
                speech_ms=span.end_ms - sound.start_ms,
                pauses=sound.pauses,
                prosody=evidence.prosody,
            )
            completion = self._completion.complete(cues)
        return wait_for(
            evidence,
            self._expectation,
            self._language,
            completion=completion,
            lasted_ms=span.end_ms - self._talking_since(sound),
            settings=self._settings.policy,
        )

    def _talking_since(self, sound: Sound) -> int:
        """Start of what the caller is saying, ms: who goes on before a word was answered goes on with the same."""
        last = self._last
        if last is None or sound.start_ms - last.end_ms > self._settings.going_on_ms:
            return sound.start_ms
        answered_ms = sound.start_ms - self._bot_started_ms if self._bot_started_ms > last.end_ms else 0
        return last.start_ms if answered_ms <= self._settings.answer_heard_ms else sound.start_ms

    def _loud_again(self, moment: Moment) -> bool:
        """Whether something has just become loud: that it is the caller going on, the detector says 50 ms later."""
        return 0 < moment.loud_ms <= self._settings.loud_hold_ms

    def _was_noise(self, turn: Eager) -> bool:
        text = turn.span.evidence.text if turn.span.evidence else None
        return (
            text is not None
            and not self._language.turns.words_of(text)
            and turn.sound.voiced_ms < self._settings.noise_turn_ms
        )

    def _withdrawn(self, at_ms: int) -> list[Decision]:
        return [Withdrawn(span=self._turn.span.id, at_ms=at_ms)] if isinstance(self._turn, Eager) else []

    def _end(self, turn: Eager, rule: EndRule, moment: Moment) -> TurnEnded:
        evidence = turn.span.evidence
        ended = TurnEnded(
            span=turn.span.id,
            start_ms=turn.sound.start_ms,
            end_ms=turn.span.end_ms,
            decided_ms=moment.now_ms,
            rule=rule,
            turn_probability=evidence.turn_probability if evidence else None,
        )
        self._last = replace(ended, start_ms=self._talking_since(turn.sound))
        self._turn = None
        return ended
