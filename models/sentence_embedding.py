"""Turns sentences into vectors: all-MiniLM-L6-v2 in whole numbers, in its published form and trained for intents."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from models.registry import locate

DIMENSIONS = 384
"""Length of a sentence vector."""
VERSION = "minilm-int8-2"
"""Changes whenever the vectors do; part of every cache key."""
_LONGEST_TOKENS = 128
_STATES_KEPT = 64
"""Sentences whose states are remembered: those in hand, which the intents, the articles and the reader all ask for."""
_LONGEST_TEXT = 2000
"""Characters handed to the tokenizer; more never reach the last token that counts."""


class LowerLayers:
    """The layers that all networks share, and what they made of the last sentences; safe to share between threads."""

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        """Take ``session``: word pieces in, their states out."""
        self._session = session
        self.states = lru_cache(maxsize=_STATES_KEPT)(self._states)
        """Of the ids of word pieces, a tuple: float32 [1, t, 384]; nobody may write into it."""

    def _states(self, ids: tuple[int, ...]) -> NDArray[np.float32]:
        states: NDArray[np.float32] = self._session.run(["states"], {"ids": np.asarray([ids], np.int64)})[0]
        states.flags.writeable = False
        return states


class SentenceEmbedder:
    """Sentence vectors on one thread; safe to share between threads."""

    def __init__(self, lower: LowerLayers, upper: onnxruntime.InferenceSession, tokenizer: Tokenizer) -> None:
        """Join what embedders share with what makes this one.

        Args:
            lower: Word pieces to the states of the lower layers; embedders may share it.
            upper: Those states to a vector.
            tokenizer: Text to word pieces.
        """
        self._lower, self._upper, self._tokenizer = lower, upper, tokenizer

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed sentences, one after the other: activations become whole numbers on the scale of their own sentence.

        Args:
            texts: Any text; only the first 128 tokens of each count. Empty text has a vector too, without meaning.

        Returns:
            float32 [n, 384], each row of length 1; the other sentences make no difference to a vector.
        """
        vectors = np.zeros((len(texts), DIMENSIONS), np.float32)
        for row, encoded in enumerate(self._tokenizer.encode_batch([text[:_LONGEST_TEXT] for text in texts])):
            vectors[row] = self._vector(self._states(encoded))
        return vectors

    def embed_with_parts(self, text: str, parts: Sequence[str]) -> NDArray[np.float32]:
        """Embed a sentence and parts of it, which share its lower layers: half of the work of embedding each.

        Args:
            text: The whole sentence.
            parts: Pieces of it, in order; one that is not in it word for word is embedded by itself.

        Returns:
            float32 [1 + parts, 384], the whole first.
        """
        encoded = self._tokenizer.encode(text[:_LONGEST_TEXT])
        states = self._states(encoded)
        vectors, at = [self._vector(states)], 0
        for part in parts:
            start = text.find(part, at)
            inside = [i for i, (a, b) in enumerate(encoded.offsets) if a < b and start <= a and b <= start + len(part)]
            if start >= 0 and inside:
                at = start + len(part)
                vectors.append(self._vector(states[:, [0, *inside, -1]]))
            else:
                vectors.append(self.embed([part])[0])
        return np.stack(vectors)

    def states(self, text: str) -> tuple[NDArray[np.float32], list[tuple[int, int]]]:
        """What the shared lower layers make of a text, for other networks that go on from there.

        Returns:
            float32 [1, t, 384], a state a word piece with marks at both ends; and where each piece stands in the text,
            first character and one past the last, empty for the marks.
        """
        encoded = self._tokenizer.encode(text[:_LONGEST_TEXT])
        return self._states(encoded), encoded.offsets

    def _states(self, encoded: Encoding) -> NDArray[np.float32]:
        return self._lower.states(tuple(encoded.ids))

    def _vector(self, states: NDArray[np.float32]) -> NDArray[np.float32]:
        return self._upper.run(["vector"], {"states": states})[0][0]


@lru_cache(maxsize=1)
def shared_embedder() -> SentenceEmbedder:
    """The process's one embedder for any meaning, loaded at first use.

    Raises:
        ModelError: ``model_missing`` or ``model_hash_mismatch``, as `models.registry.locate` does.
    """
    return _embedder("general")


@lru_cache(maxsize=1)
def shared_intent_embedder() -> SentenceEmbedder:
    """The process's one embedder that brings together what asks for the same thing; else as `shared_embedder`."""
    return _embedder("intent")


def _embedder(kind: str) -> SentenceEmbedder:
    lower, tokenizer = _shared_parts()
    return SentenceEmbedder(lower, _session(kind), tokenizer)


@lru_cache(maxsize=1)
def _shared_parts() -> tuple[LowerLayers, Tokenizer]:
    tokenizer = Tokenizer.from_file(str(locate("minilm-tokenizer")))
    tokenizer.no_padding()
    tokenizer.enable_truncation(_LONGEST_TOKENS)
    return LowerLayers(_session("lower")), tokenizer


def _session(part: str) -> onnxruntime.InferenceSession:
    path = locate("sentence-embedding") / f"sentence-embedding-{part}.onnx"
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
