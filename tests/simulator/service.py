"""A small service on the other side of the wire: answers with a tone, stops when spoken to, records what it is sent."""

import asyncio
import base64
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import uvicorn
from fastapi import FastAPI, Request, Response, WebSocket, WebSocketDisconnect
from twilio.request_validator import RequestValidator

from simulator.mulaw import encode_float, is_voiced
from simulator.webhooks import Credentials, Service

PUBLIC = "https://line.example.org"
TOKEN = Credentials().auth_token
CONNECT = (
    '<Response><Connect><Stream url="wss://line.example.org/twilio/media">'
    '<Parameter name="t" value="abc"/></Stream></Connect></Response>'
)

Handler = Callable[["Socket"], Awaitable[None]]


def tone(ms: int, hz: float = 300.0) -> bytes:
    """μ-law of a steady tone."""
    time = np.arange(ms * 8) / 8000
    return encode_float((0.3 * np.sin(2 * np.pi * hz * time)).astype(np.float32))


@dataclass
class Socket:
    """The media socket as the service sees it."""

    ws: WebSocket
    messages: list[dict[str, Any]] = field(default_factory=list)
    stream_sid: str = ""

    async def receive(self) -> dict[str, Any]:
        message = json.loads(await self.ws.receive_text())
        self.messages.append(message)
        if message["event"] == "start":
            self.stream_sid = message["streamSid"]
        return message

    async def until(self, event: str) -> dict[str, Any]:
        while (message := await self.receive())["event"] != event:
            pass
        return message

    async def send(self, event: str, **fields: Any) -> None:
        await self.ws.send_text(json.dumps({"event": event, "streamSid": self.stream_sid, **fields}))

    async def play(self, audio: bytes) -> None:
        await self.send("media", media={"payload": base64.b64encode(audio).decode()})

    async def mark(self, name: str) -> None:
        await self.send("mark", mark={"name": name})

    async def clear(self) -> None:
        await self.send("clear")


class _Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config):
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@dataclass
class FakeService:
    """Runs on a loopback port while the context is open."""

    handler: Handler
    documents: dict[str, str] = field(default_factory=lambda: {"/twilio/voice": CONNECT})
    check_signature: bool = True
    url: str = ""
    requests: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    handshakes: list[dict[str, str]] = field(default_factory=list)
    sockets: list[Socket] = field(default_factory=list)
    slow_s: dict[str, float] = field(default_factory=dict)

    def app(self) -> FastAPI:
        app = FastAPI()
        validator = RequestValidator(TOKEN)

        @app.post("/{path:path}")
        async def webhook(path: str, request: Request) -> Response:
            form = {key: str(value) for key, value in (await request.form()).items()}
            signature = request.headers.get("x-twilio-signature", "")
            if self.check_signature and not validator.validate(f"{PUBLIC}/{path}", form, signature):
                return Response(status_code=403)
            self.requests.append((f"/{path}", form, request.headers["i-twilio-idempotency-token"]))
            await asyncio.sleep(self.slow_s.get(f"/{path}", 0))
            document = self.documents.get(f"/{path}")
            return Response(document, media_type="text/xml") if document else Response(status_code=204)

        @app.websocket("/twilio/media")
        async def media(ws: WebSocket) -> None:
            self.handshakes.append(dict(ws.headers))
            signature = ws.headers.get("x-twilio-signature", "")
            if self.check_signature and not validator.validate("wss://line.example.org/twilio/media", {}, signature):
                await ws.close(1008)
                return
            await ws.accept()
            socket = Socket(ws)
            self.sockets.append(socket)
            with contextlib.suppress(WebSocketDisconnect):
                await self.handler(socket)
            with contextlib.suppress(RuntimeError):
                await ws.close()

        return app

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Service]:
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        server = _Server(uvicorn.Config(self.app(), log_level="warning", ws="websockets-sansio"))
        task = asyncio.create_task(server.serve([listener]))
        await asyncio.wait({asyncio.ensure_future(server.ready.wait()), task}, return_when=asyncio.FIRST_COMPLETED)
        try:
            yield Service(url=f"http://127.0.0.1:{listener.getsockname()[1]}", public_url=PUBLIC)
        finally:
            server.should_exit = True
            await task
            listener.close()


async def listen(socket: Socket) -> None:
    """Only read."""
    while True:
        await socket.receive()


async def echo_bot(socket: Socket) -> None:
    """Greets for 600 ms; answers 200 ms after the caller falls silent with 1 s of tone; stops when spoken to."""
    await socket.until("start")
    await socket.play(tone(600))
    await socket.mark("greeting")
    silent, spoke, playing = 0, False, False
    while True:
        message = await socket.receive()
        if message["event"] == "mark":
            playing = False
        if message["event"] == "dtmf":
            await socket.play(tone(500, 500.0))
            await socket.mark("key")
        if message["event"] != "media":
            continue
        voiced = is_voiced(base64.b64decode(message["media"]["payload"]))
        silent = 0 if voiced else silent + 1
        spoke = spoke or voiced
        if voiced and playing:
            await socket.clear()
            playing = False
        if spoke and silent >= 10:
            spoke, playing = False, True
            await socket.play(tone(1000))
            await socket.mark("reply")
