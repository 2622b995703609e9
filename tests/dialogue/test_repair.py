"""What follows turns that were not understood: each time another way, and no human where the caller wants none."""

import pytest

from dialogue.dialogue import Dialogue
from dialogue.state import Another, AskingSlot, Clarifying, OfferingHuman, Open, StillWanted, Transferring
from dialogue.types import CallerTurn, EndCall
from models.understanding import CallerAct as Act
from models.understanding import Reading
from tests.dialogue.test_policy import NUMBER, OPEN, at, said, says


@pytest.mark.parametrize(
    ("answer", "acts"), [("no", ()), ("not any longer", (Act.REFUSES,)), ("leave it", ()), ("what a palaver", ())]
)
def test_who_answers_with_nothing_of_a_value_is_asked_whether_the_matter_is_wanted(
    dialogue: Dialogue, answer: str, acts: tuple[Act, ...]
) -> None:
    talk = at(dialogue, NUMBER)
    assert isinstance(says(talk, "bit of a palaver").state.pending, AskingSlot)
    asked = says(talk, "such a palaver")
    assert isinstance(asked.state.pending, StillWanted) and "where your order is" in said(asked)
    dropped = says(talk, answer, *acts)
    assert isinstance(dropped.state.pending, Another) and not dropped.state.stack


@pytest.mark.parametrize(("answer", "acts"), [("yes", ()), ("rather", (Act.AGREES,))])
def test_who_still_wants_it_is_asked_in_another_way(dialogue: Dialogue, answer: str, acts: tuple[Act, ...]) -> None:
    talk = at(dialogue, NUMBER)
    says(talk, "bit of a palaver")
    says(talk, "such a palaver")
    turn = says(talk, answer, *acts)
    assert isinstance(turn.state.pending, AskingSlot) and "keys" in said(turn)
    assert isinstance(says(talk, "what a palaver").state.pending, Transferring)


def test_the_value_itself_says_that_the_matter_is_wanted(dialogue: Dialogue) -> None:
    talk = at(dialogue, NUMBER)
    says(talk, "bit of a palaver")
    says(talk, "such a palaver")
    assert says(talk, "4027", Act.ANSWERS).tool is not None


def test_an_answer_that_was_tried_is_asked_for_by_keys(dialogue: Dialogue) -> None:
    talk = at(dialogue, NUMBER)
    says(talk, "the one with the flowers", Act.ANSWERS)
    assert "keys" in said(says(talk, "the flowery one", Act.ANSWERS))


def test_what_sooner_drops_a_matter_than_begins_another_is_asked_about_at_once(dialogue: Dialogue) -> None:
    talk = at(dialogue, NUMBER)
    turn = says(talk, "it isn't worth my while", Act.PUTS_OFF)
    assert isinstance(turn.state.pending, StillWanted)
    other = says(
        at(dialogue, NUMBER), "not that, I want a refund", Act.REFUSES, Act.NEW_REQUEST, intent="return_refund"
    )
    assert other.state.frame is not None and other.state.frame.playbook == "return_refund"


def test_none_of_those_leaves_the_caller_to_say_it_openly(dialogue: Dialogue) -> None:
    talk = at(dialogue, OPEN)
    assert isinstance(says(talk, "that thing from before").state.pending, Clarifying)
    openly = says(talk, "none of those", Act.REFUSES)
    assert isinstance(openly.state.pending, Open) and "few words" in said(openly) and openly.state.failed == 1
    assert isinstance(says(talk, "the thing, you know").state.pending, Clarifying)
    assert isinstance(says(talk, "neither").state.pending, Transferring)


@pytest.mark.parametrize("words", ["I'd sooner have it from you", "there's no call for that", "can't you do it"])
def test_an_offered_person_who_is_not_taken_is_declined_in_whatever_words(dialogue: Dialogue, words: str) -> None:
    talk = at(dialogue, NUMBER)
    assert isinstance(says(talk, "4027", Act.ANSWERS, anger=0.9).state.pending, OfferingHuman)
    assert says(talk, words).tool is not None  # what was held back is taken up again


