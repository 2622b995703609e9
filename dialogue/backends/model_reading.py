"""What a language model may say of a turn: the function that it calls, its arguments checked, and what is made of them.

It answers in the same acts as the network, and only where that one is unsure. What it says is a guess about words that
anybody may have put there: it never says yes and never takes anything back, because these change the world by
themselves; everything else is asked about, proposed, or put right by the caller's next sentence.
"""

import re
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dialogue.lines.types import KNOWLEDGE_PREFIX, Line
from dialogue.understanding import Understood
from models.interfaces import IntentResult, IntentScore
from models.understanding import SIDE_ACTS, CallerAct, Reading, Span, SpanKind

TOOL = "read_turn"
"""Name of the function."""
UNTOLD = frozenset({CallerAct.AGREES, CallerAct.TAKES_BACK})
"""Acts that a language model has no say in: consent to a change, and undoing one."""
_TOLD = 0.75
"""Probability of what the model says: enough to act upon, less than the network's own certainty."""
_ACCEPTED = 0.5
"""Probability from which a request is clear without the model."""
_MOST = 6
"""Acts, requests or values of a turn; more are no reading of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a language model says of a turn, all of it known to the line."""

    acts: frozenset[CallerAct] = frozenset()
    """What the caller does."""
    requests: tuple[str, ...] = ()
    """Intents of the line, most important first."""
    spans: tuple[Span, ...] = ()
    """Values, each word for word in what was said."""


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    acts: list[str] = Field(max_length=_MOST)
    requests: list[str] = Field(max_length=_MOST)
    values: list[str] = Field(default=[], max_length=_MOST)
    wrong_values: list[str] = Field(default=[], max_length=_MOST)


def served(line: Line) -> list[str]:
    """Names of what a line can be asked for: its intents and articles."""
    return [*line.intents, *(KNOWLEDGE_PREFIX + name for name in line.articles)]


def properties(line: Line) -> dict[str, Any]:
    """JSON schema of the function's arguments on a line."""
    acts = [act.value for act in CallerAct if act not in UNTOLD]

    def some(about: str, **items: Any) -> dict[str, Any]:
        return {
            "type": "array",
            "description": about,
            "maxItems": _MOST,
            "items": {"type": "string", **items},
        }

    return {
        "acts": some("What the caller does with the turn.", enum=acts),
        "requests": some("What is asked for, of what the line can do; empty if none of it is.", enum=served(line)),
        "values": some("Values that are given, word for word: numbers, names, dates, the right one of a correction."),
        "wrong_values": some("Values that are denied or replaced, word for word."),
    }


def told(arguments: str, said: str, line: Line) -> Told | None:
    """What the function was called with; None if it is not exactly what was asked for.

    Args:
        arguments: JSON, as the model wrote it.
        said: What the caller said.
        line: The line.
    """
    try:
        given = _Arguments.model_validate_json(arguments)
        acts = frozenset(CallerAct(name) for name in given.acts)
    except (ValidationError, ValueError):
        return None
    spans = [_span(SpanKind.VALUE, value, said) for value in given.values]
    spans += [_span(SpanKind.WRONG, value, said) for value in given.wrong_values]
    found = tuple(sorted((span for span in spans if span), key=lambda span: span.start))
    known = set(served(line)).issuperset(given.requests)
    if acts & UNTOLD or not known or len(found) < len(spans) or not (acts or given.requests):
        return None
    requests = tuple(dict.fromkeys(given.requests))
    return Told(acts=acts | ({CallerAct.NEW_REQUEST} if requests else set()), requests=requests, spans=found)


def unsure(understood: Understood) -> bool:
    """Whether the models of the line make nothing of a turn: no request is clear, and no act but social ones."""
    if any(score.probability >= _ACCEPTED for score in understood.intents.intents):
        return False
    return understood.reading is None or understood.reading.acts() <= SIDE_ACTS


def joined(understood: Understood, given: Told) -> Understood:
    """The sense of a turn with what a language model said of it; yeses and takings back stay as they were."""
    intents = understood.intents
    if given.requests:
        scores = tuple(IntentScore(name=name, probability=_TOLD) for name in given.requests)
        others = tuple(score for score in intents.alternatives if score.name not in given.requests)
        intents = IntentResult(
            intents=scores, alternatives=(*scores, *others), in_scope=max(_TOLD, understood.intents.in_scope)
        )
    before = understood.reading or Reading(probabilities=dict.fromkeys(CallerAct, 0.0), clear_yes=0.0)
    reading = replace(
        before,
        probabilities={act: max(p, _TOLD) if act in given.acts else p for act, p in before.probabilities.items()},
        thresholds={**before.thresholds, **dict.fromkeys(given.acts, _TOLD)},
        spans=given.spans or before.spans,
    )
    return Understood(intents=intents, reading=reading)


def _span(kind: SpanKind, value: str, said: str) -> Span | None:
    found = re.search(re.escape(value), said, re.IGNORECASE) if value.strip() else None
    return Span(kind=kind, start=found.start(), end=found.end(), probability=_TOLD) if found else None
