"""What callers say beside a value, from the first sentence to the tool that is called with it."""

import pytest

from dialogue.dialogue import Dialogue
from dialogue.lines.types import Line
from dialogue.wishes import shared_out
from languages.entities import DigitsExpected
from tests.dialogue.talk import Talk


@pytest.fixture
def talk(dialogue: Dialogue) -> Talk:
    return Talk(dialogue)


def _looked_up(talk: Talk) -> list[str]:
    """Order numbers in the tools' calls so far."""
    return [line.split("order_number=")[1].split()[0] for line in talk.transcript if "order_number=" in line]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("My order over 1,299 euro never came.", "order_status"),
        ("I ordered two lamps in 2025 and want my money back.", "return_refund"),
        ("I have been a customer since 1998 and my parcel is late.", "order_status"),
        ("Refund me the 1500 euros please.", "return_refund"),
        ("Refund 1500.", "return_refund"),
        ("My parcel was due at 1430 today, where is it?", "order_status"),
        ("I live at 4027 Main Street and want to cancel my order.", "cancel_order"),
        ("My order of 29.99, I want to cancel it.", "cancel_order"),
        ("I'm 4027 kilometres away, where is my parcel?", "order_status"),
        ("Call me back on 4027 if you like, where is my parcel?", "order_status"),
    ],
)
def test_a_number_that_is_something_else_is_no_order(talk: Talk, text: str, intent: str) -> None:
    talk.start()
    talk.say(text, intent)
    assert _looked_up(talk) == []
    assert "order number" in talk.transcript[-1]


@pytest.mark.parametrize("text", ["Where is my order 4027?", "four oh two seven, where is it?", "it's about 4027"])
def test_a_number_that_is_an_order_is_not_asked_for(talk: Talk, text: str) -> None:
    talk.start()
    talk.say(text, "order_status")
    assert _looked_up(talk) == ["4027"]


@pytest.mark.parametrize(
    "text",
    [
        "Not 5512, it's 5521.",
        "It's not 5512 but 5521.",
        "5512 is wrong, it's 5521.",
        "Not five five one two, five five two one.",
        "5512, no, 5521.",
        "5521, not 5512.",
        "I said 5512 but I meant 5521.",
        "It's 5521 instead of 5512.",
    ],
)
def test_of_two_numbers_the_one_that_is_denied_is_never_looked_up(talk: Talk, text: str) -> None:
    talk.run(
        f"""
        CALLER: Where is my order 5512? [order_status]
        TOOL: get_order order_number=5512 -> not_found
        CALLER: {text}
        """
    )
    assert _looked_up(talk) == ["5512", "5521"]


@pytest.mark.parametrize(
    ("corrections", "right"),
    [
        (("the third is a five",), "4057"),
        (("no, it's a five at the end",), "4025"),
        (("it's an eight, not a seven",), "4028"),
        (("the first one is a nine", "and the last one is a one"), "9021"),
    ],
)
def test_one_digit_of_what_was_read_back_is_corrected_and_read_back_again(
    talk: Talk, corrections: tuple[str, ...], right: str
) -> None:
    talk.start()
    talk.say("where is my order", "order_status")
    talk.say("four oh two seven", confidence=0.4)
    assert "4027" in talk.transcript[-1]
    for text in corrections:
        talk.say(text)
        assert _looked_up(talk) == []
    assert right in talk.transcript[-1]
    talk.say("yes")
    assert _looked_up(talk) == [right]


@pytest.mark.parametrize(
    ("text", "status", "cancelled"),
    [
        ("Where is my order 4027 and please cancel order 5512", "4027", "5512"),
        ("Cancel order 5512 and tell me where 4027 is", "4027", "5512"),
        ("Where is my order 4027 and please cancel it", "4027", "4027"),
    ],
)
def test_of_two_wishes_in_one_breath_each_is_about_its_own_order(
    shop: Line, text: str, status: str, cancelled: str
) -> None:
    said = shared_out(shop, ["order_status", "cancel_order"], text)
    read = {
        name: shop.language.find.digits(part, expect=DigitsExpected(min_length=4, max_length=4))
        for name, part in said.items()
    }
    assert {name: found.value if found else None for name, found in read.items()} == {
        "order_status": status,
        "cancel_order": cancelled,
    }


def test_the_second_wish_is_served_with_its_own_order(talk: Talk) -> None:
    talk.start()
    talk.say("Where is my order 4027 and please cancel order 5512", "order_status", "cancel_order")
    assert _looked_up(talk)[0] == "4027"
