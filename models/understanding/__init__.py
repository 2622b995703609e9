"""What a caller does with a turn, read together with what was asked."""

from models.understanding.reader import TurnReader, shared_reader
from models.understanding.types import SIDE_ACTS, Asked, AskedKind, CallerAct, Reading, Span, SpanKind

__all__ = [
    "SIDE_ACTS",
    "Asked",
    "AskedKind",
    "CallerAct",
    "Reading",
    "Span",
    "SpanKind",
    "TurnReader",
    "shared_reader",
]
