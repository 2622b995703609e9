"""What the other rooms may ask of a model: one protocol and its plain data per kind.

Audio is mono float32 in [-1, 1] at 8 kHz (the telephone's rate) unless a name says otherwise. An engine resamples
for itself. Every engine is made once per process and shared by all calls; the ``session_id`` argument names the asker
(a call id) so that the engine's bounded queue can be fair between calls.

Everything that a call asks is async, so that an engine may be on another machine; what blocks stands behind the
adapters of `models.in_threads`. Speech detection alone is not: it judges every 32 ms of every caller in 0.1 ms, where a
way to another thread and back would cost more than the answer and would come too late to stop the bot for a voice.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.understanding import Asked, Reading

Audio = NDArray[np.float32]

TELEPHONE_RATE = 8000
"""Sample rate in Hz of all audio that crosses these interfaces."""
SAMPLES_PER_MS = TELEPHONE_RATE // 1000
"""Samples in a millisecond of it; of μ-law, bytes, too."""


class Role(StrEnum):
    """Whose audio or words these are."""

    CALLER = "caller"
    AGENT = "agent"
    BOT = "bot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One recognised word."""

    text: str
    """The word as written, without surrounding spaces."""
    start_ms: int
    """Start, ms from the first sample of the audio handed in."""
    end_ms: int
    """End, ms from the first sample of the audio handed in."""
    confidence: float
    """Probability in [0, 1]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """What a speech-to-text engine made of one stretch of audio."""

    text: str
    """Recognised text; empty when nothing was said."""
    confidence: float
    """Mean token probability in [0, 1]; 0 for an empty text."""
    words: tuple[Word, ...] = ()
    """Words with times, where they were asked for."""
    language: str = "en"
    """ISO 639-1 code."""
    compute_ms: float = 0.0
    """Time in the engine, ms."""
    wait_ms: float = 0.0
    """Time in the engine's queue, ms."""


class SpeechToText(Protocol):
    """Transcribes whole utterances."""

    async def transcribe(
        self, audio: Audio, *, session_id: str = "", hotwords: tuple[str, ...] = (), words: bool = False
    ) -> Transcript:
        """Transcribe one utterance.

        Args:
            audio: float32 [n], 8 kHz.
            session_id: Who asks, for fairness between calls.
            hotwords: Domain words that are likely.
            words: Whether to return word times and confidences.

        Raises:
            ModelBusyError: The bounded queue is full.
            ModelError: The audio is not what the engine takes, or the engine failed.
        """
        ...


class SpeechStream(Protocol):
    """One call's stream state of a speech detector."""

    def push(self, audio: Audio) -> float:
        """Judge the next 256 samples (32 ms at 8 kHz); returns the probability of speech in [0, 1]."""
        ...

    def reset(self) -> None:
        """Forget everything heard so far."""
        ...


class SpeechDetector(Protocol):
    """Tells speech from everything else; shared by all calls."""

    def stream(self) -> SpeechStream:
        """Open the small per-call state."""
        ...


class TurnModel(Protocol):
    """Judges from audio alone whether the speaker has finished."""

    async def complete(self, audio: Audio, *, session_id: str = "") -> float:
        """Probability in [0, 1] that the turn which ends ``audio`` (float32 [n], 8 kHz, last 8 s count) is complete."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentScore:
    """One candidate intent."""

    name: str
    """The intent's name in the line."""
    probability: float
    """Calibrated probability in [0, 1]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentResult:
    """What a sentence seems to ask for."""

    intents: tuple[IntentScore, ...]
    """Accepted intents, best first: usually one, two for "cancel it and refund me", none when out of scope."""
    alternatives: tuple[IntentScore, ...]
    """The best candidates, accepted or not, best first."""
    in_scope: float
    """Probability in [0, 1] that the sentence is about anything the line knows."""

    @property
    def best(self) -> str | None:
        """Name of the best accepted intent, or None when out of scope."""
        return self.intents[0].name if self.intents else None


class IntentClassifier(Protocol):
    """Fitted to one line's intents."""

    async def classify(self, text: str, *, session_id: str = "") -> IntentResult:
        """Classify one sentence. Empty or foreign text is out of scope, no error.

        Args:
            text: What the caller said.
            session_id: Who asks, for fairness between calls.

        Raises:
            ModelBusyError: The bounded queue is full.
            ModelError: The engine failed.
        """
        ...


