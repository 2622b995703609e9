"""A media socket in memory that speaks as Twilio does, with the carrier's end in the hands of the test."""

import asyncio
import base64
import json
from typing import Any

from telephony.ports import SocketClosedError

STREAM = "MZ" + "2" * 32
CONNECTED = json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"})


def start_message(parameters: dict[str, str] | None = None, **coded: Any) -> str:
    """A ``start`` message."""
    form = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1, **coded}
    body = {"accountSid": "AC0", "callSid": "CA1", "streamSid": STREAM, "tracks": ["inbound"], "mediaFormat": form}
    start = {**body, "customParameters": parameters or {}}
    return json.dumps({"event": "start", "sequenceNumber": "1", "start": start, "streamSid": STREAM})


class FakeSocket:
    """A `telephony.ports.MediaSocket`."""

    def __init__(self) -> None:
        self.incoming: asyncio.Queue[str | bytes | SocketClosedError] = asyncio.Queue()
        self.sent: list[dict[str, Any]] = []
        self.closed_with: int | None = None
        self.close_reason = ""
        self.blocked = asyncio.Event()
        self.blocked.set()
        self._timestamp_ms = 0

    async def receive(self) -> str | bytes:
        message = await self.incoming.get()
        if isinstance(message, SocketClosedError):
            raise message
        return message

    async def send(self, message: str | bytes) -> None:
        await self.blocked.wait()
        self.sent.append(json.loads(message))

    async def close(self, code: int, reason: str = "") -> None:
        if self.closed_with is None:
            self.closed_with, self.close_reason = code, reason

    def give(self, event: str, **fields: Any) -> None:
        """The carrier sends a message."""
        self.incoming.put_nowait(json.dumps({"event": event, "streamSid": STREAM, **fields}))

    def give_raw(self, message: str | bytes) -> None:
        self.incoming.put_nowait(message)

    def start(self, parameters: dict[str, str] | None = None, **coded: Any) -> None:
        """The carrier opens the stream."""
        self.give_raw(CONNECTED)
        self.give_raw(start_message(parameters, **coded))

    def media(self, audio: bytes = b"\xd0" * 160, timestamp_ms: int | None = None) -> None:
        at = self._timestamp_ms if timestamp_ms is None else timestamp_ms
        payload = base64.b64encode(audio).decode("ascii")
        self.give("media", media={"track": "inbound", "chunk": "1", "timestamp": str(at), "payload": payload})
        self._timestamp_ms = at + len(audio) // 8

    def break_off(self) -> None:
        """The connection breaks without a word."""
        self.incoming.put_nowait(SocketClosedError(1006))

    def events(self) -> list[str]:
        return [message["event"] for message in self.sent]
