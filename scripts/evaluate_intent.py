"""Measures intents: full data, few examples, out of scope, neighbours, two wishes, re-transcribed text, latency.

Each line is fitted by `models.intent.fit` as an operator's line is, and rejects by its own
threshold. Proportions come with 95 % intervals from 1,000 bootstrap draws.
"""

import asyncio
import json
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from languages import DEFAULT, load
from models.audio import mulaw_round_trip
from models.intent import FittedIntentClassifier, fit
from models.intent.classifier import ACCEPT
from models.intent.text import normalize
from models.sentence_embedding import shared_intent_embedder
from models.speech_to_text import WhisperEngine
from models.text_to_speech import HibariVoice
from models.workers import ModelWorkers
from scripts.intent_data import CLINC_SPLITS, Labelled, banking, clinc, grouped, intent_vectors_of
from scripts.intent_domains import JUDGED, domain_lines, domains

Vectors = dict[str, NDArray[np.float32]]
_SEAMS = load(DEFAULT).cues.seams
_FEW = 10
_DRAWS = 3
_OWN_REJECTED = 0.05


def main(
    data: Annotated[Path, typer.Option(help="Folder with text/.")] = Path("../shared/data"),
    cache: Annotated[Path, typer.Option(help="Folder that keeps sentence vectors.")] = Path("/tmp/firstline-intent"),
    spoken: Annotated[int, typer.Option(help="Test sentences spoken and transcribed; 0 leaves that out.")] = 300,
    report: Annotated[Path | None, typer.Option("--json", help="Where the measures go.")] = None,
) -> None:
    """Print all measures, and write them as JSON where asked."""
    every = [p for s in ("train", "test") for p in banking(data, s)], [p for s in CLINC_SPLITS for p in clinc(data, s)]
    vectors: Vectors = {}
    for pairs in every:
        vectors |= intent_vectors_of([s for s, _ in pairs], cache)
    measures: dict[str, object] = {"line_of_30": line_of_thirty(data)}
    _show(measures)
    measures["neighbours"] = neighbours(data, cache)
    _show(measures)
    measures["banking77_10_shot"] = few_shot(data, vectors)
    _show(measures)
    bank = fit(grouped(banking(data, "train")), seams=_SEAMS, vectors=vectors, cache_dir=cache)
    measures["banking77"] = accuracy(bank, banking(data, "test"), vectors)
    _show(measures)
    wide = fit(grouped(clinc(data, "train")), seams=_SEAMS, vectors=vectors, cache_dir=cache)
    measures["clinc150"] = accuracy(wide, clinc(data, "test"), vectors)
    measures["clinc150_scope"] = scope(wide, data, vectors)
    measures["two_wishes"] = two_wishes(wide, data)
    _show(measures)
    if spoken:
        measures["spoken_banking77"] = asyncio.run(spoken_accuracy(bank, banking(data, "test"), spoken))
        measures["spoken_clinc150"] = asyncio.run(spoken_accuracy(wide, clinc(data, "test"), spoken))
        _show(measures)
    if report is not None:
        report.write_text(json.dumps(measures, indent=2) + "\n", encoding="utf-8")


def _show(measures: dict[str, object]) -> None:
    typer.echo(json.dumps(measures, indent=1))


def share(hits: Sequence[bool] | NDArray[np.bool_]) -> list[float]:
    """A proportion with its 95 % interval, in percent."""
    values = np.asarray(hits, float)
    draws = np.random.default_rng(0).binomial(len(values), values.mean(), 1000) / len(values)
    return [round(100 * float(v), 2) for v in (values.mean(), *np.quantile(draws, [0.025, 0.975]))]


def _judged(
    model: FittedIntentClassifier, sentences: list[str], vectors: Vectors
) -> tuple[list[str], NDArray[np.float32]]:
    """Best intent whatever the scope, and the probability of being in scope."""
    dense = np.stack([vectors[normalize(s)] for s in sentences])
    judged = model.judge(sentences, dense)
    return [model.names[i] for i in judged.probabilities.argmax(axis=1)], judged.in_scope


