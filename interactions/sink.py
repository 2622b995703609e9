"""Where the event log goes."""

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
    """Keeps where each call stands, so that another process can go on with it."""

    def keep(self, snapshot: CallSnapshot) -> None:
        """Keep a snapshot in place of the call's last one; returns at once. It is committed with the events so far."""
        ...

    async def load(self, interaction_id: str) -> CallSnapshot | None:
        """The last snapshot of a call, None when there is none."""
        ...
