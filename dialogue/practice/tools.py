"""The tools of a line under watch: what they are asked to change and whether the caller agreed, and how they fail."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from dialogue.types import ToolCall, ToolOutcome
from interactions.vocabulary import ActionStatus

CallTool = Callable[[ToolCall], Awaitable[ToolOutcome]]


class Fault(StrEnum):
    """What goes wrong in the back office during a call."""

    LOST = "lost"
    """A change is made, and its answer is lost."""
    DOWN = "down"
    """It fails, and does nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """A change that the line asked its tools for."""

    call: ToolCall
    agreed: bool
    """Whether the caller had just agreed to it, having heard it proposed in full."""
    status: ActionStatus
    """What the line was told of it."""

    def __str__(self) -> str:
        arguments = ", ".join(f"{name}={value}" for name, value in self.call.arguments.items())
        return f"{self.call.tool}({arguments}): {self.status}"


class WatchedTools:
    """Stands before a line's tools during one call."""

    def __init__(self, call_tool: CallTool, fault: Fault | None = None, rng: random.Random | None = None):
        """Watch the tools.

        Args:
            call_tool: The line's own.
            fault: What goes wrong once, if anything does.
            rng: Source of chance: when it goes wrong.
        """
        self._call_tool, self._fault, self._rng = call_tool, fault, rng or random.Random(0)
        self.agreed_to: ToolCall | None = None
        """What the caller agrees to in the turn that is being answered."""
        self.deeds: list[Deed] = []
        self.looked_up: list[ToolCall] = []
        self.failed = False
        """Whether the fault has shown."""

    async def call(self, call: ToolCall) -> ToolOutcome:
        """Run a call, or let it fail; see `dialogue.runtime.LineRuntime.call_tool`."""
        outcome = await self._outcome(call)
        if call.has_side_effects:
            self.deeds.append(Deed(call=call, agreed=self._is_agreed(call), status=outcome.status))
        else:
            self.looked_up.append(call)
        return outcome

    def _is_agreed(self, call: ToolCall) -> bool:
        agreed = self.agreed_to
        return agreed is not None and agreed.tool == call.tool and agreed.arguments == call.arguments

    async def _outcome(self, call: ToolCall) -> ToolOutcome:
        if self._fault is Fault.LOST and call.has_side_effects and not self.failed:
            self.failed = True
            await self._call_tool(call)
            return _failure(call, ActionStatus.TIMED_OUT, "tool_timeout")
        if self._fault is Fault.DOWN and not self.failed and self._rng.random() < 0.6:
            self.failed = True
            return _failure(call, ActionStatus.FAILED, "tool_http_503")
        return await self._call_tool(call)


def _failure(call: ToolCall, status: ActionStatus, code: str) -> ToolOutcome:
    return ToolOutcome(action_id=call.action_id, status=status, result={}, error_code=code)
