"""Of two values in a sentence the one that is denied never counts, whatever kind it is."""

from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from languages import load
from languages.entities import DigitsExpected, Entity, Prefer

FIND = load("en").find
TODAY = date(2026, 11, 23)  # a Monday
FOUR = DigitsExpected(min_length=4, max_length=4)

SENTENCES = (
    "not {a}, {b}", "not {a}, it's {b}", "it's not {a} but {b}", "{b}, not {a}", "it's {b} and not {a}",
    "{a} is wrong, it's {b}", "{a}, no, {b}", "{a}, sorry, {b}", "{a}, I mean {b}", "I said {a} but I meant {b}",
    "instead of {a}, {b}", "{b} instead of {a}", "{b} rather than {a}", "it isn't {a}, it's {b}",
    "no, not {a}, {b}", "{a}, no wait, {b}", "change it from {a} to {b}", "forget {a}, it's {b}",
    "{a} was my old one, it's {b}",
)  # fmt: skip

KINDS: dict[str, tuple[Callable[[str], Entity | None], tuple[tuple[str, str, Any], ...]]] = {
    "digits": (
        partial(FIND.digits, expect=FOUR),
        (("5512", "5521", "5521"), ("five five one two", "five five two one", "5521"), ("4040", "4004", "4004")),
    ),
    "date": (
        partial(FIND.date, today=TODAY, prefer=Prefer.FUTURE),
        (
            ("Monday", "Tuesday", date(2026, 11, 24)),
            ("the fifth of December", "the sixth of December", date(2026, 12, 6)),
            ("tomorrow", "Friday", date(2026, 11, 27)),
        ),
    ),
    "amount": (
        FIND.amount,
        (("fifty euros", "fifteen euros", Decimal(15)), ("$20", "$12.50", Decimal("12.50"))),
    ),
    "time": (
        partial(FIND.time, expect=True),
        (("nine o'clock", "ten o'clock", time(10)), ("half three", "half four", time(16, 30))),
    ),
    "code": (FIND.code, (("XK204", "XK205", "XK205"),)),
    "postcode": (lambda text: FIND.postcode(text, "IE"), (("D02 AF30", "D04 AF30", "D04 AF30"),)),
    "name": (
        partial(FIND.name, expect=True),
        (("Murray", "Murphy", "Murphy"), ("John Murphy", "Joan Murphy", "Joan Murphy")),
    ),
    "choice": (
        lambda text: FIND.choice(text, {"red": (), "blue": ("navy",)}),
        (("red", "blue", "blue"), ("the red one", "the blue one", "blue")),
    ),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sentence", SENTENCES)
def test_what_is_denied_never_counts(kind: str, sentence: str) -> None:
    find, pairs = KINDS[kind]
    for denied, meant, value in pairs:
        said = sentence.format(a=denied, b=meant)
        found: Any = find(said)
        assert found is not None, said
        assert found.value == value, said
        for letters in (said[0].upper() + said[1:], f"Um, {said}."):
            again: Any = find(letters)
            assert again is not None and again.value == value, letters


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sentence", ["not {}", "no, not {}", "it isn't {}", "{} is wrong", "anything but {}"])
def test_what_is_only_denied_gives_nothing(kind: str, sentence: str) -> None:
    find, pairs = KINDS[kind]
    for denied, _, _ in pairs:
        said = sentence.format(denied)
        assert find(said) is None, said


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("not before Friday", date(2026, 11, 27)),
        ("Friday, sorry I can't do Thursday", date(2026, 11, 27)),
        ("Friday, no problem", date(2026, 11, 27)),
        ("I'm not sure, maybe Friday", date(2026, 11, 27)),
        ("Monday doesn't work, make it Wednesday", date(2026, 11, 25)),
        ("I can't do Thursday, Friday is fine", date(2026, 11, 27)),
    ],
)
def test_what_only_looks_like_a_denial_is_none(text: str, day: date) -> None:
    found = FIND.date(text, TODAY, prefer=Prefer.FUTURE)
    assert found is not None and found.value == day


def test_what_was_denied_can_be_asked_for() -> None:
    parted = FIND.contrast("not 5512, it's 5521", partial(FIND.digits, expect=FOUR))
    assert parted.kept is not None and parted.kept.value == "5521"
    assert [each.value for each in parted.denied] == ["5512"]
    nothing = FIND.contrast("not the red one", lambda text: FIND.choice(text, ["red", "blue"]))
    assert nothing.kept is None
    assert [each.value for each in nothing.denied] == ["red"]


def test_a_choice_that_has_a_denial_in_its_name_is_no_denial() -> None:
    found = FIND.choice("it's not working", {"broken": ("not working",), "late": ("not here",)})
    assert found is not None and found.value == "broken"
