"""Whether one more call can be taken. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class BusyReason(StrEnum):
    """Why a call cannot be taken."""

    NOT_READY = "not_ready"
    DRAINING = "draining"
    CAPACITY = "capacity"
    LOOP_LAG = "loop_lag"


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How busy the process is."""

    active_calls: int
    """Calls that talk, or were told to connect and will in a moment."""
    loop_lag_ms: float
    """How late the event loop runs, ms."""
    draining: bool = False
    """Whether the service shuts down."""
    ready: bool = True
    """Whether models are loaded and the line is open."""


def admit(load: Load, *, max_active_calls: int, max_loop_lag_ms: float) -> BusyReason | None:
    """Why one more call cannot be taken; None when it can."""
    if load.draining:
        return BusyReason.DRAINING
    if not load.ready:
        return BusyReason.NOT_READY
    if load.active_calls >= max_active_calls:
        return BusyReason.CAPACITY
    if load.loop_lag_ms > max_loop_lag_ms:
        return BusyReason.LOOP_LAG
    return None
