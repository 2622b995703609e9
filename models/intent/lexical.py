"""Word and character n-grams of a sentence as sparse TF-IDF rows: what embeddings blur, such as product names."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

_CHARACTERS = (3, 4, 5)
_PRUNE_ABOVE = 2000
"""Sentences above which n-grams that occur only once are left out."""
_BLOCK = 1 << 12
"""Non-zeros multiplied at a time: what fits into a core's cache."""


@dataclass(frozen=True, slots=True)
class SparseRows:
    """A compressed sparse row matrix: just the two products that fitting needs."""

    indptr: NDArray[np.int64]
    """[n + 1] where each row begins."""
    indices: NDArray[np.int64]
    """[nnz] columns."""
    values: NDArray[np.float32]
    """[nnz]."""
    columns: int

    def __len__(self) -> int:
        return len(self.indptr) - 1

    def dot(self, weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """Multiply with weights [columns, k]; returns [n, k]."""
        out = np.zeros((len(self), weights.shape[1]), np.float32)
        first = 0
        while first < len(self):
            after = int(np.searchsorted(self.indptr, self.indptr[first] + _BLOCK, side="right")) - 1
            after = min(max(after, first + 1), len(self))
            span = slice(int(self.indptr[first]), int(self.indptr[after]))
            filled = np.flatnonzero(np.diff(self.indptr[first : after + 1]))
            if len(filled):
                products = weights[self.indices[span]] * self.values[span, None]
                out[first + filled] = np.add.reduceat(products, self.indptr[first + filled] - span.start, axis=0)
            first = after
        return out

    def transposed(self) -> "SparseRows":
        """The transpose, so that its `dot` is the product from the other side."""
        order = np.argsort(self.indices, kind="stable")
        rows = np.repeat(np.arange(len(self)), np.diff(self.indptr))
        counts = np.bincount(self.indices, minlength=self.columns)
        return SparseRows(np.r_[0, np.cumsum(counts)].astype(np.int64), rows[order], self.values[order], len(self))

    def take(self, rows: NDArray[np.int64]) -> "SparseRows":
        """The given rows, in order."""
        lengths = np.diff(self.indptr)[rows]
        where = np.concatenate([np.arange(self.indptr[r], self.indptr[r + 1]) for r in rows] or [np.zeros(0, np.int64)])
        where = where.astype(np.int64)
        indptr = np.r_[0, np.cumsum(lengths)].astype(np.int64)
        return SparseRows(indptr, self.indices[where], self.values[where], self.columns)

    def gram(self, block: int = 4096) -> NDArray[np.float64]:
        """Inner products of all rows with one another, [n, n]."""
        total = np.zeros((len(self), len(self)))
        rows = np.repeat(np.arange(len(self)), np.diff(self.indptr))
        for first in range(0, self.columns, block):
            mine = (self.indices >= first) & (self.indices < first + block)
            dense = np.zeros((len(self), min(block, self.columns - first)), np.float32)
            dense[rows[mine], self.indices[mine] - first] = self.values[mine]
            total += dense @ dense.T
        return total


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The n-grams known from the examples, with their inverse document frequencies."""

    column: dict[str, int]
    """N-gram to column, in sorted order; characters begin with ``c``, words with ``w``."""
    idf: NDArray[np.float32]
    """[columns]."""
    first_word: int
    """Columns below are characters, from here on words."""

    @staticmethod
    def build(texts: Sequence[str]) -> "Vocabulary":
        """Learn the n-grams of normalised sentences."""
        seen: Counter[str] = Counter()
        for text in texts:
            seen.update(set(_grams(text)))
        least = 2 if len(texts) > _PRUNE_ABOVE else 1
        kept = sorted(gram for gram, count in seen.items() if count >= least)
        idf = [math.log((1 + len(texts)) / (1 + seen[gram])) + 1 for gram in kept]
        return Vocabulary.of(kept, np.asarray(idf, np.float32))

    @staticmethod
    def of(grams: Sequence[str], idf: NDArray[np.float32]) -> "Vocabulary":
        """Make it from sorted n-grams and their frequencies."""
        return Vocabulary({gram: i for i, gram in enumerate(grams)}, idf, sum(gram[0] == "c" for gram in grams))

    def share(self, text: str) -> float:
        """Share of a normalised sentence's words that are known."""
        words = text.split()
        return sum("w" + word in self.column for word in words) / len(words) if words else 0.0

    def rows(self, texts: Sequence[str], scale: float) -> SparseRows:
        """TF-IDF rows of normalised sentences; words and characters each have length ``scale`` or zero."""
        indices: list[int] = []
        values: list[float] = []
        indptr = [0]
        for text in texts:
            counts = Counter(column for gram in _grams(text) if (column := self.column.get(gram)) is not None)
            columns = sorted(counts)
            weights = np.asarray([(1 + math.log(counts[c])) * self.idf[c] for c in columns])
            border = np.searchsorted(columns, self.first_word)
            for part in (slice(0, border), slice(border, None)):
                length = float(np.linalg.norm(weights[part]))
                if length:
                    weights[part] *= scale / length
            indices += columns
            values += weights.tolist()
            indptr.append(len(indices))
        return SparseRows(
            np.asarray(indptr, np.int64), np.asarray(indices, np.int64), np.asarray(values, np.float32), len(self.idf)
        )


def _grams(text: str) -> Iterable[str]:
    words = text.split()
    for word in words:
        yield "w" + word
        padded = f" {word} "
        for size in _CHARACTERS:
            for at in range(max(1, len(padded) - size + 1)):
                yield "c" + padded[at : at + size]
    for one, two in pairwise(words):
        yield f"w{one} {two}"
