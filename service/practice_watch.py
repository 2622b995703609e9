"""What the log of a call tells of a conversation, event by event: what was said and heard, done, and handed over."""

from dataclasses import dataclass, field, replace

from dialogue.lines.types import Line
from dialogue.practice.goals import typed_arguments
from dialogue.practice.tools import Deed
from dialogue.types import ToolCall
from interactions.event import CallEvent
from interactions.events.acting import Action, MessageTaken, Transfer
from interactions.events.lifecycle import CallEnded
from interactions.events.listening import UtteranceHeard
from interactions.events.speaking import ReplyPlanned, ReplyPlayed
from interactions.vocabulary import ActionStatus

_FAILED = frozenset({ActionStatus.TIMED_OUT, ActionStatus.UNSURE})


@dataclass(slots=True, kw_only=True)
class CallWatch:
    """Fed the events of one call in their order."""

    line: Line
    seq: int = 0
    """Number of the last event."""
    played: list[str] = field(default_factory=list)
    """What was heard of the line since this was last emptied."""
    understood: list[UtteranceHeard] = field(default_factory=list)
    """What was recognised of the caller since this was last emptied."""
    deeds: list[Deed] = field(default_factory=list)
    """The changes that came to their end."""
    outcomes: list[str] = field(default_factory=list)
    """What the line said first after each."""
    agreed_to: ToolCall | None = None
    """What the caller agrees to in the turn that is being answered."""
    handed_over: bool = False
    """Whether a person was called, or a message taken in their place."""
    over: bool = False
    """Whether the call has ended."""
    failed: bool = False
    """Whether the back office failed."""
    _on_way: set[int] = field(default_factory=set)
    _begun: dict[str, Deed] = field(default_factory=dict)
    _untold: bool = False

    @property
    def speaking(self) -> bool:
        """Whether something that the line decided to say has not been played yet."""
        return bool(self._on_way)

    def apply(self, event: CallEvent) -> None:
        """Take the next event."""
        self.seq = event.seq
        match event.body:
            case ReplyPlanned(reply_id=reply_id, pii_text=text):
                self._on_way.add(reply_id)
                if self._untold:
                    self.outcomes.append(text)
                    self._untold = False
            case ReplyPlayed(reply_id=reply_id, pii_text=text):
                self._on_way.discard(reply_id)
                if text.strip():
                    self.played.append(text.strip())
            case UtteranceHeard():
                self.understood.append(event.body)
            case Action(has_side_effects=True):
                self._change(event.body)
            case Action(status=status) if status in _FAILED:
                self.failed = True
            case Transfer() | MessageTaken():
                self.handed_over = True
            case CallEnded():
                self.over = True

    def _change(self, action: Action) -> None:
        if action.status is ActionStatus.STARTED:
            given = {name: value for name, value in action.pii_arguments.items() if value != str(None)}
            call = ToolCall(
                action_id=action.action_id,
                tool=action.tool,
                arguments=typed_arguments(self.line, action.tool, given),
                has_side_effects=True,
                confirmed=action.confirmed,
            )
            self._begun[action.action_id] = Deed(call=call, agreed=self._is_agreed(action), status=action.status)
        elif (begun := self._begun.pop(action.action_id, None)) is not None:
            self.deeds.append(replace(begun, status=action.status))
            self.failed |= action.status in _FAILED
            self._untold = True

    def _is_agreed(self, action: Action) -> bool:
        agreed = self.agreed_to
        if agreed is None or agreed.tool != action.tool:
            return False
        return {name: str(value) for name, value in agreed.arguments.items()} == action.pii_arguments
