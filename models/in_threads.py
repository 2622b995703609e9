"""The small blocking models behind the async interfaces: each on threads of `models.workers`, fair between calls.

Whoever asks a model knows none of this: a model on another machine stands behind the same interface without threads.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.emotion.voice import VoiceEmotion
from models.intent.classifier import FittedIntentClassifier
from models.interfaces import EmotionEstimate, IntentResult, SpokenAudio
from models.sentence_embedding import SentenceEmbedder
from models.text_sentiment import TextSentimentModel
from models.understanding import Asked, Reading
from models.understanding.reader import TurnReader
from models.workers import ModelWorkers


class ThreadedIntentClassifier:
    """Implements `models.interfaces.IntentClassifier`."""

    def __init__(self, classifier: FittedIntentClassifier, workers: ModelWorkers):
        """Ask ``classifier`` on ``workers``, which others may share."""
        self._classifier = classifier
        self._workers = workers

    async def classify(self, text: str, *, session_id: str = "") -> IntentResult:
        """See `models.interfaces.IntentClassifier.classify`."""
        return await self._workers.run(self._classifier.classify, text, session_id=session_id, urgent=True)


class ThreadedTurnReader:
    """Implements `models.interfaces.ActReader`."""

    def __init__(self, reader: TurnReader, workers: ModelWorkers):
        """Ask ``reader`` on ``workers``, which others may share."""
        self._reader = reader
        self._workers = workers

    async def read(self, text: str, asked: Asked, *, session_id: str = "") -> Reading:
        """See `models.interfaces.ActReader.read`."""
        (reading,) = await self._workers.run(self._reader.read, [(asked, text)], session_id=session_id, urgent=True)
        return reading


class ThreadedSentenceEmbedder:
    """Implements `models.interfaces.TextEmbedder`."""

    def __init__(self, embedder: SentenceEmbedder, workers: ModelWorkers):
        """Ask ``embedder`` on ``workers``, which others may share."""
        self._embedder = embedder
        self._workers = workers

    async def embed(self, text: str, *, session_id: str = "") -> NDArray[np.float32]:
        """See `models.interfaces.TextEmbedder.embed`."""
        vectors = await self._workers.run(self._embedder.embed, [text], session_id=session_id, urgent=True)
        first: NDArray[np.float32] = vectors[0]
        return first

    def embed_all(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `models.interfaces.TextEmbedder.embed_all`."""
        return self._embedder.embed(texts)


class ThreadedVoiceEmotion:
    """Implements `models.interfaces.EmotionModel`; nobody waits for it in silence, so it is never urgent."""

    def __init__(self, model: VoiceEmotion, workers: ModelWorkers):
        """Ask ``model`` on ``workers``, which others may share."""
        self._model = model
        self._workers = workers

    async def estimate(self, audio: SpokenAudio, *, session_id: str = "") -> EmotionEstimate:
        """See `models.interfaces.EmotionModel.estimate`."""
        return await self._workers.run(self._model.estimate, audio, session_id=session_id)


class ThreadedTextEmotion:
    """Implements `models.interfaces.TextEmotionModel`."""

    def __init__(self, model: TextSentimentModel, workers: ModelWorkers):
        """Ask ``model`` on ``workers``, which others may share."""
        self._model = model
        self._workers = workers

    async def estimate(self, text: str, *, session_id: str = "") -> EmotionEstimate:
        """See `models.interfaces.TextEmotionModel.estimate`."""
        judged = await self._workers.run(self._model.judge, text, session_id=session_id)
        return judged.estimate
