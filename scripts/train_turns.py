"""Trains the end-of-turn evidence: ``python -m scripts.train_turns --data ../shared/data``.

The words step learns from written sentences of customers against their own beginnings; the evidence step from every
pause in the recordings. What is reported is measured on recordings and speakers that the model of that fold has not
seen. Writes ``models/weights/turn-evidence.npz``; the card beside it is written by hand from what this prints.
"""

import csv
import json
import pickle
import random
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray
from rich import print

from languages import DEFAULT, load
from models.registry import WEIGHTS, write_entry
from models.speech_detection import SileroDetector
from models.turn_evidence import (
    CUES,
    NAME,
    PROSODY,
    TEXT_BUCKETS,
    TurnCues,
    cue_vector,
    prosody,
    text_features,
    words_log_odds,
)
from scripts.turn_engines import transcriber, turn_judge
from scripts.turn_pauses import Judge, Pause, Transcribe, pauses, turns

_LONGEST_WORDS = 40
_WORDS = load(DEFAULT).turns
"""The shipped weights are those of the default language."""


def sentences(text: Path) -> list[str]:
    """Utterances that people typed or said to a service, or to each other."""
    found: list[str] = []
    clinc: dict[str, list[list[str]]] = json.loads((text / "clinc150.json").read_text())
    found += [row[0] for name, rows in clinc.items() if "test" not in name for row in rows]
    with (text / "banking77_train.csv").open(newline="") as file:
        found += [row["text"] for row in csv.DictReader(file)]
    for path in sorted((text / "bitext" / "train").glob("*.csv")):
        with path.open(newline="") as file:
            found += [row["utterance"] for row in csv.DictReader(file)]
    found += [line.split("\t")[0] for line in (text / "goemotions_ekman_train.tsv").read_text().splitlines()]
    return [s for s in found if 1 <= len(_WORDS.words_of(s)) <= _LONGEST_WORDS]


def words_examples(texts: Iterable[str], rng: random.Random) -> tuple[list[NDArray[np.int64]], NDArray[np.float32]]:
    """Whole sentences (1) and beginnings of them (0), two a sentence, as buckets."""
    rows, labels = [], []
    for text in texts:
        words = _WORDS.words_of(text)
        rows.append(text_features(text, _WORDS))
        labels.append(1.0)
        for _ in range(2 if len(words) > 1 else 0):
            rows.append(text_features(" ".join(words[: rng.randint(1, len(words) - 1)]), _WORDS))
            labels.append(0.0)
    return rows, np.array(labels, dtype=np.float32)


def train_words(
    rows: list[NDArray[np.int64]],
    labels: NDArray[np.float32],
    *,
    rounds: int = 6,
    rate: float = 0.05,
    decay: float = 1e-6,
) -> tuple[NDArray[np.float32], float]:
    """Logistic regression on hashed features by AdaGrad in batches."""
    width = max(len(row) for row in rows)
    padded = np.full((len(rows), width), TEXT_BUCKETS, dtype=np.int64)
    for index, row in enumerate(rows):
        padded[index, : len(row)] = row
    weights, bias = np.zeros(TEXT_BUCKETS + 1), 0.0
    squares, bias_square = np.full(TEXT_BUCKETS + 1, 1e-3), 1e-3
    rng = np.random.default_rng(0)
    for _ in range(rounds):
        order = rng.permutation(len(rows))
        for begin in range(0, len(order), 256):
            batch = order[begin : begin + 256]
            score = weights[padded[batch]].sum(axis=1) + bias
            error = 1.0 / (1.0 + np.exp(-score)) - labels[batch]
            gradient = np.bincount(padded[batch].ravel(), np.repeat(error, width), TEXT_BUCKETS + 1)
            gradient[TEXT_BUCKETS] = 0.0
            touched = np.flatnonzero(gradient)
            squares[touched] += gradient[touched] ** 2
            weights[touched] -= rate * gradient[touched] / np.sqrt(squares[touched]) + decay * weights[touched]
            bias_square += float(error.sum()) ** 2
            bias -= rate * float(error.sum()) / np.sqrt(bias_square)
    return weights[:TEXT_BUCKETS].astype(np.float32), bias


