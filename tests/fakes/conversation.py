"""A conversation without models: it plays, echoes and marks as it is told, and writes down what it is told."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from interactions.context import CallContext, CallOutcome
from interactions.vocabulary import EndedReason
from voice.ports import CallerLeg

SILENCE = b"\xff"
TONE = bytes([0x80 + (n % 16) for n in range(160)])
"""20 ms of something that is neither silence nor speech."""


@dataclass
class FakeConversation:
    """Greets, echoes what the caller says, and ends as its script says."""

    context: CallContext
    leg: CallerLeg
    greeting: bytes = TONE * 10
    echo: bool = True
    end_on_key: dict[str, CallOutcome] = field(default_factory=dict)
    """A key that ends the conversation, and with what."""
    raises: Exception | None = None
    """Raised by `run` as soon as the first audio arrives."""
    hangs: bool = False
    """Whether `run` ignores that the caller is gone."""
    heard: bytearray = field(default_factory=bytearray)
    keys: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    gone: list[EndedReason] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    _outcome: "asyncio.Future[CallOutcome] | None" = None
    _pending: CallOutcome | None = None

    def caller_audio(self, audio: bytes, *, late_samples: int = 0, made_up: bool = False) -> None:
        self.heard += audio
        if self.raises is not None:
            self._finish(None)
        elif self.echo and audio.strip(SILENCE):
            self.leg.play(audio)
        self.changed.set()

    def key_pressed(self, digit: str) -> None:
        self.keys.append(digit)
        if digit in self.end_on_key:
            self._pending = self.end_on_key[digit]
            self.leg.mark("last words")
        self.changed.set()

    def mark_reached(self, name: str) -> None:
        self.marks.append(name)
        if name == "last words" and self._pending is not None:
            self._finish(self._pending)
        self.changed.set()

    def caller_gone(self, reason: EndedReason) -> None:
        self.gone.append(reason)
        if not self.hangs:
            self._finish(CallOutcome(reason=reason))
        self.changed.set()

    async def run(self) -> CallOutcome:
        self._outcome = asyncio.get_running_loop().create_future()
        if self.greeting:
            self.leg.play(self.greeting)
            self.leg.mark("greeting")
        return await self._outcome

    async def until(self, claim: Callable[["FakeConversation"], bool], deadline_s: float = 5.0) -> None:
        """Wait until something is true of this conversation."""
        async with asyncio.timeout(deadline_s):
            while not claim(self):
                self.changed.clear()
                await self.changed.wait()

    def _finish(self, outcome: CallOutcome | None) -> None:
        if self._outcome is None or self._outcome.done():
            return
        if outcome is None:
            assert self.raises is not None
            self._outcome.set_exception(self.raises)
        else:
            self._outcome.set_result(outcome)


class FakeConversations:
    """A factory that keeps what it made."""

    def __init__(self, **script: object):
        self.script = script
        self.made: list[FakeConversation] = []
        self._more = asyncio.Event()

    async def __call__(self, context: CallContext, leg: CallerLeg) -> FakeConversation:
        conversation = FakeConversation(context, leg, **self.script)  # type: ignore[arg-type]
        self.made.append(conversation)
        self._more.set()
        return conversation

    async def number(self, count: int, deadline_s: float = 5.0) -> FakeConversation:
        """The count-th conversation, from 1, as soon as it is made."""
        async with asyncio.timeout(deadline_s):
            while len(self.made) < count:
                self._more.clear()
                await self._more.wait()
        return self.made[count - 1]
