"""Waking those who read a log while it grows: from the writer's thread into their event loops."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator


class LiveReaders:
    """Who wants to know about which interaction. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._readers: dict[asyncio.Event, tuple[str, asyncio.AbstractEventLoop]] = {}

    @contextlib.contextmanager
    def reader(self, interaction_id: str, wake: asyncio.Event) -> Iterator[None]:
        """Set ``wake``, in the running event loop, whenever the interaction has something new."""
        with self._lock:
            self._readers[wake] = (interaction_id, asyncio.get_running_loop())
        try:
            yield
        finally:
            self._forget(wake)

    def wake(self, interaction_ids: set[str]) -> None:
        """Wake the readers of these interactions."""
        with self._lock:
            readers = [
                (wake, loop)
                for wake, (interaction_id, loop) in self._readers.items()
                if interaction_id in interaction_ids
            ]
        self._set(readers)

    def wake_all(self) -> None:
        """Wake every reader: the store closes."""
        with self._lock:
            readers = [(wake, loop) for wake, (_, loop) in self._readers.items()]
        self._set(readers)

    def _forget(self, wake: asyncio.Event) -> None:
        with self._lock:
            self._readers.pop(wake, None)

    def _set(self, readers: list[tuple[asyncio.Event, asyncio.AbstractEventLoop]]) -> None:
        for wake, loop in readers:
            try:
                loop.call_soon_threadsafe(wake.set)
            except RuntimeError:  # Its event loop is closed: nobody reads there any more.
                self._forget(wake)


async def wait_for_wake(wake: asyncio.Event, timeout_s: float) -> None:
    """Wait until woken, or until it is time to look anyway."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(wake.wait(), timeout_s)
