"""The carrier's REST side: calls and numbers of the simulated account, with Twilio's shapes and error numbers."""

import asyncio
import base64
import binascii
import contextlib
import email.utils
import re
import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from telephony.simulator.call import CallDirection, CallMachine, CallStatus, StatusCallback, new_sid
from telephony.simulator.caller import party_scenario, prepare
from telephony.simulator.carrier import Carrier
from telephony.simulator.live_call import Document, LiveCall
from telephony.simulator.numbers import E164, OwnedNumber

_BASE = "/2010-04-01/Accounts/{account}"
_PAGE = 50
_MAX_TWIML = 4000
_DEFAULT_RING_S = 60
_MINIMUM_CALL_SPACING_MS = 1000.0

_CREATE_CALL = frozenset(
    {
        "To", "From", "Url", "Twiml", "Method", "FallbackUrl", "FallbackMethod", "StatusCallback",
        "StatusCallbackEvent", "StatusCallbackMethod", "SendDigits", "Timeout", "Record", "RecordingChannels",
        "RecordingStatusCallback", "RecordingStatusCallbackMethod", "RecordingStatusCallbackEvent", "RecordingTrack",
        "Trim", "CallerId", "MachineDetection", "MachineDetectionTimeout", "CallReason", "CallToken", "TimeLimit",
        "AsyncAmd", "AsyncAmdStatusCallback", "AsyncAmdStatusCallbackMethod",
    }
)  # fmt: skip
_UPDATE_CALL = frozenset(
    {
        "Url", "Method", "Twiml", "Status", "FallbackUrl", "FallbackMethod", "StatusCallback", "StatusCallbackMethod",
        "TimeLimit",
    }
)  # fmt: skip
_LIST_CALLS = frozenset({"To", "From", "ParentCallSid", "Status", "PageSize", "Page", "PageToken"})
_NUMBER = frozenset(
    {
        "FriendlyName", "VoiceUrl", "VoiceMethod", "VoiceFallbackUrl", "VoiceFallbackMethod", "StatusCallback",
        "StatusCallbackMethod", "SmsUrl", "SmsMethod", "SmsFallbackUrl", "SmsFallbackMethod", "VoiceCallerIdLookup",
    }
)  # fmt: skip
_CREATE_NUMBER = _NUMBER | {"PhoneNumber", "AreaCode"}
_LIST_NUMBERS = frozenset({"PhoneNumber", "FriendlyName", "PageSize", "Page", "PageToken"})


class RestError(Exception):
    """An answer with one of the carrier's error numbers."""

    def __init__(self, status: int, code: int, message: str):
        super().__init__(message)
        self.body = {
            "code": code,
            "message": message,
            "more_info": f"https://www.twilio.com/docs/errors/{code}",
            "status": status,
        }
        self.status = status


def _not_found(request: Request) -> RestError:
    return RestError(404, 20404, f"The requested resource {request.url.path} was not found")


def make_rest_app(carrier: Carrier) -> FastAPI:
    """The REST side of a carrier, as an ASGI application."""
    app = FastAPI(openapi_url=None)
    rest = _Rest(carrier)

    @app.exception_handler(RestError)
    async def refused(request: Request, error: RestError) -> JSONResponse:
        return JSONResponse(error.body, status_code=error.status)

    @app.exception_handler(404)
    async def unknown(request: Request, error: Exception) -> JSONResponse:
        missing = _not_found(request)
        return JSONResponse(missing.body, status_code=404)

    for method, path, handler, status in (
        ("POST", "/Calls.json", rest.create_call, 201),
        ("GET", "/Calls.json", rest.list_calls, 200),
        ("GET", "/Calls/{sid}.json", rest.fetch_call, 200),
        ("POST", "/Calls/{sid}.json", rest.update_call, 200),
        ("DELETE", "/Calls/{sid}.json", rest.delete_call, 204),
        ("POST", "/IncomingPhoneNumbers.json", rest.create_number, 201),
        ("GET", "/IncomingPhoneNumbers.json", rest.list_numbers, 200),
        ("GET", "/IncomingPhoneNumbers/{sid}.json", rest.fetch_number, 200),
        ("POST", "/IncomingPhoneNumbers/{sid}.json", rest.update_number, 200),
        ("DELETE", "/IncomingPhoneNumbers/{sid}.json", rest.delete_number, 204),
    ):
        app.add_api_route(_BASE + path, _authorised(rest, handler, status), methods=[method])
    return app


Handler = Callable[[Request, dict[str, list[str]]], Awaitable[dict[str, Any]]]


