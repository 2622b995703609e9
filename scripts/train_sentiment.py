"""Trains the text head for sentiment and anger on GoEmotions, and writes ``models/weights/text-sentiment.npz``.

The Ekman labels are joined to what the voice model knows: anger with disgust, sadness with fear as distress, joy, and
neutral with surprise. Sentences are normalised as transcripts are, so capitals and exclamation marks cannot help.
Support calls are not Reddit: lines of our own (``sentiment_lines.tsv``), Bitext's requests with swearing (anger) and
without, and banking questions (neutral) are added.
"""

import csv
import json
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from models.intent.lexical import Vocabulary
from models.intent.linear import LinearWeights, fit_softmax, softmax
from models.intent.text import is_readable, normalize
from models.interfaces import Emotion
from models.registry import WEIGHTS, write_entry
from models.sentence_embedding import shared_embedder
from models.text_sentiment import EMOTIONS, LEXICAL_SCALE, TextSentimentModel
from scripts.intent_data import banking, bitext, vectors_of

_JOINED = {
    "anger": Emotion.ANGER,
    "disgust": Emotion.ANGER,
    "fear": Emotion.DISTRESS,
    "sadness": Emotion.DISTRESS,
    "joy": Emotion.JOY,
    "neutral": Emotion.NEUTRAL,
    "surprise": Emotion.NEUTRAL,
}
_LINES = Path(__file__).with_name("sentiment_lines.tsv")
_OURS_TIMES = 4
_NEUTRAL_EACH = 1000
_DEV_SENTENCES = 2000
_RAREST_GRAM = 4
_COST = 3.0


def main(
    data: Annotated[Path, typer.Option(help="Folder with text/.")] = Path("../shared/data"),
    cache: Annotated[Path, typer.Option(help="Folder that keeps sentence vectors.")] = Path("/tmp/firstline-intent"),
    most: Annotated[int, typer.Option(help="Training sentences used.")] = 20_000,
    out: Annotated[Path, typer.Option(help="Where the weights go.")] = WEIGHTS,
    report: Annotated[Path | None, typer.Option("--json", help="Where the measures go.")] = None,
) -> None:
    """Train, measure on the test split, and write the weights with their registry entry."""
    train, dev, test = (load(data, split) for split in ("train", "dev", "test"))
    train, dev, test = train[:most], dev[:_DEV_SENTENCES], test
    support, vectors = support_lines(data, cache)
    vectors |= vectors_of([s for s, _ in train], cache)
    train = train + support
    plain = [s for s, _ in train]
    labels = np.asarray([y for _, y in train])
    vocabulary = _words(plain)
    dense = np.stack([vectors[s] for s in plain])
    weights = fit_softmax(
        dense, vocabulary.rows(plain, LEXICAL_SCALE), labels, len(EMOTIONS), cost=_COST, iterations=60
    )
    model = TextSentimentModel(weights, vocabulary, _temperature(weights, vocabulary, dev, cache), shared_embedder())
    path = out / "text-sentiment.npz"
    _save(model, path)
    write_entry(
        out,
        "text-sentiment",
        files=[path.name],
        version="1",
        licence="Apache-2.0",
        source="Trained by scripts/train_sentiment.py on GoEmotions, Bitext, BANKING77 and lines of our own",
        takes="a sentence vector float32 [384] and TF-IDF of known n-grams",
        gives="scores of anger, distress, joy, neutral",
    )
    measures = evaluate(model, test, cache) | {"support": evaluate_support(model, data, cache)}
    typer.echo(json.dumps(measures, indent=2))
    if report is not None:
        report.write_text(json.dumps(measures, indent=2) + "\n", encoding="utf-8")


def load(data: Path, split: str) -> list[tuple[str, int]]:
    """Normalised readable sentences with one label each, as an index into `EMOTIONS`."""
    names = (data / "text" / "goemotions_ekman_labels.txt").read_text(encoding="utf-8").split()
    pairs = []
    for line in (data / "text" / f"goemotions_ekman_{split}.tsv").read_text(encoding="utf-8").splitlines():
        fields = line.split("\t")
        found = {EMOTIONS.index(_JOINED[names[int(k)]]) for k in fields[1].split(",")}
        if len(found) == 1 and is_readable(fields[0]) and normalize(fields[0]):
            pairs.append((normalize(fields[0]), found.pop()))
    return pairs


def support_lines(data: Path, cache: Path) -> tuple[list[tuple[str, int]], dict[str, NDArray[np.float32]]]:
    """Sentences as they are said on support lines, with labels and vectors; our own count several times."""
    rng = np.random.default_rng(0)
    rows = [line.split("\t") for line in _LINES.read_text(encoding="utf-8").splitlines()]
    ours = [(normalize(text), EMOTIONS.index(Emotion(label))) for label, text in rows]
    calm, swearing = swearing_of(data, "train")
    questions = [s for s, _ in banking(data, "train")]
    neutral = [str(s) for group in (calm, questions) for s in rng.choice(group, _NEUTRAL_EACH, replace=False)]
    borrowed = [(normalize(s), EMOTIONS.index(Emotion.NEUTRAL)) for s in neutral]
    borrowed += [(normalize(s), EMOTIONS.index(Emotion.ANGER)) for s in swearing]
    vectors = vectors_of([s for s, _ in ours], cache)
    vectors |= vectors_of([s for split in ("train", "test") for s, _ in banking(data, split)], cache)
    vectors |= vectors_of([s for split in ("train", "dev", "test") for s, _ in bitext(data, split)], cache)
    return ours * _OURS_TIMES + borrowed, vectors


