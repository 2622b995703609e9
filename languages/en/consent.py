"""All that English knows of agreeing to a proposal of a change, whole turns of it, and of what makes a yes none."""

import re

from languages.consent import ConsentGrammar, Piece, one_line, patterns

_CONTRACTED = (
    (re.compile(r"\b(?:can't|cannot)\b"), "can not"),
    (re.compile(r"\bwon't\b"), "will not"),
    (re.compile(r"\b(?:ain't|dont|don't)\b"), "do not"),
    (re.compile(r"\blet's\b"), "let us"),
    (re.compile(r"(?<=\w)n't\b"), " not"),
    (re.compile(r"(?<=\w)'m\b"), " am"),
    (re.compile(r"(?<=\w)'re\b"), " are"),
    (re.compile(r"(?<=\w)'ve\b"), " have"),
    (re.compile(r"(?<=\w)'ll\b"), " will"),
    (re.compile(r"(?<=\w)'d\b"), " would"),
    (re.compile(r"\b(that|it|there|what|who|everything|all|answer|he|she|where|how|here)'s\b"), r"\1 is"),
)
_WORD = re.compile(r"[^\W_]+(?:[.,:][^\W_]+)*(?:'[a-z]+)?")


def _words(text: str) -> str:
    plain = text.lower().replace("’", "'").replace("100%", "hundred percent")
    for pattern, whole in _CONTRACTED:
        plain = pattern.sub(whole, plain)
    return " ".join(_WORD.findall(plain.replace("-", " ")))


_GOOD = one_line(r"""
    (?:(?:just|absolutely|really|very|totally|perfectly|quite|exactly|about|so) )?
    (?:fine|good|great|grand|okay|ok|perfect|right|correct|lovely|ideal|wonderful|brilliant|excellent|super|cool|sound|
    all right|alright|fantastic|amazing|mighty|class|savage|nice|helpful|best|handy|deadly|magic|the best|the job|fair|
    more than fair|reasonable|sensible|easiest|easier|simplest|most kind|settled|sorted|
    a (?:great|good|big|huge) (?:help|idea)|a load off my mind)
""")
_IT = "(?:that|it|this)"
_WHOLE = rf"(?:{_IT}|everything|all of {_IT}|all|all that|everything you said|what you said)"
_ADVERB = one_line(r"""
    (?:(?:really|certainly|definitely|absolutely|indeed|fully|hereby|gladly|happily|most certainly|very much|surely|
    sure|do) )*
""")
_TO_ME = r"(?: (?:for|with|by|to) (?:me|us))?"
_I = "(?:i|we)"
_I_AM = f"{_I} (?:am|are)"
_CONSENT = "(?:consent|permission|approval|okay|ok|agreement|blessing)"
_GO = one_line(rf"""
    (?:(?:you )?go (?:right |on )?ahead|go|go on|go for it|(?:go ahead|proceed) with {_IT}|proceed|
    proceed with the same|work away|fire away|crack on|get on with it|do|do {_IT}|do so|do just that|do exactly that|
    get {_IT} done|make it so|put {_IT} through|run with {_IT}|have at it|do {_IT} that way|do the needful|
    get it sorted|sort {_IT}(?: out)?|press the button|(?:do|go) (?:it )?as you (?:said?|suggest(?:ed)?|propose[d]?)|
    (?:do|go with) what you (?:said|suggested|just said))
""")
_BID = one_line(rf"""
    (?:please|kindly|just|do|you (?:can|may|go|go and)|feel free to|let us|go ahead and|go on and|(?:please )?go and|
    {_I} {_ADVERB}(?:want|need|wish|would (?:like|love|want|appreciate|be (?:glad|grateful|happy|delighted|pleased)))
    (?: it)?(?: if)?(?: you| for you)?(?: to| would| could| did)?|
    {_I} (?:am|are|would be) (?:happy|glad|delighted) (?:for you )?to|be so (?:kind|good) (?:as to|and)|then)
""")