def _authorised(rest: "_Rest", handler: Handler, status: int) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        rest.authorise(request)
        body = await handler(request, await _parameters(request))
        return Response(status_code=204) if status == 204 else JSONResponse(body, status_code=status)

    return answer


async def _parameters(request: Request) -> dict[str, list[str]]:
    if request.method != "POST":
        return parse_qs(request.url.query, keep_blank_values=True)
    content_type = request.headers.get("content-type", "").split(";")[0]
    body = (await request.body()).decode()
    if body and content_type != "application/x-www-form-urlencoded":
        raise RestError(415, 20415, "Send parameters as application/x-www-form-urlencoded")
    return parse_qs(body, keep_blank_values=True)


def _known(parameters: dict[str, list[str]], allowed: frozenset[str]) -> dict[str, str]:
    """Single values of known parameters; anything else is a mistake of the service that Twilio would not notice."""
    unknown = sorted(set(parameters) - allowed)
    if unknown:
        raise RestError(400, 20001, f"Unknown parameters: {', '.join(unknown)}")
    return {name: values[-1] for name, values in parameters.items()}


def _web_url(value: str, code: int, name: str) -> str:
    if value and (urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).netloc):
        raise RestError(400, code, f"{name} is not a valid URL: {value}")
    return value


def _date(at: datetime | None) -> str | None:
    return email.utils.format_datetime(at) if at else None


