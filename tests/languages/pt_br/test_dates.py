from datetime import date, timedelta

import pytest

from languages import load
from languages.entities import Prefer

FIND_DATE = load("pt-BR").find.date
TODAY = date(2026, 11, 23)  # a Monday
MONTHS = (
    "", "janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro",
    "novembro", "dezembro",
)  # fmt: skip
WEEKDAYS = ("segunda-feira", "terça-feira", "quarta", "quinta-feira", "sexta", "sábado", "domingo")


def test_every_day_of_a_year_in_every_phrasing_is_read_back() -> None:
    for day in (date(2027, 1, 1) + timedelta(days=k) for k in range(365)):
        weekday = WEEKDAYS[day.weekday()]
        for said in (
            f"dia {day.day} de {MONTHS[day.month]} de {day.year}",
            f"{day.day} de {MONTHS[day.month]} de dois mil e vinte e sete",
            f"{weekday}, {day.day} de {MONTHS[day.month]} de {day.year}",
            f"{day.day:02}/{day.month:02}/{day.year}",
            f"dia {day.day} do {day.month} de {day.year}",
        ):
            found = FIND_DATE(said, TODAY, day_first=True)
            assert found is not None and found.value == day, said
        wrong = WEEKDAYS[(day.weekday() + 2) % 7]
        assert FIND_DATE(f"{wrong}, {day.day} de {MONTHS[day.month]} de {day.year}", TODAY, day_first=True) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31 de novembro", None),
        ("dia 29 de fevereiro", None),
        ("quarta, dia 24", None),
        ("dia 31 deste mês", None),
        ("terça, dia 24", date(2026, 11, 24)),
        ("Natal", date(2026, 12, 25)),
        ("véspera de Ano Novo", date(2026, 12, 31)),
        ("sexta-feira santa", date(2027, 3, 26)),
        ("Páscoa", date(2027, 3, 28)),
        ("dois dias antes do Natal", date(2026, 12, 23)),
        ("uma semana depois de sexta", date(2026, 12, 4)),
        ("primeira segunda de dezembro", date(2026, 12, 7)),
        ("última sexta do mês", date(2026, 11, 27)),
        ("não segunda, terça", date(2026, 11, 24)),
        ("segunda não, terça", date(2026, 11, 24)),
        ("quinta em vez de sexta", date(2026, 11, 26)),
    ],
)
def test_days_to_come(text: str, day: date | None) -> None:
    found = FIND_DATE(text, TODAY, prefer=Prefer.FUTURE, day_first=True)
    assert (found.value if found else None) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("cinco do seis de noventa e dois", date(1992, 6, 5)),
        ("cinco do seis noventa e dois", date(1992, 6, 5)),
        ("05/06/92", date(1992, 6, 5)),
        ("três de março de mil novecentos e oitenta e quatro", date(1984, 3, 3)),
        ("dez de maio de dois mil e cinco", date(2005, 5, 10)),
        ("cinco de junho", None),
    ],
)
def test_birthdays(text: str, day: date | None) -> None:
    found = FIND_DATE(text, TODAY, prefer=Prefer.BIRTH, day_first=True)
    assert (found.value if found else None) == day
