"""The calls that this process holds right now: counted, and ended in order at a shutdown."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from loguru import logger

from interactions.vocabulary import EndedReason


class Endable(Protocol):
    """A media session, as far as the registry needs it."""

    def end(self, reason: EndedReason) -> None:
        """Ask it to end soon."""
        ...


@dataclass(frozen=True, slots=True)
class _Place:
    """Kept for a call that was told to connect, until its media stream is there."""

    door: str
    until_s: float


class ActiveCalls:
    """Registry of one process; who may enter it decides `telephony.admission`. Used from the event loop only."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        """Make an empty registry; ``clock`` gives monotonic seconds."""
        self._clock = clock
        self._reserved: dict[str, _Place] = {}
        self._sessions: dict[str, Endable] = {}
        self._leaving: set[str] = set()
        """Calls that are over, whose session has still to put its papers in order."""
        self._changed = asyncio.Event()
        self.draining = False
        """Whether no new call is taken because the service shuts down."""

    @property
    def talking(self) -> int:
        """Calls with a media stream."""
        return len(self._sessions)

    @property
    def count(self) -> int:
        """Calls with a media stream that goes on, and those that will have one in a moment."""
        self._forget_expired()
        return len(self._sessions.keys() - self._leaving) + len(self._reserved)

    def standing(self, door: str) -> int:
        """Calls that came through a door and have no media stream yet."""
        self._forget_expired()
        return sum(place.door == door for place in self._reserved.values())

    def has_place(self, call_id: str) -> bool:
        """Whether a call talks, or a place is kept for it."""
        self._forget_expired()
        return call_id in self._sessions or call_id in self._reserved

    def reserve(self, call_id: str, door: str, hold_s: float) -> None:
        """Keep a place for a call that is told to connect.

        Args:
            call_id: The call.
            door: Which way it came.
            hold_s: How long it counts without a media stream, s.
        """
        self._reserved[call_id] = _Place(door, self._clock() + hold_s)

    def release(self, call_id: str) -> None:
        """Give back a place that will not be used."""
        self._reserved.pop(call_id, None)
        self._changed.set()

    def begin(self, call_id: str, session: Endable) -> None:
        """A call's media stream is there; an earlier stream of the same call is a dead one and ends."""
        self._reserved.pop(call_id, None)
        self._leaving.discard(call_id)
        earlier = self._sessions.get(call_id)
        self._sessions[call_id] = session
        if earlier is not None and earlier is not session:
            earlier.end(EndedReason.LEG_DEAD)

    def finish(self, call_id: str, session: Endable) -> None:
        """A media stream is over."""
        if self._sessions.get(call_id) is session:
            del self._sessions[call_id]
            self._leaving.discard(call_id)
        self._changed.set()

    def end(self, call_id: str, reason: EndedReason) -> bool:
        """Ask a call's media session to end, and give its place to the next; False when there is none here."""
        session = self._sessions.get(call_id)
        if session is None:
            return False
        self._leaving.add(call_id)
        session.end(reason)
        return True

    async def drain(self, deadline_s: float, finish_s: float = 5.0) -> int:
        """Take no new calls and wait for the ones that talk; those that take too long are ended.

        Args:
            deadline_s: Time that calls get to finish by themselves, s.
            finish_s: Time that the others then get to say what has to be kept, s.

        Returns:
            How many calls had to be ended; their callers are asked back in by the carrier's next request.
        """
        self.draining = True
        self._reserved.clear()
        await self._wait_until_empty(deadline_s)
        left = list(self._sessions.values())
        for session in left:
            session.end(EndedReason.SHUTDOWN)
        if left:
            logger.warning("shutdown: {} calls had to be ended", len(left))
            await self._wait_until_empty(finish_s)
        return len(left)

    def _forget_expired(self) -> None:
        now = self._clock()
        for call_id in [call_id for call_id, place in self._reserved.items() if place.until_s <= now]:
            del self._reserved[call_id]

    async def _wait_until_empty(self, deadline_s: float) -> None:
        try:
            async with asyncio.timeout(deadline_s):
                while self._sessions:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return