class _Rest:
    """The resources."""

    def __init__(self, carrier: Carrier):
        self._carrier = carrier
        self._next_start = 0.0
        self._wall_origin = datetime.now(UTC) - timedelta(milliseconds=carrier.ticker.now_ms())

    def authorise(self, request: Request) -> None:
        """Check Basic authentication and the account in the path."""
        account = self._carrier.credentials
        scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
        try:
            user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            user = password = ""
        accepted = [(account.account_sid, account.auth_token)]
        if account.api_key:
            accepted.append((account.api_key, account.api_secret))
        known = any(
            secrets.compare_digest(f"{name}:{secret}".encode(), f"{user}:{password}".encode())
            for name, secret in accepted
        )
        if scheme.lower() != "basic" or not known:
            raise RestError(401, 20003, "Authenticate")
        if request.path_params["account"] != account.account_sid:
            raise _not_found(request)

    # --- calls ----------------------------------------------------------------------------------------------------

    async def create_call(self, request: Request, parameters: dict[str, list[str]]) -> dict[str, Any]:
        """Dial a number; the call stays queued when calls are made faster than one a second."""
        events = frozenset(event for value in parameters.get("StatusCallbackEvent", []) for event in value.split())
        values = _known(parameters, _CREATE_CALL)
        self._check_new_call(values, events)
        carrier = self._carrier
        machine = CallMachine(
            sid=new_sid("CA"),
            account_sid=carrier.credentials.account_sid,
            caller=values["From"],
            called=values["To"],
            direction=CallDirection.OUTBOUND_API,
            created_ms=carrier.ticker.now_ms(),
        )
        behaviour = carrier.behaviour(machine.called, carrier.behaviours)
        with carrier.ticker.outside():
            prepared = await asyncio.to_thread(prepare, party_scenario(machine.called, behaviour))
        url = values.get("StatusCallback", "")
        callback = StatusCallback(url=url, events=events or frozenset({"completed"})) if url else None
        fallback = Document(url=values["FallbackUrl"]) if values.get("FallbackUrl") else None
        call = LiveCall(carrier, machine, prepared, callback=callback, fallback=fallback)
        document = Document(url=values.get("Url", ""), text=values.get("Twiml"), method=values.get("Method", "POST"))
        ring_ms = float(values.get("Timeout", _DEFAULT_RING_S)) * 1000
        start = max(carrier.ticker.now_ms(), self._next_start)
        self._next_start = start + _MINIMUM_CALL_SPACING_MS
        carrier.own(call.dial(document, behaviour, ring_ms, queued_ms=start - carrier.ticker.now_ms()))
        return self._call(machine)

    def _check_new_call(self, values: dict[str, str], events: frozenset[str]) -> None:
        if not values.get("To"):
            raise RestError(400, 21201, "No 'To' number is specified")
        if not values.get("From"):
            raise RestError(400, 21213, "'From' phone number is required")
        if not E164.match(values["To"]):
            raise RestError(400, 21211, f"Invalid 'To' phone number: {values['To']}")
        if values["From"] not in self._carrier.numbers:
            raise RestError(400, 21210, f"'From' phone number not verified: {values['From']}")
        if bool(values.get("Url")) == bool(values.get("Twiml")):
            raise RestError(400, 21205, "Give exactly one of Url and Twiml")
        self._check_document(values)
        if not events <= {"initiated", "ringing", "answered", "completed"}:
            raise RestError(400, 21626, "Invalid StatusCallbackEvent")
        if not re.fullmatch(r"\d{1,3}", values.get("Timeout", "60")):
            raise RestError(400, 21226, "Timeout is a number of seconds up to 600")

    @staticmethod
    def _check_document(values: dict[str, str]) -> None:
        for name in ("Url", "FallbackUrl", "StatusCallback"):
            _web_url(values.get(name, ""), 21205, name)
        if len(values.get("Twiml", "")) > _MAX_TWIML:
            raise RestError(400, 21240, f"Twiml has more than {_MAX_TWIML} characters")
        if values.get("Method", "POST") not in ("GET", "POST"):
            raise RestError(400, 21207, "Method is GET or POST")

    async def list_calls(self, request: Request, parameters: dict[str, list[str]]) -> dict[str, Any]:
        """Calls, newest first."""
        values = _known(parameters, _LIST_CALLS)
        wanted = [
            machine
            for machine in reversed(self._carrier.machines.values())
            if values.get("To") in (None, machine.called)
            and values.get("From") in (None, machine.caller)
            and values.get("Status") in (None, machine.status)
            and values.get("ParentCallSid") in (None, machine.parent_sid)
        ]
        return self._page(request, values, "calls", [self._call(machine) for machine in wanted])

    async def fetch_call(self, request: Request, parameters: dict[str, list[str]]) -> dict[str, Any]:
        """One call."""
        return self._call(self._machine(request))

    async def update_call(self, request: Request, parameters: dict[str, list[str]]) -> dict[str, Any]:
        """Give a call another document, or end it."""
        machine = self._machine(request)
        values = _known(parameters, _UPDATE_CALL)
        self._check_document(values)
        call = self._carrier.calls.get(machine.sid)
        status = values.get("Status")
        if status not in (None, "completed", "canceled"):
            raise RestError(400, 21218, "Status is completed or canceled")
        if status is None and not values.get("Url") and not values.get("Twiml"):
            raise RestError(400, 21218, "Give Url, Twiml or Status")
        document = None
        if status is None:
            document = Document(
                url=values.get("Url", ""), text=values.get("Twiml"), method=values.get("Method", "POST"), kind="update"
            )
            possible = machine.status is CallStatus.IN_PROGRESS
        elif status == "canceled":
            possible = machine.status in (CallStatus.QUEUED, CallStatus.INITIATED, CallStatus.RINGING)
        else:
            possible = not machine.over
        if call is None or not possible or not call.interrupt(document):
            raise RestError(400, 21220, "Call is not in-progress. Cannot redirect.")
        return self._call(machine)

    async def delete_call(self, request: Request, parameters: dict[str, list[str]]) -> dict[str, Any]:
        """Forget a call that is over."""
        machine = self._machine(request)
        if not machine.over:
            raise RestError(409, 20409, "The call is still going on")
        del self._carrier.machines[machine.sid]
        return {}

    def _machine(self, request: Request) -> CallMachine:
        machine = self._carrier.machines.get(request.path_params["sid"])
        if machine is None:
            raise _not_found(request)
        return machine

    def _at(self, clock_ms: float | None) -> datetime | None:
        return None if clock_ms is None else self._wall_origin + timedelta(milliseconds=clock_ms)

    def _call(self, machine: CallMachine) -> dict[str, Any]:
        uri = f"/2010-04-01/Accounts/{machine.account_sid}/Calls/{machine.sid}"
        number = self._carrier.numbers.get(
            machine.called if machine.direction is CallDirection.INBOUND else machine.caller
        )
        return {
            "sid": machine.sid,
            "account_sid": machine.account_sid,
            "annotation": None,
            "answered_by": None,
            "api_version": "2010-04-01",
            "caller_name": None,
            "date_created": _date(self._at(machine.created_ms)),
            "date_updated": _date(self._at(machine.ended_ms or machine.answered_ms or machine.created_ms)),
            "direction": str(machine.direction),
            "duration": str(machine.duration_s) if machine.over else None,
            "end_time": _date(self._at(machine.ended_ms)),
            "forwarded_from": None,
            "from": machine.caller,
            "from_formatted": machine.caller,
            "group_sid": None,
            "parent_call_sid": machine.parent_sid or None,
            "phone_number_sid": number.sid if number else None,
            "price": None,
            "price_unit": "USD",
            "queue_time": "0",
            "start_time": _date(self._at(machine.answered_ms)),
            # The resource has no "initiated": it is a callback event of a call that is still queued.
            "status": str(CallStatus.QUEUED if machine.status is CallStatus.INITIATED else machine.status),
            "subresource_uris": {
                name: f"{uri}/{file}.json"
                for name, file in (
                    ("notifications", "Notifications"),
                    ("recordings", "Recordings"),
                    ("streams", "Streams"),
                )
            },
            "to": machine.called,
            "to_formatted": machine.called,
            "trunk_sid": None,
            "uri": f"{uri}.json",
        }

    # --- numbers --------------------------------------------------------------------------------------------------

    async def create_number(self, request: Request, parameters: dict[str, list[str]]) -> dict[str, Any]:
        """Buy a number."""
        values = _known(parameters, _CREATE_NUMBER)
        phone = values.pop("PhoneNumber", "")
        area = values.pop("AreaCode", "")
        if area and not phone:
            phone = f"+1{area}555{secrets.randbelow(10_000):04d}"
        if not E164.match(phone):
            raise RestError(400, 21421, f"PhoneNumber is invalid: {phone}")
        if phone in self._carrier.numbers:
            raise RestError(400, 21422, f"{phone} is not available")
        number = OwnedNumber(sid=new_sid("PN"), phone_number=phone, created=datetime.now(UTC))
        self._set_number(number, values)
        self._carrier.numbers[phone] = number
        return self._number(number)

    async def list_numbers(self, request: Request, parameters: dict[str, list[str]]) -> dict[str, Any]:
        """Numbers of the account."""
        values = _known(parameters, _LIST_NUMBERS)
        wanted = [
            self._number(number)
            for number in self._carrier.numbers.values()
            if values.get("PhoneNumber", "") in number.phone_number
            and values.get("FriendlyName") in (None, number.friendly_name)
        ]
        return self._page(request, values, "incoming_phone_numbers", wanted)

    async def fetch_number(self, request: Request, parameters: dict[str, list[str]]) -> dict[str, Any]:
        """One number."""
        return self._number(self._owned(request))

    async def update_number(self, request: Request, parameters: dict[str, list[str]]) -> dict[str, Any]:
        """Change a number's webhooks."""
        number = self._owned(request)
        self._set_number(number, _known(parameters, _NUMBER))
        return self._number(number)

    async def delete_number(self, request: Request, parameters: dict[str, list[str]]) -> dict[str, Any]:
        """Give a number back."""
        del self._carrier.numbers[self._owned(request).phone_number]
        return {}

    def _owned(self, request: Request) -> OwnedNumber:
        for number in self._carrier.numbers.values():
            if number.sid == request.path_params["sid"]:
                return number
        raise _not_found(request)

    @staticmethod
    def _set_number(number: OwnedNumber, values: dict[str, str]) -> None:
        for name in ("VoiceUrl", "VoiceFallbackUrl", "StatusCallback"):
            _web_url(values.get(name, ""), 21402, name)
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
            "date_created": _date(number.created),
            "date_updated": _date(number.created),
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

    # --- pages ----------------------------------------------------------------------------------------------------

    @staticmethod
    def _page(request: Request, values: dict[str, str], key: str, items: list[dict[str, Any]]) -> dict[str, Any]:
        size, page = int(values.get("PageSize", _PAGE)), int(values.get("Page", 0))
        start = page * size
        path = request.url.path

        def uri(number: int) -> str:
            return f"{path}?PageSize={size}&Page={number}"

        return {
            key: items[start : start + size],
            "end": max(start, min(start + size, len(items)) - 1),
            "first_page_uri": uri(0),
            "next_page_uri": uri(page + 1) if start + size < len(items) else None,
            "page": page,
            "page_size": size,
            "previous_page_uri": uri(page - 1) if page else None,
            "start": start,
            "uri": uri(page),
        }


class _Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config):
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@contextlib.asynccontextmanager
async def serve_rest(carrier: Carrier, *, port: int = 0) -> AsyncIterator[str]:
    """Serve the REST side on a loopback port; gives its base URL."""
    listener = socket.create_server(("127.0.0.1", port))
    server = _Server(uvicorn.Config(make_rest_app(carrier), log_level="warning", lifespan="off"))
    task = asyncio.create_task(server.serve([listener]))
    ready = asyncio.create_task(server.ready.wait())
    try:
        await asyncio.wait({ready, task}, return_when=asyncio.FIRST_COMPLETED)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        ready.cancel()
        server.should_exit = True
        await task
        listener.close()
