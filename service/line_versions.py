"""Which version of a line a call is on: a new call gets the newest, a call that runs keeps its own. Pure."""

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from dialogue.lines.types import Line

MAY_COME_BACK_S = 900.0
"""A call whose stream ended may come back within this time: its stream was lost, or nobody answered the transfer."""


class Version(Protocol):
    """A line made ready for calls, as far as this file cares."""

    @property
    def line(self) -> Line:
        """The line it was made of."""
        ...


V = TypeVar("V", bound=Version)


@dataclass(slots=True)
class _Hold(Generic[V]):
    """A call's claim to a version."""

    version: V
    streams: int = 0
    left_s: float = 0.0
    """When its last stream ended, monotonic seconds."""


class LineVersions(Generic[V]):
    """The versions that are open, by the content of their folders, and the calls on them."""

    def __init__(self) -> None:
        """Start with none."""
        self._open: dict[str, V] = {}
        self._calls: dict[str, _Hold[V]] = {}

    def __len__(self) -> int:
        """How many are open."""
        return len(self._open)

    def has(self, line: Line) -> bool:
        """Whether this very content is open already."""
        return line.content_hash in self._open

    def add(self, version: V) -> None:
        """Take in a version that is ready."""
        self._open[version.line.content_hash] = version

    def all(self) -> list[V]:
        """Every open version."""
        return list(self._open.values())

    def hold(self, call_id: str, newest: Line) -> V:
        """The version for a stream of a call: the one the call is on, or the newest for a new call.

        Args:
            call_id: The call.
            newest: The line as new calls get it; its version has been added.
        """
        hold = self._calls.get(call_id)
        if hold is None:
            hold = self._calls[call_id] = _Hold(self._open[newest.content_hash])
        hold.streams += 1
        return hold.version

    def release(self, call_id: str, now_s: float, *, over: bool) -> None:
        """A stream of the call ended; ``over`` when no other can follow."""
        hold = self._calls[call_id]
        hold.streams -= 1
        hold.left_s = now_s
        if over and not hold.streams:
            del self._calls[call_id]

    def take_unused(self, now_s: float, newest: set[str]) -> list[V]:
        """Versions that no call is on or can come back to, and no new call gets; they are forgotten, to be closed.

        Args:
            now_s: Monotonic time, s.
            newest: Content hashes of the lines as new calls get them.
        """
        for call_id, hold in list(self._calls.items()):
            if not hold.streams and now_s - hold.left_s > MAY_COME_BACK_S:
                del self._calls[call_id]
        used = newest | {hold.version.line.content_hash for hold in self._calls.values()}
        return [self._open.pop(content) for content in list(self._open) if content not in used]
