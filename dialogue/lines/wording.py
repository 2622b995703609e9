"""What is said at one place of a line: one text or several in turn, and others while no human is at work."""

from collections.abc import Callable
from dataclasses import dataclass

from dialogue.lines.templates import Template


@dataclass(frozen=True, slots=True)
class Wording:
    """The texts of one place; which of them is said depends on the hours and on how often it was said before."""

    open: tuple[Template, ...]
    """While humans are at work, in turn."""
    closed: tuple[Template, ...]
    """While none is."""

    @property
    def texts(self) -> tuple[Template, ...]:
        """Every text there is."""
        return tuple(dict.fromkeys((*self.open, *self.closed)))

    @property
    def names(self) -> frozenset[str]:
        """All names that any of them looks up."""
        return frozenset().union(*(text.names for text in self.texts))

    @property
    def varies(self) -> bool:
        """Whether it is not always the same text."""
        return max(len(self.open), len(self.closed)) > 1

    @property
    def key(self) -> str:
        """Names it among the texts that vary, in a conversation's count of what was said."""
        return self.open[0].source[:60]

    def text(self, *, team_open: bool, times: int = 0) -> Template:
        """The text to say now.

        Args:
            team_open: Whether humans are at work.
            times: How often it was said before in this conversation.
        """
        texts = self.open if team_open else self.closed
        return texts[times % len(texts)]

    def renamed(self, rename: Callable[[str], str]) -> "Wording":
        """The same texts over other names."""
        return Wording(
            tuple(text.renamed(rename) for text in self.open), tuple(text.renamed(rename) for text in self.closed)
        )


def always(text: Template) -> Wording:
    """One text, whenever it is said."""
    return Wording((text,), (text,))
