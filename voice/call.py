"""One call's conversation: hears, thinks, speaks, and writes down what happened.

The shell around the pure machines. Audio comes in through `caller_audio` and is judged at once, without a task and
without waiting; what the turn-taking decides starts, confirms or cancels a `Thought`; what a thought says goes through
`ReplyGate` to the `Player`. Everything runs on one event loop, so no step can see another half done.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from loguru import logger

from models.errors import FirstlineError
from models.interfaces import (
    Audio,
    EmotionEstimate,
    EmotionModel,
    IntentResult,
    SpeechDetector,
    SpeechToText,
    Transcript,
    TurnModel,
)
from models.workers import ModelWorkers
from voice.clock import CallClock
from voice.context import AudioRecorder, CallContext, CallerLeg, CallOutcome, EventSink, Purpose
from voice.dialogue.types import DialogueTurn, EndCall, HandOver, Heard, Reply, ReplySource, TakeMessage
from voice.events import (
    Backchannel,
    CallEnded,
    CallStarted,
    EndedReason,
    Fault,
    IntentRecognised,
    KeyPressed,
    Partial,
    SilenceNoticed,
    SpeculationWithdrawn,
    SpeechEnded,
    SpeechStarted,
    StreamResumed,
    Transfer,
    TransferReason,
    TransferState,
    UtteranceHeard,
)
from voice.expectation import AnswerKind, Expectation
from voice.feelings import Feelings
from voice.hearing import LEAD_IN_MS, TAIL_MS, AudioHistory, Ears, Words
from voice.journal import Journal
from voice.keypad import KeypadCollector
from voice.listening import types as listening
from voice.listening.gate import CheapGate, SpeechGate
from voice.listening.settings import ListeningSettings
from voice.listening.turns import TurnTaker
from voice.mouth import Mouth
from voice.settings import VoiceSettings
from voice.speaking.speaker import Speaker
from voice.thought import Kept, Mind, Thought

_PROSODY_TELLS_NOTHING = {AnswerKind.DIGITS, AnswerKind.PHONE}
"""Answers whose wholeness the words show better than the melody: the turn model is spared."""

_SILENCE = b"\xff"

LONGEST_CALL = "I am sorry, we have to end this call here. Please call again whenever you like. Goodbye."
EMERGENCY = "I am sorry, something went wrong on our side. One moment please."


@dataclass(frozen=True, slots=True, kw_only=True)
class Engines:
    """The models that all calls of a process share."""

    speech_to_text: SpeechToText
    detector: SpeechDetector
    cheap_gate: Callable[[], CheapGate]
    """Makes one call's cheap speech gate."""
    turn_model: TurnModel | None
    speaker: Speaker
    workers: ModelWorkers
    """Threads for the small blocking models."""
    emotion: EmotionModel | None = None
    judge_words: Callable[[str], EmotionEstimate] | None = None
    """Blocking: mood of a text."""
    software: str = ""
    """Version of Firstline and its models, for the log."""


@dataclass(slots=True)
class _Span:
    """Work on an eager end."""

    id: int
    thought: Thought
    task: "asyncio.Task[None]"
    text: str = ""
    """What was recognised, once it is."""


