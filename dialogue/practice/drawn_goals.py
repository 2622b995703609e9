"""Goals for a line that has none written down: each of its requests, with answers that fit the questions it asks."""

import random
from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import phonenumbers

from dialogue.draft import bare_name
from dialogue.lines.playbook import Ask, CallTool, Choose, DateDirection, PlaybookStep, SlotKind, TransferStep
from dialogue.lines.templates import Template
from dialogue.lines.types import Line
from dialogue.practice.goals import Change, Ending, Goal, Known

_LETTERS = "ABDEFHJKLMRTUWXY"
_POSTCODES = ("D02 AF30", "SW1A 1AA", "90210", "01310-100", "2000", "10115")
"""One of them has the shape that a line's country gives its postcodes."""
_NAME, _EMAIL, _ADDRESS = "Anna Byrne", "anna.byrne@mail.example", "12 Mill Lane"
_DAYS_OFF = 3
_BORN = date(1984, 5, 14)
_LONGEST = 6
"""Characters of a reference or a code that may have any length."""


def drawn_goals(line: Line, today: date) -> tuple[Goal, ...]:
    """A goal for every request, the same ones every time: what is said, known and agreed to comes from the line itself.

    Nobody knows what must come of such a wish: it is served where the line was at its playbook and left nothing open,
    or, where the playbook may call a person, by that person.
    """
    known = _known(line, today)
    steps = [step for playbook in line.playbooks.values() for step in playbook.steps]
    may = tuple(_change(step, line, known) for step in steps if _changes(step, line))
    return tuple(
        Goal(
            name=intent.about,
            says=intent.examples,
            playbook=intent.playbook,
            knows=known,
            may=may,
            through=any(isinstance(step, Ask | Choose) for step in line.playbooks[intent.playbook].steps),
            ends=Ending.EITHER if _may_call_a_person(line, intent.playbook) else Ending.SERVED,
        )
        for intent in line.intents.values()
        if intent.playbook
    )


def _changes(step: PlaybookStep, line: Line) -> bool:
    return isinstance(step, CallTool) and line.tools[step.tool].has_side_effects


def _change(step: PlaybookStep, line: Line, known: Mapping[str, Known]) -> Change:
    """A change with those of its arguments that the caller has given."""
    assert isinstance(step, CallTool)
    given: dict[str, Any] = {}
    for name, value in step.arguments.items():
        slot = bare_name(value.sole_name or "") if isinstance(value, Template) else ""
        if slot in known and isinstance(known[slot].value, str):
            given[name] = known[slot].value
    return Change(tool=step.tool, arguments=given)


def _may_call_a_person(line: Line, name: str) -> bool:
    """Whether a playbook, or one that it goes on with, may call a person."""
    seen: set[str] = set()
    open_names = [name]
    while open_names:
        one = open_names.pop()
        if one in seen or one not in line.playbooks:
            continue
        seen.add(one)
        for step in line.playbooks[one].steps:
            if isinstance(step, TransferStep):
                return True
            open_names += _leads_to(step)
    return False


def _leads_to(step: PlaybookStep) -> Iterator[str]:
    name = getattr(step, "playbook", None)
    if isinstance(name, str):
        yield name


def _known(line: Line, today: date) -> dict[str, Known]:
    """An answer to every question of the line, by slot."""
    known: dict[str, Known] = {}
    for playbook in line.playbooks.values():
        for ask in playbook.asks():
            answer = _answer(ask, line, today, random.Random(f"{line.name}/{ask.slot}"))
            if answer is not None:
                known.setdefault(bare_name(ask.slot), answer)
    return known


def _answer(ask: Ask, line: Line, today: date, rng: random.Random) -> Known | None:
    length = max(ask.min_length, min(ask.max_length or _LONGEST, _LONGEST))
    match ask.kind:
        case SlotKind.REFERENCE:
            return Known(value="".join(rng.choice("123456789") for _ in range(length)))
        case SlotKind.CODE:
            code = "".join(rng.choice("2345679" if place % 2 else _LETTERS) for place in range(length))
            return Known(value=code, says=(" ".join(code),))
        case SlotKind.POSTCODE:
            fitting = (each for each in _POSTCODES if line.language.find.postcode(each, line.region.phone_region))
            postcode = next(fitting, None)
            return Known(value=postcode) if postcode else None
        case SlotKind.DATE:
            day = {DateDirection.BIRTH: _BORN, DateDirection.PAST: today - timedelta(days=_DAYS_OFF)}
            return Known(value=day.get(ask.when, today + timedelta(days=_DAYS_OFF)) if ask.when else today)
        case SlotKind.TIME:
            return Known(value=time(15), says=("15:00",))
        case SlotKind.AMOUNT:
            return Known(value=Decimal(20), says=("20",))
        case SlotKind.NUMBER:
            count = max(ask.least, min(2, ask.most or 2))
            return Known(value=count, says=(str(count),))
        case SlotKind.PHONE:
            number = phonenumbers.example_number(line.region.phone_region)
            return Known(value=f"+{number.country_code}{number.national_number}") if number else None
        case SlotKind.YES_NO:
            return Known(value=rng.random() < 0.5)
        case SlotKind.CHOICE:
            return Known(value=rng.choice(list(ask.choices)))
        case SlotKind.NAME:
            return Known(value=_NAME)
        case SlotKind.EMAIL:
            return Known(value=_EMAIL)
        case SlotKind.ADDRESS:
            return Known(value=_ADDRESS)
    examples = [example for intent in line.intents.values() for example in intent.examples]
    return Known(value=rng.choice(examples))
