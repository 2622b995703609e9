"""How English counts: "the two of us", "half a dozen", "just the one night", "my wife, two kids and me"."""

import re
from collections.abc import Sequence
from functools import partial

from languages.counts import CountWords, find_count, is_inside
from languages.en.numbers import DIGITS, read_cardinal
from languages.tokens import Token, word_at

_STANDING_FOR = {"couple": 2, "pair": 2, "dozen": 12, "single": 1}
_SOME = frozenset(["few", "several", "some", "many", "loads", "lots"])
_ALONE = {"none": 0, "nobody": 0, "both": 2}
_BEFORE_PRONOUN = frozenset(
    ["this", "that", "which", "each", "every", "another", "other", "any", "right", "wrong", "first", "last", "no"]
)
_ONLY = frozenset(["just", "only"])


def _read(tokens: Sequence[Token], at: int) -> tuple[int | None, int] | None:
    """Read "two", "2", "a couple of", "half a dozen", "both", "none", or "a few"."""
    word = word_at(tokens, at)
    if word in _ALONE:
        return _ALONE[word], at + 1
    if word == "half" and word_at(tokens, at + 1) == "a" and word_at(tokens, at + 2) == "dozen":
        return 6, at + 3
    start = at + (word == "a")
    if word_at(tokens, start) in _STANDING_FOR:
        return _STANDING_FOR[word_at(tokens, start)], start + 1
    if word_at(tokens, start) in _SOME:
        return None, start + 1
    if word == "one" and _is_pronoun(tokens, at):
        return None
    return _read_whole(tokens, at)


def _read_whole(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """A whole number that is neither part of a code nor of a price or time."""
    if is_inside(tokens, at):
        return None
    if at < len(tokens) and tokens[at].is_number and len(tokens[at].raw) > 1 and tokens[at].raw[0] == "0":
        return None
    read = read_cardinal(tokens, at)
    if read is None or read[0] != int(read[0]):
        return None
    value, end = int(read[0]), read[1]
    if word_at(tokens, end) == "dozen":
        return value * 12, end + 1
    return value, end


def _is_pronoun(tokens: Sequence[Token], at: int) -> bool:
    """Whether a "one" stands for a thing: "the one with a view", "that one"; "just the one" is a count."""
    before, after = word_at(tokens, at - 1), word_at(tokens, at + 1)
    if before == "the":
        return word_at(tokens, at - 2) not in _ONLY and after in ("with", "at", "for", "to", "on", "in", "i")
    return before in _BEFORE_PRONOUN and after not in DIGITS


_ONE_PERSON = """
    person guest adult grown-up grownup child kid baby infant toddler teenager senior boy girl man woman lady
    gentleman wife husband partner spouse girlfriend boyfriend fiance fiancé fiancee fiancée friend colleague
    coworker boss son daughter mother mum mom father dad sister brother aunt uncle cousin nephew niece grandson
    granddaughter grandmother grandma grandfather grandpa visitor passenger traveller traveler attendee
    participant player patient member other companion assistant sibling roommate flatmate neighbour neighbor
""".split()
_SEVERAL = """
    people persons guests adults grown-ups grownups children kids babies infants toddlers teenagers seniors boys
    girls men women ladies friends colleagues coworkers sons daughters sisters brothers cousins visitors
    passengers travellers travelers attendees participants players patients members others family group team crew
    siblings grandchildren grandkids us
""".split()

WORDS = CountWords(
    read=_read,
    nothing=frozenset(["no"]),
    articles=frozenset(["a", "an", "the"]),
    between=frozenset(
        ["-", "of", "the", "more", "full", "whole", "single", "extra", "additional", "nice", "little", "small", "my"]
    ),
    people={**dict.fromkeys(_ONE_PERSON, 1), **dict.fromkeys(_SEVERAL), "parents": 2, "grandparents": 2},
    possessives=frozenset(["my", "our", "her", "his"]),
    speaker=frozenset(["me", "i", "myself"]),
    alone=re.compile(
        r"\b(?:just|only|simply) (?:for )?(?:me|myself|yours truly)\b|\bby myself\b|\bon my own\b|\bme alone\b"
        r"|\bme only\b|\bnobody else\b|\bno one else\b|\b(?:i'm|travell?ing|coming) (?:\w+ )?(?:alone|solo)\b"
        r"|^\W*(?:(?:it's|it is|that's|for|um|uh|well|so)\W+)*(?:me|myself|alone|solo)\W*$"
    ),
    days=frozenset(["night", "nights", "day", "days"]),
    stretches={"week": 7, "weeks": 7, "fortnight": 14, "weekend": 2},
    joins=frozenset(["and", "plus", "with", ",", "&", "then", "also"]),
    disputed=frozenset(
        [
            "baby",
            "babies",
            "infant",
            "infants",
            "toddler",
            "toddlers",
            "newborn",
            "dog",
            "dogs",
            "cat",
            "cats",
            "weekend",
        ]
    ),
    rough=re.compile(
        r"\b(?:maybe|perhaps|possibly|probably|about|around|roughly|approximately|or so|or maybe|at (?:least|most)"
        r"|up to|more or less|not sure|ish)\b"
    ),
    before=frozenset(["for"]),
    names_else=re.compile(
        r"(?:[$£€#]\s*|\b(?:at|by|until|till|since|before|after|past|half|room|flat|apartment|suite|floor|gate"
        r"|number plate|aged?|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|april?|may|june?|july?|aug(?:ust)?"
        r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|(?:mon|tues|wednes|thurs|fri|satur|sun)day(?: the)?"
        r"|(?:order|booking|reservation|account|reference|confirmation|invoice|code)(?: number| no)?(?: is)?)\s+)$"
    ),
    counts_else=re.compile(
        r"\s*(?:[$£€%]|[:./]\s?\d|(?:st|nd|rd|th|am|pm|a\.m|p\.m)\b|o'?clock\b)"
        r"|\s+(?:euros?|dollars?|pounds?|quid|bucks?|cents?|pence|percent|per cent|hundred hours|years? old"
        r"|(?:of )?(?:january|february|march|april|june|july|august|september|october|november|december)|of may"
        r"|in the (?:morning|afternoon|evening)|at night)\b"
    ),
    sounds={"to": 2, "too": 2, "for": 4, "fore": 4, "won": 1, "ate": 8, "tree": 3, "free": 3},
    dictated=frozenset(["oh", "o", "double", "triple"]),
    fillers=frozenset(
        (
            "it's it is that's would be will there we we're are i'm the just only um uh er well so yes yeah please"
            " thanks thank you for okay ok sorry actually make then at i think total in all altogether"
        ).split()
    ),
)
"""Counts of English."""

find = partial(find_count, words=WORDS)
"""Finds a count in an English text."""