def test_an_offered_person_is_taken_in_other_words(dialogue: Dialogue) -> None:
    talk = at(dialogue, NUMBER)
    says(talk, "4027", Act.ANSWERS, anger=0.9)
    again = says(talk, "that might be for the best", Act.AGREES)
    assert isinstance(again.state.pending, OfferingHuman) and "yes or a no" in said(again)
    assert isinstance(says(talk, "for the best, I'd say", Act.AGREES).state.pending, Transferring)


def test_the_value_that_was_asked_for_asks_for_nobody(dialogue: Dialogue) -> None:
    turn = says(at(dialogue, NUMBER), "4027, with somebody at home", Act.ANSWERS, Act.WANTS_HUMAN)
    assert turn.tool is not None


def test_a_no_that_names_another_value_answers_no_question(dialogue: Dialogue) -> None:
    talk = at(dialogue, "CALLER: where is my order 5512 [order_status]\nTOOL: -> delivered")
    turn = says(talk, "no, it's 5521", Act.REFUSES, Act.ANSWERS)
    assert turn.tool is not None and turn.tool.arguments == {"order_number": "5521"}


def test_who_was_served_and_wants_nothing_in_other_words_is_let_go(dialogue: Dialogue) -> None:
    talk = at(dialogue, "CALLER: where is my order 4027 [order_status]\nTOOL: -> shipped")
    asked = says(talk, "that's me sorted, so", Act.ANSWERS)
    assert isinstance(asked.state.pending, Another) and asked.state.pending.closing
    assert any(isinstance(action, EndCall) for action in says(talk, "sorted, I'd say", Act.ANSWERS).actions)


def test_a_wish_after_the_closing_question_is_served(dialogue: Dialogue) -> None:
    talk = at(dialogue, "CALLER: where is my order 4027 [order_status]\nTOOL: -> shipped")
    says(talk, "that's me sorted, so", Act.ANSWERS)
    turn = says(talk, "one more thing, I was charged twice", Act.NEW_REQUEST, intent="double_charge")
    assert turn.state.frame is not None and turn.state.frame.playbook == "double_charge"


def test_who_only_may_have_asked_for_a_person_is_asked(dialogue: Dialogue) -> None:
    talk = at(dialogue, OPEN)
    assert talk.turn is not None
    reading = Reading(probabilities={act: 0.7 if act is Act.WANTS_HUMAN else 0.01 for act in Act}, clear_yes=0.0)
    turn = dialogue.caller_said(talk.turn.state, CallerTurn(text="I'd like um two make an appointmen", reading=reading))
    assert isinstance(turn.state.pending, OfferingHuman) and not turn.actions


def test_a_matter_can_be_dropped_where_one_of_a_few_is_asked_for(dialogue: Dialogue) -> None:
    talk = at(dialogue, "CALLER: refund order 5512 [return_refund]\nTOOL: -> delivered")
    asked = says(talk, "upon reflection it can stay where it is", Act.TAKES_BACK, Act.ANSWERS)
    assert isinstance(asked.state.pending, StillWanted) and "your refund" in said(asked)


def test_who_was_answered_from_an_article_is_let_go_too(dialogue: Dialogue) -> None:
    talk = at(dialogue, "CALLER: do you ship to Spain [knowledge.delivery_countries]")
    assert "what is it" in said(says(talk, "yes")).lower()
    closing = says(talk, "well, that's that now", Act.ANSWERS)
    assert isinstance(closing.state.pending, Another) and closing.state.pending.closing


def test_a_no_in_the_words_of_a_description_is_none_of_the_question(dialogue: Dialogue) -> None:
    talk = at(dialogue, "CALLER: your shop is useless [complaint]\nCALLER: forget it all, I don't want to go on")
    assert "don't want to go on" in said(talk.turn)  # type: ignore[arg-type]
    for words in ("no, I don't want to go on", "I don't want that"):
        assert says(talk, words).tool is None
