"""After an answer: how the caller sounded in the turn that it answered; the next turn knows."""

from pipecat.frames.frames import Frame
from pipecat.processors.frame_processor import FrameDirection

from voice.listening.audio_history import AudioHistory
from voice.listening.emotion import EmotionTracker
from voice.turns import commands
from voice.turns.frames import AnswerEndedFrame, TurnConfirmedFrame, TurnUnderstoodFrame
from voice.turns.turn_processor import TurnProcessor


class Mood(TurnProcessor):
    """Behind the gate: sees only turns that count, and judges each once it was answered or has gone on."""

    def __init__(self, emotion: EmotionTracker, history: AudioHistory, *, window_s: float, session_id: str):
        """Judge one call's turns.

        Args:
            emotion: Asks the models and keeps the mood.
            history: The caller's audio.
            window_s: Longest stretch of a turn that is judged, s.
            session_id: The call.
        """
        super().__init__(session_id=session_id, name="mood")
        self._emotion = emotion
        self._history = history
        self._window_ms = int(window_s * 1000)
        self._turn: commands.Confirm | None = None
        self._text = ""

    async def on_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Take notice; every frame goes on."""
        await self.push_frame(frame, direction)
        match frame:
            case TurnConfirmedFrame():
                self._judge()
                self._turn, self._text = frame.command, ""
            case TurnUnderstoodFrame() if self._turn and frame.turn == self._turn.turn:
                self._text = frame.fact.heard.text if frame.fact.heard else ""
            case AnswerEndedFrame() if self._turn and frame.turn == self._turn.turn:
                self._judge()

    def _judge(self) -> None:
        turn, self._turn = self._turn, None
        if turn is None:
            return
        start_ms = max(turn.ended.start_ms, turn.ended.end_ms - self._window_ms)
        audio = self._history.between(start_ms, turn.ended.end_ms)
        self.start_aside(0, self._emotion.update(audio, self._text, turn.utterance_id))
