"""What a line waits for, as a caller understands it: from the dialogue's state, never from the words of a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from dialogue.draft import bare_name
from dialogue.lines.playbook import Ask, Choose, Playbook, PlaybookStep, SlotKind
from dialogue.state import (
    Another,
    Choosing,
    Clarifying,
    ConfirmingCall,
    ConfirmingSlot,
    DialogueState,
    Ended,
    OfferingHuman,
    Open,
    SlotValue,
    StillWanted,
    Transferring,
    WaitingForModel,
    WaitingForTool,
    WantedAgain,
)
from dialogue.types import ToolCall


class QuestionKind(StrEnum):
    """What the caller is to say next."""

    STILL = "still"
    """Whether the matter is wanted at all."""
    AGAIN = "again"
    """Whether another case is meant than the one that was served."""
    OPEN = "open"
    """What it is about."""
    MORE = "more"
    """Whether there is anything else."""
    WHICH = "which"
    """Which of a few requests it is about."""
    VALUE = "value"
    """A value of a playbook."""
    YES_NO = "yes_no"
    """A yes or no of a playbook that changes nothing by itself."""
    CHOICE = "choice"
    """One of a few."""
    OPTIONS = "options"
    """One of what a tool found."""
    READ_BACK = "read_back"
    """Whether a value was understood."""
    PROPOSAL = "proposal"
    """Whether something that changes the world shall be done."""
    HUMAN = "human"
    """Whether to be put through to a person."""
    CONNECTING = "connecting"
    """Nothing: a person is being called."""
    BUSY = "busy"
    """Nothing: something is being looked up."""
    OVER = "over"
    """Nothing: goodbye was said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is open."""

    kind: QuestionKind
    """What the caller is to say next."""
    playbook: str = ""
    """The playbook that asks; empty between playbooks."""
    slot: str = ""
    """Name of the value that is asked for, chosen or read back."""
    slot_kind: SlotKind | None = None
    """Its type."""
    label: str = ""
    """What it is, in words: "order number"."""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Words by value, where the answer is one of a few."""
    value: Any = None
    """The value that is read back."""
    call: ToolCall | None = None
    """The change that is proposed."""
    asked: str = ""
    """The words in which it is."""
    options: tuple[str, ...] = ()
    """The intents that were named."""
    known: Mapping[str, SlotValue] = field(default_factory=dict)
    """Everything that the line believes to know."""

    @property
    def asks_slot(self) -> bool:
        """Whether it is a playbook's own question."""
        return self.kind in (QuestionKind.VALUE, QuestionKind.YES_NO, QuestionKind.CHOICE, QuestionKind.OPTIONS)


def question_of(state: DialogueState, playbooks: Mapping[str, Playbook]) -> Question:
    """The open question of a state.

    Args:
        state: After the line's turn.
        playbooks: Of the line.
    """
    frame = state.frame
    playbook = frame.playbook if frame else ""
    match state.pending:
        case Open():
            kind = QuestionKind.OPEN
        case Another():
            kind = QuestionKind.MORE
        case Clarifying(options=options):
            return Question(kind=QuestionKind.WHICH, options=options, known=_known(state))
        case OfferingHuman():
            kind = QuestionKind.HUMAN
        case WantedAgain(playbook=again):
            return Question(kind=QuestionKind.AGAIN, playbook=again, known=_known(state))
        case StillWanted():
            kind = QuestionKind.STILL
        case Transferring():
            kind = QuestionKind.CONNECTING
        case WaitingForTool() | WaitingForModel():
            kind = QuestionKind.BUSY
        case Ended():
            kind = QuestionKind.OVER
        case ConfirmingCall(call=call):
            return Question(
                kind=QuestionKind.PROPOSAL, playbook=playbook, call=call, asked=state.question, known=_known(state)
            )
        case Choosing():
            step = _open_step(state, playbooks)
            name = bare_name(step.name) if isinstance(step, Choose) else ""
            return Question(kind=QuestionKind.OPTIONS, playbook=playbook, slot=name, known=_known(state))
        case ConfirmingSlot(value=value):
            return _about_slot(state, _open_ask(state, playbooks), QuestionKind.READ_BACK, value)
        case _:
            ask = _open_ask(state, playbooks)
            return _about_slot(state, ask, _KINDS.get(ask.kind, QuestionKind.VALUE) if ask else QuestionKind.OPEN)
    return Question(kind=kind, playbook=playbook, known=_known(state))


_KINDS = {SlotKind.YES_NO: QuestionKind.YES_NO, SlotKind.CHOICE: QuestionKind.CHOICE}


def _known(state: DialogueState) -> dict[str, SlotValue]:
    return {bare_name(name): value for name, value in state.slots.items()}


def _about_slot(state: DialogueState, ask: Ask | None, kind: QuestionKind, value: Any = None) -> Question:
    return Question(
        kind=kind,
        playbook=state.frame.playbook if state.frame else "",
        slot=bare_name(ask.slot) if ask else "",
        slot_kind=ask.kind if ask else None,
        label=ask.label if ask else "",
        choices=ask.choices if ask else {},
        value=value,
        known=_known(state),
    )


def _open_ask(state: DialogueState, playbooks: Mapping[str, Playbook]) -> Ask | None:
    step = _open_step(state, playbooks)
    return step if isinstance(step, Ask) else None


def _open_step(state: DialogueState, playbooks: Mapping[str, Playbook]) -> PlaybookStep | None:
    frame = state.frame
    steps = playbooks[frame.playbook].steps if frame and frame.playbook in playbooks else ()
    return steps[frame.step] if frame and frame.step < len(steps) else None
