"""How the global rules are said in English."""

import re

from languages.en.topics import TOPICS
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
    r"\b(?:don't|do not|didn't|no need (?:to|for)|wouldn't|not going to|rather not|without|nobody|no one|never|"
    r"was|were|been|after|when|what time|how late)(?:\s+\w+){0,4}\s*$"
)
_WANTS_NOT = re.compile(r"\b(?:don't|do not|no need (?:to|for)|rather not|wouldn't|without|nobody|no one|never)\b")
_NO_HUMAN = re.compile(
    rf"""
    \b(?:don't|do\s+not|please\s+not|no\s+need\s+to|rather\s+not|wouldn't|not|before\s+you)
        \s+(?:\w+\s+){{0,3}}?(?:transfer|connect|forward|put|putting|pass|hand|connecting|transferring|passing|handing)
        \s+(?:me|us)\b(?!\s+(?:the|my)\s+(?:money|refund))
  | \b(?:stop|without|instead\s+of)\s+(?:\w+\s+){{0,3}}?(?:putting|connecting|transferring|passing|handing)
        \s+(?:me|us)\b
  | \b(?:don't|do\s+not|no\s+need\s+(?:to|for)|rather\s+not|wouldn't)\s+(?:\w+\s+){{0,3}}?
        (?:(?:speak|talk|chat)\s+(?:to|with)\s+)?(?:{_THE}\s+)*{_PERSON}\b(?!\s+charged)
  | ^(?:(?:please|oh|okay|ok)\s+)*(?:no|not)\s+(?:another\s+)?{_PERSON}\b(?!\s+(?:but|instead))
  | \b(?:rather|prefer\s+to|would\s+like\s+to)\s+(?:stay|keep\s+talking|carry\s+on|talk)\s+(?:here\s+)?with\s+you\b
    """,
    re.VERBOSE,
)
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
_LOUDER = re.compile(
    r"\b(?:speak up|(?:speak|talk) (?:a (?:bit|little) )?louder|louder please|you're (?:very |too |really |so )?"
    r"(?:quiet|faint|far away)|(?:can|could) (?:barely|hardly) hear you)\b"
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
    r"(?:\s+(?:then|please|thanks|thank you|sorry|i changed my mind|i've changed my mind|"
    r"i (?:don't|do not) (?:want|need) (?:it|that|this)(?: any ?more| now)?))*"
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
_MOMENT = r"(?:moment|second|sec|minute|min|mo|tick|little while)s?"
_NEEDS_TIME = re.compile(
    rf"""\b(?:
    (?:hang|hold)\son(?:\s(?:a|one|just\sa|for\sa)\s{_MOMENT})?
  | wait(?:\s(?:a|one|just\sa)\s{_MOMENT}|\sone)?
  | (?:give\sme|i\sneed|(?:can|could)\si\shave|allow\sme)\s(?:just\s)?(?:a|one|some|more)\s(?:{_MOMENT}|time)
  | (?:(?:just|only)\s)?(?:a|one|two)\s{_MOMENT}
  | (?:(?:i'll|i\swill)\s)?be\s(?:right\s)?back(?:\sin)?
  | bear\swith\sme | let\sme\s(?:just\s)?(?:check|look|see|find|get|grab|think)
    )\b""",
    re.VERBOSE,
)
_ERRAND = re.compile(
    r"\b(?:let me|i(?:'ll| will| must|'ve got to| have (?:got )?to| need to|'m (?:just )?going to|'m gonna|'d better)) "
    r"(?:just |quickly |go and |go )*(?:check|look|see|find|get|grab|think|ask|fetch|search|open|dig|read|pull|turn on|"
    r"put on|write|note)\b[^.,;!?]*"
)
_COURTESY = re.compile(
    rf"""\b(?:
    okay|ok|yes|yeah|sure|please|and|then|um|uh|oh|well|so|sorry|thanks|thank\syou|right|just|now|for\sme|i\sthink
  | (?:can|could|will|would)\syou | i\shave\sit\shere
  | (?:it|this|that)(?:'ll|\swill|\smight|\smay)?\s(?:only\s|just\s)?takes?\s(?:me\s|us\s)?(?:just\s|only\s)?
        (?:a|one|two|a\sfew)\s{_MOMENT}
    )\b""",
    re.VERBOSE,
)
_NO_DANGER = re.compile(
    r"\b(?:no|not|nothing|nobody|never|isn't|wasn't|aren't|don't|doesn't|didn't|without)(?: \w+){0,2} "
    r"(?:fire|smoke|burning|burned|burnt|gas|shock|hurt|danger|dangerous|injured|emergency|leak|leaking)\b|"
    r"\b(?:last|a|two|three|some) (?:week|month|year|weeks|months|years|days|night|while)(?: ago)?\b|"
    r"\b(?:yesterday|years ago|back then|used to|is out now|was put out|all safe now|already over)\b"
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
_MACHINE_MENTIONED = re.compile(r"\b(?:robot|machine|bot|computer)\b")
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


def _human_unwanted(words: str) -> bool:
    return bool(_HUMAN.search(words)) and not _asks_for_human(words)


RULES = GlobalRules(
    normalise=_normalise,
    says={
        Rule.IDENTITY: _IDENTITY.fullmatch,
        Rule.NO_HUMAN: lambda words: _NO_HUMAN.search(words) and not _MACHINE_MENTIONED.search(words),
        Rule.HUMAN: _asks_for_human,
        Rule.SLOWER: lambda words: _SLOWER.search(words) and not _DELIVERY.search(words),
        Rule.LOUDER: _LOUDER.search,
        Rule.REPEAT: lambda words: _REPEAT.search(words) or _REPEAT_ALONE.fullmatch(words),
        Rule.GOODBYE: _GOODBYE.fullmatch,
        Rule.NEVER_MIND: _NEVER_MIND.fullmatch,
        Rule.PRESENCE: _PRESENCE.fullmatch,
    },
    human_alone=_HUMAN_ALONE,
    human_unwanted=_human_unwanted,
    wants_not=_WANTS_NOT,
    needs_time=_NEEDS_TIME,
    errand=_ERRAND,
    courtesy=_COURTESY,
    no_danger=_NO_DANGER,
    topics=TOPICS,
    has_not=_HAS_NOT,
    thanks=_THANKS,
    firm_goodbyes=_FIRM_GOODBYES,
    clear_ends=(*_FIRM_GOODBYES, "that's all", "that is all", "nothing else", "that's everything"),
    examples=_EXAMPLES,
)
"""The global rules of English."""
