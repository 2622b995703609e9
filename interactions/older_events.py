"""Events of schema version 1, in the words of today.

Version 1 knew one writer and one stream: its envelope had ``call_id`` and nothing of channel, leg and writer, each
media stream of a call ended with a ``call_ended`` of its own, and a message for the team was a transfer.
"""

from typing import Any

_TYPES = {"reply_heard": "reply_played"}
_FIELDS = {"action": {"changes_world": "has_side_effects"}, "stream_resumed": {"attempt": "number"}}
_VALUES = {"handed_over": "transferred"}
"""Of the field ``reason``."""


def upgraded(raw: dict[str, Any]) -> dict[str, Any]:
    """An event as `interactions.event.CallEvent.from_json` reads it; one of a later version stays as it is."""
    if raw.get("schema_version", 1) != 1:
        return raw
    event_type, body = _body(_TYPES.get(raw["type"], raw["type"]), raw["body"])
    envelope = {name: raw[name] for name in ("seq", "wall_time", "call_ms")}
    return {
        **envelope,
        "schema_version": 2,
        "interaction_id": raw["call_id"],
        "event_id": f"{raw['call_id']}:{raw['seq']}",
        "channel": "voice",
        "leg": "caller",
        "writer": "session",
        "type": event_type,
        "body": body,
    }


def _body(event_type: str, was: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    if event_type == "transfer" and was["state"] == "message_taken":
        return "message_taken", {"pii_message": was["pii_summary"]}
    names = _FIELDS.get(event_type, {})
    body = {names.get(name, name): value for name, value in was.items()}
    if "reason" in body:
        body["reason"] = _VALUES.get(body["reason"], body["reason"])
    return event_type, body
