"""The closed vocabularies of interactions: who writes, how they end and are transferred, what became of an action."""

from enum import StrEnum


class Channel(StrEnum):
    """How a customer and we reach each other."""

    VOICE = "voice"


class Writer(StrEnum):
    """Who wrote an event down."""

    SESSION = "session"
    """The conversation on a media stream."""
    CARRIER = "carrier"
    """The telephone edge: what the carrier reports, and what it is told."""


class EndedReason(StrEnum):
    """Why a call, or its conversation with us, ended."""

    CALLER_HUNG_UP = "caller_hung_up"
    GOODBYE = "goodbye"
    SILENCE = "silence"
    TRANSFERRED = "transferred"
    LEG_DEAD = "leg_dead"
    FAULT = "fault"
    SHUTDOWN = "shutdown"

    @classmethod
    def _missing_(cls, value: object) -> "EndedReason | None":
        """Logs of schema version 1 said ``handed_over``."""
        return cls.TRANSFERRED if value == "handed_over" else None


class TransferReason(StrEnum):
    """Why a human is needed."""

    CALLER_ASKED = "caller_asked"
    KEY_ZERO = "key_zero"
    EMERGENCY = "emergency"
    NOT_UNDERSTOOD = "not_understood"
    OUT_OF_SCOPE = "out_of_scope"
    ANGER = "anger"
    PLAYBOOK = "playbook"
    TOOL_FAILED = "tool_failed"
    FAULT = "fault"


class ActionStatus(StrEnum):
    """How far a tool call got."""

    STARTED = "started"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    UNSURE = "unsure"
    """It was sent, and its answer was lost or unreadable: it may have been done."""
    REFUSED = "refused"


class TransferState(StrEnum):
    """How far a transfer got."""

    REQUESTED = "requested"
    DIALLING = "dialling"
    CONNECTED = "connected"
    NO_ANSWER = "no_answer"
    FAILED = "failed"


class ReplySource(StrEnum):
    """Where a reply came from."""

    GREETING = "greeting"
    PLAYBOOK = "playbook"
    RULE = "rule"
    KNOWLEDGE = "knowledge"
    MODEL = "model"
    SILENCE = "silence"
    FILLER = "filler"
    FAULT = "fault"


class EndRule(StrEnum):
    """Which row of the end-of-turn policy decided that a turn is over."""

    ANSWER_COMPLETE = "answer_complete"
    """The expected answer is whole: all digits, a yes, a choice."""
    SURE = "sure"
    """Audio and text both say it is over."""
    LIKELY = "likely"
    UNSURE = "unsure"
    INCOMPLETE_TIMEOUT = "incomplete_timeout"
    """It sounded unfinished, but the caller stayed silent."""
    NO_EVIDENCE = "no_evidence"
    """The words were not there in time; silence alone decided."""
    TOO_LONG = "too_long"


class InputMode(StrEnum):
    """How a value was given."""

    VOICE = "voice"
    KEYPAD = "keypad"
    TEXT = "text"
    """Written, in a chat or a mail."""


class Component(StrEnum):
    """What can fail on a call."""

    SPEECH_TO_TEXT = "speech_to_text"
    VOICE = "voice"
    EMOTION = "emotion"
    DIALOGUE = "dialogue"
    MODEL = "model"


class Handling(StrEnum):
    """What was done about a fault."""

    RETRIED = "retried"
    APOLOGISED = "apologised"
    TRANSFERRED = "transferred"
    WENT_ON = "went_on"
