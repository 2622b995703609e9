"""Reads the answer to a yes-or-no question, polite or negated: "no thanks", "not really"."""

import re

from languages.entities import Answer, YesNo
from languages.tokens import LONGEST_TEXT

_CUES: tuple[tuple[Answer, float, str], ...] = (
    # Longer phrases first: what they cover is not read again word by word.
    (
        Answer.UNSURE,
        0.9,
        r"i (?:really |honestly )?(?:don't|do not|dont) (?:really )?know|dunno|no idea|"
        r"not (?:so |very |quite |too |really |entirely |a hundred percent )?sure|i'm unsure|unsure|"
        r"can't (?:say|tell|remember)|cannot (?:say|tell|remember)|(?:don't|do not) remember|i forget|"
        r"hard to say|it depends|depends|can i think|let me think|maybe|perhaps|possibly|might be|"
        r"could be|sort of|kind of"
    ),
    (
        Answer.YES,
        0.9,
        r"no (?:problem|worries|bother)|not a problem|why not|"
        r"(?:i )?(?:don't|wouldn't|do not|would not) mind|no objections?|by all means|no doubt|"
        r"can't complain|"
        r"no (?:that's|that is|it's|it is) (?:right|fine|correct|ok|okay|good|great|perfect)"
    ),
    (
        Answer.NO,
        0.95,
        r"(?:i )?(?:don't|do not|dont) think so|"
        r"not (?:really|at all|yet|now|today|right now|anymore|any more|quite|exactly|particularly|"
        r"necessarily|interested|correct|right|true|me|mine|ok|okay|good|that i know(?: of)?|this time|"
        r"what i (?:want|need|said|meant))|"
        r"(?:definitely|absolutely|certainly|of course|probably|i'd rather|rather|i would rather|"
        r"i'd prefer|preferably|hopefully|i guess|i hope|i think|better|maybe) not|"
        r"i'd rather (?:you )?(?:not|didn't)|no (?:thank you|thanks|way|need|chance)|"
        r"that's (?:all wrong|wrong|incorrect|not it)|"
        r"(?:that|it) (?:isn't|is not|wasn't|was not|doesn't|does not|won't)|"
        r"please (?:don't|do not|dont|not)|(?:don't|do not|dont) (?:do|bother|want|need|have|like|agree|worry|think)|"
        r"i(?:'m| am) (?:good|fine|okay|ok) (?:thanks|thank you)|leave it|forget it|forget about it|"
        r"never ?mind|that's (?:all|it|everything)|hell no|neither|never|nothing(?: else)?|"
        r"i (?:don't|do not|didn't|did not|haven't|have not|can't|cannot|won't|will not|wouldn't|would not|"
        r"couldn't)|"
        r"i'd rather"
    ),
    (
        Answer.YES,
        0.95,
        r"(?:yes|yeah|sure|ok|okay) please|please do|go (?:ahead|on|for it)|do it|do that|"
        r"let's do (?:it|that)|"
        r"that(?:'s| is| would be| will be|'d be|'ll be) (?:right|correct|it|me|fine|good|great|perfect|true|"
        r"okay|ok|lovely|the one|all right|alright|exactly right|nice|helpful|wonderful)|"
        r"(?:it|this) (?:is|does|was|did)|it's (?:right|correct|me|fine)|of course(?! not)|"
        r"you (?:can|may|got it|bet)|"
        r"i (?:do|did|am|have|would|will|can|could|think so|guess so|believe so|hope so|suppose so|suppose|guess)|"
        r"i'd (?:like|love) (?:that|to|it)|sounds (?:good|great|right|fine|perfect)|works for me|"
        r"that works|fine (?:by|with) me|very much so|all right|spot on|too right|mm+[- ]?h+m+|uh[- ]?huh|"
        r"m+[- ]?hm+|exactly|precisely|affirmative|absolutely|definitely|certainly|totally|indeed|"
        r"confirmed?|correct|positive"
    ),
    (
        Answer.NO,
        0.95,
        r"incorrect|no|nope|nah|naw|nay|negative|uh[- ]?uh|nuh[- ]?uh|wrong|stop|not|don't|dont|isn't|"
        r"false"
    ),
    (
        Answer.YES,
        0.95,
        r"yes|yeah|yep|yup|yea|ya|yah|aye|yessir|sure|ok|okay|k|alright|fine|right|true|please|good|great|"
        r"perfect|si|oui"
    ),
)  # fmt: skip
_PATTERNS = tuple(
    (answer, strength, re.compile(rf"(?<![\w'])(?:{pattern})(?![\w']|-\w)")) for answer, strength, pattern in _CUES
)
_WEAK = frozenset((
    "right", "please", "k", "good", "great", "si", "ya", "stop", "not", "fine", "true", "i do", "i have", "i am",
    "i did", "i can", "i will", "i would", "i could", "it is", "it was", "it does", "it did", "this is", "this was",
    "do that", "i'd rather", "positive", "you can", "never", "nothing", "i suppose", "i guess",
))  # fmt: skip
_NOT_CUES = re.compile(
    r"(?<![\w'])(?:right (?:now|away|here|there)|no\.? ?\d+|order no|please hold|how (?:do|can|did) i|"
    r"what (?:do|can|did) i|(?:would|could|can|will) you please|please (?:can|could|tell|say|help|wait))(?![\w'])"
)
_MANY_WORDS = 12
_Hit = tuple[int, int, Answer, float]
"""First character, one past the last, the answer, and how strongly it says so."""


