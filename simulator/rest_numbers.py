"""Phone numbers of the simulated account: bought, changed and given back over REST."""

import secrets
from datetime import UTC, datetime
from typing import Any

from fastapi import Request

from simulator.call import new_sid
from simulator.carrier import Carrier
from simulator.numbers import E164, OwnedNumber
from simulator.rest_common import RestError, date, known, not_found, page_of, web_url

_NUMBER = frozenset(
    {
        "FriendlyName", "VoiceUrl", "VoiceMethod", "VoiceFallbackUrl", "VoiceFallbackMethod", "StatusCallback",
        "StatusCallbackMethod", "SmsUrl", "SmsMethod", "SmsFallbackUrl", "SmsFallbackMethod", "VoiceCallerIdLookup",
    }
)  # fmt: skip
_CREATE_NUMBER = _NUMBER | {"PhoneNumber", "AreaCode"}
_LIST_NUMBERS = frozenset({"PhoneNumber", "FriendlyName", "PageSize", "Page", "PageToken"})


class NumberResources:
    """``/IncomingPhoneNumbers``."""

    def __init__(self, carrier: Carrier):
        self._carrier = carrier

    async def create(self, request: Request, parameters: dict[str, list[str]]) -> dict[str, Any]:
        """Buy a number."""
        values = known(parameters, _CREATE_NUMBER)
        phone = values.pop("PhoneNumber", "")
        area = values.pop("AreaCode", "")
        if area and not phone:
            phone = f"+1{area}555{secrets.randbelow(10_000):04d}"
        if not E164.fullmatch(phone):
            raise RestError(400, 21421, f"PhoneNumber is invalid: {phone}")
        if phone in self._carrier.numbers:
            raise RestError(400, 21422, f"{phone} is not available")
        number = OwnedNumber(sid=new_sid("PN"), phone_number=phone, created=datetime.now(UTC))
        self._set_number(number, values)
        self._carrier.numbers[phone] = number
        return self._number(number)

    async def enumerate_all(self, request: Request, parameters: dict[str, list[str]]) -> dict[str, Any]:
        """Numbers of the account."""
        values = known(parameters, _LIST_NUMBERS)
        wanted = [
            self._number(number)
            for number in self._carrier.numbers.values()
            if values.get("PhoneNumber", "") in number.phone_number
            and values.get("FriendlyName") in (None, number.friendly_name)
        ]
        return page_of(request, values, "incoming_phone_numbers", wanted)

    async def fetch(self, request: Request, parameters: dict[str, list[str]]) -> dict[str, Any]:
        """One number."""
        return self._number(self._owned(request))

    async def update(self, request: Request, parameters: dict[str, list[str]]) -> dict[str, Any]:
        """Change a number's webhooks."""
        number = self._owned(request)
        self._set_number(number, known(parameters, _NUMBER))
        return self._number(number)

    async def delete(self, request: Request, parameters: dict[str, list[str]]) -> dict[str, Any]:
        """Give a number back."""
        del self._carrier.numbers[self._owned(request).phone_number]
        return {}

    def _owned(self, request: Request) -> OwnedNumber:
        for number in self._carrier.numbers.values():
            if number.sid == request.path_params["sid"]:
                return number
        raise not_found(request)

    @staticmethod
    def _set_number(number: OwnedNumber, values: dict[str, str]) -> None:
        for name in ("VoiceUrl", "VoiceFallbackUrl", "StatusCallback"):
            web_url(values.get(name, ""), 21402, name)
        number.friendly_name = values.pop("FriendlyName", number.friendly_name)
        number.settings.update(values)

    def _number(self, number: OwnedNumber) -> dict[str, Any]:
        account = self._carrier.credentials.account_sid
        settings = number.settings
        return {
            "sid": number.sid,
            "account_sid": account,
            "address_sid": None,
            "address_requirements": "none",
            "api_version": "2010-04-01",
            "beta": False,
            "bundle_sid": None,
            "capabilities": {"voice": True, "sms": False, "mms": False, "fax": False},
            "date_created": date(number.created),
            "date_updated": date(number.created),
            "emergency_address_sid": None,
            "emergency_address_status": "unregistered",
            "emergency_status": "Inactive",
            "friendly_name": number.friendly_name or number.phone_number,
            "identity_sid": None,
            "origin": "twilio",
            "phone_number": number.phone_number,
            "sms_application_sid": None,
            "sms_fallback_method": settings.get("SmsFallbackMethod", "POST"),
            "sms_fallback_url": settings.get("SmsFallbackUrl") or None,
            "sms_method": settings.get("SmsMethod", "POST"),
            "sms_url": settings.get("SmsUrl") or None,
            "status": "in-use",
            "status_callback": number.status_callback or None,
            "status_callback_method": settings.get("StatusCallbackMethod", "POST"),
            "trunk_sid": None,
            "type": "local",
            "uri": f"/2010-04-01/Accounts/{account}/IncomingPhoneNumbers/{number.sid}.json",
            "voice_application_sid": None,
            "voice_caller_id_lookup": settings.get("VoiceCallerIdLookup") == "true",
            "voice_fallback_method": settings.get("VoiceFallbackMethod", "POST"),
            "voice_fallback_url": settings.get("VoiceFallbackUrl") or None,
            "voice_method": settings.get("VoiceMethod", "POST"),
            "voice_receive_mode": "voice",
            "voice_url": number.voice_url or None,
        }
