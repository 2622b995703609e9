"""What answers on a line: its dialogue and what that may use, as every shell (a call, a chat) takes it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from dialogue.types import AskModel, CallerTurn, DialogueTurn, ToolCall, ToolOutcome
from dialogue.understanding import Understood
from interactions.context import CallContext
from languages import DEFAULT, Language, load
from languages.sentences import Manner
from models.understanding import Asked


class DialogueCore(Protocol):
    """The pure dialogue of a line, as a shell uses it; see `dialogue.dialogue.Dialogue`."""

    def start(self, context: CallContext, now: datetime, previous: Any = None) -> DialogueTurn:
        """The first words of a stream; ``previous`` is the state that was kept last, or its serial form."""
        ...

    def to_json(self, state: Any) -> dict[str, Any]:
        """The serial form of a state, JSON values only, for `start` in whichever process goes on with the call."""
        ...

    def caller_said(self, state: Any, turn: CallerTurn) -> DialogueTurn:
        """The caller said or typed something."""
        ...

    def tool_returned(self, state: Any, outcome: ToolOutcome) -> DialogueTurn:
        """A tool answered."""
        ...

    def model_answered(self, state: Any, text: str | None) -> DialogueTurn:
        """The language model answered, or could not."""
        ...

    def silent(self, state: Any, checks: int) -> DialogueTurn:
        """Nobody said anything."""
        ...

    def fault(self, state: Any, code: str) -> DialogueTurn:
        """Something of ours failed."""
        ...

    def time_up(self, state: Any) -> DialogueTurn:
        """The conversation has lasted as long as it may."""
        ...

    def aloud(self, turn: DialogueTurn) -> DialogueTurn:
        """The replies of a turn are being spoken: none counts as heard before `heard` tells of it."""
        ...

    def heard(self, state: Any, number: int) -> Any:
        """The reply of this number was heard to its end."""
        ...

    def interrupted(self, state: Any, played_text: str) -> Any:
        """The caller stopped the bot after these words of its replies; what was not heard whole is lost."""
        ...


class Understand(Protocol):
    """What a turn means; see `dialogue.understanding.Understanding.understand`."""

    async def __call__(self, text: str, asked: Asked, *, session_id: str = "") -> Understood:
        """Ask on behalf of a session.

        Args:
            text: What the caller said.
            asked: What the caller answers to: `Expectation.asked` of the turn that asked it.
            session_id: The call.

        Raises:
            ModelError: A model failed, or its queue is full.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRuntime:
    """What answers on a line; shared by all its calls."""

    dialogue: DialogueCore
    understand: Understand
    """What a turn means."""
    call_tool: Callable[[ToolCall], Awaitable[ToolOutcome]]
    """Never raises; bounded by the call's timeout."""
    ask_model: Callable[[AskModel], Awaitable[str | None]] | None = None
    """Never raises; bounded by its deadline. None: no language model is set."""
    pace: float = 1.0
    """Speaking pace of the line's region."""
    language: Language = field(default_factory=lambda: load(DEFAULT))
    """What is spoken on the line."""
    manner: Manner = Manner.WARM
    """How its built-in sentences sound."""
    phrases: Mapping[str, str] = field(default_factory=dict)
    """Built-in sentences in the operator's words."""

    def sentence(self, key: str) -> str:
        """A built-in sentence as the line says it."""
        return self.language.sentences.say(key, self.manner, self.phrases)