def swearing_of(data: Path, split: str) -> tuple[list[str], list[str]]:
    """Bitext's requests without and with swearing (its tag ``W``)."""
    path = next((data / "text" / "bitext" / split).glob("*.csv"))
    with path.open(encoding="utf-8") as file:
        rows = [(row["utterance"], "W" in row["tags"]) for row in csv.DictReader(file)]
    return [s for s, swears in rows if not swears], [s for s, swears in rows if swears]


def evaluate_support(model: TextSentimentModel, data: Path, cache: Path) -> dict[str, object]:
    """Anger on Bitext's test split: requests with swearing against those without."""
    calm, swearing = swearing_of(data, "test")
    vectors = vectors_of([s for split in ("train", "dev", "test") for s, _ in bitext(data, split)], cache)
    plain = [normalize(s) for s in (*calm, *swearing)]
    anger = model.probabilities(plain, np.stack([vectors[s] for s in plain]))[:, 0]
    truth = np.arange(len(plain)) >= len(calm)
    return {
        "calm": len(calm),
        "swearing": len(swearing),
        "anger_auc": round(_auc(anger, truth), 4),
        "swearing_found_at_half": round(float((anger[truth] >= 0.5).mean()), 4),
        "calm_taken_for_anger_at_half": round(float((anger[~truth] >= 0.5).mean()), 4),
    }


def evaluate(model: TextSentimentModel, test: list[tuple[str, int]], cache: Path) -> dict[str, object]:
    """Measures on labelled sentences, with 95 % intervals from 1,000 bootstrap draws."""
    plain = [s for s, _ in test]
    labels = np.asarray([y for _, y in test])
    vectors = vectors_of(plain, cache)
    probabilities = model.probabilities(plain, np.stack([vectors[s] for s in plain]))
    anger, truth = probabilities[:, 0], labels == 0
    rng = np.random.default_rng(0)
    draws = [rng.integers(0, len(labels), len(labels)) for _ in range(1000)]

    def interval(measure: object, rows: list[NDArray[np.int64]]) -> list[float]:
        values = [measure(r) for r in rows]  # type: ignore[operator]
        return [round(float(v), 4) for v in (measure(np.arange(len(labels))), *np.quantile(values, [0.025, 0.975]))]  # type: ignore[operator]

    predicted = probabilities.argmax(axis=1)
    return {
        "sentences": len(labels),
        "accuracy": interval(lambda r: (predicted[r] == labels[r]).mean(), draws),
        "unweighted_recall": interval(
            lambda r: np.mean([(predicted[r][labels[r] == k] == k).mean() for k in range(len(EMOTIONS))]), draws
        ),
        "anger_auc": interval(lambda r: _auc(anger[r], truth[r]), draws[:200]),
        "anger_calibration_error": round(_calibration_error(anger, truth), 4),
        "anger_at_half": {
            "precision": round(float(truth[anger >= 0.5].mean()), 4),
            "recall": round(float((anger[truth] >= 0.5).mean()), 4),
        },
    }


def _words(plain: list[str]) -> Vocabulary:
    """Words and pairs of words that are not rare."""
    whole = Vocabulary.build(plain)
    least = np.log((1 + len(plain)) / (1 + _RAREST_GRAM)) + 1
    kept = [g for g, i in whole.column.items() if g[0] == "w" and whole.idf[i] <= least + 1e-6]
    return Vocabulary.of(kept, whole.idf[[whole.column[g] for g in kept]])


def _temperature(weights: LinearWeights, vocabulary: Vocabulary, dev: list[tuple[str, int]], cache: Path) -> float:
    plain = [s for s, _ in dev]
    vectors = vectors_of(plain, cache)
    scores = weights.scores(np.stack([vectors[s] for s in plain]), vocabulary.rows(plain, LEXICAL_SCALE))
    rows, labels = np.arange(len(dev)), np.asarray([y for _, y in dev])
    choices = np.geomspace(0.5, 3, 31)
    losses = [-np.log(softmax(scores / np.float32(t))[rows, labels] + 1e-9).mean() for t in choices]
    return float(choices[int(np.argmin(losses))])


def _save(model: TextSentimentModel, path: Path) -> None:
    np.savez_compressed(
        path,
        dense=model.weights.dense.astype(np.float16),
        sparse=model.weights.sparse.astype(np.float16),
        bias=model.weights.bias,
        grams=np.asarray(tuple(model.vocabulary.column)),
        idf=model.vocabulary.idf.astype(np.float16),
        temperature=np.asarray(model.temperature),
    )


def _auc(scores: NDArray[np.float32], truth: NDArray[np.bool_]) -> float:
    """Area under the ROC curve, from ranks; scores are continuous, so ties do not matter."""
    ranks = np.empty(len(scores))
    ranks[np.argsort(scores)] = np.arange(1, len(scores) + 1)
    positive = int(truth.sum())
    return float((ranks[truth].sum() - positive * (positive + 1) / 2) / (positive * (len(truth) - positive)))


def _calibration_error(scores: NDArray[np.float32], truth: NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error over equal-width bins."""
    which = np.minimum((scores * bins).astype(int), bins - 1)
    gaps = [
        (which == b).mean() * abs(scores[which == b].mean() - truth[which == b].mean())
        for b in range(bins)
        if (which == b).any()
    ]
    return float(sum(gaps))


if __name__ == "__main__":
    typer.run(main)