_PIECES = {
    Piece.ORDER: rf"""
        (?:{_BID} )*{_GO}(?: (?:then|so|there|away|now|for me|for us|indeed))*|you (?:can|may)(?: indeed)?|
        {_I} {_ADVERB}(?:agree|accept|approve|consent|confirm|second|authori[sz]e)(?: (?:to|with|of))?(?: {_WHOLE})?|
        {_I_AM} {_ADVERB}(?:agreed|in agreement|on board|all for it|for it|in favou?r|all in|agreeable|willing|
        prepared to do (?:{_IT}|so))|
        {_WHOLE} (?:is|was|would be) (?:exactly |precisely |just |all )?what {_I} (?:want|wanted|would like|need|needed|
        asked for|am after|was after|was hoping for|hoped for|had in mind|
        (?:called|rang|phoned|am calling|am ringing) (?:about|for))(?: to do)?|
        {_I} {_ADVERB}(?:want|would (?:like|love|appreciate|welcome)) {_IT}(?: done| please| very much| a lot)*|
        {_I} (?:am|are|would be) {_ADVERB}(?:happy|fine|okay|ok|good|content|satisfied|cool|pleased|grand)
         with {_WHOLE}|
        {_I} would be {_ADVERB}(?:happy|glad|grateful|delighted|pleased)
        (?: with {_IT}| to| if you (?:did|would|could))|
        {_I} (?:would )?(?:give|have given) (?:you )?(?:my|our) {_CONSENT}|
        you have (?:my|our|the) (?:{_CONSENT}|word|green light|go ahead)|that has (?:my|our) {_CONSENT}|
        {_CONSENT} (?:is )?(?:given|granted)|green light|roger(?: that)?|accepted|confirmed|approved|agreed|granted|
        consider it (?:agreed|approved|confirmed|a yes)|(?:you can )?take {_IT} as a yes|count (?:me|us) in|
        (?:the|my|our) answer is (?:a )?(?:clear |definite |firm |big )?yes|yes is (?:the|my) answer|
        (?:a|that is a|that was a|it is a) (?:clear |definite |firm |big |resounding |hard )*yes(?: from (?:me|us))?|
        yes from (?:me|us)|{_I} (?:will|would )?say yes(?: to {_IT})?|{_I} will say yes(?: to {_IT})?|
        {_I} could not agree more|nothing would (?:please|suit) (?:me|us) (?:more|better)|
        {_I} would not say no(?: to {_IT})?|there is no reason (?:why )?(?:you should not|not to)|
        {_I} can not think of (?:a better|any better) (?:idea|thing|plan)|
        {_I} will (?:take|have) {_IT}|let us (?:have|go with) it(?: so| then)?|let me have it|{_I} want you to
    """,
    Piece.YES: rf"""
        (?:(?:heck|hell|god|jesus|christ|lord|good lord|damn|oh god|big|ara|arrah|ah sure) )?(?:yes|yeah)|
        yes (?:indeed|{_I} do|{_I} would|you (?:can|may)|it is|i am)|yep|yup|yea|yah|ya|aye|yessir|yas|
        certainly|absolutely|definitely|naturally|of course(?: you (?:can|may)| i do| i would)?|indeed|affirmative|
        correct|exactly|precisely|deal|done deal|gladly|with pleasure|by all means|very much so|sure thing|
        most certainly|defo|deffo|roger|positively|unquestionably|happily|without (?:question|(?:a )?doubt)|
        (?:one |a )?hundred percent|100 percent|too right|you bet|you betcha|
        {_I} {_ADVERB}(?:do|would)(?: indeed)?|
        {_WHOLE} (?:would be|will be|sounds|seems|looks|would suit|suits|works|would work|will do|would do)(?: {_GOOD})?
        {_TO_ME}(?: nicely| fine| so| then| me)?|
        (?:sounds|looks|seems) (?:{_GOOD}|like a plan){_TO_ME}|works{_TO_ME}|suits (?:me|us)|
        that is {_GOOD} (?:by|with) (?:me|us)|
        (?:fine|okay|ok|good|grand|cool|all right|alright|great) (?:by|with) (?:me|us)|
        that is (?:agreed|settled|a deal|the plan|ideal|my wish|only (?:right|fair))
    """,
    Piece.OKAY: rf"""
        okay|ok|okey doke|okey dokey|okie dokie|alright|all right|right so|right you (?:are|be)|righto|fine|grand|sure|
        cool|perfect|sound|very well|fair enough|fair play|good|great|lovely|excellent|
        (?:good|great) (?:idea|plan|stuff|job)|grand (?:job|so)|all good|
        (?:{_WHOLE}|that all) is (?:all )?{_GOOD}{_TO_ME}|{_WHOLE} is in order
    """,
    Piece.PLEASE: r"""
        please|if you (?:would|could|please|would please)|if you (?:would|do) not mind|
        if (?:it|that) is (?:no|not too much) (?:trouble|bother)|if you would be so (?:kind|good)|be so (?:kind|good)
    """,
    Piece.THANKS: rf"""
        (?:many |a thousand )?(?:thanks|thank you)
        (?: (?:very much|so much|a lot|a million|a mill|a bunch|again|kindly|indeed|all|now))*
        (?: for (?:{_IT}|(?:all )?your help|the help|offering|asking|checking|sorting {_IT}|everything))?|
        ta|cheers|much (?:obliged|appreciated)|(?:i )?(?:really |do )?appreciate (?:it|that|your help)|
        (?:god )?bless you|you are (?:an angel|a star|a legend|a gem|a lifesaver|the best|so kind|very kind|very good|
        too kind|so helpful|very helpful|great)|
        (?:that|it) is (?:very|so|really|awfully) (?:kind|nice|good|decent|helpful)(?: of you)?
    """,
    Piece.ADDRESS: r"""
        sir|madam|ma'am|miss|mate|pal|pet|love|good man|there is a good (?:man|girl|lad|woman)|hen|boss|buddy|man|
        my friend|dude|lads|folks|duck
    """,
    Piece.SOON: r"""
        now|right now|right away|straight away|immediately|at once|this minute|asap|
        as (?:soon|quickly|fast) as (?:possible|you can)|at your (?:earliest )?convenience|whenever you are ready|
        (?:and )?the (?:sooner|quicker) the better
    """,
    Piece.SIDE: rf"""
        no (?:problems?|worries|bother|trouble|objections?|issues?)(?: (?:at all|with {_IT}|there|from me))?|
        not a (?:problem|bother)|{_I} have no (?:problem|objection|objections|issue|issues)(?: (?:with|to) {_IT})?|
        (?:that|it) is no (?:bother|trouble|problem)(?: at all)?|no harm in {_IT}|
        {_I} do not mind(?: at all| that)?|why not|why (?:would {_I} not|would not {_I}|ever not)|what else|
        {_I} (?:would|should) (?:say|think|hope) so|{_I_AM}|it is|that is it|that is (?:me|right|correct|the one)|
        all of it|(?:quite|very|really|absolutely|totally|pretty) (?:sure|certain|happy)|
        {_I_AM} (?:quite |very |really |absolutely |totally )?(?:sure|certain|positive)|obviously|totally|finally|
        (?:wonderful|brilliant|super|smashing|class|mighty|magic|tidy|deadly|savage|bingo|sorted|delighted|fantastic|
        amazing|marvellous|splendid|nice|sweet|perfect|grand|lovely|great|good)(?: stuff| job| as| so)?|
        ready when you are|all set|you (?:do|go) that
    """,
    Piece.HEARS: rf"""
        {_I} (?:understand|see|know|get it|got it|hear you|follow|heard you|got that)(?: that| all that)?|got it|
        got that|understood|gotcha|noted|(?:that is|that is all) clear
    """,
    Piece.GOODBYE: r"""
        bye(?: bye| now)?|goodbye|good bye|take care|see you|all the best|
        (?:and )?have (?:a|yourself a) (?:nice|good|great|lovely) (?:day|one|evening|weekend|afternoon)
    """,
    Piece.OPENING: r"""
        you know|you know what|um+|uh+|er+m*|eh+m*|em+|ahm|hm+|mm+|well|so|right|look|listen|and|then|sorry
    """,
    Piece.SURPRISE: r"oh+|ah+|ooh+|ach|och|wow|whoa|jesus|jeez|god|gosh",
    Piece.BIDDING: _BID,
    Piece.VERDICT: rf"""
        (?:is|are|would be|will be|sounds|looks) {_GOOD}{_TO_ME}|
        (?:works|work|suits|suit|would work|would suit|will do|would do)(?: (?:for )?(?:me|us))?
        (?: (?:fine|well|perfectly|nicely|best))?
    """,
}

