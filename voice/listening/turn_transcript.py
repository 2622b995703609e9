"""The words of one long turn, transcribed piece by piece."""

from dataclasses import dataclass, replace

from models.interfaces import Transcript


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stretch:
    """A transcribed part of a turn."""

    end_ms: int
    text: str
    confidence: float


class TurnText:
    """The words of one long turn, transcribed piece by piece: what lies before a pause is not transcribed again.

    Pure. A piece is closed at a pause in which the turn could have ended but did not, once it is long enough for the
    transcriber to have had its context.
    """

    def __init__(self, *, piece_ms: int = 6000):
        """Close pieces of at least ``piece_ms``."""
        self._piece_ms = piece_ms
        self._start_ms = -1
        self._closed: list[_Stretch] = []
        self._open: _Stretch | None = None
        """The newest piece, which may still grow."""

    def begin(self, start_ms: int, *, going_on: bool = False) -> int:
        """A turn that starts then is to be transcribed; returns from where on, ms.

        Args:
            start_ms: First voiced sample.
            going_on: The caller goes on with the turn before: its words count as the first piece of this one.
        """
        if start_ms != self._start_ms:
            before = [*self._closed, self._open] if self._open else self._closed
            self._start_ms, self._open = start_ms, None
            self._closed = [part for part in before if part.text] if going_on else []
            if self._closed:
                self._closed[-1] = replace(self._closed[-1], end_ms=start_ms)
        begun_ms = self._closed[-1].end_ms if self._closed else start_ms
        if self._open and self._open.text and self._open.end_ms - begun_ms >= self._piece_ms:
            self._closed.append(self._open)
            begun_ms = self._open.end_ms
        self._open = None
        return begun_ms

    def heard(self, end_ms: int, piece: Transcript) -> Transcript:
        """The newest piece is transcribed; returns the transcript of the whole turn."""
        self._open = _Stretch(end_ms=end_ms, text=piece.text, confidence=piece.confidence)
        if not self._closed:
            return piece
        parts = [part for part in (*self._closed, self._open) if part.text]
        return replace(
            piece,
            text=" ".join(part.text for part in parts),
            confidence=sum(part.confidence for part in parts) / len(parts),
            words=(),
        )
