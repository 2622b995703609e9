"""The caller's recent audio, and what the models make of a stretch of it."""

import asyncio
from dataclasses import dataclass, replace

from loguru import logger

from models.audio import mulaw_decode
from models.errors import FirstlineError
from models.interfaces import Audio, SpeechToText, Transcript, TurnModel
from models.transcription_hints import DIGITS_HINT, LETTERS_HINT
from voice.expectation import AnswerKind, Expectation

LEAD_IN_MS = 200
"""Audio before the first voiced sample that the transcriber gets: soft consonants lie there."""

TAIL_MS = 40
"""Audio after the last voiced sample that the transcriber gets: always received by then, however early that is."""


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
class _Stretch:
    """A transcribed part of a turn."""

    end_ms: int
    text: str
    confidence: float


class TurnText:
    """The words of one long turn, transcribed piece by piece: what lies before a pause is not transcribed again.

    Pure. A piece is closed at a pause in which the turn could have ended but did not, once it is long enough for the
    transcriber to have had its context.
    """

    def __init__(self, *, piece_ms: int = 6000):
        """Close pieces of at least ``piece_ms``."""
        self._piece_ms = piece_ms
        self._start_ms = -1
        self._closed: list[_Stretch] = []
        self._open: _Stretch | None = None
        """The newest piece, which may still grow."""

    def begin(self, start_ms: int, *, going_on: bool = False) -> int:
        """A turn that starts then is to be transcribed; returns from where on, ms.

        Args:
            start_ms: First voiced sample.
            going_on: The caller goes on with the turn before: its words count as the first piece of this one.
        """
        if start_ms != self._start_ms:
            before = [*self._closed, self._open] if self._open else self._closed
            self._start_ms, self._open = start_ms, None
            self._closed = [part for part in before if part.text] if going_on else []
            if self._closed:
                self._closed[-1] = replace(self._closed[-1], end_ms=start_ms)
        begun_ms = self._closed[-1].end_ms if self._closed else start_ms
        if self._open and self._open.text and self._open.end_ms - begun_ms >= self._piece_ms:
            self._closed.append(self._open)
            begun_ms = self._open.end_ms
        self._open = None
        return begun_ms

    def heard(self, end_ms: int, piece: Transcript) -> Transcript:
        """The newest piece is transcribed; returns the transcript of the whole turn."""
        self._open = _Stretch(end_ms=end_ms, text=piece.text, confidence=piece.confidence)
        if not self._closed:
            return piece
        parts = [part for part in (*self._closed, self._open) if part.text]
        return replace(
            piece,
            text=" ".join(part.text for part in parts),
            confidence=sum(part.confidence for part in parts) / len(parts),
            words=(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the transcriber made of a stretch of speech."""

    transcript: Transcript | None
    """None when it failed or was too slow."""
    error_code: str = ""
    """Why there is no transcript."""


class Ears:
    """Asks the shared transcriber and turn model, each with its deadline; neither ever raises."""

    def __init__(
        self,
        speech_to_text: SpeechToText,
        turn_model: TurnModel | None,
        *,
        lane: str,
        transcribe_deadline_s: float,
        turn_deadline_s: float,
    ):
        """Share the engines for one call, the lane; the deadlines are in seconds."""
        self._speech_to_text = speech_to_text
        self._turn_model = turn_model
        self._lane = lane
        self._transcribe_deadline_s = transcribe_deadline_s
        self._turn_deadline_s = turn_deadline_s

    async def transcribe(self, audio: Audio, expects: Expectation) -> Words:
        """Transcribe a turn, lead-in and tail included: float32 [n], 8 kHz. What was asked helps."""
        # The line's own words would turn the first digits of a number, or letters of a name, into one of them.
        hints = expects.hotwords
        if expects.spelled:
            hints = LETTERS_HINT
        elif expects.kind in (AnswerKind.DIGITS, AnswerKind.PHONE):
            hints = DIGITS_HINT
        try:
            async with asyncio.timeout(self._transcribe_deadline_s):
                transcript = await self._speech_to_text.transcribe(audio, lane=self._lane, hotwords=hints)
                return Words(transcript=transcript)
        except TimeoutError:
            return Words(transcript=None, error_code="transcription_timeout")
        except FirstlineError as error:
            return Words(transcript=None, error_code=error.code)
        except Exception as error:
            logger.error(f"call {self._lane}: the transcriber failed: {type(error).__name__}")
            return Words(transcript=None, error_code="transcription_failed")

    async def turn_probability(self, audio: Audio) -> float | None:
        """Probability that the turn sounds complete; None when nobody can tell, or not in time."""
        if self._turn_model is None:
            return None
        try:
            async with asyncio.timeout(self._turn_deadline_s):
                return await self._turn_model.complete(audio, lane=self._lane)
        except (TimeoutError, FirstlineError) as error:
            logger.warning(f"call {self._lane}: no word from the turn model: {type(error).__name__}")
            return None
