"""All that English knows of yes and no, polite or negated: "no thanks", "not really", "mm-hm"."""

import re

from languages.entities import Answer
from languages.yes_no import AnswerCues, compile_cues

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
_WEAK = frozenset((
    "right", "please", "k", "good", "great", "si", "ya", "stop", "not", "fine", "true", "i do", "i have", "i am",
    "i did", "i can", "i will", "i would", "i could", "it is", "it was", "it does", "it did", "this is", "this was",
    "do that", "i'd rather", "positive", "you can", "never", "nothing", "i suppose", "i guess", "no problem",
    "no worries", "no bother", "not a problem",
))  # fmt: skip
_NOT_CUES = re.compile(
    r"(?<![\w'])(?:right (?:now|away|here|there)|no\.? ?\d+|order no|please hold|how (?:do|can|did) i|"
    r"what (?:do|can|did) i|(?:would|could|can|will) you please|please (?:can|could|tell|say|help|wait))(?![\w'])"
)
_OUTRIGHT = re.compile(
    r"(?:(?:um|uh|er|oh|well|so|and|okay|ok)[ ,]+)*"
    r"(?:yes|yeah|yep|yup|yea|correct|right|exactly)\b[ ,.]*that(?:'s| is) it\b"
)
_BRIEF = re.compile(
    r"^(um |uh |oh |well |so |and )*(yes|yeah|yep|yup|ya|sure|okay|ok|correct|right|exactly|definitely|absolutely"
    r"|of course|no|nope|nah|not really|go ahead|please do|that's right|that's correct|that's it|that is correct"
    r"|it is|it isn't|i do|i don't|i did|i didn't|not yet|never mind|please)\b"
)
_PROMISE = re.compile(
    r"^(um |uh |oh |well |so |and |yes |yeah |sure |okay )*"
    r"(yes|yeah|yep|sure|okay|ok|alright|all right|right|certainly|absolutely|of course|no problem|it is|yes i do)$"
)

YES_NO = AnswerCues(
    cues=compile_cues(_CUES),
    weak=_WEAK,
    no_cues=_NOT_CUES,
    outright=_OUTRIGHT,
    brief=_BRIEF,
    promise=_PROMISE,
)
"""Yes and no in English."""
