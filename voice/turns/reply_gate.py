"""Holds what the bot would say until the caller's turn is confirmed.

On an eager end of turn the reply is thought through and rendered while the turn detector makes up its mind. Whether a
sentence may go to the ear is decided by pipecat's `SpeculationGate`, which is fed the frames that a pipecat pipeline
would carry: the response's start, its sentences, its end; and the verdict on the turn. Each thought has a gate of its
own, so that a caller who goes on takes nothing back of an earlier answer that counts.
"""

from dataclasses import dataclass

from pipecat.frames.frames import (
    DataFrame,
    EagerEndOfTurnCancelFrame,
    Frame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    UserStoppedSpeakingFrame,
)
from pipecat.processors.frame_processor import FrameDirection
from pipecat.turns.speculation_gate import SpeculationGate

from voice.speaking.playout import Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """A rendered sentence of a reply, or the reply's end."""

    reply_id: int
    sentence: Sentence | None
    """None: no more sentences of this reply."""
    may_interrupt: bool = True
    """Whether the caller may cut it."""


@dataclass
class SpeechFrame(DataFrame):
    """Carries `Speech` through the gate."""

    speech: Speech | None = None


class ReplyGate:
    """One thought's gate; every method returns the speech that may go to the ear now, in order."""

    def __init__(self, *, speculative: bool):
        """Hold the response of a speculative thought until its turn is confirmed; let that of any other through."""
        self._gate = SpeculationGate(name="reply")
        self._gate.begin_speculation(speculative)

    def begin(self) -> list[Speech]:
        """The response begins."""
        return self._pass(LLMFullResponseStartFrame())

    def speak(self, speech: Speech) -> list[Speech]:
        """A part of the response is ready."""
        return self._pass(SpeechFrame(speech=speech))

    def end(self) -> list[Speech]:
        """The response is whole."""
        return self._pass(LLMFullResponseEndFrame())

    def turn_confirmed(self) -> list[Speech]:
        """The turn is over: what was held is released."""
        return self._pass(UserStoppedSpeakingFrame())

    def turn_withdrawn(self) -> None:
        """The caller went on: what was held is thrown away, and so is what still comes of it."""
        self._pass(EagerEndOfTurnCancelFrame())

    def _pass(self, frame: Frame) -> list[Speech]:
        emitted = self._gate.process(frame, FrameDirection.DOWNSTREAM)
        return [f.speech for f, _ in emitted if isinstance(f, SpeechFrame) and f.speech is not None]
