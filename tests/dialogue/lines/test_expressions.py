from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from dialogue.lines.expressions import ExpressionError, parse_condition
from dialogue.lines.templates import ProseStyle, TemplateError, parse_template, render
from languages import load

WRITE = load("en").write

TODAY = date(2026, 11, 23)
VALUES: dict[str, Any] = {
    "status": "shipped",
    "order.total": Decimal("29.99"),
    "order.count": 2,
    "order.share": 0.5,
    "order.delivered_on": date(2026, 11, 13),
    "order.found": True,
    "order.gone": None,
    "who": "Maeve {x}",
}


class Scope:
    today = TODAY

    def value(self, name: str) -> Any:
        return VALUES.get(name)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ('status == "shipped"', True),
        ("status != 'shipped'", False),
        ('status in ["shipped", "delayed"]', True),
        ('status not in ["shipped"]', False),
        ("order.total == 29.99", True),
        ("order.total <= 30 and order.count > 1", True),
        ("0 < order.count < 2", False),
        ("order.share >= 0.5", True),
        ("order.found", True),
        ("not order.found or order.gone == none", True),
        ("order.gone", False),
        ("order.gone > 3", False),
        ("order.gone != none", False),
        ("order.gone < 3 or order.gone >= 3", False),
        ("status > 3", False),
        ("order.found == true", True),
        ("days_since(order.delivered_on) == 10", True),
        ("days_since(order.delivered_on) > 30", False),
        ("days_since(order.gone) > 30", False),
        ("days_since(status) > 30", False),
        ("unknown_name == 4", False),
        ("status in order.gone", False),
        ('"ship" in status', False),
    ],
)
def test_condition(text: str, holds: bool) -> None:
    assert parse_condition(text).holds(Scope()) is holds


@pytest.mark.parametrize(
    "text",
    [
        "", "a =", "a == ", "import os", "__import__('os')", "a.b.c == 1", "a[0]", "(lambda: 1)()", "a if b else c",
        "f'{a}'", "a + 1 == 2", "-a", "a is b", "{1: 2}", "[x for x in a]", "days_since()", "days_since(a, b)",
        "len(a)", "a.b() == 1", "a := 3", "a;b", "x" * 400, "(" * 250, "b'x' == a", "... == a", "a == 1j",
    ],
)  # fmt: skip
def test_nothing_else_is_a_condition(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse_condition(text)


def test_names_are_found_for_the_checks() -> None:
    condition = parse_condition('order.found and days_since(order.delivered_on) > 3 or status == "x" and true')
    assert condition.names == {"order.found", "order.delivered_on", "status"}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("It costs {order.total}.", "It costs €29.99."),
        ("{order.count} of them, {order.share}", "2 of them, 0.5"),
        ("Found: {order.found}, {order.gone}", "Found: yes, unknown"),
        ("Delivered {on order.delivered_on}", "Delivered on the 13th of November"),
        ("by {order.delivered_on}", "by the 13th of November"),
        ("{{not a place}} {who}", "{not a place} Maeve {x}"),
        ("plain", "plain"),
    ],
)
def test_template(text: str, written: str) -> None:
    assert render(parse_template(text), Scope(), ProseStyle(write=WRITE)) == written


@pytest.mark.parametrize(
    ("value", "style", "written"),
    [
        (Decimal("30.00"), ProseStyle(write=WRITE), "€30"),
        (Decimal("1234.50"), ProseStyle(write=WRITE, currency="USD"), "$1,234.50"),
        (Decimal("5"), ProseStyle(write=WRITE, currency="CHF"), "5 CHF"),
        (date(2026, 11, 23), ProseStyle(write=WRITE), "today"),
        (date(2026, 11, 24), ProseStyle(write=WRITE), "tomorrow"),
        (date(2026, 11, 22), ProseStyle(write=WRITE), "yesterday"),
        (date(2026, 11, 26), ProseStyle(write=WRITE), "on Thursday"),
        (date(2026, 11, 18), ProseStyle(write=WRITE), "on Wednesday"),
        (date(2026, 12, 2), ProseStyle(write=WRITE), "on the 2nd of December"),
        (date(2026, 12, 11), ProseStyle(write=WRITE, month_first=True), "on December 11th"),
        (date(2028, 1, 3), ProseStyle(write=WRITE), "on the 3rd of January 2028"),
        (date(2028, 1, 21), ProseStyle(write=WRITE, month_first=True), "on January 21st, 2028"),
    ],
)
def test_values_are_written_as_people_read_them(value: Any, style: ProseStyle, written: str) -> None:
    class One(Scope):
        def value(self, name: str) -> Any:
            return value

    assert render(parse_template("{on x}"), One(), style) == written


@pytest.mark.parametrize("text", ["{", "}", "{a", "a}", "{a{b}}", "{A}", "{a.b.c}", "{}", "{on}x}", "{a!r}", "{0}"])
def test_a_broken_place_is_refused(text: str) -> None:
    with pytest.raises(TemplateError):
        parse_template(text)
