"""What a caller does with a turn, read together with what was asked; `models.understanding.reader` has the network."""

from models.understanding.types import SIDE_ACTS, Asked, AskedKind, CallerAct, Reading, Span, SpanKind

__all__ = [
    "SIDE_ACTS",
    "Asked",
    "AskedKind",
    "CallerAct",
    "Reading",
    "Span",
    "SpanKind",
]
