"""<Dial>: ringing numbers and bringing the first that answers together with the caller, and conferences."""

import asyncio
from collections.abc import Sequence
from typing import Any

from simulator.call import CallDirection, CallMachine, CallStatus, StatusCallback, new_sid
from simulator.carrier import party
from simulator.conference import Room, Seat
from simulator.document import Document, EndedBy, Meeting, Party
from simulator.ongoing_call import OngoingCall
from simulator.ringing import Ringback
from simulator.twiml import ConferenceTarget, Dial, NumberTarget

_EMPTY = "<Response/>"


async def live_dial(call: OngoingCall, dial: Dial, base: str) -> Document | None:
    """Live the verb; returns the action's document, or None for the next verb."""
    if dial.conference is not None:
        extra = await _conference(call, dial.conference, base)
    else:
        extra = await _numbers(call, dial, base)
    if not dial.action:
        return None
    url = call.carrier.service.absolute(dial.action, base)
    return Document(url=url, method=dial.method, kind="dial", params=extra)


# --- numbers ------------------------------------------------------------------------------------------------------


def _party_call(call: OngoingCall, dial: Dial, target: NumberTarget, base: str) -> OngoingCall:
    carrier = call.carrier
    machine = CallMachine(
        sid=new_sid("CA"),
        account_sid=call.machine.account_sid,
        caller=dial.caller_id or call.machine.caller,
        called=target.number,
        direction=CallDirection.OUTBOUND_DIAL,
        parent_sid=call.machine.sid,
        created_ms=carrier.ticker.now_ms(),
    )
    behaviour = carrier.behaviour(target.number, call.prepared.scenario.dial)
    callback = None
    if target.status_callback:
        url = carrier.service.absolute(target.status_callback, base)
        callback = StatusCallback(url=url, events=target.status_events)
    prepared = party(target.number, behaviour, call.prepared)
    return call.party(machine, prepared, callback)


async def _numbers(call: OngoingCall, dial: Dial, base: str) -> tuple[tuple[str, str], ...]:
    meeting = Meeting()
    children = [_party_call(call, dial, target, base) for target in dial.targets]
    tasks = []
    for child, target in zip(children, dial.targets, strict=True):
        behaviour = call.carrier.behaviour(target.number, call.prepared.scenario.dial)
        text = None if target.url else _EMPTY
        url = call.carrier.service.absolute(target.url, base) if target.url else base
        document = Document(url=url, text=text, method=target.method, kind="number", meeting=meeting)
        tasks.append(asyncio.create_task(child.dial(document, behaviour, dial.timeout_s * 1000)))
    call.leg.line = Ringback()
    try:
        either: set[asyncio.Future[Any]] = {meeting.joined, asyncio.gather(*tasks)}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if meeting.joined.done():
            _end(children, keep=meeting.joined.result())
            await _talk(call, meeting, dial.time_limit_s)
    finally:
        call.leg.line = None
        _end(children)
        await asyncio.gather(*tasks)
        for child in children:
            call.webhooks.log.extend(child.webhooks.log)
    return _outcome(children, meeting)


def _end(children: Sequence[Party], keep: Party | None = None) -> None:
    for child in children:
        if child is not keep:
            child.interrupt(None, EndedBy.OTHER_PARTY)


async def _talk(call: OngoingCall, meeting: Meeting, limit_s: int) -> None:
    seat = Seat(room=meeting.room, call_sid=call.machine.sid)
    meeting.room.seats.append(seat)
    meeting.room.started = True
    call.leg.line = seat
    await call.carrier.ticker.wait(meeting.left, limit_s * 1000)


def _outcome(children: Sequence[Party], meeting: Meeting) -> tuple[tuple[str, str], ...]:
    bridged = meeting.joined.done()
    child = meeting.joined.result() if bridged else children[0]
    status = child.machine.status
    if status is CallStatus.COMPLETED and not bridged:
        status = CallStatus.NO_ANSWER
    return (
        ("DialCallSid", child.machine.sid),
        ("DialCallStatus", str(status)),
        ("DialCallDuration", str(child.machine.duration_s)),
        ("DialBridged", "true" if bridged else "false"),
    )


# --- conferences --------------------------------------------------------------------------------------------------


async def _conference(call: OngoingCall, target: ConferenceTarget, base: str) -> tuple[tuple[str, str], ...]:
    room = call.carrier.room(target.name)
    if room.callback is None and target.status_callback:
        url = call.carrier.service.absolute(target.status_callback, base)
        room.callback = StatusCallback(url=url, events=target.status_events)
    seat = Seat(
        room=room,
        call_sid=call.machine.sid,
        label=target.label,
        muted=target.muted,
        end_on_exit=target.end_on_exit,
        left=asyncio.get_running_loop().create_future(),
    )
    room.seats.append(seat)
    _tell(call, room, seat, "participant-join")
    if not room.started and target.start_on_enter:
        room.started = True
    if room.started and not room.announced and len(room.seats) > 1:
        room.announced = True
        _tell(call, room, seat, "conference-start")
    call.leg.line = seat
    began = call.carrier.ticker.now_ms()
    assert seat.left is not None
    try:
        await asyncio.shield(seat.left)
    finally:
        call.leg.line = None
        _leave(call, room, seat)
    seconds = int((call.carrier.ticker.now_ms() - began) / 1000)
    return (
        ("DialCallStatus", "answered"),
        ("DialCallDuration", str(seconds)),
        ("ConferenceSid", room.sid),
    )


def _leave(call: OngoingCall, room: Room, seat: Seat) -> None:
    if seat in room.seats:
        room.seats.remove(seat)
    _tell(call, room, seat, "participant-leave")
    if seat.end_on_exit:
        for other in tuple(room.seats):
            if other.left is not None and not other.left.done():
                other.left.set_result(None)
        ended = room.started
    else:
        ended = room.started and not room.seats
    if (ended or not room.seats) and call.carrier.rooms.get(room.name) is room:
        del call.carrier.rooms[room.name]
        if room.announced:
            _tell(call, room, seat, "conference-end")


def _tell(call: OngoingCall, room: Room, seat: Seat, event: str) -> None:
    """The conference's callback; only the first participant's address counts."""
    kind = event.split("-")[1]
    if room.callback is None or kind not in room.callback.events:
        return
    params = {
        "AccountSid": call.machine.account_sid,
        "ConferenceSid": room.sid,
        "FriendlyName": room.name,
        "SequenceNumber": str(room.sequence),
        "StatusCallbackEvent": event,
        "Timestamp": call.carrier.now().strftime("%a, %d %b %Y %H:%M:%S +0000"),
        "CallSid": seat.call_sid,
        "ParticipantLabel": seat.label,
        "Muted": str(seat.muted).lower(),
        "Hold": str(seat.hold).lower(),
        "EndConferenceOnExit": str(seat.end_on_exit).lower(),
    }
    room.sequence += 1
    call.webhooks.notify(room.callback.url, params)
