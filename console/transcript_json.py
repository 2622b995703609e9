"""The changes of a transcript as a page gets them: one line of JSON, a list of objects that name their kind."""

import dataclasses
import json
from collections.abc import Iterable
from typing import Any

from interactions.transcript_entries import Change, EntryPut, EntryRemoved


def changes_to_json(changes: Iterable[Change]) -> str:
    """Write changes down.

    Each is ``{"change": "put", "entry": {"kind": …}}``, ``{"change": "removed", "entry_id": …}`` or
    ``{"change": "ended", "totals": {…}}``; fields are those of `interactions.transcript_entries`.
    """
    return json.dumps([_raw(change) for change in changes], ensure_ascii=False)


def _raw(change: Change) -> dict[str, Any]:
    if isinstance(change, EntryPut):
        return {"change": "put", "entry": {"kind": change.entry.KIND, **dataclasses.asdict(change.entry)}}
    if isinstance(change, EntryRemoved):
        return {"change": "removed", "entry_id": change.entry_id}
    return {"change": "ended", "totals": dataclasses.asdict(change.totals)}
