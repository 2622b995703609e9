"""Control over calls from outside their media stream: Twilio's REST API, by its own library, with a deadline."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from requests import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from telephony.ports import CarrierError, CarrierStatus
from telephony.twilio.settings import TwilioSettings

_NOT_FOUND = 404
_NOT_IN_PROGRESS = 21220
"""Twilio: "Call is not in-progress. Cannot redirect." """

T = TypeVar("T")


class TwilioControl:
    """A `telephony.ports.CallControl`; shared by all calls."""

    def __init__(self, settings: TwilioSettings):
        """Prepare requests with the API key, or the auth token where there is none.

        Raises:
            CarrierError: code ``"carrier_credentials"`` when there are neither.
        """
        self._timeout_s = settings.api_timeout_s
        user = settings.api_key or settings.account_sid
        password = settings.api_secret.get_secret_value() or settings.auth_token.get_secret_value()
        if not user or not password:
            raise CarrierError(
                "carrier_credentials",
                "To control calls, set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN (or TWILIO_API_KEY and "
                "TWILIO_API_SECRET).",
            )
        http_client = TwilioHttpClient(timeout=self._timeout_s)
        self._client = Client(user, password, settings.account_sid, http_client=http_client)
        if settings.api_base_url:
            self._client.api.base_url = settings.api_base_url

    async def hang_up(self, call_id: str) -> bool:
        """End a call; see `telephony.ports.CallControl.hang_up`."""
        return await self._changed(lambda: self._client.calls(call_id).update(status="completed"))

    async def redirect(self, call_id: str, url: str) -> bool:
        """Make a call fetch new instructions; see `telephony.ports.CallControl.redirect`."""
        return await self._changed(lambda: self._client.calls(call_id).update(url=url, method="POST"))

    async def status(self, call_id: str) -> CarrierStatus | None:
        """How far a call got; see `telephony.ports.CallControl.status`."""
        try:
            call = await self._request(lambda: self._client.calls(call_id).fetch())
        except _EndedError:
            return None
        try:
            return CarrierStatus(str(getattr(call.status, "value", call.status)))
        except ValueError as error:
            raise CarrierError("carrier_answer", "The carrier names a call status that is not known here.") from error

    async def _changed(self, request: Callable[[], Any]) -> bool:
        try:
            await self._request(request)
        except _EndedError:
            return False
        return True

    async def _request(self, request: Callable[[], T]) -> T:
        try:
            # The library's own deadline ends the thread; this one holds even when name resolution hangs.
            async with asyncio.timeout(self._timeout_s + 2):
                return await asyncio.to_thread(request)
        except TwilioRestException as error:
            if error.status == _NOT_FOUND or error.code == _NOT_IN_PROGRESS:
                raise _EndedError from None
            # The message may quote numbers and URLs.
            raise CarrierError(
                "carrier_refused", f"The carrier refused the request (HTTP {error.status}, code {error.code})."
            ) from None
        except (TimeoutError, RequestException, TwilioException) as error:
            raise CarrierError(
                "carrier_unreachable",
                f"The carrier did not answer in time ({type(error).__name__}); check the network.",
            ) from None


class _EndedError(Exception):
    """The call is over already, or never was."""
