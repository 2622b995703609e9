"""What helps the transcriber when the shape of an answer is known: a sentence in that shape before it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RecogniserHints:
    """Sentences to hand to the transcriber as its hotwords."""

    digits: tuple[str, ...]
    """When the caller was asked for a number said digit by digit."""
    letters: tuple[str, ...]
    """When the caller was asked to spell."""