class Call:
    """Implements `voice.context.Conversation`."""

    def __init__(
        self,
        context: CallContext,
        leg: CallerLeg,
        *,
        mind: Mind,
        engines: Engines,
        sink: EventSink,
        recorder: AudioRecorder,
        settings: VoiceSettings | None = None,
        listening_settings: ListeningSettings | None = None,
        first_seq: int = 1,
        previous_state: Any = None,
    ):
        """Wire one conversation; nothing is said before `run`.

        Args:
            context: The call.
            leg: The way to the caller's ear.
            mind: The line's dialogue and tools.
            engines: The shared models.
            sink: Keeps the event log.
            recorder: Keeps the audio.
            settings: Deadlines, lead, windows.
            listening_settings: Silences and thresholds.
            first_seq: Number of the first event, above those of an earlier stream of the call.
            previous_state: `state` of the earlier stream, where it is known.
        """
        self._context = context
        self._mind = mind
        self._engines = engines
        self._recorder = recorder
        self._settings = settings or VoiceSettings()
        self._clock = CallClock()
        self._journal = Journal(context.call_id, sink, self._clock.now_ms, first_seq=first_seq)
        self._history = AudioHistory(self._settings.history_s)
        self._speech_gate = SpeechGate(engines.detector.stream(), engines.cheap_gate())
        self._turns = TurnTaker(listening_settings)
        self._ears = Ears(
            engines.speech_to_text,
            engines.turn_model,
            lane=context.call_id,
            transcribe_deadline_s=self._settings.transcribe_deadline_ms / 1000,
            turn_deadline_s=self._settings.turn_model_deadline_ms / 1000,
        )
        self._keypad = KeypadCollector(pause_ms=self._settings.keypad_pause_ms)
        self._mouth = Mouth(
            leg,
            recorder,
            self._journal,
            self._clock.now_ms,
            self._settings,
            on_started=self._bot_started,
            on_silent=self._bot_silent,
        )
        self._feelings = Feelings(
            engines.emotion, engines.judge_words, engines.workers, self._journal, lane=context.call_id
        )
        self._state: Any = previous_state
        self._expects = Expectation()
        self._span: _Span | None = None
        self._thinking: asyncio.Task[None] | None = None
        self._thought: Thought | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing: tuple[HandOver | EndCall, ...] = ()
        self._over: asyncio.Future[CallOutcome] | None = None
        self._early_end: EndedReason | None = None
        self._utterances = 0

    @property
    def state(self) -> Any:
        """The dialogue's state: what a later stream of the same call goes on from."""
        return self._state

    # The carrier's side: every method returns at once.

    def caller_audio(self, audio: bytes) -> None:
        """See `voice.context.Conversation`."""
        if self._over is None or self._over.done():
            return
        if self._history.end_ms == 0:
            # The stream's first sample lies this long after the call's first moment.
            audio = _SILENCE * max(0, int(self._clock.now_ms() * 8) - len(audio)) + audio
        self._recorder.caller(audio)
        self._history.append(audio)
        for frame in self._speech_gate.push(audio):
            self._decide(self._turns.frame(frame))
        typed = self._keypad.tick(self._clock.now_ms())
        if typed:
            self._answer_typed(typed)

    def key_pressed(self, digit: str) -> None:
        """See `voice.context.Conversation`."""
        if self._over is None or self._over.done():
            return
        now = int(self._clock.now_ms())
        self._journal.log(KeyPressed(pii_digit=digit, at_ms=now))
        self._decide(self._turns.key_pressed(now))
        if self._mouth.speaking and self._mouth.interruptible and not self._handing_over:
            self._take_floor(now, now)
            self._turns.bot_stopped(now)
        typed = self._keypad.press(digit, now)
        if typed:
            self._answer_typed(typed)

    def mark_reached(self, name: str) -> None:
        """See `voice.context.Conversation`."""
        self._mouth.mark_returned(name)

    def caller_gone(self, reason: EndedReason) -> None:
        """See `voice.context.Conversation`."""
        self._finish(CallOutcome(reason=reason))

    async def run(self) -> CallOutcome:
        """See `voice.context.Conversation`."""
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
            await self._close(outcome)
        return outcome

    def _open(self) -> None:
        context = self._context
        self._journal.log(
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
            self._journal.log(StreamResumed(attempt=int(context.parameters.get("attempt", "1"))))
        previous = self._state
        self._think(lambda: self._mind.dialogue.start(context, datetime.now(UTC), previous))

    async def _close(self, outcome: CallOutcome) -> None:
        self._mouth.close()
        if self._span:
            self._span.task.cancel()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._journal.log(CallEnded(reason=outcome.reason, duration_ms=int(self._clock.now_ms())))
        self._recorder.close()

    # Listening

    def _decide(self, decisions: list[listening.Decision]) -> None:
        for decision in decisions:
            if not self._handing_over:
                self._obey(decision)
        if self._mouth.paused and not self._turns.bot_paused and not self._turns.caller_has_floor:
            # Held while the caller had the floor; nothing came of it.
            self._mouth.resume()
        self._maybe_close()

    def _obey(self, decision: listening.Decision) -> None:
        match decision:
            case listening.SpeechStarted():
                self._journal.log(SpeechStarted(at_ms=decision.at_ms))
                if self._mouth.speaking:
                    self._mouth.pause(decision.at_ms)
            case listening.EagerEnd(partial=True):
                self._own(self._judge_words(decision))
            case listening.EagerEnd():
                self._speculate(decision)
            case listening.Withdrawn():
                self._withdraw(decision.span, decision.at_ms)
            case listening.TurnEnded():
                self._confirm(decision)
            case listening.PauseBot():
                self._mouth.pause(decision.at_ms)
            case listening.ResumeBot():
                self._withdraw(None, decision.at_ms)
                self._mouth.resume_after_false_stop(decision.at_ms)
            case listening.ConfirmInterruption():
                self._take_floor(decision.speech_ms, decision.at_ms)
            case listening.BackchannelHeard():
                self._withdraw(None, decision.at_ms)
                self._journal.log(Backchannel(at_ms=decision.at_ms, pii_text=decision.text))
            case listening.CallerSilent():
                self._notice_silence(decision)

    def _speculate(self, eager: listening.EagerEnd) -> None:
        """Transcribe, understand and think while turn-taking makes up its mind."""
        self._withdraw(None, eager.end_ms)
        self._mouth.say(self._mouth.gate.turn_started())
        thought = self._new_thought(speculative=True, utterance_id=self._utterances + 1)
        task = self._own(self._guard(self._think_through(eager, thought, self._thinking)))
        self._span = _Span(eager.span, thought, task)

    async def _think_through(
        self, eager: listening.EagerEnd, thought: Thought, previous: "asyncio.Task[None] | None"
    ) -> None:
        audio = self._history.between(eager.start_ms - LEAD_IN_MS, eager.end_ms + TAIL_MS)
        if self._expects.kind not in _PROSODY_TELLS_NOTHING:
            self._own(self._judge_melody(eager.span, audio))
        words = await self._ears.transcribe(audio, self._expects)
        if words.transcript and self._span and self._span.thought is thought:
            self._span.text = words.transcript.text
        self._decide(self._turns.evidence(_evidence(eager.span, words.transcript)))
        if not thought.is_confirmed and (self._span is None or self._span.thought is not thought):
            return
        if previous and not previous.done():
            await asyncio.wait({previous})
        await thought.run(lambda: self._understand(eager, words, thought))

    async def _understand(self, eager: listening.EagerEnd, words: Words, thought: Thought) -> DialogueTurn | None:
        transcript = words.transcript
        if transcript is None:
            thought.note(Fault(code=words.error_code, component="speech_to_text", handled="apologised"))
            return self._mind.dialogue.fault(self._state, words.error_code)
        utterance_id = self._utterances + (0 if thought.is_confirmed else 1)
        thought.note(
            UtteranceHeard(
                utterance_id=utterance_id,
                pii_text=transcript.text,
                confidence=round(transcript.confidence, 3),
                start_ms=eager.start_ms,
                end_ms=eager.end_ms,
                transcribe_ms=round(transcript.compute_ms, 1),
                wait_ms=round(transcript.wait_ms, 1),
            )
        )
        intents = None
        if transcript.text:
            intents = await self._engines.workers.run(
                self._mind.classify, transcript.text, lane=self._context.call_id, urgent=True
            )
            thought.note(_intent_event(utterance_id, intents))
        return self._mind.dialogue.hear(
            self._state,
            Heard(
                text=transcript.text,
                confidence=transcript.confidence,
                intents=intents,
                emotion=self._feelings.last,
                anger=self._feelings.anger,
                utterance_id=utterance_id,
            ),
        )

    async def _judge_melody(self, span: int, audio: Audio) -> None:
        """Whether the turn sounds complete; comes beside the words, before or after them."""
        probability = await self._ears.turn_probability(audio)
        if probability is not None:
            self._decide(self._turns.evidence(listening.Evidence(span=span, text=None, turn_probability=probability)))

    async def _judge_words(self, eager: listening.EagerEnd) -> None:
        """The words of a sound beneath the bot's speech: enough to tell an interruption from a murmur."""
        audio = self._history.between(eager.start_ms - LEAD_IN_MS, eager.end_ms)
        words = await self._ears.transcribe(audio, self._expects)
        if words.transcript and words.transcript.text:
            self._journal.log(Partial(pii_text=words.transcript.text, at_ms=eager.end_ms))
        self._decide(self._turns.evidence(_evidence(eager.span, words.transcript)))

    def _withdraw(self, span: int | None, at_ms: int) -> None:
        """Throw away the work on a span, or on whichever is in flight."""
        if self._span is None or (span is not None and self._span.id != span):
            return
        self._mouth.say(self._mouth.gate.turn_withdrawn())
        self._span.task.cancel()
        self._span = None
        self._journal.log(SpeculationWithdrawn(at_ms=at_ms))

    def _confirm(self, ended: listening.TurnEnded) -> None:
        span, self._span = self._span, None
        self._journal.log(
            SpeechEnded(
                start_ms=ended.start_ms,
                end_ms=ended.end_ms,
                decided_ms=ended.decided_ms,
                rule=ended.rule.value,
                turn_probability=ended.turn_probability,
            )
        )
        if span is None or span.id != ended.span:
            logger.error(f"call {self._context.call_id}: the turn ended on span {ended.span}, which nobody worked on")
            return
        self._utterances += 1
        self._mouth.answer_expected(ended.end_ms)
        self._thinking, self._thought = span.task, span.thought
        self._closing = ()
        span.thought.confirm()
        self._mouth.say(self._mouth.gate.turn_confirmed())
        self._mouth.resume()
        self._own(self._feel(ended, span, self._utterances))

    def _take_floor(self, speech_ms: int, at_ms: int) -> None:
        """The caller interrupts: the rest of what the bot was saying is dropped."""
        if self._thought:
            self._thought.silence()
        heard = self._mouth.give_floor(speech_ms, at_ms)
        if heard is not None:
            self._state = self._mind.dialogue.interrupted(self._state, heard)

    def _notice_silence(self, silent: listening.CallerSilent) -> None:
        if (self._thinking and not self._thinking.done()) or self._mouth.speaking or self._closing:
            return
        self._journal.log(SilenceNoticed(at_ms=silent.at_ms, checks=silent.checks))
        self._think(lambda: self._mind.dialogue.silent(self._state, silent.checks))

    def _answer_typed(self, keys: str) -> None:
        self._withdraw(None, int(self._clock.now_ms()))
        self._mouth.answer_expected(int(self._clock.now_ms()))
        self._think(lambda: self._mind.dialogue.hear(self._state, Heard(text="", keys=keys)))

    async def _feel(self, ended: listening.TurnEnded, span: _Span, utterance_id: int) -> None:
        """After the answer: how the caller sounded in this turn; the next turn knows."""
        await asyncio.wait({span.task})
        start_ms = max(ended.start_ms, ended.end_ms - int(self._settings.emotion_window_s * 1000))
        await self._feelings.take_in(self._history.between(start_ms, ended.end_ms), span.text, utterance_id)

    # Thinking

    def _think(self, step: Callable[[], DialogueTurn]) -> None:
        """Answer something that is certain: a key, a silence, the call itself."""
        previous = self._thinking
        thought = self._new_thought(speculative=False)

        async def begin() -> DialogueTurn:
            return step()

        async def run() -> None:
            if previous and not previous.done():
                await asyncio.wait({previous})
            await thought.run(begin)

        self._thought = thought
        self._thinking = self._own(self._guard(run()))

    def _new_thought(self, *, speculative: bool, utterance_id: int | None = None) -> Thought:
        return Thought(
            self._mind,
            self._engines.speaker,
            self._mouth.gate,
            lane=self._context.call_id,
            keep=self._keep,
            say=self._mouth.say,
            new_reply_id=self._mouth.new_reply_id,
            filler_after_s=self._settings.filler_after_ms / 1000,
            speculative=speculative,
            utterance_id=utterance_id,
        )

    async def _guard(self, work: Awaitable[None]) -> None:
        """Bound a thought, and turn whatever goes wrong in it into words and a human."""
        try:
            async with asyncio.timeout(self._settings.think_deadline_ms / 1000):
                await work
        except TimeoutError:
            self._apologise("think_timeout", "dialogue")
        except FirstlineError as error:
            self._apologise(error.code, "voice" if error.code.startswith("voice") else "model")
        except Exception as error:
            logger.exception(f"call {self._context.call_id}: a thought failed: {type(error).__name__}")
            self._apologise("internal_error", "dialogue")
        self._maybe_close()

    def _apologise(self, code: str, component: str) -> None:
        """The last way out: a sentence that is rendered already, and a human."""
        self._journal.log(Fault(code=code, component=component, handled="handed_over"))
        self._mouth.say(self._mouth.gate.turn_confirmed())
        self._mouth.say_now(self._engines.speaker.ready(EMERGENCY, pace=self._mind.pace) or [])
        summary = f"The call was handed over because of a fault of ours ({code})."
        self._act(HandOver(reason=TransferReason.FAULT, summary=summary))

    def _keep(self, kept: Kept) -> None:
        self._journal.log(*kept.facts)
        turn = kept.turn
        if turn is None:
            return
        self._state, self._expects = turn.state, turn.expects
        self._turns.expect(turn.expects)
        self._keypad.expect(turn.expects)
        for action in turn.actions:
            self._act(action)

    def _act(self, action: HandOver | EndCall | TakeMessage) -> None:
        if isinstance(action, TakeMessage):
            summary = f"{action.message} (call back: {action.callback_number or 'not given'})"
            self._journal.log(
                Transfer(state=TransferState.MESSAGE_TAKEN, reason=TransferReason.PLAYBOOK, pii_summary=summary)
            )
            return
        if isinstance(action, HandOver):
            self._journal.log(Transfer(state=TransferState.REQUESTED, reason=action.reason, pii_summary=action.summary))
        self._closing = (*self._closing, action)

    @property
    def _handing_over(self) -> bool:
        return any(isinstance(action, HandOver) for action in self._closing)

    def _maybe_close(self) -> None:
        """Do what was to be done once everything was heard."""
        if not self._closing or self._mouth.speaking or self._turns.caller_has_floor:
            return
        if self._thinking and not self._thinking.done() and self._thinking is not _current_task():
            return
        action = next((a for a in self._closing if isinstance(a, HandOver)), self._closing[-1])
        if isinstance(action, HandOver):
            self._finish(CallOutcome(reason=EndedReason.HANDED_OVER, hand_over=action))
        else:
            self._finish(CallOutcome(reason=action.reason))

    def _too_long(self) -> None:
        turn = DialogueTurn(
            state=self._state,
            replies=(Reply(text=LONGEST_CALL, source=ReplySource.RULE, interruptible=False),),
            actions=(EndCall(reason=EndedReason.GOODBYE),),
        )
        self._think(lambda: turn)

    def _finish(self, outcome: CallOutcome) -> None:
        if self._over is None:
            self._early_end = outcome.reason
        elif not self._over.done():
            self._over.set_result(outcome)

    # Speaking

    def _bot_started(self, at_ms: int, interruptible: bool) -> None:
        self._decide(self._turns.bot_started(at_ms, interruptible=interruptible))

    def _bot_silent(self, at_ms: int) -> None:
        self._decide(self._turns.bot_stopped(at_ms))

    # Ownership

    def _own(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _evidence(span: int, transcript: Transcript | None) -> listening.Evidence:
    return listening.Evidence(
        span=span,
        text=transcript.text if transcript else None,
        confidence=transcript.confidence if transcript else 0.0,
    )


def _intent_event(utterance_id: int, intents: IntentResult) -> IntentRecognised:
    best = intents.alternatives[0].probability if intents.alternatives else 0.0
    return IntentRecognised(
        utterance_id=utterance_id,
        intent=intents.best,
        probability=round(intents.intents[0].probability if intents.intents else best, 3),
        also=tuple(i.name for i in intents.intents[1:]),
        in_scope=round(intents.in_scope, 3),
    )


def _current_task() -> "asyncio.Task[Any] | None":
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None
