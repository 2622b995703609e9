"""A text embedder made of a plain function from sentences to vectors."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

WORDS = ("order", "refund", "money", "weather", "deliver", "postage", "ship")


def by_words(texts: Sequence[str]) -> NDArray[np.float32]:
    """Unit vectors, float32 [n, 8]: one axis a known word, and one for all the rest."""
    rows = [[float(word in text.lower()) for word in WORDS] + [0.1] for text in texts]
    vectors = np.asarray(rows, dtype=np.float32).reshape(len(texts), len(WORDS) + 1)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


class FakeTextEmbedder:
    """Implements `models.interfaces.TextEmbedder`."""

    def __init__(self, embed: Callable[[list[str]], NDArray[np.float32]] = by_words):
        self._embed = embed

    async def embed(self, text: str, *, session_id: str = "") -> NDArray[np.float32]:
        first: NDArray[np.float32] = self._embed([text])[0]
        return first

    def embed_all(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._embed(list(texts))
