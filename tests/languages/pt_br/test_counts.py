"""How many, in Portuguese."""

import pytest

from languages import load

find = load("pt-BR").find.count
NIGHTS = ("noite", "noites")
GUESTS = ("pessoa", "pessoas", "hóspede", "hóspedes")
SURE = 0.6


@pytest.mark.parametrize(
    ("text", "units", "count"),
    [
        ("só uma noite", NIGHTS, 1),
        ("por duas noites", NIGHTS, 2),
        ("um par de noites", NIGHTS, 2),
        ("meia dúzia", NIGHTS, 6),
        ("uma semana", NIGHTS, 7),
        ("vinte e uma", NIGHTS, 21),
        ("2 pessoas por 3 noites", NIGHTS, 3),
        ("nenhuma", NIGHTS, 0),
        ("só eu", GUESTS, 1),
        ("vou sozinha", GUESTS, 1),
        ("mais ninguém", GUESTS, 1),
        ("nós dois", GUESTS, 2),
        ("minha esposa e eu", GUESTS, 2),
        ("um casal", GUESTS, 2),
        ("eu mais um", GUESTS, 2),
        ("eu, minha esposa e duas crianças", GUESTS, 4),
        ("sem crianças, só dois adultos", GUESTS, 2),
    ],
)
def test_a_number_in_every_way_of_saying_it(text: str, units: tuple[str, ...], count: int) -> None:
    found = find(text, units=units, expect=True)
    assert found is not None and found.value == count and found.confidence >= SURE


@pytest.mark.parametrize(
    ("text", "units", "count"),
    [("nós dois e um bebê", GUESTS, 3), ("duas ou três", NIGHTS, 2), ("cinco dias", NIGHTS, 5)],
)
def test_what_may_not_be_the_number_is_doubted(text: str, units: tuple[str, ...], count: int) -> None:
    found = find(text, units=units, expect=True)
    assert found is not None and found.value == count and found.confidence < SURE


@pytest.mark.parametrize(
    "text",
    ["algumas noites", "quatro zero dois sete", "pedido 4027", "dia 3", "às 3", "50 reais", "às 3 da tarde"],
)
def test_other_numbers_count_nothing(text: str) -> None:
    assert find(text, units=NIGHTS, expect=True) is None
