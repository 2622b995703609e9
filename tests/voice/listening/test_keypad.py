"""Which keys are one answer, and when it is whole."""

import pytest

from dialogue.expectation import AnswerKind, Expectation
from voice.listening.keypad import KeypadCollector

NOTHING = Expectation()
ORDER_NUMBER = Expectation(kind=AnswerKind.DIGITS, min_length=4, max_length=4, keypad=True)
AMOUNT = Expectation(kind=AnswerKind.AMOUNT, keypad=True)
YES_NO = Expectation(kind=AnswerKind.YES_NO, keypad=True, keys=("1", "2"))


def answers(expects: Expectation, keys: str, *, gap_ms: int = 250, pause_ms: int = 1000) -> list[tuple[str, int]]:
    """What is made of keys ``gap_ms`` apart, and when; a space is a pause of a second and a half."""
    collector = KeypadCollector(pause_ms=pause_ms)
    collector.expect(expects)
    found, now = [], 0
    for key in f"{keys} ":
        until = now + (1500 if key == " " else gap_ms)
        if key != " " and (whole := collector.press(key, now)):
            found.append((whole, now))
        for tick in range(now, until, 20):
            if whole := collector.tick(tick):
                found.append((whole, tick))
        now = until
    return found


@pytest.mark.parametrize(
    ("expects", "keys", "found"),
    [
        (ORDER_NUMBER, "4027", [("4027", 750)]),
        (ORDER_NUMBER, "40 27", [("40", 1260), ("27", 3260)]),
        (ORDER_NUMBER, "40#", [("40", 500)]),
        # The first 0 of a number is a digit; a lone one means a human.
        (ORDER_NUMBER, "0271", [("0271", 750)]),
        (ORDER_NUMBER, "0", [("0", 1010)]),
        (AMOUNT, "29*99#", [("29*99", 1250)]),
        # No pause has to pass where there is nothing to wait for.
        (YES_NO, "1", [("1", 0)]),
        (YES_NO, "2", [("2", 0)]),
        (YES_NO, "0", [("0", 0)]),
        (NOTHING, "0", [("0", 0)]),
        (NOTHING, "*", [("*", 0)]),
        (NOTHING, "#", [("#", 0)]),
        # A number that nobody asked for is one number.
        (NOTHING, "4027", [("4027", 1760)]),
        (NOTHING, "4027#", [("4027", 1000)]),
        (YES_NO, "4027", [("4027", 1760)]),
    ],
)
def test_keys_become_answers(expects: Expectation, keys: str, found: list[tuple[str, int]]) -> None:
    assert answers(expects, keys) == found


def test_a_number_goes_on_when_the_question_comes_in_between() -> None:
    collector = KeypadCollector()
    assert collector.press("4", 0) is None
    collector.expect(ORDER_NUMBER)
    assert [collector.press(key, 250) for key in "027"] == [None, None, "4027"]


def test_keys_without_an_end_are_bounded() -> None:
    collector = KeypadCollector(bound=8)
    assert [collector.press("5", 20 * n) for n in range(8)] == [None] * 7 + ["55555555"]
