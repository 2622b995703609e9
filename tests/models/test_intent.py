import asyncio
from pathlib import Path

import numpy as np
import pytest

from languages import load
from models.errors import ModelError
from models.in_threads import ThreadedIntentClassifier
from models.intent import FittedIntentClassifier, fit
from models.intent.fitting import _load
from models.intent.lexical import SparseRows, Vocabulary
from models.intent.linear import fit_softmax, softmax
from models.intent.text import is_readable, normalize, parts
from models.interfaces import IntentClassifier, IntentResult
from models.workers import ModelWorkers
from tests.fakes.intent import FakeIntentClassifier

SEAMS = load("en").cues.seams
LINE = {
    "cancel_order": (
        "cancel my order", "I want to cancel the order I made", "please stop my order before it ships",
        "I don't want it any more, cancel it", "can you cancel that purchase for me", "I'd like to call off my order",
        "I ordered the wrong thing, please cancel", "how do I cancel an order",
    ),
    "refund": (
        "I want my money back", "refund me please", "I'd like a refund", "when will I get my refund",
        "please refund my payment", "you charged me and I want that money returned", "give me my money back",
        "how long does a refund take",
    ),
    "track_order": (
        "where is my parcel", "track my order", "my delivery has not arrived", "when does my package come",
        "where is my package", "what's the status of my order", "has my order shipped yet", "is my delivery on its way",
    ),
    "change_address": (
        "I moved, change my address", "update the delivery address", "send it to a different address",
        "my address is wrong", "can I change where it is delivered", "I need to correct the street on my order",
        "ship it to my new house instead", "change the shipping address please",
    ),
    "opening_hours": (
        "when are you open", "what are your opening hours", "are you open on Sunday", "what time do you close",
        "how late is the shop open", "until when can I come to the store", "are you open today", "when do you open",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def line() -> FittedIntentClassifier:
    return fit(LINE, seams=SEAMS)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("could you please cancel my order", "cancel_order"),
        ("I want my money back right now", "refund"),
        ("Where's my package?", "track_order"),
        ("um, my parcel still hasn't arrived", "track_order"),
        ("I need to update my delivery address", "change_address"),
        ("are you open on Saturday", "opening_hours"),
        ("track my oder", "track_order"),
    ],
)
def test_what_the_line_knows_is_recognised(line: FittedIntentClassifier, text: str, intent: str) -> None:
    assert line.classify(text).best == intent


@pytest.mark.parametrize(
    "text",
    ["tell me a joke", "what is the capital of France", "my dog ate a banana", "play some jazz music",
     "how tall is mount everest", "who won the football last night"],
)  # fmt: skip
def test_what_the_line_does_not_know_is_out_of_scope(line: FittedIntentClassifier, text: str) -> None:
    result = line.classify(text)
    assert result.intents == ()
    assert result.in_scope < 0.5


@pytest.mark.parametrize(
    "text",
    ["I'd like a gift card for my sister", "do you have this lamp in blue", "what is the warranty on the toaster",
     "unsubscribe me from your newsletter", "I forgot the password of my account", "my discount code does not work",
     "can I collect it in the shop", "I want to leave a review", "do you ship to Norway", "do you price match"],
)  # fmt: skip
def test_what_another_shop_might_know_is_out_of_scope_too(line: FittedIntentClassifier, text: str) -> None:
    assert line.classify(text).best is None


@pytest.mark.parametrize("text", ["", "   ", "...", "🙂🙂", "你好，我的订单在哪里", "где мой заказ", "12345", "?"])
def test_text_without_english_words_is_out_of_scope(line: FittedIntentClassifier, text: str) -> None:
    assert line.classify(text) == IntentResult(intents=(), alternatives=(), in_scope=0.0)


@pytest.mark.parametrize(
    "text", ["x" * 100_000, "and " * 30_000, "cancel my order " * 5_000, "\x00\ud7ff a b", "’" * 999 + "ab"]
)
def test_odd_text_is_classified_without_an_error(line: FittedIntentClassifier, text: str) -> None:
    result = line.classify(text)
    assert 0 <= result.in_scope <= 1
    assert all(0 <= s.probability <= 1 for s in result.alternatives)


def test_two_wishes_give_two_intents(line: FittedIntentClassifier) -> None:
    result = line.classify("cancel my order and give me my money back")
    assert {i.name for i in result.intents} == {"cancel_order", "refund"}


def test_one_wish_with_an_and_stays_one(line: FittedIntentClassifier) -> None:
    result = line.classify("I have waited and waited, where is my package")
    assert [i.name for i in result.intents] in ([], ["track_order"])


def test_alternatives_are_ranked(line: FittedIntentClassifier) -> None:
    result = line.classify("please cancel my order")
    assert len(result.alternatives) == 5
    probabilities = [s.probability for s in result.alternatives]
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) <= 1.001


def test_the_same_examples_give_the_same_classifier(line: FittedIntentClassifier) -> None:
    shuffled = fit({name: tuple(reversed(LINE[name])) for name in reversed(LINE)}, seams=SEAMS)
    for text in ("cancel it", "where is it", "what time is it", "refund"):
        assert shuffled.classify(text) == line.classify(text)


