"""Judges from words alone how a caller seems to feel: sentiment, anger, and the emotions the voice model knows."""

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.intent.lexical import Vocabulary
from models.intent.linear import LinearWeights, softmax
from models.intent.text import is_readable, normalize
from models.interfaces import Emotion, EmotionEstimate
from models.registry import locate
from models.sentence_embedding import SentenceEmbedder, shared_embedder

EMOTIONS = (Emotion.ANGER, Emotion.DISTRESS, Emotion.JOY, Emotion.NEUTRAL)
"""The order of the head's scores."""
LEXICAL_SCALE = 0.5
_VALENCE = np.asarray([-1.0, -1.0, 1.0, 0.0])
_KNOWN_LEAST = 0.5
"""Share of words that must be known English for a judgement."""
_PLAIN_ANSWERS = frozenset("no nope nah yes yeah yep yup ok okay sure right not really hello hi bye um uh".split())
"""Words that tell nothing of how somebody feels when nothing else is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSentiment:
    """How one text reads."""

    estimate: EmotionEstimate = field(default_factory=EmotionEstimate)
    """Calibrated probabilities; empty when there is not enough evidence. Arousal is not judged from text."""
    sentiment: float = 0.0
    """-1 (negative) to 1 (positive); 0 also without evidence."""
    anger: float = 0.0
    """Probability of anger in [0, 1]; 0 also without evidence."""

    @property
    def enough_evidence(self) -> bool:
        """Whether there was anything to judge."""
        return self.estimate.enough_evidence


@dataclass(frozen=True)
class TextSentimentModel:
    """The head on the shared sentence embedding; immutable, and safe to share between threads."""

    weights: LinearWeights
    vocabulary: Vocabulary
    temperature: float
    embedder: SentenceEmbedder

    @staticmethod
    def load(path: Path, embedder: SentenceEmbedder) -> "TextSentimentModel":
        """Read the head from ``text-sentiment.npz``."""
        with np.load(path, allow_pickle=False) as file:
            weights = LinearWeights(*(file[k].astype(np.float32) for k in ("dense", "sparse", "bias")))
            grams = [str(g) for g in file["grams"]]
            vocabulary = Vocabulary.of(grams, file["idf"].astype(np.float32))
            return TextSentimentModel(weights, vocabulary, float(file["temperature"]), embedder)

    def judge(self, text: str) -> TextSentiment:
        """Judge one utterance; a few ms on one core.

        Args:
            text: What the caller said; the first 600 characters count.

        Returns:
            The judgement; without evidence for empty text, bare answers ("no"), text in another script, and mostly
            unknown words.
        """
        plain = normalize(text)
        words = set(plain.split())
        if not is_readable(text) or words <= _PLAIN_ANSWERS or self.vocabulary.share(plain) < _KNOWN_LEAST:
            return TextSentiment()
        probabilities = self.probabilities([plain], self.embedder.embed([plain]))[0]
        return TextSentiment(
            estimate=EmotionEstimate(probabilities={e: float(p) for e, p in zip(EMOTIONS, probabilities, strict=True)}),
            sentiment=float(np.clip(probabilities @ _VALENCE, -1, 1)),
            anger=float(probabilities[0]),
        )

    def probabilities(self, plain: list[str], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities [n, 4] in the order of `EMOTIONS`, from normalised sentences and their vectors."""
        scores = self.weights.scores(vectors, self.vocabulary.rows(plain, LEXICAL_SCALE))
        return softmax(scores / np.float32(self.temperature))


@lru_cache(maxsize=1)
def shared_text_sentiment() -> TextSentimentModel:
    """The process's one text sentiment model.

    Raises:
        ModelError: ``model_missing`` or ``model_hash_mismatch``.
    """
    return TextSentimentModel.load(locate("text-sentiment"), shared_embedder())
