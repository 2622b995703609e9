"""An article of the line's knowledge, and its Markdown as words that can be said."""

import re
from dataclasses import dataclass

_MARKUP = (
    (re.compile(r"!\[[^\]]*\]\([^)]*\)"), ""),
    (re.compile(r"\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"^\s*(?:[#>*+-]+|\d+\.)\s+", re.MULTILINE), ""),
    (re.compile(r"(\*\*|__|\*|`)"), ""),
    (re.compile(r"\s+"), " "),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One knowledge article."""

    name: str
    """File name without its ending."""
    title: str
    answer: str
    """What is said: short, in spoken words."""
    body: str
    """The whole text, for retrieval and for grounding a language model."""
    questions: tuple[str, ...] = ()
    """Ways in which callers ask for it."""
    keywords: tuple[str, ...] = ()


def spoken(markdown: str) -> str:
    """A Markdown paragraph as plain words."""
    for pattern, replacement in _MARKUP:
        markdown = pattern.sub(replacement, markdown)
    return markdown.strip()
