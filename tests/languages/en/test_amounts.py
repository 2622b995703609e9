"""Every amount in every way of saying it, and of several the one that is meant."""

from decimal import Decimal

import pytest

from languages import load
from tests.languages.en.saying import cardinal, small

find_amount = load("en").find.amount


@pytest.mark.parametrize("whole", [*range(10, 100, 7), 100, 120, 186, 250, 999, 1000, 1250, 2300, 12_500])
def test_every_amount_said_in_every_way_is_read_back(whole: int) -> None:
    for cents in (0, 5, 20, 50, 99):
        value = Decimal(whole) + Decimal(cents) / 100
        said = [f"€{whole}.{cents:02}", f"€{whole:,}.{cents:02}", f"{whole}.{cents:02} euros"]
        if cents:
            said += [f"{cardinal(whole)} euros and {small(cents)} cents", f"{cardinal(whole)} euro {small(cents)} cent"]
        else:
            said += [f"{cardinal(whole)} euros", f"{whole} euro", f"the total is {cardinal(whole)} euros please"]
        if cents >= 10:
            said.append(f"{cardinal(whole)} euros {small(cents)}")
        for text in said:
            found = find_amount(text)
            assert found is not None and (found.value, found.currency) == (value, "EUR"), text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("three and a half thousand", "3500"),
        ("half a million dollars", "500000"),
        ("two and a half euros", "2.5"),
        ("a couple of hundred euros", "200"),
        ("a tenner", "10"),
        ("two tenners", "20"),
        ("a fiver", "5"),
        ("a euro fifty", "1.5"),
        ("half a euro", "0.5"),
        ("2.5k", "2500"),
        ("five k", "5000"),
        ("ten grand", "10000"),
        ("ninety nine p", "0.99"),
        ("refund me 30 euros of the 80 euros", "30"),
        ("it cost 80 euros, I want 30 euros back", "30"),
        ("I paid 50 euros but it should have been 40 euros", "40"),
        ("the total is 45 euros, shipping was 5 euros", "45"),
        ("for order 4027 it was 30 euros", "30"),
        ("order 4027, thirty", "30"),
    ],
)
def test_amounts(text: str, value: str) -> None:
    found = find_amount(text)
    assert found is not None and found.value == Decimal(value)


@pytest.mark.parametrize(
    "text", ["a week", "half an hour", "two and a half weeks", "order 4027", "in a couple of days"]
)
def test_no_amount(text: str) -> None:
    assert find_amount(text) is None


@pytest.mark.parametrize("text", ["two fifty", "three twenty", "20 euros or 30 euros"])
def test_what_may_be_another_amount_is_not_sure(text: str) -> None:
    found = find_amount(text)
    assert found is not None and found.confidence < 0.6
