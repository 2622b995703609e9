"""How English writes values: "€29.99", "the 24th of November", "returns, a refund or an order"."""

from datetime import date, time, timedelta
from decimal import Decimal

from languages.writing import Writer

_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_NEAR_DAYS = ("yesterday", "today", "tomorrow")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _money(amount: Decimal, currency: str) -> str:
    """€29.99, €30, 29.99 CHF."""
    figure = f"{amount:,.2f}".removesuffix(".00")
    return f"{_SIGNS[currency]}{figure}" if currency in _SIGNS else f"{figure} {currency}"


def _day(value: date, today: date, *, month_first: bool) -> str:
    """A day as people say it: "tomorrow", "Thursday", "the 24th of November", "January 3rd, 2028"."""
    distance = (value - today).days
    if distance in (-1, 0, 1):
        return _NEAR_DAYS[distance + 1]
    if abs(distance) < 7:
        return _WEEKDAYS[value.weekday()]
    month = _MONTHS[value.month - 1]
    ordinal = f"{value.day}{_ordinal_ending(value.day)}"
    written = f"{month} {ordinal}" if month_first else f"the {ordinal} of {month}"
    near = abs(value - today) < timedelta(days=300)
    return written if near else f"{written}, {value.year}" if month_first else f"{written} {value.year}"


def _ordinal_ending(number: int) -> str:
    return "th" if 10 < number < 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _on_day(value: date, today: date, *, month_first: bool) -> str:
    written = _day(value, today, month_first=month_first)
    return written if written in _NEAR_DAYS else f"on {written}"


def _time(value: time) -> str:
    """A time of day on twelve hours: "10:30 am", "2 pm"."""
    minutes = f":{value.minute:02}" if value.minute else ""
    return f"{(value.hour - 1) % 12 + 1}{minutes} {'am' if value.hour < 12 else 'pm'}"


def _number(value: float) -> str:
    return f"{value:g}"


def _alternatives(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} or {items[-1]}"


WRITER = Writer(
    yes="yes",
    no="no",
    unknown="unknown",
    money=_money,
    day=_day,
    on_day=_on_day,
    time=_time,
    number=_number,
    alternatives=_alternatives,
)
"""English prose."""
