"""Messages of the media socket: what the carrier sends, and the check of what the service sends."""

import binascii
import json
from dataclasses import dataclass
from typing import Any

MAX_AUDIO = 1 << 20


@dataclass(frozen=True, slots=True)
class AudioIn:
    """The service plays audio."""

    audio: bytes
    """μ-law."""


@dataclass(frozen=True, slots=True)
class MarkIn:
    """The service asks for a mark."""

    name: str
    """Comes back as it is."""


@dataclass(frozen=True, slots=True)
class ClearIn:
    """The service empties the playback buffer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """Something the service did that the carrier does not accept."""

    code: str
    """The carrier's error number, or a name where it has none."""
    detail: str
    """What it was; never holds payload."""
    at_ms: int = 0
    """When, since the call was answered."""


ServiceMessage = AudioIn | MarkIn | ClearIn | Violation


def _schema(detail: str) -> Violation:
    return Violation(code="31951", detail=detail)


def parse_service_message(message: str | bytes, stream_sid: str) -> ServiceMessage:
    """Check one message of the service.

    Args:
        message: As received; binary frames are bytes.
        stream_sid: The stream's identifier that it must carry.

    Returns:
        What it asks for, or the violation with the error number Twilio publishes for it.
    """
    if isinstance(message, bytes):
        return Violation(code="31950", detail="binary frame")
    try:
        data = json.loads(message)
    except ValueError:
        return Violation(code="31950", detail="not JSON")
    if not isinstance(data, dict):
        return _schema("not a JSON object")
    if data.get("streamSid") != stream_sid:
        return _schema(f"streamSid of {data.get('event')!r} is not this stream's")
    match data.get("event"):
        case "media":
            return _audio(data)
        case "mark":
            mark = data.get("mark")
            name = mark.get("name") if isinstance(mark, dict) else None
            return MarkIn(name) if isinstance(name, str) and name else _schema("mark without a name")
        case "clear":
            return ClearIn()
        case other:
            return _schema(f"unknown event {str(other)[:40]!r}")


def _audio(data: dict[str, Any]) -> ServiceMessage:
    media = data.get("media")
    payload = media.get("payload") if isinstance(media, dict) else None
    if not isinstance(payload, str):
        return _schema("media without a payload")
    try:
        audio = binascii.a2b_base64(payload, strict_mode=True)
    except (ValueError, binascii.Error):
        return Violation(code="payload_not_base64", detail="media payload is not base64")
    if audio.startswith(b"RIFF"):
        return Violation(code="payload_has_header", detail="media payload is a WAV file, not raw μ-law")
    if not audio:
        return Violation(code="payload_empty", detail="media payload holds no audio")
    if len(audio) > MAX_AUDIO:
        return Violation(code="payload_too_large", detail=f"media payload of {len(audio)} bytes")
    return AudioIn(audio)


@dataclass(slots=True)
class Outgoing:
    """Builds the carrier's messages of one stream, with their running numbers."""

    stream_sid: str
    """``MZ…``"""
    call_sid: str
    """``CA…``"""
    account_sid: str
    """``AC…``"""
    sequence: int = 0
    """Last sequence number used."""
    chunk: int = 0
    """Last chunk number used."""

    def connected(self) -> bytes:
        """The first message; it has no number."""
        return b'{"event":"connected","protocol":"Call","version":"1.0.0"}'

    def start(self, parameters: dict[str, str], tracks: tuple[str, ...] = ("inbound",)) -> bytes:
        """Describes the stream."""
        return self._encode(
            "start",
            start={
                "accountSid": self.account_sid,
                "streamSid": self.stream_sid,
                "callSid": self.call_sid,
                "tracks": list(tracks),
                "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
                "customParameters": parameters,
            },
        )

    def media(self, frame: bytes, timestamp_ms: int, track: bytes = b"inbound") -> bytes:
        """20 ms of one track. Formatted by hand: it is sent 50 times a second for each call."""
        self.sequence += 1
        self.chunk += 1
        return (
            b'{"event":"media","sequenceNumber":"%d","media":{"track":"%b","chunk":"%d","timestamp":"%d",'
            b'"payload":"%b"},"streamSid":"%b"}'
            % (
                self.sequence,
                track,
                self.chunk,
                timestamp_ms,
                binascii.b2a_base64(frame, newline=False),
                self.stream_sid.encode(),
            )
        )

    def dtmf(self, digit: str) -> bytes:
        """A key on the caller's keypad."""
        return self._encode("dtmf", dtmf={"track": "inbound_track", "digit": digit})

    def mark(self, name: str) -> bytes:
        """A mark that comes back."""
        return self._encode("mark", mark={"name": name})

    def stop(self) -> bytes:
        """The last message."""
        return self._encode("stop", stop={"accountSid": self.account_sid, "callSid": self.call_sid})

    def _encode(self, event: str, **fields: object) -> bytes:
        self.sequence += 1
        return json.dumps(
            {"event": event, "sequenceNumber": str(self.sequence), "streamSid": self.stream_sid, **fields}
        ).encode()
