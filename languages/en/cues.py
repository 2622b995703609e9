"""Words of English by which the dialogue tells a question, a correction or another wish."""

import re

from languages.cues import Cues

_CLOSE = (
    r"(?:husband|wife|partner|mother|father|mam|mum|mom|dad|son|daughter|brother|sister|nan|gran|granny|"
    r"grand(?:mother|father|ma|pa|ad)|uncle|aunt|friend|child|baby)"
)

CUES = Cues(
    asks=re.compile(
        r"\b(?:what|where|when|who|why|how|which|do you|does|is there|are there|can i|can you|could|will|would)\b|\?"
    ),
    begins_question=re.compile(
        r"(?:(?:and|but|so|um|uh|wait|sorry|hang on|oh)\s+)*"
        r"(?:what|where|when|who|why|how|which|do|does|did|is|are|can|could|will|would)\b"
    ),
    asks_when=re.compile(r"\b(?:when|what (?:day|date)|which day|how soon|by when)\b"),
    asks_how_much=re.compile(
        r"\b(?:how much|what (?:is|was|does|would|will) (?:\w+ ){0,3}(?:cost|price|total)|what amount)\b"
    ),
    loss=re.compile(
        r"\b(?:passed away|bereave\w*|funeral|"
        rf"{_CLOSE}(?: \w+){{0,2}} (?:died|is dead|has died)|lost my {_CLOSE}|my late {_CLOSE})\b"
    ),
    meant=re.compile(
        r"\b(?:i (?:meant|mean|misspoke)|(?:gave|told|said) (?:you |it )?(?:the |a )?wrong|"
        r"wrong (?:number|one|order|date)|correction|that(?:'s| is| was) (?:all )?wrong)\b"
    ),
    denied=re.compile(
        r"\b(?:no|nope|not|sorry|actually|wait|wrong|meant|mean|correct|change|rather|instead|should be)\b"
    ),
    another=re.compile(
        r"\b(?:other|different|second) (?:one|order|parcel|package|purchase|delivery)\b|"
        r"\b(?:another|one more)\b(?! (?:thing|question|time|minute|moment|second)\b)"
    ),
    stop_connecting=re.compile(r"^(?:wait|stop|hold)\b(?!')|never mind"),
    seams=re.compile(
        r"\s*(?:[.;!?]+\s|,?\s+(?:and|but|plus|also|then)"
        r"(?:\s+(?:also|then|i also|could you also|can you also|please))*\s+|"
        r",\s+(?=(?:can|could|please|i|how|what|where|when)\b))\s*",
        re.IGNORECASE,
    ),
    promise=re.compile(
        r"\bi(?:'ll| will|'m going to| am going to)\b|"
        r"\b(?:i|we)(?:'ve| have) (?!no\b|an?\b|the\b|to\b|got\b)\w|\b(?:i|we) (?:\w+ly |just |already )?\w+ed\b|"
        r"(?:^|[.!?]\s)(?:(?!\b(?:once|when|after|if|until|unless|before)\b)[^.!?])*"
        r"(?:\b(?:has|have)|'s) (?:\w+ )?been \w|"
        r"(?:\b(?:is|are)|'s) (?:now|already) \w+ed\b|^(?:all )?(?:done|set)\b",
        re.IGNORECASE,
    ),
)
"""English cues."""
