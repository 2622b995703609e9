"""What the models make of a stretch of speech, each within its deadline."""

import asyncio
from dataclasses import dataclass

from loguru import logger

from dialogue.expectation import AnswerKind, Expectation
from languages.hints import RecogniserHints
from models.errors import FirstlineError
from models.interfaces import Audio, SpeechToText, Transcript, TurnModel

LEAD_IN_MS = 200
"""Audio before the first voiced sample that the transcriber gets: soft consonants lie there."""

TAIL_MS = 40
"""Audio after the last voiced sample that the transcriber gets: always received by then, however early that is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the transcriber made of a stretch of speech."""

    transcript: Transcript | None
    """None when it failed or was too slow."""
    error_code: str = ""
    """Why there is no transcript."""


class Recogniser:
    """Asks the shared transcriber and turn model, each with its deadline; neither ever raises."""

    def __init__(
        self,
        speech_to_text: SpeechToText,
        turn_model: TurnModel | None,
        *,
        hints: RecogniserHints,
        session_id: str,
        transcribe_deadline_s: float,
        turn_deadline_s: float,
    ):
        """Share the engines for one call, the session_id, in its language (hints); the deadlines are in seconds."""
        self._speech_to_text = speech_to_text
        self._turn_model = turn_model
        self._hints = hints
        self._session_id = session_id
        self._transcribe_deadline_s = transcribe_deadline_s
        self._turn_deadline_s = turn_deadline_s

    async def transcribe(self, audio: Audio, expects: Expectation) -> Words:
        """Transcribe a turn, lead-in and tail included: float32 [n], 8 kHz. What was asked helps."""
        # The line's own words would turn the first digits of a number, or letters of a name, into one of them.
        hints = expects.hotwords
        if expects.spelled:
            hints = self._hints.letters
        elif expects.kind in (AnswerKind.DIGITS, AnswerKind.PHONE):
            hints = self._hints.digits
        try:
            async with asyncio.timeout(self._transcribe_deadline_s):
                transcript = await self._speech_to_text.transcribe(audio, session_id=self._session_id, hotwords=hints)
                return Words(transcript=transcript)
        except TimeoutError:
            return Words(transcript=None, error_code="transcription_timeout")
        except FirstlineError as error:
            return Words(transcript=None, error_code=error.code)
        except Exception as error:
            logger.error("call {}: the transcriber failed: {}", self._session_id, type(error).__name__)
            return Words(transcript=None, error_code="transcription_failed")

    async def turn_probability(self, audio: Audio) -> float | None:
        """Probability that the turn sounds complete; None when nobody can tell, or not in time."""
        if self._turn_model is None:
            return None
        try:
            async with asyncio.timeout(self._turn_deadline_s):
                return await self._turn_model.complete(audio, session_id=self._session_id)
        except (TimeoutError, FirstlineError) as error:
            logger.warning("call {}: no word from the turn model: {}", self._session_id, type(error).__name__)
            return None
