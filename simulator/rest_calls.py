"""Calls of the simulated account: made, listed, redirected and ended over REST."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import Request

from simulator.call import CallDirection, CallMachine, CallStatus, StatusCallback, new_sid
from simulator.caller import party_scenario, prepare
from simulator.carrier import Carrier
from simulator.document import Document
from simulator.live_call import LiveCall
from simulator.numbers import E164
from simulator.rest_common import RestError, date, known, not_found, page_of, web_url

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


class CallResources:
    """``/Calls``."""

    def __init__(self, carrier: Carrier):
        self._carrier = carrier
        self._next_start = 0.0
        self._wall_origin = datetime.now(UTC) - timedelta(milliseconds=carrier.ticker.now_ms())

    async def create(self, request: Request, parameters: dict[str, list[str]]) -> dict[str, Any]:
        """Dial a number; the call stays queued when calls are made faster than one a second."""
        events = frozenset(event for value in parameters.get("StatusCallbackEvent", []) for event in value.split())
        values = known(parameters, _CREATE_CALL)
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
        document = Document(
            url=values.get("Url", ""), text=values.get("Twiml") or None, method=values.get("Method", "POST")
        )
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
        if not E164.fullmatch(values["To"]):
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
            web_url(values.get(name, ""), 21205, name)
        if len(values.get("Twiml", "")) > _MAX_TWIML:
            raise RestError(400, 21240, f"Twiml has more than {_MAX_TWIML} characters")
        if values.get("Method", "POST") not in ("GET", "POST"):
            raise RestError(400, 21207, "Method is GET or POST")

    async def enumerate_all(self, request: Request, parameters: dict[str, list[str]]) -> dict[str, Any]:
        """Calls, newest first."""
        values = known(parameters, _LIST_CALLS)
        wanted = [
            machine
            for machine in reversed(self._carrier.machines.values())
            if values.get("To") in (None, machine.called)
            and values.get("From") in (None, machine.caller)
            and values.get("Status") in (None, machine.status)
            and values.get("ParentCallSid") in (None, machine.parent_sid)
        ]
        return page_of(request, values, "calls", [self._call(machine) for machine in wanted])

    async def fetch(self, request: Request, parameters: dict[str, list[str]]) -> dict[str, Any]:
        """One call."""
        return self._call(self._machine(request))

    async def update(self, request: Request, parameters: dict[str, list[str]]) -> dict[str, Any]:
        """Give a call another document, or end it."""
        machine = self._machine(request)
        values = known(parameters, _UPDATE_CALL)
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
                url=values.get("Url", ""),
                text=values.get("Twiml") or None,
                method=values.get("Method", "POST"),
                kind="update",
            )
            possible = machine.status is CallStatus.IN_PROGRESS
        elif status == "canceled":
            possible = machine.status in (CallStatus.QUEUED, CallStatus.INITIATED, CallStatus.RINGING)
        else:
            possible = not machine.over
        if call is None or not possible or not call.interrupt(document):
            raise RestError(400, 21220, "Call is not in-progress. Cannot redirect.")
        return self._call(machine)

    async def delete(self, request: Request, parameters: dict[str, list[str]]) -> dict[str, Any]:
        """Forget a call that is over."""
        machine = self._machine(request)
        if not machine.over:
            raise RestError(409, 20409, "The call is still going on")
        del self._carrier.machines[machine.sid]
        return {}

    def _machine(self, request: Request) -> CallMachine:
        machine = self._carrier.machines.get(request.path_params["sid"])
        if machine is None:
            raise not_found(request)
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
            "date_created": date(self._at(machine.created_ms)),
            "date_updated": date(self._at(machine.ended_ms or machine.answered_ms or machine.created_ms)),
            "direction": str(machine.direction),
            "duration": str(machine.duration_s) if machine.over else None,
            "end_time": date(self._at(machine.ended_ms)),
            "forwarded_from": None,
            "from": machine.caller,
            "from_formatted": machine.caller,
            "group_sid": None,
            "parent_call_sid": machine.parent_sid or None,
            "phone_number_sid": number.sid if number else None,
            "price": None,
            "price_unit": "USD",
            "queue_time": "0",
            "start_time": date(self._at(machine.answered_ms)),
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
