"""What of a prompt is said when it is put again: the question, without the "Sure." before it."""

from languages.reading import Reader

_SHORT = 2
"""An acknowledgement has at most so many words."""


def question_only(text: str, read: Reader) -> str:
    """The last question of a text, or the whole text when it asks nothing."""
    questions = [sentence for sentence in read.sentences(text) if sentence.endswith("?")]
    return questions[-1] if questions else text


def without_acknowledgement(text: str, read: Reader) -> str:
    """A text without a first sentence like "Sure." or "Of course."."""
    first, *rest = read.sentences(text)
    return " ".join(rest) if rest and len(first.split()) <= _SHORT and not first.endswith("?") else text
