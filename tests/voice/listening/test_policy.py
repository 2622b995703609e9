import pytest

from dialogue.expectation import AnswerKind, Expectation
from interactions.vocabulary import EndRule
from languages import load
from voice.listening.policy import PolicySettings, wait_for
from voice.listening.types import Evidence

ENGLISH = load("en")
OPEN = Expectation()
ORDER = Expectation(kind=AnswerKind.DIGITS, min_length=4, max_length=4)
ACCOUNT = Expectation(kind=AnswerKind.DIGITS, min_length=6, max_length=8)
ANY_NUMBER = Expectation(kind=AnswerKind.DIGITS)
PHONE = Expectation(kind=AnswerKind.PHONE)
YES_NO = Expectation(kind=AnswerKind.YES_NO)
CHOICE = Expectation(kind=AnswerKind.CHOICE, choices=("refund", "store credit"))
AMOUNT = Expectation(kind=AnswerKind.AMOUNT)
DATE = Expectation(kind=AnswerKind.DATE)
EMAIL = Expectation(kind=AnswerKind.EMAIL)
NAME = Expectation(kind=AnswerKind.NAME)
SPELLED = Expectation(kind=AnswerKind.NAME, spelled=True)
STORY = Expectation(kind=AnswerKind.STORY)

CASES = [
    # asked, words, turn model, silence in ms, rule
    (OPEN, None, None, 1200, EndRule.NO_EVIDENCE),
    (OPEN, None, 0.95, 1200, EndRule.NO_EVIDENCE),
    (OPEN, "Where is my order?", 0.95, 240, EndRule.SURE),
    (OPEN, "Where is my order", 0.95, 240, EndRule.SURE),
    (OPEN, "Where is my order?", 0.3, 320, EndRule.LIKELY),
    (OPEN, "Where is my order?", 0.1, 320, EndRule.LIKELY),
    (OPEN, "Where is my order?", 0.02, 320, EndRule.LIKELY),
    (OPEN, "How soon can you take it in?", 0.02, 450, EndRule.UNSURE),
    (OPEN, "Is it the?", 0.02, 2600, EndRule.INCOMPLETE_TIMEOUT),
    (OPEN, "Please.", 0.9, 450, EndRule.UNSURE),
    (OPEN, "Please.", 0.2, 800, EndRule.UNSURE),
    (OPEN, "Hi there.", 0.95, 800, EndRule.UNSURE),
    (OPEN, "Hello?", 0.95, 800, EndRule.UNSURE),
    (OPEN, "Good morning, everybody.", 0.3, 800, EndRule.UNSURE),
    (OPEN, "Hello Juniper.", 0.06, 800, EndRule.UNSURE),
    (OPEN, "Hi there, where is my order?", 0.9, 240, EndRule.SURE),
    (OPEN, "No.", 0.9, 450, EndRule.UNSURE),
    (OPEN, "No.", 0.2, 800, EndRule.UNSURE),
    (OPEN, "The blue one,", 0.95, 800, EndRule.UNSURE),
    (OPEN, "It's for 12 Main Street,", 0.95, 800, EndRule.UNSURE),
    (STORY, "12 Main Street,", 0.95, 900, EndRule.LIKELY),
    (OPEN, "Hello, I'm Michelle, my name is Jack.", 0.9, 1200, EndRule.UNSURE),
    (OPEN, "Hi, this is Anna.", 0.9, 1200, EndRule.UNSURE),
    (OPEN, "My lamp is broken.", 0.02, 2600, EndRule.INCOMPLETE_TIMEOUT),
    (OPEN, "My lamp is broken.", 0.06, 450, EndRule.UNSURE),
    (OPEN, "Where is my order?", None, 320, EndRule.LIKELY),
    (OPEN, "My order number is", 0.95, 2600, EndRule.INCOMPLETE_TIMEOUT),
    (OPEN, "I want a refund because", 0.95, 2600, EndRule.INCOMPLETE_TIMEOUT),
    (OPEN, "Well um", 0.95, 2600, EndRule.INCOMPLETE_TIMEOUT),
    (OPEN, "One second please.", 0.99, 5000, EndRule.INCOMPLETE_TIMEOUT),
    (YES_NO, "Yes.", 0.01, 160, EndRule.ANSWER_COMPLETE),
    (YES_NO, "Yes please.", None, 160, EndRule.ANSWER_COMPLETE),
    (YES_NO, "no", 0.9, 160, EndRule.ANSWER_COMPLETE),
    (YES_NO, "No.", 0.1, 800, EndRule.UNSURE),
    (YES_NO, "No,", 0.9, 800, EndRule.UNSURE),
    (YES_NO, "Yes,", 0.9, 800, EndRule.UNSURE),
    (YES_NO, "No, that's all.", 0.2, 160, EndRule.ANSWER_COMPLETE),
    (YES_NO, "Yes but", 0.95, 2600, EndRule.INCOMPLETE_TIMEOUT),
    (YES_NO, "Where is my order?", 0.95, 240, EndRule.SURE),
    (ORDER, "four two", 0.99, 2000, EndRule.INCOMPLETE_TIMEOUT),
    (ORDER, "4, 0, 2, 7,", 0.05, 160, EndRule.ANSWER_COMPLETE),
    (ORDER, "It's 4 0 2 7.", 0.05, 160, EndRule.ANSWER_COMPLETE),
    (ORDER, "4 0 2 7 7 7 7 7", 0.95, 400, EndRule.LIKELY),
    (ORDER, "9, 7, all 6.", None, 800, EndRule.UNSURE),
    (ORDER, "Kevin.", 0.95, 800, EndRule.UNSURE),
    (ORDER, "I don't have it.", 0.95, 240, EndRule.SURE),
    (ORDER, "Let me look.", 0.95, 5000, EndRule.INCOMPLETE_TIMEOUT),
    (ACCOUNT, "4 0 2 7 1 1", 0.95, 400, EndRule.LIKELY),
    (ACCOUNT, "4 0 2 7 1 1", 0.4, 800, EndRule.UNSURE),
    (ANY_NUMBER, "4 0 2", 0.02, 2600, EndRule.INCOMPLETE_TIMEOUT),
    (PHONE, "oh seven seven", 0.95, 2000, EndRule.INCOMPLETE_TIMEOUT),
    (CHOICE, "The refund.", 0.2, 160, EndRule.ANSWER_COMPLETE),
    (CHOICE, "Store credit, please.", 0.2, 160, EndRule.ANSWER_COMPLETE),
    (CHOICE, "I want the", 0.2, 2600, EndRule.INCOMPLETE_TIMEOUT),
    (AMOUNT, "Twenty five pounds.", 0.2, 160, EndRule.ANSWER_COMPLETE),
    (AMOUNT, "£25.", 0.2, 160, EndRule.ANSWER_COMPLETE),
    (AMOUNT, "Twenty five", 0.2, 800, EndRule.UNSURE),
    (DATE, "The sixth of May.", 0.2, 320, EndRule.ANSWER_COMPLETE),
    (DATE, "Last week.", 0.2, 320, EndRule.ANSWER_COMPLETE),
    (DATE, "In May", 0.2, 800, EndRule.UNSURE),
    (DATE, "The sixth of", 0.5, 2600, EndRule.INCOMPLETE_TIMEOUT),
    (EMAIL, "anna at example dot com", 0.2, 160, EndRule.ANSWER_COMPLETE),
    (EMAIL, "anna at example", 0.9, 2000, EndRule.INCOMPLETE_TIMEOUT),
    (NAME, "Smith, S M I", 0.9, 1200, EndRule.UNSURE),
    (NAME, "K-I-L-L-", 0.02, 1200, EndRule.UNSURE),
    (SPELLED, "That's fine.", 0.9, 1200, EndRule.UNSURE),
    (NAME, "Anna Smith.", 0.9, 450, EndRule.LIKELY),
    (NAME, "Sure.", 0.99, 2600, EndRule.INCOMPLETE_TIMEOUT),
    (ORDER, "Yeah, sure.", 0.99, 2600, EndRule.INCOMPLETE_TIMEOUT),
    (YES_NO, "Sure.", 0.99, 160, EndRule.ANSWER_COMPLETE),
    (NAME, "Anna", 0.5, 900, EndRule.UNSURE),
    (STORY, "It never arrived.", 0.95, 900, EndRule.LIKELY),
    (STORY, "It never arrived.", 0.1, 1300, EndRule.UNSURE),
    (STORY, "and then the", 0.4, 2600, EndRule.INCOMPLETE_TIMEOUT),
]


