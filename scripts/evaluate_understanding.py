"""Measures the reading of turns: consent, acts, values, calibration, latency, each by the set it is measured on.

The sentences of `scripts.understanding.judging` are written by hand, with trades, proposals and questions that no
training file has; half of them pass the recogniser noise of `scripts.understanding.noise`. A proportion comes with its
95 % interval (Clopper and Pearson 1934). A sentence is drawn with several questions, so draws are not independent: the
number of sentences that ever fail is told too.
"""

import json
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from models.understanding import Asked, CallerAct, Reading, SpanKind
from models.understanding.reader import TurnReader, open_reader, shared_reader
from models.understanding.types import HALF
from scripts.understanding import corpora
from scripts.understanding.example import Example
from scripts.understanding.judging import DEVELOPMENT, drawn, judged, sets_of
from scripts.understanding.spoken import transcribed

_LOOKED_AT = 0.2
_ALONE = 0.5
"""Asked of the answer alone where both readings must agree."""
_SHOWN = 40


def main(
    data: Annotated[Path, typer.Option(help="Folder with text/.")] = Path("../shared/data"),
    seed: Annotated[int, typer.Option(help="Of questions, situations and noise.")] = 7,
    sets: Annotated[str, typer.Option(help="Hand-written: development, final.")] = "development",
    spoken: Annotated[int, typer.Option(help="Sentences spoken and transcribed, of no and of yes each.")] = 0,
    cache: Annotated[Path, typer.Option(help="Folder that keeps transcripts.")] = Path("/tmp/firstline-understanding"),
    public: Annotated[int, typer.Option(help="Turns of each public set; 0 leaves them out.")] = 500,
    show: Annotated[bool, typer.Option(help="Name the answers that fail; not of what is to judge again.")] = False,
    weights: Annotated[Path | None, typer.Option(help="Other weights than the registered ones.")] = None,
    report: Annotated[Path | None, typer.Option("--json", help="Where the measures go, as they come.")] = None,
    scores: Annotated[Path | None, typer.Option(help="Where each answer's probabilities go, JSON lines.")] = None,
) -> None:
    """Print all measures, and write them as JSON where asked."""
    rng = random.Random(seed)
    reader = open_reader(weights) if weights else shared_reader()
    measures: dict[str, object] = {"latency_ms": latency(reader, rng)}
    for name in filter(None, sets.split(",")):
        examples = judged(sets_of(name), rng)
        readings = read(reader, examples)
        polar = [(e, r) for e, r in zip(examples, readings, strict=True) if e.asks_yes_or_no]
        noes = [(e, r) for e, r in polar if not e.clear_yes]
        yeses = [(e, r) for e, r in polar if e.clear_yes]
        measures[f"consent by threshold, {name}"] = by_threshold([r for _, r in noes], [r for _, r in yeses])
        for point, twice in (("as claimed", False), ("as claimed, and without the question", True)):
            measures[f"consent {point}, {name}"] = consent(reader, noes, yeses, twice, show=show)
        measures[f"acts, {name}"] = acts(examples, readings)
        measures[f"spans, {name}"] = spans(examples, readings)
        _keep(measures, report)
        if scores:
            _keep_scores(reader, examples, readings, scores)
    if spoken:
        measures["consent, by voice"] = by_voice(reader, spoken, DEVELOPMENT, cache)
    if public:
        for name, examples in public_sets(data, public, rng).items():
            readings = read(reader, examples)
            measures[f"acts, {name}"] = acts(examples, readings)
            measures[f"spans, {name}"] = spans(examples, readings)
    _keep(measures, report)
    typer.echo(json.dumps(measures, indent=1))


def _keep(measures: dict[str, object], report: Path | None) -> None:
    if report:
        report.write_text(json.dumps(measures, indent=1), encoding="utf-8")


def _keep_scores(reader: TurnReader, examples: Sequence[Example], readings: Sequence[Reading], path: Path) -> None:
    """Add a line an answer: what it is, and how likely it is a yes with its question and without."""
    with path.open("a", encoding="utf-8") as file:
        for example, reading in zip(examples, readings, strict=True):
            likely = reading.clear_yes >= _LOOKED_AT
            alone = reader.read([(Asked(kind=example.asked.kind), example.said)])[0].clear_yes if likely else 0.0
            line = {
                "source": example.source,
                "asked": example.asked.sentence,
                "said": example.said,
                "clear": example.clear_yes,
                "clear_yes": round(reading.clear_yes, 4),
                "alone": round(alone, 4),
                "acts": {a.value: round(p, 3) for a, p in reading.probabilities.items() if p >= 0.1},
            }
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def sure(reader: TurnReader, example: Example, reading: Reading, twice: bool) -> bool:
    """Whether a turn counts as a clear yes; ``twice`` asks that the answer alone may be one too."""
    if not reading.agrees_clearly():
        return False
    alone = Asked(kind=example.asked.kind)
    return not twice or reader.read([(alone, example.said)])[0].agrees_clearly(_ALONE)