def test_a_fit_is_kept_by_content(tmp_path: Path) -> None:
    small = {name: LINE[name][:3] for name in ("refund", "track_order")}
    first = fit(small, seams=SEAMS, cache_dir=tmp_path)
    (kept,) = tmp_path.iterdir()
    assert fit(small, seams=SEAMS, cache_dir=tmp_path).classify("refund me") == first.classify("refund me")
    fit({**small, "refund": (*small["refund"], "reimburse me")}, seams=SEAMS, cache_dir=tmp_path)
    assert len(list(tmp_path.iterdir())) == 2
    kept.write_bytes(b"damaged")
    assert _load(kept) is None
    assert fit(small, seams=SEAMS, cache_dir=tmp_path).classify("refund me") == first.classify("refund me")


@pytest.mark.parametrize("examples", [{}, {"refund": ()}, {"refund": ("", "你好")}])
def test_nothing_to_learn_from_is_told(examples: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(ModelError) as error:
        fit(examples, seams=SEAMS)
    assert error.value.code == "intent_examples"


def test_a_line_of_one_intent_and_one_example_works() -> None:
    model = fit({"refund": ("I want my money back",)}, seams=SEAMS)
    assert model.classify("I want my money back").best == "refund"
    assert model.classify("how tall is mount everest").best is None


@pytest.fixture(params=["fitted", "fake"])
def classifier(request: pytest.FixtureRequest, line: FittedIntentClassifier) -> IntentClassifier:
    if request.param == "fake":
        return FakeIntentClassifier({"refund": ("money", "refund")})
    return ThreadedIntentClassifier(line, ModelWorkers("intents"))


class TestConformance:
    """What every intent classifier keeps to."""

    async def test_what_the_line_knows_is_accepted(self, classifier: IntentClassifier) -> None:
        result = await classifier.classify("I want my money back", session_id="call-1")
        assert result.best == "refund" and result.alternatives[0].name == "refund"
        assert 0.5 < result.in_scope <= 1 and 0.5 < result.intents[0].probability <= 1

    @pytest.mark.parametrize("text", ["", "你好", "🙂", "x" * 50_000])
    async def test_empty_and_foreign_text_is_out_of_scope(self, classifier: IntentClassifier, text: str) -> None:
        result = await classifier.classify(text)
        assert result.best is None and 0 <= result.in_scope < 0.5

    async def test_calls_at_the_same_time_all_get_their_own_answer(self, classifier: IntentClassifier) -> None:
        texts = ["I want my money back", "你好"] * 4
        results = await asyncio.gather(*(classifier.classify(t, session_id=f"call-{n}") for n, t in enumerate(texts)))
        assert [result.best for result in results] == ["refund", None] * 4


def test_typed_and_spoken_text_look_alike() -> None:
    assert normalize("Um, I’d like a REFUND!!  ") == "i'd like a refund"
    assert normalize("um") == "um"
    assert not is_readable("42")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cancel it and refund me", ["cancel it", "refund me"]),
        ("Cancel it. Refund me.", ["Cancel it", "Refund me."]),
        ("where is it, and can you also change my address", ["where is it", "change my address"]),
        ("black and white", []),
        ("cancel my order", []),
    ],
)
def test_sentences_part_at_their_seams(text: str, expected: list[str]) -> None:
    assert parts(text, SEAMS) == expected


def test_sparse_rows_multiply_as_dense_ones_do() -> None:
    texts = ["cancel my order", "", "my order", "refund my order my money"]
    rows = Vocabulary.build(texts).rows(texts, 0.5)
    dense = np.zeros((len(rows), rows.columns), np.float32)
    for i in range(len(rows)):
        span = slice(rows.indptr[i], rows.indptr[i + 1])
        dense[i, rows.indices[span]] = rows.values[span]
    weights = np.random.default_rng(0).normal(size=(rows.columns, 3)).astype(np.float32)
    back = np.random.default_rng(1).normal(size=(len(rows), 3)).astype(np.float32)
    assert np.allclose(rows.dot(weights), dense @ weights, atol=1e-5)
    assert np.allclose(rows.transposed().dot(back), dense.T @ back, atol=1e-5)
    assert np.allclose(rows.gram(7), dense @ dense.T, atol=1e-5)
    assert np.allclose(rows.take(np.asarray([2, 0])).dot(weights), dense[[2, 0]] @ weights, atol=1e-5)
    assert np.allclose(np.linalg.norm(dense[[0, 2, 3]], axis=1), np.sqrt(0.5), atol=1e-5)


def test_logistic_regression_reaches_the_optimum() -> None:
    rng = np.random.default_rng(0)
    dense = rng.normal(size=(60, 4)).astype(np.float32)
    labels = (dense[:, 0] + 0.5 * rng.normal(size=60) > 0).astype(np.int64)
    sparse = SparseRows(np.arange(61), np.zeros(60, np.int64), dense[:, 0].copy(), 1)
    fitted = fit_softmax(dense, sparse, labels, 2, cost=2.0, iterations=500)
    error = 2.0 * (softmax(fitted.scores(dense, sparse)) - np.eye(2, dtype=np.float32)[labels])
    assert np.allclose(dense.T @ error + fitted.dense, 0, atol=0.02)
    assert np.allclose(error.sum(axis=0), 0, atol=0.02)
