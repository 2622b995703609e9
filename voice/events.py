"""What can happen on a call, as typed facts: the bodies of the event log.

Each lies in an envelope, `voice.call_event.CallEvent` (which call, which place in the order, when). They are the closed
vocabulary of the system: records, live pages, coaching, metrics and tests read nothing else. In a log the bodies come
in this order: ``call_started``; then any number of turns (``speech_started``, ``speech_ended``, ``utterance``,
``intent``, ``emotion``, ``reply_planned``, ``reply_started``, ``reply_heard``), woven with the others; one
``call_ended`` last. Times in bodies are call-clock milliseconds: caller audio received so far at 8 kHz.

Attributes whose name begins with ``pii_`` carry personal data; exporters and redaction go by that prefix.
"""

from dataclasses import dataclass, field
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
    REPLY_HEARD = "reply_heard"
    INTERRUPTED = "interrupted"
    FALSE_INTERRUPTION = "false_interruption"
    BACKCHANNEL = "backchannel"
    KEY_PRESSED = "key_pressed"
    ACTION = "action"
    TRANSFER = "transfer"
    SILENCE = "silence"
    STREAM_LOST = "stream_lost"
    STREAM_RESUMED = "stream_resumed"
    FAULT = "fault"
    CALL_ENDED = "call_ended"


class EndedReason(StrEnum):
    """Why a call, or its conversation with us, ended."""

    CALLER_HUNG_UP = "caller_hung_up"
    GOODBYE = "goodbye"
    SILENCE = "silence"
    HANDED_OVER = "handed_over"
    LEG_DEAD = "leg_dead"
    REJECTED_BUSY = "rejected_busy"
    FAULT = "fault"
    SHUTDOWN = "shutdown"


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
    REFUSED = "refused"


class TransferState(StrEnum):
    """How far a hand-over got."""

    REQUESTED = "requested"
    DIALLING = "dialling"
    CONNECTED = "connected"
    NO_ANSWER = "no_answer"
    FAILED = "failed"
    MESSAGE_TAKEN = "message_taken"


BODY_OF: dict[EventType, type["Body"]] = {}
"""The class of each type's body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Base of all event bodies; each subclass names its event type once."""

    TYPE: ClassVar[EventType]


_B = TypeVar("_B", bound=type[Body])


def _register(cls: _B) -> _B:
    BODY_OF[cls.TYPE] = cls
    return cls


@_register
@dataclass(frozen=True, slots=True, kw_only=True)
class CallStarted(Body):
    """The conversation began."""

    TYPE: ClassVar[EventType] = EventType.CALL_STARTED
    line: str
    """Name of the line that answers."""
    direction: str = "inbound"
    """``inbound`` or ``outbound``."""
    purpose: str = "answer"
    """Why the conversation starts: ``answer``, ``resume`` or ``take_message``."""
    pii_caller_number: str = ""
    """E.164 or empty."""
    called_number: str = ""
    """E.164."""
    caller_verified: bool = False
    """Whether the network vouches for the caller's number."""
    software: str = ""
    """Version of Firstline and of the models that answer."""


@_register
@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechStarted(Body):
    """The caller began to speak."""

    TYPE: ClassVar[EventType] = EventType.SPEECH_STARTED
    at_ms: int
    """First voiced sample."""


@_register
@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechEnded(Body):
    """The caller's turn ended: the turn detector made up its mind."""

    TYPE: ClassVar[EventType] = EventType.SPEECH_ENDED
    start_ms: int
    """First voiced sample of the turn."""
    end_ms: int
    """Last voiced sample of the turn."""
    decided_ms: int
    """When the end was decided."""
    rule: str
    """Which row of the end-of-turn policy decided."""
    turn_probability: float | None = None
    """The turn model's probability that the turn was complete."""


