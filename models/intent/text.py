"""Brings what was said or typed into one form, and parts a sentence that asks for two things."""

import re
import unicodedata

LONGEST_TEXT = 600
"""Characters that count; what is asked for stands in the first minute of speech."""
_FILLERS = re.compile(r"\b(?:u+m+|u+h+|e+r+m*|h+m+|you know|i mean)\b")
"""Left out of everything that the weights were trained on; they are English."""
_UNWANTED = re.compile(r"[^\w\s'$£€%&@+]|_")
_SPACES = re.compile(r"\s+")
_FEWEST_WORDS = 2
_MOST_PARTS = 3


def normalize(text: str) -> str:
    """Lower case, no punctuation, no fillers: typed examples and transcripts then look alike."""
    plain = unicodedata.normalize("NFKC", text[: LONGEST_TEXT * 2]).lower().replace("’", "'")[:LONGEST_TEXT]
    words = _SPACES.sub(" ", _UNWANTED.sub(" ", plain)).strip()
    return _SPACES.sub(" ", _FILLERS.sub(" ", words)).strip() or words


def is_readable(text: str) -> bool:
    """Whether the text has letters, most of them Latin: the embedding knows English only."""
    letters = [c for c in text[:LONGEST_TEXT] if c.isalpha()]
    latin = sum(c.isascii() or "LATIN" in unicodedata.name(c, "") for c in letters)
    return len(letters) >= 2 and latin >= 0.7 * len(letters)


def parts(text: str, seams: re.Pattern[str]) -> list[str]:
    """Part a sentence at its seams: "cancel it and refund me" gives two. Fewer than two parts give an empty list.

    Args:
        text: What was said.
        seams: What stands between two wishes in its language; without capturing groups.
    """
    found = [p.strip() for p in seams.split(text[:LONGEST_TEXT]) if p.strip()]
    if not 2 <= len(found) <= _MOST_PARTS or any(len(p.split()) < _FEWEST_WORDS for p in found):
        return []
    return found