def by_voice(reader: TurnReader, count: int, names: Sequence[str], cache: Path) -> dict[str, object]:
    """Sentences as a synthetic voice over μ-law and the recogniser give them back, against as written."""
    rng = random.Random(1)
    told: dict[str, object] = {}
    polar = [e for e in drawn(names, rng) if e.asks_yes_or_no]
    for name, clear in (("no", False), ("yes", True)):
        examples = [e for e in polar if e.clear_yes is clear]
        examples = rng.sample(examples, min(count, len(examples)))
        texts = transcribed([e.said for e in examples], cache)
        readings = read(reader, examples), reader.read([(e.asked, t) for e, t in zip(examples, texts, strict=True)])
        counted = [[r.agrees_clearly() for r in side] for side in readings]
        told[f"{name}: written, heard"] = [proportion(sum(side), len(side)) for side in counted]
        wrong = [h is not clear for h in counted[1]]
        pairs = [f"{e.said} -> {t}" for e, t in zip(examples, texts, strict=True)]
        told[f"{name}: which"] = [p for p, w in zip(pairs, wrong, strict=True) if w][:_SHOWN]
    return told


def by_threshold(noes: Sequence[Reading], yeses: Sequence[Reading]) -> dict[float, list[float]]:
    """Noes counted as yes, and the share of yeses counted as one, at several thresholds."""
    return {
        t: [sum(r.agrees_clearly(t) for r in noes), round(float(np.mean([r.agrees_clearly(t) for r in yeses])), 4)]
        for t in (0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 0.995, 0.998, 0.999)
    }


def public_sets(data: Path, count: int, rng: random.Random) -> dict[str, list[Example]]:
    """Turns of public sets that neither trained nor calibrated the network."""
    sets = {
        "SGD dev": corpora.dialogues(data, "dev")[1::2],
        "MultiDoGO test": corpora.service_chats(data, "test"),
        "CLINC150 test": [e for e in corpora.intents(data, "test") if "oos" not in e.source],
        "Disfl-QA test": corpora.corrections(data, "test"),
    }
    return {name: rng.sample(found, min(count, len(found))) for name, found in sets.items()}


def read(reader: TurnReader, examples: Sequence[Example]) -> list[Reading]:
    """A reading a turn."""
    return reader.read([(e.asked, e.said) for e in examples])


def consent(
    reader: TurnReader,
    noes: Sequence[tuple[Example, Reading]],
    yeses: Sequence[tuple[Example, Reading]],
    twice: bool,
    *,
    show: bool,
) -> dict[str, object]:
    """How many that are no clear yes count as one, how many clear ones do, and which sentences fail where asked."""
    wrong = [e for e, r in noes if sure(reader, e, r, twice)]
    missed = [e for e, r in yeses if not sure(reader, e, r, twice)]
    failing = {e.source for e in wrong}
    told: dict[str, object] = {
        "no clear yes counted as yes": proportion(len(wrong), len(noes)),
        "sentences that ever do": proportion(len(failing), len({e.source for e, _ in noes})),
        "clear yes counted as yes": proportion(len(yeses) - len(missed), len(yeses)),
    }
    if show:
        told["which"] = _some([f"{e.asked.sentence} -> {e.said}" for e in wrong])
        told["missed"] = _some([e.said for e in missed])
    return told


def _some(found: list[str]) -> list[str]:
    return found[:_SHOWN]


def proportion(count: int, of: int) -> dict[str, float]:
    """Count, total, percent and its 95 % interval."""
    return {
        "count": count,
        "of": of,
        "percent": round(100 * count / max(of, 1), 3),
        "from": round(100 * _bound(count, of, 0.025, upper=False), 3),
        "to": round(100 * _bound(count, of, 0.025, upper=True), 3),
    }


