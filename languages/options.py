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
    other: re.Pattern[str]
    """The one that was not spoken of: "the other one"."""
    whichever: re.Pattern[str]
    """Any of them suits: "either is fine"."""
    asks: re.Pattern[str]
    """Begins a question whether there is such a thing, which takes nothing yet: "do you have"."""
    this: re.Pattern[str]
    """The only one that is offered: "that one", "I'll take it"."""
    soonest: re.Pattern[str]
    """The first in time of all there are: "the earliest"."""
    latest: re.Pattern[str]
    """The last in time of all there are."""
    cheapest: re.Pattern[str]
    """What costs least of all there are."""
    dearest: re.Pattern[str]
    """What costs most of all there are."""
    sooner: re.Pattern[str]
    """Sooner than these: "anything earlier"; with `article` before it the sooner one of them."""
    later: re.Pattern[str]
    """Later than these."""
    cheaper: re.Pattern[str]
    """Cheaper than these."""
    dearer: re.Pattern[str]
    """Dearer than these."""
    article: re.Pattern[str]
    """Before a comparison within what is offered: "the cheaper one"; anchored at its end."""
    after: re.Pattern[str]
    """Stands before a time that is the earliest that suits: "after three"."""
    before: re.Pattern[str]
    """Stands before a time that is too late."""
    over: re.Pattern[str]
    """Stands before a price that is the lowest that suits."""
    under: re.Pattern[str]
    """Stands before a price that is the highest that suits."""
    parts_of_day: Mapping[str, tuple[time, time]]
    """From when until before when a part of the day lasts, by the pattern of its word: "afternoon"."""
