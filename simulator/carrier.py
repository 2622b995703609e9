"""The carrier's world: its calls, conference rooms and the behaviour of the numbers it can dial."""

import asyncio
import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from simulator.call import CallMachine, CallStatus, StatusCallback, new_sid
from simulator.caller import PreparedScenario, party_scenario
from simulator.conference import Room
from simulator.document import Party
from simulator.numbers import OwnedNumber
from simulator.protocol import Violation
from simulator.scenario import DialBehaviour
from simulator.stream import StreamEnd
from simulator.ticker import Ticker
from simulator.twiml import Stream
from simulator.webhooks import Chaos, Credentials, Service, Webhooks

VirtualStream = Callable[[CallMachine, Stream], tuple[StreamEnd, float]]
"""In virtual time there is no socket: says how a stream ends and after how many ms."""


@dataclass(slots=True, kw_only=True)
class Watch:
    """What the simulator found out about the service during one call, over all its legs."""

    violations: list[Violation] = field(default_factory=list)
    """What the service did that the carrier does not accept."""
    notes: list[str] = field(default_factory=list)
    """Events worth knowing that are no fault of the service."""


class Carrier:
    """Shared by all calls of one simulator."""

    def __init__(
        self,
        *,
        http: httpx.AsyncClient,
        service: Service,
        credentials: Credentials,
        ticker: Ticker,
        chaos: Chaos | None = None,
        virtual_stream: VirtualStream | None = None,
        seed: int = 1,
    ):
        self.http = http
        self.service = service
        self.credentials = credentials
        self.ticker = ticker
        self.chaos = chaos or Chaos()
        self.virtual_stream = virtual_stream
        self.rng = random.Random(seed)
        self.calls: dict[str, Party] = {}
        """Calls that are going on, by SID."""
        self.machines: dict[str, CallMachine] = {}
        """All calls by SID, also those that are over."""
        self.numbers: dict[str, OwnedNumber] = {}
        """The account's numbers, by number."""
        self.rooms: dict[str, Room] = {}
        """Conference rooms by friendly name."""
        self.behaviours: dict[str, DialBehaviour] = {}
        """How numbers behave that the service calls by REST; ``"*"`` is any other number."""
        self.tasks: set[asyncio.Task[None]] = set()
        """Calls that run on their own."""
        self._failures: list[BaseException] = []

    def own(self, work: Coroutine[Any, Any, None]) -> None:
        """Let a call run on its own; a failure comes out of `close`."""
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._failures.append(error)

    def number(self, phone_number: str) -> OwnedNumber:
        """A number of the account; it is added when it is new."""
        if phone_number not in self.numbers:
            self.numbers[phone_number] = OwnedNumber(sid=new_sid("PN"), phone_number=phone_number, created=self.now())
        return self.numbers[phone_number]

    async def close(self) -> None:
        """End the calls that run on their own.

        Raises:
            BaseException: The first failure of one of them.
        """
        tasks = set(self.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._failures:
            raise self._failures[0]

    def now(self) -> datetime:
        """Wall time for timestamps."""
        return datetime.now(UTC)

    def room(self, name: str) -> Room:
        """The conference of that name, made when it does not exist."""
        return self.rooms.setdefault(name, Room(name, new_sid("CF")))

    def notify(self, machine: CallMachine, webhooks: Webhooks, callback: StatusCallback | None) -> None:
        """Tell of the call's current status where somebody wants to know."""
        if callback is not None and machine.subscribed(callback.events):
            webhooks.notify(callback.url, machine.callback_params(self.now()))

    def move(
        self, machine: CallMachine, webhooks: Webhooks, status: CallStatus, callback: StatusCallback | None
    ) -> None:
        """Change a call's status and tell of it."""
        machine.move(status, self.ticker.now_ms())
        self.notify(machine, webhooks, callback)

    @staticmethod
    def behaviour(number: str, behaviours: dict[str, DialBehaviour]) -> DialBehaviour:
        """How a dialled number behaves: its own entry, the entry for any number, or it answers."""
        return behaviours.get(number) or behaviours.get("*") or DialBehaviour()


def party(number: str, behaviour: DialBehaviour, prepared: PreparedScenario | None) -> PreparedScenario:
    """The person who answers a dialled number."""
    scenario = party_scenario(number, behaviour)
    clips = {}
    if prepared and (clip := prepared.party_clips.get(number) or prepared.party_clips.get("*")):
        clips = {index: clip for index, step in enumerate(scenario.steps) if type(step).__name__ == "Say"}
    return PreparedScenario(scenario=scenario, clips=clips)
