"""Words by which the dialogue tells what kind of sentence it has before it."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    """Patterns over what a caller said; "words" are those of `GlobalRules.normalise`, "text" is in lower case."""

    asks: re.Pattern[str]
    """Found in the text of a question, wherever it begins."""
    begins_question: re.Pattern[str]
    """Matches the beginning of words that are a question."""
    asks_when: re.Pattern[str]
    """Found in words that ask for a day."""
    asks_how_much: re.Pattern[str]
    """Found in words that ask for an amount of money."""
    loss: re.Pattern[str]
    """Found in words that tell of a death among those who are close to the caller."""
    meant: re.Pattern[str]
    """Found in a text that says outright that an earlier answer was wrong: "I meant"."""
    denied: re.Pattern[str]
    """Found in a text that may correct an earlier answer: "no", "actually"."""
    another: re.Pattern[str]
    """Found in a text about a further order: "my other parcel"."""
    stop_connecting: re.Pattern[str]
    """Found in the words of somebody who would rather stay than be put through."""
    seams: re.Pattern[str]
    """Found between two wishes in one sentence; ignores case, has no capturing groups."""
    promise: re.Pattern[str]
    """Found in a language model's text that says it did something, which it cannot."""

    def asks_something(self, text: str) -> bool:
        """Whether there is a question in a text."""
        return bool(self.asks.search(text.lower()))

    def corrects(self, text: str, *, outright: bool = False) -> bool:
        """Whether a text may correct an earlier answer, or says so ``outright``."""
        pattern = self.meant if outright else self.denied
        return bool(pattern.search(text.lower().replace("’", "'")))
