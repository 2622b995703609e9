"""How the global rules are said in English."""

import re

from languages.rules import GlobalRules, Rule

_PERSON = (
    r"(?:human|person|people|agent|representative|rep|operator|colleague|advisor|adviser|manager|supervisor|"
    r"someone|somebody|specialist|real\s(?:one|human|person|agent)|live\s(?:person|agent)|"
    r"human\sbeing|customer\s(?:service|care|support)|staff(?:\smember)?|team\smember|member\sof\sstaff|employee)s?"
)
_THE = r"(?:an?|the|some|your|any|one\sof\syour|another|actual|real|live|different|customer\sservice|human|support)"
_HUMAN = re.compile(
    rf"""
    \b(?:speak|talk|chat|speaking|talking)\s+(?:to|with)\s+(?:{_THE}\s+)*{_PERSON}\b
  | \b(?:transfer|connect|forward)\s+me\b(?!\s+(?:the|my)\s+(?:money|refund))
  | \bput\s+(?:me|us)\s+(?:through|on\s+to|in\s+touch)\b
  | \b(?:get|give|pass|find)\s+me\s+(?:to\s+|on\s+to\s+)?(?:{_THE}\s+)*{_PERSON}\b
  | \b(?:want|need|like|prefer|rather\s+have)\s+(?:to\s+have\s+)?(?:an?\s+|the\s+|some\s+)(?:real\s+|actual\s+|live\s+)?
        (?:human|person|agent|representative|operator|manager|supervisor)\b
  | \bis\s+there\s+(?:{_THE}\s+)*{_PERSON}\s+(?:i\s+can|there|available|who|around|to\s+talk)\b
  | \b(?:can|could|may)\s+(?:i|you)\s+(?:get|have)\s+(?:{_THE}\s+)*
        (?:human|person|agent|representative|operator|manager)\b
  | \b(?:don't|do\s+not|not)\s+(?:\w+\s+){{0,3}}?(?:talk|speak|deal)\w*\s+(?:to|with)
        \s+an?\s+(?:robot|machine|bot|computer)\b
  | \b(?:not|than|instead\s+of|stop)\s+(?:talk\w*\s+to\s+)?an?\s+(?:robot|machine|bot|computer)\b
    """,
    re.VERBOSE,
)
_HUMAN_ALONE = re.compile(
    rf"(?:(?:hi|hello|no|just|i said|please|um|uh|uhm|yes|okay|ok)\s+)*(?:{_THE}\s+)*"
    r"(?:human|person|agent|representative|operator|human being|real person|live agent|manager|supervisor|"
    r"customer service|customer support|customer care)"
    r"(?:\s+(?:please|now|thanks|thank you))*"
)
_NOT_HUMAN = re.compile(
    r"\b(?:don't|do not|didn't|no need to|wouldn't|not going to|rather not|was|were|been|after)"
    r"(?:\s+\w+){0,3}\s*$"
)
_WANTS_NOT = re.compile(r"\b(?:don't|do not|no need to|rather not|wouldn't)\b")
_REPEAT = re.compile(
    r"\b(?:(?:can|could|would|will) you (?:please )?(?:repeat|say)(?: that| it| this)?(?: again| once more| please)*"
    r"|say (?:that|it) (?:again|one more time|once more)|repeat (?:that|it|please|the question)|come again|"
    r"what did you (?:just )?say|what was that|i didn't (?:catch|hear|get) (?:that|you|it|what you)|"
    r"didn't catch that|one more time|i (?:can't|couldn't) hear you|say again|what was the question)\b"
)
_REPEAT_ALONE = re.compile(
    r"(?:(?:sorry|um|uh|i'm sorry)\s+)?(?:pardon(?: me)?|sorry|excuse me|what|huh|again(?: please)?|repeat|"
    r"i beg your pardon|beg your pardon|say what)"
)
_SLOWER = re.compile(
    r"\b(?:slow(?: it)? down|(?:speak |talk |go )?(?:a (?:bit|little) )?(?:slower|more slowly)|too fast|so fast|"
    r"not so fast|(?:speak|talk) slowly)\b"
)
_GOODBYE = re.compile(
    r"(?:(?:no|okay|ok|great|all right|alright|well|yeah|yes|perfect|good|lovely|cool|right|um|uh|actually|thanks|"
    r"thank you(?: very much| so much)?|for (?:your|the) help|cheers|nope|nah)\s+)*"
    r"(?:good ?bye|bye(?: ?bye)?(?: now)?|that's all|that is all|that's it|that is it|that will be all|that'll be all|"
    r"that was (?:all|it)|that's everything|nothing else|i'm (?:done|good|fine|all set)|"
    r"have a (?:nice|good|great) (?:day|one|evening|weekend)|see you|talk to you later|hang up)"
    r"(?:\s+(?:for (?:now|today)|then|i needed|i need|really|thanks|thank you(?: very much| so much)?|bye(?: ?bye)?|"
    r"good ?bye|you too|from me|cheers|have a (?:nice|good|great) (?:day|one|evening)|for your help))*"
)
_NEVER_MIND = re.compile(
    r"(?:(?:oh|no|okay|ok|actually|sorry|um|uh|well|ah)\s+)*"
    r"(?:never ?mind|forget (?:it|that|about it|about that)|leave it|it doesn't matter|doesn't matter|"
    r"don't bother|skip (?:it|that)|i changed my mind|i've changed my mind)"
    r"(?:\s+(?:then|please|thanks|thank you|sorry))*"
)
_PRESENCE = re.compile(
    r"(?:(?:hello|hi|hey|hiya|good (?:morning|afternoon|evening|day)|oh|um|uh|are you (?:still )?there|there|sorry|"
    r"can you hear me(?: now)?|is (?:anyone|anybody|someone|somebody) there|anyone there|anybody there)(?:\s+|$))+"
)
_IDENTITY = re.compile(
    r"(?:(?:hello|hi|hey|wait|sorry|um|uh|oh|so|but|hang on|excuse me)\s+)*"
    r"(?:are you|is this|is that|am i (?:talking|speaking|chatting) (?:to|with))\s+"
    r"(?:(?:an?|the|some|even|really|actually|just|another)\s+)*(?:(?:real|actual|live|human|automated|talking|answering)\s+)*"
    r"(?:robot|bot|machine|computer|ai|recording|human|person|human being|somebody|someone|assistant|voice|program)"
    r"(?:\s+(?:or (?:an? )?(?:\w+ ?){1,2}|now|here|there|thing))*"
)
_NEEDS_TIME = re.compile(
    r"\b(?:hang on|hold on|one (?:moment|second|sec|minute)|just a (?:moment|second|sec|minute)|wait(?: a| one)?|"
    r"let me (?:just )?(?:check|look|see|find|get|grab|think)|give me a (?:moment|second|sec|minute)|bear with me)\b"
)
_HAS_NOT = re.compile(
    r"\b(?:(?:don't|do not|haven't|have not|can't|cannot|couldn't|didn't) (?:\w+ ){0,3}?"
    r"(?:know|have|remember|find|got|get|see)|no idea|no clue|lost (?:it|the|my)|not sure)\b"
)
_THANKS = re.compile(
    r"(?:(?:okay|ok|great|perfect|lovely|good|fine|all right|alright|oh|well|right|no|cool|brilliant)\s+)*"
    r"(?:thanks|thank you|cheers|many thanks|ta)(?:\s+(?:very much|so much|a lot|again|for your help|for that|then))*"
)
_DELIVERY = re.compile(r"\bdeliver|\bship|\border\b")
"""Who finds a delivery too slow does not mean the bot."""
_MACHINE_AT_END = re.compile(r"\b(?:robot|machine|bot|computer)$")
_FIRM_GOODBYES = ("bye", "goodbye", "hang up")

