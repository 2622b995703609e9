"""A WebSocket client on `websockets`' sans-I/O protocol: synchronous sends, so that one scheduler serves many calls.

No task and no lock per message: what the peer sends is handed to a callback as it arrives.
"""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from typing import cast

from websockets.client import ClientProtocol
from websockets.exceptions import InvalidHandshake
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import State
from websockets.uri import parse_uri

MAX_MESSAGE = 16 * 1024 * 1024


class HandshakeRefusedError(Exception):
    """The peer did not answer 101."""

    def __init__(self, status: int, reason: str):
        super().__init__(f"handshake answered {status}: {reason}")
        self.status = status
        """HTTP status, 0 when there was none."""


class Wire(asyncio.Protocol):
    """One WebSocket connection; made by `connect`."""

    def __init__(self, url: str, headers: Mapping[str, str], on_message: Callable[[str | bytes], None]):
        self._ws = ClientProtocol(parse_uri(url), max_size=MAX_MESSAGE)
        self._headers = headers
        self._on_message = on_message
        self._transport: asyncio.Transport | None = None
        self._fragments: list[bytes] = []
        self._text = True
        loop = asyncio.get_running_loop()
        self.opened: asyncio.Future[None] = loop.create_future()
        """Done when the handshake is; fails with `HandshakeRefusedError`."""
        self.closed: asyncio.Future[None] = loop.create_future()
        """Done when the connection is gone."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the handshake."""
        # Other event loops' transports do not derive from asyncio's.
        self._transport = cast(asyncio.Transport, transport)
        request = self._ws.connect()
        for name, value in self._headers.items():
            if name.lower() == "host":
                del request.headers["Host"]
            request.headers[name] = value
        self._ws.send_request(request)
        self._flush()

    def data_received(self, data: bytes) -> None:
        """Hand on what is complete."""
        self._ws.receive_data(data)
        self._handle_events()
        self._flush()

    def eof_received(self) -> bool:
        """The peer sends no more."""
        self._ws.receive_eof()
        self._handle_events()
        self._flush()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell those who wait."""
        if not self.opened.done():
            self.opened.set_exception(HandshakeRefusedError(0, "connection lost during the handshake"))
        self._ws.receive_eof()
        if not self.closed.done():
            self.closed.set_result(None)

    @property
    def open(self) -> bool:
        """Whether messages can be sent."""
        return self._ws.state is State.OPEN

    @property
    def close_code(self) -> int:
        """Why the peer closed, 1006 when it did not say."""
        return self._ws.close_code or 1006

    @property
    def backlog(self) -> int:
        """Bytes that the peer has not taken."""
        return self._transport.get_write_buffer_size() if self._transport else 0

    def send(self, text: bytes) -> None:
        """Send one text message; does nothing when the connection is closing."""
        if self._ws.state is State.OPEN:
            self._ws.send_text(text)
            self._flush()

    def close(self, code: int = 1000) -> None:
        """Start the closing handshake; idempotent."""
        if self.open:
            self._ws.send_close(code)
            self._flush()

    def abort(self) -> None:
        """Break the connection without a word."""
        if self._transport:
            self._transport.abort()

    def _flush(self) -> None:
        assert self._transport is not None
        for data in self._ws.data_to_send():
            if data:
                self._transport.write(data)
            elif self._transport.can_write_eof() and not self._transport.is_closing():
                self._transport.write_eof()
        if self._ws.close_expected() and self._ws.state is State.CLOSED:
            self._transport.close()

    def _handle_events(self) -> None:
        for event in self._ws.events_received():
            if isinstance(event, Response):
                self._handshake(event)
            elif isinstance(event, Frame):
                self._frame(event)
        if self._ws.handshake_exc is not None and not self.opened.done():
            self._refuse(0, str(self._ws.handshake_exc))

    def _handshake(self, response: Response) -> None:
        error = self._ws.handshake_exc
        if error is None:
            self.opened.set_result(None)
        elif not self.opened.done():
            reason = "refused" if isinstance(error, InvalidHandshake) else str(error)
            self._refuse(response.status_code, reason)

    def _refuse(self, status: int, reason: str) -> None:
        self.opened.set_exception(HandshakeRefusedError(status, reason))
        assert self._transport is not None
        self._transport.close()

    def _frame(self, frame: Frame) -> None:
        if frame.opcode in (Opcode.TEXT, Opcode.BINARY):
            self._text = frame.opcode is Opcode.TEXT
            self._fragments = [bytes(frame.data)]
        elif frame.opcode is Opcode.CONT:
            self._fragments.append(bytes(frame.data))
        else:
            return
        if frame.fin:
            data = b"".join(self._fragments)
            self._fragments = []
            self._on_message(data.decode(errors="replace") if self._text else data)


async def connect(
    url: str,
    *,
    headers: Mapping[str, str],
    on_message: Callable[[str | bytes], None],
    timeout_s: float,
) -> Wire:
    """Open a connection without compression.

    Raises:
        HandshakeRefusedError: The peer refused, or said nothing in time.
        OSError: Nobody listens.
    """
    target = parse_uri(url)
    loop = asyncio.get_running_loop()
    wire = Wire(url, headers, on_message)
    context = ssl.create_default_context() if target.secure else None
    try:
        async with asyncio.timeout(timeout_s):
            await loop.create_connection(lambda: wire, target.host, target.port, ssl=context)
            await wire.opened
    except TimeoutError as error:
        wire.abort()
        raise HandshakeRefusedError(0, f"no answer within {timeout_s} s") from error
    return wire
