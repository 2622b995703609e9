"""A second carrier whose every message is a binary frame goes through the very same media session."""

import asyncio
import struct

from interactions.context import CallContext, CallOutcome
from interactions.vocabulary import EndedReason
from telephony.media_session import MediaSession
from telephony.ports import (
    AudioReceived,
    Headers,
    KeyReceived,
    MarkReturned,
    MediaFaultError,
    MediaFormat,
    MediaMessage,
    ProtocolFault,
    SocketClosedError,
    StreamConnected,
    StreamStarted,
    StreamStopped,
)
from tests.fakes.conversation import TONE, FakeConversations
from tests.fakes.virtual_time import run_virtually

GOODBYE = CallOutcome(reason=EndedReason.GOODBYE)
SPEECH = b"\xd0" * 160
HEAD = struct.Struct(">cI")


class BinaryCodec:
    """A letter, four bytes of time in samples, and the rest; times are counted from the carrier's own start."""

    def parse(self, message: str | bytes) -> MediaMessage:
        if isinstance(message, str) or len(message) < HEAD.size:
            raise MediaFaultError(ProtocolFault.BAD_SCHEMA)
        letter, samples = HEAD.unpack_from(message)
        rest = message[HEAD.size :]
        match letter:
            case b"h":
                return StreamConnected()
            case b"s":
                call = rest.decode()
                form = MediaFormat(encoding="audio/x-mulaw", sample_rate=8000, channels=1)
                return StreamStarted(account_id="other", call_id=call, stream_id=call, format=form)
            case b"a":
                return AudioReceived(samples // 8, rest)
            case b"k":
                return KeyReceived(rest.decode())
            case b"m":
                return MarkReturned(rest.decode())
            case b"e":
                return StreamStopped()
        raise MediaFaultError(ProtocolFault.UNKNOWN_EVENT)

    def audio(self, audio: bytes) -> bytes:
        return HEAD.pack(b"a", 0) + audio

    def mark(self, name: str) -> bytes:
        return HEAD.pack(b"m", 0) + name.encode()

    def clear(self) -> bytes:
        return HEAD.pack(b"c", 0)


class BinarySocket:
    def __init__(self) -> None:
        self.incoming: asyncio.Queue[bytes | str | SocketClosedError] = asyncio.Queue()
        self.sent: list[bytes] = []
        self.closed_with: int | None = None

    async def receive(self) -> str | bytes:
        message = await self.incoming.get()
        if isinstance(message, SocketClosedError):
            raise message
        return message

    async def send(self, message: str | bytes) -> None:
        assert isinstance(message, bytes)
        self.sent.append(message)
        if message.startswith(b"m"):
            self.give(b"m", message[HEAD.size :])

    async def close(self, code: int, reason: str = "") -> None:
        self.closed_with = code

    def give(self, letter: bytes, rest: bytes = b"", samples: int = 0) -> None:
        self.incoming.put_nowait(HEAD.pack(letter, samples) + rest)


class Doorman:
    def handshake(self, path: str, headers: Headers) -> None:
        return

    async def admit(self, started: StreamStarted) -> CallContext:
        return CallContext(call_id=started.call_id, line="shop")


async def keep(context: CallContext, outcome: CallOutcome) -> None:
    return


def test_a_call_of_a_carrier_with_binary_frames_is_heard_answered_and_ended() -> None:
    async def test() -> None:
        socket, conversations = BinarySocket(), FakeConversations(end_on_key={"#": GOODBYE})
        clock = asyncio.get_running_loop().time
        session = MediaSession(socket, BinaryCodec(), Doorman(), conversations, on_outcome=keep, clock=clock)
        running = asyncio.create_task(session.run())
        socket.give(b"h")
        socket.give(b"s", b"call-7")
        for n in range(10):
            socket.give(b"a", SPEECH, samples=n * 160)
            await asyncio.sleep(0.02)
        socket.incoming.put_nowait("a text, which this carrier never sends")
        socket.give(b"k", b"#")
        async with asyncio.timeout(60):
            end = await running
        conversation = conversations.made[0]
        assert end.outcome == GOODBYE and end.faults == {ProtocolFault.BAD_SCHEMA: 1}
        assert conversation.context.call_id == "call-7" and bytes(conversation.heard) == SPEECH * 10
        assert b"".join(m[HEAD.size :] for m in socket.sent if m.startswith(b"a")).startswith(TONE * 10)
        assert "greeting" in conversation.marks and socket.closed_with == 1000

    run_virtually(test())
