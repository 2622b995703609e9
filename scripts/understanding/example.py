"""One labelled turn: what was asked, what was said, what the caller does with it."""

from dataclasses import dataclass

from models.understanding.types import SIDE_ACTS, Asked, AskedKind, CallerAct, SpanKind

Mark = tuple[SpanKind, int, int]
"""A labelled stretch of what was said: kind, first character, one past the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A labelled turn."""

    asked: Asked
    """What the caller answers to."""
    said: str
    """What the caller says."""
    acts: frozenset[CallerAct]
    """What the caller does."""
    marks: tuple[Mark, ...] = ()
    """Values in what was said."""
    knows_marks: bool = True
    """Whether ``marks`` are all there are; a corpus may not tell."""
    knows_acts: bool = True
    """Whether ``acts`` are all there are; if not, it is known only whether the turn is a clear yes."""
    unknown: frozenset[CallerAct] = frozenset()
    """Acts of which it isn't known whether the turn does them."""
    source: str = ""
    """Corpus, or grammar and template: what is alike is drawn and counted together."""

    @property
    def asks_yes_or_no(self) -> bool:
        """Whether a yes or no was asked for."""
        return self.asked.kind in (AskedKind.CONSENT, AskedKind.YES_NO)

    @property
    def clear_yes(self) -> bool:
        """Whether the turn agrees to a question of yes or no, and does nothing else."""
        others = self.acts - SIDE_ACTS - {CallerAct.AGREES}
        return self.asks_yes_or_no and CallerAct.AGREES in self.acts and not others
