"""How a call ends: what is to be done once everything was heard, and how long that is waited for. Pure."""

from dialogue.types import DialogueAction, EndCall
from interactions.context import CallOutcome
from interactions.events.acting import MessageTaken, Transfer
from interactions.transfer import TakeMessage, TransferRequest
from interactions.vocabulary import EndedReason, TransferState
from voice.turns.commands import Command, Log


class Closing:
    """What is due at the end of a call."""

    def __init__(self) -> None:
        """Nothing is due."""
        self._due: tuple[TransferRequest | EndCall, ...] = ()
        self._awaits_marks = False
        self.time_up = False
        """Whether the call has lasted as long as it may."""

    @property
    def is_due(self) -> bool:
        """Whether the call ends once everything was heard."""
        return bool(self._due)

    @property
    def transferring(self) -> bool:
        """Whether a human is about to take over."""
        return any(isinstance(action, TransferRequest) for action in self._due)

    @property
    def certain(self) -> bool:
        """Whether the call ends whatever the caller says."""
        return self.time_up or self.transferring

    @property
    def outcome(self) -> CallOutcome:
        """How it ends: a transfer comes before a goodbye."""
        action = next((a for a in self._due if isinstance(a, TransferRequest)), self._due[-1] if self._due else None)
        match action:
            case TransferRequest():
                return CallOutcome(reason=EndedReason.TRANSFERRED, transfer=action)
            case EndCall():
                return CallOutcome(reason=action.reason)
        return CallOutcome(reason=EndedReason.GOODBYE)

    def act(self, action: DialogueAction) -> list[Command]:
        """What is to be done about an action at once; the rest of it is due at the end."""
        if isinstance(action, TakeMessage):
            taken = MessageTaken(
                pii_message=action.message,
                pii_callback_number=action.callback_number,
                pii_summary=action.summary,
            )
            return [Log(bodies=(taken,))]
        self._due = (*self._due, action)
        if not isinstance(action, TransferRequest):
            return []
        requested = Transfer(state=TransferState.REQUESTED, reason=action.reason, pii_summary=action.summary)
        return [Log(bodies=(requested,))]

    def take_back(self) -> None:
        """The caller had more to say; what is certain stays."""
        if not self.certain:
            self._due = ()

    def await_marks(self) -> bool:
        """Wait for the carrier to say that the last word was played; whether that is new."""
        waits, self._awaits_marks = self._awaits_marks, True
        return not waits

    def marks_overdue(self) -> None:
        """They were waited for long enough."""
        self._awaits_marks = False
