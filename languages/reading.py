"""From prose as written to what a voice engine should get, sentence by sentence."""

import re
from collections.abc import Callable
from dataclasses import dataclass

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’)\]]*\s+(?=\S)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """How one language is read aloud."""

    code: str
    """The language's code: the same text sounds different in another."""
    as_spoken: Callable[[str], str]
    """Prose as words and punctuation: no digits, no symbols."""
    abbreviation: re.Pattern[str]
    """Found at the end of a text whose full stop belongs to an abbreviation."""

    def sentences(self, text: str) -> list[str]:
        """Split a reply into sentences; an abbreviation's full stop does not end one."""
        parts: list[str] = []
        for part in _SENTENCE_END.split(text.strip()):
            if parts and self.abbreviation.search(parts[-1]):
                parts[-1] = f"{parts[-1]} {part}"
            elif part:
                parts.append(part)
        return parts
