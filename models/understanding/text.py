"""How what was asked and what was said become word pieces, the same in training and at run time."""

from models.understanding.types import Asked

LONGEST_SAID = 600
"""Characters of a turn that are read."""
LONGEST_ASKED = 220
"""Characters of what was asked; its end counts, where the question stands."""
_LONGEST_NOTES = 100


def asked_text(asked: Asked) -> str:
    """What was asked as one text: the end of the sentence, then what was offered and what is known."""
    sentence = asked.sentence[-LONGEST_ASKED:]
    notes = [("offered", asked.offered), ("known", asked.known)]
    told = " ".join(f"{name}: {'; '.join(values)}." for name, values in notes if values)
    return f"{sentence} {told[:_LONGEST_NOTES]}".strip()


def said_text(said: str) -> str:
    """What was said, cut to the length that is read; places of characters stay."""
    return said[:LONGEST_SAID].replace("’", "'").replace("…", " ")
