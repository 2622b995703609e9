"""Emotion models of voice and words that answer from a script and keep the real ones' rules."""

from dataclasses import dataclass, field

from models.audio import check_audio
from models.emotion.voice import SHORTEST_S
from models.errors import ModelError
from models.interfaces import TELEPHONE_RATE, Emotion, EmotionEstimate, Role, SpokenAudio

CALM = EmotionEstimate(
    probabilities={Emotion.ANGER: 0.05, Emotion.DISTRESS: 0.1, Emotion.JOY: 0.05, Emotion.NEUTRAL: 0.8}, arousal=0.2
)
ANGRY = EmotionEstimate(
    probabilities={Emotion.ANGER: 0.85, Emotion.DISTRESS: 0.05, Emotion.JOY: 0.02, Emotion.NEUTRAL: 0.08}, arousal=0.9
)


@dataclass
class FakeEmotionModel:
    """Gives the scripted estimates in turn, the last one for ever; none for silence and short audio."""

    script: list[EmotionEstimate] = field(default_factory=lambda: [CALM])
    heard_s: list[float] = field(default_factory=list)
    """Length of everything that was judged, seconds."""

    async def estimate(self, audio: SpokenAudio, *, session_id: str = "") -> EmotionEstimate:
        if audio.role is not Role.CALLER:
            raise ModelError("emotion_role", "Voice emotion is computed on callers only; hand in no other.")
        samples = check_audio(audio.samples, allow_empty=True)
        if samples.size < SHORTEST_S * TELEPHONE_RATE or abs(samples).max() < 1e-3:
            return EmotionEstimate()
        self.heard_s.append(samples.size / TELEPHONE_RATE)
        return self.script[min(len(self.heard_s), len(self.script)) - 1]


@dataclass
class FakeTextEmotion:
    """Reads anger in some words, calm in the others; no evidence in a text without letters or a bare answer."""

    angry_words: tuple[str, ...] = ("ridiculous", "hate", "idiots")
    read: list[str] = field(default_factory=list)
    """Every text that was judged."""

    async def estimate(self, text: str, *, session_id: str = "") -> EmotionEstimate:
        if len(text.split()) < 3 or not text.isascii():
            return EmotionEstimate()
        self.read.append(text)
        return ANGRY if any(word in text.lower() for word in self.angry_words) else CALM
