"""The wire of Twilio Media Streams: JSON text messages in both directions.

Source: https://www.twilio.com/docs/voice/media-streams/websocket-messages. ``sequenceNumber``, ``chunk`` and
``timestamp`` are strings there; sample rate and channels are numbers.
"""

import binascii
import json
import re
from typing import Any

from telephony.media_json import key, read_object, text
from telephony.ports import (
    AudioReceived,
    KeyReceived,
    MarkReturned,
    MediaFaultError,
    MediaFormat,
    MediaMessage,
    ProtocolFault,
    StreamConnected,
    StreamStarted,
    StreamStopped,
)

_STREAM_SID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
_MAX_TIMESTAMP_DIGITS = 12


class TwilioCodec:
    """One stream's codec; a `telephony.ports.MediaCodec`."""

    def __init__(self) -> None:
        self._stream_sid = ""
        self._before_payload = ""

    def parse(self, message: str | bytes) -> MediaMessage:
        """Read one message; see `telephony.ports.MediaCodec.parse`."""
        return read_object(message, self._read)

    def audio(self, audio: bytes) -> str:
        """The ``media`` message; see `telephony.ports.MediaCodec.audio`."""
        return f'{self._before_payload}{binascii.b2a_base64(audio, newline=False).decode("ascii")}"}}}}'

    def mark(self, name: str) -> str:
        """The ``mark`` message; see `telephony.ports.MediaCodec.mark`."""
        return json.dumps({"event": "mark", "streamSid": self._stream_sid, "mark": {"name": name}})

    def clear(self) -> str:
        """The ``clear`` message; see `telephony.ports.MediaCodec.clear`."""
        return json.dumps({"event": "clear", "streamSid": self._stream_sid})

    def _read(self, message: dict[str, Any]) -> MediaMessage:
        event = message["event"]
        if event == "connected":
            return StreamConnected()
        if event == "start":
            return self._read_start(message)
        if event not in ("media", "mark", "dtmf", "stop"):
            raise MediaFaultError(ProtocolFault.UNKNOWN_EVENT)
        if not self._stream_sid:
            fault = ProtocolFault.MEDIA_BEFORE_START if event == "media" else ProtocolFault.OUT_OF_ORDER
            raise MediaFaultError(fault)
        if message["streamSid"] != self._stream_sid:
            raise MediaFaultError(ProtocolFault.WRONG_STREAM)
        if event == "media":
            return _read_media(message["media"])
        if event == "mark":
            return MarkReturned(text(message["mark"]["name"]))
        if event == "dtmf":
            return KeyReceived(key(message["dtmf"]["digit"]))
        return StreamStopped()

    def _read_start(self, message: dict[str, Any]) -> StreamStarted:
        if self._stream_sid:
            raise MediaFaultError(ProtocolFault.OUT_OF_ORDER, "a second start")
        start = message["start"]
        stream_sid = text(message["streamSid"])
        if not _STREAM_SID.match(stream_sid) or start["streamSid"] != stream_sid:
            raise MediaFaultError(ProtocolFault.WRONG_STREAM)
        coded = start["mediaFormat"]
        parameters = start.get("customParameters") or {}
        started = StreamStarted(
            account_id=text(start["accountSid"]),
            call_id=text(start["callSid"]),
            stream_id=stream_sid,
            format=MediaFormat(
                encoding=text(coded["encoding"]), sample_rate=int(coded["sampleRate"]), channels=int(coded["channels"])
            ),
            parameters={text(name): text(value) for name, value in parameters.items()},
        )
        self._stream_sid = stream_sid
        self._before_payload = f'{{"event":"media","streamSid":"{stream_sid}","media":{{"payload":"'
        return started


def _read_media(media: dict[str, Any]) -> AudioReceived:
    if media.get("track", "inbound") != "inbound":
        # The other track is what we played ourselves; hearing it would be hearing an echo.
        raise MediaFaultError(ProtocolFault.WRONG_TRACK)
    timestamp = media["timestamp"]
    if not isinstance(timestamp, int) and len(timestamp) > _MAX_TIMESTAMP_DIGITS:
        raise MediaFaultError(ProtocolFault.BAD_SCHEMA, "timestamp")
    timestamp_ms = int(timestamp)
    if not 0 <= timestamp_ms < 10**_MAX_TIMESTAMP_DIGITS:
        raise MediaFaultError(ProtocolFault.BAD_SCHEMA, "timestamp")
    try:
        audio = binascii.a2b_base64(media["payload"], strict_mode=True)
    except binascii.Error as error:
        raise MediaFaultError(ProtocolFault.BAD_PAYLOAD) from error
    if not audio:
        raise MediaFaultError(ProtocolFault.BAD_PAYLOAD, "empty")
    if audio.startswith(b"RIFF"):
        raise MediaFaultError(ProtocolFault.WAV_PAYLOAD)
    return AudioReceived(timestamp_ms, audio)
