import pytest

from languages import load

find_phone = load("en").find.phone
OWN = "+353861112222"


@pytest.mark.parametrize(
    "text",
    ["this number", "the number I'm calling from", "the one I’m calling from", "just this one please", "on this",
     "you can use the number I'm on", "same number", "this mobile"],
)  # fmt: skip
def test_the_number_that_the_caller_speaks_from(text: str) -> None:
    found = find_phone(text, "IE", own=OWN)
    assert found is not None and found.value == OWN
    assert find_phone(text, "IE") is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("another one than the one I'm calling from", None),
        ("not this number", None),
        ("a different number", None),
        ("I don't have one", None),
        ("not this one, oh eight seven one two three four five six seven", "+353871234567"),
        ("instead of this number use 087 123 4567", "+353871234567"),
        ("plus four four 20 7946 0958", "+442079460958"),
        ("0871234567, no, 0871234568", "+353871234568"),
        ("oh eight seven, double one two, three four five six, no, seven", "+353871123457"),
        ("call me at 087 123 4567 at nine", "+353871234567"),
    ],
)
def test_another_number_than_that_one(text: str, value: str | None) -> None:
    found = find_phone(text, "IE", own=OWN)
    assert (found.value if found else None) == value
