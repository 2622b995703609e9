"""One entry of a call's log: the envelope around what happened, and its line of JSON."""

import dataclasses
import json
import types
import typing
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from interactions.events.base import BODY_OF, Body, EventType
from models.errors import FirstlineError


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent:
    """One entry of a call's log."""

    call_id: str
    """The call."""
    seq: int
    """Place in the call's order, from 1, without holes."""
    wall_time: float
    """Unix time, s."""
    call_ms: int
    """Call clock when it was logged, ms."""
    body: Body
    """What happened."""

    def to_json(self) -> str:
        """One line of JSON, keys sorted, so that equal events are equal bytes."""
        return json.dumps(
            {
                "call_id": self.call_id,
                "seq": self.seq,
                "wall_time": self.wall_time,
                "call_ms": self.call_ms,
                "type": self.body.TYPE,
                "body": dataclasses.asdict(self.body),
            },
            sort_keys=True,
            ensure_ascii=False,
        )

    @classmethod
    def from_json(cls, line: str) -> "CallEvent":
        """Read what `to_json` wrote.

        Raises:
            FirstlineError: code ``"event_unreadable"`` when the line is not an event of this version.
        """
        try:
            raw = json.loads(line)
            body_class = BODY_OF[EventType(raw["type"])]
            body = body_class(**_coerce(body_class, raw["body"]))
            return cls(
                call_id=raw["call_id"],
                seq=int(raw["seq"]),
                wall_time=float(raw["wall_time"]),
                call_ms=int(raw["call_ms"]),
                body=body,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise FirstlineError(
                "event_unreadable",
                f"This line is not a call event ({error}); was it written by a newer version?",
            ) from error


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
