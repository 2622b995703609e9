"""How many: what is counted is told from every other number, and what may not count is doubted."""

import pytest

from languages import load

find = load("en").find.count
NIGHTS = ("night", "nights")
GUESTS = ("person", "people", "guest", "guests")
CASES = ("suitcase", "suitcases")
SURE = 0.6


@pytest.mark.parametrize(
    ("text", "nights"),
    [
        ("just the one night", 1),
        ("a night", 1),
        ("just one", 1),
        ("two", 2),
        ("for two nights, please", 2),
        ("a couple of nights", 2),
        ("a couple", 2),
        ("a two-night stay", 2),
        ("half a dozen", 6),
        ("a week", 7),
        ("two weeks", 14),
        ("a fortnight", 14),
        ("twenty one", 21),
        ("none", 0),
        ("no nights", 0),
        ("three nights for two people", 3),
        ("not two, three", 3),
        ("two nights, no, three", 3),
    ],
)
def test_a_number_of_nights_in_every_way_of_saying_it(text: str, nights: int) -> None:
    found = find(text, units=NIGHTS, expect=True)
    assert found is not None and found.value == nights and found.confidence >= SURE


@pytest.mark.parametrize(
    ("text", "guests"),
    [
        ("only me", 1),
        ("It's just myself.", 1),
        ("me", 1),
        ("I'm travelling alone", 1),
        ("a person", 1),
        ("the two of us", 2),
        ("both of us", 2),
        ("my wife and I", 2),
        ("me plus one", 2),
        ("me and two friends", 3),
        ("my parents and me", 3),
        ("two adults and two kids", 4),
        ("my husband, two kids and me", 4),
        ("a family of five", 5),
        ("two adults, no children", 2),
        ("there will be half a dozen people", 6),
    ],
)
def test_people_are_counted_by_how_they_are_spoken_of(text: str, guests: int) -> None:
    found = find(text, units=GUESTS, expect=True)
    assert found is not None and found.value == guests and found.confidence >= SURE


@pytest.mark.parametrize(
    ("text", "units", "count"),
    [
        ("two of us plus a baby", GUESTS, 3),
        ("me and my dog", GUESTS, 2),
        ("two or three", NIGHTS, 2),
        ("maybe three", NIGHTS, 3),
        ("five days", NIGHTS, 5),
        ("the weekend", NIGHTS, 2),
        ("three trunks", CASES, 3),
        ("To.", NIGHTS, 2),
    ],
)
def test_what_may_not_be_the_number_is_doubted(text: str, units: tuple[str, ...], count: int) -> None:
    found = find(text, units=units, expect=True)
    assert found is not None and found.value == count and found.confidence < SURE


@pytest.mark.parametrize(
    "text",
    [
        "a few nights",
        "several",
        "four oh two seven",
        "order 4027",
        "HK4021",
        "on the 3rd",
        "the third",
        "at 3",
        "3 pm",
        "half past two",
        "50 euros",
        "two and a half",
        "December 3",
        "room 12",
        "two people",
        "that one",
        "yes please",
    ],
)
def test_other_numbers_count_nothing(text: str) -> None:
    assert find(text, units=NIGHTS, expect=True) is None


@pytest.mark.parametrize("text", ["me and my kids", "my family and I", "my wife and kids and me", "a few people"])
def test_nobody_guesses_how_many_several_are(text: str) -> None:
    assert find(text, units=GUESTS, expect=True) is None


@pytest.mark.parametrize(
    ("text", "units", "count"),
    [
        ("a double room for two nights please", NIGHTS, 2),
        ("we're two people and need a room for one night", NIGHTS, 1),
        ("we're two people and need a room for one night", GUESTS, 2),
        ("a room for a week", NIGHTS, 7),
        ("I waited a week for an answer", NIGHTS, None),
        ("a table for two", GUESTS, 2),
        ("a room for my wife and me", GUESTS, 2),
        ("a room for my mother", GUESTS, None),
        ("number of guests 2", GUESTS, 2),
        ("where is my order 2", GUESTS, None),
    ],
)
def test_before_it_is_asked_for_something_must_say_what_is_counted(
    text: str, units: tuple[str, ...], count: int | None
) -> None:
    found = find(text, units=units, named=("number of guests",))
    assert (found.value if found else None) == count
