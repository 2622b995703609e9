"""Texts with ``{slot}`` and ``{result.field}`` in them, filled in as prose: money, dates, yes and no."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from dialogue.lines.expressions import Scope

_PLACE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_NAME = re.compile(r"(?:(on) )?([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)")
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_NEAR_DAYS = ("yesterday", "today", "tomorrow")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class TemplateError(ValueError):
    """The text has a placeholder that is none."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands in a text."""

    name: str
    on: bool = False
    """Whether a day gets its "on": ``{on order.arrives_on}`` is "tomorrow", "on Thursday"."""


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed text."""

    source: str
    parts: tuple["str | Place", ...]
    """Text and places in order."""

    @property
    def names(self) -> frozenset[str]:
        """All names it looks up."""
        return frozenset(part.name for part in self.parts if isinstance(part, Place))

    @property
    def sole_name(self) -> str | None:
        """The name, when the text is one placeholder and nothing else: then its value is taken as it is."""
        first = self.parts[0] if len(self.parts) == 1 else None
        return first.name if isinstance(first, Place) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProseStyle:
    """How values are written."""

    currency: str = "EUR"
    """ISO 4217."""
    month_first: bool = False


def parse_template(text: str) -> Template:
    """Read a template; ``{{`` and ``}}`` stand for braces.

    Raises:
        TemplateError: A brace is left open or a placeholder is not ``{slot}`` or ``{result.field}``.
    """
    parts: list[str | Place] = []
    position = 0
    for match in _PLACE.finditer(text):
        parts.append(text[position : match.start()])
        position = match.end()
        token, name = match.group(0), match.group(1)
        if token in ("{{", "}}"):
            parts.append(token[0])
        elif name is None:
            raise TemplateError(f"has a single `{token}`; write `{token}{token}` for a brace")
        elif not (known := _NAME.fullmatch(name)):
            raise TemplateError(f"has the placeholder `{{{name}}}`, which is not `{{slot}}` or `{{result.field}}`")
        else:
            parts.append(Place(known.group(2), on=bool(known.group(1))))
    parts.append(text[position:])
    return Template(text, tuple(part for part in parts if part))


def render(template: Template, scope: Scope, style: ProseStyle) -> str:
    """Fill in a template."""
    return "".join(part if isinstance(part, str) else _filled(part, scope, style) for part in template.parts).strip()


def _filled(place: Place, scope: Scope, style: ProseStyle) -> str:
    value = scope.value(place.name)
    text = prose(value, style, scope.today)
    needs_on = place.on and isinstance(value, date) and text not in _NEAR_DAYS
    return f"on {text}" if needs_on else text


def prose(value: Any, style: ProseStyle, today: date) -> str:
    """Write one value as in a letter; ``speaking`` turns that into what people say."""
    match value:
        case None:
            return "unknown"
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return money(value, style.currency)
        case date():
            return day(value, style, today)
        case float():
            return f"{value:g}"
        case _:
            return str(value)


def money(amount: Decimal, currency: str) -> str:
    """€29.99, €30, 29.99 CHF."""
    figure = f"{amount:,.2f}".removesuffix(".00")
    return f"{_SIGNS[currency]}{figure}" if currency in _SIGNS else f"{figure} {currency}"


def day(value: date, style: ProseStyle, today: date) -> str:
    """A day as people say it: "tomorrow", "Thursday", "the 24th of November", "January 3rd, 2028"."""
    distance = (value - today).days
    if distance in (-1, 0, 1):
        return _NEAR_DAYS[distance + 1]
    if abs(distance) < 7:
        return _WEEKDAYS[value.weekday()]
    month = _MONTHS[value.month - 1]
    ordinal = f"{value.day}{_ordinal_ending(value.day)}"
    written = f"{month} {ordinal}" if style.month_first else f"the {ordinal} of {month}"
    near = abs(value - today) < timedelta(days=300)
    return written if near else f"{written}, {value.year}" if style.month_first else f"{written} {value.year}"


def _ordinal_ending(number: int) -> str:
    return "th" if 10 < number < 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
