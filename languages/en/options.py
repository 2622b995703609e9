"""How people choose among what is offered, in English."""

import re
from datetime import time

from languages.options import OptionCues

OPTIONS = OptionCues(
    more=re.compile(
        r"\b(?:more|else|later|next|others?|other (?:one|ones|option|options|times?|days?)|different|further|"
        r"what other|keep going|go on)\b"
    ),
    back=re.compile(r"\b(?:earlier|sooner|previous|go back|the ones before|the first ones)\b"),
    none=re.compile(r"\b(?:none|neither|nothing|not any|don't want any|no good|any of (?:them|those|these))\b"),
    this=re.compile(r"\b(?:that one|this one|that|it|perfect|fine|great|good|works|suits me|take it)\b"),
    soonest=re.compile(r"\b(?:earliest|soonest|as soon as|as early as|first (?:available|one you have|free))\b"),
    latest=re.compile(r"\b(?:latest|as late as|last (?:available|one you have))\b"),
    cheapest=re.compile(r"\b(?:cheapest|cheaper|least expensive|lowest|less expensive)\b"),
    after=re.compile(r"\b(?:after|from|not before|later than|past)$"),
    before=re.compile(r"\b(?:before|until|by|earlier than)$"),
    parts_of_day={
        "morning": (time(0), time(12)),
        "afternoon": (time(12), time(17)),
        "evening": (time(17), time(23, 59)),
    },
)
"""Words of choosing."""
