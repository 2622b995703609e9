"""Reads the public sets and embeds their sentences once, for training and evaluation."""

import csv
import hashlib
import json
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.intent.text import normalize
from models.sentence_embedding import VERSION, SentenceEmbedder, shared_embedder, shared_intent_embedder

Labelled = list[tuple[str, str]]
"""(sentence, intent) pairs."""
CLINC_SPLITS = ("train", "val", "test", "oos_train", "oos_val", "oos_test")


def banking(data: Path, split: str) -> Labelled:
    """BANKING77, split ``train`` or ``test``."""
    with (data / "text" / f"banking77_{split}.csv").open(encoding="utf-8") as file:
        return [(row["text"], row["category"]) for row in csv.DictReader(file)]


def clinc(data: Path, split: str) -> Labelled:
    """CLINC150, split ``train``, ``val``, ``test``, ``oos_train``, ``oos_val`` or ``oos_test``."""
    with (data / "text" / "clinc150.json").open(encoding="utf-8") as file:
        return [(sentence, intent) for sentence, intent in json.load(file)[split]]


def bitext(data: Path, split: str) -> Labelled:
    """Bitext customer service, split ``train``, ``dev`` or ``test``."""
    path = next((data / "text" / "bitext" / split).glob("*.csv"))
    with path.open(encoding="utf-8") as file:
        return [(row["utterance"], row["intent"]) for row in csv.DictReader(file)]


def emotional(data: Path) -> list[str]:
    """Sentences of GoEmotions' training split: everyday talk that asks for nothing."""
    with (data / "text" / "goemotions_ekman_train.tsv").open(encoding="utf-8") as file:
        return [line.split("\t")[0] for line in file]


def vectors_of(sentences: Iterable[str], cache: Path) -> dict[str, NDArray[np.float32]]:
    """General vectors by normalised sentence, embedded once and kept in the cache folder.

    Args:
        sentences: Raw sentences.
        cache: Folder for the vectors.
    """
    return _kept("general", shared_embedder, sentences, cache)


def intent_vectors_of(sentences: Iterable[str], cache: Path) -> dict[str, NDArray[np.float32]]:
    """The same with the vectors that intents are told by."""
    return _kept("intent", shared_intent_embedder, sentences, cache)


def _kept(
    kind: str, embedder: Callable[[], SentenceEmbedder], sentences: Iterable[str], cache: Path
) -> dict[str, NDArray[np.float32]]:
    plain = sorted({normalize(s) for s in sentences})
    key = hashlib.sha256(json.dumps([VERSION, kind, plain]).encode()).hexdigest()[:16]
    path = cache / f"vectors-{key}.npy"
    if not path.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        np.save(path, embedder().embed(plain))
    return dict(zip(plain, np.load(path), strict=True))


def grouped(pairs: Labelled) -> dict[str, list[str]]:
    """Sentences by intent."""
    out: dict[str, list[str]] = {}
    for sentence, intent in pairs:
        out.setdefault(intent, []).append(sentence)
    return out
