"""Texts with ``{slot}`` and ``{result.field}`` in them, filled in as prose: money, days, times, yes and no."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from decimal import Decimal
from typing import Any

from dialogue.lines.expressions import Scope
from languages.writing import Writer

_PLACE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_NAME = re.compile(
    r"(?:(?P<on>on) )?(?P<name>[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)"
    r"(?: as (?:(?P<form>digits|number|amount)|groups of (?P<group>[2-6])|(?P<one>[^{}/]+)/(?P<several>[^{}/]+)))?"
)
_GROUPS = "groups"
_COUNTED = "counted"


class TemplateError(ValueError):
    """The text has a placeholder that is none."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands in a text."""

    name: str
    on: bool = False
    """Whether a day gets its "on": ``{on order.arrives_on}`` is "tomorrow", "on Thursday"."""
    form: str = ""
    """How a number is said: ``digits`` one by one, in ``groups``, as a ``number`` or an ``amount``, or ``counted`` with
    what it counts; empty as it is."""
    group: int = 0
    """Digits in a group."""
    units: tuple[str, str] = ("", "")
    """What is counted: the word for one, and for several."""


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
        return first.name if isinstance(first, Place) and not first.form else None

    @property
    def places(self) -> tuple[Place, ...]:
        """All its placeholders, in order."""
        return tuple(part for part in self.parts if isinstance(part, Place))

    def around(self, place: int) -> "Template":
        """One placeholder and the words that belong to it: of "{months} months at {rate}" the "{months} months"."""
        at = self.parts.index(self.places[place])
        before = self.parts[:at] if place == 0 else ()
        after = self.parts[at + 1] if at + 1 < len(self.parts) else ""
        words = after if isinstance(after, str) else ""
        if place + 1 < len(self.places):
            # The last word leads to what follows.
            words = words.rstrip().rpartition(" ")[0]
        return Template(self.source, (*before, self.parts[at], *((words,) if words else ())))

    def renamed(self, rename: Callable[[str], str]) -> "Template":
        """The same text over other names; ``rename`` gets what stands before the dot."""
        return Template(self.source, tuple(_renamed(part, rename) for part in self.parts))


def _renamed(part: "str | Place", rename: Callable[[str], str]) -> "str | Place":
    if isinstance(part, str):
        return part
    owner, dot, attribute = part.name.partition(".")
    return replace(part, name=f"{rename(owner)}{dot}{attribute}")


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
            parts.append(_place(known))
    parts.append(text[position:])
    return Template(text, tuple(part for part in parts if part))


def _place(known: re.Match[str]) -> Place:
    name, on = known["name"], bool(known["on"])
    if known["one"]:
        return Place(name, on=on, form=_COUNTED, units=(known["one"].strip(), known["several"].strip()))
    return Place(name, on=on, form=known["form"] or (_GROUPS if known["group"] else ""), group=int(known["group"] or 0))


def render(template: Template, scope: Scope, style: ProseStyle) -> str:
    """Fill in a template."""
    return "".join(part if isinstance(part, str) else _filled(part, scope, style) for part in template.parts).strip()


def _filled(place: Place, scope: Scope, style: ProseStyle) -> str:
    value = scope.value(place.name)
    if place.on and isinstance(value, date):
        return style.write.on_day(value, scope.today, month_first=style.month_first)
    if place.form and value is not None:
        return _formed(value, place, style)
    return prose(value, style, scope.today)


def _formed(value: Any, place: Place, style: ProseStyle) -> str:
    """A number as it was asked to be said; ``#`` has what follows read digit by digit."""
    figures = re.sub(r"[^0-9A-Za-z]", "", str(value))
    match place.form:
        case "digits":
            return f"#{figures}"
        case "amount":
            return style.write.money(Decimal(str(value)), style.currency) if _is_number(value) else str(value)
        case "number":
            return style.write.number(float(value)) if _is_number(value) else str(value)
        case "counted":
            return counted(value, place.units, style) if _is_number(value) else str(value)
    return ", ".join(f"#{figures[at : at + place.group]}" for at in range(0, len(figures), place.group))


def counted(value: Any, units: Sequence[str], style: ProseStyle) -> str:
    """A number with what it counts, of which the words for one and for several come first: "1 night", "2 nights"."""
    number = float(value)
    figure = style.write.number(number)
    return f"{figure} {units[0] if number == 1 else units[1]}" if units else figure


def _is_number(value: Any) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", str(value)) is not None


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
        case time():
            return style.write.time(value)
        case float():
            return style.write.number(value)
        case _:
            return str(value)
