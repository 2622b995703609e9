"""How people choose among what is offered: others than these, an earlier or later one, the first or last of all."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionCues:
    """Words by which a caller moves among what is offered. Each is looked for in normalised text."""

    more: re.Pattern[str]
    """Others than these: "anything else?", "later", "the next ones"."""
    back: re.Pattern[str]
    """What was offered before: "earlier", "the ones before"."""
    none: re.Pattern[str]
    """None of them suits: "neither of those"."""
    this: re.Pattern[str]
    """The only one that is offered: "that one", "I'll take it"."""
    soonest: re.Pattern[str]
    """The first in time of all there are: "the earliest"."""
    latest: re.Pattern[str]
    """The last in time of all there are."""
    cheapest: re.Pattern[str]
    """What costs least of all there are."""
    after: re.Pattern[str]
    """Stands before a time that is the earliest that suits: "after three"."""
    before: re.Pattern[str]
    """Stands before a time that is too late."""
    parts_of_day: Mapping[str, tuple[time, time]]
    """From when until before when a part of the day lasts, by the pattern of its word: "afternoon"."""