def accuracy(model: FittedIntentClassifier, test: Labelled, vectors: Vectors) -> dict[str, object]:
    """Closed-set accuracy, and accuracy where a rejected sentence counts as wrong."""
    best, in_scope = _judged(model, [s for s, _ in test], vectors)
    right = np.asarray([b == intent for b, (_, intent) in zip(best, test, strict=True)])
    dense = np.stack([vectors[normalize(s)] for s, _ in test])
    return {
        "sentences": len(test),
        "accuracy": share(right),
        "accepted_and_right": share(right & (in_scope >= ACCEPT)),
        "calibration_error": round(_calibration_error(model, [s for s, _ in test], dense, right), 4),
    }


def _calibration_error(
    model: FittedIntentClassifier, sentences: list[str], dense: NDArray[np.float32], right: NDArray[np.bool_]
) -> float:
    sure = model.judge(sentences, dense).probabilities.max(axis=1)
    which = np.minimum((sure * 15).astype(int), 14)
    rows = [which == b for b in range(15) if (which == b).any()]
    return float(sum(r.mean() * abs(sure[r].mean() - right[r].mean()) for r in rows))


def few_shot(data: Path, vectors: Vectors) -> dict[str, object]:
    """Ten examples an intent on BANKING77, over several draws."""
    intents, test = grouped(banking(data, "train")), banking(data, "test")
    results = []
    for draw in range(_DRAWS):
        rng = np.random.default_rng(draw)
        examples = {k: [str(s) for s in rng.choice(v, _FEW, replace=False)] for k, v in intents.items()}
        model = fit(examples, seams=_SEAMS, vectors=vectors)
        best, _ = _judged(model, [s for s, _ in test], vectors)
        results.append(100 * float(np.mean([b == intent for b, (_, intent) in zip(best, test, strict=True)])))
    return {"accuracy_of_draws": np.round(results, 2).tolist(), "mean": round(float(np.mean(results)), 2)}


def neighbours(data: Path, cache: Path) -> dict[str, object]:
    """Lines of one half of a domain that scope was not learnt from, ten examples an intent: what they accept."""
    measured: dict[str, object] = {}
    every: list[tuple[NDArray[np.bool_], NDArray[np.bool_]]] = []
    known = domains(data)
    for name in JUDGED:
        vectors = intent_vectors_of([s for rows in known[name].values() for s in rows], cache)
        lines, best = [], []
        for line in domain_lines(known[name], _DRAWS):
            model = fit(line.examples, seams=_SEAMS, vectors=vectors)
            own, others = (_judged(model, rows, vectors)[1] for rows in (line.own, line.neighbours))
            lines.append((own < ACCEPT, others >= ACCEPT))
            best.append(float((others > np.quantile(own, _OWN_REJECTED)).mean()))
        measured[name] = _accepted(lines) | {"neighbours_at_5_%_of_own": round(100 * float(np.mean(best)), 1)}
        every += lines
    return measured | {"all": _accepted(every)}


def _accepted(lines: list[tuple[NDArray[np.bool_], NDArray[np.bool_]]]) -> dict[str, object]:
    """Means over lines, in percent with their 95 % intervals by drawing lines anew."""
    draws = np.random.default_rng(0).integers(0, len(lines), (1000, len(lines)))
    found = {}
    for place, what in enumerate(("own_rejected", "neighbours_accepted")):
        shares = 100 * np.asarray([line[place].mean() for line in lines])
        found[what] = np.round([shares.mean(), *np.quantile(shares[draws].mean(1), [0.025, 0.975])], 1).tolist()
    return found


def scope(model: FittedIntentClassifier, data: Path, vectors: Vectors) -> dict[str, object]:
    """Rejection on CLINC150: by the line's own threshold, and by one set on the validation split."""
    scores = {
        split: _judged(model, [s for s, _ in clinc(data, split)], vectors)[1] for split in ("val", "test", "oos_test")
    }
    tuned = float(np.quantile(scores["val"], 0.04))
    inside, outside = scores["test"], scores["oos_test"]
    ranks = np.argsort(np.argsort(np.r_[inside, outside])) + 1.0
    positive = len(inside)
    area = (ranks[:positive].sum() - positive * (positive + 1) / 2) / (positive * len(outside))
    return {
        "own_threshold": {"oos_recall": share(outside < ACCEPT), "false_rejection": share(inside < ACCEPT)},
        "validation_threshold": {"oos_recall": share(outside < tuned), "false_rejection": share(inside < tuned)},
        "auroc": round(float(area), 4),
    }


