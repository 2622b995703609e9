"""The call clock: milliseconds since the conversation on a media stream began."""

import asyncio


class CallClock:
    """Runs on the event loop's clock, so that a test may run it on a virtual one; 0 before `start`."""

    def __init__(self) -> None:
        """Stand at 0."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._origin = 0.0

    def start(self) -> None:
        """The conversation begins now; later calls change nothing."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            self._origin = self._loop.time()

    def now_ms(self) -> float:
        """Time since the start, ms."""
        return (self._loop.time() - self._origin) * 1000.0 if self._loop else 0.0
