"""What a call is told to do next, who can end it, and where a dialled party meets the call that dialled it."""

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from simulator.call import CallMachine
from simulator.conference import Room, Seat
from simulator.leg import Leg


class EndedBy(StrEnum):
    """Who or what ended a call."""

    CALLER = "caller"
    """The person on this leg hung up."""
    DOCUMENT = "document"
    """The service's document hung up, or ended."""
    SERVICE = "service"
    """The service ended it by REST."""
    OTHER_PARTY = "other_party"
    """The call that dialled this one is over."""
    REJECTED = "rejected"
    """The service refused it."""
    ERROR = "error"
    """No usable document."""


class Party(Protocol):
    """Somebody on the telephone."""

    machine: CallMachine
    """Its call."""
    leg: Leg
    """Its telephone."""

    def interrupt(self, document: "Document | None", by: EndedBy = EndedBy.SERVICE) -> bool:
        """Abort what it does and go on with another document, or end it (None); False when it is too late."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a call executes next: a text, or an address to ask for it."""

    url: str = ""
    """Address of the document; of a text, the address that relative links refer to."""
    text: str | None = None
    """The document itself."""
    method: str = "POST"
    """How it is asked for."""
    kind: str = "voice"
    """For the log."""
    params: tuple[tuple[str, str], ...] = ()
    """Sent in addition to the usual parameters."""
    meeting: "Meeting | None" = None
    """Of a dialled party: whom it meets when the document has ended without hanging up."""


class Meeting:
    """Where a dialled party meets the call that dialled it."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.room = Room("")
        """Both hear each other here."""
        self.joined: asyncio.Future[Party] = loop.create_future()
        """The first party that came."""
        self.left: asyncio.Future[None] = loop.create_future()
        """Done when that party has gone."""

    async def attend(self, party: Party) -> None:
        """Stay until the party's call is ended from outside; whoever comes second is turned away."""
        if self.joined.done():
            return
        self.joined.set_result(party)
        seat = Seat(room=self.room, call_sid=party.machine.sid)
        self.room.seats.append(seat)
        party.leg.line = seat
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            party.leg.line = None
            self.room.seats.remove(seat)
            if not self.left.done():
                self.left.set_result(None)
