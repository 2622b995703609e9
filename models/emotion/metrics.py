"""The measures of the emotion model, each defined once."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray


def area_under_curve(scores: NDArray[np.floating], positive: NDArray[np.bool_]) -> float:
    """Area under the ROC curve: the probability that a positive scores above a negative, ties counted half.

    Returns:
        In [0, 1]; NaN when a class is empty.
    """
    order = np.argsort(scores, kind="stable")
    values = scores[order]
    first = np.searchsorted(values, values, side="left")
    last = np.searchsorted(values, values, side="right")
    ranks = np.empty(len(scores))
    ranks[order] = (first + last + 1) / 2.0
    positives = int(positive.sum())
    negatives = len(scores) - positives
    if not positives or not negatives:
        return float("nan")
    return float((ranks[positive].sum() - positives * (positives + 1) / 2.0) / (positives * negatives))


def balanced_recall(guess: NDArray[np.integer], truth: NDArray[np.integer]) -> float:
    """Unweighted average recall: the mean over the classes present of the share that is recognised."""
    return float(np.mean([(guess[truth == label] == label).mean() for label in np.unique(truth)]))


def calibration_error(confidence: NDArray[np.floating], right: NDArray[np.floating], bins: int = 10) -> float:
    """Expected calibration error (Guo et al. 2017): confidence against rightness in bins of equal width.

    Args:
        confidence: Probability claimed, [n] in [0, 1].
        right: What came true, [n]: 0 or 1, or the share of the listeners who agree.
        bins: Bins of equal width.
    """
    place = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    count = np.bincount(place, minlength=bins)
    gap = np.abs(np.bincount(place, confidence, bins) - np.bincount(place, right, bins))
    return float((gap[count > 0]).sum() / len(confidence))


def interval(
    measure: Callable[[NDArray[np.int64]], float], groups: NDArray[np.integer], *, draws: int = 1000, seed: int = 0
) -> tuple[float, float]:
    """95 % bootstrap interval of a measure, drawing whole groups (speakers), since their clips are alike.

    Args:
        measure: Takes row numbers, gives the measure on them.
        groups: Group of every row, [n].
        draws: Bootstrap samples.
        seed: Makes it repeatable.
    """
    random = np.random.default_rng(seed)
    members = [np.flatnonzero(groups == group) for group in np.unique(groups)]
    values = [
        measure(np.concatenate([members[pick] for pick in random.integers(len(members), size=len(members))]))
        for _ in range(draws)
    ]
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return float(low), float(high)
