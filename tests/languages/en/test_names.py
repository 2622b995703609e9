"""Names of many origins in every way of giving one's name, and letters that tell spellings apart."""

import pytest

from languages import load
from tests.languages.en.people import full_names

find_name = load("en").find.name

LED = (
    "My name is {}.", "the name's {}", "Hi, I'm {}", "This is {}", "Hi, this is {} calling about my order",
    "my surname is {}", "booked under {}",
)  # fmt: skip
ASKED = (
    "{}", "{}.", "It's {}.", "{} here", "{} speaking", "Yeah, it's {}.", "It should be under {}", "Um, {}",
    "{}, please", "It's Mr {}", "That's {}", "{}, thanks.",
)  # fmt: skip


def _plain(name: str) -> str:
    return name.replace("’", "'").lower()


@pytest.mark.parametrize("sentence", LED)
def test_a_name_that_is_led_is_found_without_a_question(sentence: str) -> None:
    for name in full_names():
        said = sentence.format(name)
        found = find_name(said)
        assert found is not None and _plain(found.value) == _plain(name), said


@pytest.mark.parametrize("sentence", LED + ASKED)
def test_every_name_given_in_every_way_is_found_where_it_was_asked_for(sentence: str) -> None:
    names = full_names()
    assert len(set(names)) >= 200
    for name in names:
        said = sentence.format(name)
        found = find_name(said, expect=True)
        assert found is not None and _plain(found.value) == _plain(name), said
        assert not found.spelled


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("that's Murphy with a P H", "Murphy"),
        ("Catherine with a K", "Katherine"),
        ("Katherine with a C", "Catherine"),
        ("Sarah without an H", "Sara"),
        ("Sara with an H", "Sarah"),
        ("Ann with an E", "Anne"),
        ("Steven with a P H", "Stephen"),
        ("Stephen with a V", "Steven"),
        ("Brian with a Y", "Bryan"),
        ("Smith with a Y", "Smyth"),
        ("Jon with an H", "John"),
        ("Philip with two Ls", "Phillip"),
        ("Phillip with one L", "Philip"),
        ("Thompson without a P", "Thomson"),
        ("Mary Browne without an E", "Mary Brown"),
        ("Clare with an I", "Claire"),
        ("Lindsey with an A", "Lindsay"),
        ("Marc with a C", "Marc"),
        ("O Brien", "O'Brien"),
        ("O apostrophe B R I E N", "O'Brien"),
        ("M c C A R T H Y", "McCarthy"),
        ("Parker Bowles with a hyphen", "Parker-Bowles"),
        ("Reid, R E I D", "Reid"),
    ],
)
def test_a_letter_tells_spellings_apart(text: str, value: str) -> None:
    found = find_name(text, expect=True)
    assert found is not None and found.value == value
    assert found.confidence >= 0.6


@pytest.mark.parametrize(
    "text",
    ["Will do", "Will you help me", "yes that's right", "no", "I'm calling about my order", "can I speak to a manager",
     "I don't want to give my name", "good morning", "where is my order please"],
)  # fmt: skip
def test_what_is_no_name(text: str) -> None:
    assert find_name(text, expect=True) is None
