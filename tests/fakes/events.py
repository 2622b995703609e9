"""Events for tests: a draft around a body, and a sink that numbers like the store."""

from collections import Counter

from interactions.event import CallEvent, NewEvent
from interactions.events.base import Body, EventType


def draft(body: Body, interaction_id: str = "CA1", *, wall_time: float = 1.0, call_ms: int = 1) -> NewEvent:
    """A draft as a writer makes it."""
    return NewEvent(interaction_id=interaction_id, wall_time=wall_time, call_ms=call_ms, body=body)


class Log(list[CallEvent]):
    """An event sink that is the list of what was kept, in order."""

    def __init__(self) -> None:
        super().__init__()
        self._last: Counter[str] = Counter()
        self._known: set[str] = set()

    def append(self, event: NewEvent) -> None:  # type: ignore[override]
        if event.event_id in self._known:
            return
        self._known.add(event.event_id)
        self._last[event.interaction_id] += 1
        super().append(event.numbered(self._last[event.interaction_id]))

    def bodies(self, kind: EventType) -> list:
        return [event.body for event in self if event.body.TYPE is kind]
