"""Model workers without threads: the call is made at once, on the loop. For tests on a virtual clock."""

from collections.abc import Callable
from typing import Any


class InlineWorkers:
    """Has the `run` of `models.workers.ModelWorkers`."""

    name = "inline"

    async def run(self, function: Callable[..., Any], *args: Any, session_id: str = "", urgent: bool = False) -> Any:
        return function(*args)
