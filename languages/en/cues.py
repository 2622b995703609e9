"""Words of English by which the dialogue tells a question, a correction or another wish."""

import re

from languages.cues import Cues

CUES = Cues(
    asks=re.compile(
        r"\b(?:what|where|when|who|why|how|which|do you|does|is there|are there|can i|can you|could|will|would)\b|\?"
    ),
    begins_question=re.compile(
        r"(?:(?:and|but|so|um|uh|wait|sorry|hang on|oh)\s+)*"
        r"(?:what|where|when|who|why|how|which|do|does|did|is|are|can|could|will|would)\b"
    ),
    meant=re.compile(r"\b(?:i (?:meant|mean|misspoke)|wrong (?:number|one|order|date)|correction|that was wrong)\b"),
    denied=re.compile(
        r"\b(?:no|nope|not|sorry|actually|wait|wrong|meant|mean|correct|change|rather|instead|should be)\b"
    ),
    another=re.compile(r"\b(?:other|another|different|second) (?:one|order|parcel|package|purchase|delivery)\b"),
    stop_connecting=re.compile(r"^(?:wait|stop|hold)\b(?!')|never mind"),
    seams=re.compile(
        r"\s*(?:[.;!?]+\s|,?\s+(?:and|but|plus|also|then)"
        r"(?:\s+(?:also|then|i also|could you also|can you also|please))*\s+|"
        r",\s+(?=(?:can|could|please|i|how|what|where|when)\b))\s*",
        re.IGNORECASE,
    ),
    promise=re.compile(
        r"\b(?:i(?:'ve| have| will|'ll)) (?:now )?(?:refund|cancel|change|order|send|book|transfer)", re.IGNORECASE
    ),
)
"""English cues."""
