"""What the telephone edge is composed of."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from interactions.sink import EventSink
from records.calls import CallRepository
from telephony.active_calls import ActiveCalls
from telephony.admission import Admission
from telephony.counters import EdgeCounters
from telephony.public_address import PublicAddress
from telephony.settings import TelephonySettings
from voice.ports import ConversationFactory


class LineDirectory(Protocol):
    """Which line answers a number, and which human stands behind it."""

    def line_for(self, called_number: str) -> str:
        """Name of the line that answers an E.164 number (or ``""`` when none was dialled)."""
        ...

    def human_number(self, line: str) -> str:
        """E.164 number of the line's human, or ``""`` when there is none."""
        ...

    def overflow_number(self, line: str) -> str:
        """E.164 number for calls that the line cannot take, or ``""`` when there is none."""
        ...

    def titles(self) -> dict[str, str]:
        """Every line's name and what a person calls it, the default line first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TelephoneEdge:
    """Everything that the telephone edge is composed of; made by the service."""

    settings: TelephonySettings
    """Checked settings."""
    address: PublicAddress
    """Where carriers reach us."""
    factory: ConversationFactory
    """Makes conversations."""
    calls: CallRepository
    """Keeps facts and decisions."""
    sink: EventSink
    """Where the edge's own events go."""
    lines: LineDirectory
    """Lines and humans."""
    active: ActiveCalls
    """Who is on."""
    admission: Admission
    """Decides who may come in."""
    counters: EdgeCounters = field(default_factory=EdgeCounters)
    """Counts."""
    wall_s: Callable[[], float] = time.time
    """Unix time."""
