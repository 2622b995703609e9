"""How a caller points at one entry of a list, in words or by a key."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest

from dialogue.lines.types import Line
from dialogue.options import Meant, Move, NotThere, Options, Picked, key_option, read_option
from languages import load

TODAY = date(2026, 11, 23)
"""A Monday."""
ITEMS = tuple(
    {"day": date(2026, 11, day), "at": time.fromisoformat(at), "with": who, "price": Decimal(price)}
    for day, at, who, price in (
        (24, "09:20", "Doctor Hall", "40.00"),
        (24, "14:40", "Doctor Mensah", "35.00"),
        (25, "11:00", "Doctor Hall", "40.00"),
        (26, "16:10", "Doctor Mensah", "25.50"),
        (27, "08:40", "Doctor Hall", "40.00"),
    )
)
ALL = tuple(range(len(ITEMS)))


def options(*shown: int, fields: tuple[str, ...] = ("day", "at", "with", "price")) -> Options:
    return Options(items=ITEMS, entries=ALL, shown=shown, fields=fields)


@pytest.mark.parametrize(
    ("text", "picked"),
    [
        ("the second one", Meant(entries=(1,))),
        ("the first", Meant(entries=(0,))),
        ("the last one please", Meant(entries=(1,))),
        ("option two", Meant(entries=(1,))),
        ("tomorrow at twenty to three", Meant(entries=(1,))),
        ("Wednesday would be good", Meant(entries=(2,))),
        ("the one with Doctor Mensah tomorrow", Meant(entries=(1,))),
        ("anything on Thursday", Meant(entries=(3,), asked_for=True)),
        ("tomorrow in the afternoon", Meant(entries=(1,))),
        ("I'd take nine twenty", Meant(entries=(0,))),
        ("in the morning", Meant(entries=(0,))),
        ("with Hall", Meant(entries=(0,))),
        ("the latest you have", Meant(entries=(4,))),
        ("as early as possible", Meant(entries=(0,))),
        ("the cheapest", Meant(entries=(3,))),
        ("after three pm", Meant(entries=(3,))),
        ("anything later", Meant(entries=(2, 3, 4), asked_for=True)),
        ("the later one", Meant(entries=(1,))),
        ("anything earlier", Move.NO_SUCH),
        ("anything cheaper", Meant(entries=(3,), asked_for=True)),
        ("the cheaper one", Meant(entries=(1,))),
        ("anything more expensive", Move.NO_SUCH),
        ("under thirty euros", Meant(entries=(3,))),
        ("under twenty euros", Move.NO_SUCH),
        ("anything quieter", Move.MORE),
        ("either is fine", Meant(entries=(0,))),
        ("you choose", Meant(entries=(0,))),
        ("I don't want either of those", Move.NONE),
        ("what about the second", Meant(entries=(1,), asked_for=True)),
        ("is there anything on Friday", Meant(entries=(4,), asked_for=True)),
        ("the other one", None),
        ("for two", None),
        ("what else do you have", Move.MORE),
        ("other times", Move.MORE),
        ("can you go back", Move.BACK),
        ("neither of those", Move.NONE),
        ("none of them works for me", Move.NONE),
        ("do you have Saturday", NotThere(what=date(2026, 11, 28))),
        ("how long does it take", None),
        ("my back hurts", None),
    ],
)
def test_an_entry_is_meant_by_place_day_time_name_or_price(shop: Line, text: str, picked: Picked | None) -> None:
    assert read_option(text, options(0, 1), shop, TODAY) == picked


def test_several_that_fit_are_all_meant_unless_one_of_them_is_on_offer(shop: Line) -> None:
    assert read_option("with Doctor Hall", options(1, 3), shop, TODAY) == Meant(entries=(0, 2, 4))
    assert read_option("the last one with Doctor Hall", options(1, 3), shop, TODAY) == Meant(entries=(4,))


def test_what_is_offered_alone_is_taken_by_pointing(shop: Line) -> None:
    assert read_option("yes that one", options(4), shop, TODAY) == Meant(entries=(4,))
    assert read_option("that one", options(3, 4), shop, TODAY) is None


def test_what_is_denied_leaves_the_others(shop: Line) -> None:
    said = ("a room to the courtyard at €40", "a room with a river view at €50")
    rooms = Options(items=said, entries=(0, 1), shown=(0, 1), fields=(), said=said)
    assert read_option("not the courtyard", rooms, shop, TODAY) == Meant(entries=(1,), asked_for=True)
    assert read_option("the other one", rooms, shop, TODAY) is None
    assert read_option("the other one", replace(rooms, shown=(0,), said=said[:1]), shop, TODAY) is Move.MORE


def test_plain_texts_are_chosen_by_their_words(shop: Line) -> None:
    texts = Options(items=("an asthma inhaler", "ramipril"), entries=(0, 1), shown=(0, 1), fields=())
    assert read_option("the inhaler", texts, shop, TODAY) == Meant(entries=(0,))
    assert read_option("the second", texts, shop, TODAY) == Meant(entries=(1,))


def test_keys_are_places_and_the_one_after_the_last_is_for_more() -> None:
    shown = options(2, 3)
    assert [key_option(keys, shown) for keys in ("1", "2", "3", "4", "0", "12")] == [
        Meant(entries=(2,)),
        Meant(entries=(3,)),
        Move.MORE,
        None,
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("text", "picked"),
    [
        ("a segunda", Meant(entries=(1,))),
        ("quarta-feira", Meant(entries=(2,))),
        ("amanhã de manhã", Meant(entries=(0,))),
        ("mais tarde", Meant(entries=(2, 3, 4), asked_for=True)),
        ("algo mais barato", Meant(entries=(3,), asked_for=True)),
        ("tem na sexta-feira?", Meant(entries=(4,), asked_for=True)),
        ("tanto faz", Meant(entries=(0,))),
        ("nenhum desses", Move.NONE),
        ("o mais barato", Meant(entries=(3,))),
    ],
)
def test_the_same_in_portuguese(shop: Line, text: str, picked: Picked) -> None:
    assert read_option(text, options(0, 1), replace(shop, language=load("pt-BR")), TODAY) == picked
