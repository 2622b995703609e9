"""Reads from the words of an English turn whether it can be over: how it trails off, what digits and letters it has."""

import re

from models.turn_words import Trailing, TurnWords, cut_off

_WORD = re.compile(r"[a-z0-9']+(?:[.@][a-z0-9]+)*")


def _set(words: str) -> frozenset[str]:
    """Words divided by spaces, as a set."""
    return frozenset(words.split())


_UNITS = {
    "zero": "0", "oh": "0", "nought": "0", "nil": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
    "six": "6", "seven": "7", "eight": "8", "nine": "9",
}  # fmt: skip
_TEENS = frozenset(
    ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
)
_TENS = frozenset(["twenty", "thirty", "forty", "fourty", "fifty", "sixty", "seventy", "eighty", "ninety"])
_SOUND_ALIKE = frozenset(["o", "won", "to", "too", "for", "fore", "ate", "niner"])
"""Words that a transcriber writes for a digit; they count only between digits."""
_REPEATS = {"double": 2, "triple": 3, "treble": 3}

_FILLERS = frozenset(["um", "uh", "umm", "uhm", "er", "erm", "ah", "hmm", "hm", "mm", "like", "well", "so"])
_CONJUNCTIONS = _set(
    """and but or because cause cos since if when while although though unless until that which who whose where whether
    then than as also plus we they he she"""
)
_PREPOSITIONS = _set(
    """of to from for with without at by into onto about between through during against toward towards in on under
    over per via"""
)
_DETERMINERS = _set("""the a an my your his her our their its this these those some any every each another no""")
_OPENERS = _set(
    """i i'm i've i'd i'll we're we've we'll you're he's she's they're they've it's that's there's is are am was were be
    been being do does did have has had can could will would shall should must don't doesn't didn't can't
    couldn't won't wouldn't wasn't isn't aren't haven't hasn't get got want wanted need needed very really just maybe
    perhaps actually please"""
)
_SOMETIMES_LAST = _set(
    """in on over through about for with to by at that this those these no any some then also though did do does can
    could will would have has had is are was were it's please actually really just am need want each so"""
)
"""Words of these classes that do end sentences at times ("sign me in", "yes I do"): a softer sign."""

_HOLD = re.compile(
    r"\b(hang on|hold on|bear with me"
    r"|((hang|hold) on |bear with me )?(for )?(one|a|just a|give me a|wait a) (second|moment|minute|sec)"
    r"|((give|gimme) me )?(just )?(a|one) (second|moment|minute|sec) (to|while|and|as) [\w' ]{1,40}"
    r"|let me (just )?(check|see|look|find|get|grab|think|pull)( (it|that|this|for it|it up|my \w+|the \w+))?"
    r"|i'?m (just )?looking( for it)?)( please| sorry)?$"
)
_INTRODUCTION = re.compile(
    r"\b(my name is|my name's|(hi|hello|hey|good (morning|afternoon|evening)),?( there)?,? (i'?m|i am|this is|it'?s))"
    r" [a-z'-]+( [a-z'-]+)?$"
)
_LEAD_IN = re.compile(
    r"\b(number|code|name|address|e-?mail|phone|postcode|zip|date|order|account|reference|total|it|that|this)"
    r"( \w+)? (is|was|are|ends in|starts with|begins with)$"
)


def words_of(text: str) -> list[str]:
    """Words in lower case without punctuation; hyphens divide."""
    return _WORD.findall(text.lower().replace("’", "'").replace("-", " "))


def trailing(text: str) -> Trailing:
    """How the last words leave the turn."""
    words = words_of(text)
    if not words:
        return Trailing.NOTHING
    joined = " ".join(words)
    if _HOLD.search(joined):
        return Trailing.HOLD
    if cut_off(text):
        return Trailing.CUT
    if _LEAD_IN.search(joined):
        return Trailing.LEAD_IN
    if _INTRODUCTION.search(joined):
        return Trailing.INTRODUCTION
    last = words[-1]
    if len(words) == 1 and last in ("well", "so", "please", "no", "that", "this", "like"):
        return Trailing.WHOLE if last in ("no", "please") else Trailing.OPEN_WORD
    if last in _SOMETIMES_LAST:
        return Trailing.OPEN_WORD
    for kind, members in (
        (Trailing.FILLER, _FILLERS),
        (Trailing.CONJUNCTION, _CONJUNCTIONS),
        (Trailing.DETERMINER, _DETERMINERS),
        (Trailing.PREPOSITION, _PREPOSITIONS),
        (Trailing.OPEN_WORD, _OPENERS),
    ):
        if last in members:
            return kind
    return Trailing.WHOLE


def count_digits(text: str) -> int:
    """Digits said in a text, however the transcriber wrote them.

    ``"4 0 2 7"``, ``"4027"``, ``"four oh two seven"`` and ``"forty twenty-seven"`` are four; "double five" is two.
    A word that only sounds like a digit counts next to a digit.
    """
    words = words_of(text)
    values = [_digits_of(word) for word in words]
    for index, word in enumerate(words):
        if word in _SOUND_ALIKE and _has_digit_beside(words, index):
            values[index] = 1
    total, index = 0, 0
    while index < len(words):
        word = words[index]
        following = values[index + 1] if index + 1 < len(words) else 0
        if word in _REPEATS and following == 1:
            total += _REPEATS[word]
            index += 2
            continue
        if word in _TENS and following == 1 and words[index + 1] in _UNITS and words[index + 1] not in ("oh", "zero"):
            total += 2
            index += 2
            continue
        if word in ("hundred", "thousand") and index and values[index - 1]:
            total += 2 if word == "hundred" else 3
        total += values[index]
        index += 1
    return total


def _digits_of(word: str) -> int:
    if word in _UNITS:
        return 1
    if word in _TEENS or word in _TENS:
        return 2
    return sum(character.isdigit() for character in word)


def _has_digit_beside(words: list[str], index: int) -> bool:
    return any(
        0 <= near < len(words) and (_digits_of(words[near]) > 0 or words[near] in _REPEATS)
        for near in (index - 1, index + 1)
    )


def count_letters(text: str) -> int:
    """Single letters at the end of a text, as in a spelled name: ``"Smith, S M I T H"`` has five."""
    words = words_of(text.replace(".", " "))
    count = 0
    for word in reversed(words):
        if len(word) != 1 or not word.isalpha():
            break
        count += 1
    return count


TURN_WORDS = TurnWords(words_of=words_of, trailing=trailing, count_digits=count_digits, count_letters=count_letters)
"""What the words of an English turn tell."""
