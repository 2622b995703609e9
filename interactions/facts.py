"""What is known about a call and what was decided for it, whichever carrier it came by."""

from dataclasses import dataclass, field
from enum import StrEnum

from interactions.transfer import TransferRequest


class FactKind(StrEnum):
    """What can be known about a call."""

    CARRIER_STATUS = "carrier_status"
    """Detail: a `CarrierStatus`."""
    STREAM_STARTED = "stream_started"
    """Number: the stream; our side admitted it."""
    STREAM_ENDED = "stream_ended"
    """Number: the stream. Detail: an `EndedReason`."""
    DIAL_ENDED = "dial_ended"
    """Number: the dial. Detail: a `CarrierStatus` or ``answered``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFact:
    """One thing known about a call; the same fact twice is one fact."""

    kind: FactKind
    """What is known."""
    number: int = 0
    """Which stream or dial of the call, from 1; 0 where it does not matter."""
    detail: str = ""
    """Which of the cases of its kind."""
    transfer: TransferRequest | None = field(default=None, compare=False)
    """Of a stream that ended with a transfer: the caller's case."""


class Step(StrEnum):
    """What the carrier is told to do next with a call."""

    ANSWER = "answer"
    """Open a media stream: greet."""
    RESUME = "resume"
    """Open a media stream again: go on."""
    TAKE_MESSAGE = "take_message"
    """Open a media stream: no human was reached."""
    DIAL = "dial"
    """Dial the human; our voice has announced it."""
    APOLOGISE_AND_DIAL = "apologise_and_dial"
    """We cannot go on: apologise by the carrier's voice and dial the human."""
    APOLOGISE = "apologise"
    """We cannot go on and there is nobody: apologise and hang up."""
    BUSY = "busy"
    """All lines are busy: say so, then the overflow number or hang up."""
    HANG_UP = "hang_up"
    """All was said."""


STREAM_STEPS = frozenset({Step.ANSWER, Step.RESUME, Step.TAKE_MESSAGE})
DIAL_STEPS = frozenset({Step.DIAL, Step.APOLOGISE_AND_DIAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """An answer given to a question of the carrier; asked again, it is given again."""

    question: str
    """Which question."""
    step: Step
    """What the carrier is told."""
    number: int
    """Number of the stream or dial that it opens, from 1; 0 for other steps."""
    decided_s: float
    """Unix time, whole seconds: the stream's token counts from here."""
