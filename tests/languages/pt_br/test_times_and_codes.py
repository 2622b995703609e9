from datetime import time

import pytest

from languages import load
from languages.entities import DigitsExpected

FIND = load("pt-BR").find
UNITS = ("zero", "um", "dois", "três", "quatro", "cinco", "seis", "sete", "oito", "nove")
TEENS = (
    "dez", "onze", "doze", "treze", "quatorze", "quinze", "dezesseis", "dezessete", "dezoito", "dezenove",
)  # fmt: skip
TENS = ("", "", "vinte", "trinta", "quarenta", "cinquenta")


def _small(number: int) -> str:
    if number < 20:
        return (UNITS + TEENS)[number]
    return TENS[number // 10] + (f" e {UNITS[number % 10]}" if number % 10 else "")


def _hour(number: int) -> str:
    return {1: "uma", 2: "duas", 21: "vinte e uma", 22: "vinte e duas"}.get(number, _small(number))


def _part_of_day(hour: int) -> str:
    return "da manhã" if hour < 12 else "da tarde" if hour < 18 else "da noite"


@pytest.mark.parametrize("hour", range(1, 24))
def test_every_time_said_in_every_way_is_read_back(hour: int) -> None:
    for minute in range(0, 60, 5):
        twelve = hour % 12 or 12
        ways = [f"{hour:02}:{minute:02}", f"{hour:02}h{minute:02}"]
        if hour != 12:
            minutes = f" e {_small(minute)}" if minute else ""
            ways.append(f"{_hour(twelve)}{minutes} {_part_of_day(hour)}")
            if minute == 30:
                ways.append(f"{_hour(twelve)} e meia {_part_of_day(hour)}")
            if hour > 12:
                ways.append(f"às {_hour(hour)}{minutes}")
        if minute > 30 and hour not in (11, 12, 23):
            ways.append(f"{_small(60 - minute)} para as {_hour(twelve % 12 + 1)} {_part_of_day(hour)}")
        for said in ways:
            found = FIND.time(said, expect=True)
            assert found is not None and found.value == time(hour, minute), said
            assert found.half_said, said


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("meio-dia e meia", time(12, 30)),
        ("meia-noite", time(0, 0)),
        ("dez pro meio-dia", time(11, 50)),
        ("três e meia", time(15, 30)),
        ("boa noite, às seis", time(18, 0)),
        ("sete em ponto", time(7, 0)),
        ("comprei dois sapatos", None),
        ("daqui a três dias", None),
        ("", None),
    ],
)
def test_times(text: str, value: time | None) -> None:
    found = FIND.time(text, expect=True)
    assert (found.value if found else None) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("B de bola, R de rato, A de amor, dois E um nove", "BRA2E19"),
        ("a placa é BRA2E19", "BRA2E19"),
        ("b r a dois e um nove", "BRA2E19"),
    ],
)
def test_number_plates(text: str, value: str) -> None:
    found = FIND.code(text, expect=DigitsExpected(min_length=7, max_length=7, letters=True))
    assert found is not None and found.value == value


@pytest.mark.parametrize(
    "text",
    ["01310-100", "CEP 01310 100", "zero um três um zero um zero zero", "zero um três um zero, traço, um zero zero"],
)
def test_postcodes(text: str) -> None:
    found = FIND.postcode(text, "BR")
    assert found is not None and found.value == "01310-100"


@pytest.mark.parametrize(
    ("text", "value", "house"),
    [
        ("moro na avenida Paulista mil quinhentos e setenta e oito", "avenida Paulista 1578", "1578"),
        (
            "é rua das Flores, número vinte e dois, apartamento três, CEP 01310-100",
            "rua das Flores, número 22, apartamento 3, 01310-100", "22",
        ),
        ("rua Quinze de Novembro, 45, hum, centro", "rua Quinze de Novembro, 45, centro", "45"),
    ],
)  # fmt: skip
def test_addresses(text: str, value: str, house: str) -> None:
    found = FIND.address(text, "BR")
    assert found is not None
    assert (found.value, found.house_number) == (value, house)
