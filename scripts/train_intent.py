"""Learns the judge of scope from many simulated lines, and writes ``models/weights/intent-scope.npz``.

A simulated line has 5 to 60 intents of one public set with 5 to 40 examples each. Its own held-out examples tell what
is usual on it; sentences of its other intents, of other sets and of no intent at all are out of scope. A logistic
regression over the standardised features is learnt from all lines together. CLINC150's test splits are not touched.
"""

from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from languages import DEFAULT, load
from models.intent.classifier import FittedIntentClassifier
from models.intent.fitting import fit
from models.intent.linear import fit_softmax
from models.intent.scope import FALSE_REJECTION, FEATURES, ScopeModel
from models.intent.text import normalize
from models.registry import WEIGHTS, write_entry
from scripts.intent_data import CLINC_SPLITS, Labelled, banking, bitext, clinc, grouped, intent_vectors_of

BACKGROUND = Path(__file__).parent.parent / "models" / "intent" / "background.txt"
_KINDS = ("in scope", "another intent of the set", "another set", "no intent at all")
_SEAMS = load(DEFAULT).cues.seams
_IN_PER_LINE = 300
_OUT_PER_LINE = 300
Vectors = dict[str, NDArray[np.float32]]


def main(
    data: Annotated[Path, typer.Option(help="Folder with text/.")] = Path("../shared/data"),
    cache: Annotated[Path, typer.Option(help="Folder that keeps sentence vectors.")] = Path("/tmp/firstline-intent"),
    lines: Annotated[int, typer.Option(help="Simulated lines.")] = 32,
    out: Annotated[Path, typer.Option(help="Where the weights go.")] = WEIGHTS,
) -> None:
    """Train, and write the weights with their registry entry."""
    vectors, sets, strangers = _load(data, cache)
    background = _background(data, vectors, cache)
    neutral = ScopeModel(np.zeros(len(FEATURES), np.float32), 0.0, background)
    features, kinds = _simulate(sets, strangers, vectors, neutral, lines)
    weights = _learn(features, (kinds == _KINDS.index("in scope")).astype(np.int64))
    path = out / "intent-scope.npz"
    np.savez_compressed(path, weights=weights[0], bias=np.asarray(weights[1]), background=background.astype(np.float16))
    write_entry(
        out,
        "intent-scope",
        files=[path.name],
        version="1",
        licence="Apache-2.0",
        source="Trained by scripts/train_intent.py on CLINC150, BANKING77 and Bitext training sentences",
        takes=f"float32 [n, {len(FEATURES)}]: {', '.join(FEATURES)}, standardised by the line's held-out examples",
        gives="log-odds of being in scope; and [m, 384] vectors of out-of-scope sentences",
    )
    typer.echo(f"weights {dict(zip(FEATURES, np.round(weights[0], 3).tolist(), strict=True))}, bias {weights[1]:.3f}")
    odds = features @ weights[0] + weights[1]
    for kind, name in enumerate(_KINDS):
        typer.echo(f"{name}: {(odds[kinds == kind] < 0).mean():.3f} of {(kinds == kind).sum()} rejected")


def _load(data: Path, cache: Path) -> tuple[Vectors, dict[str, Labelled], list[str]]:
    sets = {"clinc": clinc(data, "train"), "banking": banking(data, "train"), "bitext": bitext(data, "train")}
    every = {
        "clinc": [s for split in CLINC_SPLITS for s, _ in clinc(data, split)],
        "banking": [s for split in ("train", "test") for s, _ in banking(data, split)],
        "bitext": [s for split in ("train", "dev", "test") for s, _ in bitext(data, split)],
    }
    vectors: Vectors = {}
    for sentences in every.values():
        vectors |= intent_vectors_of(sentences, cache)
    return vectors, sets, [s for s, _ in clinc(data, "oos_val")]


def _background(data: Path, vectors: Vectors, cache: Path) -> NDArray[np.float32]:
    ours = BACKGROUND.read_text(encoding="utf-8").splitlines()
    written = list(intent_vectors_of(ours, cache).values())
    learnt = [vectors[normalize(s)] for s, _ in clinc(data, "oos_train")]
    return np.stack(written + learnt).astype(np.float32)


def _simulate(
    sets: dict[str, Labelled], strangers: list[str], vectors: Vectors, neutral: ScopeModel, lines: int
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Standardised features of sentences of all simulated lines, and what they are, as indices into `_KINDS`."""
    features, kinds = [], []
    by_intent = {name: grouped(pairs) for name, pairs in sets.items()}
    for line in range(lines):
        rng = np.random.default_rng(line)
        name = ("clinc", "clinc", "banking", "bitext")[line % 4]
        intents = by_intent[name]
        count = int(rng.integers(5, min(60, len(intents) - 4)))
        shots = int(rng.integers(5, min(40, 800 // count) + 1))
        order = rng.permutation(sorted(intents))
        chosen, left = order[:count], order[count:]
        examples, inside = {}, []
        for intent in chosen:
            mixed = list(rng.permutation(sorted(set(intents[intent]))))
            examples[str(intent)] = [str(s) for s in mixed[:shots]]
            inside += mixed[shots : shots + 1 + _IN_PER_LINE // count]
        siblings = [s for intent in left for s in intents[intent]]
        others = [
            s for other, pairs in sets.items() if other != name and "bank" not in (name + other) for s, _ in pairs
        ]
        outside = (_sample(rng, siblings, _OUT_PER_LINE // 2), _sample(rng, others, _OUT_PER_LINE // 4), strangers)
        fitted = fit(examples, seams=_SEAMS, scope_model=neutral, vectors=vectors)
        for kind, sentences in enumerate((inside, *outside)):
            if sentences:
                features.append(_features(fitted, sentences, vectors))
                kinds.append(np.full(len(sentences), kind))
        typer.echo(f"line {line}: {name}, {count} intents x {shots}, {len(inside)} in scope")
    return np.concatenate(features), np.concatenate(kinds)


def _sample(rng: np.random.Generator, sentences: list[str], count: int) -> list[str]:
    if not sentences:
        return []
    return [str(s) for s in rng.choice(sentences, min(count, len(sentences)), replace=False)]


def _features(fitted: FittedIntentClassifier, sentences: list[str], vectors: Vectors) -> NDArray[np.float32]:
    dense = np.stack([vectors[normalize(str(s))] for s in sentences])
    return fitted.standard_features(sentences, dense)


def _learn(features: NDArray[np.float32], labels: NDArray[np.int64]) -> tuple[NDArray[np.float32], float]:
    """Logistic regression with both classes weighing the same, then moved to the wanted share of false rejections."""
    rng = np.random.default_rng(0)
    fewer = min(np.bincount(labels))
    balanced = np.concatenate([rng.choice(np.flatnonzero(labels == k), fewer, replace=False) for k in (0, 1)])
    fitted = fit_softmax(features[balanced], None, labels[balanced], 2, cost=1.0, iterations=200)
    weights = (fitted.dense[:, 1] - fitted.dense[:, 0]).astype(np.float32)
    return weights, -float(np.quantile(features[labels == 1] @ weights, FALSE_REJECTION))


if __name__ == "__main__":
    typer.run(main)