def find_yes_no(text: str) -> YesNo | None:
    """Find whether a text says yes, no, or neither.

    When cues disagree, the first strong one leads, except that "yeah, no" is a no and "no, yeah" a yes.

    Args:
        text: What was said in answer to a yes-or-no question.

    Returns:
        The answer, less sure in long sentences; None when the text does not answer.
    """
    clean = text[:LONGEST_TEXT].lower().replace("’", "'")
    masked = _NOT_CUES.sub(lambda m: "\x00" * len(m.group()), clean)
    hits: list[_Hit] = []
    for answer, strength, pattern in _PATTERNS:
        for match in pattern.finditer(masked):
            weak = match.group() in _WEAK
            hits.append((match.start(), match.end(), answer, 0.6 if weak else strength))
        masked = pattern.sub(lambda m: "\x00" * len(m.group()), masked)
    if not hits:
        return None
    hits.sort()
    words = len(clean.split())
    start, end, answer, strength = _decide(hits)
    if words > _MANY_WORDS:
        strength -= 0.25 if start < 12 else 0.45
    elif strength < 0.7 and words > 4:
        strength -= 0.2
    disagree = any(h[2] != answer and h[3] >= 0.7 for h in hits)
    confidence = round(max(0.1, strength - (0.15 if disagree else 0.0)), 3)
    return YesNo(value=answer, start=start, end=end, confidence=confidence)


def _decide(hits: list[_Hit]) -> _Hit:
    strong = [h for h in hits if h[3] >= 0.7] or hits
    first = strong[0]
    second = strong[1] if len(strong) > 1 else None
    if second is not None and _gives_way(first, second):
        return second
    unsure = next((h for h in strong if h[2] == Answer.UNSURE), None)
    return unsure if unsure is not None and first[3] < unsure[3] else first


def _gives_way(first: _Hit, second: _Hit) -> bool:
    """Whether the first word only takes the turn, as in "yeah, no", "okay then no" and "no, yeah"."""
    short, gap = first[1] - first[0] <= 5, second[0] - first[1]
    if first[2] == Answer.YES and second[2] == Answer.NO:
        return short and gap <= 6 and second[1] - second[0] <= 4
    return first[2] == Answer.NO and second[2] == Answer.YES and short and gap <= 2
