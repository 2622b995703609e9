"""Fits a line's intents from its examples in seconds, and keeps the fit in a cache under a hash of its content."""

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelError
from models.intent import text as texts
from models.intent.classifier import LEXICAL_SCALE, FittedIntentClassifier, FittedParts, nearest_similarity
from models.intent.lexical import SparseRows, Vocabulary
from models.intent.linear import LinearWeights, fit_softmax, softmax
from models.intent.scope import LineScope, ScopeModel, line_scope, scope_features, shared_scope_model
from models.sentence_embedding import VERSION, SentenceEmbedder, shared_intent_embedder

_FORMAT = 5
"""Changes whenever a fit of the same examples would come out differently."""
_COST = 30.0
_FOLDS = 4
_SMALL = 1500
"""Examples up to which fitting works on inner products, which is then the smaller problem."""
_NEAREST_SMALL = 6.0
_NEAREST_LARGE = 3.0
"""Weight of the nearest example; how it was chosen stands in the card of intent-scope."""
_LARGE_COST = 10.0
_LARGE_ITERATIONS = 40
_REJECTED_SMALL = 0.05
_REJECTED_LARGE = 0.025
"""Share of held-out examples that a line's threshold rejects; the names of intents, which nobody says, are none.

A small line's are held out by quarters and look further out than a caller, who is judged by all of them; on a large
line callers stray further than the examples do.
"""
_PRIOR_EXAMPLES = 100
"""Weight of a temperature of 1 against the line's own examples."""
_TEMPERATURES = np.geomspace(0.3, 4.0, 27)


@dataclass(frozen=True, slots=True)
class _Data:
    plain: list[str]
    labels: NDArray[np.int64]
    dense: NDArray[np.float32]
    sparse: SparseRows
    classes: int


def fit(
    examples: Mapping[str, Sequence[str]],
    *,
    seams: re.Pattern[str],
    cache_dir: Path | None = None,
    embedder: SentenceEmbedder | None = None,
    scope_model: ScopeModel | None = None,
    vectors: Mapping[str, NDArray[np.float32]] | None = None,
) -> FittedIntentClassifier:
    """Fit a classifier to a line's intents.

    Args:
        examples: Sentences by intent name; 5 to 50 each serve best.
        seams: What stands between two wishes in one sentence, in the line's language.
        cache_dir: Folder that keeps fits by content hash; without it every call fits anew.
        embedder: Sentence vectors; the process's shared ones for intents by default.
        scope_model: Judge of scope; the shipped one by default.
        vectors: Known vectors of normalised sentences, to spare embedding them again.

    Returns:
        The classifier; the same for the same examples, in whatever order the intents are given.

    Raises:
        ModelError: code ``"intent_examples"`` when there is nothing to learn from.
    """
    embedder = embedder or shared_intent_embedder()
    scope_model = scope_model or shared_scope_model()
    cleaned = _cleaned(examples)
    path = cache_dir / f"intent-{_key(cleaned, scope_model)}.npz" if cache_dir is not None else None
    if path is not None and path.is_file():
        parts = _load(path)
        if parts is not None:
            return FittedIntentClassifier(parts, embedder, scope_model, seams)
    parts = _fit(cleaned, embedder, scope_model, vectors or {})
    if path is not None:
        _save(parts, path)
    return FittedIntentClassifier(parts, embedder, scope_model, seams)