def two_wishes(model: FittedIntentClassifier, data: Path) -> dict[str, object]:
    """Pairs of test sentences joined by "and", and single ones that hold an "and" of their own."""
    test = clinc(data, "test")
    rng = np.random.default_rng(0)
    pairs = [(test[int(i)], test[int(j)]) for i, j in rng.integers(0, len(test), (200, 2))]
    pairs = [(a, b) for a, b in pairs if a[1] != b[1] and " and " not in a[0] + b[0]]
    found = [{i.name for i in model.classify(f"{a[0]} and {b[0]}").intents} for a, b in pairs]
    single = [(s, intent) for s, intent in test if " and " in s][:200]
    kept = [model.classify(s).intents for s, _ in single]
    return {
        "both_found": share([f == {a[1], b[1]} for f, (a, b) in zip(found, pairs, strict=True)]),
        "at_least_one_found": share([bool(f & {a[1], b[1]}) for f, (a, b) in zip(found, pairs, strict=True)]),
        "single_wrongly_parted": share([len(k) > 1 for k in kept]),
    }


def line_of_thirty(data: Path) -> dict[str, object]:
    """Time to fit 30 intents of 15 examples, to load them from the cache, and to classify a sentence."""
    intents = grouped(clinc(data, "train"))
    examples = {name: intents[name][:15] for name in sorted(intents)[:30]}
    shared_intent_embedder().embed(["warm up"])
    with TemporaryDirectory() as folder:
        first = _timed(lambda: fit(examples, seams=_SEAMS, cache_dir=Path(folder)))
        again = _timed(lambda: fit(examples, seams=_SEAMS, cache_dir=Path(folder)))
        model = fit(examples, seams=_SEAMS, cache_dir=Path(folder))
    sentences = [s for s, _ in clinc(data, "test")[::9]]
    wall = [_timed(lambda s=s: model.classify(s)) for s in sentences]
    used = [_timed(lambda s=s: model.classify(s), time.thread_time) for s in sentences]
    return {
        "fit_s": round(first, 2),
        "load_s": round(again, 3),
        "classify_ms": {f"p{q}": round(1000 * float(np.percentile(wall, q)), 2) for q in (50, 95, 99)},
        "classify_cpu_ms": {f"p{q}": round(1000 * float(np.percentile(used, q)), 2) for q in (50, 95, 99)},
    }


def _timed(work: object, clock: object = time.perf_counter) -> float:
    start = clock()  # type: ignore[operator]
    work()  # type: ignore[operator]
    return float(clock() - start)  # type: ignore[operator]


async def spoken_accuracy(model: FittedIntentClassifier, test: Labelled, count: int) -> dict[str, object]:
    """The same sentences as written, and as transcribed from a synthetic voice over μ-law."""
    rng = np.random.default_rng(0)
    chosen = [test[int(i)] for i in rng.choice(len(test), min(count, len(test)), replace=False)]
    workers = ModelWorkers("voice", threads=1)
    voice, engine = HibariVoice(workers), WhisperEngine()
    written, heard = [], []
    for sentence, intent in chosen:
        pieces = [piece async for piece in voice.render(sentence)]
        audio = mulaw_round_trip(np.concatenate([*pieces, np.zeros(1600, np.float32)]))
        transcript = await engine.transcribe(audio)
        written.append(model.names[int(model.judge([sentence]).probabilities[0].argmax())] == intent)
        heard.append(model.names[int(model.judge([transcript.text]).probabilities[0].argmax())] == intent)
    await engine.close()
    return {"sentences": len(chosen), "written": share(written), "transcribed": share(heard)}


if __name__ == "__main__":
    typer.run(main)
