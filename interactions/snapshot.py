"""Where a call stands after a turn, as it is kept: what a process needs to go on with a call that another one lost."""

from dataclasses import dataclass
from typing import Any

SNAPSHOT_VERSION = 1
"""Of `CallSnapshot` itself; the dialogue's part carries a version of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSnapshot:
    """One call after a turn that was kept. A later snapshot of the same call replaces it."""

    interaction_id: str
    """The call."""
    version: int = SNAPSHOT_VERSION
    """Of this form."""
    dialogue: dict[str, Any]
    """The dialogue's state in its serial form: JSON values only, opaque to whoever keeps it. Personal data."""
    utterances: int
    """Utterances numbered so far: the next one is this plus 1."""
    replies: int
    """Replies numbered so far."""
    streams: int
    """Media streams so far, the current one included."""
    call_ms: int
    """The call clock when it was made."""
    wall_time: float
    """When it was made, seconds since 1970: a call that goes on later lets its clock run on by what has passed."""
