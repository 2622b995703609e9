"""What a call's turns are told, beside what listening decided and what happened at the ear. Times are call-clock ms.

Facts come from listening, the keypad, the ear, the turn pipeline and timers, and wait in one inbox; `TurnMachine` takes
them one by one and answers each with commands.
"""

from dataclasses import dataclass, field

from dialogue.turn_loop import TurnCommit
from dialogue.types import CallerTurn, Reply
from interactions.events.base import Body
from interactions.vocabulary import Component, EndedReason
from voice.listening import types as listening
from voice.speaking.playout import Sentence
from voice.speaking.reply_player import PlayerFact


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOpened:
    """The stream is open: the caller can be greeted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyHeard:
    """A key was pressed; what it belongs to comes as `KeysTyped`."""

    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysTyped:
    """The caller typed a whole answer."""

    keys: str
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorGiven:
    """The bot has stopped for the caller."""

    played_text: str | None
    """What was heard of the reply; None when none was at the ear."""
    speech_ms: int
    """When the caller began."""
    at_ms: int
    by_key: bool
    """Whether a key stopped it rather than a voice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceCame:
    """The models have made something of an eager span."""

    evidence: listening.Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What a turn's words are and ask for."""

    turn: int
    heard: CallerTurn | None
    """None when the transcriber failed."""
    error_code: str
    """Why there are no words."""
    notes: tuple[Body, ...]
    """Log entries about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """Something about a turn that counts is to be kept."""

    turn: int
    commit: TurnCommit


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechReady:
    """A rendered sentence of a reply, or the reply's end."""

    turn: int
    reply_id: int
    sentence: Sentence | None
    """None: no more sentences of this reply."""
    reply: Reply = field(default_factory=lambda: Reply(text=""))
    """The whole of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFailed:
    """A turn cannot be answered."""

    turn: int
    code: str
    component: Component


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerEnded:
    """Everything was said and done about a turn, or it was given up."""

    turn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineFailed:
    """A step of the turn pipeline broke: nobody knows which turns will still be answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarksOverdue:
    """The carrier has not said for too long that the last word was played."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeUp:
    """The call has lasted as long as it may; told again when there was time enough for the last words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerGone:
    """The stream is over."""

    reason: EndedReason


Fact = (
    listening.Decision
    | CallOpened
    | KeyHeard
    | KeysTyped
    | FloorGiven
    | PlayerFact
    | EvidenceCame
    | Committed
    | SpeechReady
    | AnswerFailed
    | AnswerEnded
    | PipelineFailed
    | MarksOverdue
    | TimeUp
    | CallerGone
)
