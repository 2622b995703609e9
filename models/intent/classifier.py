"""An intent classifier fitted to one line: scores, calibrated probabilities, scope, and two wishes in one sentence."""

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from models.intent import text as texts
from models.intent.lexical import Vocabulary
from models.intent.linear import LinearWeights, softmax
from models.intent.scope import LineScope, ScopeModel, log_odds, scope_features, standardized
from models.interfaces import IntentResult, IntentScore
from models.sentence_embedding import SentenceEmbedder

LEXICAL_SCALE = 0.5
"""Length of the word part and of the character part beside a sentence vector of length 1."""
ALTERNATIVES = 5
ACCEPT = 0.5
"""Probability of being in scope from which a sentence is answered."""
_ROOM = 3
"""Places among the leading intents of a whole sentence, beyond those of its parts."""
_PART_LEAST = 0.6
"""Probability that a part of a sentence needs for a second intent."""


@dataclass(frozen=True)
class FittedParts:
    """All that a fit learns; what the cache keeps."""

    names: tuple[str, ...]
    """Intents, in the order of the scores."""
    grams: tuple[str, ...]
    """The vocabulary, sorted."""
    idf: NDArray[np.float32]
    weights: LinearWeights
    temperature: float
    examples: NDArray[np.float32]
    """[n, 384] vectors of the examples, those of an intent together."""
    labels: NDArray[np.int64]
    """[n] the intent of each example, ascending."""
    nearest_weight: float
    """What a cosine of 1 to an intent's nearest example adds to its score."""
    scope: LineScope


def nearest_similarity(similarity: NDArray[np.float32], labels: NDArray[np.int64], classes: int) -> NDArray[np.float32]:
    """Cosine to each intent's nearest example.

    Args:
        similarity: [n, e] cosine to the examples.
        labels: [e] ascending; every intent has an example.
        classes: Number of intents k.

    Returns:
        float32 [n, k].
    """
    starts = np.searchsorted(labels, np.arange(classes))
    return np.maximum.reduceat(similarity, starts, axis=1)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Scores of a batch of sentences."""

    probabilities: NDArray[np.float32]
    """[n, k], given that the sentence is in scope."""
    in_scope: NDArray[np.float32]
    """[n]."""


@dataclass(frozen=True)
class FittedIntentClassifier:
    """Blocking, a few ms a sentence; immutable, and safe to share between threads. See `models.in_threads`."""

    parts: FittedParts
    embedder: SentenceEmbedder
    scope_model: ScopeModel
    seams: re.Pattern[str]
    """What stands between two wishes in one sentence."""

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary.of(self.parts.grams, self.parts.idf)

    @property
    def names(self) -> tuple[str, ...]:
        """The line's intents."""
        return self.parts.names

    def classify(self, text: str) -> IntentResult:
        """Classify one sentence.

        Args:
            text: What the caller said; the first 600 characters count.

        Returns:
            Accepted intents, best first; two where the sentence asks for two things. Empty text, text without letters
            and text in another script are out of scope with no alternatives.
        """
        if not texts.is_readable(text):
            return IntentResult(intents=(), alternatives=(), in_scope=0.0)
        pieces = texts.parts(text, self.seams)
        whole_and_parts = [text, *pieces]
        judged = self.judge(whole_and_parts, self._embed(whole_and_parts))
        whole = judged.probabilities[0]
        in_scope = float(judged.in_scope[0])
        best = np.argsort(-whole, kind="stable")[:ALTERNATIVES]
        alternatives = tuple(self._score(i, whole[i], in_scope) for i in best)
        several = self._several(judged) if pieces else ()
        if several:
            return IntentResult(intents=several, alternatives=alternatives, in_scope=max(in_scope, ACCEPT))
        accepted = alternatives[:1] if in_scope >= ACCEPT else ()
        return IntentResult(intents=accepted, alternatives=alternatives, in_scope=in_scope)

    def judge(self, sentences: list[str], vectors: NDArray[np.float32] | None = None) -> Judgement:
        """Score sentences as they are, without parting them.

        Args:
            sentences: n texts.
            vectors: Their [n, 384] vectors when they are known already.
        """
        scores, features = self._features(sentences, vectors)
        odds = log_odds(self.scope_model, self.parts.scope, features) - self.parts.scope.threshold
        return Judgement(softmax(scores / np.float32(self.parts.temperature)), 1 / (1 + np.exp(-odds)))

    def standard_features(
        self, sentences: list[str], vectors: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """What scope is judged by, [n, len(FEATURES)], in units of what is usual on the line; for training."""
        return standardized(self.parts.scope, self._features(sentences, vectors)[1])

    def _features(
        self, sentences: list[str], vectors: NDArray[np.float32] | None
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        plain = [texts.normalize(s) for s in sentences]
        dense = self.embedder.embed(plain) if vectors is None else vectors
        similarity = dense @ self.parts.examples.T
        scores = self.parts.weights.scores(dense, self._vocabulary.rows(plain, LEXICAL_SCALE))
        nearest = nearest_similarity(similarity, self.parts.labels, len(self.parts.names))
        scores += np.float32(self.parts.nearest_weight) * nearest
        features = scope_features(
            scores,
            similarity,
            (dense @ self.scope_model.background.T).max(axis=1),
            np.asarray([self._vocabulary.share(p) for p in plain], np.float32),
            self.parts.temperature,
        )
        return scores, features

    def _embed(self, whole_and_parts: list[str]) -> NDArray[np.float32]:
        whole, *pieces = [texts.normalize(t) for t in whole_and_parts]
        return self.embedder.embed_with_parts(whole, pieces)

    def _score(self, index: int, probability: float, in_scope: float) -> IntentScore:
        return IntentScore(name=self.parts.names[index], probability=round(float(probability) * in_scope, 4))

    def _several(self, judged: Judgement) -> tuple[IntentScore, ...]:
        """Intents of the parts, when each part is sure of its own and they lead in the whole sentence too."""
        found: dict[int, float] = {}
        for probabilities, in_scope in zip(judged.probabilities[1:], judged.in_scope[1:], strict=True):
            best = int(probabilities.argmax())
            if float(probabilities[best]) >= _PART_LEAST and float(in_scope) >= ACCEPT:
                found[best] = max(found.get(best, 0.0), float(probabilities[best]) * float(in_scope))
        room = min(_ROOM, len(self.names) // 5)
        leading = np.argsort(-judged.probabilities[0], kind="stable")[: len(found) + room].tolist()
        if len(found) < 2 or not set(found) <= set(leading):
            return ()
        ranked = sorted(found.items(), key=lambda item: -item[1])
        return tuple(self._score(index, probability, 1.0) for index, probability in ranked)
