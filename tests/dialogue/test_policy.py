"""What is done about acts: one table of what is open and what the caller does, and what follows."""

from typing import Any

import pytest

from dialogue.dialogue import Dialogue
from dialogue.state import Another, AskingSlot, ConfirmingCall, OfferingHuman, Open, Transferring
from dialogue.types import CallerTurn, DialogueTurn, EndCall
from interactions.transfer import TransferRequest
from models.interfaces import IntentResult, IntentScore
from models.understanding import CallerAct as Act
from models.understanding import Reading
from tests.dialogue.talk import Talk

OPEN = ""
NUMBER = "CALLER: where is my order [order_status]"
CONSENT = "CALLER: cancel order 4028 [cancel_order]\nTOOL: -> processing"
REASON = "CALLER: refund order 5512 [return_refund]\nTOOL: -> delivered"
MORE = "CALLER: do you ship to Spain [knowledge.delivery_countries]"
CONNECTING = "CALLER: get me a person please"
STATES = {"open": OPEN, "number": NUMBER, "consent": CONSENT, "reason": REASON, "more": MORE, "connecting": CONNECTING}


def at(dialogue: Dialogue, script: str) -> Talk:
    """A conversation that has come so far."""
    talk = Talk(dialogue)
    talk.run(script or "START:")
    return talk


def says(talk: Talk, text: str, *acts: Act, intent: str = "", **kind: Any) -> DialogueTurn:
    """The turn after the caller said something that does these acts and no other."""
    assert talk.turn is not None
    scores = (IntentScore(name=intent, probability=0.9),) if intent else ()
    turn = CallerTurn(
        text=text,
        intents=IntentResult(intents=scores, alternatives=scores, in_scope=0.9 if intent else 0.1),
        reading=Reading(probabilities={act: 0.999 if act in acts else 0.001 for act in Act}, clear_yes=0.0),
        **kind,
    )
    talk._note(talk.dialogue.caller_said(talk.turn.state, turn))
    return talk.turn


def said(turn: DialogueTurn) -> str:
    return " ".join(reply.text for reply in turn.replies)


TABLE = [
    # what is open, what is said, what it does, what is answered, what is open then
    ("open", "lovely morning here", (Act.SMALL_TALK,), "good to talk to you. How can I help?", Open),
    ("open", "I've something to ask", (Act.OPENER,), "go ahead", Open),
    ("open", "well, so", (Act.FILLER,), "Take your time", Open),
    ("open", "what's it you do", (Act.ASKS_ABOUT_LINE,), "don't know that. How can I help?", Open),
    ("number", "gorgeous weather", (Act.SMALL_TALK,), "What's your order number?", AskingSlot),
    ("number", "ehm, well", (Act.FILLER,), "Take your time", AskingSlot),
    ("number", "Tommy, get down from there", (Act.TALKS_TO_OTHER,), "Take your time", AskingSlot),
    ("number", "can I ask you something", (Act.OPENER,), "go ahead", AskingSlot),
    ("number", "you're very good", (Act.THANKS,), "welcome. What's your order number?", AskingSlot),
    ("number", "this is a joke of a shop", (Act.COMPLAINS,), "sorry about that. What's your order number?", AskingSlot),
    ("number", "my glasses are upstairs", (Act.ASKS_FOR_PATIENCE,), "Take your time", AskingSlot),
    ("number", "what was it you wanted", (Act.ASKS_TO_REPEAT,), "What's your order number?", AskingSlot),
    ("number", "you sound miles away", (Act.ASKS_LOUDER,), "slowly. What's your order number?", AskingSlot),
    ("number", "not another department", (Act.REFUSES_HUMAN,), "stay with you. What's your order number?", AskingSlot),
    ("number", "somebody with a pulse", (Act.WANTS_HUMAN,), "put you through", Transferring),
    ("number", "it is smouldering", (Act.EMERGENCY,), "call 112", Transferring),
    ("number", "drop the whole thing", (Act.TAKES_BACK,), "anything else", Another),
    ("consent", "what day was it due", (Act.ASKS_ABOUT_FACTS,), "Wednesday. Shall I cancel", ConfirmingCall),
    ("consent", "what total was it", (Act.ASKS_ABOUT_PROPOSAL,), "€29.99. Shall I cancel", ConfirmingCall),
    ("consent", "which box is it in", (Act.ASKS_ABOUT_FACTS,), "don't know that. Shall I cancel", ConfirmingCall),
    ("consent", "the wife is asking something", (Act.TALKS_TO_OTHER,), "Take your time", ConfirmingCall),
    ("reason", "gas, it's snowing here", (Act.SMALL_TALK,), "Is it damaged", AskingSlot),
    ("more", "I'd better be off", (Act.GOODBYE,), "Goodbye", object),
    ("more", "we're square so", (), "Goodbye", object),
    ("more", "dreadful rain", (Act.SMALL_TALK,), "anything else", Another),
    ("connecting", "no, not another agent", (Act.REFUSES_HUMAN,), "still here", Open),
    ("connecting", "it's a wet one today", (Act.SMALL_TALK,), "connecting you", Transferring),
]


@pytest.mark.parametrize(("state", "text", "acts", "answer", "pending"), TABLE, ids=lambda value: str(value)[:40])
def test_what_is_open_and_what_the_caller_does_decide(
    dialogue: Dialogue, state: str, text: str, acts: tuple[Act, ...], answer: str, pending: type
) -> None:
    turn = says(at(dialogue, STATES[state]), text, *acts)
    assert answer.lower() in said(turn).lower()
    assert isinstance(turn.state.pending, pending)
    assert turn.state.failed == 0
    assert turn.tool is None


