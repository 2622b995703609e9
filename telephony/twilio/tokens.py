"""The single-use token that joins a media stream to its call: signed, short-lived, bound to call and purpose.

A token is ``v1.CALL.PURPOSE.NUMBER.EXPIRES.SIGNATURE``. It can be made again from a kept decision, so that a repeated
webhook gets the very same document; that it is used once only is kept by `records.calls.CallRepository.use_token`.
"""

import base64
import hmac
import re
import secrets
from dataclasses import dataclass

from interactions.context import Purpose
from telephony.ports import RefusedError
from telephony.twilio.settings import TwilioSettings

TOKEN_PARAMETER = "t"
"""Name of the stream parameter that carries the token."""

_FORM = re.compile(r"v1\.([A-Za-z0-9]{1,64})\.([a-z_]{1,20})\.(\d{1,4})\.(\d{1,12})\.([A-Za-z0-9_-]{43})\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamToken:
    """What a token vouches for."""

    call_id: str
    """The call it was made for."""
    purpose: Purpose
    """Why the stream is opened."""
    number: int
    """Which stream of the call, from 1."""
    expires_s: int
    """Unix time from which on it is refused."""

    @property
    def token_id(self) -> str:
        """Identifies the token without giving it away."""
        return f"{self.call_id}:{self.number}:{self.expires_s}"


class StreamTokens:
    """Makes and reads tokens."""

    def __init__(self, settings: TwilioSettings):
        """Take the key from the settings; without any secret it is random and lasts as long as the process."""
        secret = settings.stream_token_secret.get_secret_value() or settings.auth_token.get_secret_value()
        if not secret:
            secret = settings.webhook_shared_key.get_secret_value() or secrets.token_hex(32)
        self._key = hmac.digest(secret.encode(), b"firstline media stream token v1", "sha256")
        self._lifetime_s = settings.stream_token_lifetime_s

    def make(self, call_id: str, purpose: Purpose, number: int, issued_s: float) -> str:
        """The token of a stream, the same for the same arguments."""
        body = f"v1.{call_id}.{purpose.value}.{number}.{int(issued_s) + self._lifetime_s}"
        return f"{body}.{self._sign(body)}"

    def read(self, token: str, call_id: str, now_s: float) -> StreamToken:
        """Check signature, lifetime and call of a token.

        Args:
            token: As it came with the stream.
            call_id: The call that the stream says it belongs to.
            now_s: Unix time.

        Raises:
            RefusedError: code ``"token_invalid"``, ``"token_expired"`` or ``"token_other_call"``.
        """
        match = _FORM.match(token)
        if match is None:
            raise RefusedError("token_invalid", "The stream carries no token of this service.")
        body, signature = token.rpartition(".")[0], match[5]
        if not hmac.compare_digest(self._sign(body), signature):
            raise RefusedError("token_invalid", "The stream's token is not signed by this service.")
        read = StreamToken(call_id=match[1], purpose=Purpose(match[2]), number=int(match[3]), expires_s=int(match[4]))
        if now_s >= read.expires_s:
            raise RefusedError("token_expired", "The stream's token has expired; the carrier has to ask for a new one.")
        if read.call_id != call_id:
            raise RefusedError("token_other_call", "The stream's token was made for another call.")
        return read

    def _sign(self, body: str) -> str:
        digest = hmac.digest(self._key, body.encode(), "sha256")
        return base64.urlsafe_b64encode(digest).decode("ascii").rstrip("=")
