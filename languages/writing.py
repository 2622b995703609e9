"""How values are written in prose: what a reply says before a voice reads it or a screen shows it."""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Protocol


class WriteMoney(Protocol):
    """Writes an amount."""

    def __call__(self, amount: Decimal, currency: str) -> str:
        """An amount of an ISO 4217 currency: "€29.99"."""


class WriteDay(Protocol):
    """Writes a day."""

    def __call__(self, value: date, today: date, *, month_first: bool) -> str:
        """A day as people say it today: "tomorrow", "Thursday", "the 24th of November"."""


class WriteTime(Protocol):
    """Writes a time of day."""

    def __call__(self, value: time) -> str:
        """A time as people write it: "10:30 am", "14h30"."""


class WriteList(Protocol):
    """Joins what may be chosen from."""

    def __call__(self, items: list[str]) -> str:
        """At least one item: "returns, a refund or an order"."""


class WriteNumber(Protocol):
    """Writes a number that is no amount of money."""

    def __call__(self, value: float) -> str:
        """A number without needless zeros: "2.5"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """How one language writes values."""

    yes: str
    no: str
    unknown: str
    """In place of a value that is not there."""
    money: WriteMoney
    day: WriteDay
    on_day: WriteDay
    """With the word before it that says when: "on Thursday", but "tomorrow"."""
    time: WriteTime
    number: WriteNumber
    alternatives: WriteList
