"""Murmurs of attention beneath somebody else's speech, and what a recogniser writes for mere noise."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Backchannels:
    """Words of one language that leave the floor where it is."""

    murmurs: frozenset[str]
    """Of these a murmur may be made, alone or in a row: "yeah okay", "I see", "oh right", "got it"."""
    none_alone: frozenset[str]
    """Words that are no murmur when they stand alone."""
    noise: frozenset[str]
    """What the transcriber likes to write for a cough or a click."""
    outright: frozenset[str]
    """Words that answer a question of yes or no even before its end was heard."""
