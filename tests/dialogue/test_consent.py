"""Consent as the dialogue sees it: words, values, the recogniser's confidence, keys, and what the network may add."""

from datetime import date

import pytest

from dialogue.consent import Consent, consent
from dialogue.lines.types import Line
from dialogue.types import CallerTurn
from models.understanding import CallerAct, Reading

TODAY = date(2026, 11, 23)
REFUND = "Shall I refund €29.99 to the card you paid with?"
CANCEL = "Shall I cancel order 4027?"
MOVE = "Shall I move the delivery from Tuesday to Thursday?"


def said(text: str, proposal: str, line: Line, **kind: object) -> Consent:
    return consent(CallerTurn(text=text, **kind), proposal, line, TODAY)  # type: ignore[arg-type]


def reading(clear_yes: float, **acts: float) -> Reading:
    return Reading(probabilities={act: acts.get(act.value, 0.0) for act in CallerAct}, clear_yes=clear_yes)


@pytest.mark.parametrize(
    ("text", "proposal"),
    [
        ("Yes, refund the twenty nine ninety nine.", REFUND),
        ("Yes, 29 euros and 99 cents please.", REFUND),
        ("Yes, cancel four oh two seven.", CANCEL),
        ("Please cancel order number 4027.", CANCEL),
        ("Yes, move it from Tuesday to Thursday.", MOVE),
    ],
)
def test_a_value_of_the_proposal_may_be_said_in_any_way(shop: Line, text: str, proposal: str) -> None:
    assert said(text, proposal, shop) is Consent.YES


@pytest.mark.parametrize(
    ("text", "proposal"),
    [
        ("Yes, twenty euros.", REFUND),
        ("Yes, refund 39.99.", REFUND),
        ("Yes, cancel 4028.", CANCEL),
        ("Yes, four oh two eight.", CANCEL),
        ("Yes, on Wednesday.", MOVE),
        ("Yes, Tuesday.", MOVE),
    ],
)
def test_another_value_or_one_of_several_is_no_consent(shop: Line, text: str, proposal: str) -> None:
    assert said(text, proposal, shop) is Consent.UNCLEAR


@pytest.mark.parametrize(("confidence", "answer"), [(0.95, Consent.YES), (0.46, Consent.YES), (0.4, Consent.UNCLEAR)])
def test_a_yes_that_was_recognised_badly_is_asked_for_again(shop: Line, confidence: float, answer: Consent) -> None:
    assert said("Yes, please.", CANCEL, shop, confidence=confidence) is answer


@pytest.mark.parametrize(
    ("keys", "answer"), [("1", Consent.YES), ("1#", Consent.YES), ("2", Consent.NO), ("7", Consent.NOT_UNDERSTOOD)]
)
def test_keys_answer_without_doubt(shop: Line, keys: str, answer: Consent) -> None:
    assert said("", CANCEL, shop, keys=keys) is answer


def test_words_that_the_grammar_does_not_know_are_no_yes_whatever_the_network_says(shop: Line) -> None:
    sure = reading(0.999, agrees=0.999)
    assert said("Tickety-boo, squire.", CANCEL, shop, reading=sure) is Consent.NOT_UNDERSTOOD


def test_the_network_makes_a_yes_of_words_of_which_some_agree_and_none_speaks_against_it(shop: Line) -> None:
    sure = reading(0.99, agrees=0.99)
    assert said("Tickety-boo, squire, yes.", CANCEL, shop, reading=sure) is Consent.YES
    assert said("I wasn't sure, but tickety-boo, yes.", CANCEL, shop, reading=sure) is Consent.YES
    assert said("Tickety-boo, yes.", CANCEL, shop, reading=reading(0.8, agrees=0.97)) is Consent.NOT_UNDERSTOOD
    assert said("Tickety-boo, yes.", CANCEL, shop, reading=reading(0.99, agrees=0.99, corrects=0.5)) is not Consent.YES
    for guarded in (
        "Tickety-boo, yes, if it's free.",
        "Tickety-boo, yes, but not all.",
        "Tickety-boo, yes?",
        "Yes, 4028.",
    ):
        assert said(guarded, CANCEL, shop, reading=sure) is Consent.UNCLEAR, guarded


def test_no_money_moves_on_the_networks_word(shop: Line) -> None:
    sure = reading(0.999, agrees=0.999)
    assert said("Tickety-boo, yes.", "Shall I refund €48.50 to your card?", shop, reading=sure) is not Consent.YES
    assert said("Yes, please.", "Shall I refund €48.50 to your card?", shop, reading=sure) is Consent.YES


@pytest.mark.parametrize("text", ["The order.", "Cancel the order.", "Cancel it."])
def test_what_only_repeats_the_proposal_is_no_yes_whatever_the_network_says(shop: Line, text: str) -> None:
    assert said(text, CANCEL, shop, reading=reading(0.999, agrees=0.999)) is not Consent.YES


def test_a_network_that_claims_a_no_is_believed(shop: Line) -> None:
    assert said("I'd be a fool to.", CANCEL, shop, reading=reading(0.0, refuses=0.99)) is Consent.NO
    assert said("Once the cat's home.", CANCEL, shop, reading=reading(0.0, puts_off=0.99)) is Consent.NO
    both = reading(0.0, refuses=0.99, asks_about_proposal=0.99)
    assert said("Would I be a fool to?", CANCEL, shop, reading=both) is Consent.UNCLEAR
