"""The phone in the browser: its page, its calls, its media socket, and the conversation as it happens.

The page plays the part of the telephone network: it speaks with the very same `telephony.media_session.MediaSession` as
a real call, in a protocol of its own (`console.phone_codec`). What it adds is who may call (`console.access`).
"""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Cookie, Header, HTTPException, Request, Response, WebSocket
from fastapi.responses import FileResponse, JSONResponse, StreamingResponse

from console.access import PhonePage, has_key, is_local, is_same_origin
from console.phone_calls import VIEW_LIFE_S, NewCall, PhoneCalls, new_call_id
from console.phone_codec import TOKEN, PhoneCodec
from console.transcript_json import changes_to_json
from interactions.context import CallContext, CallOutcome
from interactions.transcript import Transcript
from records.events import EventStore
from records.recordings import Recordings
from telephony.admission import BROWSER
from telephony.call_flow import CallFlow
from telephony.edge import TelephoneEdge
from telephony.media_socket import serve_media
from telephony.ports import Headers, RefusedError, StreamStarted

STATIC = Path(__file__).parent / "static"
_STATIC_FILES = frozenset(path.name for path in STATIC.iterdir())
COOKIE = "firstline_phone"
KEEPALIVE_S = 15.0
MAX_LIVE_READERS = 100
_SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; connect-src 'self' ws: wss:; media-src 'self' blob:; "
    "img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "microphone=(self)",
    "Cache-Control": "no-cache",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneSettings:
    """How the page behaves."""

    page: PhonePage
    """Where it answers."""
    key: str = ""
    """The key, when one is needed."""


class BrowserPhone:
    """Everything that the page's routes share; the `telephony.media_session.StreamAuthenticator` of its sockets."""

    def __init__(self, settings: PhoneSettings, edge: TelephoneEdge, store: EventStore, recordings: Recordings):
        """Make it.

        Args:
            settings: How the page behaves.
            edge: Makes conversations, and knows how many calls there are.
            store: Where the live view reads.
            recordings: Where the recording is found afterwards.
        """
        self.settings = settings
        self.edge = edge
        self.store = store
        self.recordings = recordings
        self.calls = PhoneCalls()
        self.live_readers = 0

    def new_call(self, viewer: str | None, line: str = "") -> NewCall | None:
        """Press call; None when all lines are busy.

        Args:
            viewer: The browser's secret, if it has one already.
            line: Name of the line that answers; empty for the default one.
        """
        call_id = new_call_id()
        if busy := self.edge.admission.admit(call_id, BROWSER):
            self.edge.counters.add("call_busy", busy.value)
            return None
        return self.calls.new_call(time.monotonic(), call_id, viewer, line or self.edge.lines.line_for(""))

    def handshake(self, path: str, headers: Headers) -> None:
        """Nothing more to check than the route has: a browser cannot sign."""

    async def admit(self, started: StreamStarted) -> CallContext:
        """Check the token of a stream; see `telephony.media_session.StreamAuthenticator.admit`."""
        context = self.calls.redeem(time.monotonic(), started.parameters.get(TOKEN, ""))
        if context is None:
            raise RefusedError("token", "The call's token is unknown, used or too old; press call again.")
        # A microphone that had to be allowed first may have taken longer than the place was kept.
        if busy := self.edge.admission.admit(context.call_id, BROWSER):
            raise RefusedError("busy", f"No call is taken: {busy.sentence}.")
        return replace(context, began_s=self.edge.wall_s())

    async def ended(self, context: CallContext, outcome: CallOutcome) -> None:
        """The call is over: a browser cannot be dialled on, and the page says what would have followed."""
        CallFlow(self.edge).stream_was_all(context, outcome)


def phone_router(phone: BrowserPhone) -> APIRouter:
    """The routes below ``/phone``; without any when the page is switched off."""
    router = APIRouter(prefix="/phone")
    if phone.settings.page is PhonePage.OFF:
        return router
    _add_page(router, phone)
    _add_calls(router, phone)
    _add_live_view(router, phone)
    return router


def _add_page(router: APIRouter, phone: BrowserPhone) -> None:
    @router.get("", include_in_schema=False)
    async def page(request: Request) -> Response:
        _check_place(request, phone)
        return FileResponse(STATIC / "phone.html", headers=_SECURITY_HEADERS)

    @router.get("/config")
    async def config(request: Request) -> dict[str, object]:
        """What the page has to know before the first call."""
        _check_place(request, phone)
        return {"key_needed": phone.settings.page is PhonePage.KEY, "lines": phone.edge.lines.titles()}

    @router.get("/static/{name}", include_in_schema=False)
    async def static(name: str, request: Request) -> Response:
        _check_place(request, phone)
        if name not in _STATIC_FILES:
            raise HTTPException(404, "There is no such file.")
        return FileResponse(STATIC / name, headers=_SECURITY_HEADERS)


