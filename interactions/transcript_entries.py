"""What a transcript consists of: turns of both sides, keys, notes, and the changes by which it grows."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from interactions.vocabulary import EndedReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a caller's turn asks for."""

    intents: tuple[str, ...]
    """Accepted intents, the best one first; empty when it is clearly about nothing that the line answers."""
    probability: float
    """How sure that is, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """How a caller's turn sounded."""

    label: str
    """Emotion, smoothed over the call."""
    anger: float
    """Smoothed over the call, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Base of what stands in a transcript."""

    KIND: ClassVar[str]
    entry_id: int
    """Counts the entries of a transcript from 1, in the order in which they stand; the same log gives the same ones."""
    at_ms: int
    """Call clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerTurn(Entry):
    """What the caller says, or said."""

    KIND: ClassVar[str] = "caller"
    speaking: bool
    """Whether the turn goes on."""
    pii_text: str = ""
    """Recognised text, so far; may be empty."""
    confidence: float = 1.0
    """Mean token probability, 0 to 1."""
    unsure: bool = False
    """Whether the confidence is too low to rely on the words."""
    wish: Wish | None = None
    """What it asks for, once known."""
    mood: Mood | None = None
    """How it sounded, once known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysPressed(Entry):
    """Keys that were pressed one after the other."""

    KIND: ClassVar[str] = "keys"
    pii_keys: str
    """0-9, * and #."""
    last_ms: int
    """Call clock of the last one."""


class ReplyState(StrEnum):
    """How far a reply got."""

    PLANNED = "planned"
    SPEAKING = "speaking"
    HEARD = "heard"
    CUT = "cut"
    """Only a part was heard."""
    WITHDRAWN = "withdrawn"
    """It was never spoken."""
    BROKEN_OFF = "broken_off"
    """Its stream ended before it was known how much was heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BotTurn(Entry):
    """What Firstline says, said, or wanted to say."""

    KIND: ClassVar[str] = "bot"
    state: ReplyState
    """How far it got."""
    pii_planned: str
    """The whole text."""
    pii_heard: str = ""
    """The part that was heard, once known."""
    pii_unheard: str = ""
    """The rest; empty where it cannot be told apart."""
    answered_ms: int | None = None
    """From the caller's last voiced sample to the first one of this."""
    silent_after_ms: int | None = None
    """From the interrupting voice to silence."""
    pauses_ms: tuple[int, ...] = ()
    """Pauses for sounds that were no interruptions."""


class NoteKind(StrEnum):
    """What a note is about."""

    STARTED = "started"
    ACTION = "action"
    """What was done for the caller: tools, transfers, messages."""
    VALUE = "value"
    STREAM = "stream"
    SOUND = "sound"
    SILENCE = "silence"
    FAULT = "fault"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Entry):
    """What happened beside what was said."""

    KIND: ClassVar[str] = "note"
    about: NoteKind
    """What it is about."""
    pii_text: str
    """In words, for whoever reads the transcript."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What a call came to so far."""

    turns: int = 0
    """The caller's turns."""
    answered_ms: tuple[int, ...] = ()
    """Voice-to-voice of each answer."""
    median_ms: int | None = None
    """Their median."""
    interruptions: int = 0
    """Replies that the caller interrupted."""
    keys: int = 0
    """Keys pressed."""
    changes: tuple[str, ...] = ()
    """Tools that changed the world."""
    faults: int = 0
    """Faults that the call survived."""
    ended: EndedReason | None = None
    """Why it ended."""
    duration_ms: int = 0
    """Length of the whole call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPut:
    """An entry was added at the end, or took the place of the one with its id."""

    entry: Entry
    """As it is now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRemoved:
    """An entry turned out to be nothing."""

    entry_id: int
    """Which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptEnded:
    """The call is over."""

    totals: Totals
    """What it came to."""


Change = EntryPut | EntryRemoved | TranscriptEnded
"""A step of a transcript."""
