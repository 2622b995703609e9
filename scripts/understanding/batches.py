"""Turns as tensors: states of the lower layers, what is to be learnt of each turn, and what isn't known of it."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.sentence_embedding import shared_embedder
from models.understanding.text import asked_text, said_text
from models.understanding.types import AskedKind, CallerAct, SpanKind
from scripts.understanding.example import Example

_BLANK = 0.08
"""Share of questions whose words are left out, so that the answer alone is read too."""
_LONGEST_TOKENS = 56


class States:
    """States of the lower layers for each text, computed once with the file that runs; kept in half precision."""

    def __init__(self, path: Path | None = None) -> None:
        """Take over what was computed before.

        Args:
            path: File that `learn` keeps them in between runs.
        """
        self._embedder, self._path = shared_embedder(), path
        self._kept: dict[str, Tensor] = {}
        self.offsets: dict[str, list[tuple[int, int]]] = {}
        if path and path.is_file():
            texts, lengths, states, self.offsets = torch.load(path)
            self._kept = dict(zip(texts, states.split(lengths), strict=True))

    def learn(self, texts: Iterable[str]) -> None:
        """Compute what is new of some texts, and keep all."""
        known = len(self._kept)
        for text in texts:
            self.of(text)
        if self._path and len(self._kept) > known:
            lengths = [len(kept) for kept in self._kept.values()]
            torch.save((list(self._kept), lengths, torch.cat([*self._kept.values()]), self.offsets), self._path)

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

    given: tuple[Tensor, Tensor, Tensor, Tensor, Tensor]
    """What the network takes."""
    acts: Tensor
    """float32 [n, acts + 1], 0 or 1."""
    knows: Tensor
    """float32 [n, acts + 1], 0 where an act is not known."""
    polar: Tensor
    """bool [n], whether a yes or no was asked for, and all that the turn does is known."""
    tags: Tensor
    """int64 [w], of each word piece of the answers; -100 where nothing is known."""


def batch_of(examples: Sequence[Example], states: States, rng: random.Random | None = None) -> Batch:
    """Turns side by side, each question once; with ``rng`` some lose the words of their question."""
    questions: dict[str, int] = {}
    which, said, tags = [], [], []
    names = list(AskedKind)
    for example in examples:
        blank = rng is not None and rng.random() < _BLANK and not example.source.endswith("echo")
        which.append(questions.setdefault("" if blank else asked_text(example.asked), len(questions)))
        text = said_text(example.said)
        said.append(states.of(text))
        tags.append(tags_of(example, states.offsets[text]))
    asked = [states.of(question) for question in questions]
    return Batch(
        given=(
            torch.tensor([names.index(e.asked.kind) for e in examples]),
            torch.cat(asked).float(),
            _rows_of(asked)[torch.tensor(which)],
            torch.cat(said).float(),
            _rows_of(said),
        ),
        acts=torch.from_numpy(np.stack([targets_of(e) for e in examples])),
        knows=torch.from_numpy(np.stack([known_of(e) for e in examples])),
        polar=torch.tensor([e.asks_yes_or_no and e.knows_acts for e in examples]),
        tags=torch.cat(tags),
    )


def _rows_of(texts: list[Tensor]) -> Tensor:
    """int64 [n, longest], where the rows of each text are when all lie one after the other; -1 in padding."""
    lengths = torch.tensor([len(text) for text in texts])
    place = torch.arange(int(lengths.max()))[None]
    return torch.where(place < lengths[:, None], place + (lengths.cumsum(0) - lengths)[:, None], -1)


def targets_of(example: Example) -> NDArray[np.float32]:
    """float32 [acts + 1], 0 or 1."""
    return np.array([*(act in example.acts for act in CallerAct), example.clear_yes], np.float32)


def known_of(example: Example) -> NDArray[np.float32]:
    """float32 [acts + 1], 1 where the target is known; a clear yes is asked of answers to yes or no alone."""
    acts = (example.knows_acts and act not in example.unknown for act in CallerAct)
    return np.array([*acts, example.asks_yes_or_no], np.float32)


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
