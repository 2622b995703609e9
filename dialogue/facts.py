"""Answers a question about the caller's own case from what is known of it: found, said or proposed."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from dialogue.draft import Draft
from dialogue.state import ConfirmingCall
from dialogue.types import CallerTurn
from interactions.vocabulary import ReplySource
from models.understanding import CallerAct

_SAME_LETTERS = 4
"""Words with so many first letters in common are of one family: "arrive", "arrives_on"."""


def asks_about_case(d: Draft, *, sure: bool) -> bool:
    """Whether the caller asks about their case or what is proposed.

    Args:
        d: The turn in the making.
        sure: Whether any other question will do, because nothing else was found in the turn.
    """
    claimed = d.doing.does(CallerAct.ASKS_ABOUT_FACTS, CallerAct.ASKS_ABOUT_PROPOSAL)
    return claimed or (sure and d.doing.begins_question)


def tell_fact(d: Draft, turn: CallerTurn) -> bool:
    """Answer from what is known; whether the answer is."""
    value = _asked_for(d, turn.text)
    if value is None:
        return False
    style = d.style
    if isinstance(value, date):
        told = style.write.on_day(value, d.state.today, month_first=style.month_first)
    else:
        told = d.prose(value)
    d.say_phrase("fact", ReplySource.PLAYBOOK, value=told)
    return True


def _asked_for(d: Draft, text: str) -> Any:
    """The one known value that a question is about: by its name, else by its kind where only one is of it."""
    known = dict(_known(d))
    words = d.line.language.search.of(text)
    named = [value for name, value in known.items() if _speaks_of(words, name)]
    kind = _kind_asked(d, text)
    if kind is not None:
        fitting = [value for value in named if isinstance(value, kind)]
        fitting = fitting or [value for value in known.values() if isinstance(value, kind)]
    else:
        fitting = [value for value in named if isinstance(value, str | date | Decimal) and value]
    distinct = list(dict.fromkeys(fitting))
    return distinct[0] if len(distinct) == 1 else None


def _known(d: Draft) -> Iterator[tuple[str, Any]]:
    """Names and values of the case, what is proposed last: it is what a question at a proposal is about."""
    if not d.state.stack:
        return
    for kept, result in d.frame.results.items():
        if not isinstance(result, Mapping):
            yield kept, result
            continue
        yield from ((name, value) for name, value in result.items() if value is not None)
    for name, slot in d.state.slots.items():
        yield name, slot.value
    if isinstance(d.state.pending, ConfirmingCall):
        yield from d.state.pending.call.arguments.items()


def _kind_asked(d: Draft, text: str) -> type | None:
    cues, words = d.line.language.cues, d.line.language.rules.normalise(text)
    if cues.asks_when.search(words):
        return date
    return Decimal if cues.asks_how_much.search(words) else None


def _speaks_of(words: list[str], name: str) -> bool:
    parts = name.lower().split("_")
    return any(
        len(part) >= _SAME_LETTERS and word[:_SAME_LETTERS] == part[:_SAME_LETTERS] for part in parts for word in words
    )
