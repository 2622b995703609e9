"""One call's conversation on one media stream: facts come in, and what they call for is done, in order.

The shell around the pure machines. Audio comes in through `caller_audio` and is judged at once, without a task and
without waiting. Whatever happens (listening decides, a key is pressed, the turn pipeline has an answer, something is
heard at the ear) goes as a fact into one inbox. `TurnMachine` takes the facts one by one, and its commands are carried
out before the next: nothing that is told meanwhile is dealt with before they are done, and then it is dealt with before
what was waiting already.
"""

import asyncio
import time
from collections import deque
from typing import Any

from dialogue.runtime import LineRuntime
from interactions.context import CallContext, CallOutcome
from interactions.events.lifecycle import CallStarted, StreamEnded, StreamResumed
from interactions.events.listening import KeyPressed
from interactions.log import CallLog
from interactions.sink import EventSink, SnapshotKeeper
from interactions.snapshot import CallSnapshot
from interactions.vocabulary import EndedReason, Writer
from models.interfaces import SAMPLES_PER_MS
from voice.clock import CallClock
from voice.echo.reference import Reference
from voice.echo.suppressor import EchoSuppressor
from voice.engines import Engines
from voice.listening import types as listening
from voice.listening.audio_history import AudioHistory
from voice.listening.gate import SpeechGate
from voice.listening.keypad import KeypadCollector
from voice.listening.settings import ListeningSettings
from voice.listening.turns import TurnTaker
from voice.ports import AudioRecorder, CallerLeg
from voice.settings import VoiceSettings
from voice.speaking.reply_player import BotLengthKnown, BotSilent, BotStarted, ReplyPlayer
from voice.turns import commands as do
from voice.turns import facts
from voice.turns.machine import TurnMachine
from voice.turns.pipeline import TurnPipeline

_LAST_MARK_S = 1.0
"""Longest wait for the carrier to say that the last word was played, s."""

_LAST_WORDS_S = 20.0
"""After the longest call: longest time for the goodbye, and for telling the outcome of a change before it, s."""


