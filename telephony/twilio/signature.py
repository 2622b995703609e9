"""Checks that a webhook or a socket's handshake was signed by Twilio for our configured public URL.

Source: https://www.twilio.com/docs/usage/webhooks/webhooks-security. What is signed is the exact URL that Twilio was
given, so it is rebuilt from the configured base, never from what a proxy forwarded. Everything doubtful is refused.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from starlette.datastructures import ImmutableMultiDict
from twilio.request_validator import HMAC_SHA1, HMAC_SHA256, RequestValidator, get_signature_algorithm

from telephony.ports import RefusedError
from telephony.public_address import PublicAddress
from telephony.twilio.settings import TwilioSettings

SIGNATURE = "x-twilio-signature"
SIGNATURE_SETTINGS = "x-twilio-webhooks-signature-settings"

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,39}\Z")


class SignatureCheck:
    """Believes the configured secrets and nothing else."""

    def __init__(self, settings: TwilioSettings, address: PublicAddress):
        """Take secrets from the account and URLs from the address that it was given."""
        self._address = address
        shared_key = settings.webhook_shared_key.get_secret_value()
        self._validators: dict[str, list[RequestValidator]] = {
            HMAC_SHA1: [RequestValidator(token) for token in settings.auth_tokens],
            HMAC_SHA256: [RequestValidator(shared_key)] if shared_key else [],
        }

    def webhook(self, path: str, query: str, parameters: Sequence[tuple[str, str]], headers: Mapping[str, str]) -> None:
        """Check a webhook.

        Args:
            path: Path of the request as it came.
            query: Query string as it came, without the question mark.
            parameters: All form fields, empty ones included.
            headers: Request headers; keys in lower case.

        Raises:
            RefusedError: code ``"signature"``.
        """
        url = self._address.url(path) + (f"?{query}" if query else "")
        self._check(url, ImmutableMultiDict(list(parameters)), headers)

    def socket(self, path: str, headers: Mapping[str, str]) -> None:
        """Check the handshake of a web socket, which is signed over its wss URL alone.

        Raises:
            RefusedError: code ``"signature"``.
        """
        self._check(self._address.socket_url(path), ImmutableMultiDict([]), headers)

    def _check(self, url: str, parameters: "ImmutableMultiDict[str, str]", headers: Mapping[str, str]) -> None:
        signature = headers.get(SIGNATURE, "")
        algorithm = get_signature_algorithm(headers.get(SIGNATURE_SETTINGS, "")).upper()
        validators = self._validators.get(algorithm, [])
        if not signature or not validators:
            raise RefusedError("signature", "The request carries no signature that could be checked.")
        if not any(validator.validate(url, parameters, signature, algorithm) for validator in validators):
            raise RefusedError("signature", _mismatch(parameters))


def _mismatch(parameters: Iterable[str]) -> str:
    # Unsigned names come from anybody; only what looks like one of Twilio's goes into a log.
    names = ", ".join([name for name in sorted(set(parameters)) if _NAME.match(name)][:60])
    return f"The signature does not fit the configured public URL and secrets (parameters: {names or 'none'})."
