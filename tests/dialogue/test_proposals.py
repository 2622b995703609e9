"""A change that was proposed: made after a clear yes to the whole question only, and what any other answer does."""

from dataclasses import replace

import pytest

from dialogue.dialogue import Dialogue
from dialogue.state import ConfirmingCall
from interactions.transfer import TransferRequest
from tests.dialogue.talk import Talk

CANCELLING = """CALLER: cancel order 4027 [cancel_order]
TOOL: -> processing"""
NO_CONSENT = (
    "Yes, wait, no.", "Yes please don't.", "Yes, but not now.", "Okay, how much would that be?", "Okay, hold on.",
    "Yes, hold on, let me think.", "Yes. Oh wait, that's the wrong order.", "No worries, I'll keep it.",
    "No problem, keep it.", "Okay but I want to keep it.", "Sure. Hmm, no.", "Yeah, I'm not sure.",
    "I never said yes to that.", "Mm-hm.", "Yes, 4028.",
)  # fmt: skip
CONSENT = ("Yes.", "Yes, please.", "Go ahead.", "Okay.", "Yes, cancel it please.", "Yeah, no problem, do it.")


def proposed(dialogue: Dialogue) -> Talk:
    conversation = Talk(dialogue)
    conversation.run(CANCELLING)
    return conversation


def changes(conversation: Talk) -> bool:
    assert conversation.turn is not None
    return conversation.turn.tool is not None and conversation.turn.tool.has_side_effects


@pytest.mark.parametrize("text", CONSENT)
def test_a_clear_yes_makes_the_change(dialogue: Dialogue, text: str) -> None:
    conversation = proposed(dialogue)
    conversation.say(text)
    assert changes(conversation)


@pytest.mark.parametrize("text", NO_CONSENT)
def test_nothing_else_does(dialogue: Dialogue, text: str) -> None:
    conversation = proposed(dialogue)
    conversation.say(text)
    assert not changes(conversation)


def test_a_yes_that_is_taken_back_is_told(dialogue: Dialogue) -> None:
    conversation = proposed(dialogue)
    conversation.say("Yes. Oh no, wait, don't.")
    assert any(words in conversation.transcript[-1] for words in ("left it as it is", "haven't done anything"))
    conversation = proposed(dialogue)
    conversation.say("No, thank you.")
    assert not any(words in conversation.transcript[-1] for words in ("left it as it is", "haven't done anything"))


def test_doubt_is_asked_about_in_other_words_and_is_no_failed_turn(dialogue: Dialogue) -> None:
    conversation = proposed(dialogue)
    said = []
    for doubt in ("Yeah, I'm not sure.", "Maybe, I don't know.", "I could, I suppose."):
        conversation.say(doubt)
        assert conversation.turn is not None
        assert isinstance(conversation.turn.state.pending, ConfirmingCall) and conversation.turn.state.failed == 0
        said.append(conversation.transcript[-1])
    assert all(text.lower().endswith("shall i cancel order 4027?") for text in said) and len(set(said)) == 3


def test_doubt_without_an_end_brings_a_human(dialogue: Dialogue) -> None:
    conversation = proposed(dialogue)
    for _ in range(5):
        conversation.say("Hm, maybe, I don't know.")
    assert conversation.turn is not None
    assert any(isinstance(action, TransferRequest) for action in conversation.turn.actions)


def test_who_asks_for_a_moment_is_left_in_peace(dialogue: Dialogue) -> None:
    conversation = proposed(dialogue)
    conversation.say("Okay, hold on, let me think.")
    assert "Shall I" not in conversation.transcript[-1]
    conversation.say("Yes, do it.")
    assert changes(conversation)


@pytest.mark.parametrize("answer", ["Yes, yes.", "That's exactly what I want."])
@pytest.mark.parametrize("heard", ["", "That's your linen apron.", "That's your linen apron. Shall I cancel order"])
def test_a_yes_to_a_question_of_which_the_object_was_not_heard_is_none(
    dialogue: Dialogue, heard: str, answer: str
) -> None:
    conversation = proposed(dialogue)
    assert conversation.turn is not None
    conversation.turn = replace(conversation.turn, state=dialogue.interrupted(conversation.turn.state, heard))
    conversation.say(answer)
    assert not changes(conversation)
    assert "Shall I cancel order 4027?" in conversation.transcript[-1]


@pytest.mark.parametrize(("outcome", "why"), [("timeout", "it timed out"), ("lost", "its answer was lost")])
def test_an_outcome_that_nobody_knows_is_told_as_that_and_handed_over(
    dialogue: Dialogue, outcome: str, why: str
) -> None:
    conversation = Talk(dialogue)
    conversation.run(f"{CANCELLING}\nCALLER: yes\nTOOL: -> {outcome}")
    assert conversation.turn is not None
    assert "not sure that went through" in conversation.transcript[-2]
    (transfer,) = (action for action in conversation.turn.actions if isinstance(action, TransferRequest))
    assert f"outcome uncertain, {why}" in transfer.summary
