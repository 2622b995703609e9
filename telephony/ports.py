"""What the rest of telephony asks of a carrier: a codec for its media stream, and control over its calls.

A carrier is a folder beside `telephony.twilio` that implements these two protocols. A media stream brings, in this
order: one `StreamConnected`, one `StreamStarted`, then any number of `AudioReceived`, `KeyReceived` and `MarkReturned`,
and at the end one `StreamStopped`, unless the socket breaks first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from models.errors import FirstlineError
from models.interfaces import TELEPHONE_RATE


class ProtocolFault(StrEnum):
    """What a peer can do wrong on a media stream without ending the call."""

    BINARY_FRAME = "binary_frame"
    OVERSIZED = "oversized"
    BROKEN_JSON = "broken_json"
    BAD_SCHEMA = "bad_schema"
    UNKNOWN_EVENT = "unknown_event"
    WRONG_STREAM = "wrong_stream"
    WRONG_TRACK = "wrong_track"
    BAD_PAYLOAD = "bad_payload"
    WAV_PAYLOAD = "wav_payload"
    MEDIA_BEFORE_START = "media_before_start"
    OUT_OF_ORDER = "out_of_order"
    BAD_KEY = "bad_key"
    UNKNOWN_MARK = "unknown_mark"
    TIMESTAMP_BACKWARDS = "timestamp_backwards"
    TIMESTAMP_JUMP = "timestamp_jump"


class MediaFaultError(FirstlineError):
    """One message of a media stream is not what the protocol allows; the message is left out."""

    def __init__(self, fault: ProtocolFault, detail: str = ""):
        suffix = f" ({detail})" if detail else ""
        super().__init__(fault.value, f"A media message was left out{suffix}; check what the client sends.")
        self.fault = fault


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFormat:
    """How the audio of a stream is coded."""

    encoding: str
    """MIME type, such as ``audio/x-mulaw``."""
    sample_rate: int
    """Hz."""
    channels: int
    """Number of channels."""


TELEPHONE_FORMAT = MediaFormat(encoding="audio/x-mulaw", sample_rate=TELEPHONE_RATE, channels=1)
"""The only format that a conversation takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamConnected:
    """The first message: the peer speaks this protocol."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamStarted:
    """Which call the stream belongs to, and how its audio is coded."""

    account_id: str
    """The carrier's account."""
    call_id: str
    """The carrier's call."""
    stream_id: str
    """The carrier's stream; later messages repeat it."""
    format: MediaFormat
    """How the audio is coded."""
    parameters: dict[str, str] = field(default_factory=dict)
    """Custom parameters given when the stream was opened. Hold the secret token: never logged."""


@dataclass(frozen=True, slots=True)
class AudioReceived:
    """Audio of the caller."""

    timestamp_ms: int
    """Presentation time of the first sample, ms from the start of the stream."""
    audio: bytes
    """μ-law, 8 kHz, mono."""


@dataclass(frozen=True, slots=True)
class KeyReceived:
    """A key on the caller's keypad."""

    digit: str
    """One of ``0-9*#``."""


@dataclass(frozen=True, slots=True)
class MarkReturned:
    """All audio before the mark was played or cleared."""

    name: str
    """The name given when it was set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamStopped:
    """The last message: the call or the stream ended."""


MediaMessage = StreamConnected | StreamStarted | AudioReceived | KeyReceived | MarkReturned | StreamStopped


class MediaCodec(Protocol):
    """One stream's translation between the carrier's messages and ours; pure. Knows its stream from its start on."""

    def parse(self, message: str | bytes) -> MediaMessage:
        """Read one message: text, or the bytes of a binary frame.

        Raises:
            MediaFaultError: It is not a message of the protocol, or belongs to another stream.
        """
        ...

    def audio(self, audio: bytes) -> str | bytes:
        """The message that plays μ-law 8 kHz audio."""
        ...

    def mark(self, name: str) -> str | bytes:
        """The message that sets a mark after everything sent so far."""
        ...

    def clear(self) -> str | bytes:
        """The message that throws away what was sent and not yet played."""
        ...


class CarrierStatus(StrEnum):
    """How far a call got, in the carrier's words."""

    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    CANCELED = "canceled"

    @property
    def ended(self) -> bool:
        """Whether nothing comes after it."""
        return self in _ENDED


_ENDED = frozenset(
    {
        CarrierStatus.COMPLETED,
        CarrierStatus.BUSY,
        CarrierStatus.NO_ANSWER,
        CarrierStatus.FAILED,
        CarrierStatus.CANCELED,
    }
)


class CarrierError(FirstlineError):
    """The carrier refused a request, could not be reached, or took too long."""


class CallControl(Protocol):
    """What can be done to a call from outside its media stream."""

    async def hang_up(self, call_id: str) -> bool:
        """End a call.

        Returns:
            False when it had ended already.

        Raises:
            CarrierError: The carrier refused, is unreachable, or did not answer in time.
        """
        ...

    async def redirect(self, call_id: str, url: str) -> bool:
        """Make a call fetch new instructions from a URL; its media stream ends.

        Returns:
            False when the call had ended already.

        Raises:
            CarrierError: The carrier refused, is unreachable, or did not answer in time.
        """
        ...

    async def status(self, call_id: str) -> CarrierStatus | None:
        """How far a call got; None when the carrier does not know it.

        Raises:
            CarrierError: The carrier refused, is unreachable, or did not answer in time.
        """
        ...


class MediaSocket(Protocol):
    """A web socket, reduced to what a media session needs, so that any server or a test can stand behind it."""

    async def receive(self) -> str | bytes:
        """The next message: text, or bytes for a binary one.

        Raises:
            SocketClosedError: The peer closed or the connection broke.
        """
        ...

    async def send(self, message: str | bytes) -> None:
        """Send one message: text, or bytes as a binary frame.

        Raises:
            SocketClosedError: The peer closed or the connection broke.
        """
        ...

    async def close(self, code: int, reason: str = "") -> None:
        """Close; does nothing when it is closed already."""
        ...


class SocketClosedError(FirstlineError):
    """The other side of a media socket is gone."""

    def __init__(self, close_code: int):
        super().__init__("socket_closed", f"The media socket is closed (code {close_code}).")
        self.close_code = close_code


class RefusedError(FirstlineError):
    """A request or stream is not who it says it is, or not welcome; nothing is done for it."""


Headers = Mapping[str, str]
"""Request headers; keys are looked up in any case the server offers (lower case)."""