LONG = [
    # words of a story, turn model, silence in ms, rule
    ("So that is when I called the garage.", 0.95, 900, EndRule.SURE),
    ("So that is when I called the garage.", 0.1, 1300, EndRule.UNSURE),
    ("So that is when I called the garage.", 0.02, 2600, EndRule.INCOMPLETE_TIMEOUT),
    ("How soon can you take a look?", 0.02, 320, EndRule.LIKELY),
    ("And then we", 0.2, 2600, EndRule.INCOMPLETE_TIMEOUT),
    ("They are all in the shop and I am", 0.3, 1300, EndRule.UNSURE),
]


@pytest.mark.parametrize(("text", "probability", "silence_ms", "rule"), LONG)
def test_in_a_story_a_whole_sentence_is_no_sign_of_its_end(
    text: str, probability: float, silence_ms: int, rule: EndRule
) -> None:
    wait = wait_for(Evidence(span=1, text=text, turn_probability=probability), OPEN, ENGLISH, lasted_ms=12_000)
    assert (wait.silence_ms, wait.rule) == (silence_ms, rule)


@pytest.mark.parametrize(("asked", "text", "probability", "silence_ms", "rule"), CASES)
def test_the_table(
    asked: Expectation, text: str | None, probability: float | None, silence_ms: int, rule: EndRule
) -> None:
    wait = wait_for(Evidence(span=1, text=text, confidence=0.8, turn_probability=probability), asked, ENGLISH)
    assert (wait.silence_ms, wait.rule) == (silence_ms, rule)


def test_a_calibrated_completion_replaces_the_one_made_by_hand() -> None:
    evidence = Evidence(span=1, text="The light came on", turn_probability=0.05)
    assert wait_for(evidence, OPEN, ENGLISH, completion=0.99).rule is EndRule.SURE
    assert wait_for(evidence, OPEN, ENGLISH, completion=0.05).rule is EndRule.INCOMPLETE_TIMEOUT


def test_a_name_that_is_hardly_one_may_be_the_breath_before_it() -> None:
    evidence = Evidence(span=1, text="Kira", confidence=0.3, turn_probability=0.99)
    assert wait_for(evidence, NAME, ENGLISH).silence_ms == 1200


def test_no_row_waits_less_than_the_surest() -> None:
    settings = PolicySettings()
    for asked, text, probability, _, _ in CASES:
        evidence = Evidence(span=1, text=text, confidence=0.8, turn_probability=probability)
        assert wait_for(evidence, asked, ENGLISH).silence_ms >= min(settings.answer_complete_ms, settings.sure_ms)
