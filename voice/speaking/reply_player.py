"""Everything one call says: numbers its replies, plays them in order, and logs what was heard."""

from collections.abc import Callable

from interactions.events.speaking import FalseInterruption, Interrupted, ReplyPlayed, ReplyStarted
from interactions.log import CallLog
from voice.ports import AudioRecorder, CallerLeg
from voice.settings import VoiceSettings
from voice.speaking.player import Player
from voice.speaking.playout import Playout, ReplyBegan, ReplyOver, Sentence
from voice.turns.reply_gate import Speech


class Mouth:
    """The player and the log of replies of one call."""

    def __init__(
        self,
        leg: CallerLeg,
        recorder: AudioRecorder,
        log: CallLog,
        now_ms: Callable[[], float],
        settings: VoiceSettings,
        *,
        on_started: Callable[[int, bool], None],
        on_length: Callable[[int], None],
        on_silent: Callable[[int], None],
    ):
        """Connect the mouth to the caller's leg.

        Args:
            leg: Where audio goes.
            recorder: Gets what was played.
            log: Gets the reply events.
            now_ms: The call clock.
            settings: Lead and marks.
            on_started: Told when a reply begins at the ear (call-clock ms) and whether it may be interrupted.
            on_length: Told when, as far as it is known, the last word will be heard (call-clock ms).
            on_silent: Told when the last reply was heard to its end (call-clock ms).
        """
        self._log = log
        self._now_ms = now_ms
        self._on_started = on_started
        self._on_length = on_length
        self._on_silent = on_silent
        self._player = Player(
            leg,
            recorder,
            now_ms,
            on_began=self._began,
            on_over=self._ended,
            playout=Playout(lead_ms=settings.lead_ms, mark_every_ms=settings.mark_every_ms),
        )
        self._replies = 0
        self._unanswered_ms: int | None = None
        self._paused_ms = 0
        self._cut_text = ""

    @property
    def speaking(self) -> bool:
        """Whether anything is queued or at the ear."""
        return self._player.speaking

    @property
    def paused(self) -> bool:
        """Whether the bot holds its tongue."""
        return self._player.paused

    @property
    def interruptible(self) -> bool:
        """Whether what is at the ear may be cut."""
        return self._player.interruptible

    def new_reply_id(self) -> int:
        """Number a reply; numbers rise, those of withdrawn replies are not used again."""
        self._replies += 1
        return self._replies

    def answer_expected(self, since_ms: int) -> None:
        """The next reply that begins answers a turn that ended then: it is timed from there."""
        self._unanswered_ms = since_ms

    def say(self, speech: list[Speech]) -> None:
        """Queue what may go to the ear."""
        for part in speech:
            if part.sentence is None:
                self._player.end_reply(part.reply_id)
            else:
                self._player.add(part.reply_id, part.sentence, interruptible=part.may_interrupt)
        if speech and self._player.speaking and not self._player.paused:
            self._on_length(int(self._now_ms() + self._player.remaining_ms()))

    def say_now(self, sentences: list[Sentence]) -> None:
        """Queue rendered sentences of no thought: the emergency exit."""
        reply_id = self.new_reply_id()
        for sentence in sentences:
            self._player.add(reply_id, sentence, interruptible=False)
        self._player.end_reply(reply_id)

    def pause(self, at_ms: int) -> None:
        """Go silent at once, ready to go on; what is queued meanwhile waits."""
        if not self._player.paused:
            self._paused_ms = at_ms
            self._player.pause()

    def resume(self) -> None:
        """Go on where the caller heard us last."""
        if self._player.paused:
            self._player.resume()

    def resume_after_false_stop(self, at_ms: int) -> None:
        """It was no interruption."""
        reply = self._player.current_reply
        if self._player.paused and reply is not None:
            self._log.append(FalseInterruption(reply_id=reply, paused_ms=self._paused_ms, resumed_ms=at_ms))
        self.resume()

    def drop(self) -> None:
        """Give up what was queued and not heard."""
        self._player.stop()

    def give_floor(self, speech_ms: int, at_ms: int) -> str | None:
        """The caller interrupts: drop the rest; returns what was heard of the reply, None when none was."""
        reply = self._player.current_reply
        if reply is None:
            return None
        stopped_ms = self._paused_ms if self._player.paused else at_ms
        self._cut_text = ""
        self._player.stop()
        self._log.append(Interrupted(reply_id=reply, speech_ms=speech_ms, at_ms=stopped_ms))
        return self._cut_text

    @property
    def marks_out(self) -> int:
        """Marks that the carrier has not returned yet: it may still be playing."""
        return self._player.marks_out

    def mark_returned(self, name: str) -> None:
        """The carrier returned a mark."""
        self._player.mark_returned(name)

    def close(self) -> None:
        """The leg is gone."""
        self._player.close()

    def _began(self, began: ReplyBegan) -> None:
        at_ms = int(began.at_ms)
        latency = at_ms - self._unanswered_ms if self._unanswered_ms is not None else None
        self._unanswered_ms = None
        self._log.append(ReplyStarted(reply_id=began.reply_id, at_ms=at_ms, voice_to_voice_ms=latency))
        self._on_started(at_ms, self._player.interruptible)

    def _ended(self, over: ReplyOver) -> None:
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
        elif not self._player.speaking:
            self._on_silent(int(over.end_ms))
