"""Judges whether a sentence is about anything a line knows: from class scores, near examples and far background."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.intent.linear import softmax
from models.registry import locate

NEIGHBOURS = 5
"""Examples whose similarity is averaged."""
FEATURES = ("top score", "top probability", "nearest", "neighbourhood", "background lead", "lexical share")
"""What the judgement is made from, in the order of the weights."""
FALSE_REJECTION = 0.04
"""Share of in-scope sentences that the general threshold rejects."""
_PRIOR_SENTENCES = 60
"""Weight of the general threshold against the line's own examples."""
_SHRUNK_SPREAD = 0.05
"""Smallest spread a line's statistic is divided by."""


@dataclass(frozen=True, slots=True)
class ScopeModel:
    """The part learnt from many lines."""

    weights: NDArray[np.float32]
    """[len(FEATURES)]."""
    bias: float
    background: NDArray[np.float32]
    """[m, 384] vectors of sentences that no support line is about."""

    @staticmethod
    def load(path: Path) -> "ScopeModel":
        """Read it from ``intent-scope.npz``."""
        with np.load(path, allow_pickle=False) as file:
            background = file["background"].astype(np.float32)
            norms = np.linalg.norm(background, axis=1, keepdims=True)
            return ScopeModel(file["weights"].astype(np.float32), float(file["bias"]), background / norms)


@dataclass(frozen=True, slots=True)
class LineScope:
    """What is usual on one line, learnt from its own held-out examples."""

    centre: NDArray[np.float32]
    """[len(FEATURES)] subtracted from each feature."""
    spread: NDArray[np.float32]
    """[len(FEATURES)] each feature is divided by."""
    threshold: float
    """Log-odds at which a sentence is as likely in as out of scope on this line."""


def scope_features(
    scores: NDArray[np.float32],
    similarity: NDArray[np.float32],
    background: NDArray[np.float32],
    lexical: NDArray[np.float32],
    temperature: float,
) -> NDArray[np.float32]:
    """The raw features of sentences.

    Args:
        scores: [n, k] class scores.
        similarity: [n, e] cosine to the line's examples.
        background: [n] largest cosine to the background.
        lexical: [n] share of the sentence's words that the examples use, 0 to 1.
        temperature: What scores are divided by before the softmax.

    Returns:
        float32 [n, len(FEATURES)].
    """
    count = min(NEIGHBOURS, similarity.shape[1])
    near = np.sort(np.partition(similarity, -count, axis=1)[:, -count:], axis=1)
    top = softmax(scores / np.float32(temperature)).max(axis=1)
    columns = (
        scores.max(axis=1),
        np.log(top + 1e-6),
        near[:, -1],
        near.mean(axis=1),
        near[:, -1] - background,
        lexical,
    )
    return np.stack(columns, axis=1).astype(np.float32)


def line_statistics(features: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Median and robust spread of a line's held-out features."""
    centre = np.median(features, axis=0)
    low, high = np.quantile(features, [0.25, 0.75], axis=0)
    return centre.astype(np.float32), np.maximum(_SHRUNK_SPREAD, (high - low) / 1.35).astype(np.float32)


def standardized(line: LineScope, features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Features [n, len(FEATURES)] in units of what is usual on the line."""
    return np.clip((features - line.centre) / line.spread, -8, 8).astype(np.float32)


def log_odds(model: ScopeModel, line: LineScope, features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Log-odds [n] of being in scope, before the line's threshold."""
    return (standardized(line, features) @ model.weights + model.bias).astype(np.float32)


def line_scope(model: ScopeModel, features: NDArray[np.float32], rejected: float) -> LineScope:
    """Learn a line's scope from the raw features of its held-out examples, shrunk towards the general one.

    Args:
        model: The part learnt from many lines.
        features: [n, len(FEATURES)] of examples, each as far from the others as a caller's sentence is.
        rejected: Share of these examples that the line's threshold rejects.
    """
    centre, spread = line_statistics(features)
    odds = log_odds(model, LineScope(centre, spread, 0.0), features)
    share = len(features) / (len(features) + _PRIOR_SENTENCES)
    return LineScope(centre, spread, share * float(np.quantile(odds, rejected)))


@lru_cache(maxsize=1)
def shared_scope_model() -> ScopeModel:
    """The process's one scope model.

    Raises:
        ModelError: ``model_missing`` or ``model_hash_mismatch``.
    """
    return ScopeModel.load(locate("intent-scope"))
