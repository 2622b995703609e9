"""Chooses from which probability an act is claimed, and a yes is clear."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.understanding.reader import CLEAR_YES
from models.understanding.types import CallerAct, Reading
from scripts.understanding.example import Example

PRECISION = 0.9
"""Share of claims of an act that must be right."""
_FAIR = 0.8
"""Share that will do where no threshold reaches `PRECISION`."""
_FEWEST = 5.0
"""Sentences that a claim must have been right about; of fewer nothing can be told."""
_NEVER = 1.01
_GRID = np.round(np.arange(0.5, 0.99, 0.01), 2)
_WRONG_YES = 0.001
_ENOUGH_YES = np.round(np.concatenate([np.arange(0.5, 0.99, 0.01), np.arange(0.99, 0.9999, 0.0005)]), 4)


def thresholds(examples: Sequence[Example], readings: Sequence[Reading]) -> dict[str, float]:
    """From which probability each output is claimed, by name: on turns that did not train.

    An act is claimed where, from there on, nine of ten claims are right, or else as many as can be; one of which less
    than eight of ten ever are gets a threshold above 1. Draws of one sentence count as one together.
    """
    weights = _weights(examples)
    told = {act.value: _act(act, examples, readings, weights) for act in CallerAct}
    asked = np.array([e.asks_yes_or_no for e in examples])
    truth = np.array([e.clear_yes for e in examples])
    wrong = asked & ~truth
    for at_least in _ENOUGH_YES:
        found = np.array([r.agrees_clearly(float(at_least)) for r in readings])
        if (found & wrong).sum() <= _WRONG_YES * wrong.sum():
            return told | {CLEAR_YES: round(float(at_least), 4)}
    return told | {CLEAR_YES: _NEVER}


def _act(
    act: CallerAct, examples: Sequence[Example], readings: Sequence[Reading], weights: NDArray[np.float64]
) -> float:
    truth = np.array([act in e.acts for e in examples])
    likely = np.array([r.probabilities[act] for r in readings])
    best = (_FAIR, _NEVER)
    for at_least in _GRID:
        found = likely >= at_least
        right = weights[found & truth].sum()
        precision = right / max(weights[found].sum(), 1e-9)
        if right >= _FEWEST and precision >= PRECISION:
            return float(at_least)
        if right >= _FEWEST and precision > best[0]:
            best = (precision, float(at_least))
    return best[1]


def _weights(examples: Sequence[Example]) -> NDArray[np.float64]:
    counts = Counter(e.source for e in examples)
    return np.array([1 / counts[e.source] for e in examples])
