"""The event log survives being written and read, and refuses what it cannot read."""

import dataclasses
import typing
from enum import StrEnum

import pytest

from interactions.event import CallEvent
from interactions.events import base as events
from models.errors import FirstlineError


def _sample(hint: object) -> object:
    """A value of a field's type."""
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return next(iter(hint))
    samples = {
        str: "ünïcode",
        int: 7,
        float: 0.5,
        bool: True,
        tuple[str, ...]: ("a", "b"),
        dict[str, float]: {"anger": 0.25},
        dict[str, str]: {"order": "1234"},
        str | None: None,
        int | None: 3,
        float | None: None,
    }
    return samples[hint]


@pytest.mark.parametrize("event_type", list(events.EventType))
def test_every_event_type_has_a_body_that_round_trips(event_type):
    body_class = events.BODY_OF[event_type]
    hints = typing.get_type_hints(body_class)
    body = body_class(**{f.name: _sample(hints[f.name]) for f in dataclasses.fields(body_class)})
    event = CallEvent(call_id="CA1", seq=1, wall_time=1.5, call_ms=20, body=body)

    again = CallEvent.from_json(event.to_json())

    assert again == event
    assert again.to_json() == event.to_json()


@pytest.mark.parametrize(
    "line", ["", "{}", "[1]", '{"type": "warp", "body": {}}', '{"type": "silence", "body": {"x": 1}}']
)
def test_a_line_that_is_no_event_is_refused_with_a_code(line):
    with pytest.raises(FirstlineError) as caught:
        CallEvent.from_json(line)
    assert caught.value.code == "event_unreadable"