def cues_of(found: list[Pause]) -> list[TurnCues]:
    """The pauses as the model sees them, each with the count of those before it in its turn."""
    before: dict[str, int] = {}
    cues = []
    for pause in found:
        count = before.get(pause.turn, 0)
        before[pause.turn] = count + 1
        cues.append(
            TurnCues(
                text=pause.text,
                confidence=pause.confidence,
                turn_probability=pause.turn_probability,
                speech_ms=pause.at_ms - pause.start_ms,
                pauses=count,
                prosody=pause.fall,
            )
        )
    return cues


PRIOR = {
    "words": 0.2,
    "voice": 0.6,
    "sentence": 0.4,
    "unfinished": -2.5,
    "open_word": -0.6,
    "voice_missing": -0.6,
}
"""What is believed before any pause was seen, in log-odds per unit of a cue: the formula of the hand-made policy."""
PRIOR_BIAS = 1.5
FIRM = frozenset(CUES) - {"voice", "voice_missing", "confidence", *PROSODY}
"""Cues of language, whose meaning is known and which two dozen callers must not teach the opposite of, and of length,
by which a model learns which recording it is. They are held ten times as firmly."""


def fit(
    inputs: NDArray[np.float64], labels: NDArray[np.float64], weights: NDArray[np.float64], *, firmness: float = 40.0
) -> dict[str, Any]:
    """Weighted logistic regression by Newton's method, held near `PRIOR`.

    The recordings hold a few dozen turns of a few real callers: cues on which they disagree stay where the prior put
    them. ``firmness`` is the penalty on leaving it, on standardised inputs.
    """
    mean, scale = inputs.mean(axis=0), inputs.std(axis=0)
    scale[scale < 1e-6] = 1.0
    prior = np.array([PRIOR.get(name, 0.0) for name in CUES])
    design = np.column_stack(((inputs - mean) / scale, np.ones(len(inputs))))
    centre = np.append(prior * scale, PRIOR_BIAS + prior @ mean)
    ridge = np.diag([firmness * (10.0 if name in FIRM else 1.0) for name in CUES] + [firmness / 4])
    beta = centre.copy()
    for _ in range(40):
        probability = 1.0 / (1.0 + np.exp(-(design @ beta)))
        gradient = design.T @ (weights * (probability - labels)) + ridge @ (beta - centre)
        hessian = (design * (weights * probability * (1 - probability))[:, None]).T @ design + ridge
        step = np.linalg.solve(hessian, gradient)
        beta -= step * min(1.0, 1.0 / np.abs(step).max())
        if np.abs(step).max() < 1e-6:
            break
    return {"mean": mean, "scale": scale, "weights": beta[:-1], "bias": beta[-1]}


