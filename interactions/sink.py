"""Where the event log goes, and where calls are kept as they stand."""

from typing import Protocol

from interactions.event import NewEvent
from interactions.snapshot import CallSnapshot


class EventSink(Protocol):
    """Where the event log goes. Appending is durable, returns at once, and keeps the order of one writer's events."""

    def append(self, event: NewEvent) -> None:
        """Keep one event; its number is given out when it is kept.

        Raises:
            FirstlineError: code ``"store_failed"``; the conversation goes on, the fault is counted.
        """
        ...


class SnapshotKeeper(Protocol):
    """Where calls are kept as they stand, so that any process goes on with them."""

    def keep(self, snapshot: CallSnapshot) -> None:
        """Keep a call as it stands now; returns at once. It is committed behind the events appended before it.

        Raises:
            FirstlineError: code ``"store_failed"``; the conversation goes on, the fault is counted.
        """
        ...

    async def load(self, interaction_id: str) -> CallSnapshot | None:
        """The call as it was kept last; None when there is nothing.

        Raises:
            FirstlineError: code ``"store_failed"`` when the database cannot be read.
        """
        ...
