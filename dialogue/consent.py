"""Whether the caller agrees to a change that was proposed: the one place that says so."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial

from dialogue.lines.playbook import YES_NO_KEYS
from dialogue.lines.types import Line
from dialogue.types import CallerTurn
from languages.consent import Agreement
from languages.entities import Prefer
from models.understanding.types import CallerAct, Reading

NETWORK_SURE: Mapping[Agreement, float] = {Agreement.PARTLY: 0.945, Agreement.LEANING: 0.92}
"""From this probability of a clear yes the network may stand in for the grammar, by what that makes of the words;
where it is not named, never. The more the words speak against a yes, the surer the network has to be. Where the
proposal names an amount it never may: now and then the network is wrong, and money is not to move on its word."""
_HEARD_WELL = 0.75
"""Share of a line's `confirm_below` that the recogniser's confidence in a yes must reach."""
_MOST_VALUES = 6
"""Values of a kind that are looked for in a text."""
_BLANK = "~"
"""Stands where a value was found already."""
_NOT_KNOWN = frozenset({Agreement.PARTLY, Agreement.UNKNOWN})
_REFUSING = frozenset({CallerAct.REFUSES, CallerAct.TAKES_BACK, CallerAct.PUTS_OFF})
_SPEAKS_FOR_YES = frozenset({CallerAct.AGREES, CallerAct.AGREES_IF})


class Consent(StrEnum):
    """What a turn says to a proposal."""

    YES = "yes"
    """The whole turn agrees and does nothing else."""
    NO = "no"
    TAKEN_BACK = "taken_back"
    """A yes, and then a no: a no that has to be told."""
    UNCLEAR = "unclear"
    """Anything else that was understood: a question, a condition, doubt, another wish. No change, and asked again."""
    NOT_UNDERSTOOD = "not_understood"
    """Words that nobody knows what to make of."""


def consent(turn: CallerTurn, proposal: str, line: Line, today: date) -> Consent:
    """What a turn says to a proposal of a change.

    Args:
        turn: What was said or typed.
        proposal: What was asked, its object and amount included: "Shall I refund €29.99 to your card?".
        line: The line, for its language and habits.
        today: The day of the call, for days that are named.
    """
    if turn.keys:
        typed = YES_NO_KEYS.get(turn.keys.rstrip("#"))
        return Consent.NOT_UNDERSTOOD if typed is None else Consent.YES if typed else Consent.NO
    said = in_the_proposals_words(turn.text, proposal, line, today)
    agreement = line.language.consent.read(said, proposal)
    if agreement in _NOT_KNOWN | {Agreement.LEANING} and _names_other_values(said, proposal, line, today):
        agreement = Agreement.DOUBTFUL
    match agreement:
        case Agreement.REFUSED:
            return Consent.NO
        case Agreement.TAKEN_BACK:
            return Consent.TAKEN_BACK
        case Agreement.CLEAR if not _names_some_of_several(said, proposal, line, today):
            return Consent.YES if _heard_well(turn, line) else Consent.UNCLEAR
        case Agreement.PARTLY | Agreement.LEANING if _network_agrees(turn.reading, agreement) and not _names_an_amount(
            proposal, line, today
        ):
            return Consent.YES if _heard_well(turn, line) else Consent.UNCLEAR
    if _network_refuses(turn.reading):
        return Consent.NO
    return Consent.NOT_UNDERSTOOD if agreement in _NOT_KNOWN else Consent.UNCLEAR


def _heard_well(turn: CallerTurn, line: Line) -> bool:
    return turn.confidence >= _HEARD_WELL * line.confirm_below


def _network_agrees(reading: Reading | None, agreement: Agreement) -> bool:
    return reading is not None and reading.agrees_clearly(NETWORK_SURE[agreement])


def _network_refuses(reading: Reading | None) -> bool:
    """Whether the network claims a no, or "not now", and nothing of a yes."""
    acts = reading.acts() if reading else frozenset()
    return bool(acts & _REFUSING) and not acts & (_SPEAKS_FOR_YES | {CallerAct.ASKS_ABOUT_PROPOSAL})


def in_the_proposals_words(text: str, proposal: str, line: Line, today: date) -> str:
    """What was said, with the amounts, numbers and days that the proposal names in the proposal's own writing.

    "Yes, refund the twenty nine ninety nine" then repeats a proposal of €29.99, and "yes, twenty euros" does not.
    """
    for find in _finders(line, today):
        for meant in _values(proposal, find):
            for found in _values(text, find):
                if found.value == meant.value:
                    text = f"{text[: found.start]}{proposal[meant.start : meant.end]}{text[found.end :]}"
                    break
    return text


def _names_an_amount(proposal: str, line: Line, today: date) -> bool:
    _, amount, _ = _finders(line, today)
    return amount(proposal) is not None


def _names_other_values(said: str, proposal: str, line: Line, today: date) -> bool:
    """Whether a turn has a value that the proposal has not, or not all of those of a kind."""
    return _names_some_of_several(said, proposal, line, today) or any(
        {found.value for found in _values(said, find)} - {meant.value for meant in _values(proposal, find)}
        for find in _finders(line, today)
    )


def _names_some_of_several(said: str, proposal: str, line: Line, today: date) -> bool:
    """Whether a turn picks from values of a kind: "yes, Monday" to a move from Monday to Tuesday says nothing clear."""
    for find in _finders(line, today):
        proposed = [meant.value for meant in _values(proposal, find)]
        named = [found.value for found in _values(said, find)]
        if len(proposed) > 1 and named and named != proposed:
            return True
    return False


@dataclass(frozen=True, slots=True)
class _Value:
    """A value in a text, and where it stands."""

    value: object
    start: int
    end: int


_Find = Callable[[str], _Value | None]


def _finders(line: Line, today: date) -> tuple[_Find, ...]:
    """What finds the numbers, amounts and days of a text."""
    find = line.language.find

    # A value that is denied is named as well: a move from Tuesday to Thursday has two days.
    def number(text: str) -> _Value | None:
        parted = find.contrast(text, find.digits)
        found = parted.kept or next(iter(parted.denied), None)
        return _Value(found.value, found.start, found.end) if found else None

    def amount(text: str) -> _Value | None:
        parted = find.contrast(text, partial(find.amount, currency=line.region.currency))
        found = parted.kept or next(iter(parted.denied), None)
        return _Value(found.value, found.start, found.end) if found else None

    def day(text: str) -> _Value | None:
        parted = find.contrast(text, partial(find.date, today=today, prefer=Prefer.FUTURE))
        found = parted.kept or next(iter(parted.denied), None)
        return _Value(found.value, found.start, found.end) if found else None

    return number, amount, day


def _values(text: str, find: _Find) -> list[_Value]:
    """All values of a kind in a text, in order of place, each once."""
    values: list[_Value] = []
    while len(values) < _MOST_VALUES and (found := find(text)) is not None and found.end > found.start:
        values.append(found)
        text = f"{text[: found.start]}{_BLANK * (found.end - found.start)}{text[found.end :]}"
    values.sort(key=lambda value: value.start)
    return [value for place, value in enumerate(values) if value.value not in [other.value for other in values[:place]]]
