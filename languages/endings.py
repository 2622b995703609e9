"""Words that make an answer whole: how listening knows, before it ends a turn, that nothing is missing."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Endings:
    """One language's patterns over the words of a turn (`TurnWords.words_of`, joined by spaces)."""

    first_words: frozenset[str]
    """With these many begin who say more, where nothing was asked that they answer."""
    greetings: frozenset[str]
    """So people greet; what they want comes after it, however complete it sounds."""
    unit: re.Pattern[str]
    """Found where an amount of money ends with its unit."""
    day: re.Pattern[str]
    """Found where a day is named without figures: "next week", "friday morning"."""
    month: re.Pattern[str]
    """Found where a month is named."""
    ordinal: re.Pattern[str]
    """Found where the day of a month is said as a rank."""
    mail_at: re.Pattern[str]
    """Found where the sign in the middle of an e-mail address was said."""
    mail_end: re.Pattern[str]
    """Found at the end of a whole e-mail address, said or written."""
