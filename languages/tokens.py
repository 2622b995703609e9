"""Splits a text into words, digit runs and marks, each with its place, for the entity grammars."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST_TEXT = 4000
"""Characters looked at; nobody answers a question on the telephone with more."""

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|[0-9]+|[^\w\s]|_")


@dataclass(frozen=True, slots=True)
class Token:
    """One word, run of ASCII digits, or mark."""

    text: str
    """Lower case, with a straight apostrophe."""
    raw: str
    """As written."""
    start: int
    """First character in the text."""
    end: int
    """One past the last character."""

    @property
    def is_number(self) -> bool:
        """Whether it is a run of digits."""
        return self.raw.isascii() and self.raw.isdigit()

    @property
    def is_word(self) -> bool:
        """Whether it is a word."""
        return self.raw[0].isalpha()

    @property
    def is_letter(self) -> bool:
        """Whether it is a single Latin letter."""
        return len(self.raw) == 1 and self.raw.isascii() and self.raw.isalpha()


def tokenize(text: str) -> list[Token]:
    """Split the first `LONGEST_TEXT` characters."""
    return [
        Token(m.group().lower().replace("’", "'"), m.group(), m.start(), m.end())
        for m in _TOKEN.finditer(text[:LONGEST_TEXT])
    ]


def word_at(tokens: Sequence[Token], index: int) -> str:
    """The token's lower-case text, or an empty string past either end."""
    return tokens[index].text if 0 <= index < len(tokens) else ""


def touching(tokens: Sequence[Token], index: int) -> bool:
    """Whether the token at ``index`` follows the one before without a space."""
    return 0 < index < len(tokens) and tokens[index - 1].end == tokens[index].start
