"""Decides what a sound beneath the bot's speech is: an interruption or a murmur. Pure: no clock, no sleep, no I/O.

These are the states, and all there are:

    Silent ──the bot starts──► Speaking
    Silent ──speech──► Silent                  `SpeechStarted`; the caller claims the floor
    Speaking ──the bot stops──► Silent
    Speaking ──something loud as a reply begins──► Held         `PauseBot`: that it is a voice is known later
    Speaking ──speech──► Beneath               or, as a reply begins, at once an interruption as from Held
    Held ──speech──► Silent                    `ConfirmInterruption`; the caller claims the floor
    Held ──quiet again, a click, or a key──► Speaking           `ResumeBot`
    Beneath ──words, or voice for long──► Silent                `ConfirmInterruption`; the caller claims the floor
    Beneath ──a murmur──► Speaking             `ResumeBot` if the bot was paused for it, else `BackchannelHeard`
    Beneath ──the bot stops──► Silent          unless it was paused; `SpeechStarted`; the caller claims the floor
    Beneath ──a key──► Speaking                `Withdrawn` where the models were asked, `ResumeBot` if paused

Within Beneath the bot may be paused or not, and the models asked about nothing, about a partial span (the caller still
speaks) or about the whole sound (it has ended); all six are legal. A claim hands the sound to the turn that begins, and
with it the span of the whole sound; a partial one is withdrawn.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Self

from dialogue.expectation import Expectation
from languages import Language
from voice.listening.backchannel import is_backchannel
from voice.listening.gate import GateFrame
from voice.listening.onset import Onset
from voice.listening.settings import ListeningSettings
from voice.listening.sound import Moment, Sound, Span
from voice.listening.types import (
    BackchannelHeard,
    ConfirmInterruption,
    Decision,
    Evidence,
    PauseBot,
    ResumeBot,
    SpeechStarted,
    Withdrawn,
)


class BotVoice(StrEnum):
    """What the caller hears of the bot."""

    SILENT = "silent"
    SPEAKING = "speaking"
    PAUSED = "paused"
    """It was silenced for a sound that is not judged yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the bot is saying."""

    started_ms: int
    interruptible: bool
    """Whether the caller may stop it."""
    ends_ms: int | None
    """When its last word is expected to end; None while that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent:
    """The bot says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaking:
    """The bot speaks, and no speech of the caller's is judged beneath it."""

    reply: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The bot is paused for something loud that is no speech yet."""

    reply: Reply
    until_ms: int
    """When it goes on if nothing more is heard."""


@dataclass(slots=True, kw_only=True)
class Beneath:
    """The caller speaks beneath the bot, or while it is paused for that."""

    reply: Reply
    sound: Sound
    next_partial_ms: int
    """When the models are next asked about speech that goes on."""
    paused: bool = False
    span: Span | None = None
    """What the models are being asked about."""


State = Silent | Speaking | Held | Beneath
"""What is going on beneath the bot's speech."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The caller takes the floor."""

    sound: Sound
    """The turn so far."""
    span: Span | None = None
    """Its end, where the models were asked about it already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What was decided about a fact."""

    decisions: list[Decision] = field(default_factory=list)
    claim: Claim | None = None
    """Given when the caller takes the floor; what the turn makes of it comes after the decisions."""

    def after(self, decisions: list[Decision]) -> Self:
        """The same, with decisions that come before its own."""
        return replace(self, decisions=decisions + self.decisions)