def _add_calls(router: APIRouter, phone: BrowserPhone) -> None:
    @router.post("/calls", status_code=201)
    async def new_call(
        request: Request, line: str = "", firstline_phone: Annotated[str | None, Cookie()] = None
    ) -> Response:
        """Press call: makes the call's context and the token that opens its media stream."""
        _check_place(request, phone)
        if not is_same_origin(request):
            raise HTTPException(403, "Calls are made from the page itself.")
        if phone.settings.page is PhonePage.KEY and not has_key(request, phone.settings.key):
            await asyncio.sleep(0.5)  # Makes guessing slow.
            raise HTTPException(401, "The key is missing or wrong.")
        if line and line not in phone.edge.lines.titles():
            raise HTTPException(404, "There is no such line.")
        call = phone.new_call(firstline_phone, line)
        if call is None:
            raise HTTPException(503, "All lines are busy; try again in a moment.")
        response = JSONResponse({"call_id": call.context.call_id, "token": call.token}, status_code=201)
        response.set_cookie(
            COOKIE, call.viewer, max_age=int(VIEW_LIFE_S), path="/phone", httponly=True, samesite="strict",
            secure=request.url.scheme == "https",
        )  # fmt: skip
        return response

    @router.websocket("/media")
    async def media(websocket: WebSocket) -> None:
        if not is_same_origin(websocket) or not _right_place(websocket, phone):
            await websocket.close(1008)
            return
        await serve_media(websocket, phone.edge, authenticator=phone, codec=PhoneCodec(), on_outcome=phone.ended)


def _add_live_view(router: APIRouter, phone: BrowserPhone) -> None:
    @router.get("/calls/{call_id}/events")
    async def events(
        call_id: str,
        request: Request,
        firstline_phone: Annotated[str | None, Cookie()] = None,
        last_event_id: Annotated[int, Header()] = 0,
    ) -> Response:
        """The call's transcript as server-sent changes, from the beginning or where the browser left off."""
        _check_view(request, phone, firstline_phone, call_id)
        if phone.live_readers >= MAX_LIVE_READERS:
            raise HTTPException(503, "Too many pages look at calls; close some.")
        stream = _event_stream(phone, call_id, last_event_id)
        return StreamingResponse(stream, media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    @router.head("/calls/{call_id}/recording", include_in_schema=False)
    @router.get("/calls/{call_id}/recording")
    async def recording(
        call_id: str, request: Request, firstline_phone: Annotated[str | None, Cookie()] = None
    ) -> Response:
        """The stereo recording: left the caller, right what was played."""
        _check_view(request, phone, firstline_phone, call_id)
        path = phone.recordings.path(call_id)
        if not await asyncio.to_thread(path.exists):
            raise HTTPException(404, "There is no recording of this call.")
        return FileResponse(path, media_type="audio/wav", filename=f"{call_id}.wav", content_disposition_type="inline")


async def _event_stream(phone: BrowserPhone, call_id: str, after_seq: int) -> AsyncIterator[str]:
    """One message an event that changes the transcript; a comment now and then keeps proxies from closing the stream.

    What the browser has is projected again, unsent: later changes are about it.
    """
    phone.live_readers += 1
    transcript = Transcript()
    events = phone.store.subscribe(call_id)
    following = asyncio.ensure_future(anext(events, None))
    try:
        while True:
            done, _ = await asyncio.wait({following}, timeout=KEEPALIVE_S)
            if not done:
                yield ": still here\n\n"
                continue
            event = following.result()
            if event is None:
                return
            changes = transcript.apply(event)
            if changes and event.seq > after_seq:
                yield f"id: {event.seq}\ndata: {changes_to_json(changes)}\n\n"
            following = asyncio.ensure_future(anext(events, None))
    finally:
        phone.live_readers -= 1
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


def _right_place(connection: Request | WebSocket, phone: BrowserPhone) -> bool:
    return phone.settings.page is PhonePage.KEY or is_local(connection)


def _check_place(request: Request, phone: BrowserPhone) -> None:
    if not _right_place(request, phone):
        raise HTTPException(403, "The phone page answers on this machine only; FIRSTLINE_PHONE_PAGE=key opens it.")


def _check_view(request: Request, phone: BrowserPhone, viewer: str | None, call_id: str) -> None:
    _check_place(request, phone)
    if not phone.calls.may_view(time.monotonic(), viewer, call_id):
        raise HTTPException(404, "This browser has made no such call.")
