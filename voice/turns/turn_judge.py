"""Beside the words: whether a turn sounds complete."""

import asyncio

import numpy as np
from pipecat.frames.frames import Frame
from pipecat.processors.frame_processor import FrameDirection

from dialogue.expectation import AnswerKind
from models.turn_words import UNFINISHED, TurnWords
from voice.engines import Engines
from voice.listening.audio_history import AudioHistory
from voice.listening.recogniser import LEAD_IN_MS, TAIL_MS, Recogniser
from voice.listening.types import EagerEnd, Evidence
from voice.turns import facts
from voice.turns.frames import EagerTurnFrame, EvidenceFrame, TurnConfirmedFrame, TurnTranscribedFrame
from voice.turns.turn_processor import TurnProcessor

_VOICE_TELLS_NOTHING = {AnswerKind.DIGITS, AnswerKind.PHONE}
"""Answers whose wholeness the words show better: the turn model is spared."""

_SILENCE = np.zeros(1600, dtype=np.float32)
"""200 ms at 8 kHz behind what the turn model hears: it learnt from turns with a pause at their end."""


class TurnJudge(TurnProcessor):
    """`EagerTurnFrame` in, `EvidenceFrame` up; on a busy machine only after the words, and where they do not decide."""

    def __init__(
        self,
        recogniser: Recogniser,
        words: TurnWords,
        engines: Engines,
        history: AudioHistory,
        *,
        session_id: str,
    ):
        """Judge one call's turns.

        Args:
            recogniser: Asks the shared turn model.
            words: Whether the words of a turn can be its last, in the language of the call.
            engines: How busy the transcriber is.
            history: The caller's audio.
            session_id: The call.
        """
        super().__init__(session_id=session_id, name="turn-judge")
        self._recogniser = recogniser
        self._turn_words = words
        self._engines = engines
        self._history = history
        self._words: asyncio.Future[str] | None = None
        """The words of the eager turn, once they are known."""

    async def on_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """Begin to judge; the frame goes on at once."""
        match frame:
            case EagerTurnFrame():
                self._words = asyncio.get_running_loop().create_future()
                if frame.command.expects.kind not in _VOICE_TELLS_NOTHING:
                    self.start_aside(frame.command.turn, self._judge(frame.command.eager, self._words))
            case TurnTranscribedFrame() if self._words and not self._words.done():
                self._words.set_result(frame.transcript.text if frame.transcript else "")
            case TurnConfirmedFrame():
                self.give_up(frame.command.turn)
        await self.push_frame(frame, direction)

    async def _judge(self, eager: EagerEnd, words: "asyncio.Future[str]") -> None:
        if self._engines.eager_delay.busy and self._turn_words.trailing(await words) in UNFINISHED:
            return
        audio = self._history.between(eager.start_ms - LEAD_IN_MS, eager.end_ms + TAIL_MS)
        probability = await self._recogniser.turn_probability(np.concatenate([audio, _SILENCE]))
        if probability is not None:
            evidence = Evidence(span=eager.span, text=None, turn_probability=probability)
            await self.push_frame(EvidenceFrame(fact=facts.EvidenceCame(evidence=evidence)), FrameDirection.UPSTREAM)