_QUESTIONS = r"""
    what|who|whom|whose|which|how|why|where|when|
    (?:is|are|was|were|does|did|has|will|would|could|can|should|may)
     (?:it|that|this|there|i|we|you|they|he|she|the|my|your|somebody|someone|anybody|anyone)|do (?:i|we|they|you)|am i
"""
_CONDITIONS = r"""
    if|unless|provided|providing|assuming|supposing|subject to|as long as|so long as|on condition|in case|in that case|
    once|until|till|after|before|when|while|depends?|depending|whether
"""
_CONTRAST = r"""
    but|though|although|however|except|only|just|instead|rather|sooner|other|another|different|else|wrong|mistake|
    actually|mean|meant|without|change|part|half|first|second|last
"""
_NEGATIONS = r"""
    no|not|nope|nah|naw|nay|nee|never|none|nothing|nobody|neither|nor|nowhere|hardly|refuse|decline|object|
    objections?|against|stop
"""
_DOUBT = r"""
    maybe|perhaps|might|possibly|probably|guess|suppose|reckon|think|thinking|unsure|sure about|torn|wonder|wondering|
    could|hope|believe|kind of|sort of|leaning|nearly|almost|whatever|mind|idea
"""
_LATER = r"""
    later|tomorrow|tonight|today|yet|next|soon|weeks?|months?|year|some ?day|another time|for now|monday|tuesday|
    wednesday|thursday|friday|saturday|sunday|weekend|holidays?
"""
_WAITS = r"""
    wait|hold|hang|sec|moment|minute|tick|one second|bear with|let me|give me|whoa|sorry|pardon|excuse|repeat|again|
    hear|heard
"""
_REPORTED = r"""
    said|say|says|saying|told|tell|tells|claims?|asked|asking|he|she|they|him|her|them|speak|talk|somebody|someone|person
"""
_DENIED = r"do|want|need|like|bother|touch|dare|agree|accept|wish|think so|approve|consent|authori[sz]e"
_KNOWING = r"know|mind|remember|tell|say|understand|hear|catch|get|follow|make|see"

