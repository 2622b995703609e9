"""A dialogue that answers by a table: what the caller said, the reply, and what to expect or do next."""

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import Any

from dialogue.types import CallerTurn, DialogueTurn, EndCall, Reply, ToolOutcome
from interactions.context import CallContext
from interactions.vocabulary import EndedReason, ReplySource


@dataclass(frozen=True)
class ScriptedState:
    """Everything that was kept, for assertions."""

    said: tuple[str, ...] = ()
    interrupted_at: tuple[str, ...] = ()
    heard: tuple[int, ...] = ()
    """Numbers of the replies that were heard to their end."""


class ScriptedDialogue:
    """Implements `dialogue.runtime.DialogueCore` over a table of turns; unknown texts are echoed."""

    def __init__(
        self,
        turns: dict[str, DialogueTurn],
        *,
        after_tool: DialogueTurn | None = None,
        greeting: str = "Hello, how can I help?",
    ):
        self._turns = turns
        self._greeting = greeting
        self._after_tool = after_tool
        self.state = ScriptedState()
        """The last state that was made, kept or not."""
        self.outcomes: list[ToolOutcome] = []
        self._numbers = count(1)

    def start(self, context: CallContext, now: datetime, previous: object = None) -> DialogueTurn:
        if isinstance(previous, dict):
            self.state = ScriptedState(said=tuple(previous["said"]))
            return DialogueTurn(state=self.state, replies=(self._reply("Where were we?", source=ReplySource.GREETING),))
        greeting = self._reply(self._greeting, source=ReplySource.GREETING)
        return DialogueTurn(state=ScriptedState(), replies=(greeting,))

    def to_json(self, state: ScriptedState) -> dict[str, object]:
        return {"said": list(state.said)}

    def caller_said(self, state: ScriptedState, turn: CallerTurn) -> DialogueTurn:
        said = turn.keys or turn.text
        self.state = replace(state, said=(*state.said, said))
        answer = self._turns.get(said) or DialogueTurn(state=None, replies=(Reply(text=f"You said {said}."),))
        return self._numbered(replace(answer, state=self.state))

    def tool_returned(self, state: ScriptedState, outcome: ToolOutcome) -> DialogueTurn:
        self.outcomes.append(outcome)
        turn = self._after_tool or DialogueTurn(state=None, replies=(Reply(text=f"The tool {outcome.status}."),))
        return self._numbered(replace(turn, state=state))

    def model_answered(self, state: ScriptedState, text: str | None) -> DialogueTurn:
        return DialogueTurn(state=state, replies=(self._reply(text or "I do not know.", source=ReplySource.MODEL),))

    def silent(self, state: ScriptedState, checks: int) -> DialogueTurn:
        if checks < 3:
            return DialogueTurn(state=state, replies=(self._reply("Are you still there?", source=ReplySource.SILENCE),))
        goodbye = self._reply("Goodbye for now.", source=ReplySource.SILENCE)
        return DialogueTurn(state=state, replies=(goodbye,), actions=(EndCall(reason=EndedReason.SILENCE),))

    def fault(self, state: ScriptedState, code: str) -> DialogueTurn:
        return DialogueTurn(state=state, replies=(self._reply("Sorry, say it again?", source=ReplySource.FAULT),))

    def time_up(self, state: ScriptedState) -> DialogueTurn:
        goodbye = self._reply("We have to end here.", source=ReplySource.RULE, interruptible=False)
        return DialogueTurn(state=state, replies=(goodbye,), actions=(EndCall(reason=EndedReason.GOODBYE),))

    def aloud(self, turn: DialogueTurn) -> DialogueTurn:
        return turn

    def heard(self, state: ScriptedState, number: int) -> ScriptedState:
        return replace(state, heard=(*state.heard, number))

    def interrupted(self, state: ScriptedState, played_text: str) -> ScriptedState:
        return replace(state, interrupted_at=(*state.interrupted_at, played_text))

    def _reply(self, text: str, **how: Any) -> Reply:
        return Reply(text=text, number=next(self._numbers), **how)

    def _numbered(self, turn: DialogueTurn) -> DialogueTurn:
        return replace(turn, replies=tuple(replace(reply, number=next(self._numbers)) for reply in turn.replies))
