"""What a conversation is told about its call, and the ports through which it is heard, kept and obeyed."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from voice.call_event import CallEvent
from voice.dialogue.types import HandOver
from voice.events import EndedReason


class Direction(StrEnum):
    """Who dialled."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class Purpose(StrEnum):
    """Why the conversation (re)starts on this stream."""

    ANSWER = "answer"
    """A new call: greet."""
    RESUME = "resume"
    """The media stream was lost and is back: go on where the caller was."""
    TAKE_MESSAGE = "take_message"
    """The human did not answer: offer to take a message or a callback number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallContext:
    """Everything known about a call before the first word."""

    call_id: str
    """Stable identifier of the call at the carrier; safe to log."""
    line: str
    """Name of the line that answers."""
    direction: Direction = Direction.INBOUND
    pii_caller_number: str = ""
    """E.164, or empty when withheld. Personal data: never logged."""
    called_number: str = ""
    """E.164 number that was dialled."""
    caller_verified: bool = False
    """Whether the network vouches for the caller's number (STIR/SHAKEN full attestation)."""
    purpose: Purpose = Purpose.ANSWER
    parameters: dict[str, str] = field(default_factory=dict)
    """Carrier parameters without personal data, for the log."""


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


class EventSink(Protocol):
    """Where the event log goes. Appending is ordered, durable and never blocks the event loop for long."""

    def append(self, event: CallEvent) -> None:
        """Keep one event.

        Raises:
            FirstlineError: code ``"store_failed"``; the conversation goes on, the fault is counted.
        """
        ...


class AudioRecorder(Protocol):
    """Keeps both sides of a call, sample-aligned to the call clock (caller audio samples at 8 kHz)."""

    def caller(self, audio: bytes) -> None:
        """The next μ-law samples from the caller, gaps already filled."""
        ...

    def played(self, audio: bytes, at_sample: int) -> None:
        """μ-law samples that the caller's ear got from call-clock sample ``at_sample`` on."""
        ...

    def close(self) -> None:
        """Finish the file; idempotent."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOutcome:
    """How a conversation on one media stream ended, and what the carrier has to do next."""

    reason: EndedReason
    """Why it ended."""
    hand_over: HandOver | None = None
    """Set when a human is to be dialled next."""


class Conversation(Protocol):
    """One conversation on one media stream. All methods but `run` return at once and never raise for bad timing."""

    def caller_audio(self, audio: bytes) -> None:
        """The next μ-law 8 kHz samples from the caller, contiguous: the carrier's side has filled gaps with silence."""
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

    def __call__(self, context: CallContext, leg: CallerLeg) -> Conversation:
        """Make it; the caller of the factory then awaits `Conversation.run`."""
        ...
