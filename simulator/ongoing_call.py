"""A call that is going on, as far as the verbs it lives need it."""

import asyncio
from dataclasses import dataclass
from typing import Protocol, Self

from simulator.call import CallMachine, StatusCallback
from simulator.caller import PreparedScenario
from simulator.carrier import Carrier, Watch
from simulator.document import Document, Party
from simulator.scenario import DialBehaviour
from simulator.stream import StreamReport
from simulator.webhooks import Webhooks


class OneWayStream(Protocol):
    """A stream that listens in on a call."""

    tracks: tuple[str, ...]
    """Which directions it carries."""

    def stop(self) -> None:
        """End it."""
        ...


@dataclass(frozen=True, slots=True)
class RunningFork:
    """A one-way stream and the task that lives it."""

    stream: OneWayStream
    """The stream."""
    task: asyncio.Task[None]
    """Done when its socket is closed."""


class OngoingCall(Party, Protocol):
    """What a verb finds, changes and notes while it is lived."""

    carrier: Carrier
    """Whose it is."""
    prepared: PreparedScenario
    """What its person does, and how its network behaves."""
    watch: Watch
    """What was found out about the service."""
    webhooks: Webhooks
    """Its requests to the service."""
    streams: list[StreamReport]
    """Media streams that are over."""
    sockets_broken: int
    """Media sockets broken so far on purpose."""
    forks: dict[str, RunningFork | None]
    """One-way streams by name; None in virtual time."""
    recording_callbacks: list[str]
    """Who is told when the call's recording is there."""

    def violate(self, code: str, detail: str) -> None:
        """Note something the service did wrong."""
        ...

    def note(self, what: str) -> None:
        """Note something worth knowing."""
        ...

    def party(self, machine: CallMachine, prepared: PreparedScenario, callback: StatusCallback | None) -> Self:
        """A further leg that this call dials; what the service does on it counts for this call."""
        ...

    async def dial(
        self, document: Document, behaviour: DialBehaviour, timeout_ms: float, *, queued_ms: float = 0
    ) -> None:
        """Ring a party after some time in the queue; when it answers, live the document."""
        ...
