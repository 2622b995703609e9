"""Turn-taking: from voiced frames and the models' evidence to who has the floor. Pure: no clock, no sleep, no I/O."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol

from dialogue.expectation import Expectation
from interactions.vocabulary import EndRule
from languages import Language
from models.turn_evidence import TurnCues
from voice.listening.backchannel import is_backchannel
from voice.listening.gate import GateFrame
from voice.listening.onset import Onset, OnsetJudge
from voice.listening.policy import Wait, wait_for
from voice.listening.settings import ListeningSettings
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


class _Floor(StrEnum):
    """Who speaks, as far as the caller's side is concerned."""

    QUIET = "quiet"
    """The caller is silent, or a sound is too short to be speech."""
    TURN = "turn"
    """The caller has the floor."""
    UNDER_BOT = "under_bot"
    """The caller makes a sound while the bot speaks, or while it was paused for it."""


@dataclass(slots=True)
class _Sound:
    """One stretch of the caller's voice with the short pauses in it."""

    start_ms: int
    last_ms: int
    judge: OnsetJudge
    voiced_ms: int = 0
    pauses: int = 0
    """Pauses after which the caller went on."""


@dataclass(slots=True)
class EagerTurn:
    """An eager end that is waiting for its evidence or for its silence."""

    id: int
    end_ms: int
    partial: bool
    """Whether it was asked for while the caller went on speaking."""
    asked: bool = True
    """Whether its evidence was asked for; on a busy machine that comes later than the pause."""
    evidence: Evidence | None = None
    wait: Wait | None = None
    """What the policy asked for with this evidence and expectation."""


@dataclass(slots=True)
class _Resumption:
    """Voice heard in the pause after an eager end: going on, or only a click."""

    voiced_ms: int = 0
    last_ms: int = field(default=-1)


class CompletionModel(Protocol):
    """Judges from words, turn model and prosody whether a turn is complete: `models.turn_evidence.TurnEvidence`.

    Not async as the models whose answers it weighs are: it is arithmetic within the pure machine, like the policy.
    """

    def complete(self, cues: TurnCues) -> float:
        """Calibrated probability in [0, 1]; microseconds."""
        ...


