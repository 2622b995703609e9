"""Words of English that make an answer whole."""

import re

from languages.endings import Endings

ENDINGS = Endings(
    first_words=frozenset(
        [
            *("please", "yes", "yeah", "yes please", "okay", "ok", "all right", "right", "sure", "no"),
            *("sorry", "excuse me", "thanks", "thank you"),
        ]
    ),
    greetings=frozenset(["hello", "hi", "hey", "good morning", "good afternoon", "good evening"]),
    unit=re.compile(r"\b(pounds?|dollars?|euros?|cents?|pence|quid|bucks?|p)$|[£$€]\s?\d"),
    day=re.compile(
        r"\b(today|tomorrow|yesterday|tonight|((mon|tues|wednes|thurs|fri|satur|sun)day)( (morning|afternoon|evening))?"
        r"|last (week|month|night)|next (week|month)|(a|one|two|three|four|five|six|\d+) (days?|weeks?|months?) ago)$"
    ),
    month=re.compile(
        r"\b(january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun"
        r"|jul|aug|sept?|oct|nov|dec)\b"
    ),
    ordinal=re.compile(r"(first|second|third|th)\b"),
    mail_at=re.compile(r"(?:^| )at(?: |$)"),
    mail_end=re.compile(
        r"(\.|\bdot )\s?(com|org|net|edu|gov|io|info|biz|uk|de|fr|es|it|nl|ie|eu|ca|au|us|co uk|co\.uk)$"
    ),
)
"""What ends an answer in English."""