CONSENT = ConsentGrammar(
    words=_words,
    pieces=patterns(_PIECES),
    proposes=re.compile(
        r"\b(?:i|we|(?:me|us|you|happy|like|want) to)"
        r"(?: (?:will|would|shall|should|can|could|may|am to|am going to|are going to|now|then|just|do|"
        r"go ahead and|go on and))* (?!(?:will|would|shall|should|can|could|may|am|are|have|do|just|go ahead|got)\b)"
    ),
    verb_forms=lambda verb: frozenset({verb}),
    denies=re.compile(
        r"\b(?:not|never|stop|no need to|instead of|rather not)"
        r"(?: (?:you|to|have|it|want|wanting|need|like|ever|just|please|dare|go|and))* $"
    ),
    turned={
        "you": ("me", "i"), "your": ("my",), "yours": ("mine",), "yourself": ("myself",), "i": ("you",), "me": ("you",),
        "my": ("your",), "we": ("you",), "our": ("your",), "us": ("you",),
    },
    little=frozenset((
        "it", "that", "this", "them", "those", "these", "me", "us", "all", "order", "money", "one",
    )),
    linking=frozenset(("the", "a", "an", "my", "our", "for", "to", "of", "number")),
    dismissive=re.compile(one_line(r"""
        \b(?:(?:yeah|yes|oh|ah|okay|sure) right|(yeah|sure|okay|ok|right|fine|whatever)(?: \1\b)+(?= *$)|
        (?:oh|sure) (?:sure|whatever)(?= *$)|just (?:great|lovely|perfect|grand|brilliant))\b
    """)),
    doubts=re.compile(one_line(
        rf"\b(?:{_QUESTIONS}|{_CONDITIONS}|{_CONTRAST}|{_NEGATIONS}|{_DOUBT}|{_LATER}|{_WAITS}|{_REPORTED})\b"
    )),
    harmless=re.compile(one_line(rf"""
        \bno (?:problems?|worries|bother|trouble|objections?|harm|idea|clue|rush|hurry|doubt|question)\b|
        \bnot a problem\b|\bnot (?:\w+ )?(?:sure|certain|convinced|clear|following)\b|
        \b(?:do|can|could|did|have|would) not (?:\w+ )?(?:{_KNOWING})\b|
        \bwhy not\b|\bnot (?:only|just)\b|\bif not\b|\bor no\b|\bno one\b|\bno matter\b
    """)),
    refuses=re.compile(one_line(rf"""
        \b(?:no|nope|nah|naw|nay|nee)\b(?= *$| (?:thanks|thank|no|please|i|we|it|that|this|the|do|keep|leave|wait|stop|
        sorry|actually|not|never|sir|way|need|chance|longer|but|because|just|you|he|she|they|let|my)\b)
        (?: (?:thanks|thank you|way|need|no|please))*|\bnever\b(?= *$)|
        \b(?:do|does|did|will|would) not (?:\w+ )?(?:{_DENIED})(?: (?:that|it|anything|a thing|to|this|so))*\b|
        \b(?:please |just |do |but |then )?do not\b(?= *$)|\bdo nothing\b|
        \bnot (?:now|yet|today|tonight|at the moment|at all|really|interested|necessary|this time|any ?more|that|this|
        me|right now|for me|ever|happening)\b|
        \b(?:rather|better|prefer|certainly|definitely|absolutely|course|please) not\b|
        \b{_I} (?:would|will) not\b(?= *$)|\brather you did not\b|\b(?:stop|stop that|stop it)\b(?= *$)|
        \bforget (?:it|that|about it|about that|i said)\b|\bnever ?mind\b|\bscrap that\b|
        \b{_I} (?:refuse|decline|object)\b|(?<!before i )\bchanged? my mind\b|\bsecond thoughts\b|
        \bthought better of it\b|\btake (?:it|that|this) back\b|\bagainst (?:it|that)\b|\bhands off\b|
        \b(?:hold|call it) off\b
    """)),
    keeps=re.compile(one_line(r"""
        \b(?P<verb>keep|keeping|leave|stay|remain)\b
        (?: (?:it|that|them|things|everything|the \w+|my \w+|as|the way|with|on))*
    """)),
    agrees=re.compile(one_line(rf"""
        \b(?:yes|yeah|yep|yup|aye|okay|ok|sure|fine|certainly|absolutely|definitely|of course|alright|all right|do it|
        do that|go ahead|go on|please do(?! not)|i agree|right|what {_I} (?:want|need|wanted)|
        (?:that|it) is (?:fine|okay|ok|good|great|grand|all right))\b
    """)),
    stops=re.compile(one_line(rf"""
        \b(?:no|oh|wait|please|ah|hey)(?: (?:no|wait|please|ah|oh|sorry|now))*
         (?:stop|undo|do not(?= *$| (?:do|want)\b))\b|
        ^(?:please )?stop(?: (?:it|that|now|please|there|stop|right))*$|
        \bundo {_IT}\b|\b(?:take|turn|change|put|call) {_IT} back\b|\breverse {_IT}\b|
        \b{_I} did not (?:want|mean|say|ask|agree)\b|
        \b(?:not|is not|was not) what {_I} (?:want|wanted|meant|said|asked)\b|
        \bchanged? my mind\b|\bsecond thoughts\b|\b(?:do not|did not) want (?:that|it|you to)\b|
        \b(?:that|it) (?:is|was) the wrong\b|\bwrong (?:order|one|number|account|booking|appointment)\b|
        \bcancel that\b|\bdo not do (?:that|it)\b
    """)),
)  # fmt: skip
"""Agreement in English."""
