"""A whole Twilio edge on a real server, and a small honest Twilio to drive it: signed posts and a media socket."""

import asyncio
import base64
import contextlib
import json
import socket
import xml.etree.ElementTree as ElementTree
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn
import websockets
from fastapi import FastAPI
from twilio.request_validator import RequestValidator

from records.calls import CallRepository
from records.database import Database
from records.schema import migrate
from telephony.active_calls import ActiveCalls
from telephony.admission import Admission, AdmissionLimits
from telephony.edge import TelephoneEdge
from telephony.public_address import PublicAddress
from telephony.settings import TelephonySettings
from telephony.twilio.settings import TwilioSettings
from telephony.twilio.webhooks import create_router
from tests.fakes.conversation import FakeConversations
from tests.fakes.events import Log
from tests.fakes.one_line import OneLine

ACCOUNT = "AC" + "0" * 32
TOKEN = "primary-secret"
PUBLIC = "https://phone.example.com"
CALL = "CA" + "1" * 32
HUMAN = "+15550123"
CALLER = "+15550199"


def account(**changes: Any) -> TwilioSettings:
    values: dict[str, Any] = {"account_sid": ACCOUNT, "auth_token": TOKEN}
    return TwilioSettings(**{**values, **changes})


def split(changes: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Settings of the account, and those of the edge."""
    twilio = {name: value for name, value in changes.items() if name in TwilioSettings.model_fields}
    return twilio, {name: value for name, value in changes.items() if name not in twilio}


@dataclass
class Clock:
    """Unix time that tests turn by hand."""

    now: float = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class RunningEdge:
    """An edge behind a listening server."""

    edge: TelephoneEdge
    conversations: FakeConversations
    port: int
    clock: Clock
    http: httpx.AsyncClient
    database: Database
    log: Log
    """What the edge wrote into logs."""

    async def post(self, path: str, *, sign: str | None = TOKEN, headers: Any = None, **fields: str) -> httpx.Response:
        form = {"AccountSid": ACCOUNT, "CallSid": CALL, "ApiVersion": "2010-04-01", "FromCity": "", **fields}
        sent = dict(headers or {})
        if sign is not None:
            sent["X-Twilio-Signature"] = RequestValidator(sign).compute_signature(PUBLIC + path, form)
        return await self.http.post(path, data=form, headers=sent)

    async def until_silent(self) -> None:
        """Wait until no call has a media stream, and what became of the streams is kept."""
        for _ in range(500):
            if not self.edge.active.talking:
                return
            await asyncio.sleep(0.01)
        raise TimeoutError

    async def ring(self, call: str = CALL, headers: Any = None, **fields: str) -> httpx.Response:
        words = {"From": CALLER, "To": "+15550100", "CallStatus": "ringing", "Direction": "inbound", **fields}
        return await self.post("/twilio/voice", headers=headers, CallSid=call, **words)

    @contextlib.asynccontextmanager
    async def media(self, *, sign: str | None = TOKEN, path: str = "/twilio/media") -> AsyncIterator["MediaClient"]:
        headers = {"User-Agent": "Twilio.TmeWs/1.0"}
        if sign is not None:
            url = "wss" + PUBLIC.removeprefix("https") + path
            headers["X-Twilio-Signature"] = RequestValidator(sign).compute_signature(url, {})
        uri = f"ws://127.0.0.1:{self.port}{path}"
        async with websockets.connect(uri, additional_headers=headers, compression=None) as connection:
            yield MediaClient(connection)


@dataclass
class MediaClient:
    """The carrier's end of a media socket; returns marks as Twilio does when its buffer is empty."""

    connection: Any
    stream: str = "MZ" + "2" * 32
    sequence: int = 0
    timestamp_ms: int = 0
    received: list[dict[str, Any]] = field(default_factory=list)

    async def send(self, event: str, **fields: Any) -> None:
        self.sequence += 1
        message = {"event": event, "sequenceNumber": str(self.sequence), "streamSid": self.stream, **fields}
        await self.connection.send(json.dumps(message))

    async def start(self, token: str | None, call: str = CALL, account: str = ACCOUNT, **coded: Any) -> None:
        await self.connection.send(json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"}))
        await self.send("start", start=start_body(self.stream, token, call, account, **coded))

    async def media(self, audio: bytes) -> None:
        await self.send("media", media=media_body(self.timestamp_ms, audio))
        self.timestamp_ms += len(audio) // 8

    async def receive(self) -> dict[str, Any]:
        async with asyncio.timeout(5):
            message: dict[str, Any] = json.loads(await self.connection.recv())
        self.received.append(message)
        return message

    async def receive_audio(self, samples: int) -> bytes:
        """Take messages until so much audio has come; returns marks on the way."""
        audio = b""
        while len(audio) < samples:
            message = await self.receive()
            if message["event"] == "media":
                audio += base64.b64decode(message["media"]["payload"])
            else:
                await self.answer(message)
        return audio

    async def answer(self, message: dict[str, Any]) -> None:
        if message["event"] == "mark":
            await self.send("mark", mark=message["mark"])

    async def until_closed(self) -> int:
        """Answer marks until the other side closes; returns the close code."""
        try:
            async with asyncio.timeout(8):
                while True:
                    await self.answer(await self.receive())
        except websockets.ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006


def start_body(
    stream: str, token: str | None, call: str = CALL, account: str = ACCOUNT, **coded: Any
) -> dict[str, Any]:
    return {
        "accountSid": account,
        "streamSid": stream,
        "callSid": call,
        "tracks": ["inbound"],
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1, **coded},
        "customParameters": {} if token is None else {"t": token},
    }


def media_body(timestamp_ms: int, audio: bytes) -> dict[str, Any]:
    payload = base64.b64encode(audio).decode("ascii")
    return {"track": "inbound", "chunk": "1", "timestamp": str(timestamp_ms), "payload": payload}


def verbs(document: str) -> list[str]:
    """The verbs of a TwiML document, in order."""
    return [child.tag for child in ElementTree.fromstring(document)]


def find(document: str, path: str) -> ElementTree.Element:
    element = ElementTree.fromstring(document).find(path)
    assert element is not None, document
    return element


def token_of(document: str) -> str:
    return find(document, ".//Parameter[@name='t']").attrib["value"]


def make_edge(
    *,
    calls: CallRepository,
    factory: FakeConversations,
    human: str = HUMAN,
    places: int = 32,
    public: str = PUBLIC,
    settings: TelephonySettings | None = None,
    **parts: Any,
) -> TelephoneEdge:
    settings, active = settings or TelephonySettings(), ActiveCalls()
    return TelephoneEdge(
        settings=settings,
        address=PublicAddress(base=public),
        factory=factory,
        calls=calls,
        lines=OneLine(line="shop", human=human),
        active=active,
        admission=Admission(active, AdmissionLimits(places=places, max_loop_lag_ms=settings.max_loop_lag_ms)),
        **parts,
    )


@contextlib.asynccontextmanager
async def running_edge(
    *,
    human: str = HUMAN,
    database_url: str = "sqlite://",
    script: dict[str, Any] | None = None,
    places: int = 32,
    public: str = PUBLIC,
    **changes: Any,
) -> AsyncIterator[RunningEdge]:
    """Start an edge on a free port; stops it, and everything it owns, at the end."""
    of_account, of_edge = split(changes)
    database, clock = Database(database_url), Clock()
    migrate(database)
    conversations = FakeConversations(**(script or {}))
    log = Log()
    edge = make_edge(
        calls=CallRepository(database),
        factory=conversations,
        human=human,
        places=places,
        public=public,
        settings=TelephonySettings(**of_edge),
        wall_s=clock,
        sink=log,
    )
    app = FastAPI()
    app.include_router(create_router(edge, account(**of_account)))
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", ws_max_size=1_048_576))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
                yield RunningEdge(edge, conversations, port, clock, http, database, log)
        finally:
            server.should_exit = True
            await serving
            database.close()
