"""Whether one more call is taken: one rule for every door, the carrier's and the browser's, and for readiness."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from telephony.active_calls import ActiveCalls


class BusyReason(StrEnum):
    """Why a call is not taken."""

    DRAINING = "draining"
    LOADING = "loading"
    LOG_FAILING = "log_failing"
    CAPACITY = "capacity"
    LOOP_LAG = "loop_lag"
    DOOR = "door"

    @property
    def sentence(self) -> str:
        """For people."""
        return _SENTENCES[self]


_SENTENCES = {
    BusyReason.DRAINING: "shutting down",
    BusyReason.LOADING: "models are loading",
    BusyReason.LOG_FAILING: "events cannot be written",
    BusyReason.CAPACITY: "all lines are busy",
    BusyReason.LOOP_LAG: "the event loop is late",
    BusyReason.DOOR: "too many calls wait to begin",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A way in. A call stands in it from the moment it is told to connect until its media stream is there."""

    name: str
    """Calls that stand in doors of one name count together."""
    hold_s: float
    """How long a place is kept for a call that stands in it, s."""
    standing: int | None = None
    """Most calls that may stand in it; None for as many as there are places."""


CARRIER = Door(name="carrier", hold_s=20.0)
"""The phone network: its calls are real people who pay for them."""
BROWSER = Door(name="browser", hold_s=10.0, standing=4)
"""The phone page: pressing call costs nothing, so presses alone must not fill the carrier's places."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How busy the process is."""

    calls: int
    """Calls that talk, or were told to connect and will in a moment."""
    loop_lag_ms: float = 0.0
    """How late the event loop runs, ms."""
    draining: bool = False
    """Whether the service shuts down."""
    obstacle: BusyReason | None = None
    """What else is in the way: models that load, a log that cannot be written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmissionLimits:
    """What a process takes."""

    places: int
    """Calls at a time."""
    max_loop_lag_ms: float
    """Event-loop lag above which no call is taken, ms."""


def refusals(load: Load, limits: AdmissionLimits) -> tuple[BusyReason, ...]:
    """Everything that speaks against one more call, the most lasting first; pure."""
    against = {
        BusyReason.DRAINING: load.draining,
        BusyReason.CAPACITY: load.calls >= limits.places,
        BusyReason.LOOP_LAG: load.loop_lag_ms > limits.max_loop_lag_ms,
    }
    return tuple(reason for reason in BusyReason if reason is load.obstacle or against.get(reason))


class Admission:
    """Takes calls, or says why not. Used from the event loop only."""

    def __init__(
        self,
        active: ActiveCalls,
        limits: AdmissionLimits,
        *,
        loop_lag_ms: Callable[[], float] = lambda: 0.0,
        obstacle: Callable[[], BusyReason | None] = lambda: None,
    ):
        """Decide for a registry of calls.

        Args:
            active: Who talks and who stands in a door.
            limits: What the process takes.
            loop_lag_ms: Current lag of the event loop, ms.
            obstacle: What else is in the way, if anything is.
        """
        self._active = active
        self._limits = limits
        self._loop_lag_ms = loop_lag_ms
        self._obstacle = obstacle

    def refusals(self) -> tuple[BusyReason, ...]:
        """Why no call would be taken now; empty when one would."""
        load = Load(
            calls=self._active.count,
            loop_lag_ms=self._loop_lag_ms(),
            draining=self._active.draining,
            obstacle=self._obstacle(),
        )
        return refusals(load, self._limits)

    def admit(self, call_id: str, door: Door) -> BusyReason | None:
        """Keep a place for a call that comes through a door; again for the same call: the same place.

        Returns:
            Why it is not taken, or None when it is.
        """
        if self._active.has_place(call_id):
            return None
        if against := self.refusals():
            return against[0]
        if door.standing is not None and self._active.standing(door.name) >= door.standing:
            return BusyReason.DOOR
        self._active.reserve(call_id, door.name, door.hold_s)
        return None
