"""Drives the playout machine with the call clock and one timer: the thin shell between replies and the caller's leg."""

import asyncio
from collections.abc import Callable

from voice.ports import AudioRecorder, CallerLeg
from voice.speaking.ledger import SAMPLES_PER_MS
from voice.speaking.playout import (
    ClearBuffer,
    Played,
    Playout,
    ReplyBegan,
    ReplyOver,
    Send,
    Sentence,
    SetMark,
    Step,
)


class Player:
    """One call's mouth. Runs on the event loop; `close` takes its timer down."""

    def __init__(
        self,
        leg: CallerLeg,
        recorder: AudioRecorder,
        now_ms: Callable[[], float],
        *,
        on_began: Callable[[ReplyBegan], None],
        on_over: Callable[[ReplyOver], None],
        playout: Playout | None = None,
    ):
        """Connect the machine to a leg and a recording; the callbacks are told what the ear got."""
        self._leg = leg
        self._recorder = recorder
        self._now_ms = now_ms
        self._on_began = on_began
        self._on_over = on_over
        self._playout = playout or Playout()
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False
        self._marks_out = 0

    @property
    def marks_out(self) -> int:
        """Marks that the carrier has not returned yet: it may still be playing."""
        return self._marks_out

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
    def current_reply(self) -> int | None:
        """The reply at the ear."""
        return self._playout.current_reply

    def remaining_ms(self) -> float:
        """Rendered speech that was not heard yet, ms."""
        return self._playout.remaining_ms(self._now_ms())

    def add(self, reply_id: int, sentence: Sentence, *, interruptible: bool = True) -> None:
        """Queue a sentence."""
        self._playout.add(reply_id, sentence, interruptible=interruptible)
        self._tick()

    def end_reply(self, reply_id: int) -> None:
        """No more sentences of this reply will come."""
        self._playout.close(reply_id)
        self._tick()

    def pause(self) -> None:
        """Silence at the ear at once."""
        self._apply(self._playout.pause(self._now_ms()))
        self._schedule()

    def resume(self) -> None:
        """Go on where the caller heard us last."""
        self._apply(self._playout.resume(self._now_ms()))
        self._schedule()

    def stop(self) -> None:
        """Give up everything queued."""
        self._apply(self._playout.stop(self._now_ms()))
        self._schedule()

    def mark_returned(self, name: str) -> None:
        """The carrier returned a mark."""
        self._marks_out = max(0, self._marks_out - 1)
        self._apply(self._playout.mark_returned(name, self._now_ms()))
        self._schedule()

    def close(self) -> None:
        """The leg is gone: account for what was heard, and fall silent for good."""
        if not self._closed:
            self._apply(self._playout.stop(self._now_ms()), leg_gone=True)
        self._closed = True
        if self._timer:
            self._timer.cancel()

    def _tick(self) -> None:
        if self._closed:
            return
        self._apply(self._playout.advance(self._now_ms()))
        self._schedule()

    def _schedule(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if self._closed:
            return
        now = self._now_ms()
        due = self._playout.next_ms(now)
        if due is not None:
            self._timer = asyncio.get_running_loop().call_later((due - now) / 1000.0, self._tick)

    def _apply(self, steps: list[Step], *, leg_gone: bool = False) -> None:
        for step in steps:
            if isinstance(step, Played):
                self._recorder.played(step.audio, int(step.at_ms * SAMPLES_PER_MS))
            elif isinstance(step, ReplyBegan):
                self._on_began(step)
            elif isinstance(step, ReplyOver):
                self._on_over(step)
            elif leg_gone:
                continue
            elif isinstance(step, Send):
                self._leg.play(step.audio)
            elif isinstance(step, SetMark):
                self._marks_out += 1
                self._leg.mark(step.name)
            elif isinstance(step, ClearBuffer):
                self._leg.clear()
