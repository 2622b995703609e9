"""How a value is denied in English: "not Monday", "instead of the red one", "5512 is wrong", "one, I mean two"."""

import re

from languages.contrasts import ContrastWords

_IS = r"(?:it(?:'s|’s|s)?(?: is| was| should be)?|that(?:'s|’s| is| was)|this is|i said)"
_NOT = r"(?:n't|n’t| not)"

WORDS = ContrastWords(
    denies_next=re.compile(
        r"\b(?:not(?! (?:only|just|sure|more|less|before|after|until|till|later|earlier|yet)\b)|instead of"
        r"|rather than|except(?: for| on)?|forget(?: about)?|ignore|scratch"
        r"|other than|apart from|anything but|any day but|neither|nor"
        rf"|(?:is|was|are|were|wo|wasn|isn|it){_NOT}"
        rf"|(?:do|did|does|would|could|ca|can|should|have|has){_NOT} (?:say|mean|want|do|make|take|manage|come)"
        r"|cannot (?:do|make|manage|come)"
        r"|(?:chang|mov|switch|swap|correct)(?:e|ed|ing)?(?: \w+){0,3}? from)\b",
        re.IGNORECASE,
    ),
    denies_last=re.compile(
        r"[\s,.-]*\b(?:(?:is|was|would be|that's|that’s|it's|that is) (?:the )?"
        r"(?:wrong|incorrect|a mistake|the mistake|not right|not correct|no good|out|impossible)\b(?: (?:one|number"
        r"|date|day))?"
        r"|(?:is|was) (?:my|the|an?) (?:old|previous|wrong|other)\b(?: (?:one|number|date|day))?"
        rf"|(?:is|was){_NOT} (?:it|right|correct|the one|what i (?:said|meant|want)|my|mine)\b"
        rf"|(?:does|do|did|wo|would|will){_NOT} (?:work|suit|do|fit)\b)",
        re.IGNORECASE,
    ),
    replaces=re.compile(
        r"[\s,.;-]*\b(?:no(?! (?:later|earlier|sooner|more|less|longer|one|problem|need|idea|rush|hurry|matter"
        r"|doubt)\b)|sorry"
        r"|i mean|(?:but|and)? ?i meant|i (?:should|ought to) (?:say|have said)|correction|(?:oh |no )?wait"
        r"|scratch that"
        r"|or rather|make (?:that|it)|actually|oops|(?:but |and )?(?:it |that |they )?should (?:be|have been|read)"
        r"|but (?:it's|it’s|it is|actually|really)|that should be"
        r"|(?:but |and )?the (?:right|correct|real|new|actual)(?: \w+)? (?:is|was|should be))\b[\s,.;-]*",
        re.IGNORECASE,
    ),
    lead=re.compile(
        rf"(?:[\s,.;:-]+|(?:{_IS}|no|sorry|wait|actually|um|uh|er|i mean|i meant|but|rather|make (?:that|it)"
        rf"|should be|the|an?"
        r"|my|your|on|at|in|for|of|to|it|is|be|was|by|order|number|account|reference|ref|name|date|amount|option|me"
        r"|say|said)\b)*",
        re.IGNORECASE,
    ),
    trail=re.compile(r"(?:\s+(?:one|ones|order|number|date|day|please|then|option)\b)*", re.IGNORECASE),
    divides=re.compile(r"\s(?:to|and)\s", re.IGNORECASE),
    clause=re.compile(rf"[,.;:!?](?!\d)|\s[-–—]\s|\b(?:but|{_IS}|i meant?|then|so)\b", re.IGNORECASE),
)
"""Denials of English."""
