"""Multinomial logistic regression in plain numpy (L-BFGS), on dense columns beside sparse ones."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.intent.lexical import SparseRows

_MEMORY = 8
_FLAT = 1e-3
"""Largest gradient entry, relative to the data's weight, at which the optimum counts as reached."""


@dataclass(frozen=True, slots=True)
class LinearWeights:
    """One score per class from dense and sparse features."""

    dense: NDArray[np.float32]
    """[d, k]."""
    sparse: NDArray[np.float32]
    """[columns, k]."""
    bias: NDArray[np.float32]
    """[k]."""

    def scores(self, dense: NDArray[np.float32], sparse: SparseRows) -> NDArray[np.float32]:
        """Scores before the softmax, [n, k]."""
        return dense @ self.dense + sparse.dot(self.sparse) + self.bias


def softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Probabilities from scores, along the last axis."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


def fit_softmax(
    dense: NDArray[np.float32],
    sparse: SparseRows | None,
    labels: NDArray[np.int64],
    classes: int,
    *,
    cost: float,
    iterations: int = 80,
) -> LinearWeights:
    """Fit by minimising ``|W|²/2 + cost · Σ cross-entropy``.

    Args:
        dense: float32 [n, d].
        sparse: Further features of the same rows, or None.
        labels: int [n], below ``classes``.
        classes: Number of classes k.
        cost: Weight of the data against the prior.
        iterations: Upper bound; fewer are used once the gradient is flat.

    Returns:
        The weights; deterministic for the same input.
    """
    d, columns = dense.shape[1], sparse.columns if sparse is not None else 0
    across = sparse.transposed() if sparse is not None else None
    target = np.zeros((len(labels), classes), np.float32)
    target[np.arange(len(labels)), labels] = 1

    def loss(flat: NDArray[np.float32]) -> tuple[float, NDArray[np.float32]]:
        weights = flat.reshape(d + columns + 1, classes)
        scores = dense @ weights[:d] + weights[-1]
        if sparse is not None:
            scores += sparse.dot(weights[d:-1])
        top = scores.max(axis=1, keepdims=True)
        log_sum = np.log(np.exp(scores - top).sum(axis=1, keepdims=True)) + top
        value = cost * float((log_sum[:, 0] - scores[np.arange(len(labels)), labels]).sum(dtype=np.float64))
        error = cost * (np.exp(scores - log_sum) - target)
        gradient = weights.copy()
        gradient[-1] = 0
        gradient[:d] += dense.T @ error
        if across is not None:
            gradient[d:-1] += across.dot(error)
        gradient[-1] += error.sum(axis=0)
        return value + 0.5 * float((weights[:-1].astype(np.float64) ** 2).sum()), gradient.ravel()

    flat = _minimize(loss, np.zeros((d + columns + 1) * classes, np.float32), iterations, _FLAT * cost)
    weights = flat.reshape(d + columns + 1, classes)
    return LinearWeights(weights[:d], weights[d:-1], weights[-1])


def _minimize(
    loss: Callable[[NDArray[np.float32]], tuple[float, NDArray[np.float32]]],
    point: NDArray[np.float32],
    iterations: int,
    flat: float,
) -> NDArray[np.float32]:
    """L-BFGS with a backtracking line search (Nocedal and Wright, Numerical Optimization, algorithm 7.5)."""
    value, gradient = loss(point)
    steps: list[tuple[NDArray[np.float32], NDArray[np.float32], float]] = []
    for _ in range(iterations):
        if float(np.abs(gradient).max()) <= flat:
            break
        direction = _direction(gradient, steps)
        slope = float(direction @ gradient)
        length = 1.0 if steps else min(1.0, 1.0 / max(1e-12, float(np.abs(gradient).sum())))
        for _ in range(30):
            moved = point + np.float32(length) * direction
            new_value, new_gradient = loss(moved)
            if new_value <= value + 1e-4 * length * slope:
                break
            length *= 0.5
        else:
            break
        step, change = moved - point, new_gradient - gradient
        curvature = float(step @ change)
        if curvature > 1e-10:
            steps = [*steps[-(_MEMORY - 1) :], (step, change, 1.0 / curvature)]
        point, value, gradient = moved, new_value, new_gradient
    return point


def _direction(
    gradient: NDArray[np.float32], steps: list[tuple[NDArray[np.float32], NDArray[np.float32], float]]
) -> NDArray[np.float32]:
    direction = -gradient
    used = []
    for step, change, rho in reversed(steps):
        alpha = np.float32(rho * float(step @ direction))
        direction = direction - alpha * change
        used.append(alpha)
    if steps:
        step, change, rho = steps[-1]
        direction = direction * np.float32(1.0 / (rho * float(change @ change)))
    for (step, change, rho), alpha in zip(steps, reversed(used), strict=True):
        beta = np.float32(rho * float(change @ direction))
        direction = direction + (alpha - beta) * step
    return direction
