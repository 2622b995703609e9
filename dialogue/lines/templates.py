"""Texts with ``{slot}`` and ``{result.field}`` in them, filled in as prose: money, dates, yes and no."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from dialogue.lines.expressions import Scope
from languages.writing import Writer

_PLACE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_NAME = re.compile(r"(?:(on) )?([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)")


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

    write: Writer
    """In which language."""
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
    if place.on and isinstance(value, date):
        return style.write.on_day(value, scope.today, month_first=style.month_first)
    return prose(value, style, scope.today)


def prose(value: Any, style: ProseStyle, today: date) -> str:
    """Write one value as in a letter; ``speaking`` turns that into what people say."""
    match value:
        case None:
            return style.write.unknown
        case bool():
            return style.write.yes if value else style.write.no
        case Decimal():
            return style.write.money(value, style.currency)
        case date():
            return style.write.day(value, today, month_first=style.month_first)
        case float():
            return style.write.number(value)
        case _:
            return str(value)
