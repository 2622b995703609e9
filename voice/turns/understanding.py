"""What a turn's words ask for and do, and how the caller sounded before it."""

from pipecat.frames.frames import Frame
from pipecat.processors.frame_processor import FrameDirection

from dialogue.runtime import LineRuntime
from dialogue.types import CallerTurn
from dialogue.understanding import Understood
from interactions.events.base import Body
from interactions.events.lifecycle import Fault
from interactions.events.listening import UtteranceHeard
from interactions.events.understanding import IntentRecognised
from interactions.vocabulary import Component, Handling
from models.interfaces import Transcript
from voice.listening.emotion import EmotionTracker
from voice.turns import commands, facts
from voice.turns.frames import TurnTranscribedFrame, TurnUnderstoodFrame
from voice.turns.turn_processor import TurnProcessor


class Understanding(TurnProcessor):
    """`TurnTranscribedFrame` in, `TurnUnderstoodFrame` out."""

    def __init__(self, runtime: LineRuntime, emotion: EmotionTracker, *, session_id: str):
        """Understand one call's turns.

        Args:
            runtime: What makes sense of the line's turns.
            emotion: The caller's mood so far.
            session_id: The call.
        """
        super().__init__(session_id=session_id, name="understanding")
        self._runtime = runtime
        self._emotion = emotion

    async def on_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Turn words into sense; every other frame goes on."""
        if isinstance(frame, TurnTranscribedFrame):
            self.start(frame.command.turn, self._understand(frame), due_s=frame.due_s)
        else:
            await self.push_frame(frame, direction)

    async def _understand(self, frame: TurnTranscribedFrame) -> None:
        command, transcript = frame.command, frame.transcript
        if transcript is None:
            fault = Fault(code=frame.error_code, component=Component.SPEECH_TO_TEXT, handled=Handling.APOLOGISED)
            understood = _understood(command.turn, None, fault, error_code=frame.error_code)
        elif not transcript.text:
            understood = _understood(
                command.turn, self._heard(command, transcript, None), _utterance_event(command, transcript)
            )
        else:
            sense = await self._runtime.understand(transcript.text, command.expects.asked, session_id=self.session_id)
            understood = _understood(
                command.turn,
                self._heard(command, transcript, sense),
                _utterance_event(command, transcript),
                _intent_event(command.utterance_id, sense),
            )
        await self.push_frame(TurnUnderstoodFrame(fact=understood, due_s=frame.due_s))

    def _heard(self, command: commands.Speculate, transcript: Transcript, sense: Understood | None) -> CallerTurn:
        return CallerTurn(
            text=transcript.text,
            confidence=transcript.confidence,
            intents=sense.intents if sense else None,
            reading=sense.reading if sense else None,
            emotion=self._emotion.last,
            anger=self._emotion.anger,
            utterance_id=command.utterance_id,
        )


def _understood(turn: int, heard: CallerTurn | None, *notes: Body, error_code: str = "") -> facts.Understood:
    return facts.Understood(turn=turn, heard=heard, error_code=error_code, notes=notes)


def _utterance_event(command: commands.Speculate, transcript: Transcript) -> UtteranceHeard:
    return UtteranceHeard(
        utterance_id=command.utterance_id,
        pii_text=transcript.text,
        confidence=round(transcript.confidence, 3),
        start_ms=command.eager.start_ms,
        end_ms=command.eager.end_ms,
        transcribe_ms=round(transcript.compute_ms, 1),
        wait_ms=round(transcript.wait_ms, 1),
    )


def _intent_event(utterance_id: int, sense: Understood) -> IntentRecognised:
    intents = sense.intents
    best = intents.alternatives[0].probability if intents.alternatives else 0.0
    return IntentRecognised(
        utterance_id=utterance_id,
        intent=intents.best,
        probability=round(intents.intents[0].probability if intents.intents else best, 3),
        also=tuple(i.name for i in intents.intents[1:]),
        in_scope=round(intents.in_scope, 3),
        acts=tuple(sorted(sense.reading.acts())) if sense.reading else (),
    )
