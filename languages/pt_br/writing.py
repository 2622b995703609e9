"""How Portuguese writes values: "R$ 48,50", "24 de novembro", "uma troca, um reembolso ou um pedido"."""

from datetime import date, time, timedelta
from decimal import Decimal

from languages.writing import Writer

_SIGNS = {"BRL": "R$", "EUR": "€", "USD": "US$", "GBP": "£"}
_MONTHS = (
    "janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro",
    "dezembro",
)  # fmt: skip
_NEAR_DAYS = ("ontem", "hoje", "amanhã")
_WEEKDAYS = ("segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo")
_SATURDAY = 5
"""From here on weekdays are masculine."""


def _money(amount: Decimal, currency: str) -> str:
    """R$ 48,50, R$ 1.200, 29,99 CHF."""
    figure = f"{amount:,.2f}".translate(str.maketrans(",.", ".,")).removesuffix(",00")
    return f"{_SIGNS[currency]} {figure}" if currency in _SIGNS else f"{figure} {currency}"


def _day(value: date, today: date, *, month_first: bool) -> str:
    """A day as people say it: "amanhã", "quinta-feira", "24 de novembro"; the day always comes before the month."""
    distance = (value - today).days
    if distance in (-1, 0, 1):
        return _NEAR_DAYS[distance + 1]
    if abs(distance) < 7:
        return _WEEKDAYS[value.weekday()]
    written = f"{'1º' if value.day == 1 else value.day} de {_MONTHS[value.month - 1]}"
    return written if abs(value - today) < timedelta(days=300) else f"{written} de {value.year}"


def _on_day(value: date, today: date, *, month_first: bool) -> str:
    written = _day(value, today, month_first=month_first)
    if written in _NEAR_DAYS:
        return written
    if written in _WEEKDAYS:
        return f"{'no' if value.weekday() >= _SATURDAY else 'na'} {written}"
    return f"no dia {written}"


def _time(value: time) -> str:
    """A time of day: "14h30", "14h"."""
    return f"{value.hour}h{value.minute:02}" if value.minute else f"{value.hour}h"


def _number(value: float) -> str:
    return f"{value:g}".replace(".", ",")


def _alternatives(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} ou {items[-1]}"


WRITER = Writer(
    yes="sim",
    no="não",
    unknown="desconhecido",
    money=_money,
    day=_day,
    on_day=_on_day,
    time=_time,
    number=_number,
    alternatives=_alternatives,
)
"""Portuguese prose."""
