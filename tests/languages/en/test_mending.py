"""One letter or digit of a value that was read back is corrected, and nothing else of it."""

import pytest

from languages import load
from tests.languages.en.saying import CODE_WORDS, ORDINALS, UNITS

mend = load("en").find.mend

VALUES = ("4027", "551203", "XK204", "D4027")


@pytest.mark.parametrize("value", VALUES)
def test_every_place_can_be_corrected_in_every_way(value: str) -> None:
    for place in range(len(value)):
        for digit in "0139":
            right = value[:place] + digit + value[place + 1 :]
            ordinal, said = ORDINALS[place + 1], UNITS[int(digit)]
            ways = [
                f"the {ordinal} is a {said}",
                f"no, the {ordinal} one is {said}",
                f"the {ordinal} digit should be a {said}",
                f"No, the {ordinal} number is {digit}.",
            ]
            if place == len(value) - 1:
                ways += [f"it's {said} at the end", f"it ends in {said}", f"no, the last one is a {said}"]
            if place == 0:
                ways += [f"it starts with a {said}", f"a {said} at the start"]
            if place == len(value) - 2:
                ways.append(f"the second to last is a {said}")
            for text in ways:
                assert mend(text, value) == right, text


@pytest.mark.parametrize("letter", "BKMPS")
def test_every_first_letter_can_be_corrected(letter: str) -> None:
    word = CODE_WORDS[ord(letter) - 65]
    for text in (
        f"it starts with {letter} as in {word}",
        f"the first letter is {letter}",
        f"the first is {letter} for {word}",
    ):
        assert mend(text, "X1204") == f"{letter}1204", text


@pytest.mark.parametrize(
    ("text", "value", "right"),
    [
        ("it's a five, not a nine", "4097", "4057"),
        ("the four is a five", "4021", "5021"),
        ("replace the zero with a nine", "4027", "4927"),
        ("you got the third one wrong, it's nine", "4021", "4091"),
        ("one of the letters is wrong, it's a C not a T", "HT4021", "HC4021"),
        ("with an e at the end", "Clark", "Clarke"),
        ("without the h", "John", "Jon"),
        ("not a nine, a five", "4097", "4057"),
        ("five instead of nine", "4097", "4057"),
        ("no, B as in boy", "D4027", "B4027"),
        ("B for boy", "AD12", "AB12"),
        ("T as in Tommy", "Dommy", "Tommy"),
        ("it's a K at the start", "Catherine", "Katherine"),
        ("the third isn't a two, it's a three", "4027", "4037"),
        ("the 3rd is a 5", "4027", "4057"),
    ],
)
def test_one_character_is_corrected(text: str, value: str, right: str) -> None:
    assert mend(text, value) == right


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "4027"),
        ("no that's wrong", "4027"),
        ("no, 4028", "4027"),
        ("four oh two eight", "4027"),
        ("the fourth one is wrong", "4027"),
        ("M not N", "Brennan"),
        ("no, it's eight", "4027"),
        ("the ninth is a five", "4027"),
        ("where is it", "4027"),
        ("", "4027"),
    ],
)
def test_what_does_not_say_which_character_corrects_none(text: str, value: str) -> None:
    assert mend(text, value) is None


@pytest.mark.parametrize(
    ("language", "text"), [("en", "no, without"), ("en", "well, drop the"), ("pt-BR", "sem"), ("pt-BR", "não, tira o")]
)
def test_a_correction_that_breaks_off_corrects_nothing(language: str, text: str) -> None:
    assert load(language).find.mend(text, "5512") is None
