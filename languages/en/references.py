"""What stands beside a number in English: a reference is told from a price, a year, a time or a house number."""

import re

from languages.references import ReferenceWords

_NOUNS = (
    r"orders?|accounts?|customers?|clients?|bookings?|reservations?|references?|ref|invoices?|parcels?|packages?"
    r"|deliver(?:y|ies)"
    r"|tickets?|cases?|claims?|contracts?|polic(?:y|ies)|members?|memberships?|appointments?|tracking|shipments?"
    r"|purchases?"
    r"|confirmation|meters?|cards?|codes?|ids?|files?|serial|receipts?|transactions?|payments?|registration|patients?"
    r"|pin"
)
_NAMES_ELSE = "".join(
    rf"(?<!\b{word} )"
    for word in (
        *("zip", "post", "postal", "eir", "phone", "mobile", "telephone", "cell", "landline", "contact", "house"),
        *("like to", "want to", "need to", "wanted to", "going to", "love to"),
    )
)
"""Before "code" and "number" of something that is no reference, and before "order" where it is a verb."""
_JOINS = (
    r"(?:[\s,:#'’-]+|\b(?:number|no|nr|num|id|code|reference|ref|is|was|it's|it’s|its|s|are|called|ending|ends|in"
    r"|with|um|uh|er"
    r"|that's|that’s|being|i think|here|digits|under)\b\.?)*"
)
_STREET = (
    r"street|st|road|rd|avenue|ave|lane|drive|close|court|crescent|square|terrace|place|parade|boulevard|blvd|way"
    r"|grove|park"
    r"|gardens|hill|row|mews|quay|highway|view|heights|walk|green|house|cottages?"
)
_NO_STREET = (
    r"and|or|is|was|to|please|by|has|hasn't|have|it|it's|its|my|the|i|i'd|i'm|on|in|but|for|never|not|no|still|from"
    r"|at|with|of"
    r"|so|you|can|could|that|this|any|thanks|yes|then|where|when|will|would|which|because|about|if|a|an|me|your|out"
    r"|all|just"
)
"""Words after which a street's name does not go on."""
_UNITS = (
    r"euros?|eur|dollars?|usd|bucks?|pounds?|quid|gbp|sterling|cents?|pence|p|k|grand|percent|per cent|%"
    r"|days?|weeks?|months?|years?|hours?|minutes?|mins?|seconds?|am|pm|a\.m|p\.m|o'clock|hrs|kilos?|kg|grams?"
    r"|lit(?:er|re)s?"
    r"|met(?:er|re)s?|miles?|km|kilomet(?:er|re)s|inch(?:es)?|cm|mm|feet|foot|degrees|people|persons|times|items?"
    r"|pieces|pairs?"
    r"|units|kilowatts?|kwh|watts|gigs?|gigabytes|gb|megabytes|pages|rooms|children|of them|or so|year[- ]old"
)

