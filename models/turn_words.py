"""What the words of a turn can tell of whether it is over: the vocabulary; a language's functions say which it is."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Trailing(StrEnum):
    """How the last words leave a turn."""

    NOTHING = "nothing"
    """No words."""
    WHOLE = "whole"
    """Ends on a word that can end a sentence."""
    OPEN_WORD = "open_word"
    """Ends on a word that seldom, but sometimes ends a sentence: "to", "is", "that"."""
    FILLER = "filler"
    CONJUNCTION = "conjunction"
    DETERMINER = "determiner"
    PREPOSITION = "preposition"
    LEAD_IN = "lead_in"
    """Announces something: "my order number is"."""
    INTRODUCTION = "introduction"
    """Says who is calling, and not yet why: "hello, my name is Anna"."""
    CUT = "cut"
    """The transcriber wrote a dash or dots: it heard an unfinished word."""
    HOLD = "hold"
    """Asks for patience: "let me check"."""


UNFINISHED = frozenset(
    [Trailing.FILLER, Trailing.CONJUNCTION, Trailing.DETERMINER, Trailing.PREPOSITION, Trailing.LEAD_IN, Trailing.CUT]
)
"""After these a pause is a pause for thought."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnWords:
    """What one language reads from the words of a turn; each function takes the transcript so far."""

    words_of: Callable[[str], list[str]]
    """Words in lower case without punctuation."""
    trailing: Callable[[str], Trailing]
    """How the last words leave the turn."""
    count_digits: Callable[[str], int]
    """Digits said, however the transcriber wrote them."""
    count_letters: Callable[[str], int]
    """Single letters at the end, as in a spelled name."""


def cut_off(text: str) -> bool:
    """Whether the transcriber wrote that the last word was not finished."""
    return text.rstrip().endswith(("-", "–", "—", "...", "…"))


def ends_sentence(text: str) -> bool:
    """Whether the transcriber closed the last sentence with a full stop, a question or an exclamation mark."""
    stripped = text.rstrip(" \"'”")
    return stripped.endswith((".", "?", "!")) and not stripped.endswith("...")
