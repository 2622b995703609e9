"""The call clock: milliseconds since the first audio of the call's media stream."""

import time
from collections.abc import Callable


class CallClock:
    """Starts with the first audio from the caller; 0 before."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic):
        """Use a monotonic clock in seconds."""
        self._monotonic = monotonic
        self._origin: float | None = None

    def start(self) -> None:
        """The first audio is here; later calls change nothing."""
        if self._origin is None:
            self._origin = self._monotonic()

    def now_ms(self) -> float:
        """Time since the start, ms."""
        return 0.0 if self._origin is None else (self._monotonic() - self._origin) * 1000.0
