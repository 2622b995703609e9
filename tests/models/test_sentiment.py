import pytest

from models.in_threads import ThreadedTextEmotion
from models.interfaces import Emotion, TextEmotionModel
from models.text_sentiment import TextSentiment, TextSentimentModel, shared_text_sentiment
from models.workers import ModelWorkers
from tests.fakes.emotion import FakeTextEmotion


@pytest.fixture(scope="module")
def model() -> TextSentimentModel:
    return shared_text_sentiment()


@pytest.mark.parametrize(
    "text",
    ["this is absolutely ridiculous, I hate this stupid company", "I am so angry with you people",
     "you are a bunch of idiots and this is disgusting"],
)  # fmt: skip
def test_angry_words_read_as_anger(model: TextSentimentModel, text: str) -> None:
    judged = model.judge(text)
    assert judged.estimate.label == Emotion.ANGER
    assert judged.sentiment < -0.3


def test_thanks_read_as_joy_and_a_request_as_neutral(model: TextSentimentModel) -> None:
    assert model.judge("thank you so much, that's wonderful").sentiment > 0.5
    asked = model.judge("I would like to change the delivery address of my order")
    assert asked.anger < 0.3
    assert abs(asked.sentiment) < 0.5


def test_probabilities_sum_to_one(model: TextSentimentModel) -> None:
    assert sum(model.judge("well okay then").estimate.probabilities.values()) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "🙂",
        "no",
        "Yes, okay.",
        "你好，我很生气",
        "12 34",
        "estoy muy enfadado con ustedes señores",
        "x" * 99_999,
    ],
)
def test_without_evidence_nothing_is_claimed(model: TextSentimentModel, text: str) -> None:
    assert model.judge(text) == TextSentiment()
    assert not model.judge(text).enough_evidence


def test_the_same_text_reads_the_same(model: TextSentimentModel) -> None:
    assert model.judge("where is my order") == model.judge("where is my order")


@pytest.fixture(params=["real", "fake"])
def interface(request: pytest.FixtureRequest, model: TextSentimentModel) -> TextEmotionModel:
    return FakeTextEmotion() if request.param == "fake" else ThreadedTextEmotion(model, ModelWorkers("text emotion"))


class TestConformance:
    """What every model of how words read keeps to."""

    async def test_angry_words_are_told_from_calm_ones(self, interface: TextEmotionModel) -> None:
        angry = await interface.estimate("this is absolutely ridiculous, I hate this company", session_id="call-1")
        calm = await interface.estimate("I would like to change the delivery address of my order")
        assert angry.label is Emotion.ANGER and calm.label is not Emotion.ANGER
        for estimate in (angry, calm):
            assert set(estimate.probabilities) == set(Emotion)
            assert sum(estimate.probabilities.values()) == pytest.approx(1, abs=1e-4)

    @pytest.mark.parametrize("text", ["", "  ", "no", "🙂", "你好，我很生气"])
    async def test_what_says_nothing_gives_no_evidence(self, interface: TextEmotionModel, text: str) -> None:
        assert not (await interface.estimate(text)).enough_evidence