@_register
@dataclass(frozen=True, slots=True, kw_only=True)
class Partial(Body):
    """Text of a turn that had not ended yet."""

    TYPE: ClassVar[EventType] = EventType.PARTIAL
    pii_text: str
    """What was recognised."""
    at_ms: int
    """End of the audio it covers."""


@_register
@dataclass(frozen=True, slots=True, kw_only=True)
class SpeculationWithdrawn(Body):
    """Work on an eager end of turn was thrown away: the caller went on."""

    TYPE: ClassVar[EventType] = EventType.SPECULATION_WITHDRAWN
    at_ms: int
    """When."""


@_register
@dataclass(frozen=True, slots=True, kw_only=True)
class UtteranceHeard(Body):
    """What the caller said in one turn."""

    TYPE: ClassVar[EventType] = EventType.UTTERANCE
    utterance_id: int
    """Counts the caller's turns from 1."""
    pii_text: str
    """Recognised text."""
    confidence: float
    """Mean token probability, 0 to 1."""
    start_ms: int
    """First voiced sample."""
    end_ms: int
    """Last voiced sample."""
    transcribe_ms: float = 0.0
    """Compute time of the transcription, ms."""
    wait_ms: float = 0.0
    """Time in the transcriber's queue, ms."""


@_register
@dataclass(frozen=True, slots=True, kw_only=True)
class IntentRecognised(Body):
    """What the utterance asks for."""

    TYPE: ClassVar[EventType] = EventType.INTENT
    utterance_id: int
    """The utterance."""
    intent: str | None
    """Best accepted intent; None when out of scope."""
    probability: float
    """Calibrated, 0 to 1."""
    also: tuple[str, ...] = ()
    """Further accepted intents."""
    in_scope: float = 1.0
    """Probability of being in scope."""


@_register
@dataclass(frozen=True, slots=True, kw_only=True)
class EmotionEstimated(Body):
    """How the caller seemed to feel."""

    TYPE: ClassVar[EventType] = EventType.EMOTION
    utterance_id: int
    """The utterance."""
    label: str
    """Emotion, smoothed over the call; ``unknown`` without enough evidence."""
    probabilities: dict[str, float]
    """Of this utterance."""
    anger: float = 0.0
    """Call-level smoothed anger, 0 to 1."""


@_register
@dataclass(frozen=True, slots=True, kw_only=True)
class SlotFilled(Body):
    """A value the dialogue asked for was given."""

    TYPE: ClassVar[EventType] = EventType.SLOT_FILLED
    slot: str
    """Name in the playbook."""
    kind: str
    """Slot type."""
    pii_value: str
    """Normalised value."""
    confirmed: bool = False
    """Whether the caller confirmed it."""
    by: str = "voice"
    """``voice`` or ``keypad``."""


@_register
@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyPlanned(Body):
    """The dialogue decided what to say."""

    TYPE: ClassVar[EventType] = EventType.REPLY_PLANNED
    reply_id: int
    """Counts the bot's replies from 1."""
    utterance_id: int | None = None
    """The utterance it answers."""
    pii_text: str
    """The whole text."""
    source: str = "playbook"
    """``greeting``, ``playbook``, ``rule``, ``knowledge``, ``model``, ``silence``, ``filler`` or ``fault``."""


@_register
@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyStarted(Body):
    """The first audible sample of a reply reached the ear."""

    TYPE: ClassVar[EventType] = EventType.REPLY_STARTED
    reply_id: int
    """The reply."""
    at_ms: int
    """First audible sample."""
    voice_to_voice_ms: int | None = None
    """From the caller's last voiced sample to this one."""


@_register
@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyHeard(Body):
    """What of a reply was really played."""

    TYPE: ClassVar[EventType] = EventType.REPLY_HEARD
    reply_id: int
    """The reply."""
    pii_text: str
    """The heard part."""
    start_ms: int
    """First sample."""
    end_ms: int
    """Last sample."""
    complete: bool
    """Whether all of it was heard."""


