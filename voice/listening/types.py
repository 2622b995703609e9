"""The data that goes into and comes out of turn-taking, a pure machine on the call clock.

All times are call-clock milliseconds (caller audio samples at 8 kHz divided by 8).
"""

from dataclasses import dataclass

from interactions.vocabulary import EndRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the models made of an eager span."""

    span: int
    """Id of the `EagerEnd` it answers."""
    text: str | None
    """Transcript of the turn so far; None when the transcriber failed or has not answered."""
    confidence: float = 0.0
    turn_probability: float | None = None
    """The turn model's probability that the turn is complete; None when it was not asked or failed."""
    prosody: tuple[float, ...] = ()
    """`models.turn_evidence.prosody` of the audio up to the last voiced sample; empty when it was not computed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechStarted:
    """The caller began a turn (the bot was silent, or is being interrupted)."""

    at_ms: int
    """First voiced sample."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EagerEnd:
    """A short silence: transcribe and understand audio [start_ms, end_ms + a little] while making up our mind."""

    span: int
    """New id; evidence refers to it."""
    start_ms: int
    """First voiced sample of the turn."""
    end_ms: int
    """Last voiced sample so far."""
    partial: bool = False
    """The caller is still speaking, under the bot: only the words are wanted, to tell whether it is an interruption."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """The caller went on (or it was no speech): everything done for the span is void."""

    span: int
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnEnded:
    """The turn is over; the work done for the span stands."""

    span: int
    start_ms: int
    end_ms: int
    decided_ms: int
    rule: EndRule
    turn_probability: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseBot:
    """The caller may be interrupting: silence the bot at once, ready to resume."""

    at_ms: int
    speech_ms: int
    """First voiced sample of what may be an interruption."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeBot:
    """It was no interruption: go on where the caller last heard the bot."""

    at_ms: int
    text: str
    """What was recognised, if anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmInterruption:
    """It is an interruption: the rest of the reply is dropped, the caller has the floor."""

    at_ms: int
    speech_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BackchannelHeard:
    """A sound or murmur beneath the bot's speech that did not stop it."""

    at_ms: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerSilent:
    """Nobody has said anything for a while; ``checks`` counts from 1 and starts again when the caller speaks."""

    at_ms: int
    checks: int


Decision = (
    SpeechStarted
    | EagerEnd
    | Withdrawn
    | TurnEnded
    | PauseBot
    | ResumeBot
    | ConfirmInterruption
    | BackchannelHeard
    | CallerSilent
)