class TextEmbedder(Protocol):
    """Sentences to vectors that lie close together when they mean alike."""

    async def embed(self, text: str, *, session_id: str = "") -> NDArray[np.float32]:
        """One sentence of a call as a unit vector, float32 [d]; errors as `IntentClassifier.classify`."""
        ...

    def embed_all(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Many sentences as unit vectors, float32 [n, d]; blocking: for what is indexed when a line is loaded."""
        ...


class ActReader(Protocol):
    """Reads what a caller does with a turn."""

    async def read(self, text: str, asked: Asked, *, session_id: str = "") -> Reading:
        """Read one turn together with what was asked; errors as `IntentClassifier.classify`.

        Args:
            text: What the caller said; without words it does nothing.
            asked: What the caller answers to.
            session_id: Who asks, for fairness between calls.
        """
        ...


class Emotion(StrEnum):
    """What a caller's voice or words express."""

    ANGER = "anger"
    DISTRESS = "distress"
    JOY = "joy"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmotionEstimate:
    """How the caller seems to feel in one window of audio or one text."""

    probabilities: dict[Emotion, float] = field(default_factory=dict)
    """Calibrated, summing to 1; empty when there is not enough evidence."""
    arousal: float = 0.0
    """0 (calm) to 1 (agitated)."""

    @property
    def enough_evidence(self) -> bool:
        """Whether there was anything to judge."""
        return bool(self.probabilities)

    @property
    def label(self) -> Emotion | None:
        """The most probable emotion, or None without evidence."""
        return max(self.probabilities, key=lambda e: self.probabilities[e]) if self.probabilities else None


@dataclass(frozen=True, slots=True)
class SpokenAudio:
    """Audio with the role of who speaks, so that a model can refuse an agent's voice."""

    role: Role
    samples: Audio
    """float32 [n], 8 kHz."""


class EmotionModel(Protocol):
    """Voice emotion of callers. EU AI Act Art. 5(1)(f): never of an agent."""

    async def estimate(self, audio: SpokenAudio, *, session_id: str = "") -> EmotionEstimate:
        """Estimate from 1 to 8 s of the caller's voice; without evidence for silence, noise and less speech.

        Args:
            audio: The caller's voice.
            session_id: Who asks, for fairness between calls.

        Raises:
            ModelBusyError: The bounded queue is full.
            ModelError: code ``"emotion_role"`` when the audio is not the caller's.
        """
        ...


class TextEmotionModel(Protocol):
    """How a caller's words read."""

    async def estimate(self, text: str, *, session_id: str = "") -> EmotionEstimate:
        """Estimate from one utterance; without evidence for empty text, bare answers and other scripts.

        Args:
            text: What the caller said.
            session_id: Who asks, for fairness between calls.

        Raises:
            ModelBusyError: The bounded queue is full.
            ModelError: The engine failed.
        """
        ...


class VoiceEngine(Protocol):
    """Text to speech."""

    name: str
    """Identifies engine and voice; part of the key of the prompt cache."""

    def render(self, text: str, *, pace: float = 1.0, session_id: str = "") -> AsyncIterator[Audio]:
        """Speak one sentence, in pieces as they are made.

        Args:
            text: Plain words, already written out as people read them.
            pace: 1.0 is the voice's own pace; 0.8 is slower.
            session_id: Who asks, for fairness between calls.

        Yields:
            float32 [n] at 8 kHz.
        """
        ...
