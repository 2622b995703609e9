"""The state of one conversation: plain immutable data, all that the dialogue remembers between turns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from dialogue.heard import Sayings, question_heard
from dialogue.lines.playbook import SlotKind
from dialogue.types import CallerTurn, ToolCall
from interactions.transfer import TransferRequest
from interactions.vocabulary import InputMode, TransferReason


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotValue:
    """A value that the caller gave."""

    value: Any
    """str, Decimal, date, time or bool. Personal data."""
    kind: SlotKind
    label: str
    """What it is, in words, for the case summary."""
    confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What of a list is on offer."""

    step: int
    """The step that lets the caller choose."""
    entries: tuple[int, ...]
    """Places, in the list, of the entries that come into question."""
    first: int = 0
    """Which of these the last offer began with."""
    said: tuple[str, ...] = ()
    """What is on offer, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What became of an identity check."""

    values: Mapping[str, Any] | None = None
    """What is known of the caller; None while they are not identified. Personal data."""
    by: tuple[str, ...] = ()
    """What was compared, in words, for the case summary."""
    failed: int = 0
    """Checks that failed in this call."""

    @property
    def told(self) -> str:
        """What became of it, for the case summary; empty where there is nothing to tell."""
        tries = f"{self.failed} failed {'try' if self.failed == 1 else 'tries'}"
        if self.values is not None:
            after = f", after {tries}" if self.failed else ""
            return f"checked by {' and '.join(self.by) or 'the line'}{after}"
        return f"not established; {tries}" if self.failed else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One playbook in progress."""

    playbook: str
    step: int = 0
    """Index of the step to run next, or of the question that is open."""
    opening: str = ""
    """The caller's words that started it."""
    trail: tuple[tuple[str, int], ...] = ()
    """(name, step) of the answers given and the results kept here, in order."""
    results: Mapping[str, Any] = field(default_factory=dict)
    """Results and values by the name they were kept under; a result is a mapping of its fields."""
    offer: Offer | None = None
    """What the caller is choosing from."""
    told: str = ""
    """What it told in the last turn in which it told something. Personal data."""
    asked: Mapping[int, int] = field(default_factory=dict)
    """How often the question of each step was put: bounds loops."""
    unconfirmed: "ConfirmingSlot | None" = None
    """An answer that was being confirmed when the caller digressed."""


@dataclass(frozen=True, slots=True)
class Open:
    """Waiting for the caller to say what it is about."""


@dataclass(frozen=True, slots=True)
class Another:
    """The caller was asked whether there is anything else."""

    closing: bool = False
    """Whether they were asked, too, whether that was all: what is no wish then ends the call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clarifying:
    """Asked what it is about, naming the likely requests."""

    options: tuple[str, ...]
    """Intents that were named."""
    text: str = ""
    """What was not clear; personal data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedAgain:
    """A wish that was served is told again, and the caller was asked whether it is about another case."""

    playbook: str


@dataclass(frozen=True, slots=True)
class AskingSlot:
    """The question of the top frame's step is open."""

    spelled: bool = False
    """Whether the answer was asked for letter by letter."""
    still_wanted: bool = False
    """Whether the caller has just said that the matter is wanted."""


@dataclass(frozen=True, slots=True)
class Choosing:
    """Entries of a list are on offer: the top frame's step is a choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmingSlot:
    """An answer was read back."""

    value: Any
    by: InputMode
    again: bool = False
    """Whether it was given for an earlier matter, and the caller was asked whether it is about that again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmingCall:
    """A change was proposed."""

    call: ToolCall


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change that was made, as long as a word of the caller takes it back."""

    call: ToolCall
    result: Mapping[str, Any]
    """What the tool returned. Personal data."""
    proposal: str
    """What the caller said yes to."""
    playbook: str
    """In which it was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingForTool:
    """A tool is running."""

    call: ToolCall
    proposal: str = ""
    """What the caller said yes to, where it changes something."""
    called_back: bool = False
    """Whether the caller wants it undone as soon as it is done."""
    undoes: Change | None = None
    """The change that it takes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingForModel:
    """The language model is thinking."""

    before: "Pending"
    """What was open when the caller spoke."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferingHuman:
    """A human was offered."""

    reason: TransferReason
    held: CallerTurn | None
    """What the caller said meanwhile; it is taken up again after a no."""
    before: "Pending"
    doubted: bool = False
    """Whether the answer was doubtful once, and the offer was put again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StillWanted:
    """Asked whether the matter in progress is wanted at all, after answers in which there was none."""

    before: "Pending"
    """The question that found no answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transferring:
    """A human is being called."""

    transfer: TransferRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """Goodbye was said; all that was open is kept until it was heard."""

    before: "Pending" = Open()
    """What was open."""