class TurnTaker:
    """Decides from facts on the call clock when the caller begins, ends, interrupts, or is silent.

    Feed every `GateFrame`, every `Evidence`, and what the ear hears of the bot. All methods return decisions in order.
    A span lives from its `EagerEnd` until `Withdrawn`, `TurnEnded`, `ResumeBot` or `BackchannelHeard`; evidence for a
    span that is no longer alive is ignored.
    """

    def __init__(
        self,
        language: Language,
        settings: ListeningSettings | None = None,
        *,
        completion: CompletionModel | None = None,
    ):
        """Begin a call.

        Args:
            language: What is spoken.
            settings: How turns are taken.
            completion: The calibrated model; without it the policy weighs the evidence by hand.
        """
        self._language = language
        self._settings = settings or ListeningSettings()
        self._completion = completion
        self.eager_silence_ms = self._settings.eager_silence_ms
        """Silence from which on the turn so far is transcribed; the owner may change it with the load."""
        self._expectation = Expectation()
        self._floor = _Floor.QUIET
        self._now_ms = 0
        self._loud_ms = 0
        self._sound: _Sound | None = None
        self._span: EagerTurn | None = None
        self._spans = 0
        self._resumption = _Resumption()
        self._bot_speaking = False
        self._bot_started_ms = 0
        self._bot_interruptible = True
        self._bot_ends_ms: int | None = None
        self._paused = False
        self._held_until_ms = 0
        self._next_partial_ms = 0
        self._quiet_since_ms = 0
        self._checks = 0
        self._deaf_until_pause = False
        self._last_turn: TurnEnded | None = None
        """The last turn that ended."""

    def start(self, at_ms: int) -> None:
        """Before the first frame: the caller's audio begins there on the call clock."""
        self._now_ms = self._quiet_since_ms = at_ms

    @property
    def caller_has_floor(self) -> bool:
        """Whether a turn of the caller is open."""
        return self._floor is _Floor.TURN

    @property
    def bot_paused(self) -> bool:
        """Whether the bot was paused for a sound that is not judged yet."""
        return self._paused

    # Facts

    def expect(self, expectation: Expectation) -> None:
        """What the last question asks for."""
        self._expectation = expectation
        if self._span:
            self._span.wait = None

    def bot_started(self, at_ms: int, *, interruptible: bool = True, ends_ms: int | None = None) -> list[Decision]:
        """The bot's voice is heard at the ear from now on.

        Args:
            at_ms: When.
            interruptible: Whether the caller may stop it.
            ends_ms: When its last word is expected to end, if that is known; may be given again as it becomes known.
        """
        self._bot_interruptible, self._bot_ends_ms = interruptible, ends_ms
        if self._bot_speaking or self._paused:
            return []
        if self._floor is _Floor.TURN and interruptible and self._sound:
            return [ConfirmInterruption(at_ms=at_ms, speech_ms=self._sound.start_ms)]
        self._bot_speaking, self._bot_started_ms = True, at_ms
        return []

    def bot_stopped(self, at_ms: int) -> list[Decision]:
        """The bot's last word was heard at the ear, or it was silenced; ignored while it is paused by us."""
        if self._paused or not self._bot_speaking:
            return []
        self._bot_speaking, self._bot_ends_ms = False, None
        self._quiet_since_ms = at_ms
        if self._floor is _Floor.UNDER_BOT and self._sound:
            self._floor, self._checks = _Floor.TURN, 0
            return [SpeechStarted(at_ms=self._sound.start_ms), *self._drop_partial(), *self._settle()]
        return []

    def key_pressed(self, at_ms: int) -> list[Decision]:
        """A key: what was being said is void, until the caller has paused."""
        self._quiet_since_ms, self._checks = at_ms, 0
        decisions = self._withdraw(at_ms)
        if self._paused:
            decisions.append(ResumeBot(at_ms=at_ms, text=""))
            self._paused = False
        self._deaf_until_pause = self._sound is not None
        self._go_quiet()
        return decisions

    def evidence(self, evidence: Evidence) -> list[Decision]:
        """What the models made of a span; may come in parts, late, or not at all."""
        span = self._span
        if span is None or evidence.span != span.id:
            return []
        span.evidence, span.wait = _merge(span.evidence, evidence), None
        return self._settle()

    def frame(self, frame: GateFrame) -> list[Decision]:
        """The next 20 ms."""
        self._now_ms, self._loud_ms = frame.end_ms, frame.loud_ms
        if self._deaf_until_pause:
            return self._wait_for_pause(frame)
        decisions = self._hear(frame) if frame.voiced else self._hold_reply(frame)
        decisions += self._forget_click()
        decisions += self._settle()
        decisions += self._check_silence()
        return decisions

    # Voice

    def _hear(self, frame: GateFrame) -> list[Decision]:
        assert frame.voiced_from_ms is not None and frame.voiced_to_ms is not None
        voiced_ms = frame.voiced_to_ms - frame.voiced_from_ms
        if self._sound is None:
            self._sound = _Sound(frame.voiced_from_ms, frame.voiced_to_ms, self._new_judge())
        sound = self._sound
        if self._span is not None and not self._span.partial:
            return self._hear_in_pause(frame, voiced_ms)
        sound.voiced_ms += voiced_ms
        sound.last_ms = frame.voiced_to_ms
        onset = sound.judge.hear(frame)
        if self._floor is _Floor.QUIET and sound.voiced_ms >= self._settings.min_speech_ms:
            return self._begin()
        if self._floor is _Floor.QUIET:
            return self._hold_reply(frame)
        if self._floor is _Floor.UNDER_BOT:
            return self._hear_under_bot(onset)
        return []

    def _new_judge(self) -> OnsetJudge:
        return OnsetJudge(clear_ms=self._settings.pause_bot_ms, doubtful_ms=self._settings.doubtful_pause_bot_ms)

    def _hear_in_pause(self, frame: GateFrame, voiced_ms: int) -> list[Decision]:
        """Voice after an eager end: a click, or the caller goes on."""
        assert self._sound is not None and frame.voiced_to_ms is not None and frame.voiced_from_ms is not None
        resumption = self._resumption
        if frame.voiced_from_ms - resumption.last_ms > self._settings.click_gap_ms // 2:
            resumption.voiced_ms = 0
        resumption.voiced_ms += voiced_ms
        resumption.last_ms = frame.voiced_to_ms
        self._sound.judge.hear(frame)
        if resumption.voiced_ms < self._settings.resume_ms:
            return []
        decisions = self._withdraw(self._now_ms)
        self._sound.pauses += 1
        self._sound.voiced_ms += resumption.voiced_ms
        self._sound.last_ms = frame.voiced_to_ms
        return decisions

    def _begin(self) -> list[Decision]:
        """A sound has become speech."""
        assert self._sound is not None
        if self._paused or self._reply_begins:
            return self._confirm()
        if self._bot_speaking:
            self._floor = _Floor.UNDER_BOT
            self._next_partial_ms = self._sound.start_ms + self._settings.partial_ms
            return self._hear_under_bot(self._sound.judge.judge())
        self._floor, self._checks = _Floor.TURN, 0
        return [SpeechStarted(at_ms=self._sound.start_ms)]

    @property
    def _reply_begins(self) -> bool:
        """Whether a reply has begun that the caller has hardly heard: who speaks now goes on with the turn before."""
        since_ms = self._now_ms - self._bot_started_ms
        return self._bot_speaking and self._bot_interruptible and since_ms < self._settings.reply_begins_ms

    def _hold_reply(self, frame: GateFrame) -> list[Decision]:
        """A reply that begins waits for whatever is loud: that it is a voice, the detector says 50 ms later."""
        holding = self._paused and self._sound is None
        if frame.loud_ms and (holding or self._reply_begins):
            self._held_until_ms = frame.end_ms + self._settings.loud_hold_ms
            return [] if self._paused else [self._pause(frame.start_ms)]
        return self._leave_floor("") if holding and frame.end_ms >= self._held_until_ms else []

    def _hear_under_bot(self, onset: Onset) -> list[Decision]:
        """Speech goes on beneath the bot's."""
        assert self._sound is not None
        if not self._bot_interruptible:
            return []
        decisions: list[Decision] = []
        if onset is Onset.SPEECH and not self._paused:
            decisions.append(self._pause(self._sound.start_ms))
        if self._paused and self._sound.voiced_ms >= self._settings.confirm_ms:
            return decisions + self._confirm()
        if self._span is None and self._now_ms >= self._next_partial_ms:
            self._next_partial_ms = self._now_ms + self._settings.partial_ms
            decisions.append(self._ask(partial=True))
        return decisions

    def _forget_click(self) -> list[Decision]:
        sound = self._sound
        if not sound or self._floor is not _Floor.QUIET:
            return []
        if self._now_ms - sound.last_ms <= self._settings.click_gap_ms:
            return []
        if self._paused:
            return self._leave_floor("")
        self._sound = None
        return []

    def _wait_for_pause(self, frame: GateFrame) -> list[Decision]:
        if frame.voiced_to_ms is not None:
            self._quiet_since_ms = max(self._quiet_since_ms, frame.voiced_to_ms)
        elif self._now_ms - self._quiet_since_ms >= 2 * self._settings.eager_silence_ms:
            self._deaf_until_pause = False
        return []

    # Silence

    def _settle(self) -> list[Decision]:
        """Decide what the silence so far and the evidence allow."""
        sound = self._sound
        if sound is None or self._floor is _Floor.QUIET:
            return []
        if self._floor is _Floor.UNDER_BOT:
            return self._settle_under_bot(sound)
        silence_ms = self._now_ms - sound.last_ms
        too_long = self._now_ms - sound.start_ms >= self._settings.max_turn_ms
        span = self._span
        if span is None and (too_long or silence_ms >= min(self._settings.pause_ms, self.eager_silence_ms)):
            span = self._open_span(partial=False, asked=False)
        if span is None or not (span.asked or too_long or silence_ms >= self.eager_silence_ms):
            return []
        decisions: list[Decision] = []
        if not span.asked:
            span.asked = True
            decisions.append(self._eager_end(span))
        if too_long:
            return decisions + self._end(EndRule.TOO_LONG)
        if self._clicking() or self._loud_again:
            return decisions
        if self._was_noise(sound, span):
            decisions += self._withdraw(self._now_ms)
            self._go_quiet()
            return decisions
        wait = self._wait(span, sound)
        return decisions + self._end(wait.rule) if silence_ms >= wait.silence_ms else decisions

    def _wait(self, span: EagerTurn, sound: _Sound) -> Wait:
        if span.wait is None:
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
            span.wait = wait_for(
                evidence,
                self._expectation,
                self._language,
                completion=completion,
                lasted_ms=span.end_ms - self._talking_since(sound),
                settings=self._settings.policy,
            )
        return span.wait

    def _talking_since(self, sound: _Sound) -> int:
        """Start of what the caller is saying, ms: who goes on before a word was answered goes on with the same."""
        last = self._last_turn
        if last is None or sound.start_ms - last.end_ms > self._settings.going_on_ms:
            return sound.start_ms
        answered_ms = sound.start_ms - self._bot_started_ms if self._bot_started_ms > last.end_ms else 0
        return last.start_ms if answered_ms <= self._settings.answer_heard_ms else sound.start_ms

    def _clicking(self) -> bool:
        """Whether a sound in the pause may still turn out to be the caller going on."""
        span = self._span
        return (
            span is not None and self._resumption.last_ms > span.end_ms and self._now_ms - self._resumption.last_ms < 60
        )

    @property
    def _loud_again(self) -> bool:
        """Whether something has just become loud: that it is the caller going on, the detector says 50 ms later."""
        return 0 < self._loud_ms <= self._settings.loud_hold_ms

    def _was_noise(self, sound: _Sound, span: EagerTurn) -> bool:
        text = span.evidence.text if span.evidence else None
        return (
            text is not None
            and not self._language.turns.words_of(text)
            and sound.voiced_ms < self._settings.noise_turn_ms
        )

    def _settle_under_bot(self, sound: _Sound) -> list[Decision]:
        silence_ms = self._now_ms - sound.last_ms
        decisions: list[Decision] = []
        ended = silence_ms >= self.eager_silence_ms
        if ended and (self._span is None or (self._span.partial and self._span.end_ms < sound.last_ms)):
            decisions += self._drop_partial()
            decisions.append(self._ask(partial=False))
        span = self._span
        text = span.evidence.text if span and span.evidence else None
        if span is not None and text is not None:
            return decisions + self._judge_words(text, span)
        failed = span is not None and span.evidence is not None
        if ended and (failed or silence_ms >= self._settings.murmur_timeout_ms):
            short = sound.voiced_ms < self._settings.doubtful_pause_bot_ms
            murmur = short or sound.judge.distant or not self._bot_interruptible
            return decisions + (self._leave_floor("") if murmur else self._confirm())
        return decisions

    def _judge_words(self, text: str, span: EagerTurn) -> list[Decision]:
        """The transcriber has answered for a sound beneath the bot's speech."""
        near_end = self._bot_ends_ms is not None and self._bot_ends_ms - span.end_ms <= self._settings.near_end_ms
        distant = not self._paused and self._sound is not None and self._sound.judge.distant
        murmur = is_backchannel(text, self._language, self._expectation, near_end=near_end)
        if self._bot_interruptible and not distant and not murmur:
            assert self._sound is not None
            decisions: list[Decision] = [] if self._paused else [self._pause(self._sound.start_ms)]
            return decisions + self._confirm()
        if span.partial:
            return self._drop_partial()
        if self._paused and (self._clicking() or self._now_ms - span.end_ms < self._settings.resume_bot_ms):
            return []
        return self._leave_floor(text)

    # Outcomes

    def _ask(self, *, partial: bool) -> EagerEnd:
        return self._eager_end(self._open_span(partial=partial, asked=True))

    def _open_span(self, *, partial: bool, asked: bool) -> EagerTurn:
        """The turn may end here: shorter sounds than someone going on no longer move its end."""
        assert self._sound is not None
        self._spans += 1
        self._span = EagerTurn(self._spans, self._now_ms if partial else self._sound.last_ms, partial, asked)
        self._resumption = _Resumption()
        return self._span

    def _eager_end(self, span: EagerTurn) -> EagerEnd:
        assert self._sound is not None
        return EagerEnd(span=span.id, start_ms=self._sound.start_ms, end_ms=span.end_ms, partial=span.partial)

    def _withdraw(self, at_ms: int) -> list[Decision]:
        span, self._span = self._span, None
        return [Withdrawn(span=span.id, at_ms=at_ms)] if span and span.asked else []

    def _drop_partial(self) -> list[Decision]:
        return self._withdraw(self._now_ms) if self._span and self._span.partial else []

    def _pause(self, speech_ms: int) -> PauseBot:
        self._paused = True
        return PauseBot(at_ms=self._now_ms, speech_ms=speech_ms)

    def _confirm(self) -> list[Decision]:
        """The caller takes the floor; a span whose sound has ended stays alive."""
        assert self._sound is not None
        self._paused = self._bot_speaking = False
        self._floor, self._checks = _Floor.TURN, 0
        decisions: list[Decision] = [ConfirmInterruption(at_ms=self._now_ms, speech_ms=self._sound.start_ms)]
        return decisions + self._drop_partial() + self._settle()

    def _leave_floor(self, text: str) -> list[Decision]:
        """The sound was no interruption."""
        at_ms = self._now_ms
        paused, self._paused = self._paused, False
        self._span = None
        self._go_quiet()
        return [ResumeBot(at_ms=at_ms, text=text) if paused else BackchannelHeard(at_ms=at_ms, text=text)]

    def _end(self, rule: EndRule) -> list[Decision]:
        assert self._sound is not None and self._span is not None
        evidence = self._span.evidence
        ended = TurnEnded(
            span=self._span.id,
            start_ms=self._sound.start_ms,
            end_ms=self._span.end_ms,
            decided_ms=self._now_ms,
            rule=rule,
            turn_probability=evidence.turn_probability if evidence else None,
        )
        self._last_turn = replace(ended, start_ms=self._talking_since(self._sound))
        self._span = None
        self._quiet_since_ms = self._now_ms
        self._go_quiet()
        return [ended]

    def _go_quiet(self) -> None:
        self._floor, self._sound, self._span = _Floor.QUIET, None, None

    def _check_silence(self) -> list[Decision]:
        if self._bot_speaking or self._paused or self._floor is not _Floor.QUIET or self._sound:
            return []
        if self._now_ms - self._quiet_since_ms < self._settings.silence_check_ms:
            return []
        self._checks += 1
        self._quiet_since_ms = self._now_ms
        return [CallerSilent(at_ms=self._now_ms, checks=self._checks)]


def _merge(old: Evidence | None, new: Evidence) -> Evidence:
    """Later parts of an evidence complete earlier ones."""
    if old is None:
        return new
    return Evidence(
        span=new.span,
        text=old.text if new.text is None else new.text,
        confidence=old.confidence if new.text is None else new.confidence,
        turn_probability=old.turn_probability if new.turn_probability is None else new.turn_probability,
        prosody=new.prosody or old.prosody,
    )