WORDS = ReferenceWords(
    joins=_JOINS,
    named_before=re.compile(rf"(?:{_NAMES_ELSE}\b(?:{_NOUNS}|number){_JOINS}|\bno\. ?|#\s*)$", re.IGNORECASE),
    asked_before=re.compile(
        r"\b(?:refund|return|replace|exchange|where(?:'s|’s| is| are)|track(?:ing)?|cancel(?:ling)?"
        r"|check(?:ing)?(?: on)?|(?:calling|asking|phoning"
        r"|ringing|call|ask"
        r"|it's|it’s|question|hear|news) (?:about|regarding)|regarding|concerning|status of|find|look(?:ing)? (?:up"
        r"|for)|what(?:'s|’s)"
        r" (?:happening|going on|up) with|happened (?:to|with)|(?:twice|double|refund|status|return|exchange"
        r"|cancellation|delivery|tracking|help|problem|receipt"
        r"|label|replacement|complaint|charges?|payments?) for|(?:problem|issue|trouble|wrong|help|dealing) with"
        r"|update on|news (?:on|of)|it's|it’s|it is|that's|that’s"
        r"|that is|this is)"
        r"[\s,]*(?:um|uh|er)?[\s,]*$",
        re.IGNORECASE,
    ),
    pays_before=re.compile(r"\b(?:refund|pay|charge|credit)(?:ed|ing)?[\s,]*$", re.IGNORECASE),
    named_after=re.compile(
        rf"[\s,]*(?:is|was|'s|’s|would be|that's|that’s)(?: what)? (?:the|my|our) (?:\w+ )?(?:{_NOUNS}|number)\b",
        re.IGNORECASE,
    ),
    other_before=re.compile(
        r"(?:[$€£]\s*|\b(?:eur|usd|gbp|euros?|pay|paid|paying|costs?|costing|charged?|worth|owed?|spent|spend|prices?"
        r"|total|amount"
        r"|sum|value|debit(?:ed)?|balance|bill|fee|deposit)"
        r"(?: (?:me|us|you|of|is|was|for|the|my|about|around|a|only|at|them|him|her))*\s+"
        r"|\brefund(?:ed)?(?: (?:me|us|of|is|was|the|my|about|a|only|at))+\s+"
        r"|\b(?:over|under|above|below|more than|less than|fewer than|at least|at most|up to|nearly|almost|roughly"
        r"|approximately"
        r"|around|than|plus|minus)(?: (?:the|a))?\s+"
        r"|\b(?:flat|apartment|apt|unit|suite|floor|room|house|block|building|gate|platform|box|bus|flight|size|model"
        r"|version"
        r"|page|channel|chapter|row|seat|bay|level|aged?|channel|windows|iphone|galaxy|type|series)(?: number"
        r"| no\.?)?\s+"
        r"|\b(?:phone|mobile|cell|telephone|landline|fax)(?: number| no\.?)?(?:[\s,:]|\b(?:is|was|it's|it’s)\b)*"
        r"|\b(?:post ?code|zip(?: code)?|eir ?code)(?: is|'s|’s)?\s+"
        r"|\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\s+(?:the\s+)?)$",
        re.IGNORECASE,
    ),
    other_after=re.compile(
        rf"\s*(?:[€£$%]|(?:st|nd|rd|th)\b|['’]?s\b|(?:{_UNITS})\b)"
        rf"|\s+(?:(?!(?:{_NO_STREET})\b)[\w'’.-]+\s+){{1,3}}?(?:{_STREET})\b"
        r"|\s+(?:of\s+)?(?:january|february|march|april|june|july|august|september|october|november|december)\b",
        re.IGNORECASE,
    ),
    year_before=re.compile(
        r"\b(?:in|since|from|until|till|during|of|year|by|before|after|around|back in|late|early|summer|winter|spring"
        r"|autumn|fall"
        r"|january|february|march|april|may|june|july|august|september|october|november|december|\d(?:st|nd|rd|th)?,?)"
        r"(?: the)?(?: year)?\s+$",
        re.IGNORECASE,
    ),
    time_before=re.compile(r"\b(?:at|by|until|till|before|after|around|since)\s+$", re.IGNORECASE),
    counted=re.compile(
        r"\s+(?!(?:this|is|was|has|does|yes|thanks|as|its|it's|that's|always|perhaps|besides|unless|plus|comes|goes"
        r"|says|shows|"
        r"starts|ends|works|looks|seems|means|hasn|pass|class|address|express|less|us|across|towards)\b)[a-z]{3,}s\b",
        re.IGNORECASE,
    ),
    fillers=re.compile(
        r"(?:[\s'’:#-]+|\b(?:yes|yeah|yep|ok|okay|sure|hi|hello|hey|um+|uh+|er+m?|well|so|oh|it|it's|it’s|its|is|that"
        r"|that's|that’s|this"
        r"|here|goes|please|thanks|thank you|i think|i believe|i guess|the|and|then|no|sorry|right|correct"
        r"|it would be|would|be|again"
        r"|maybe|just|number|go|there|you|now|wait|actually|as i said|i said|i mean|i meant|meant|but|not|let me see"
        r"|one (?:moment|second))"
        r"\b)*",
        re.IGNORECASE,
    ),
)
"""What stands beside numbers in English."""
