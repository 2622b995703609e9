"""Nothing is said three times in the same words: it is led into, and what a question does not need is left out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from languages.reading import Reader

_FREE = 2
"""So short a sentence may come often: "Sure.", "One moment."."""
_HEARD_OFTEN = 2


class Lead(StrEnum):
    """The built-in sentences that lead into what was said before."""

    QUESTION = "once_more"
    TOLD = "told_again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewording:
    """How the sentences of a call are kept from coming in the same words again and again."""

    said: Callable[[str], int]
    """How often a sentence was said in this call."""
    lead: Callable[[Lead, str], str]
    """A built-in sentence with another in it."""
    read: Reader
    """Splits into sentences."""

    def of(self, text: str, needed: Sequence[str] | None = None) -> str:
        """A text in which no sentence comes a third time in the same words.

        Args:
            text: What is to be said.
            needed: What is left out are sentences with none of these in them; None: nothing is.
        """
        sentences = self.read.sentences(text)
        stale = [len(sentence.split()) > _FREE and self.said(sentence) >= _HEARD_OFTEN for sentence in sentences]
        if not any(stale):
            return text
        kept: list[str] = []
        for sentence, is_stale in zip(sentences, stale, strict=True):
            if not is_stale:
                kept.append(sentence)
            elif sentence.endswith("?"):
                kept.append(self.lead(Lead.QUESTION, _inside(sentence)))
            elif needed is None or any(words in sentence for words in needed) or len(sentences) == 1:
                kept.append(self.lead(Lead.TOLD, sentence))
        return " ".join(kept)


def _inside(question: str) -> str:
    """A question as it stands behind a lead; what begins with "I" or an abbreviation keeps its capital."""
    second = question[1:2]
    return question if second.isupper() or second == " " else f"{question[:1].lower()}{question[1:]}"
