"""Twilio's media socket: who may open it, and the way from the web server's socket to a `MediaSession`."""

import re

from fastapi import WebSocket

from interactions.context import CallContext, CallOutcome, Purpose
from interactions.facts import CallFact, FactKind
from records.calls import KeptCall
from telephony.admission import CARRIER
from telephony.call_flow import CallFlow
from telephony.edge import TelephoneEdge
from telephony.media_socket import serve_media
from telephony.ports import Headers, RefusedError, StreamStarted
from telephony.twilio.codec import TwilioCodec
from telephony.twilio.settings import TwilioSettings
from telephony.twilio.signature import SIGNATURE, SignatureCheck
from telephony.twilio.tokens import TOKEN_PARAMETER, StreamTokens

_CALL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")


class TwilioAuthenticator:
    """Believes Twilio's signature at the handshake and our own token at the start; a `StreamAuthenticator`."""

    def __init__(
        self,
        edge: TelephoneEdge,
        settings: TwilioSettings,
        flow: CallFlow,
        tokens: StreamTokens,
        signatures: SignatureCheck,
    ):
        """Check for an edge and an account."""
        self._edge = edge
        self._settings = settings
        self._flow = flow
        self._tokens = tokens
        self._signatures = signatures

    def handshake(self, path: str, headers: Headers) -> None:
        """Check the handshake's signature; a development client may come without one, but not with a wrong one."""
        if self._settings.unsigned_media and SIGNATURE not in headers:
            if "origin" in headers:
                # A browser: any web page could make one connect to localhost.
                raise RefusedError("origin", "Only programs may use the media socket unsigned, not web pages.")
            return
        self._signatures.socket(path, headers)

    async def admit(self, started: StreamStarted) -> CallContext:
        """Check account, token and call; see `StreamAuthenticator.admit`."""
        token = started.parameters.get(TOKEN_PARAMETER, "")
        if not token and self._settings.unsigned_media:
            return self._admit_unsigned(started)
        if started.account_id != self._settings.account_sid:
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
        if busy := self._edge.admission.admit(started.call_id, CARRIER):
            raise RefusedError("busy", f"No call is taken: {busy.sentence}.")
        began_s = self._edge.wall_s()
        return CallContext(call_id=started.call_id, line=self._edge.lines.line_for(""), began_s=began_s, followed=False)


class TwilioMedia:
    """The endpoint behind `telephony.twilio.twiml.MEDIA_PATH`."""

    def __init__(self, edge: TelephoneEdge, flow: CallFlow, authenticator: TwilioAuthenticator):
        """Serve an edge."""
        self._edge = edge
        self._flow = flow
        self._authenticator = authenticator

    async def serve(self, websocket: WebSocket) -> None:
        """Serve one socket until it closes."""
        await serve_media(
            websocket, self._edge, authenticator=self._authenticator, codec=TwilioCodec(), on_outcome=self._keep
        )

    async def _keep(self, context: CallContext, outcome: CallOutcome) -> None:
        """Keep why the stream ended, and the case of a transfer: what Twilio is told next depends on it."""
        if not context.followed:
            self._flow.stream_was_all(context, outcome)
            return
        fact = CallFact(
            kind=FactKind.STREAM_ENDED,
            number=context.stream_number,
            detail=outcome.reason,
            transfer=outcome.transfer,
        )
        await self._flow.note(context.call_id, fact)


def _context(call: KeptCall, purpose: Purpose, number: int) -> CallContext:
    return CallContext(
        call_id=call.call_id,
        line=call.line,
        pii_caller_number=call.pii_caller_number,
        called_number=call.called_number,
        caller_verified=call.caller_verified,
        purpose=purpose,
        stream_number=number,
        began_s=call.created_s,
    )
