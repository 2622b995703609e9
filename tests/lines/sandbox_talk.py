"""Written conversations on the sample lines, their tools answered by the sandbox: see `tests.dialogue.talk`."""

import asyncio
from dataclasses import dataclass, field

from fastapi import FastAPI

from dialogue.backends.tools import ToolRunner
from dialogue.dialogue import Dialogue
from dialogue.lines.types import Line
from dialogue.types import DialogueTurn, ToolCall, ToolOutcome
from service.tool_client import SANDBOX_URL, make_tool_client
from tests.dialogue.talk import Talk


@dataclass
class SandboxTalk(Talk):
    """One conversation on a line whose back office is the sandbox."""

    line: Line = field(kw_only=True)
    sandbox: FastAPI = field(kw_only=True)

    def _note(self, turn: DialogueTurn) -> None:
        super()._note(turn)
        if turn.tool is not None:
            self._note(self.dialogue.tool_returned(turn.state, asyncio.run(self._call(turn.tool))))

    async def _call(self, call: ToolCall) -> ToolOutcome:
        client = make_tool_client(self.sandbox)
        try:
            return await ToolRunner(self.line, sandbox_url=SANDBOX_URL, client=client).call(call)
        finally:
            await client.aclose()


def talk_on(line: Line, sandbox: FastAPI) -> SandboxTalk:
    """A conversation that has not begun."""
    return SandboxTalk(Dialogue(line), line=line, sandbox=sandbox)
