"""The caller's recent audio, and what the models make of a stretch of it."""

import asyncio
from dataclasses import dataclass

from loguru import logger

from models.audio import mulaw_decode
from models.errors import FirstlineError
from models.interfaces import Audio, SpeechToText, Transcript, TurnModel
from voice.expectation import Expectation

LEAD_IN_MS = 200
"""Audio before the first voiced sample that the transcriber gets: soft consonants lie there."""

TAIL_MS = 60
"""Audio after the last voiced sample that the transcriber gets, as far as it was received."""


class AudioHistory:
    """A ring of the caller's μ-law audio, addressed by call-clock time."""

    def __init__(self, seconds: float):
        """Keep the last ``seconds``."""
        self._bound = int(seconds * 8000)
        self._audio = bytearray()
        self._dropped = 0

    @property
    def end_ms(self) -> int:
        """Call-clock time after the last sample."""
        return (self._dropped + len(self._audio)) // 8

    def append(self, audio: bytes) -> None:
        """Add the next samples; the oldest fall out."""
        self._audio += audio
        if len(self._audio) > self._bound + 80_000:
            excess = len(self._audio) - self._bound
            del self._audio[:excess]
            self._dropped += excess

    def between(self, start_ms: int, end_ms: int) -> Audio:
        """Samples of a stretch, float32 at 8 kHz; what was dropped or not received yet is left out."""
        first = max(0, start_ms * 8 - self._dropped)
        last = max(first, end_ms * 8 - self._dropped)
        return mulaw_decode(bytes(self._audio[first:last]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the models made of an eager end."""

    transcript: Transcript | None
    """None when the transcriber failed or was too slow."""
    turn_probability: float | None
    """None when the turn model was not asked, failed or was too slow."""
    error_code: str = ""
    """Why there is no transcript."""


class Ears:
    """Asks the shared transcriber and turn model, side by side, each with its deadline."""

    def __init__(
        self,
        speech_to_text: SpeechToText,
        turn_model: TurnModel | None,
        *,
        transcribe_deadline_s: float,
        turn_deadline_s: float,
    ):
        """Share the engines; the deadlines are in seconds."""
        self._speech_to_text = speech_to_text
        self._turn_model = turn_model
        self._transcribe_deadline_s = transcribe_deadline_s
        self._turn_deadline_s = turn_deadline_s

    async def judge(self, audio: Audio, expects: Expectation, *, lane: str, ask_turn_model: bool) -> Judgement:
        """Transcribe a turn and judge whether it sounds complete.

        Args:
            audio: float32 [n], 8 kHz, lead-in and tail included.
            expects: What was asked; its hotwords help the transcriber.
            lane: The call.
            ask_turn_model: Whether prosody can tell anything here.
        """
        asking = asyncio.create_task(self._turn_probability(audio, lane)) if ask_turn_model else None
        try:
            transcript, error_code = await self._transcript(audio, expects, lane)
            probability = await asking if asking else None
        finally:
            if asking:
                asking.cancel()
        return Judgement(transcript=transcript, turn_probability=probability, error_code=error_code)

    async def _transcript(self, audio: Audio, expects: Expectation, lane: str) -> tuple[Transcript | None, str]:
        try:
            async with asyncio.timeout(self._transcribe_deadline_s):
                return await self._speech_to_text.transcribe(audio, lane=lane, hotwords=expects.hotwords), ""
        except TimeoutError:
            return None, "transcription_timeout"
        except FirstlineError as error:
            return None, error.code
        except Exception as error:
            logger.error(f"call {lane}: the transcriber failed: {type(error).__name__}")
            return None, "transcription_failed"

    async def _turn_probability(self, audio: Audio, lane: str) -> float | None:
        assert self._turn_model is not None
        try:
            async with asyncio.timeout(self._turn_deadline_s):
                return await self._turn_model.complete(audio, lane=lane)
        except (TimeoutError, FirstlineError) as error:
            logger.warning(f"call {lane}: no word from the turn model: {type(error).__name__}")
            return None
