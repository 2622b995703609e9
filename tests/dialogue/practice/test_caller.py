"""What a simulated caller says at one question, as a person would."""

import random
from datetime import date, time
from typing import Any

import pytest

from dialogue.lines.types import Line
from dialogue.practice.bank import Bank, Persona, read_bank
from dialogue.practice.caller import Caller
from dialogue.practice.goals import Change, Goal, Known, Pick
from dialogue.practice.noise import CLEAN
from dialogue.practice.question import Question, QuestionKind
from dialogue.transferring import MESSAGE
from dialogue.types import ToolCall

TODAY = date(2026, 11, 23)
END = ToolCall(action_id="1", tool="end_membership", arguments={"member": "4127"}, has_side_effects=True)
PROPOSAL = Question(kind=QuestionKind.PROPOSAL, playbook="leave", call=END)


@pytest.fixture(scope="module")
def bank() -> Bank:
    return read_bank("development", "en")


def caller(line: Line, bank: Bank, **goal: Any) -> Caller:
    wanted = Goal(name="leave", says=("I want to leave",), playbook="leave", **goal)
    persona = Persona(name="test", weight=1, fillers=0, polite=0, hearing=CLEAN, habits={})
    person = Caller(
        line, bank, persona, [wanted], habits=frozenset(), side_questions=(), today=TODAY, rng=random.Random(1)
    )
    person.next(Question(kind=QuestionKind.OPEN), "Hello. How can I help?")
    return person


def test_who_did_not_hear_what_is_proposed_asks(club: Line, bank: Bank) -> None:
    person = caller(club, bank, does=(Change(tool="end_membership", arguments={"member": "4127"}),))
    said = person.next(PROPOSAL, "No rush.")
    assert said.move == "asks_to_repeat" and said.agrees_to is None
    heard = person.next(PROPOSAL, "Shall I end the membership of number 4127?")
    assert heard.agrees_to == END


def test_a_yes_to_another_question_than_the_proposal_agrees_to_nothing(club: Line, bank: Bank) -> None:
    person = caller(club, bank, does=(Change(tool="end_membership", arguments={"member": "4127"}),))
    asked = "Shall I end the membership of number 4127?"
    proposal = Question(kind=QuestionKind.PROPOSAL, playbook="leave", call=END, asked=asked)
    assert person.next(proposal, asked).agrees_to == END
    assert person.next(proposal, "Are you still there?").agrees_to is None
    assert person.next(proposal, f"Are you still there? {asked}").agrees_to == END
    assert person.next(proposal, "Take your time.").agrees_to == END


def test_a_wrong_time_in_a_proposal_is_heard(club: Line, bank: Bank) -> None:
    wanted = Change(tool="end_membership", arguments={"at": time(22, 30)})
    person = caller(club, bank, does=(wanted,), knows={"at": Known(value=time(22, 30), says=("half ten at night",))})
    call = ToolCall(action_id="1", tool="end_membership", arguments={"at": time(10, 30)}, has_side_effects=True)
    said = person.next(Question(kind=QuestionKind.PROPOSAL, playbook="leave", call=call), "Shall I end it at 10:30 am?")
    assert said.agrees_to is None and said.move == "corrects"


def test_an_option_that_was_not_understood_is_called_by_its_name(club: Line, bank: Bank) -> None:
    person = caller(club, bank, picks={"visit": Pick(hears="Doctor Mensah", says=("that one",))})
    question = Question(kind=QuestionKind.OPTIONS, playbook="leave", slot="visit")
    offered = "There is Nurse Doyle or Doctor Mensah. Which one is it?"
    assert person.next(question, offered).said == "that one"
    assert "Doctor Mensah" in person.next(question, f"Sorry? {offered}").said


def test_where_nobody_is_there_a_message_is_left_and_that_is_that(club: Line, bank: Bank) -> None:
    person = caller(club, bank)
    message = Question(kind=QuestionKind.VALUE, playbook=MESSAGE, slot="message")
    assert person.next(message, "I can take a message. What should I tell them?").said == "I want to leave"
    same = Question(kind=QuestionKind.YES_NO, playbook=MESSAGE, slot="same_number")
    assert person.next(same, "Shall we call this number back?").move == "yes_answer"
    assert person.next(Question(kind=QuestionKind.MORE), "Anything else?").move == "more_no"
