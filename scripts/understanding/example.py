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
    source: str = ""
    """Corpus, or grammar and template: what is alike is drawn and counted together."""

    @property
    def clear_yes(self) -> bool:
        """Whether the turn agrees to a question of yes or no, and does nothing else."""
        asks = self.asked.kind in (AskedKind.CONSENT, AskedKind.YES_NO)
        return asks and CallerAct.AGREES in self.acts and not (self.acts - SIDE_ACTS - {CallerAct.AGREES})
