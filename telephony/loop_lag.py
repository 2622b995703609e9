"""How late the event loop runs: one small task that sleeps and looks how late it wakes."""

import asyncio
from collections import deque

_PERIOD_S = 0.05
_WINDOW = 20


class LoopLagMonitor:
    """Measures the running loop's lag; start and stop it with the service."""

    def __init__(self) -> None:
        self._late_ms: deque[float] = deque(maxlen=_WINDOW)
        self._task: asyncio.Task[None] | None = None

    @property
    def lag_ms(self) -> float:
        """Third largest lateness of the last second, ms: one hiccup is no overload, several are."""
        return sorted(self._late_ms, reverse=True)[2] if len(self._late_ms) >= 3 else 0.0

    def start(self) -> None:
        """Begin to measure the running loop."""
        if self._task is None:
            self._task = asyncio.create_task(self._measure(), name="loop lag")

    async def stop(self) -> None:
        """End the task."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _measure(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + _PERIOD_S
            await asyncio.sleep(_PERIOD_S)
            self._late_ms.append(max(0.0, (loop.time() - due) * 1000))