class CallSession:
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
        keeper: SnapshotKeeper | None = None,
        snapshot: CallSnapshot | None = None,
        settings: VoiceSettings | None = None,
        listening_settings: ListeningSettings | None = None,
    ):
        """Wire one conversation; nothing is said before `run`.

        Args:
            context: The call.
            leg: The way to the caller's ear.
            runtime: The line's dialogue and tools.
            engines: The shared models.
            sink: Keeps the event log.
            recorder: Keeps the audio.
            keeper: Keeps where the call stands after every turn, so that another process could go on with it.
            snapshot: Where an earlier stream of the call ended; None for the first.
            settings: Deadlines, lead, windows.
            listening_settings: Silences and thresholds.
        """
        self._context = context
        self._runtime = runtime
        self._engines = engines
        self._recorder = recorder
        self._keeper = keeper
        self._kept_state: Any = None
        self._settings = settings or VoiceSettings()
        self._clock = CallClock(offset_ms=_time_now_ms(snapshot))
        self._log = CallLog(context.call_id, sink, now_ms=self._clock.now_ms, writer=Writer.SESSION)
        self._history = AudioHistory(self._settings.history_s)
        self._listening = listening_settings or ListeningSettings()
        reference = Reference()
        self._echo = EchoSuppressor(reference, self._listening.echo)
        self._speech_gate = SpeechGate(engines.detector.stream(), engines.cheap_gate(), self._listening.gate)
        self._turn_taker = TurnTaker(
            runtime.language,
            self._listening,
            completion=engines.completion if runtime.language.turns_trained else None,
        )
        self._keypad = KeypadCollector(pause_ms=self._settings.keypad_pause_ms)
        self._player = ReplyPlayer(
            leg,
            recorder,
            self._log,
            self._clock,
            reference,
            self._settings,
            on_fact=self._tell,
            replies=snapshot.replies if snapshot else 0,
        )
        self._machine = TurnMachine(
            self._player,
            self._turn_taker,
            going_on_ms=self._listening.going_on_ms,
            change_pause_ms=self._settings.change_pause_ms,
            session_id=context.call_id,
            utterances=snapshot.utterances if snapshot else 0,
        )
        self._pipeline = TurnPipeline(
            context,
            runtime,
            engines,
            self._history,
            self._log,
            self._settings,
            previous=snapshot.dialogue if snapshot else None,
            new_reply_id=self._new_reply_id,
            report=self._tell,
        )
        self._inbox: deque[facts.Fact] = deque()
        self._dealing = False
        self._marks_due: asyncio.TimerHandle | None = None
        self._over: asyncio.Future[CallOutcome] | None = None

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
        cleaned = self._echo.clean(audio)
        self._history.append(cleaned.audio)
        if cleaned.was_echo:
            self._tell(*self._turn_taker.was_echo())
        for frame in self._speech_gate.push(cleaned.audio):
            self._tell(*self._turn_taker.frame(frame))
        typed = self._keypad.tick(self._clock.now_ms())
        if typed:
            self._tell(facts.KeysTyped(keys=typed, at_ms=int(self._clock.now_ms())))

    def key_pressed(self, digit: str) -> None:
        """See `voice.ports.Conversation`."""
        if self._over is None or self._over.done():
            return
        now = int(self._clock.now_ms())
        self._log.append(KeyPressed(pii_digit=digit, at_ms=now))
        self._tell(*self._turn_taker.key_pressed(now), facts.KeyHeard(at_ms=now))
        typed = self._keypad.press(digit, now)
        if typed:
            self._tell(facts.KeysTyped(keys=typed, at_ms=now))

    def mark_reached(self, name: str) -> None:
        """See `voice.ports.Conversation`."""
        self._player.mark_returned(name)
        self._tell()

    def caller_gone(self, reason: EndedReason) -> None:
        """See `voice.ports.Conversation`."""
        self._tell(facts.CallerGone(reason=reason))

    async def run(self) -> CallOutcome:
        """See `voice.ports.Conversation`."""
        loop = asyncio.get_running_loop()
        self._over = loop.create_future()
        self._clock.start()
        self._log_start()
        self._tell(facts.CallOpened())
        longest_s = self._settings.longest_call_minutes * 60
        limits = [loop.call_later(longest_s + more_s, self._tell, facts.TimeUp()) for more_s in (0.0, _LAST_WORDS_S)]
        outcome = CallOutcome(reason=EndedReason.SHUTDOWN)
        try:
            await self._pipeline.start()
            outcome = await self._over
        finally:
            for limit in limits:
                limit.cancel()
            if self._marks_due:
                self._marks_due.cancel()
            await self._close(outcome)
        return outcome

    def _log_start(self) -> None:
        context = self._context
        self._log.append(
            CallStarted(
                line=context.line,
                direction=context.direction,
                purpose=context.purpose,
                pii_caller_number=context.pii_caller_number,
                called_number=context.called_number,
                caller_verified=context.caller_verified,
                software=self._engines.software,
            )
        )
        if context.stream_number > 1:
            self._log.append(StreamResumed(number=context.stream_number, purpose=context.purpose))

    async def _close(self, outcome: CallOutcome) -> None:
        self._player.close()
        await self._pipeline.close()
        number, lasted_ms = self._context.stream_number, int(self._clock.now_ms())
        self._log.append(StreamEnded(number=number, reason=outcome.reason, duration_ms=lasted_ms))
        self._recorder.close()

    def _first_sample_at(self, at_ms: int) -> None:
        """The stream begins at this time of the call."""
        self._echo.start(at_ms)
        self._speech_gate.start(at_ms)
        self._turn_taker.start(at_ms)
        self._history.start(at_ms)

    # The inbox

    def _tell(self, *told: facts.Fact) -> None:
        """Take facts; they are dealt with before this returns, unless others are just being dealt with."""
        self._inbox.extend(told)
        if self._dealing or self._over is None:
            return
        self._dealing = True
        try:
            while self._inbox or self._tidied():
                self._deal_with_next()
        finally:
            self._dealing = False

    def _deal_with_next(self) -> None:
        if not self._inbox:
            return
        fact = self._inbox.popleft()
        waiting, self._inbox = self._inbox, deque()
        try:
            for command in self._machine.take(fact):
                self._do(command)
            self._inbox.extend(self._listen(fact))
        finally:
            self._inbox.extend(waiting)

    def _tidied(self) -> bool:
        """With nothing left to deal with, do what waited for that; returns whether anything did."""
        commands = self._machine.at_rest()
        for command in commands:
            self._do(command)
        return bool(commands)

    def _listen(self, fact: facts.Fact) -> list[listening.Decision]:
        """What listening decides on hearing of a fact."""
        match fact:
            case facts.EvidenceCame():
                return self._turn_taker.evidence(fact.evidence)
            case BotStarted():
                return self._turn_taker.bot_started(fact.at_ms, interruptible=fact.interruptible)
            case BotLengthKnown():
                now_ms = int(self._clock.now_ms())
                return self._turn_taker.bot_started(
                    now_ms, interruptible=self._player.interruptible, ends_ms=fact.ends_ms
                )
            case BotSilent():
                return self._turn_taker.bot_stopped(fact.at_ms)
        return []

    def _do(self, command: do.Command) -> None:
        match command:
            case do.Log():
                self._log.append(*command.bodies)
            case do.KeepState():
                self._keep(command)
            case do.Expect():
                self._turn_taker.expect(command.expects)
                self._keypad.expect(command.expects)
            case do.AdjustEagerDelay():
                self._turn_taker.eager_silence_ms = self._engines.eager_delay.eager_silence_ms
            case do.AwaitMarks():
                loop = asyncio.get_running_loop()
                self._marks_due = loop.call_later(_LAST_MARK_S, self._tell, facts.MarksOverdue())
            case do.EndStream():
                if self._over and not self._over.done():
                    self._over.set_result(command.outcome)
            case _ if isinstance(command, do.ForPipeline):
                self._pipeline.send(command)
            case _:
                self._do_at_ear(command)

    def _do_at_ear(self, command: do.AtEar) -> None:
        player = self._player
        match command:
            case do.Pause():
                player.pause(command.at_ms)
            case do.Resume():
                player.resume()
            case do.ResumeAfterFalseStop():
                player.resume_after_false_stop(command.at_ms)
            case do.GiveFloor():
                self._give_floor(command)
            case do.DropSpeech():
                player.drop()
            case do.WithdrawReplies():
                player.withdraw(command.reply_ids, unless_begun=command.unless_begun)
            case do.ExpectAnswer():
                since_ms = command.since_ms
                player.answer_expected(self._clock.spoken_ms(since_ms) if command.listened else since_ms)
            case do.Speak():
                player.say(command.reply_id, command.sentence, interruptible=command.interruptible)
            case do.SayEmergency():
                apology = self._runtime.sentence("emergency")
                player.say_now(self._engines.speaker.ready(apology, pace=self._runtime.pace) or [])

    def _give_floor(self, command: do.GiveFloor) -> None:
        played_text = self._player.give_floor(command.speech_ms, command.at_ms)
        if command.by_key:
            self._turn_taker.bot_stopped(command.at_ms)
        self._tell(
            facts.FloorGiven(
                played_text=played_text, speech_ms=command.speech_ms, at_ms=command.at_ms, by_key=command.by_key
            )
        )

    def _new_reply_id(self) -> int:
        """The next reply's number; kept at once, so that no later stream of the call gives it out again."""
        reply_id = self._player.new_reply_id()
        if self._kept_state is not None:
            self._keep(do.KeepState(state=self._kept_state))
        return reply_id

    def _keep(self, command: do.KeepState) -> None:
        if self._keeper is None:
            return
        self._kept_state = command.state
        self._keeper.keep(
            CallSnapshot(
                interaction_id=self._context.call_id,
                dialogue=self._runtime.dialogue.to_json(command.state),
                utterances=self._machine.utterances,
                replies=self._player.replies,
                streams=self._context.stream_number,
                call_ms=int(self._clock.now_ms()),
                wall_time=time.time(),
            )
        )


def _time_now_ms(snapshot: CallSnapshot | None) -> float:
    """The call's time as a stream begins: it has run on since the snapshot."""
    if snapshot is None:
        return 0.0
    return snapshot.call_ms + max(0.0, time.time() - snapshot.wall_time) * 1000