_EXAMPLES: dict[str, tuple[str, ...]] = {
    "human": (
        "can I speak to a person", "I want to talk to someone", "agent", "representative please",
        "get me a human", "put me through to somebody", "I don't want to talk to a machine",
        "is there anyone real I can talk to", "let me speak with your manager", "transfer me to customer service",
        "I'd rather deal with a real person", "can somebody call me back please",
    ),
    "repeat": (
        "can you repeat that", "what did you say", "pardon", "sorry I didn't catch that", "say that again please",
        "come again", "I missed that", "what was the question again",
    ),
    "goodbye": (
        "that's all thank you", "goodbye", "no that's everything", "bye bye", "I'm all set thanks",
        "nothing else thanks", "okay thanks have a nice day", "that was it thank you very much",
    ),
}  # fmt: skip
_WORD = re.compile(r"[^\W_]+(?:'[a-z]+)?")


def _normalise(text: str) -> str:
    """Lower-case words with single spaces and no punctuation but apostrophes."""
    return " ".join(_WORD.findall(text.lower().replace("’", "'")))


def _asks_for_human(words: str) -> bool:
    found = _HUMAN.search(words)
    if not found:
        return False
    return bool(_MACHINE_AT_END.search(found.group(0))) or not _NOT_HUMAN.search(words[: found.start()])


RULES = GlobalRules(
    normalise=_normalise,
    says={
        Rule.IDENTITY: _IDENTITY.fullmatch,
        Rule.HUMAN: _asks_for_human,
        Rule.SLOWER: lambda words: _SLOWER.search(words) and not _DELIVERY.search(words),
        Rule.REPEAT: lambda words: _REPEAT.search(words) or _REPEAT_ALONE.fullmatch(words),
        Rule.GOODBYE: _GOODBYE.fullmatch,
        Rule.NEVER_MIND: _NEVER_MIND.fullmatch,
        Rule.PRESENCE: _PRESENCE.fullmatch,
    },
    human_alone=_HUMAN_ALONE,
    wants_not=_WANTS_NOT,
    needs_time=_NEEDS_TIME,
    has_not=_HAS_NOT,
    thanks=_THANKS,
    firm_goodbyes=_FIRM_GOODBYES,
    clear_ends=(*_FIRM_GOODBYES, "that's all", "that is all", "nothing else", "that's everything"),
    examples=_EXAMPLES,
)
"""The global rules of English."""
