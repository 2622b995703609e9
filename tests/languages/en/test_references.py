import random

import pytest

from languages import load
from languages.entities import DigitsExpected
from tests.languages.en.saying import cardinal, doubled, in_pairs, one_by_one

find_digits = load("en").find.digits

FOUR = DigitsExpected(min_length=4, max_length=4)
PATTERNED = [f"{a}{b}{a}{b}" for a in range(1, 10) for b in range(10)] + [str(a) * 4 for a in range(1, 10)]
DRAWN = [f"{number:04}" for number in random.Random(4).sample(range(10_000), 300)]

WAYS = {
    "one by one": one_by_one,
    "with oh": lambda digits: one_by_one(digits, zero="oh"),
    "slowly": lambda digits: one_by_one(digits, between=", "),
    "thinking": lambda digits: one_by_one(digits, between=", um, "),
    "in figures": str,
    "figures one by one": " ".join,
    "in two figures": lambda digits: f"{digits[:2]} {digits[2:]}",
    "with dashes": "-".join,
    "doubled": doubled,
}


def _said(digits: str) -> list[str]:
    ways = [say(digits) for say in WAYS.values()]
    if "0" not in digits:
        ways.append(in_pairs(digits))
    if digits[0] != "0" and digits[1:] != "000":
        ways.append(cardinal(int(digits)))
    return ways


@pytest.mark.parametrize("lead", ["", "it's ", "um, the order number is ", "yeah that's "])
def test_every_number_said_in_every_way_is_read_back(lead: str) -> None:
    for digits in (*PATTERNED, *DRAWN):
        for said in _said(digits):
            found = find_digits(lead + said, expect=FOUR)
            assert found is not None and found.value == digits, lead + said
            assert found.confidence > 0.8


@pytest.mark.parametrize("lead", ["my order ", "where is order number ", "I'm calling about my booking, it's ", ""])
def test_a_number_that_is_named_needs_no_question(lead: str) -> None:
    for digits in (*PATTERNED, *DRAWN[:100]):
        for said in (one_by_one(digits, zero="oh"), digits, doubled(digits)):
            found = find_digits(lead + said)
            assert found is not None and found.value == digits, lead + said


NO_REFERENCES = (
    "I paid {} euros for it",
    "it cost me ${}",
    "over {} dollars",
    "the price was {}",
    "in {}",
    "I live at {} Main Street",
    "flat {}, please",
    "it weighs {} kilos",
    "{} people came",
    "my phone number is {}",
    "my postcode is {}",
    "more than {} of them",
    "I'd like to order {} lamps",
    "{} percent off",
)


@pytest.mark.parametrize("sentence", NO_REFERENCES)
@pytest.mark.parametrize("number", ["1998", "2025"])
def test_numbers_that_are_something_else_are_no_reference(sentence: str, number: str) -> None:
    said = sentence.format(number)
    assert find_digits(said) is None
    hard = not sentence.startswith("I'd like")
    assert not hard or find_digits(said, expect=FOUR) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("order 4027 and close my account", "4027"),
        ("order 4027, 12 Main Street", "4027"),
        ("invoice 4027 of 2024", "4027"),
        ("my order, 4027, hasn't come", "4027"),
        ("cancel 4027 please", "4027"),
        ("order number 2025", "2025"),
        ("flat 12, order 4027", "4027"),
        ("I'm 34 and I ordered 12 lamps", None),
        ("call me on 0871234567 about my order", None),
        ("my order from 12/03/2024", None),
        ("it was 2019 when I ordered", None),
        ("I want 3000 back", None),
        ("there's a charge of 4500 on my card", None),
        ("my zip code is 90210 and my order never came", None),
    ],
)
def test_what_a_number_is_decides_its_sentence(text: str, value: str | None) -> None:
    found = find_digits(text)
    assert (found.value if found else None) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("four oh two, no, three", "403"),
        ("four oh two seven, no, eight", "4028"),
        ("four oh two seven, sorry, three seven", "4037"),
        ("four oh, no, five oh two seven", "5027"),
        ("5512, I mean 5521", "5521"),
        ("4 oh 2 and then 7", "4027"),
        ("my number is 4027 and I live at 12 Main Street", "4027"),
        ("I have 4027 here", "4027"),
        ("it's 2025", "2025"),
        ("since 1998", None),
        ("at 1430", None),
    ],
)
def test_a_number_that_was_asked_for(text: str, value: str | None) -> None:
    found = find_digits(text, expect=FOUR)
    assert (found.value if found else None) == value


def test_the_lines_own_words_name_a_number() -> None:
    expect = DigitsExpected(asked=False, named=("boiler",))
    assert find_digits("boiler 4027 is cold") is None
    found = find_digits("boiler 4027 is cold", expect=expect)
    assert found is not None and found.value == "4027"
