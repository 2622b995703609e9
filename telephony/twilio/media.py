"""Twilio's media socket: who may open it, and the way from the web server's socket to a `MediaSession`."""

import logging
import re

from fastapi import WebSocket, WebSocketDisconnect

from records.calls import KeptCall
from telephony.call_flow import CallFlow, TelephoneEdge
from telephony.call_state import CallFact, FactKind
from telephony.inbound import InboundLimits
from telephony.media_session import CLOSE_POLICY, MediaSession, OutcomeHandler, SessionLimits, StreamAuthenticator
from telephony.ports import Headers, MediaCodec, RefusedError, SocketClosedError, StreamStarted
from telephony.settings import TelephonySettings
from telephony.twilio.codec import TwilioCodec
from telephony.twilio.signature import SIGNATURE, SignatureCheck
from telephony.twilio.tokens import TOKEN_PARAMETER, StreamTokens
from voice.context import CallContext, CallOutcome, Purpose

logger = logging.getLogger(__name__)

STREAM_NUMBER = "stream"
"""Key of `CallContext.parameters`: which media stream of the call this is."""

_CALL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")


class StarletteSocket:
    """A `telephony.ports.TextSocket` over the web framework's."""

    def __init__(self, websocket: WebSocket):
        self._websocket = websocket

    async def receive(self) -> str | bytes:
        """The next message."""
        message = await self._websocket.receive()
        if message["type"] == "websocket.disconnect":
            raise SocketClosedError(int(message.get("code") or 1006))
        text: str | None = message.get("text")
        return text if text is not None else bytes(message.get("bytes") or b"")

    async def send_text(self, text: str) -> None:
        """Send one message."""
        try:
            await self._websocket.send_text(text)
        except (WebSocketDisconnect, RuntimeError) as error:
            raise SocketClosedError(getattr(error, "code", 1006)) from error

    async def close(self, code: int, reason: str = "") -> None:
        """Close, unless the other side was faster."""
        try:
            await self._websocket.close(code, reason)
        except (WebSocketDisconnect, RuntimeError):
            logger.debug("the media socket was closed already")


async def serve_media(
    websocket: WebSocket,
    edge: TelephoneEdge,
    *,
    authenticator: StreamAuthenticator,
    codec: MediaCodec,
    on_outcome: OutcomeHandler,
) -> None:
    """Serve a media socket from handshake to close; also for phones that are not Twilio's.

    Args:
        websocket: Not yet accepted.
        edge: What the session is composed of.
        authenticator: Checks handshake and start.
        codec: A fresh codec.
        on_outcome: Keeps what has to happen next, before the socket closes.
    """
    try:
        authenticator.handshake(websocket.url.path, websocket.headers)
    except RefusedError as error:
        edge.counters.add("handshake_refused", error.code)
        logger.warning("media handshake refused: %s", error.code)
        await websocket.close(CLOSE_POLICY)
        return
    await websocket.accept()
    admitted: list[str] = []

    def started(session: MediaSession, context: CallContext) -> None:
        admitted.append(context.call_id)
        edge.active.begin(context.call_id, session)

    session = MediaSession(
        StarletteSocket(websocket),
        codec,
        authenticator,
        edge.factory,
        on_outcome=on_outcome,
        on_started=started,
        limits=session_limits(edge.settings),
        counters=edge.counters,
    )
    try:
        await session.run()
    finally:
        for call_id in admitted:
            edge.active.finish(call_id, session)


def session_limits(settings: TelephonySettings) -> SessionLimits:
    """What a media session tolerates under these settings."""
    return SessionLimits(
        start_timeout_s=settings.start_timeout_s,
        max_message_chars=settings.max_message_bytes,
        inbound=InboundLimits(
            silence_after_ms=settings.silence_after_ms, dead_after_ms=int(settings.dead_leg_s * 1000)
        ),
    )


class TwilioAuthenticator:
    """Believes Twilio's signature at the handshake and our own token at the start; a `StreamAuthenticator`."""

    def __init__(self, edge: TelephoneEdge, flow: CallFlow, tokens: StreamTokens, signatures: SignatureCheck):
        """Check for an edge."""
        self._edge = edge
        self._flow = flow
        self._tokens = tokens
        self._signatures = signatures

    def handshake(self, path: str, headers: Headers) -> None:
        """Check the handshake's signature; a development client may come without one, but not with a wrong one."""
        if self._edge.settings.unsigned_media and SIGNATURE not in headers:
            if "origin" in headers:
                # A browser: any web page could make one connect to localhost.
                raise RefusedError("origin", "Only programs may use the media socket unsigned, not web pages.")
            return
        self._signatures.socket(path, headers)

    async def admit(self, started: StreamStarted) -> CallContext:
        """Check account, token and call; see `StreamAuthenticator.admit`."""
        token = started.parameters.get(TOKEN_PARAMETER, "")
        if not token and self._edge.settings.unsigned_media:
            return self._admit_unsigned(started)
        if started.account_id != self._edge.settings.account_sid:
            raise RefusedError("other_account", "The stream belongs to another account.")
        read = self._tokens.read(token, started.call_id, self._edge.wall_s())
        call = await self._flow.call(read.call_id)
        if call is None or call.ended:
            raise RefusedError("no_such_call", "The stream's call is not known or has ended.")
        if not await self._flow.use_token(read.token_id, read.expires_s):
            raise RefusedError("token_used", "The stream's token was used before.")
        await self._flow.note(call.call_id, CallFact(kind=FactKind.STREAM_STARTED, number=read.number))
        return _context(call, read.purpose, read.number)

    def _admit_unsigned(self, started: StreamStarted) -> CallContext:
        if not _CALL_ID.match(started.call_id):
            raise RefusedError("no_such_call", "The stream names no call.")
        if not self._edge.active.reserve(started.call_id):
            raise RefusedError("busy", "All lines are busy.")
        return CallContext(call_id=started.call_id, line=self._edge.lines.line_for(""))


class TwilioMedia:
    """The endpoint behind `telephony.twilio.twiml.MEDIA_PATH`."""

    def __init__(self, edge: TelephoneEdge, flow: CallFlow, tokens: StreamTokens, signatures: SignatureCheck):
        """Serve an edge."""
        self._edge = edge
        self._flow = flow
        self._authenticator = TwilioAuthenticator(edge, flow, tokens, signatures)

    async def serve(self, websocket: WebSocket) -> None:
        """Serve one socket until it closes."""
        await serve_media(
            websocket, self._edge, authenticator=self._authenticator, codec=TwilioCodec(), on_outcome=self._keep
        )

    async def _keep(self, context: CallContext, outcome: CallOutcome) -> None:
        """Keep why the stream ended: what Twilio is told next depends on it."""
        number = context.parameters.get(STREAM_NUMBER)
        if number is not None:
            fact = CallFact(kind=FactKind.STREAM_ENDED, number=int(number), detail=outcome.reason.value)
            await self._flow.note(context.call_id, fact)


def _context(call: KeptCall, purpose: Purpose, number: int) -> CallContext:
    return CallContext(
        call_id=call.call_id,
        line=call.line,
        pii_caller_number=call.pii_caller_number,
        called_number=call.called_number,
        caller_verified=call.caller_verified,
        purpose=purpose,
        parameters={STREAM_NUMBER: str(number)},
    )
