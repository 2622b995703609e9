"""What of a prompt is said when it is put again: the question, without the "Sure." before it."""

import re

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?=\S)")
_SHORT = 2
"""An acknowledgement has at most so many words."""


def question_only(text: str) -> str:
    """The last question of a text, or the whole text when it asks nothing."""
    questions = [sentence for sentence in _SENTENCE_END.split(text) if sentence.endswith("?")]
    return questions[-1] if questions else text


def without_acknowledgement(text: str) -> str:
    """A text without a first sentence like "Sure." or "Of course."."""
    first, *rest = _SENTENCE_END.split(text, maxsplit=1)
    return rest[0] if rest and len(first.split()) <= _SHORT and not first.endswith("?") else text
