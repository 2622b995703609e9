"""What `TurnMachine` wants done, in order: at the log, at the ear, in the turn pipeline, and with the call.

Turns are numbered as they begin, an eager one too; a turn that is withdrawn leaves a gap. Times are call-clock ms.
"""

from dataclasses import dataclass
from typing import Any

from dialogue.expectation import Expectation
from interactions.context import CallOutcome
from interactions.events.base import Body
from voice.listening import types as listening
from voice.speaking.playout import Sentence

# The log


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """Append to the event log."""

    bodies: tuple[Body, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepState:
    """The dialogue has moved on for certain: keep where it is, so that another process could go on."""

    state: Any


# The caller's side


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """The last question asks for this."""

    expects: Expectation


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustEagerDelay:
    """The caller begins: decide anew, by the load, how early the turn is transcribed."""


# The ear


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Go silent at once, ready to go on."""

    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    """Go on where the caller heard us last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeAfterFalseStop:
    """Go on: it was no interruption."""

    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveFloor:
    """Drop the rest of what is being said; answered with `FloorGiven`."""

    speech_ms: int
    at_ms: int
    by_key: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DropSpeech:
    """Give up everything that was queued and not heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawReplies:
    """Give up these replies, as far as they were not heard."""

    reply_ids: tuple[int, ...]
    unless_begun: bool = False
    """Whether one that is being said is said to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectAnswer:
    """The next reply that begins answers a turn that ended then."""

    since_ms: int
    listened: bool = True
    """Whether that is listening's time, which is later than the call's while late audio is being caught up with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speak:
    """Queue a sentence of a reply, or its end."""

    reply_id: int
    sentence: Sentence | None
    interruptible: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SayEmergency:
    """Say the sentence that is rendered already: something failed for good."""


# The turn pipeline


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginTurn:
    """The caller has the floor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeWords:
    """Only the words of a sound beneath the bot's speech are wanted, to tell an interruption from a murmur."""

    eager: listening.EagerEnd
    expects: Expectation


@dataclass(frozen=True, slots=True, kw_only=True)
class Speculate:
    """A turn may be over: transcribe, understand and answer it, and hold the answer back."""

    turn: int
    eager: listening.EagerEnd
    utterance_id: int
    expects: Expectation
    goes_on: bool
    """The caller goes on with the turn before, which is not answered yet: both are answered as one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    """The turn was not over: nothing of its answer may be heard or kept."""

    turn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """The turn is over: its answer counts."""

    turn: int
    ended: listening.TurnEnded
    utterance_id: int
    forget: int | None
    """The turn before, where this one goes on with it or takes back what it was about to do: it no longer counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Greet:
    """The first words of a stream."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerKeys:
    """The caller typed these."""

    keys: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSilence:
    """Nobody has said anything for a while, for the n-th time."""

    checks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AskAgain:
    """What the caller said was lost."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SayTimeIsUp:
    """The call has lasted as long as it may."""


Cause = Greet | AnswerKeys | AnswerSilence | AskAgain | SayTimeIsUp


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Answer something that is certain from the start."""

    turn: int
    cause: Cause
    forget: int | None = None
    """See `Confirm`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interrupt:
    """The caller took the floor: say no more of a turn until something was changed by it."""

    turn: int | None
    played_text: str | None
    """What was heard of the reply at the ear; None when there was none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowChange:
    """The caller has said no more for a moment after agreeing to a change: the tool of this turn may run."""

    turn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TellHeard:
    """A reply of the dialogue was heard to its end."""

    number: int
    """See `dialogue.types.Reply`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TellBotStarted:
    """The bot's voice is at the ear."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TellBotStopped:
    """The bot's last word was heard, or it was stopped."""


ForPipeline = (
    BeginTurn
    | JudgeWords
    | Speculate
    | Withdraw
    | Confirm
    | Answer
    | AllowChange
    | Interrupt
    | TellHeard
    | TellBotStarted
    | TellBotStopped
)

AtEar = (
    Pause
    | Resume
    | ResumeAfterFalseStop
    | GiveFloor
    | DropSpeech
    | WithdrawReplies
    | ExpectAnswer
    | Speak
    | SayEmergency
)

# The call


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitMarks:
    """By our clock everything was heard: give the carrier a moment to say so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndStream:
    """The conversation is over."""

    outcome: CallOutcome


Command = Log | KeepState | Expect | AdjustEagerDelay | AtEar | ForPipeline | AwaitMarks | EndStream
