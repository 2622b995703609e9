"""Train the voice emotion network on CREMA-D's listener votes through simulated telephone lines, and export it."""

import time
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from torch import Tensor, nn

from models.emotion.corpus import (
    TEST_NOISES,
    Corpus,
    Split,
    load_corpus,
    load_mel_power,
    merge_votes,
    split_by_speaker,
    to_power,
)
from models.emotion.features import FRAMES_PER_SECOND, Floats
from models.emotion.metrics import area_under_curve, balanced_recall
from models.emotion.telephone import EVALUATION_LINES, TRAINING_LINES, MelLine
from scripts.emotion_net import EmotionNet, load_net, save_net

CALM_VOTES = np.array([0.02, 0.04, 0.03, 0.06, 0.77, 0.08], dtype=np.float32)
"""What listeners would say of audiobook readers: assumed, not measured."""
CALM_AROUSAL = 0.25
"""Theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How one network is trained."""

    seed: int
    """Draws weights, batches and lines."""
    epochs: int = 18
    """Passes over the training speakers."""
    batch: int = 32
    """Clips a step."""
    width: int = 32
    """Channels of the first convolution."""
    coarse: bool = False
    """Whether the first convolution halves the time resolution."""
    peak_rate: float = 2e-3
    """Highest learning rate of the one cycle."""
    strangers: int = 2
    """Clips of other people's calm speech added to every batch, and as many of noise alone."""
    mixup: float = 0.2
    """Share of the batches whose clips are mixed in pairs."""
    start: Path | None = None
    """A trained network to go on from; None begins with random weights."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One step's clips after the telephone."""

    db: Tensor
    """[clips, frames, 100]."""
    votes: Tensor
    """[clips, 6], rows sum to 1."""
    acted: Tensor
    """[clips, 6], one-hot or mixed."""
    arousal: Tensor
    """[clips]."""
    speech: Tensor
    """[clips], 1 for a voice, 0 for noise or music alone, whose labels are all 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sounds:
    """What is heard beside the corpus."""

    noises: list[Floats]
    """Mel power of background noises, each [frames, 100]."""
    readers: list[Floats]
    """Mel power of calm read speech of other people and microphones, each [frames, 100]."""


def batches(
    corpus: Corpus, sounds: Sounds, line: MelLine, recipe: Recipe, random: np.random.Generator
) -> Iterator[Batch]:
    """Shuffled batches of similar length, cut to 1 to 3 s, with strangers among them, sent through the telephone."""
    order = np.argsort(corpus.frames + random.uniform(-25, 25, len(corpus)))
    groups = [order[start : start + recipe.batch] for start in range(0, len(order), recipe.batch)]
    for index in random.permutation(len(groups)):
        rows = groups[index]
        length = int(min(corpus.frames[rows].min(), random.uniform(1.0, 3.2) * FRAMES_PER_SECOND))
        starts = [random.integers(corpus.frames[row] - length + 1) for row in rows]
        cuts = [to_power(corpus.db[row, start : start + length]) for row, start in zip(rows, starts, strict=True)]
        cuts += [_cut(sounds.readers, length, random) for _ in range(recipe.strangers)]
        cuts += [_cut(sounds.noises, length, random) for _ in range(recipe.strangers)]
        db = line.send(_warp(np.stack(cuts), random))
        calm, silent = np.tile(CALM_VOTES, (recipe.strangers, 1)), np.zeros((recipe.strangers, 6), dtype=np.float32)
        acted = np.eye(6, dtype=np.float32)[corpus.acted[rows]]
        labels = (
            np.vstack([corpus.votes[rows], calm, silent]),
            np.vstack([acted, silent, silent]),
            np.concatenate([corpus.arousal[rows], np.repeat([CALM_AROUSAL, 0.0], recipe.strangers)]),
            np.repeat([1.0, 0.0], [len(rows) + recipe.strangers, recipe.strangers]),
        )
        yield _augment(
            Batch(torch.tensor(db), *(torch.tensor(label.astype(np.float32)) for label in labels)), recipe, random
        )


def _cut(powers: list[Floats], length: int, random: np.random.Generator) -> Floats:
    """A random stretch of a random recording, relative to its loudest cell."""
    power = powers[random.integers(len(powers))]
    start = random.integers(len(power))
    part = np.take(power, np.arange(start, start + length), axis=0, mode="wrap")
    return part / max(float(part.max()), 1e-9)


def _warp(power: Floats, random: np.random.Generator) -> Floats:
    """Another pace and another throat: both axes stretched by a few percent."""
    frames, bands = power.shape[1:]
    stretch = random.uniform(0.9, 1.1)
    pace = np.clip(np.arange(int(frames / stretch)) * stretch, 0, frames - 1.001)
    pitch = np.clip(np.arange(bands) * random.uniform(0.95, 1.05), 0, bands - 1.001)
    for axis, places in ((1, pace), (2, pitch)):
        floor = places.astype(np.int64)
        part = (places - floor).astype(np.float32).reshape((-1, 1) if axis == 1 else (-1,))
        power = np.take(power, floor, axis) * (1 - part) + np.take(power, floor + 1, axis) * part
    return power


def _augment(batch: Batch, recipe: Recipe, random: np.random.Generator) -> Batch:
    """SpecAugment's masks, and pairs of clips mixed with their labels."""
    db = batch.db.clone()
    frames, bands = db.shape[1:]
    floor = db.mean(dim=(1, 2))
    for clip in range(len(db)):
        wide, long = random.integers(1, 13), random.integers(1, max(2, frames // 6))
        low, start = random.integers(bands - wide), random.integers(frames - long)
        db[clip, :, low : low + wide] = floor[clip]
        db[clip, start : start + long] = floor[clip]
    if random.uniform() >= recipe.mixup:
        return replace(batch, db=db)
    share = float(random.beta(0.4, 0.4))
    other = torch.tensor(random.permutation(len(db)))
    parts = (db, batch.votes, batch.acted, batch.arousal, batch.speech)
    return Batch(*(share * part + (1 - share) * part[other] for part in parts))


def loss_of(net: EmotionNet, batch: Batch, weights: Tensor) -> Tensor:
    """Votes by weighted soft cross entropy; the actor's intent and the arousal help along."""
    votes, acted, arousal, speech = net(batch.db)
    heard = -(weights * batch.votes * torch.log_softmax(votes, dim=1)).sum(dim=1).mean()
    meant = -(batch.acted * torch.log_softmax(acted, dim=1)).sum(dim=1).mean()
    cross_entropy = nn.functional.binary_cross_entropy_with_logits
    excited = cross_entropy(arousal, batch.arousal, weight=batch.speech)
    voiced = cross_entropy(speech, batch.speech)
    return heard + 0.3 * meant + 0.5 * excited + 0.3 * voiced


def vote_weights(votes: Floats) -> Tensor:
    """Rare answers count more: the inverse root of how often they are given, mean 1 over the answers given."""
    share = votes.mean(axis=0)
    weights = share**-0.5
    return torch.tensor(weights / (weights * share).sum())


@torch.no_grad()
def answers(net: nn.Module, corpus: Corpus, line: MelLine, draws: int = 1) -> tuple[Floats, Floats]:
    """Log vote shares [draws * clips, 6] and arousal of whole clips, each sent through its own line."""
    net.eval()
    votes, arousal = [], []
    for _ in range(draws):
        for row in range(len(corpus)):
            outputs = net(torch.tensor(line.send(corpus.power(row)[None])))
            votes.append(torch.log_softmax(outputs[0], dim=1).numpy()[0])
            arousal.append(float(torch.sigmoid(outputs[2])[0]))
    return np.stack(votes), np.array(arousal, dtype=np.float32)


def describe(votes: Floats, corpus: Corpus) -> str:
    """One line of measures; classes are weighed evenly before the best is taken."""
    truth = merge_votes(corpus.votes)
    truth = np.tile(truth, (len(votes) // len(truth), 1))
    merged = merge_votes(np.exp(votes))
    even = merged / merged.mean(axis=0)
    anger = area_under_curve(merged[:, 0] / merged.sum(axis=1), truth.argmax(axis=1) == 0)
    entropy = -(truth * np.log(merged + 1e-6)).sum(axis=1).mean()
    return (
        f"anger AUC {anger:.3f}  UAR {balanced_recall(even.argmax(axis=1), truth.argmax(axis=1)):.3f}  CE {entropy:.3f}"
    )


def train_one(split: Split, sounds: Sounds, recipe: Recipe, path: Path) -> None:
    """Train one network; the running mean of its weights is kept in the file whenever it was validated."""
    torch.manual_seed(recipe.seed)
    random = np.random.default_rng(recipe.seed)
    line = MelLine(sounds.noises, TRAINING_LINES, seed=recipe.seed + 1)
    net = load_net(recipe.start) if recipe.start else EmotionNet(width=recipe.width, coarse=recipe.coarse)
    # A quarter faster on processors, the same numbers.
    net = net.to(memory_format=torch.channels_last)
    mean = deepcopy(net)
    weights = vote_weights(split.train.votes)
    steps = recipe.epochs * -(-len(split.train) // recipe.batch)
    optimiser = torch.optim.AdamW(net.parameters(), lr=recipe.peak_rate, weight_decay=0.03)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, recipe.peak_rate, total_steps=steps, pct_start=0.2)
    say = path.stem
    print(f"{say}: {sum(p.numel() for p in net.parameters())} parameters, {steps} steps", flush=True)
    began, step = time.monotonic(), 0
    for epoch in range(recipe.epochs):
        net.train()
        total = 0.0
        for batch in batches(split.train, sounds, line, recipe, random):
            loss = loss_of(net, batch, weights)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 2.0)
            optimiser.step()
            schedule.step()
            step += 1
            _average(mean, net, min(0.998, step / (step + 20)))
            total += loss.item() * len(batch.db)
        note = f"{say} epoch {epoch + 1} loss {total / len(split.train):.4f} {time.monotonic() - began:.0f} s"
        if epoch % 4 == 3 or epoch == recipe.epochs - 1:
            heard, _ = answers(mean, split.validation, MelLine(sounds.noises, EVALUATION_LINES, seed=7))
            note += "  validation " + describe(heard, split.validation)
            save_net(mean, path)
        print(note, flush=True)


@torch.no_grad()
def _average(mean: nn.Module, net: nn.Module, keep: float) -> None:
    """Move the running mean of the weights; counters are copied."""
    for old, new in zip(mean.state_dict().values(), net.state_dict().values(), strict=True):
        if old.dtype.is_floating_point:
            old.mul_(keep).add_(new, alpha=1.0 - keep)
        else:
            old.copy_(new)


def training_sounds(data: Path) -> Sounds:
    """The noises that training may hear, and the readers."""
    speech = data / "speech"
    noises = [noise for name, noise in load_mel_power(speech / "noise").items() if name not in TEST_NOISES]
    return Sounds(noises=noises, readers=list(load_mel_power(speech / "readers", "libri_*").values()))


def main(
    data: Annotated[Path, typer.Option(help="Folder with emotion/ and speech/noise/.")] = Path("../shared/data"),
    work: Annotated[Path, typer.Option(help="Where trained networks wait for the export.")] = Path("build/emotion"),
    seed: Annotated[int, typer.Option(help="Seed of this network.")] = 1,
    epochs: Annotated[int, typer.Option(help="Passes over the training speakers.")] = 24,
    width: Annotated[int, typer.Option(help="Channels of the first convolution.")] = 32,
    start: Annotated[Path | None, typer.Option(help="A trained network to go on from; its width counts.")] = None,
    coarse: Annotated[bool, typer.Option(help="Halve the time resolution in the first convolution.")] = False,
    peak_rate: Annotated[float, typer.Option(help="Highest learning rate of the one cycle.")] = 2e-3,
) -> None:
    """Train one network and keep its weights in the work folder."""
    torch.set_num_threads(1)
    split = split_by_speaker(load_corpus(data / "emotion"))
    recipe = Recipe(seed=seed, epochs=epochs, width=width, coarse=coarse, start=start, peak_rate=peak_rate)
    work.mkdir(parents=True, exist_ok=True)
    train_one(split, training_sounds(data), recipe, work / f"net-{seed}.pt")


if __name__ == "__main__":
    typer.run(main)
