"""The envelope around what happened: a draft until the store has numbered it, then an entry of an interaction's log."""

import dataclasses
import json
import secrets
import types
import typing
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from interactions.events.base import BODY_OF, Body, EventType
from interactions.older_events import upgraded
from interactions.vocabulary import Channel, Writer
from models.errors import FirstlineError

SCHEMA_VERSION = 2
"""Of what is written; `interactions.older_events` tells what the earlier one was like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What is said of everything that happens: where, when, and by whom it was written down."""

    interaction_id: str
    """The call, chat or mail."""
    wall_time: float
    """Unix time, s."""
    call_ms: int
    """Call clock when it was written down, ms."""
    body: Body
    """What happened."""
    writer: Writer = Writer.SESSION
    """Who wrote it down."""
    leg: str = "caller"
    """Which party's side of the interaction it is about."""
    channel: Channel = Channel.VOICE
    """How the two sides reach each other."""
    schema_version: int = SCHEMA_VERSION
    """Version of envelope and bodies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent(Envelope):
    """What a writer hands to the log; the store gives it its place."""

    event_id: str = ""
    """The same one twice is one event. Made when it is not given: what happens once in an interaction has one name."""

    def __post_init__(self) -> None:
        if not self.event_id:
            made = f"{self.interaction_id}:{self.body.TYPE}" if self.body.ONCE else secrets.token_hex(16)
            object.__setattr__(self, "event_id", made)

    def numbered(self, seq: int) -> "CallEvent":
        """The event at its place in the order."""
        return CallEvent(seq=seq, **{name: getattr(self, name) for name in _SHARED}, event_id=self.event_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent(Envelope):
    """One entry of an interaction's log."""

    seq: int
    """Place in the interaction's order, from 1, without holes."""
    event_id: str
    """Identifies it among all events."""

    def to_json(self) -> str:
        """One line of JSON, keys sorted, so that equal events are equal bytes."""
        raw: dict[str, Any] = {name: getattr(self, name) for name in (*_SHARED, "seq", "event_id")}
        raw |= {"type": self.body.TYPE, "body": dataclasses.asdict(self.body)}
        return json.dumps(raw, sort_keys=True, ensure_ascii=False)

    @classmethod
    def from_json(cls, line: str) -> "CallEvent":
        """Read what `to_json` wrote, now or in an earlier version.

        Raises:
            FirstlineError: code ``"event_unreadable"`` when the line is not an event of a known version.
        """
        try:
            raw = upgraded(json.loads(line))
            body_class = BODY_OF[EventType(raw["type"])]
            if raw["schema_version"] != SCHEMA_VERSION:
                raise ValueError(f"schema version {raw['schema_version']}")
            return cls(
                interaction_id=raw["interaction_id"],
                seq=int(raw["seq"]),
                event_id=raw["event_id"],
                wall_time=float(raw["wall_time"]),
                call_ms=int(raw["call_ms"]),
                body=body_class(**_coerce(body_class, raw["body"])),
                writer=Writer(raw["writer"]),
                leg=raw["leg"],
                channel=Channel(raw["channel"]),
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise FirstlineError(
                "event_unreadable",
                f"This line is not a call event ({error}); was it written by a newer version?",
            ) from error


_SHARED = tuple(each.name for each in dataclasses.fields(Envelope))


def _coerce(body_class: type[Body], raw: dict[str, Any]) -> dict[str, Any]:
    """Turn JSON values back into enums and tuples, as the field types say."""
    hints = typing.get_type_hints(body_class)
    values = {}
    for name, value in raw.items():
        hint = hints[name]
        if isinstance(hint, type) and issubclass(hint, StrEnum):
            value = hint(value)
        elif isinstance(hint, types.GenericAlias) and hint.__origin__ is tuple:
            value = tuple(value)
        values[name] = value
    return values
