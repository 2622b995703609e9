"""The data that goes into and comes out of the dialogue.

The dialogue itself is a pure function from a state and a fact to a `DialogueTurn`: the next state, what to say, what
to expect, what to do. Nothing is kept until the caller of that function keeps the new state, so a turn can be thought
through on an eager end of turn and thrown away when the caller goes on.
"""

from dataclasses import dataclass, field
from typing import Any

from dialogue.expectation import Expectation
from dialogue.heard import ReplyPart
from interactions.events.base import Body
from interactions.transfer import TakeMessage, TransferRequest
from interactions.vocabulary import ActionStatus, EndedReason, ReplySource
from models.interfaces import EmotionEstimate, IntentResult
from models.understanding import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerTurn:
    """One turn of the caller, understood."""

    text: str
    """Recognised text; empty when there was speech but no words."""
    confidence: float = 1.0
    """Mean token probability, 0 to 1."""
    intents: IntentResult | None = None
    """What the words ask for."""
    reading: Reading | None = None
    """What the caller does with them, read together with what was asked; None where nothing reads."""
    emotion: EmotionEstimate | None = None
    """How the voice sounded, if it was judged."""
    anger: float = 0.0
    """Call-level smoothed anger, 0 to 1."""
    keys: str = ""
    """What was typed instead of said: ``0-9*#``. With keys, ``text`` is empty."""
    utterance_id: int | None = None
    """The utterance in the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One thing to say, as prose; numbers, money and dates are written as in a letter."""

    text: str
    """Plain text of one or more sentences. ``speaking`` turns it into what people say."""
    source: ReplySource = ReplySource.PLAYBOOK
    interruptible: bool = True
    """False for what has to be heard, such as the emergency advice."""
    part: ReplyPart = ReplyPart.OTHER
    """What it is in the conversation; the dialogue fills it in as the turn is finished."""
    number: int = 0
    """Counts the replies of the dialogue, which is told by it what was heard; 0 for what is not the dialogue's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """A tool that the playbook wants called; the shell runs it and hands the outcome back."""

    action_id: str
    """Idempotency key: the same for every try of the same step of the same call."""
    tool: str
    """Name in the line."""
    arguments: dict[str, Any]
    """Typed values by parameter name. Personal data: never logged outside an event."""
    has_side_effects: bool
    """Whether it changes anything. Such a call runs only after the turn is confirmed, never on an eager one."""
    confirmed: bool = False
    """Whether the caller said yes to it."""
    timeout_s: float = 4.0
    filler: str = ""
    """Said when the tool is slow: "Let me look that up"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolOutcome:
    """What became of a tool call."""

    action_id: str
    status: ActionStatus
    result: dict[str, Any]
    """What the tool returned, validated against its declared fields; empty unless it succeeded."""
    error_code: str = ""
    took_ms: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EndCall:
    """Say what is to be said, then hang up."""

    reason: EndedReason


DialogueAction = TransferRequest | EndCall | TakeMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class AskModel:
    """No playbook covers this: let the language model try, within its deadline.

    When it is slow, down or wrong in format, the shell calls `Dialogue.model_answered` with None.
    """

    text: str
    """What the caller said."""
    knowledge: tuple[str, ...]
    """Articles the answer must be grounded in."""
    history: tuple[tuple[str, str], ...] = ()
    """(role, text) so far, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogueTurn:
    """What the dialogue makes of one fact."""

    state: Any
    """The dialogue state after this turn (opaque to the shell): immutable; keep it to go on from here."""
    replies: tuple[Reply, ...] = ()
    """What to say now, in order."""
    expects: Expectation = field(default_factory=Expectation)
    """What the caller is expected to say after the replies."""
    tool: ToolCall | None = None
    """A tool to call after the replies have been queued; its outcome goes to `Dialogue.tool_returned`."""
    ask_model: AskModel | None = None
    """Ask the language model; its text goes to `Dialogue.model_answered`."""
    actions: tuple[DialogueAction, ...] = ()
    """To be done once the replies have been played: a message to keep, a transfer, the end."""
    facts: tuple[Body, ...] = ()
    """Event bodies for the log (slots filled …), to be kept with the state."""
    pace: float = 1.0
    """How fast to speak from now on, relative to the line's own pace; below 1 after "slower, please"."""