def _bound(count: int, of: int, tail: float, *, upper: bool) -> float:
    """Clopper and Pearson's bound by bisection on the binomial's tail."""
    if (upper and count == of) or (not upper and count == 0):
        return float(upper)
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        below = _at_most(count if upper else count - 1, of, middle)
        if (below > tail) if upper else (1 - below < tail):
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _at_most(count: int, of: int, chance: float) -> float:
    """Probability of at most ``count`` of ``of``."""
    k = np.arange(count + 1)
    steps = np.concatenate([[0.0], np.log(of - k[1:] + 1) - np.log(k[1:])]).cumsum()
    return float(np.exp(steps + k * np.log(chance) + (of - k) * np.log1p(-chance)).sum())


def acts(examples: Sequence[Example], readings: Sequence[Reading]) -> dict[str, object]:
    """Of each act precision and recall as it is claimed, and F1 at one half; their means, and the calibration error."""
    told: dict[str, object] = {}
    scores, recalls = [], []
    for act in CallerAct:
        truth = np.array([act in e.acts for e in examples])
        if not truth.any():
            continue
        claimed = np.array([act in r.acts() for r in readings])
        precision, recall = _hits(truth, claimed)
        likely = _hits(truth, np.array([r.probabilities[act] >= HALF for r in readings]))
        f1 = 2 * likely[0] * likely[1] / max(sum(likely), 1e-9)
        scores.append(f1)
        recalls.append(recall)
        sentences = len({e.source for e in examples if act in e.acts})
        told[act.value] = {
            "claimed p": round(precision, 3), "claimed r": round(recall, 3), "claims": int(claimed.sum()),
            "f1": round(f1, 3), "n": int(truth.sum()), "sentences": sentences,
        }  # fmt: skip
    told["mean f1"] = round(float(np.mean(scores)), 3)
    told["mean recall of claims"] = round(float(np.mean(recalls)), 3)
    told["calibration error"] = round(calibration(examples, readings), 4)
    return told


def _hits(truth: NDArray[np.bool_], found: NDArray[np.bool_]) -> tuple[float, float]:
    """Precision and recall."""
    hits = int((truth & found).sum())
    return hits / max(int(found.sum()), 1), hits / int(truth.sum())


def calibration(examples: Sequence[Example], readings: Sequence[Reading]) -> float:
    """Expected calibration error over all pairs of turn and act, 15 bins."""
    p = np.array([[r.probabilities[a] for a in CallerAct] for r in readings]).ravel()
    y = np.array([[a in e.acts for a in CallerAct] for e in examples]).ravel()
    bins = np.minimum((p * 15).astype(int), 14)
    return float(sum(abs(p[bins == b].mean() - y[bins == b].mean()) * (bins == b).mean() for b in set(bins.tolist())))


def spans(examples: Sequence[Example], readings: Sequence[Reading]) -> dict[str, object]:
    """Exact F1 of each kind of span, on turns whose spans are all known and whose acts have some."""
    counts: dict[SpanKind, list[int]] = defaultdict(lambda: [0, 0, 0])
    for example, reading in zip(examples, readings, strict=True):
        if not example.marks or not example.knows_marks:
            continue
        truth = set(example.marks)
        found = {(s.kind, s.start, s.end) for s in reading.spans}
        for kind in SpanKind:
            of_kind, said = {t for t in truth if t[0] is kind}, {f for f in found if f[0] is kind}
            for index, number in enumerate((len(of_kind & said), len(said), len(of_kind))):
                counts[kind][index] += number
    return {kind.value: {"f1": round(2 * h / max(f + t, 1), 3), "n": t} for kind, (h, f, t) in counts.items() if t}


def latency(reader: TurnReader, rng: random.Random) -> dict[str, list[float]]:
    """Processor and wall time of a reading on one thread: p50, p95, p99, with the question known and new."""
    examples = rng.sample(drawn(DEVELOPMENT, rng), 400)
    told = {}
    for name in ("question known", "question new"):
        cpu, wall = [], []
        for number, example in enumerate(examples):
            asked = example.asked
            if name == "question new":
                asked = Asked(sentence=f"{asked.sentence} {number}", kind=asked.kind)
            else:
                reader.read([(asked, "warm")])
            begun, on_core = time.perf_counter(), time.thread_time()
            reader.read([(asked, example.said)])
            cpu.append(1000 * (time.thread_time() - on_core))
            wall.append(1000 * (time.perf_counter() - begun))
        told[f"{name}, processor"] = _percentiles(cpu)
        told[f"{name}, wall"] = _percentiles(wall)
    return told


def _percentiles(values: list[float]) -> list[float]:
    found: NDArray[np.float64] = np.percentile(values, [50, 95, 99])
    return [round(float(v), 2) for v in found]


if __name__ == "__main__":
    typer.run(main)
