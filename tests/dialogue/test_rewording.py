"""Nothing is said three times in the same words."""

from collections import Counter

from dialogue.rewording import Lead, Rewording
from languages import load


def rewording(*said: str) -> Rewording:
    """How a call goes on in which these sentences were said, each as often as it is given."""
    times = Counter(said)
    return Rewording(
        said=lambda sentence: times[sentence], lead=lambda lead, text: f"<{lead}> {text}", read=load("en").read
    )


def test_what_was_said_once_is_said_again_as_it_is() -> None:
    assert rewording("Which one?", "You owe ten euros.").of("You owe ten euros. Which one?") == (
        "You owe ten euros. Which one?"
    )


def test_a_question_that_was_heard_twice_is_led_into() -> None:
    often = rewording(*2 * ["What is the number?"])
    assert often.of("Thanks. What is the number?") == f"Thanks. <{Lead.QUESTION}> what is the number?"


def test_a_fact_that_was_heard_twice_is_left_out_before_a_question() -> None:
    often = rewording(*2 * ["You owe ten euros."])
    assert often.of("You owe ten euros. Shall we go on?", needed=()) == "Shall we go on?"
    assert often.of("You owe ten euros. Shall we go on?") == f"<{Lead.TOLD}> You owe ten euros. Shall we go on?"
    assert often.of("You owe ten euros.") == f"<{Lead.TOLD}> You owe ten euros."


def test_what_is_needed_to_answer_is_never_left_out() -> None:
    often = rewording(*2 * ["We have a lamp and a chair.", "Which one is it?"])
    said = often.of("We have a lamp and a chair. Which one is it?", needed=("a lamp",))
    assert said == f"<{Lead.TOLD}> We have a lamp and a chair. <{Lead.QUESTION}> which one is it?"


def test_short_words_and_names_keep_as_they_are() -> None:
    assert rewording(*5 * ["One moment."]).of("One moment.") == "One moment."
    assert rewording(*2 * ["I see, is it?"]).of("I see, is it?") == f"<{Lead.QUESTION}> I see, is it?"
