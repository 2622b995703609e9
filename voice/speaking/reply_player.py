"""Everything one call says: numbers its replies, plays them in order by the call clock, and logs what was played."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass

from interactions.events.speaking import FalseInterruption, Interrupted, ReplyPlayed, ReplyStarted
from interactions.log import CallLog
from models.interfaces import SAMPLES_PER_MS
from voice.clock import CallClock
from voice.echo.reference import Reference
from voice.ports import AudioRecorder, CallerLeg
from voice.settings import VoiceSettings
from voice.speaking.playout import (
    ClearBuffer,
    Played,
    Playout,
    ReplyBegan,
    ReplyOver,
    ReplyProven,
    Send,
    Sentence,
    SetMark,
    Step,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BotStarted:
    """A reply begins at the ear."""

    at_ms: int
    """When."""
    interruptible: bool
    """Whether the caller may cut it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BotLengthKnown:
    """More of a reply was rendered."""

    ends_ms: int
    """When, as far as it is known, the last word will be heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BotSilent:
    """The last reply was heard to its end."""

    at_ms: int
    """When."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyHeard:
    """The carrier has said that a reply was played to its end."""

    reply_id: int


PlayerFact = BotStarted | BotLengthKnown | BotSilent | ReplyHeard


class ReplyPlayer:
    """The async shell around one call's `Playout`: its timer, its leg, its recording and the log of its replies.

    What happens at the ear is told as facts, in order, to one sink, from the timer as well as from within a method;
    the sink decides whether it obeys at once or keeps them for later. `close` takes the timer down.
    """

    def __init__(
        self,
        leg: CallerLeg,
        recorder: AudioRecorder,
        log: CallLog,
        clock: CallClock,
        reference: Reference,
        settings: VoiceSettings,
        *,
        on_fact: Callable[[PlayerFact], None],
        replies: int = 0,
    ):
        """Connect to the caller's leg.

        Args:
            leg: Where audio goes.
            recorder: Gets what was played.
            log: Gets the reply events.
            clock: The call clock.
            reference: Told what the ear will hear and when, so that its echo is known.
            settings: Lead and marks.
            on_fact: Told what happens at the ear.
            replies: Replies numbered on earlier streams of the call.
        """
        self._leg = leg
        self._recorder = recorder
        self._log = log
        self._clock = clock
        self._reference = reference
        self._on_fact = on_fact
        self._playout = Playout(lead_ms=settings.lead_ms, mark_every_ms=settings.mark_every_ms)
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False
        self._marks_out = 0
        self._replies = replies
        self._unanswered_ms: int | None = None
        self._paused_ms = 0
        self._cut_text = ""

    @property
    def speaking(self) -> bool:
        """Whether anything is queued or at the ear."""
        return self._playout.speaking

    @property
    def paused(self) -> bool:
        """Whether the bot holds its tongue."""
        return self._playout.paused

    @property
    def interruptible(self) -> bool:
        """Whether what is at the ear may be cut."""
        return self._playout.interruptible

    @property
    def marks_out(self) -> int:
        """Marks that the carrier has not returned yet: it may still be playing."""
        return self._marks_out

    @property
    def replies(self) -> int:
        """Replies numbered so far in this call."""
        return self._replies

    def new_reply_id(self) -> int:
        """Number a reply; numbers rise, those of withdrawn replies are not used again."""
        self._replies += 1
        return self._replies

    def answer_expected(self, since_ms: int) -> None:
        """The next reply that begins answers a turn that ended then: it is timed from there."""
        self._unanswered_ms = since_ms

    def say(self, reply_id: int, sentence: Sentence | None, *, interruptible: bool = True) -> None:
        """Queue a sentence of a reply, or its end (None)."""
        if sentence is None:
            self._end_reply(reply_id)
        else:
            self._add(reply_id, sentence, interruptible=interruptible)
        if self.speaking and not self.paused:
            now_ms = self._clock.now_ms()
            self._on_fact(BotLengthKnown(ends_ms=int(now_ms + self._playout.remaining_ms(now_ms))))

    def say_now(self, sentences: list[Sentence]) -> None:
        """Queue rendered sentences that no gate holds: the emergency exit."""
        reply_id = self.new_reply_id()
        for sentence in sentences:
            self._add(reply_id, sentence, interruptible=False)
        self._end_reply(reply_id)

    def pause(self, at_ms: int) -> None:
        """Go silent at once, ready to go on; what is queued meanwhile waits."""
        if not self.paused:
            self._paused_ms = at_ms
            self._obey(self._playout.pause(self._clock.now_ms()))

    def resume(self) -> None:
        """Go on where the caller heard us last."""
        if self.paused:
            self._obey(self._playout.resume(self._clock.now_ms()))

    def resume_after_false_stop(self, at_ms: int) -> None:
        """It was no interruption."""
        reply = self._playout.current_reply
        if self.paused and reply is not None:
            self._log.append(FalseInterruption(reply_id=reply, paused_ms=self._paused_ms, resumed_ms=at_ms))
        self.resume()

    def drop(self) -> None:
        """Give up what was queued and not played."""
        self._obey(self._playout.stop(self._clock.now_ms()))

    def withdraw(self, reply_ids: Collection[int], *, unless_begun: bool = False) -> None:
        """Give up these replies, as far as they were not played; with ``unless_begun`` one at the ear is finished."""
        self._obey(self._playout.withdraw(reply_ids, self._clock.now_ms(), unless_begun=unless_begun))

    def give_floor(self, speech_ms: int, at_ms: int) -> str | None:
        """The caller interrupts: drop the rest; returns what was played of the reply, None when none was."""
        reply = self._playout.current_reply
        if reply is None:
            return None
        stopped_ms = self._paused_ms if self.paused else at_ms
        self._cut_text = ""
        self.drop()
        self._log.append(Interrupted(reply_id=reply, speech_ms=speech_ms, at_ms=stopped_ms))
        return self._cut_text

    def mark_returned(self, name: str) -> None:
        """The carrier returned a mark."""
        self._marks_out = max(0, self._marks_out - 1)
        self._obey(self._playout.mark_returned(name, self._clock.now_ms(), sent_ms=self._clock.sent_ms()))

    def close(self) -> None:
        """The leg is gone: account for what was played, and fall silent for good."""
        if not self._closed:
            self._closed = True
            self._obey(self._playout.stop(self._clock.now_ms()))

    def _add(self, reply_id: int, sentence: Sentence, *, interruptible: bool) -> None:
        self._playout.add(reply_id, sentence, interruptible=interruptible)
        self._tick()

    def _end_reply(self, reply_id: int) -> None:
        self._playout.close(reply_id)
        self._tick()

    def _tick(self) -> None:
        if not self._closed:
            self._obey(self._playout.advance(self._clock.now_ms()))

    def _obey(self, steps: list[Step]) -> None:
        for step in steps:
            match step:
                case Played():
                    self._recorder.played(step.audio, int(step.at_ms * SAMPLES_PER_MS))
                case ReplyBegan():
                    self._began(step)
                case ReplyOver():
                    self._over(step)
                case ReplyProven():
                    self._on_fact(ReplyHeard(reply_id=step.reply_id))
                case _:
                    self._send(step)
        self._schedule()

    def _send(self, step: Send | SetMark | ClearBuffer) -> None:
        if self._closed:
            return
        match step:
            case Send():
                self._leg.play(step.audio)
                self._reference.sent(step.audio, int(step.at_ms * SAMPLES_PER_MS))
            case SetMark():
                self._marks_out += 1
                self._leg.mark(step.name)
            case ClearBuffer():
                self._leg.clear()
                self._reference.cleared(int(self._clock.now_ms() * SAMPLES_PER_MS))

    def _schedule(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if self._closed:
            return
        now_ms = self._clock.now_ms()
        due_ms = self._playout.next_ms(now_ms)
        if due_ms is not None:
            self._timer = asyncio.get_running_loop().call_later((due_ms - now_ms) / 1000.0, self._tick)

    def _began(self, began: ReplyBegan) -> None:
        at_ms = int(began.at_ms)
        latency = at_ms - self._unanswered_ms if self._unanswered_ms is not None else None
        self._unanswered_ms = None
        self._log.append(ReplyStarted(reply_id=began.reply_id, at_ms=at_ms, voice_to_voice_ms=latency))
        self._on_fact(BotStarted(at_ms=at_ms, interruptible=self.interruptible))

    def _over(self, over: ReplyOver) -> None:
        if over.text or over.complete:
            self._log.append(
                ReplyPlayed(
                    reply_id=over.reply_id,
                    pii_text=over.text,
                    start_ms=int(over.start_ms),
                    end_ms=int(over.end_ms),
                    complete=over.complete,
                )
            )
        if not over.complete:
            self._cut_text = f"{self._cut_text} {over.text}".strip()
        elif not self.speaking:
            self._on_fact(BotSilent(at_ms=int(over.end_ms)))
