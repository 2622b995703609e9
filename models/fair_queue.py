"""A bounded queue that is fair between sessions and lets urgent work pass: a plain data structure, no threads."""

from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Generic, TypeVar

from models.errors import ModelBusyError

Item = TypeVar("Item")

_URGENT_IN_A_ROW = 8
"""After so many urgent items one that can wait is served, so that a flood of urgent work starves nobody."""


class FairQueue(Generic[Item]):
    """Serves sessions in turn, oldest item of a session_id first, urgent before the rest."""

    def __init__(self, name: str, bound: int):
        """Make an empty queue.

        Args:
            name: Of the model it stands before, for the error message.
            bound: Most items waiting at any moment.
        """
        self.name = name
        self.bound = bound
        self._urgent: OrderedDict[str, deque[Item]] = OrderedDict()
        self._normal: OrderedDict[str, deque[Item]] = OrderedDict()
        self._size = 0
        self._urgent_served = 0

    def __len__(self) -> int:
        return self._size

    def put(self, item: Item, *, session_id: str = "", urgent: bool = False) -> None:
        """Add ``item`` to the end of its session_id.

        Raises:
            ModelBusyError: ``bound`` items are waiting already.
        """
        if self._size >= self.bound:
            raise ModelBusyError(self.name, self.bound)
        sessions = self._urgent if urgent else self._normal
        sessions.setdefault(session_id, deque()).append(item)
        self._size += 1

    def take(self) -> Item | None:
        """Remove and return the next item by turn; None when empty."""
        let_others = self._urgent_served >= _URGENT_IN_A_ROW and self._normal
        sessions = self._urgent if self._urgent and not let_others else self._normal
        if not sessions:
            return None
        self._urgent_served = self._urgent_served + 1 if sessions is self._urgent else 0
        session_id, waiting = sessions.popitem(last=False)
        item = waiting.popleft()
        if waiting:
            sessions[session_id] = waiting
        self._size -= 1
        return item

    def take_while(self, wanted: Callable[[Item], bool], most: int) -> list[Item]:
        """Remove up to ``most`` wanted items, by turn; what is not wanted keeps its place."""
        taken: list[Item] = []
        for sessions in (self._urgent, self._normal):
            progress = True
            while progress and len(taken) < most:
                progress = False
                for session_id in list(sessions):
                    if len(taken) < most and wanted(sessions[session_id][0]):
                        taken.append(sessions[session_id].popleft())
                        self._size -= 1
                        progress = True
                        if not sessions[session_id]:
                            del sessions[session_id]
        return taken

    def discard(self, item: Item) -> bool:
        """Remove ``item`` if it still waits; returns whether it did."""
        for sessions in (self._urgent, self._normal):
            for session_id, waiting in sessions.items():
                if item in waiting:
                    waiting.remove(item)
                    if not waiting:
                        del sessions[session_id]
                    self._size -= 1
                    return True
        return False
