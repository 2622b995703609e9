"""What a conversation is told about its call, and the ports through which it hears, speaks and is recorded."""

from typing import Protocol

from interactions.context import CallContext, CallOutcome
from interactions.vocabulary import EndedReason


class CallerLeg(Protocol):
    """The way to the caller's ear. Non-blocking: each call hands bytes to a bounded writer and returns."""

    def play(self, audio: bytes) -> None:
        """Queue μ-law 8 kHz mono audio (one byte a sample) for playing after what is queued already."""
        ...

    def mark(self, name: str) -> None:
        """Ask to be told when everything queued so far has been played, or thrown away by `clear`."""
        ...

    def clear(self) -> None:
        """Throw away everything that was queued and not yet played."""
        ...


class AudioRecorder(Protocol):
    """Keeps both sides of a call, sample-aligned to the call clock (caller audio samples at 8 kHz)."""

    def caller(self, audio: bytes, at_sample: int) -> None:
        """μ-law samples that the caller spoke from call-clock sample ``at_sample`` on; they replace silence there."""
        ...

    def played(self, audio: bytes, at_sample: int) -> None:
        """μ-law samples that the caller's ear got from call-clock sample ``at_sample`` on."""
        ...

    def close(self) -> None:
        """Finish the file; idempotent."""
        ...


class Conversation(Protocol):
    """One conversation on one media stream. All methods but `run` return at once and never raise for bad timing."""

    def caller_audio(self, audio: bytes, *, late_samples: int = 0, made_up: bool = False) -> None:
        """The next μ-law 8 kHz samples from the caller, contiguous: the carrier's side has filled gaps with silence.

        Args:
            audio: The samples.
            late_samples: How far they lie behind their own time, because silence had stood in for them.
            made_up: Whether they are silence that stands in for audio that has not come.
        """
        ...

    def key_pressed(self, digit: str) -> None:
        """A key on the caller's keypad, one of ``0-9*#``."""
        ...

    def mark_reached(self, name: str) -> None:
        """The carrier returned a mark set through `CallerLeg.mark`: its audio was played, or cleared."""
        ...

    def caller_gone(self, reason: EndedReason) -> None:
        """The stream is over; nothing more can be played."""
        ...

    async def run(self) -> CallOutcome:
        """Hold the conversation; returns when it is over and what had to be heard was heard."""
        ...


class ConversationFactory(Protocol):
    """Makes the conversation of a new media stream; given to the carrier's side by the service."""

    async def __call__(self, context: CallContext, leg: CallerLeg) -> Conversation:
        """Make it, reading where the call was before; whoever asked for it then awaits `Conversation.run`."""
        ...
