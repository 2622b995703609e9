"""One scheduler that ticks every call each 20 ms by absolute deadlines, in real or in virtual time."""

import asyncio
import heapq
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from simulator.mulaw import FRAME_MS

_SLOTS = 4
_SLOT_S = FRAME_MS / 1000 / _SLOTS
_VIRTUAL_ROUNDS = 25
_UNRELIABLE_MEAN_MS = 3.0

Tick = Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pacing:
    """How punctual the simulator was; a late simulator measures itself instead of the service."""

    ticks: int
    """Slots that fired."""
    mean_late_ms: float
    """Mean lateness of a slot."""
    max_late_ms: float
    """Worst lateness of a slot."""

    @property
    def reliable(self) -> bool:
        """False when the mean lateness exceeds 3 ms: the machine was too busy for the measures to count."""
        return self.mean_late_ms <= _UNRELIABLE_MEAN_MS


class Ticker:
    """Calls each registered function once per 20 ms.

    Calls are spread over four slots of 5 ms, as independent calls are in life, so that a service does not get the
    frames of all calls in one burst. In virtual time the ticks follow each other without waiting, but not while
    something outside (a webhook) is under way: see `outside`.
    """

    def __init__(self, *, virtual: bool = False):
        self.virtual = virtual
        self.busy_s = 0.0
        """Time spent inside ticks."""
        self.call_ticks = 0
        """Ticks delivered, summed over calls."""
        self._slots: list[list[Tick]] = [[] for _ in range(_SLOTS)]
        self._lateness_sum = 0.0
        self._lateness_max = 0.0
        self._fired = 0
        self._outside = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._task: asyncio.Task[None] | None = None
        self._virtual_ms = 0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._sleeper_count = 0

    def add(self, tick: Tick) -> None:
        """Start ticking a function, in the emptiest slot."""
        min(self._slots, key=len).append(tick)
        self._ensure_running()

    def now_ms(self) -> float:
        """Time on this clock, from an arbitrary origin."""
        return self._virtual_ms if self.virtual else time.perf_counter() * 1000

    async def sleep(self, ms: float) -> None:
        """Sleep on this clock."""
        if not self.virtual:
            await asyncio.sleep(ms / 1000)
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleeper_count += 1
        heapq.heappush(self._sleepers, (self._virtual_ms + ms, self._sleeper_count, future))
        self._ensure_running()
        await future

    async def wait(self, future: asyncio.Future[Any], ms: float) -> bool:
        """Wait for a future, at most some time on this clock; True when it is done. It is not cancelled."""
        sleeper = asyncio.ensure_future(self.sleep(ms))
        try:
            await asyncio.wait([future, sleeper], return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeper.cancel()
        return future.done()

    def _ensure_running(self) -> None:
        if self._task is None or self._task.done():
            if self._task is not None and not self._task.cancelled() and (error := self._task.exception()):
                raise error
            self._task = asyncio.create_task(self._run_virtual() if self.virtual else self._run_real())

    def remove(self, tick: Tick) -> None:
        """Stop ticking a function; the scheduler rests when none is left."""
        for slot in self._slots:
            if tick in slot:
                slot.remove(tick)

    @contextmanager
    def outside(self) -> Iterator[None]:
        """While inside this context, virtual time stands still."""
        self._outside += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._outside -= 1
            if not self._outside:
                self._idle.set()

    async def close(self) -> None:
        """Stop the scheduler.

        Raises:
            Exception: Whatever a tick raised; the scheduler ended with it.
        """
        for slot in self._slots:
            slot.clear()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            if not self._task.cancelled() and (error := self._task.exception()):
                raise error

    def pacing(self) -> Pacing:
        """Lateness since the scheduler was made."""
        mean = self._lateness_sum / self._fired if self._fired else 0.0
        return Pacing(
            ticks=self._fired, mean_late_ms=round(mean * 1000, 3), max_late_ms=round(self._lateness_max * 1000, 3)
        )

    async def _run_real(self) -> None:
        origin = time.perf_counter()
        at = 0
        while any(self._slots):
            slot = self._slots[at % _SLOTS]
            if slot:
                deadline = origin + at * _SLOT_S
                wait = deadline - time.perf_counter()
                if wait > 0:
                    await asyncio.sleep(wait)
                elif not at % _SLOTS:
                    await asyncio.sleep(0)
                late = time.perf_counter() - deadline
                self._lateness_sum += max(0.0, late)
                self._lateness_max = max(self._lateness_max, late)
                self._fired += 1
                self._fire(slot)
            at += 1

    def _fire(self, slot: list[Tick]) -> None:
        began = time.perf_counter()
        for tick in tuple(slot):
            tick()
        self.call_ticks += len(slot)
        self.busy_s += time.perf_counter() - began

    async def _run_virtual(self) -> None:
        while any(self._slots) or self._sleepers:
            # A tick may wake a task that wakes another one: let such chains run out before time moves on.
            for _ in range(_VIRTUAL_ROUNDS):
                await asyncio.sleep(0)
                await self._idle.wait()
            self._virtual_ms += FRAME_MS
            while self._sleepers and self._sleepers[0][0] <= self._virtual_ms:
                _, _, future = heapq.heappop(self._sleepers)
                if not future.done():
                    future.set_result(None)
            for slot in self._slots:
                self._fire(slot)


def ticks_of(ms: float) -> int:
    """Whole 20 ms ticks that last at least this long."""
    return math.ceil(ms / FRAME_MS - 1e-9)
