import random
import string

import pytest

from languages import load
from languages.entities import DigitsExpected
from tests.languages.en.saying import by_code_words, explained, one_by_one, spelled

find = load("en").find

POSTCODES = {
    "GB": ("SW1A 1AA", "M1 1AE", "EC1A 1BB", "B33 8TH", "CR2 6XH", "DN55 1PT", "LS14 4DY", "W1A 0AX"),
    "IE": ("D02 AF30", "D6W XY00", "A65 F4E2", "T12 X70A", "V94 T9PX"),
    "US": ("90210", "10001", "90210-1234"),
    "CA": ("K1A 0B1", "V6B 4Y8"),
    "NL": ("1012 AB",),
    "DE": ("10115",),
}


def _codes(shape: str, count: int) -> list[str]:
    drawn = random.Random(shape)
    letters = string.ascii_uppercase.replace("O", "")  # by ear it is a zero
    return ["".join(drawn.choice(letters if c == "A" else string.digits) for c in shape) for _ in range(count)]


@pytest.mark.parametrize("shape", ["AA000", "A0A0A0", "000A00", "AAA0000", "A00000000", "00AAA0"])
def test_every_code_said_in_every_way_is_read_back(shape: str) -> None:
    expect = DigitsExpected(min_length=len(shape), max_length=len(shape), letters=True)
    for code in _codes(shape, 40):
        for say in (spelled, by_code_words, explained, str, " ".join):
            for lead in ("", "it's ", "um, the code is "):
                said = lead + say(code)
                found = find.code(said, expect=expect)
                assert found is not None and found.value == code, said


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("my plate is one nine one dash D dash one two three four five", "191D12345"),
        ("191-D-12345", "191D12345"),
        ("B as in Bravo, double seven four", "B774"),
        ("O for Oscar zero zero four", "O004"),
        ("the booking is XK 204", "XK204"),
        ("I have a question", None),
        ("flight to Cork at five", None),
        ("4027", None),
        ("", None),
    ],
)
def test_codes_that_nobody_asked_for(text: str, value: str | None) -> None:
    found = find.code(text)
    assert (found.value if found else None) == value


@pytest.mark.parametrize(("region", "postcode"), [(r, p) for r, all_of in POSTCODES.items() for p in all_of])
def test_every_postcode_said_in_every_way_is_read_back(region: str, postcode: str) -> None:
    plain = postcode.replace(" ", "").replace("-", "")
    oh = spelled(plain).replace("zero", "oh")
    for said in (
        postcode,
        plain,
        spelled(plain),
        by_code_words(plain),
        explained(plain),
        oh,
        f"it's {postcode}, thanks",
    ):
        found = find.postcode(said, region)
        assert found is not None and found.value == postcode, said


@pytest.mark.parametrize("text", ["", "I don't know it", "four oh two seven", "Dublin"])
def test_no_postcode(text: str) -> None:
    assert find.postcode(text, "IE") is None


@pytest.mark.parametrize(
    ("text", "region", "value", "house", "postcode"),
    [
        (
            "it's um twenty two Main Street, uh, flat three, Dublin, D02 AF30",
            "IE", "22 Main Street, flat 3, Dublin, D02 AF30", "22", "D02 AF30",
        ),
        ("I live at 4027 Main Street", "US", "4027 Main Street", "4027", ""),
        ("12B Baker Street, London NW1 6XE please", "GB", "12B Baker Street, London, NW1 6XE", "12B", "NW1 6XE"),
        ("Rose Cottage, Kilmore", "IE", "Rose Cottage, Kilmore", "", ""),
        (
            "my new address is one oh four Elm Road, Springfield, zip code nine oh two one oh",
            "US", "104 Elm Road, Springfield, 90210", "104", "90210",
        ),
        (
            "Flat 3, 22 High Street, Leeds, postcode is L S one four four D Y",
            "GB", "Flat 3, 22 High Street, Leeds, LS14 4DY", "22", "LS14 4DY",
        ),
        ("ninety nine, ehm, you know, Queen's Road", "GB", "99, Queen's Road", "99", ""),
        ("17 21st Street", "US", "17 21st Street", "17", ""),
    ],
)  # fmt: skip
def test_addresses(text: str, region: str, value: str, house: str, postcode: str) -> None:
    found = find.address(text, region)
    assert found is not None
    assert (found.value, found.house_number, found.postcode) == (value, house, postcode)


@pytest.mark.parametrize("number", [*range(1, 130), 212, 305, 1040])
def test_every_house_number_is_read_back(number: int) -> None:
    for said in (str(number), one_by_one(str(number)) if number > 99 else str(number)):
        found = find.address(f"um {said} Main Street, Cork", "IE")
        assert found is not None
        assert (found.value, found.house_number) == (f"{number} Main Street, Cork", str(number))


@pytest.mark.parametrize("text", ["", "um", "seventeen", "..."])
def test_no_address(text: str) -> None:
    assert find.address(text, "GB") is None
