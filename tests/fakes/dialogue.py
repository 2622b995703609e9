"""A dialogue that answers by a table: what the caller said, the reply, and what to expect or do next."""

from dataclasses import dataclass, replace
from datetime import datetime

from dialogue.types import CallerTurn, DialogueTurn, EndCall, Reply, ToolOutcome
from interactions.context import CallContext
from interactions.vocabulary import EndedReason, ReplySource


@dataclass(frozen=True)
class ScriptedState:
    """Everything that was kept, for assertions."""

    said: tuple[str, ...] = ()
    interrupted_at: tuple[str, ...] = ()


class ScriptedDialogue:
    """Implements `dialogue.runtime.DialogueCore` over a table of turns; unknown texts are echoed."""

    def __init__(self, turns: dict[str, DialogueTurn], *, after_tool: DialogueTurn | None = None):
        self._turns = turns
        self._after_tool = after_tool
        self.state = ScriptedState()
        """The last state that was made, kept or not."""
        self.outcomes: list[ToolOutcome] = []

    def start(self, context: CallContext, now: datetime, previous: object = None) -> DialogueTurn:
        if isinstance(previous, dict):
            self.state = ScriptedState(said=tuple(previous["said"]))
            return DialogueTurn(state=self.state, replies=(Reply(text="Where were we?", source=ReplySource.GREETING),))
        greeting = Reply(text="Hello, how can I help?", source=ReplySource.GREETING)
        return DialogueTurn(state=ScriptedState(), replies=(greeting,))

    def to_json(self, state: ScriptedState) -> dict[str, object]:
        return {"said": list(state.said)}

    def caller_said(self, state: ScriptedState, turn: CallerTurn) -> DialogueTurn:
        said = turn.keys or turn.text
        self.state = replace(state, said=(*state.said, said))
        answer = self._turns.get(said) or DialogueTurn(state=None, replies=(Reply(text=f"You said {said}."),))
        return replace(answer, state=self.state)

    def tool_returned(self, state: ScriptedState, outcome: ToolOutcome) -> DialogueTurn:
        self.outcomes.append(outcome)
        turn = self._after_tool or DialogueTurn(state=None, replies=(Reply(text=f"The tool {outcome.status}."),))
        return replace(turn, state=state)

    def model_answered(self, state: ScriptedState, text: str | None) -> DialogueTurn:
        return DialogueTurn(state=state, replies=(Reply(text=text or "I do not know.", source=ReplySource.MODEL),))

    def silent(self, state: ScriptedState, checks: int) -> DialogueTurn:
        if checks < 3:
            return DialogueTurn(state=state, replies=(Reply(text="Are you still there?", source=ReplySource.SILENCE),))
        goodbye = Reply(text="Goodbye for now.", source=ReplySource.SILENCE)
        return DialogueTurn(state=state, replies=(goodbye,), actions=(EndCall(reason=EndedReason.SILENCE),))

    def fault(self, state: ScriptedState, code: str) -> DialogueTurn:
        return DialogueTurn(state=state, replies=(Reply(text="Sorry, say it again?", source=ReplySource.FAULT),))

    def aloud(self, turn: DialogueTurn) -> DialogueTurn:
        return turn

    def heard(self, state: ScriptedState, number: int) -> ScriptedState:
        return state

    def interrupted(self, state: ScriptedState, played_text: str) -> ScriptedState:
        return replace(state, interrupted_at=(*state.interrupted_at, played_text))
