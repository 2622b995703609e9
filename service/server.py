"""The web server: listens, and on SIGTERM or Ctrl-C lets running calls finish before it stops."""

import asyncio
import signal
import socket
import sys
from types import FrameType

import uvicorn

from service.app import create_app
from service.wiring import Service

MAX_SOCKET_MESSAGE_BYTES = 1 << 20
"""Larger messages close a media socket; smaller ones that are still too large are left out and counted."""
_SWITCH_INTERVAL_S = 0.001
"""Longest time that a model's thread keeps the interpreter from the event loop, which feeds every caller's ear."""
CLOSE_S = 5
"""Time that open connections get after the calls are over."""


class DrainingServer(uvicorn.Server):
    """Stops in two steps: the first signal ends the taking of calls, the server stops when the last call is over."""

    def __init__(self, service: Service):
        config = uvicorn.Config(
            create_app(service),
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws_max_size=MAX_SOCKET_MESSAGE_BYTES,
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=CLOSE_S,
        )
        super().__init__(config)
        self._service = service
        self._draining: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Remember the loop, into which signals have to be carried."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The first signal drains, the second stops at once."""
        if self._loop is None or self._draining is not None or sig not in (signal.SIGTERM, signal.SIGINT):
            self.force_exit = self.should_exit = True
            return
        self._loop.call_soon_threadsafe(self._begin_to_drain)

    def _begin_to_drain(self) -> None:
        if self._draining is None:
            self._draining = asyncio.create_task(self._drain(), name="drain")

    async def _drain(self) -> None:
        try:
            await self._service.drain()
        finally:
            self.should_exit = True


def run(service: Service, listening: socket.socket) -> None:
    """Serve until told to stop."""
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    DrainingServer(service).run(sockets=[listening])
