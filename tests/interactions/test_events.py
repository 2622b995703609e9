"""The event log survives being written and read, and refuses what it cannot read."""

import dataclasses
import json
import typing
from enum import StrEnum

import pytest

from interactions.event import CallEvent, NewEvent
from interactions.events import base as events
from interactions.events.acting import Action
from interactions.events.lifecycle import CallEnded, StreamResumed
from interactions.events.listening import Partial
from interactions.events.speaking import ReplyPlayed
from interactions.vocabulary import ActionStatus, EndedReason, Writer
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
    event = NewEvent(interaction_id="CA1", wall_time=1.5, call_ms=20, body=body).numbered(1)

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


def test_a_later_version_is_refused_with_a_code():
    line = NewEvent(interaction_id="CA1", wall_time=1.0, call_ms=1, body=Partial(pii_text="a", at_ms=1)).numbered(1)
    later = line.to_json().replace('"schema_version": 2', '"schema_version": 3')
    with pytest.raises(FirstlineError) as caught:
        CallEvent.from_json(later)
    assert caught.value.code == "event_unreadable" and "version 3" in caught.value.message


def version_1(event_type: str, **body: object) -> str:
    return json.dumps({"call_id": "CA1", "seq": 4, "wall_time": 1.5, "call_ms": 20, "type": event_type, "body": body})


@pytest.mark.parametrize(
    ("line", "body"),
    [
        (
            version_1("reply_heard", reply_id=1, pii_text="Hello.", start_ms=0, end_ms=9, complete=True),
            ReplyPlayed(reply_id=1, pii_text="Hello.", start_ms=0, end_ms=9, complete=True),
        ),
        (
            version_1("call_ended", reason="handed_over", duration_ms=9),
            CallEnded(reason=EndedReason.TRANSFERRED, duration_ms=9),
        ),
        (
            version_1("action", action_id="a", tool="t", status="failed", changes_world=True),
            Action(action_id="a", tool="t", status=ActionStatus.FAILED, has_side_effects=True),
        ),
        (version_1("stream_resumed", attempt=1), StreamResumed(number=1)),
    ],
)
def test_events_of_version_1_are_read_in_the_words_of_today(line, body):
    event = CallEvent.from_json(line)
    assert event.body == body
    assert (event.interaction_id, event.seq, event.event_id, event.writer) == ("CA1", 4, "CA1:4", Writer.SESSION)
    assert CallEvent.from_json(event.to_json()) == event
