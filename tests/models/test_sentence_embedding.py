import numpy as np
import pytest

from models.in_threads import ThreadedSentenceEmbedder
from models.interfaces import TextEmbedder
from models.sentence_embedding import DIMENSIONS, shared_embedder, shared_intent_embedder
from models.workers import ModelWorkers
from tests.fakes.text_embedder import FakeTextEmbedder


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
    assert np.array_equal(together, alone)


@pytest.mark.parametrize("text", ["", " ", "🙂", "你好", "x" * 200_000, "\x00"])
def test_any_text_has_a_finite_vector(text: str) -> None:
    vectors = shared_embedder().embed([text])
    assert vectors.shape == (1, DIMENSIONS)
    assert vectors.dtype == np.float32
    assert np.isfinite(vectors).all()


def test_no_sentences_give_no_vectors() -> None:
    assert shared_embedder().embed([]).shape == (0, DIMENSIONS)


def test_parts_are_told_apart_within_their_sentence() -> None:
    embed = shared_intent_embedder()
    whole, cancel, refund = embed.embed_with_parts("cancel my order and refund me", ["cancel my order", "refund me"])
    assert np.array_equal(whole, embed.embed(["cancel my order and refund me"])[0])
    alone_cancel, alone_refund = embed.embed(["cancel my order", "refund me"])
    assert cancel @ alone_cancel > cancel @ alone_refund + 0.2
    assert refund @ alone_refund > refund @ alone_cancel + 0.2


@pytest.mark.parametrize("part", ["track my parcel", "", "order order"])
def test_a_part_that_is_not_in_the_sentence_is_embedded_by_itself(part: str) -> None:
    embed = shared_intent_embedder()
    vectors = embed.embed_with_parts("cancel my order", [part])
    assert np.array_equal(vectors[1], embed.embed([part])[0])


def test_a_part_beyond_the_longest_text_is_embedded_by_itself() -> None:
    text = "and so on " * 300 + "refund me"
    vectors = shared_intent_embedder().embed_with_parts(text, ["refund me"])
    assert np.array_equal(vectors[1], shared_intent_embedder().embed(["refund me"])[0])


@pytest.fixture(params=["real", "fake"])
def interface(request: pytest.FixtureRequest) -> TextEmbedder:
    if request.param == "fake":
        return FakeTextEmbedder()
    return ThreadedSentenceEmbedder(shared_embedder(), ModelWorkers("sentence embedding"))


class TestConformance:
    """What every text embedder keeps to."""

    async def test_what_means_alike_lies_close_together(self, interface: TextEmbedder) -> None:
        refund, again, weather = [
            await interface.embed(text, session_id="call-1")
            for text in ("I want a refund", "a refund please", "what is the weather")
        ]
        assert refund @ again > refund @ weather

    async def test_one_sentence_and_many_get_the_same_unit_vectors(self, interface: TextEmbedder) -> None:
        texts = ["where is my order", "my money", "hello"]
        vectors = interface.embed_all(texts)
        assert vectors.dtype == np.float32 and np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
        for text, vector in zip(texts, vectors, strict=True):
            assert np.allclose(await interface.embed(text), vector, atol=1e-5)

    def test_no_sentence_no_vector(self, interface: TextEmbedder) -> None:
        assert len(interface.embed_all([])) == 0
