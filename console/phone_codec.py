"""The wire of the phone in the browser, our own: audio in binary frames, everything else in small JSON texts.

The page (`console/static/line.js`) sends, in this order: ``{"type": "hello", "version": 1}``, ``{"type": "start",
"call_id": …, "token": …}``, then binary frames and ``{"type": "key", "digit": …}``, ``{"type": "mark", "name": …}`` as
they happen, and ``{"type": "stop"}`` at the end. A binary frame is the time of its first sample (ms since the start, 4
bytes, big-endian) and μ-law, 8 kHz, mono. The service sends binary frames of such μ-law without a time, ``{"type":
"mark", "name": …}``, which comes back when all audio before it was played, and ``{"type": "clear"}``.
"""

import json
import struct
from typing import Any

from telephony.media_json import key, read_object, text
from telephony.ports import (
    TELEPHONE_FORMAT,
    AudioReceived,
    KeyReceived,
    MarkReturned,
    MediaFaultError,
    MediaMessage,
    ProtocolFault,
    StreamConnected,
    StreamStarted,
    StreamStopped,
)

VERSION = 1
"""Of this protocol; a page that was loaded before a change is told to reload by its refusal."""
TOKEN = "token"
"""Name of the start's parameter that opens the stream."""

_TIME = struct.Struct(">I")


class PhoneCodec:
    """One stream's codec; a `telephony.ports.MediaCodec`."""

    def __init__(self) -> None:
        self._started = False

    def parse(self, message: str | bytes) -> MediaMessage:
        """Read one message; see `telephony.ports.MediaCodec.parse`."""
        if isinstance(message, bytes):
            return self._audio(message)
        return read_object(message, self._read)

    def audio(self, audio: bytes) -> bytes:
        """See `telephony.ports.MediaCodec.audio`."""
        return audio

    def mark(self, name: str) -> str:
        """See `telephony.ports.MediaCodec.mark`."""
        return json.dumps({"type": "mark", "name": name})

    def clear(self) -> str:
        """See `telephony.ports.MediaCodec.clear`."""
        return '{"type": "clear"}'

    def _audio(self, frame: bytes) -> AudioReceived:
        if not self._started:
            raise MediaFaultError(ProtocolFault.MEDIA_BEFORE_START)
        if len(frame) <= _TIME.size:
            raise MediaFaultError(ProtocolFault.BAD_PAYLOAD, "no audio")
        return AudioReceived(_TIME.unpack_from(frame)[0], frame[_TIME.size :])

    def _read(self, message: dict[str, Any]) -> MediaMessage:
        kind = message["type"]
        if kind == "hello":
            if message["version"] != VERSION:
                raise MediaFaultError(ProtocolFault.BAD_SCHEMA, "version")
            return StreamConnected()
        if kind == "start":
            return self._start(message)
        if kind not in ("key", "mark", "stop"):
            raise MediaFaultError(ProtocolFault.UNKNOWN_EVENT)
        if not self._started:
            raise MediaFaultError(ProtocolFault.OUT_OF_ORDER)
        if kind == "key":
            return KeyReceived(key(message["digit"]))
        if kind == "mark":
            return MarkReturned(text(message["name"]))
        return StreamStopped()

    def _start(self, message: dict[str, Any]) -> StreamStarted:
        if self._started:
            raise MediaFaultError(ProtocolFault.OUT_OF_ORDER, "a second start")
        call_id, token = text(message["call_id"]), text(message["token"])
        self._started = True
        return StreamStarted(
            account_id="browser",
            call_id=call_id,
            stream_id=call_id[:40],
            format=TELEPHONE_FORMAT,
            parameters={TOKEN: token},
        )
