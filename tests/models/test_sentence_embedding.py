import numpy as np
import pytest

from models.sentence_embedding import DIMENSIONS, shared_embedder


def test_vectors_have_length_one_and_tell_meaning() -> None:
    refund, money, weather = shared_embedder().embed(
        ["I want a refund", "give me my money back", "it is raining in Paris"]
    )
    assert np.isclose(np.linalg.norm(refund), 1, atol=1e-5)
    assert refund @ money > refund @ weather + 0.2


def test_a_vector_does_not_depend_on_the_batch() -> None:
    texts = ["cancel", "where is my parcel", "a much longer sentence about nothing in particular " * 3]
    together = shared_embedder().embed(texts)
    alone = np.concatenate([shared_embedder().embed([t]) for t in texts])
    assert np.allclose(together, alone, atol=1e-3)


@pytest.mark.parametrize("text", ["", " ", "🙂", "你好", "x" * 200_000, "\x00"])
def test_any_text_has_a_finite_vector(text: str) -> None:
    vectors = shared_embedder().embed([text])
    assert vectors.shape == (1, DIMENSIONS)
    assert vectors.dtype == np.float32
    assert np.isfinite(vectors).all()


def test_no_sentences_give_no_vectors() -> None:
    assert shared_embedder().embed([]).shape == (0, DIMENSIONS)
