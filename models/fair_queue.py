"""A bounded queue that is fair between lanes and lets urgent work pass: a plain data structure, no threads."""

from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Generic, TypeVar

from models.errors import ModelBusyError

Item = TypeVar("Item")

_URGENT_IN_A_ROW = 8
"""After so many urgent items one that can wait is served, so that a flood of urgent work starves nobody."""


class FairQueue(Generic[Item]):
    """Serves lanes in turn, oldest item of a lane first, urgent before the rest."""

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

    def put(self, item: Item, *, lane: str = "", urgent: bool = False) -> None:
        """Add ``item`` to the end of its lane.

        Raises:
            ModelBusyError: ``bound`` items are waiting already.
        """
        if self._size >= self.bound:
            raise ModelBusyError(self.name, self.bound)
        lanes = self._urgent if urgent else self._normal
        lanes.setdefault(lane, deque()).append(item)
        self._size += 1

    def take(self) -> Item | None:
        """Remove and return the next item by turn; None when empty."""
        let_others = self._urgent_served >= _URGENT_IN_A_ROW and self._normal
        lanes = self._urgent if self._urgent and not let_others else self._normal
        if not lanes:
            return None
        self._urgent_served = self._urgent_served + 1 if lanes is self._urgent else 0
        lane, waiting = lanes.popitem(last=False)
        item = waiting.popleft()
        if waiting:
            lanes[lane] = waiting
        self._size -= 1
        return item

    def take_while(self, wanted: Callable[[Item], bool], most: int) -> list[Item]:
        """Remove up to ``most`` wanted items, by turn; what is not wanted keeps its place."""
        taken: list[Item] = []
        for lanes in (self._urgent, self._normal):
            progress = True
            while progress and len(taken) < most:
                progress = False
                for lane in list(lanes):
                    if len(taken) < most and wanted(lanes[lane][0]):
                        taken.append(lanes[lane].popleft())
                        self._size -= 1
                        progress = True
                        if not lanes[lane]:
                            del lanes[lane]
        return taken

    def discard(self, item: Item) -> bool:
        """Remove ``item`` if it still waits; returns whether it did."""
        for lanes in (self._urgent, self._normal):
            for lane, waiting in lanes.items():
                if item in waiting:
                    waiting.remove(item)
                    if not waiting:
                        del lanes[lane]
                    self._size -= 1
                    return True
        return False
