"""One call's conversation: obeys what turn-taking decides, and ends the call when everything was said.

The shell around the pure machines. Audio comes in through `caller_audio` and is judged at once, without a task and
without waiting; what turn-taking decides starts, confirms or withdraws thoughts; what a thought says goes through the
gate to the caller's ear. Everything runs on one event loop, so no step can see another half done.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from dialogue.expectation import Expectation
from dialogue.runtime import LineRuntime
from dialogue.turn_loop import TurnCommit
from dialogue.types import CallerTurn, DialogueTurn, EndCall, Reply
from interactions.context import CallContext, CallOutcome, Purpose
from interactions.events.acting import Transfer
from interactions.events.lifecycle import CallEnded, CallStarted, Fault, StreamResumed
from interactions.events.listening import Backchannel, KeyPressed, SilenceNoticed, SpeechEnded, SpeechStarted
from interactions.log import CallLog
from interactions.sink import EventSink
from interactions.transfer import TakeMessage, TransferRequest
from interactions.vocabulary import EndedReason, ReplySource, TransferReason, TransferState, Writer
from models.interfaces import SAMPLES_PER_MS
from voice.clock import CallClock
from voice.engines import Engines
from voice.listening import types as listening
from voice.listening.audio_history import AudioHistory
from voice.listening.gate import SpeechGate
from voice.listening.keypad import KeypadCollector
from voice.listening.settings import ListeningSettings
from voice.listening.turns import TurnTaker
from voice.ports import AudioRecorder, CallerLeg
from voice.settings import VoiceSettings
from voice.speaking.reply_player import BotLengthKnown, BotSilent, BotStarted, PlayerFact, ReplyPlayer
from voice.turns.reply_scheduler import Head, Thinking

_LAST_MARK_S = 1.0
"""Longest wait for the carrier to say that the last word was played, s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unanswered:
    """The last turn, while no more than a word of its answer was heard: should the caller go on, it was not over."""

    ended: listening.TurnEnded
    state: Any
    """The dialogue's state before it."""
    expects: Expectation
    """What was asked before it."""


