"""How telephone numbers are said in English: "plus four four", "the one I'm calling from"."""

import re
from functools import partial

from languages.en import digits
from languages.phones import PhoneWords, find_phone

_CALLING = r"(?:(?:that )?(?:i'm|i’m|i am) (?:calling|ringing|phoning|on|speaking|talking)(?: you)?(?: from| on)?)"

WORDS = PhoneWords(
    digits=digits.find_any,
    plus=frozenset(["plus", "+"]),
    own=re.compile(
        rf"\b(?:(?:this|the same|same|that) (?:very )?(?:number|one|phone|line|mobile)\b|(?:number|one|phone|line"
        rf"|mobile) {_CALLING}"
        rf"|the number you (?:have|see|can see|got)\b|(?:on|to|at) this\s*(?:[.,!?]|$|please)|{_CALLING}$|my own number"
        r"|just (?:this|that) one)",
        re.IGNORECASE,
    ),
    another=re.compile(
        r"\b(?:another|different|some other|other)\b|\bnot (?:on |to )?(?:this|that|the same)\b", re.IGNORECASE
    ),
)

find = partial(find_phone, words=WORDS)
"""Finds the telephone number in an English text."""
