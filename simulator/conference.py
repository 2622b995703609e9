"""A conference room, which is also how two parties of a dialled call hear each other."""

import asyncio
from dataclasses import dataclass

import numpy as np

from simulator.call import StatusCallback
from simulator.mulaw import SILENCE, decode, encode


@dataclass(slots=True, kw_only=True)
class Seat:
    """One participant; the line that its telephone is connected to."""

    room: "Room"
    """Where it sits."""
    call_sid: str
    """Whose it is."""
    label: str = ""
    """The participant's label."""
    muted: bool = False
    """Nobody hears it."""
    hold: bool = False
    """It hears nobody and nobody hears it."""
    end_on_exit: bool = False
    """The room closes when it leaves."""
    left: asyncio.Future[None] | None = None
    """Done when it is to leave; None for a party that leaves only with its call."""
    said: bytes = SILENCE
    """Its last frame."""
    starved: bool = False
    """A line that mixes always has something to play."""

    def tick(self, frame: bytes) -> bytes:
        """Speak into the room and hear the others."""
        self.said = frame
        return self.room.heard_by(self)


class Room:
    """Mixes what its seats say, each tick, for each of them."""

    def __init__(self, name: str, sid: str = ""):
        self.name = name
        """Friendly name."""
        self.sid = sid
        """``CF…``; empty for the two parties of a dialled call."""
        self.seats: list[Seat] = []
        """Who is there."""
        self.sequence = 0
        """Number of the next callback."""
        self.started = False
        """Whether its participants hear each other."""
        self.announced = False
        """Whether its start has been told."""
        self.callback: StatusCallback | None = None
        """Who is told of it."""

    def heard_by(self, listener: Seat) -> bytes:
        """The sum of all others, 160 bytes of μ-law."""
        if listener.hold or not self.started:
            return SILENCE
        frames = [
            seat.said
            for seat in self.seats
            if seat is not listener and not seat.muted and not seat.hold and seat.said is not SILENCE
        ]
        if not frames:
            return SILENCE
        if len(frames) == 1:
            return frames[0]
        mixed = np.sum([decode(frame).astype(np.int32) for frame in frames], axis=0)
        return encode(np.clip(mixed, -32768, 32767).astype(np.int16))