def _cleaned(examples: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    cleaned = {}
    for name in sorted(examples):
        plain = {texts.normalize(t) for t in examples[name] if texts.is_readable(t)}
        if not plain:
            raise ModelError("intent_examples", f"The intent {name!r} has no readable example; give it five or more.")
        cleaned[name] = sorted(plain | _named(name))
    if not cleaned:
        raise ModelError("intent_examples", "The line has no intents; give it at least one with five examples.")
    return cleaned


def _named(name: str) -> set[str]:
    """The intent's own name as one more example: "cancel_order" says what it is about."""
    words = texts.normalize(name.replace("_", " ").replace("-", " "))
    return {words} if words.replace(" ", "").isalpha() and texts.is_readable(words) else set()


def _key(cleaned: Mapping[str, Sequence[str]], scope_model: ScopeModel) -> str:
    content = json.dumps([_FORMAT, VERSION, cleaned], ensure_ascii=False, sort_keys=True).encode()
    learnt = scope_model.weights.tobytes() + scope_model.background.tobytes() + repr(scope_model.bias).encode()
    return hashlib.sha256(content + learnt).hexdigest()[:32]


def _fit(
    cleaned: Mapping[str, Sequence[str]],
    embedder: SentenceEmbedder,
    scope_model: ScopeModel,
    vectors: Mapping[str, NDArray[np.float32]],
) -> FittedParts:
    plain = [t for examples in cleaned.values() for t in examples]
    labels = np.repeat(np.arange(len(cleaned)), [len(examples) for examples in cleaned.values()]).astype(np.int64)
    missing = [t for t in plain if t not in vectors]
    found = {**vectors, **dict(zip(missing, embedder.embed(missing), strict=True))}
    dense = np.stack([found[t] for t in plain])
    vocabulary = Vocabulary.build(plain)
    data = _Data(plain, labels, dense, vocabulary.rows(plain, LEXICAL_SCALE), len(cleaned))
    weights, held_scores, held = _fit_small(data) if len(plain) <= _SMALL else _fit_large(data)
    similarity = _held_similarity(data, held)
    nearest_weight = _NEAREST_SMALL if len(plain) <= _SMALL else _NEAREST_LARGE
    held_scores = held_scores + np.float32(nearest_weight) * nearest_similarity(similarity, labels, len(cleaned))
    temperature = _temperature(held_scores, labels[held])
    background = (dense[held] @ scope_model.background.T).max(axis=1)
    features = scope_features(held_scores, similarity, background, _shares(data, held), temperature)
    said = np.asarray([t not in _named(name) for name, examples in cleaned.items() for t in examples])[held]
    rejected = _REJECTED_SMALL if len(plain) <= _SMALL else _REJECTED_LARGE
    return FittedParts(
        names=tuple(cleaned),
        grams=tuple(vocabulary.column),
        idf=vocabulary.idf,
        weights=weights,
        temperature=temperature,
        examples=dense,
        labels=labels,
        nearest_weight=nearest_weight,
        scope=line_scope(scope_model, features[said] if said.any() else features, rejected),
    )


def _folds(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """A fold for each example, spread evenly within each intent; always the same."""
    folds = np.zeros(len(labels), np.int64)
    for label in np.unique(labels):
        mine = np.flatnonzero(labels == label)
        folds[np.random.default_rng(int(label)).permutation(mine)] = (np.arange(len(mine)) + label) % _FOLDS
    return folds


def _fit_small(data: _Data) -> tuple[LinearWeights, NDArray[np.float32], NDArray[np.int64]]:
    """Fit in the space that the examples span, where a column is an example; also scores each example held out."""
    gram = data.dense.astype(np.float64) @ data.dense.T.astype(np.float64) + data.sparse.gram()
    values, basis = np.linalg.eigh(gram)
    kept = values > 1e-6 * values[-1]
    values, basis = values[kept], basis[:, kept]
    inside = (basis * np.sqrt(values)).astype(np.float32)
    folds = _folds(data.labels)
    held_scores = np.zeros((len(data.labels), data.classes), np.float32)
    for fold in range(_FOLDS):
        out = folds == fold
        if out.all() or not out.any():
            continue
        part = fit_softmax(inside[~out], None, data.labels[~out], data.classes, cost=_COST)
        held_scores[out] = inside[out] @ part.dense + part.bias
    fitted = fit_softmax(inside, None, data.labels, data.classes, cost=_COST)
    per_example = ((basis / np.sqrt(values)) @ fitted.dense.astype(np.float64)).astype(np.float32)
    weights = LinearWeights(data.dense.T @ per_example, data.sparse.transposed().dot(per_example), fitted.bias)
    return weights, held_scores, np.arange(len(data.labels))


def _fit_large(data: _Data) -> tuple[LinearWeights, NDArray[np.float32], NDArray[np.int64]]:
    """Fit on the features themselves, with a tenth of the examples held out once for calibration."""
    held = np.flatnonzero(np.random.default_rng(0).random(len(data.labels)) < 0.1)
    rest = np.setdiff1d(np.arange(len(data.labels)), held)
    settings = {"cost": _LARGE_COST, "iterations": _LARGE_ITERATIONS}
    part = fit_softmax(
        data.dense[rest],
        data.sparse.take(rest),
        data.labels[rest],
        data.classes,
        **settings,  # type: ignore[arg-type]
    )
    scores = part.scores(data.dense[held], data.sparse.take(held))
    weights = fit_softmax(data.dense, data.sparse, data.labels, data.classes, **settings)  # type: ignore[arg-type]
    return weights, scores, held


def _temperature(scores: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """The temperature under which held-out examples are most likely, shrunk towards 1 when they are few."""
    rows = np.arange(len(labels))
    losses = [-np.log(softmax(scores / np.float32(t))[rows, labels] + 1e-9).mean() for t in _TEMPERATURES]
    best = float(_TEMPERATURES[int(np.argmin(losses))])
    return best ** (len(labels) / (len(labels) + _PRIOR_EXAMPLES))


def _held_similarity(data: _Data, held: NDArray[np.int64]) -> NDArray[np.float32]:
    """Cosine of held-out examples to all others but those of their own fold, which count as unlike."""
    similarity = data.dense[held] @ data.dense.T
    if len(held) == len(data.labels):
        folds = _folds(data.labels)
        similarity[folds[:, None] == folds[None, :]] = 0.0
    else:
        similarity[:, held] = 0.0
    return similarity


def _shares(data: _Data, held: NDArray[np.int64]) -> NDArray[np.float32]:
    """Share of each held-out example's words that some other example uses."""
    seen: dict[str, int] = {}
    for sentence in data.plain:
        for word in set(sentence.split()):
            seen[word] = seen.get(word, 0) + 1
    split = [data.plain[i].split() for i in held]
    return np.asarray([sum(seen[w] > 1 for w in words) / max(1, len(words)) for words in split], np.float32)


def _save(parts: FittedParts, path: Path) -> None:
    """Write atomically, so that a reader never sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays = {
        "names": np.asarray(parts.names),
        "grams": np.asarray(parts.grams),
        "idf": parts.idf,
        "dense": parts.weights.dense,
        "sparse": parts.weights.sparse,
        "bias": parts.weights.bias,
        "temperature": np.asarray(parts.temperature),
        "examples": parts.examples,
        "labels": parts.labels,
        "nearest_weight": np.asarray(parts.nearest_weight),
        "centre": parts.scope.centre,
        "spread": parts.scope.spread,
        "threshold": np.asarray(parts.scope.threshold),
    }
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".partial", delete=False) as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]
    os.replace(file.name, path)


def _load(path: Path) -> FittedParts | None:
    """Read a kept fit; None when the file is damaged, which is then fitted anew."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return FittedParts(
                names=tuple(str(n) for n in file["names"]),
                grams=tuple(str(g) for g in file["grams"]),
                idf=file["idf"],
                weights=LinearWeights(file["dense"], file["sparse"], file["bias"]),
                temperature=float(file["temperature"]),
                examples=file["examples"],
                labels=file["labels"],
                nearest_weight=float(file["nearest_weight"]),
                scope=LineScope(file["centre"], file["spread"], float(file["threshold"])),
            )
    except (OSError, ValueError, KeyError, EOFError):
        return None
