"""Where the event log goes."""

from typing import Protocol

from interactions.event import CallEvent


class EventSink(Protocol):
    """Where the event log goes. Appending is ordered, durable and never blocks the event loop for long."""

    def append(self, event: CallEvent) -> None:
        """Keep one event.

        Raises:
            FirstlineError: code ``"store_failed"``; the conversation goes on, the fault is counted.
        """
        ...
