"""The weighty words of a text, by which articles are found without any model."""

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchWords:
    """How a language's texts become words to search by."""

    word: re.Pattern[str]
    """One word of a text in lower case."""
    stop: frozenset[str]
    """Words that say nothing about a subject."""
    stem: Callable[[str], str]
    """A word without its common endings."""

    def of(self, text: str) -> list[str]:
        """The weighty words of a text, lower case, with common endings removed."""
        found = self.word.findall(text.lower().replace("’", "'"))
        return [self.stem(word) for word in found if word not in self.stop]