class Call:
    """Implements `voice.ports.Conversation`."""

    def __init__(
        self,
        context: CallContext,
        leg: CallerLeg,
        *,
        runtime: LineRuntime,
        engines: Engines,
        sink: EventSink,
        recorder: AudioRecorder,
        settings: VoiceSettings | None = None,
        listening_settings: ListeningSettings | None = None,
        offset_ms: float = 0.0,
        previous_state: Any = None,
    ):
        """Wire one conversation; nothing is said before `run`.

        Args:
            context: The call.
            leg: The way to the caller's ear.
            runtime: The line's dialogue and tools.
            engines: The shared models.
            sink: Keeps the event log.
            recorder: Keeps the audio.
            settings: Deadlines, lead, windows.
            listening_settings: Silences and thresholds.
            offset_ms: The call's time now: 0 on its first stream.
            previous_state: `state` of the earlier stream, where it is known.
        """
        self._context = context
        self._runtime = runtime
        self._engines = engines
        self._recorder = recorder
        self._settings = settings or VoiceSettings()
        self._clock = CallClock(offset_ms=offset_ms)
        self._log = CallLog(context.call_id, sink, now_ms=self._clock.now_ms, writer=Writer.SESSION)
        self._history = AudioHistory(self._settings.history_s)
        self._listening = listening_settings or ListeningSettings()
        self._speech_gate = SpeechGate(engines.detector.stream(), engines.cheap_gate(), self._listening.gate)
        self._turns = TurnTaker(
            runtime.language,
            self._listening,
            completion=engines.completion if runtime.language.turns_trained else None,
        )
        self._keypad = KeypadCollector(pause_ms=self._settings.keypad_pause_ms)
        self._player = ReplyPlayer(leg, recorder, self._log, self._clock, self._settings, on_fact=self._told_by_player)
        self._thinking = Thinking(
            runtime,
            engines,
            self._player,
            self._history,
            self._log,
            Head(
                state=lambda: self._unanswered.state if self._going_on and self._unanswered else self._state,
                expects=lambda: self._unanswered.expects if self._going_on and self._unanswered else self._expects,
                keep=self._keep,
                evidence=lambda evidence: self._decide(self._turns.evidence(evidence)),
                failed=self._apologise,
                settled=self._maybe_close,
            ),
            session_id=context.call_id,
            settings=self._settings,
        )
        self._state: Any = previous_state
        self._expects = Expectation()
        self._unanswered: _Unanswered | None = None
        self._going_on = False
        self._closing: tuple[TransferRequest | EndCall, ...] = ()
        self._last_word_due: asyncio.TimerHandle | None = None
        self._over: asyncio.Future[CallOutcome] | None = None
        self._early_end: EndedReason | None = None

    @property
    def state(self) -> Any:
        """The dialogue's state: what a later stream of the same call goes on from."""
        return self._state

    # The carrier's side: every method returns at once.

    def caller_audio(self, audio: bytes, *, late_samples: int = 0, made_up: bool = False) -> None:
        """See `voice.ports.Conversation`."""
        if self._over is None or self._over.done():
            return
        first = self._clock.samples is None
        at_sample = self._clock.delivered(len(audio), late_samples=late_samples, made_up=made_up)
        if first:
            self._first_sample_at(at_sample // SAMPLES_PER_MS)
        self._recorder.caller(audio, at_sample)
        self._history.append(audio)
        for frame in self._speech_gate.push(audio):
            self._decide(self._turns.frame(frame))
        typed = self._keypad.tick(self._clock.now_ms())
        if typed:
            self._answer_typed(typed)

    def key_pressed(self, digit: str) -> None:
        """See `voice.ports.Conversation`."""
        if self._over is None or self._over.done():
            return
        now = int(self._clock.now_ms())
        self._log.append(KeyPressed(pii_digit=digit, at_ms=now))
        self._decide(self._turns.key_pressed(now))
        if self._player.speaking and self._player.interruptible and not self._transferring:
            self._take_floor(now, now)
            self._turns.bot_stopped(now)
        typed = self._keypad.press(digit, now)
        if typed:
            self._answer_typed(typed)

    def mark_reached(self, name: str) -> None:
        """See `voice.ports.Conversation`."""
        self._player.mark_returned(name)
        self._maybe_close()

    def caller_gone(self, reason: EndedReason) -> None:
        """See `voice.ports.Conversation`."""
        self._finish(CallOutcome(reason=reason))

    async def run(self) -> CallOutcome:
        """See `voice.ports.Conversation`."""
        self._over = asyncio.get_running_loop().create_future()
        self._clock.start()
        if self._early_end:
            self._finish(CallOutcome(reason=self._early_end))
        self._open()
        limit = asyncio.get_running_loop().call_later(self._settings.longest_call_minutes * 60, self._too_long)
        try:
            outcome = await self._over
        except asyncio.CancelledError:
            outcome = CallOutcome(reason=EndedReason.SHUTDOWN)
            raise
        finally:
            limit.cancel()
            if self._last_word_due:
                self._last_word_due.cancel()
            await self._close(outcome)
        return outcome

    def _open(self) -> None:
        context = self._context
        self._log.append(
            CallStarted(
                line=context.line,
                direction=context.direction.value,
                purpose=context.purpose.value,
                pii_caller_number=context.pii_caller_number,
                called_number=context.called_number,
                caller_verified=context.caller_verified,
                software=self._engines.software,
            )
        )
        if context.purpose is Purpose.RESUME:
            self._log.append(StreamResumed(number=context.stream_number))
        previous = self._state
        self._thinking.think(lambda: self._runtime.dialogue.start(context, datetime.now(UTC), previous))

    async def _close(self, outcome: CallOutcome) -> None:
        self._player.close()
        await self._thinking.close()
        self._log.append(CallEnded(reason=outcome.reason, duration_ms=int(self._clock.now_ms())))
        self._recorder.close()

    # Listening

    def _first_sample_at(self, at_ms: int) -> None:
        """The stream begins at this time of the call."""
        self._speech_gate.start(at_ms)
        self._turns.start(at_ms)
        self._history.start(at_ms)

    def _decide(self, decisions: list[listening.Decision]) -> None:
        for decision in decisions:
            if not self._transferring:
                self._obey(decision)
        if self._player.paused and not self._turns.bot_paused and not self._turns.caller_has_floor:
            # Held while the caller had the floor; nothing came of it.
            self._player.resume()
        self._maybe_close()

    def _obey(self, decision: listening.Decision) -> None:
        match decision:
            case listening.SpeechStarted():
                self._log.append(SpeechStarted(at_ms=decision.at_ms))
                self._going_on = self._goes_on(decision.at_ms)
                self._turns.eager_silence_ms = self._engines.eager_delay.eager_silence_ms
                self._player.pause(decision.at_ms)
            case listening.EagerEnd(partial=True):
                self._thinking.judge_words(decision)
            case listening.EagerEnd():
                self._thinking.speculate(decision, going_on=self._going_on)
            case listening.Withdrawn():
                self._thinking.withdraw(decision.at_ms, decision.span)
            case listening.TurnEnded():
                self._turn_ended(decision)
            case listening.PauseBot():
                self._player.pause(decision.at_ms)
            case listening.ResumeBot():
                self._thinking.withdraw(decision.at_ms)
                self._player.resume_after_false_stop(decision.at_ms)
            case listening.ConfirmInterruption():
                self._take_floor(decision.speech_ms, decision.at_ms)
                self._going_on = self._goes_on(decision.speech_ms)
                self._player.pause(decision.at_ms)
            case listening.BackchannelHeard():
                self._thinking.withdraw(decision.at_ms)
                self._log.append(Backchannel(at_ms=decision.at_ms, pii_text=decision.text))
            case listening.CallerSilent():
                self._notice_silence(decision)

    def _goes_on(self, at_ms: int) -> bool:
        """Whether speech that begins then belongs to the last turn: nothing of an answer was heard or done yet."""
        last = self._unanswered
        return (
            last is not None
            and at_ms - last.ended.end_ms <= self._listening.going_on_ms
            and not self._thinking.changed_world
            and not self._closing
        )

    def _turn_ended(self, ended: listening.TurnEnded) -> None:
        self._log.append(
            SpeechEnded(
                start_ms=ended.start_ms,
                end_ms=ended.end_ms,
                decided_ms=ended.decided_ms,
                rule=ended.rule.value,
                turn_probability=ended.turn_probability,
            )
        )
        self._player.answer_expected(self._clock.spoken_ms(ended.end_ms))
        self._closing = ()
        if self._going_on and self._unanswered:
            self._thinking.forget()
            self._player.drop()
            self._state, self._expects = self._unanswered.state, self._unanswered.expects
        self._going_on = False
        self._unanswered = _Unanswered(ended=ended, state=self._state, expects=self._expects)
        if not self._thinking.confirm(ended):
            self._thinking.think(lambda: self._runtime.dialogue.fault(self._state, "turn_lost"))
        self._player.resume()

    def _take_floor(self, speech_ms: int, at_ms: int) -> None:
        """The caller interrupts: the rest of what the bot was saying is dropped."""
        self._thinking.silence()
        heard = self._player.give_floor(speech_ms, at_ms)
        if heard is not None:
            self._state = self._runtime.dialogue.interrupted(self._state, heard)
        if heard and " " in heard:
            # Of an answer of which a word was heard at most, the caller has not had the answer.
            self._unanswered = None

    def _notice_silence(self, silent: listening.CallerSilent) -> None:
        if self._thinking.busy or self._player.speaking or self._closing:
            return
        self._log.append(SilenceNoticed(at_ms=silent.at_ms, checks=silent.checks))
        self._thinking.think(lambda: self._runtime.dialogue.silent(self._state, silent.checks))

    def _answer_typed(self, keys: str) -> None:
        self._thinking.withdraw(int(self._clock.now_ms()))
        self._player.answer_expected(int(self._clock.now_ms()))
        self._thinking.think(lambda: self._runtime.dialogue.caller_said(self._state, CallerTurn(text="", keys=keys)))

    # Thinking

    def _apologise(self, code: str, component: str) -> None:
        """The last way out: a sentence that is rendered already, and a human."""
        self._log.append(Fault(code=code, component=component, handled="transferred"))
        apology = self._runtime.sentence("emergency")
        self._player.say_now(self._engines.speaker.ready(apology, pace=self._runtime.pace) or [])
        summary = f"The call was transferred because of a fault of ours ({code})."
        self._act(TransferRequest(reason=TransferReason.FAULT, summary=summary))

    def _keep(self, commit: TurnCommit) -> None:
        self._log.append(*commit.facts)
        turn = commit.turn
        if turn is None:
            return
        self._state, self._expects = turn.state, turn.expects
        self._turns.expect(turn.expects)
        self._keypad.expect(turn.expects)
        for action in turn.actions:
            self._act(action)

    def _act(self, action: TransferRequest | EndCall | TakeMessage) -> None:
        if isinstance(action, TakeMessage):
            summary = f"{action.message} (call back: {action.callback_number or 'not given'})"
            self._log.append(
                Transfer(state=TransferState.MESSAGE_TAKEN, reason=TransferReason.PLAYBOOK, pii_summary=summary)
            )
            return
        if isinstance(action, TransferRequest):
            self._log.append(Transfer(state=TransferState.REQUESTED, reason=action.reason, pii_summary=action.summary))
        self._closing = (*self._closing, action)

    @property
    def _transferring(self) -> bool:
        return any(isinstance(action, TransferRequest) for action in self._closing)

    def _maybe_close(self, *, without_marks: bool = False) -> None:
        """Do what was to be done once everything was heard: the carrier's marks say so, or stay away too long."""
        if not self._closing or self._player.speaking or self._thinking.busy:
            return
        if self._turns.caller_has_floor and not self._transferring:
            return
        if self._player.marks_out and not without_marks:
            # By our clock everything was heard; the carrier's may be later by the way there and back.
            loop = asyncio.get_running_loop()
            self._last_word_due = self._last_word_due or loop.call_later(_LAST_MARK_S, self._give_up_marks)
            return
        action = next((a for a in self._closing if isinstance(a, TransferRequest)), self._closing[-1])
        if isinstance(action, TransferRequest):
            self._finish(CallOutcome(reason=EndedReason.TRANSFERRED, transfer=action))
        else:
            self._finish(CallOutcome(reason=action.reason))

    def _give_up_marks(self) -> None:
        self._last_word_due = None
        self._maybe_close(without_marks=True)

    def _too_long(self) -> None:
        turn = DialogueTurn(
            state=self._state,
            replies=(Reply(text=self._runtime.sentence("longest_call"), source=ReplySource.RULE, interruptible=False),),
            actions=(EndCall(reason=EndedReason.GOODBYE),),
        )
        self._thinking.think(lambda: turn)

    def _finish(self, outcome: CallOutcome) -> None:
        if self._over is None:
            self._early_end = outcome.reason
        elif not self._over.done():
            self._over.set_result(outcome)

    # Speaking

    def _told_by_player(self, fact: PlayerFact) -> None:
        match fact:
            case BotStarted():
                self._decide(self._turns.bot_started(fact.at_ms, interruptible=fact.interruptible))
            case BotLengthKnown():
                self._decide(
                    self._turns.bot_started(
                        int(self._clock.now_ms()), interruptible=self._player.interruptible, ends_ms=fact.ends_ms
                    )
                )
            case BotSilent():
                self._unanswered = None
                self._decide(self._turns.bot_stopped(fact.at_ms))