def with_silent_turn_model(
    inputs: NDArray[np.float64], labels: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """The examples, and all of them again at a quarter of the weight as if the turn model had not been asked."""
    silent = inputs.copy()
    for name, value in (("voice", 0.0), ("words_x_voice", 0.0), ("voice_missing", 1.0)):
        silent[:, CUES.index(name)] = value
    return np.vstack((inputs, silent)), np.tile(labels, 2), np.concatenate((weights, 0.25 * weights))


def predict(model: dict[str, Any], inputs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities of completion."""
    score = ((inputs - model["mean"]) / model["scale"]) @ model["weights"] + model["bias"]
    probabilities: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-score))
    return probabilities


def area_under_curve(ends: NDArray[np.float64], holds: NDArray[np.float64]) -> float:
    """Chance that an end scores above a hold."""
    return float(np.mean((ends[:, None] > holds[None]) + 0.5 * (ends[:, None] == holds[None])))


_SOURCE_WEIGHT = {"calls": 2.0, "prompts": 1.0, "readers": 0.3, "digits": 0.1, "letters": 0.1}
"""Real callers count most; people who read a book aloud pause as no caller does; strings put together count little."""


def pause_weights(found: list[Pause]) -> NDArray[np.float64]:
    """How much each pause counts: by its source, and a hold by its length, for a longer one is cut off more often."""
    return np.array(
        [
            _SOURCE_WEIGHT.get(p.turn.split("/")[0], 1.0)
            * (1.0 if p.is_end else float(np.clip(p.length_ms / 400.0, 0.1, 1.5)))
            for p in found
        ]
    )


def folds(found: list[Pause], count: int = 8) -> NDArray[np.int64]:
    """Fold of each pause: whole speakers stay together; prompts, one speaker, are split by prompt."""
    names = [p.turn if p.speaker == "prompts" else p.speaker for p in found]
    known = sorted(set(names))
    random.Random(0).shuffle(known)
    place = {name: index % count for index, name in enumerate(known)}
    return np.array([place[name] for name in names])


def out_of_fold(found: list[Pause], inputs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probability of each pause by a model that has not seen its speaker."""
    labels = np.array([float(p.is_end) for p in found])
    weights, fold = pause_weights(found), folds(found)
    guesses = np.zeros(len(found))
    for index in np.unique(fold):
        train, test = fold != index, fold == index
        model = fit(*with_silent_turn_model(inputs[train], labels[train], weights[train]))
        guesses[test] = predict(model, inputs[test])
    return guesses


def gather(data: Path, transcribe: Transcribe, judge: Judge, cache: Path | None) -> list[Pause]:
    """All pauses of the data with their evidence; kept in ``cache`` because it takes half an hour."""
    if cache and cache.is_file():
        loaded: list[Pause] = pickle.loads(cache.read_bytes())
        return loaded
    detector, found = SileroDetector(), []
    for turn in turns(data):
        found += pauses(turn, detector, transcribe, judge, prosody, tail_ms=60)
    if cache:
        cache.write_bytes(pickle.dumps(found))
    return found


def main(
    data: Annotated[Path, typer.Option(help="Folder with speech/ and text/.")] = Path("../shared/data"),
    cache: Annotated[Path | None, typer.Option(help="Where the gathered pauses are kept between runs.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for the weights and their registry entry.")] = WEIGHTS,
) -> None:
    """Train both steps and say how good they are on unseen speakers."""
    began = time.monotonic()
    rng = random.Random(0)
    texts = sentences(data / "text")
    rng.shuffle(texts)
    kept_back = len(texts) // 20
    weights, bias = train_words(*words_examples(texts[kept_back:], rng))
    rows, labels = words_examples(texts[:kept_back], rng)
    scores = np.array([weights[row].sum() + bias for row in rows])
    print(
        f"words: {len(texts)} sentences, AUC {area_under_curve(scores[labels == 1], scores[labels == 0]):.3f} kept back"
    )

    found = gather(data, transcriber(), turn_judge(), cache)
    cues = cues_of(found)
    inputs = np.array([cue_vector(cue, words_log_odds(cue.text, weights, bias, _WORDS), _WORDS) for cue in cues])
    guesses = out_of_fold(found, inputs)
    ends = np.array([p.is_end for p in found])
    long_holds = np.array([not p.is_end and p.length_ms >= 200 for p in found])
    smart = np.array([p.turn_probability for p in found])
    print(f"pauses: {ends.sum()} ends, {(~ends).sum()} holds, {long_holds.sum()} of them of 200 ms and more")
    print(f"AUC unseen speakers: {area_under_curve(guesses[ends], guesses[long_holds]):.3f}")
    print(f"AUC Smart Turn alone: {area_under_curve(smart[ends], smart[long_holds]):.3f}")

    model = fit(*with_silent_turn_model(inputs, ends.astype(float), pause_weights(found)))
    for name, weight in zip(CUES, model["weights"], strict=True):
        print(f"  {name:24s} {weight:+.2f}")
    written = out / f"{NAME}.npz"
    np.savez_compressed(written, cues=np.array(CUES), text=weights.astype(np.float16), text_bias=bias, **model)
    write_entry(
        out,
        NAME,
        files=[written.name],
        version="1",
        licence="Apache-2.0",
        source="Trained by scripts/train_turns.py on the pauses of recorded calls, prompts and readers, and on written "
        "utterances",
        takes="a turn at a pause: words, transcriber's confidence, Smart Turn's probability, lengths, fall of pitch "
        "and level",
        gives="calibrated probability in [0, 1] that the turn is complete",
    )
    print(f"wrote {written.name}, {written.stat().st_size / 1024:.0f} KB, {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    typer.run(main)
