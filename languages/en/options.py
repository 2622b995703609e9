"""How people choose among what is offered, in English."""

import re
from datetime import time

from languages.options import OptionCues

OPTIONS = OptionCues(
    more=re.compile(
        r"\b(?:more|else|later|next|others|different|further|keep going|go on|other (?:ones|options|times|days)"
        r"|what other|any other|another(?: one)?|(?:any|some)(?:thing|one)? \w+er)\b"
    ),
    back=re.compile(r"\b(?:earlier|sooner|previous|go back|the ones before|the first ones)\b"),
    none=re.compile(
        r"\b(?:none|neither|nothing|not any|don't want any|no good"
        r"|(?:not|don't|doesn't|won't|can't)\b.{0,20}\b(?:any|either) of (?:them|those|these))\b"
    ),
    other=re.compile(r"\bthe other(?: one| option| room| time| day)?$"),
    whichever=re.compile(
        r"\b(?:whichever|either (?:one )?(?:is|would be|works|will do)|either (?:one|of them|of those)"
        r"|any of (?:them|those|these)|you (?:choose|pick|decide)|i don't (?:mind|care)|doesn't matter|no preference"
        r"|all the same to me)\b"
    ),
    asks=re.compile(
        r"^(?:\w+ )?(?:do you have|have you(?: got)?|is there|are there|any\w*|what about|how about|did you say)"
    ),
    this=re.compile(r"\b(?:that one|this one|that|it|perfect|fine|great|good|works|suits me|take it)\b"),
    soonest=re.compile(r"\b(?:earliest|soonest|as soon as|as early as|first (?:available|one you have|free))\b"),
    latest=re.compile(r"\b(?:latest|as late as|last (?:available|one you have))\b"),
    cheapest=re.compile(r"\b(?:cheapest|least expensive|lowest)\b"),
    dearest=re.compile(r"\b(?:most expensive|dearest)\b"),
    sooner=re.compile(r"\b(?:earlier|sooner)\b"),
    later=re.compile(r"\blater\b"),
    cheaper=re.compile(r"\b(?:cheaper|less expensive|lower|less money)\b"),
    dearer=re.compile(r"\b(?:more expensive|dearer|pricier)\b"),
    article=re.compile(r"\bthe $"),
    after=re.compile(r"\b(?:after|from|not before|later than|past)$"),
    before=re.compile(r"\b(?:before|until|by|earlier than)$"),
    over=re.compile(r"\b(?:over|above|more than|at least|from)$"),
    under=re.compile(r"\b(?:under|below|less than|up to|at most|no more than|within|cheaper than)$"),
    parts_of_day={
        "morning": (time(0), time(12)),
        "afternoon": (time(12), time(17)),
        "evening": (time(17), time(23, 59)),
    },
)
"""Words of choosing."""