@_register
@dataclass(frozen=True, slots=True, kw_only=True)
class Interrupted(Body):
    """The caller stopped the bot."""

    TYPE: ClassVar[EventType] = EventType.INTERRUPTED
    reply_id: int
    """The reply that was cut."""
    speech_ms: int
    """When the caller began to speak."""
    at_ms: int
    """When the ear went silent."""


@_register
@dataclass(frozen=True, slots=True, kw_only=True)
class FalseInterruption(Body):
    """The bot paused for a sound that was no interruption, and went on."""

    TYPE: ClassVar[EventType] = EventType.FALSE_INTERRUPTION
    reply_id: int
    """The reply."""
    paused_ms: int
    """When it paused."""
    resumed_ms: int
    """When it went on."""


@_register
@dataclass(frozen=True, slots=True, kw_only=True)
class Backchannel(Body):
    """The caller said mm-hm, coughed or murmured; the bot went on."""

    TYPE: ClassVar[EventType] = EventType.BACKCHANNEL
    at_ms: int
    """When."""
    pii_text: str = ""
    """What was recognised, if anything."""


@_register
@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPressed(Body):
    """A key on the caller's keypad."""

    TYPE: ClassVar[EventType] = EventType.KEY_PRESSED
    pii_digit: str
    """0-9, * or #."""
    at_ms: int
    """When."""


@_register
@dataclass(frozen=True, slots=True, kw_only=True)
class Action(Body):
    """A tool call: the audit row of everything done for a caller."""

    TYPE: ClassVar[EventType] = EventType.ACTION
    action_id: str
    """Idempotency key."""
    tool: str
    """Tool name in the line."""
    status: ActionStatus
    """How far it got."""
    changes_world: bool
    """Whether the tool changes anything."""
    confirmed: bool = False
    """Whether the caller confirmed."""
    pii_arguments: dict[str, str] = field(default_factory=dict)
    """What it was called with."""
    pii_result: dict[str, str] = field(default_factory=dict)
    """What it returned."""
    error_code: str = ""
    """Typed error code when it did not succeed."""
    took_ms: float = 0.0
    """Duration, ms."""


@_register
@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer(Body):
    """A step of handing the caller to a human."""

    TYPE: ClassVar[EventType] = EventType.TRANSFER
    state: TransferState
    """How far it got."""
    reason: TransferReason
    """Why."""
    pii_summary: str = ""
    """Case summary made from the log."""
    detail: str = ""
    """Carrier's word on a failure."""


@_register
@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceNoticed(Body):
    """Nobody said anything."""

    TYPE: ClassVar[EventType] = EventType.SILENCE
    at_ms: int
    """When."""
    checks: int
    """How many checks were made, this one included."""


@_register
@dataclass(frozen=True, slots=True, kw_only=True)
class StreamLost(Body):
    """The media stream broke off."""

    TYPE: ClassVar[EventType] = EventType.STREAM_LOST
    detail: str = ""
    """Why, if known."""


@_register
@dataclass(frozen=True, slots=True, kw_only=True)
class StreamResumed(Body):
    """The media stream is back."""

    TYPE: ClassVar[EventType] = EventType.STREAM_RESUMED
    attempt: int
    """Counts from 1."""


@_register
@dataclass(frozen=True, slots=True, kw_only=True)
class Fault(Body):
    """Something failed; the call went on in the way that ``handled`` says."""

    TYPE: ClassVar[EventType] = EventType.FAULT
    code: str
    """Typed error code."""
    component: str
    """Where: ``speech_to_text``, ``voice``, ``tool``, ``store`` …"""
    handled: str
    """What was done: ``retried``, ``apologised``, ``handed_over``, ``went_on``."""


@_register
@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded(Body):
    """The conversation is over."""

    TYPE: ClassVar[EventType] = EventType.CALL_ENDED
    reason: EndedReason
    """Why."""
    duration_ms: int
    """Call-clock length."""
