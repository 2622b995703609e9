"""From prose as written to what a voice engine should get, sentence by sentence."""

import re
from collections.abc import Callable
from dataclasses import dataclass

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’)\]]*\s+(?=\S)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How people of one region read figures."""

    country: str = ""
    """ISO 3166; empty for what is understood anywhere the language is spoken."""
    month_first: bool = False
    """Whether 3/4 is the fourth of March."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """How one language is read aloud in one region."""

    code: str
    """The language's code, with the region where that matters: the same text sounds different in another."""
    as_spoken: Callable[[str], str]
    """Prose as words and punctuation: no digits, no symbols. Empty when nothing of it has a sound."""
    abbreviation: re.Pattern[str]
    """Found at the end of a text whose full stop belongs to an abbreviation."""
    in_region: Callable[[Habits], "Reader"]
    """The same language as it is read aloud elsewhere."""

    def sentences(self, text: str) -> list[str]:
        """Split a reply into sentences; an abbreviation's full stop does not end one."""
        parts: list[str] = []
        for part in _SENTENCE_END.split(text.strip()):
            if parts and self.abbreviation.search(parts[-1]):
                parts[-1] = f"{parts[-1]} {part}"
            elif part:
                parts.append(part)
        return parts


Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]
"""What is looked for, and the words in its place."""


def apply(rules: tuple[Rule, ...], text: str) -> str:
    """The text with every rule applied in order: what an earlier rule wrote holds no figures for a later one."""
    for pattern, speak in rules:
        text = pattern.sub(speak, text)
    return text


def decimal_parts(figure: str) -> tuple[str, str]:
    """The whole and the fractional digits of an amount, whichever of comma and point it uses for which.

    The last separator is the decimal one when one or two digits follow it; what three digits follow groups thousands.
    "1,299.00" and "1.299,00" are the same amount.
    """
    compact = re.sub(r"[\s\u00a0\u202f']", "", figure)
    match = re.fullmatch(r"(.*?)(?:[.,](\d{1,2}))?", compact)
    whole, part = (match[1], match[2] or "") if match else (compact, "")
    return re.sub(r"\D", "", whole), part


def grouped(characters: str) -> list[str]:
    """Digits and letters of an identifier in groups of three or four; anything else separates groups."""
    groups: list[str] = []
    for run in re.findall(r"[0-9A-Za-z]+", characters):
        size = len(run) if len(run) <= 4 else (3 if len(run) % 3 == 0 or len(run) % 4 in (1, 2) else 4)
        groups += [run[i : i + size] for i in range(0, len(run), size)]
    return groups
