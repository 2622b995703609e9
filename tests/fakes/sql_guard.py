"""Watches for SQL on the thread of an event loop, where one slow statement would stall every call."""

import asyncio
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event


@contextmanager
def no_sql_on_the_event_loop() -> Iterator[None]:
    """Fail at the end when a statement ran inside a running event loop; says where from."""
    found: list[str] = []

    def check(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if asyncio._get_running_loop() is not None:
            found.append(statement.split("\n")[0] + "\n" + "".join(traceback.format_stack(limit=30)))

    event.listen(Engine, "before_cursor_execute", check)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", check)
    assert not found, f"{len(found)} statements ran on the event loop; the first:\n{found[0]}"
