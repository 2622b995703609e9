"""What a conversation is told about its call, and how it ended."""

from dataclasses import dataclass, field
from enum import StrEnum

from interactions.transfer import TransferRequest
from interactions.vocabulary import EndedReason


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
    stream_number: int = 1
    """Which media stream of the call this is, from 1."""
    began_s: float = 0.0
    """Unix time when the call began, s; 0 when nobody knows."""
    followed: bool = True
    """Whether a carrier reports the call's end and asks what comes after a stream; without one the stream is all."""
    parameters: dict[str, str] = field(default_factory=dict)
    """Carrier parameters without personal data, for the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOutcome:
    """How a conversation on one media stream ended, and what the carrier has to do next."""

    reason: EndedReason
    """Why it ended."""
    transfer: TransferRequest | None = None
    """Set when a human is to be dialled next."""
