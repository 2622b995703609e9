"""Tells spellings of a name apart by a letter that is said of it: "Catherine with a K", "Sara without an H"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_VOWELS = "AEIOUY"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterSaid:
    """A letter that is said of a name."""

    letters: str
    """Capitals: "K", "PH", "TT"."""
    absent: bool = False
    """Whether the name is without it."""
    single: bool = False
    """Whether the letter stands once, where it could be doubled."""


def with_letter(name: str, said: LetterSaid, sounds_like: Mapping[str, Sequence[tuple[str, str]]]) -> str | None:
    """The name as it is written with, or without, a letter.

    Args:
        name: One word, as it was heard.
        said: The letter.
        sounds_like: By letter what it may stand in place of, and what is then written there.

    Returns:
        The name in the same case; None where the letter has no place in it.
    """
    upper = name.upper()
    spelled = _without(upper, said) if said.absent or said.single else _with(upper, said.letters, sounds_like)
    return _cased(spelled, name) if spelled is not None else None


def _without(upper: str, said: LetterSaid) -> str | None:
    letter = said.letters[0]
    if said.single:
        return upper.replace(letter * 2, letter) if letter in upper else None
    at = upper.rfind(said.letters)
    rest = upper[:at] + upper[at + len(said.letters) :]
    return rest if at >= 0 and len(rest) > 1 else None


def _with(upper: str, letters: str, sounds_like: Mapping[str, Sequence[tuple[str, str]]]) -> str | None:
    if letters in upper:
        return upper
    if len(letters) == 2 and letters[0] == letters[1]:
        at = upper.rfind(letters[0])
        return upper[:at] + letters + upper[at + 1 :] if at >= 0 else None
    for heard, written in sounds_like.get(letters, ()):
        at = upper.find(heard)
        if at >= 0:
            return upper[:at] + written + upper[at + len(heard) :]
    if letters == "H":
        return upper + "H" if upper[-1] in _VOWELS else upper[:-1] + "H" + upper[-1]
    if letters == "E":
        return upper[:-1] + "EY" if upper[-1] == "Y" else upper + "E"
    return None


def _cased(spelled: str, like: str) -> str:
    """Small letters after the first, but for the beginning that the name had already."""
    same = 0
    while same < min(len(spelled), len(like)) and spelled[same] == like[same].upper():
        same += 1
    return like[:same] + (spelled[same:].lower() if same else spelled[0] + spelled[1:].lower())