class BargeIn:
    """Follows the bot's speech and what the caller says beneath it."""

    def __init__(self, language: Language, settings: ListeningSettings, span_ids: Iterator[int]):
        """The bot has not spoken yet.

        Args:
            language: What is spoken.
            settings: How turns are taken.
            span_ids: Ids of new spans.
        """
        self._language = language
        self._settings = settings
        self._span_ids = span_ids
        self._expectation = Expectation()
        self._state: State = Silent()

    @property
    def state(self) -> State:
        """What is going on."""
        return self._state

    @property
    def bot(self) -> BotVoice:
        """What the caller hears of the bot."""
        match self._state:
            case Silent():
                return BotVoice.SILENT
            case Held() | Beneath(paused=True):
                return BotVoice.PAUSED
            case _:
                return BotVoice.SPEAKING

    def expect(self, expectation: Expectation) -> None:
        """What the bot is about to ask for, or has just asked."""
        self._expectation = expectation

    def bot_started(self, reply: Reply) -> None:
        """The bot is heard from now on; if it is heard already, more is known of its reply."""
        match self._state:
            case Silent():
                self._state = Speaking(reply=reply)
            case Speaking(reply=old) | Held(reply=old) | Beneath(reply=old) as state:
                self._state = replace(state, reply=replace(reply, started_ms=old.started_ms))

    def bot_stopped(self, moment: Moment) -> Ruling:
        """The bot's last word was heard, or it was silenced; ignored while it is paused by us."""
        match self._state:
            case Speaking():
                self._state = Silent()
            case Beneath(paused=False, sound=sound):
                return self._claim(SpeechStarted(at_ms=sound.start_ms), sound, moment)
        return Ruling()

    def begin(self, sound: Sound, moment: Moment) -> Ruling:
        """A sound of the caller's has become speech."""
        state = self._state
        if isinstance(state, Silent):
            return self._claim(SpeechStarted(at_ms=sound.start_ms), sound, moment)
        if isinstance(state, Held) or self._begins(state.reply, moment):
            return self._confirm(sound, moment)
        next_partial_ms = sound.start_ms + self._settings.partial_ms
        beneath = self._state = Beneath(reply=state.reply, sound=sound, next_partial_ms=next_partial_ms)
        return self._hear_speech(beneath, sound.judge.judge(), moment)

    def hear(self, frame: GateFrame, moment: Moment) -> Ruling:
        """A voiced frame of the speech beneath the bot's."""
        state = self._state
        if not isinstance(state, Beneath):
            return Ruling()
        if state.span is None or state.span.partial:
            return self._hear_speech(state, state.sound.hear(frame), moment)
        if not state.sound.goes_on(state.span, frame, self._settings):
            return Ruling()
        return Ruling(decisions=self._withdraw(state, moment.now_ms))

    def hold(self, frame: GateFrame, moment: Moment, *, sounding: bool) -> list[Decision]:
        """A frame without speech: a reply that begins waits for whatever is loud.

        Args:
            frame: What was heard; that it is a voice, the detector says 50 ms later.
            moment: Its end.
            sounding: Whether a sound of the caller's is open, as speech or as what may become speech.
        """
        state = self._state
        if isinstance(state, Silent):
            return []
        begins = frame.loud_ms > 0 and self._begins(state.reply, moment)
        until_ms = frame.end_ms + self._settings.loud_hold_ms
        match state:
            case Speaking() if begins:
                self._state = Held(reply=state.reply, until_ms=until_ms)
                return [PauseBot(at_ms=moment.now_ms, speech_ms=frame.start_ms)]
            case Beneath(paused=False) if begins:
                return [self._pause(state, frame.start_ms, moment)]
            case Held() if begins or (frame.loud_ms and not sounding):
                self._state = replace(state, until_ms=until_ms)
            case Held() if not sounding and frame.end_ms >= state.until_ms:
                return self.forget_click(moment)
        return []

    def forget_click(self, moment: Moment) -> list[Decision]:
        """What was heard was no speech: a reply that is held for it goes on."""
        if not isinstance(self._state, Held):
            return []
        self._state = Speaking(reply=self._state.reply)
        return [ResumeBot(at_ms=moment.now_ms, text="")]

    def evidence(self, evidence: Evidence, moment: Moment) -> Ruling:
        """What the models made of a span; ignored unless it is the open one."""
        span = self._state.span if isinstance(self._state, Beneath) else None
        if span is None or span.id != evidence.span:
            return Ruling()
        span.answer(evidence)
        return self.settle(moment)

    def void(self, at_ms: int) -> list[Decision]:
        """A key: what was being said does not count, and the bot goes on."""
        state = self._state
        decisions = self._withdraw(state, at_ms) if isinstance(state, Beneath) else []
        if self.bot is BotVoice.PAUSED:
            decisions.append(ResumeBot(at_ms=at_ms, text=""))
        if not isinstance(state, Silent):
            self._state = Speaking(reply=state.reply)
        return decisions

    def settle(self, moment: Moment) -> Ruling:
        """Decide what the silence so far and the evidence allow."""
        state = self._state
        if not isinstance(state, Beneath):
            return Ruling()
        silence_ms = moment.now_ms - state.sound.last_ms
        ended = silence_ms >= moment.eager_silence_ms
        asked = self._ask_whole(state, moment) if ended else []
        evidence = state.span.evidence if state.span else None
        if state.span is not None and evidence is not None and evidence.text is not None:
            return self._judge_words(state, state.span, evidence.text, moment).after(asked)
        if ended and (evidence is not None or silence_ms >= self._settings.murmur_timeout_ms):
            return self._judge_sound(state, moment).after(asked)
        return Ruling(decisions=asked)

    def _hear_speech(self, state: Beneath, onset: Onset, moment: Moment) -> Ruling:
        """Speech goes on beneath the bot's."""
        if not state.reply.interruptible:
            return Ruling()
        decisions: list[Decision] = []
        if onset is Onset.SPEECH and not state.paused:
            decisions.append(self._pause(state, state.sound.start_ms, moment))
        if state.paused and state.sound.voiced_ms >= self._settings.confirm_ms:
            return self._confirm(state.sound, moment).after(decisions)
        if state.span is None and moment.now_ms >= state.next_partial_ms:
            state.next_partial_ms = moment.now_ms + self._settings.partial_ms
            partial = Span(id=next(self._span_ids), end_ms=moment.now_ms, partial=True)
            decisions.append(self._ask(state, partial))
        return Ruling(decisions=decisions)

    def _ask_whole(self, state: Beneath, moment: Moment) -> list[Decision]:
        """The sound has ended: ask about all of it, unless that was done."""
        span, end_ms = state.span, state.sound.last_ms
        if span is not None and (not span.partial or span.end_ms >= end_ms):
            return []
        withdrawn = self._withdraw(state, moment.now_ms)
        return [*withdrawn, self._ask(state, Span(id=next(self._span_ids), end_ms=end_ms))]

    def _judge_words(self, state: Beneath, span: Span, text: str, moment: Moment) -> Ruling:
        """The transcriber has answered."""
        reply = state.reply
        near_end = reply.ends_ms is not None and reply.ends_ms - span.end_ms <= self._settings.near_end_ms
        distant = not state.paused and state.sound.judge.distant
        murmur = is_backchannel(text, self._language, self._expectation, near_end=near_end)
        if reply.interruptible and not distant and not murmur:
            paused = [] if state.paused else [self._pause(state, state.sound.start_ms, moment)]
            return self._confirm(state.sound, moment).after(paused)
        if span.partial:
            return Ruling(decisions=self._withdraw(state, moment.now_ms))
        alone = moment.now_ms - span.end_ms < self._settings.resume_bot_ms
        if state.paused and (alone or span.clicking(moment.now_ms)):
            return Ruling()
        return self._leave_floor(state, text, moment)

    def _judge_sound(self, state: Beneath, moment: Moment) -> Ruling:
        """The transcriber has failed, or does not answer."""
        short = state.sound.voiced_ms < self._settings.doubtful_pause_bot_ms
        if short or state.sound.judge.distant or not state.reply.interruptible:
            return self._leave_floor(state, "", moment)
        return self._confirm(state.sound, moment)

    def _begins(self, reply: Reply, moment: Moment) -> bool:
        """Whether the caller has hardly heard of a reply: who speaks now goes on with the turn before."""
        return reply.interruptible and moment.now_ms - reply.started_ms < self._settings.reply_begins_ms

    def _pause(self, state: Beneath, speech_ms: int, moment: Moment) -> Decision:
        state.paused = True
        return PauseBot(at_ms=moment.now_ms, speech_ms=speech_ms)

    def _ask(self, state: Beneath, span: Span) -> Decision:
        state.span = span
        return state.sound.eager_end(span)

    def _withdraw(self, state: Beneath, at_ms: int) -> list[Decision]:
        span, state.span = state.span, None
        return [Withdrawn(span=span.id, at_ms=at_ms)] if span else []

    def _leave_floor(self, state: Beneath, text: str, moment: Moment) -> Ruling:
        """It was no interruption."""
        self._state = Speaking(reply=state.reply)
        left = ResumeBot if state.paused else BackchannelHeard
        return Ruling(decisions=[left(at_ms=moment.now_ms, text=text)])

    def _confirm(self, sound: Sound, moment: Moment) -> Ruling:
        """It is an interruption."""
        return self._claim(ConfirmInterruption(at_ms=moment.now_ms, speech_ms=sound.start_ms), sound, moment)

    def _claim(self, decision: Decision, sound: Sound, moment: Moment) -> Ruling:
        """The caller takes the floor; the span of a sound that has ended stays alive."""
        state, self._state = self._state, Silent()
        span = state.span if isinstance(state, Beneath) else None
        if span is None or not span.partial:
            return Ruling(decisions=[decision], claim=Claim(sound=sound, span=span))
        withdrawn = Withdrawn(span=span.id, at_ms=moment.now_ms)
        return Ruling(decisions=[decision, withdrawn], claim=Claim(sound=sound))
