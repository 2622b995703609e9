import numpy as np
import pytest
from numpy.typing import NDArray

from dialogue.knowledge import KnowledgeBase
from dialogue.lines.article import spoken
from dialogue.lines.types import Line
from dialogue.understanding import understand_line
from languages import load
from models.errors import ModelError
from models.interfaces import IntentResult, IntentScore
from models.understanding import Asked, AskedKind, CallerAct, Reading
from tests.fakes.text_embedder import FakeTextEmbedder
from tests.fakes.understanding import reading

NOTHING = IntentResult(intents=(), alternatives=(IntentScore(name="order_status", probability=0.2),), in_scope=0.1)


def embed(texts: list[str]) -> NDArray[np.float32]:
    """Vectors in which "postage" and "shipping" mean the same and other words nothing."""
    shipping = [any(word in text.lower() for word in ("postage", "shipping cost")) for text in texts]
    return np.array([[1.0, 0.0] if hit else [0.0, 1.0] for hit in shipping], dtype=np.float32) * [[1.0, 0.0]]


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("how do I wash the linen sheets?", "linen_care"),
        ("what are your opening hours", "opening_hours"),
        ("do you have gift cards", "gift_cards"),
        ("is there a warranty", "warranty"),
        ("which duvet sizes are there", "duvet_sizes"),
        ("what's the weather tomorrow", None),
        ("something for my thing", None),
        ("", None),
        ("what", None),
        ("🙂 ☃", None),
        ("ich möchte gern", None),
    ],
)
def test_articles_are_found_by_their_words_and_only_when_enough_of_them_fit(
    shop: Line, question: str, article: str | None
) -> None:
    hits = KnowledgeBase(shop.articles, shop.language.search).lexical(question)
    assert (hits[0].article if hits and hits[0].sufficient else None) == article


def test_meaning_finds_what_words_do_not(shop: Line) -> None:
    assert not any(
        hit.sufficient for hit in KnowledgeBase(shop.articles, shop.language.search).search("what about postage rates")
    )
    question = "what about postage rates"
    best = KnowledgeBase(shop.articles, shop.language.search, embed).search(question, embed([question])[0])[0]
    assert (best.article, best.sufficient) == ("shipping_costs", True)


def test_no_articles_no_answer() -> None:
    assert KnowledgeBase({}, load("en").search, embed).search("anything", embed(["anything"])[0]) == ()


def test_markdown_is_said_as_plain_words() -> None:
    assert spoken("**Yes**, we `do`. See [here](x).\n\n- one\n2. two") == "Yes, we do. See here. one two"


class Scripted:
    def __init__(self, result: IntentResult | None):
        self.result = result

    async def classify(self, text: str, *, session_id: str = "") -> IntentResult:
        if self.result is None:
            raise ModelError("intent_failed", "The classifier failed.")
        return self.result


async def test_an_article_is_the_request_when_no_intent_is_clear(shop: Line) -> None:
    fitted: dict[str, int] = {}

    def fit(examples: object) -> Scripted:
        assert isinstance(examples, dict)
        fitted.update({name: len(sentences) for name, sentences in examples.items()})
        return Scripted(NOTHING)

    understanding = understand_line(shop, fit, FakeTextEmbedder(embed))
    result = await understanding.classify("what about postage rates")
    assert result.best == "knowledge.shipping_costs"
    assert result.alternatives[-1].name == "order_status"
    assert fitted["order_status"] >= 12 and "rule.human" in fitted
    assert await understanding.classify("what's the weather") == NOTHING
    assert await understanding.classify("") == NOTHING


async def test_a_clear_intent_comes_before_any_article(shop: Line) -> None:
    clear = IntentResult(intents=(IntentScore(name="complaint", probability=0.9),), alternatives=(), in_scope=1.0)
    understanding = understand_line(shop, lambda _: Scripted(clear), FakeTextEmbedder(embed))
    assert await understanding.classify("postage") is clear


async def test_a_turn_is_read_together_with_what_was_asked(shop: Line) -> None:
    read: list[tuple[str, Asked]] = []

    class Reader:
        async def read(self, text: str, asked: Asked, *, session_id: str = "") -> Reading:
            read.append((text, asked))
            return reading(CallerAct.ASKS_ABOUT_LINE)

    asked = Asked(sentence="Shall I cancel it?", kind=AskedKind.CONSENT)
    sense = await understand_line(shop, lambda _: Scripted(NOTHING), reader=Reader()).understand("postage", asked)
    assert sense.reading == reading(CallerAct.ASKS_ABOUT_LINE) and read == [("postage", asked)]
    assert sense.intents.best == "knowledge.shipping_costs"
    assert (await understand_line(shop, lambda _: Scripted(NOTHING)).understand("postage", asked)).reading is None


async def test_a_failing_classifier_is_not_hidden(shop: Line) -> None:
    with pytest.raises(ModelError):
        await understand_line(shop, lambda _: Scripted(None)).classify("where is my order")