Pending = (
    Open
    | Another
    | Clarifying
    | WantedAgain
    | AskingSlot
    | Choosing
    | ConfirmingSlot
    | ConfirmingCall
    | WaitingForTool
    | WaitingForModel
    | OfferingHuman
    | StillWanted
    | Transferring
    | Ended
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogueState:
    """Everything that the dialogue remembers. Contains personal data."""

    call_id: str
    caller_number: str
    """E.164, or empty when withheld."""
    caller_verified: bool
    today: date
    """On the line's clock."""
    team_open: bool
    """Whether humans are at work."""
    clock: time = time()
    """Time of day on the line's clock at which the stream began."""
    pending: Pending = Open()
    stack: tuple[Frame, ...] = ()
    """Playbooks in progress, the current one last."""
    finished: Frame | None = None
    """The playbook that ended last, for a late correction."""
    served: Mapping[str, str] = field(default_factory=dict)
    """What was told last by the playbooks that were gone through, and by articles, by name. Personal data."""
    queue: tuple[tuple[str, str], ...] = ()
    """(intent, the caller's words) still to be served."""
    slots: Mapping[str, SlotValue] = field(default_factory=dict)
    kept: Mapping[str, Any] = field(default_factory=dict)
    """The latest results and values of every playbook of the call, by name. Personal data."""
    identities: Mapping[str, Identity] = field(default_factory=dict)
    """What became of the identity checks, by the identity's name."""
    spoken: Mapping[str, int] = field(default_factory=dict)
    """How often each text that has variants was said."""
    typed: str = ""
    """A number that was typed before it was asked for. Personal data."""
    failed: int = 0
    """Turns in a row that were not understood."""
    taken_over: str = ""
    """The slot of which the last turn told that its earlier value is used again: "no, it's 4028" is about that."""
    phrased: Mapping[str, int] = field(default_factory=dict)
    """How often each built-in sentence was used."""
    asides: int = 0
    """Turns in a row that asked for nothing, or for something beside the matter."""
    complaints: int = 0
    """Complaints since a person was last offered for them."""
    condoled: bool = False
    """Whether a loss that the caller told of was spoken to."""
    unserved: str = ""
    """What the caller said before it was clear what it is about: no value in it is asked for. Personal data."""
    patient: bool = False
    """Whether the caller asked for a moment: their silence is not asked about for a while."""
    human_refused: bool = False
    """Whether the caller asked not to be put through to a person."""
    repeats: int = 0
    """Times in a row that the caller asked to hear it again."""
    faults: int = 0
    turn: int = 0
    """Counts turns of the dialogue."""
    anger_offered: bool = False
    transfer_failed: bool = False
    """A human was called and did not answer."""
    message_kept: bool = False
    pace: float = 1.0
    """Relative to the line's own."""
    said: tuple[str, ...] = ()
    """The replies of the last turn that said anything."""
    question: str = ""
    """The question that is open, for asking it again."""
    asked: str = ""
    """All that was said to put it: of a proposal, object and amount."""
    replies: int = 0
    """Counts the replies of the conversation."""
    sayings: Sayings = ()
    """What was said last, and whether it was heard."""
    changed: Change | None = None
    """The change that was made last, until the caller has said something else."""
    untold: bool = False
    """A change has come to its end, and nothing was said of it yet."""
    history: tuple[tuple[str, str], ...] = ()
    """(role, text) so far, oldest first; the bot's part is what was played."""
    requests: tuple[str, ...] = ()
    """What the caller wanted, in words, for the case summary."""
    opening: str = ""
    """The caller's first words that said something."""
    tried: tuple[str, ...] = ()
    """What was done, in words, for the case summary."""

    @property
    def frame(self) -> Frame | None:
        """The playbook in progress."""
        return self.stack[-1] if self.stack else None

    @property
    def question_heard(self) -> bool:
        """Whether the question that is open was heard to its end; one that was not takes no yes and no no."""
        return question_heard(self.sayings)
