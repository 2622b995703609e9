"""First step of a turn: its words, and what its end sounds like."""

from pipecat.frames.frames import Frame
from pipecat.processors.frame_processor import FrameDirection

from interactions.events.listening import Partial
from interactions.log import CallLog
from models.interfaces import Transcript
from models.turn_evidence import PROSODY_MS, prosody
from voice.engines import Engines
from voice.listening.audio_history import AudioHistory
from voice.listening.recogniser import LEAD_IN_MS, TAIL_MS, Recogniser, Words
from voice.listening.turn_transcript import TurnText
from voice.listening.types import EagerEnd, Evidence
from voice.turns import commands, facts
from voice.turns.frames import EagerTurnFrame, EvidenceFrame, TurnTranscribedFrame, WordsWantedFrame
from voice.turns.turn_processor import TurnProcessor


class Transcriber(TurnProcessor):
    """`EagerTurnFrame` in, `EvidenceFrame` up and `TurnTranscribedFrame` out as soon as the words are there."""

    def __init__(
        self, recogniser: Recogniser, engines: Engines, history: AudioHistory, log: CallLog, *, session_id: str
    ):
        """Transcribe one call.

        Args:
            recogniser: Asks the shared transcriber.
            engines: How busy it is, and whether turns are judged by prosody.
            history: The caller's audio.
            log: Gets the words of sounds beneath the bot's speech.
            session_id: The call.
        """
        super().__init__(session_id=session_id, name="transcriber")
        self._recogniser = recogniser
        self._engines = engines
        self._history = history
        self._log = log
        self._turn_text = TurnText()

    async def on_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Begin to transcribe; the frame goes on at once."""
        await self.push_frame(frame, direction)
        match frame:
            case EagerTurnFrame():
                command = frame.command
                start_ms = self._turn_text.begin(command.eager.start_ms, going_on=command.goes_on)
                self.start(command.turn, self._transcribe(command, start_ms, frame.due_s), due_s=frame.due_s)
            case WordsWantedFrame():
                self.start_aside(0, self._words_only(frame.command))

    async def _transcribe(self, command: commands.Speculate, start_ms: int, due_s: float) -> None:
        eager = command.eager
        audio = self._history.between(start_ms - LEAD_IN_MS, eager.end_ms + TAIL_MS)
        words = await self._recogniser.transcribe(audio, command.expects)
        if words.transcript:
            self._engines.eager_delay.waited(words.transcript.wait_ms)
            words = Words(transcript=self._turn_text.heard(eager.end_ms, words.transcript))
        await self._tell_evidence(eager, words.transcript)
        await self.push_frame(
            TurnTranscribedFrame(command=command, transcript=words.transcript, error_code=words.error_code, due_s=due_s)
        )

    async def _words_only(self, command: commands.JudgeWords) -> None:
        eager = command.eager
        audio = self._history.between(eager.start_ms - LEAD_IN_MS, eager.end_ms)
        words = await self._recogniser.transcribe(audio, command.expects)
        if words.transcript and words.transcript.text:
            self._log.append(Partial(pii_text=words.transcript.text, at_ms=eager.end_ms))
        await self._tell_evidence(eager, words.transcript)

    async def _tell_evidence(self, eager: EagerEnd, transcript: Transcript | None) -> None:
        ending: tuple[float, ...] = ()
        if self._engines.completion and transcript:
            ending = prosody(self._history.between(max(eager.start_ms, eager.end_ms - PROSODY_MS), eager.end_ms))
        evidence = Evidence(
            span=eager.span,
            text=transcript.text if transcript else None,
            confidence=transcript.confidence if transcript else 0.0,
            prosody=ending,
        )
        await self.push_frame(EvidenceFrame(fact=facts.EvidenceCame(evidence=evidence)), FrameDirection.UPSTREAM)
