"""The frames of a turn's way through its pipeline: pipecat's own where it has a word for it, each with what it carries.

Down the pipeline come, in this order: `TurnBegunFrame`; for each pause `EagerTurnFrame`, and then either
`TurnWithdrawnFrame` or `TurnConfirmedFrame`. What is certain from the start comes as `CertainTurnFrame`. An answer
begins with `AnswerStartedFrame` and ends with `AnswerEndedFrame`; between them lie what was understood, what is to be
kept, and each reply: its text up to the renderer, its sentences from there on. Up the pipeline goes only what the
caller's turn is judged by.

No frame prints what it carries: pipecat logs frames, and what a caller says belongs in no log.
"""

from dataclasses import dataclass

from pipecat.frames.frames import (
    BotStartedSpeakingFrame,
    BotStoppedSpeakingFrame,
    ControlFrame,
    DataFrame,
    EagerEndOfTurnCancelFrame,
    ErrorFrame,
    InterruptionFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    SystemFrame,
    UserStartedSpeakingFrame,
    UserStoppedSpeakingFrame,
)

from dialogue.types import Reply
from models.interfaces import Transcript
from voice.turns import commands, facts

# From the session


@dataclass(kw_only=True)
class TurnBegunFrame(UserStartedSpeakingFrame):
    """The caller has the floor."""

    command: commands.BeginTurn


@dataclass(kw_only=True)
class EagerTurnFrame(SystemFrame):
    """A turn may be over: each processor does its part about it at once."""

    command: commands.Speculate
    due_s: float
    """Time of the event loop until which it has to be answered, s."""


@dataclass(kw_only=True)
class TurnWithdrawnFrame(EagerEndOfTurnCancelFrame):
    """It was not: whatever is being done about it ends."""

    command: commands.Withdraw


@dataclass(kw_only=True)
class TurnConfirmedFrame(UserStoppedSpeakingFrame):
    """It was: what the gate holds is released."""

    command: commands.Confirm


@dataclass(kw_only=True)
class CertainTurnFrame(SystemFrame):
    """Something that needs no words and is certain from the start is to be answered."""

    command: commands.Answer
    due_s: float
    """See `EagerTurnFrame`."""


@dataclass(kw_only=True)
class WordsWantedFrame(SystemFrame):
    """The words of a sound beneath the bot's speech are wanted, nothing else."""

    command: commands.JudgeWords


@dataclass(kw_only=True)
class FloorTakenFrame(InterruptionFrame):
    """The caller interrupts."""

    command: commands.Interrupt


@dataclass(kw_only=True)
class ReplyHeardFrame(SystemFrame):
    """A reply was heard to its end."""

    command: commands.TellHeard


@dataclass(kw_only=True)
class ChangeAllowedFrame(SystemFrame):
    """The caller has said no more after agreeing to a change."""

    command: commands.AllowChange


@dataclass(kw_only=True)
class BotHeardFrame(BotStartedSpeakingFrame):
    """The bot's voice is at the caller's ear."""

    command: commands.TellBotStarted


@dataclass(kw_only=True)
class BotSilentFrame(BotStoppedSpeakingFrame):
    """The bot's last word was heard, or it was stopped."""

    command: commands.TellBotStopped


# Between processors


@dataclass(kw_only=True)
class TurnTranscribedFrame(DataFrame):
    """What the transcriber made of an eager turn."""

    command: commands.Speculate
    transcript: Transcript | None
    """None when it failed."""
    error_code: str
    """Why there is no transcript."""
    due_s: float
    """See `EagerTurnFrame`."""


@dataclass(kw_only=True)
class ReplyFrame(DataFrame):
    """A reply to be rendered."""

    turn: int
    reply: Reply
    utterance_id: int | None
    """The utterance it answers, if it answers one."""
    pace: float
    """How fast it is spoken; 1.0 is the voice's own."""


@dataclass(kw_only=True)
class ReplyNotRenderedFrame(ErrorFrame):
    """Up the pipeline: the voice failed for good."""

    turn: int


# Towards the session


@dataclass(kw_only=True)
class EvidenceFrame(DataFrame):
    """Up the pipeline: what an eager turn is judged by."""

    fact: facts.EvidenceCame


@dataclass(kw_only=True)
class AnswerStartedFrame(LLMFullResponseStartFrame):
    """The answer to a turn begins, with the work on it."""

    turn: int
    speculative: bool
    """Whether the turn may not be over."""


@dataclass(kw_only=True)
class TurnUnderstoodFrame(DataFrame):
    """What a turn's words are and ask for."""

    fact: facts.Understood
    due_s: float
    """See `EagerTurnFrame`."""

    @property
    def turn(self) -> int:
        """The turn."""
        return self.fact.turn


@dataclass(kw_only=True)
class CommittedFrame(DataFrame):
    """Something to be kept once the turn counts."""

    fact: facts.Committed

    @property
    def turn(self) -> int:
        """The turn."""
        return self.fact.turn


@dataclass(kw_only=True)
class SpeechFrame(DataFrame):
    """A rendered sentence of a reply, or the reply's end."""

    fact: facts.SpeechReady

    @property
    def turn(self) -> int:
        """The turn."""
        return self.fact.turn


@dataclass(kw_only=True)
class AnswerFailedFrame(ControlFrame):
    """A turn cannot be answered."""

    fact: facts.AnswerFailed

    @property
    def turn(self) -> int:
        """The turn."""
        return self.fact.turn


@dataclass(kw_only=True)
class AnswerEndedFrame(LLMFullResponseEndFrame):
    """Everything was said and done about a turn."""

    fact: facts.AnswerEnded

    @property
    def turn(self) -> int:
        """The turn."""
        return self.fact.turn


OfAnswer = (
    AnswerStartedFrame | TurnUnderstoodFrame | CommittedFrame | SpeechFrame | AnswerFailedFrame | AnswerEndedFrame
)
"""Frames that the gate holds while their turn may not be over."""
