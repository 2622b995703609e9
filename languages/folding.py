"""Letters without their accents: recognisers and people leave them out."""

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """``text`` without combining marks: "amanhã" becomes "amanha"; the length may change."""
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
