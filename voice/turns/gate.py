"""Holds what the bot would say and keep until the caller's turn is confirmed.

On an eager end of turn the answer is worked out and rendered while listening makes up its mind. Whether a frame of it
may go on is decided by pipecat's `SpeculationGate`. Each turn has a gate of its own, so that a caller who goes on takes
nothing back of an earlier answer that counts.
"""

from pipecat.frames.frames import Frame
from pipecat.processors.frame_processor import FrameDirection
from pipecat.turns.speculation_gate import SpeculationGate

from voice.turns.frames import AnswerStartedFrame, OfAnswer, TurnConfirmedFrame, TurnWithdrawnFrame
from voice.turns.turn_processor import TurnProcessor


class Gate(TurnProcessor):
    """Answers to turns that are over go through; those to turns that may not be over wait for the verdict."""

    def __init__(self, *, session_id: str):
        """Hold nothing."""
        super().__init__(session_id=session_id, name="gate")
        self._held: dict[int, SpeculationGate] = {}

    async def on_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Hold, let through or throw away."""
        gate = self._gate_for(frame)
        passing = gate.process(frame, direction) if gate else [(frame, direction)]
        for each, way in passing:
            await self.push_frame(each, way)

    def _gate_for(self, frame: Frame) -> SpeculationGate | None:
        match frame:
            case AnswerStartedFrame() if frame.speculative:
                self._held[frame.turn] = gate = SpeculationGate(name=f"gate of turn {frame.turn}")
                gate.begin_speculation(True)
                return gate
            case TurnConfirmedFrame() | TurnWithdrawnFrame():
                return self._held.pop(frame.command.turn, None)
            case _ if isinstance(frame, OfAnswer):
                return self._held.get(frame.turn)
        return None
