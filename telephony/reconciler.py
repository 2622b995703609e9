"""Looks up calls whose end nobody reported, every now and then: one owned task."""

import asyncio

from loguru import logger

from models.errors import FirstlineError
from telephony.call_flow import CallFlow
from telephony.edge import TelephoneEdge
from telephony.ports import CallControl


class Reconciler:
    """Runs `CallFlow.reconcile` periodically; start and stop it with the service."""

    def __init__(self, edge: TelephoneEdge, control: CallControl, period_s: float = 120.0):
        """Work for an edge.

        Args:
            edge: Whose calls.
            control: Asked how far they got.
            period_s: Pause between two looks, s.
        """
        self._edge = edge
        self._flow = CallFlow(edge)
        self._control = control
        self._period_s = period_s
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="call reconciler")

    async def stop(self) -> None:
        """End the task."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _run(self) -> None:
        while True:
            try:
                closed = await self._flow.reconcile(self._control)
                if closed:
                    logger.info("{} calls without a reported end turned out to be over", closed)
            except FirstlineError as error:
                self._edge.counters.add("reconcile_failed", error.code)
                logger.warning("open calls could not be looked up: {}", error.code)
            await asyncio.sleep(self._period_s)
