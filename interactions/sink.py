"""Where the event log goes."""

from typing import Protocol

from interactions.event import NewEvent


class EventSink(Protocol):
    """Where the event log goes. Appending is durable, returns at once, and keeps the order of one writer's events."""

    def append(self, event: NewEvent) -> None:
        """Keep one event; its number is given out when it is kept.

        Raises:
            FirstlineError: code ``"store_failed"``; the conversation goes on, the fault is counted.
        """
        ...
