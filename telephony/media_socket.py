"""The way from the web server's media socket to a `MediaSession`, whichever carrier opened it."""

from fastapi import WebSocket, WebSocketDisconnect
from loguru import logger

from interactions.context import CallContext
from telephony.edge import TelephoneEdge
from telephony.inbound import InboundLimits
from telephony.media_session import CLOSE_POLICY, MediaSession, OutcomeHandler, SessionLimits, StreamAuthenticator
from telephony.ports import MediaCodec, RefusedError, SocketClosedError
from telephony.settings import TelephonySettings


class StarletteSocket:
    """A `telephony.ports.MediaSocket` over the web framework's."""

    def __init__(self, websocket: WebSocket):
        self._websocket = websocket

    async def receive(self) -> str | bytes:
        """The next message."""
        message = await self._websocket.receive()
        if message["type"] == "websocket.disconnect":
            raise SocketClosedError(int(message.get("code") or 1006))
        text: str | None = message.get("text")
        return text if text is not None else bytes(message.get("bytes") or b"")

    async def send(self, message: str | bytes) -> None:
        """Send one message."""
        try:
            if isinstance(message, str):
                await self._websocket.send_text(message)
            else:
                await self._websocket.send_bytes(message)
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
    """Serve a media socket from handshake to close.

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
        logger.warning("media handshake refused: {}", error.code)
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
        max_message_size=settings.max_message_bytes,
        inbound=InboundLimits(
            silence_after_ms=settings.silence_after_ms, dead_after_ms=int(settings.dead_leg_s * 1000)
        ),
    )
