"""The types of events, and the base of their bodies."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, TypeVar


class EventType(StrEnum):
    """The closed vocabulary of what can happen on a call."""

    CALL_STARTED = "call_started"
    SPEECH_STARTED = "speech_started"
    SPEECH_ENDED = "speech_ended"
    PARTIAL = "partial"
    SPECULATION_WITHDRAWN = "speculation_withdrawn"
    UTTERANCE = "utterance"
    INTENT = "intent"
    EMOTION = "emotion"
    SLOT_FILLED = "slot_filled"
    REPLY_PLANNED = "reply_planned"
    REPLY_STARTED = "reply_started"
    REPLY_PLAYED = "reply_played"
    INTERRUPTED = "interrupted"
    FALSE_INTERRUPTION = "false_interruption"
    BACKCHANNEL = "backchannel"
    KEY_PRESSED = "key_pressed"
    ACTION = "action"
    TRANSFER = "transfer"
    MESSAGE_TAKEN = "message_taken"
    SILENCE = "silence"
    STREAM_ENDED = "stream_ended"
    STREAM_LOST = "stream_lost"
    STREAM_RESUMED = "stream_resumed"
    FAULT = "fault"
    CALL_ENDED = "call_ended"


BODY_OF: dict[EventType, type["Body"]] = {}
"""The class of each type's body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Base of all event bodies; each subclass names its event type once."""

    TYPE: ClassVar[EventType]
    ONCE: ClassVar[bool] = False
    """Whether it happens once in an interaction: the first that is written is kept, whoever writes it again."""


_B = TypeVar("_B", bound=type[Body])


def register(cls: _B) -> _B:
    """Make a body known by its type."""
    BODY_OF[cls.TYPE] = cls
    return cls
