"""Twilio's webhooks: signed form posts that ask what to do with a call, or report how far it got."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response, WebSocket
from loguru import logger

from interactions.facts import CallFact, FactKind
from interactions.phone_numbers import E164
from models.errors import FirstlineError
from records.calls import KeptCall
from telephony.call_flow import Answer, CallFlow
from telephony.edge import TelephoneEdge
from telephony.ports import CarrierStatus, RefusedError
from telephony.twilio.media import TwilioAuthenticator, TwilioMedia
from telephony.twilio.settings import TwilioSettings
from telephony.twilio.signature import SignatureCheck
from telephony.twilio.tokens import StreamTokens
from telephony.twilio.twiml import MEDIA_PATH, TwilioDocuments

MAX_BODY_BYTES = 65_536
MAX_FIELDS = 400
XML = "text/xml"

_CALL_SID = re.compile(r"[A-Za-z0-9]{1,64}\Z")
_WITHHELD = frozenset({"+266696687", "+7378742833", "+2562533", "+8566696687", "+86282452253"})
"""What Twilio sends for anonymous, restricted, blocked, unknown and unavailable callers."""
_STATUS_WORDS = frozenset(status.value for status in CarrierStatus)
_DIAL_WORDS = _STATUS_WORDS | {"answered"}

Form = dict[str, str]
Hook = Callable[[Form, int], Awaitable[Response]]


def create_router(edge: TelephoneEdge, settings: TwilioSettings) -> APIRouter:
    """The routes of the Twilio edge: webhooks and the media socket.

    Args:
        edge: Everything they are composed of.
        settings: The account.
    """
    hooks = TwilioWebhooks(edge, settings)
    authenticator = TwilioAuthenticator(edge, settings, hooks.flow, hooks.tokens, hooks.signatures)
    media = TwilioMedia(edge, hooks.flow, authenticator)
    router = APIRouter()

    def route(path: str, answer: Hook) -> None:
        async def endpoint(request: Request) -> Response:
            return await hooks.serve(request, answer)

        router.add_api_route(path, endpoint, methods=["POST"], include_in_schema=False, name=path)

    route("/twilio/voice", hooks.voice)
    route("/twilio/status", hooks.status)
    route("/twilio/connected-done", hooks.stream_done)
    route("/twilio/resume", hooks.stream_done)
    route("/twilio/dial-done", hooks.dial_done)
    route("/twilio/overflow-done", hooks.overflow_done)
    route("/twilio/stream", hooks.stream_event)

    @router.websocket(MEDIA_PATH)
    async def media_socket(websocket: WebSocket) -> None:
        await media.serve(websocket)

    return router


class TwilioWebhooks:
    """Reads, checks and answers webhooks."""

    def __init__(self, edge: TelephoneEdge, settings: TwilioSettings):
        """Answer for an edge and an account."""
        self._edge = edge
        self._account_sid = settings.account_sid
        self.flow = CallFlow(edge)
        self.tokens = StreamTokens(settings)
        self.signatures = SignatureCheck(settings, edge.address)
        self._documents = TwilioDocuments(edge.settings, edge.address, self.tokens)

    async def serve(self, request: Request, answer: Hook) -> Response:
        """Check a webhook and answer it; nothing happens for one that is not signed."""
        try:
            form = await self._checked_form(request)
        except RefusedError as error:
            self._edge.counters.add("webhook_refused", error.code)
            logger.warning("webhook {} refused: {}", request.url.path, error.message)
            return Response(status_code=403)
        self._edge.counters.add("webhook", request.url.path)
        number = request.query_params.get("stream") or request.query_params.get("dial") or "0"
        return await answer(form, int(number) if number.isdecimal() and len(number) < 5 else 0)

    async def voice(self, form: Form, _number: int) -> Response:
        """A call came in."""
        call = KeptCall(
            call_id=form["CallSid"],
            line=self._edge.lines.line_for(_e164(form.get("To", ""))),
            pii_caller_number=_e164(form.get("From", "")),
            called_number=_e164(form.get("To", "")),
            caller_verified=form.get("StirVerstat") == "TN-Validation-Passed-A",
            created_s=self._edge.wall_s(),
        )
        return await self._document(form, lambda *facts: self.flow.arrived(call, *facts))

    async def stream_done(self, form: Form, number: int) -> Response:
        """A media stream is over: the ``action`` of ``<Connect>``, or the ``<Redirect>`` behind it."""
        return await self._document(form, lambda *facts: self.flow.after_stream(form["CallSid"], number, *facts))

    async def dial_done(self, form: Form, number: int) -> Response:
        """A dialled human answered, or did not."""
        word = form.get("DialCallStatus", "")
        result = word if word in _DIAL_WORDS else CarrierStatus.FAILED.value
        return await self._document(form, lambda *facts: self.flow.after_dial(form["CallSid"], number, result, *facts))

    async def overflow_done(self, form: Form, _number: int) -> Response:
        """The overflow number answered, or did not."""
        answered = form.get("DialCallStatus") in ("answered", CarrierStatus.COMPLETED.value)
        text = self._documents.hang_up() if answered else self._documents.busy_goodbye()
        return Response(text, media_type=XML)

    async def status(self, form: Form, _number: int) -> Response:
        """How far the call got."""
        word = form.get("CallStatus", "")
        if word not in _STATUS_WORDS:
            self._edge.counters.add("webhook_odd", "call_status")
            return Response(status_code=204)
        return await self._note(form["CallSid"], CallFact(kind=FactKind.CARRIER_STATUS, detail=word))

    async def stream_event(self, form: Form, number: int) -> Response:
        """The carrier's word on a media stream; only an error is news, and what follows from it is asked for."""
        if form.get("StreamEvent") == "stream-error":
            logger.warning("call {}: stream {} failed at the carrier", form["CallSid"], number)
        return Response(status_code=204)

    async def _note(self, call_id: str, fact: CallFact) -> Response:
        try:
            await self.flow.note(call_id, fact)
        except FirstlineError as error:
            # Twilio repeats a callback that failed.
            self._edge.counters.add("webhook_failed", error.code)
            logger.error("call {}: a callback could not be kept: {}", call_id, error.code)
            return Response(status_code=503)
        return Response(status_code=204)

    async def _document(self, form: Form, ask: Callable[..., Awaitable[Answer]]) -> Response:
        """The document of a decision; when nothing can be decided, the caller still gets a human or a goodbye."""
        call_id, word = form["CallSid"], form.get("CallStatus", "")
        try:
            # What came along counts first: a call that is over needs no next step.
            facts = [CallFact(kind=FactKind.CARRIER_STATUS, detail=word)] if word in _STATUS_WORDS else []
            answer = await ask(*facts)
            call = answer.call
            human = self._edge.lines.human_number(call.line) if call else ""
            overflow = self._edge.lines.overflow_number(call.line) if call else ""
            text = self._documents.render(answer.decision, call_id, human, overflow, call)
        except FirstlineError as error:
            self._edge.counters.add("webhook_failed", error.code)
            logger.error("call {}: no decision could be kept: {}", call_id, error.code)
            text = self._without_store(form)
        return Response(text, media_type=XML)

    def _without_store(self, form: Form) -> str:
        human = self._edge.lines.human_number(self._edge.lines.line_for(_e164(form.get("To", ""))))
        if human and "DialCallStatus" not in form:
            return self._documents.apologise_and_dial(0, human, None)
        return self._documents.apologise()

    async def _checked_form(self, request: Request) -> Form:
        """The form of a signed request; of a repeated field the first value.

        Raises:
            RefusedError: code ``"signature"`` or ``"webhook_form"``.
        """
        body = await _limited_body(request)
        try:
            pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
        except ValueError as error:
            raise RefusedError("webhook_form", "The body is not a form of text fields.") from error
        path, query = request.url.path, request.scope["query_string"].decode("latin-1")
        self.signatures.webhook(path, query, pairs, request.headers)
        form: Form = {}
        for name, value in pairs:
            form.setdefault(name, value)
        if form.get("AccountSid") != self._account_sid:
            raise RefusedError("webhook_form", "The webhook is of another account.")
        if not _CALL_SID.match(form.get("CallSid", "")):
            raise RefusedError("webhook_form", "The webhook names no call.")
        return form


async def _limited_body(request: Request) -> bytes:
    chunks, size = [], 0
    try:
        async with asyncio.timeout(10):
            async for chunk in request.stream():
                size += len(chunk)
                if size > MAX_BODY_BYTES:
                    raise RefusedError("webhook_form", "The body is too large for a webhook.")
                chunks.append(chunk)
    except TimeoutError as error:
        raise RefusedError("webhook_form", "The body did not come in time.") from error
    return b"".join(chunks)


def _e164(number: str) -> str:
    """The number in E.164, or ``""`` for withheld numbers, SIP addresses and clients."""
    return number if E164.fullmatch(number) and number not in _WITHHELD else ""