@pytest.mark.parametrize("state", ["open", "number", "consent", "reason", "more"])
def test_what_asks_for_nothing_is_no_failure_until_nothing_else_comes(dialogue: Dialogue, state: str) -> None:
    talk = at(dialogue, STATES[state])
    for _ in range(3):
        assert says(talk, "it's a lovely day", Act.SMALL_TALK).state.failed == 0
    assert says(talk, "it's a lovely day", Act.SMALL_TALK).state.failed == 1
    assert says(talk, "where is my other order", Act.NEW_REQUEST, intent="order_status").state.asides == 0


def test_a_child_in_the_room_is_not_nagged_about(dialogue: Dialogue) -> None:
    talk = at(dialogue, NUMBER)
    says(talk, "stop it, you two", Act.TALKS_TO_OTHER)
    turn = says(talk, "I said stop", Act.TALKS_TO_OTHER)
    assert not turn.replies and turn.state.patient
    assert not dialogue.silent(turn.state, 1).replies
    assert says(talk, "4027", Act.ANSWERS).tool is not None


def test_a_moment_is_given_until_half_a_minute_has_passed(dialogue: Dialogue) -> None:
    turn = says(at(dialogue, CONSENT), "let me ask the wife", Act.ASKS_FOR_PATIENCE)
    spoken = []
    for checks in range(1, 9):
        turn = dialogue.silent(turn.state, checks)
        spoken.append(bool(turn.replies))
        assert not turn.actions
    assert spoken == [False, False, False, True] * 2
    assert any(isinstance(action, EndCall) for action in dialogue.silent(turn.state, 12).actions)


def test_complaints_in_a_calm_voice_bring_the_offer_of_a_person(dialogue: Dialogue) -> None:
    talk = at(dialogue, NUMBER)
    says(talk, "that took for ever", Act.COMPLAINS)
    turn = says(talk, "I am thoroughly fed up with you", Act.COMPLAINS)
    assert isinstance(turn.state.pending, OfferingHuman)


def test_shouted_anger_with_plain_words_does_too(dialogue: Dialogue) -> None:
    turn = says(at(dialogue, NUMBER), "four oh two seven", Act.ANSWERS, anger=0.9)
    assert isinstance(turn.state.pending, OfferingHuman)


def test_nobody_who_declined_a_person_is_offered_one_for_being_angry(dialogue: Dialogue) -> None:
    talk = at(dialogue, NUMBER)
    says(talk, "do not pass me on", Act.REFUSES_HUMAN)
    assert not isinstance(says(talk, "rubbish", Act.COMPLAINS, anger=0.9).state.pending, OfferingHuman)


def test_a_danger_on_a_line_that_names_none_is_not_met_with_silence(dialogue: Dialogue) -> None:
    from dataclasses import replace

    line = replace(dialogue.line, escalation=replace(dialogue.line.escalation, emergencies=()))
    turn = says(at(Dialogue(line), OPEN), "he has collapsed on the floor", Act.EMERGENCY)
    assert "emergency services" in said(turn) and not turn.replies[0].interruptible
    assert any(isinstance(action, TransferRequest) for action in turn.actions)


def test_a_question_in_doubt_is_the_case_and_not_another_wish(dialogue: Dialogue) -> None:
    turn = says(at(dialogue, CONSENT), "when will it arrive", Act.ASKS_ABOUT_FACTS, intent="order_status")
    assert "Wednesday. Shall I cancel" in said(turn) and len(turn.state.stack) == 1


def test_a_general_question_is_answered_from_the_articles(dialogue: Dialogue) -> None:
    turn = says(at(dialogue, CONSENT), "how much is delivery", Act.ASKS_ABOUT_FACTS, intent="knowledge.shipping_costs")
    assert "€4.95" in said(turn) and "Shall I cancel" in said(turn)


def test_a_pleasantry_is_none_of_the_wishes_that_it_resembles(dialogue: Dialogue) -> None:
    turn = says(at(dialogue, OPEN), "I hope your day is better than mine", Act.SMALL_TALK, intent="complaint")
    assert "good to talk" in said(turn) and not turn.state.stack


def test_an_act_that_does_no_harm_need_only_be_likely(dialogue: Dialogue) -> None:
    talk = at(dialogue, NUMBER)
    assert talk.turn is not None
    reading = Reading(
        probabilities={act: 0.85 if act is Act.SMALL_TALK else 0.01 for act in Act},
        clear_yes=0.0,
        thresholds=dict.fromkeys(Act, 0.99),
    )
    turn = dialogue.caller_said(talk.turn.state, CallerTurn(text="fierce wind out there", reading=reading))
    assert "good to talk" in said(turn) and turn.state.failed == 0


def test_a_wish_said_again_is_no_description_of_it(dialogue: Dialogue) -> None:
    talk = at(dialogue, "CALLER: your shop is useless [complaint]")
    again = says(talk, "I want to make a complaint", Act.NEW_REQUEST, intent="complaint")
    assert isinstance(again.state.pending, AskingSlot) and "what happened" in said(again)
    told = says(talk, "I want the driver told off, he shouted at me", Act.NEW_REQUEST, intent="complaint")
    assert isinstance(told.state.pending, ConfirmingCall)
