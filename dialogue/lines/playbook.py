"""A playbook as a flat list of steps: what the folder's nested YAML is compiled into."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from dialogue.lines.expressions import Condition
from dialogue.lines.templates import Template
from dialogue.lines.wording import Wording


class SlotKind(StrEnum):
    """Type of an answer."""

    REFERENCE = "reference"
    """Digits that name something: order, account, customer."""
    CODE = "code"
    """Letters and digits that name something: a booking, a number plate."""
    POSTCODE = "postcode"
    ADDRESS = "address"
    DATE = "date"
    TIME = "time"
    """A time of day."""
    AMOUNT = "amount"
    NUMBER = "number"
    """How many there are of something: nights, guests."""
    PHONE = "phone"
    EMAIL = "email"
    NAME = "name"
    YES_NO = "yes_no"
    CHOICE = "choice"
    TEXT = "text"
    """Whatever the caller says: a description, a message."""

    @classmethod
    def _missing_(cls, value: object) -> "SlotKind | None":
        """Lines may also say ``order_number``, as they once had to."""
        return cls.REFERENCE if value == "order_number" else None


class Confirm(StrEnum):
    """When an answer is read back."""

    ALWAYS = "always"
    WHEN_UNSURE = "when_unsure"
    NEVER = "never"


class DateDirection(StrEnum):
    """On which side of today the day lies that a question asks for."""

    FUTURE = "future"
    """Today or later."""
    PAST = "past"
    """Today or earlier."""
    BIRTH = "birth"
    """The day on which somebody who is alive was born."""


KEPT_KINDS = frozenset(
    {SlotKind.REFERENCE, SlotKind.CODE, SlotKind.POSTCODE, SlotKind.PHONE, SlotKind.EMAIL, SlotKind.NAME}
)
"""Facts about the caller that stay true from one playbook to the next; the others are asked afresh."""

YES_NO_KEYS = {"1": True, "2": False}
"""What is typed for yes, and for no."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Say something and go on."""

    text: Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Ask for a slot, unless it is known."""

    slot: str
    kind: SlotKind
    prompt: Wording
    again: Wording | None = None
    """The question after an answer that was not understood."""
    label: str = ""
    """What is asked for, in words: "order number"."""
    confirm: Confirm = Confirm.WHEN_UNSURE
    min_length: int = 0
    """Fewest digits or letters."""
    max_length: int = 0
    """Most digits or letters; 0 when unlimited."""
    when: DateDirection | None = None
    """On which side of today a day has to lie; None for either."""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Words by value."""
    hotwords: tuple[str, ...] = ()
    spelled: bool = False
    """Whether the question asks for a name letter by letter."""
    units: tuple[str, ...] = ()
    """What is counted, in pairs for one and for several: "night", "nights"."""
    least: int = 0
    """The smallest count there can be."""
    most: int | None = None
    """The largest count there can be; None when unlimited."""

    @property
    def keypad(self) -> bool:
        """Whether the answer can be typed."""
        return self.kind in (
            SlotKind.REFERENCE, SlotKind.PHONE, SlotKind.AMOUNT, SlotKind.YES_NO, SlotKind.CHOICE, SlotKind.DATE,
            SlotKind.TIME, SlotKind.POSTCODE, SlotKind.NUMBER,
        )  # fmt: skip

    @property
    def spelled_again(self) -> bool:
        """Whether an answer that was not understood is asked for letter by letter; a line's own words come first."""
        return self.kind is SlotKind.NAME and self.again is None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTool:
    """Call a tool and keep its result."""

    tool: str
    save: str
    """Name of the result."""
    key: str
    """Stable name of this step, part of the idempotency key."""
    arguments: Mapping[str, Template | Any] = field(default_factory=dict)
    """Templates, or values that stand as they are."""
    confirm: Wording | None = None
    """Question before a change."""
    filler: str = ""
    on_failure: int | None = None
    """Step to go to when the tool fails; None brings a human."""
    on_decline: int | None = None
    """Step to go to when the caller says no; None ends the playbook."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """Go to the first case that holds."""

    cases: tuple[tuple[Condition, int], ...]
    otherwise: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    """Go to another step."""

    to: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveAnswer:
    """Answer from the knowledge: a named article, or the one that fits what the caller said."""

    article: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferStep:
    """Transfer to a human."""

    text: Wording | None = None
    why: str = ""
    """For the case summary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forget:
    """Forget slots, so that they are asked again."""

    slots: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Go on with another playbook."""

    playbook: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepMessage:
    """Keep the message and the callback number that were asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """Say goodbye and end the call."""

    text: Wording | None = None


Value = Template | Any
"""A template, or a value that stands as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """Keep values, each under its own name or all of them as one result."""

    values: Mapping[str, Value]
    record: str = ""
    """Name of the result that they are the fields of; empty when each is kept by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """Answer a question, as if it had been asked."""

    slot: str
    kind: SlotKind
    label: str
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Count how often this was passed in this playbook."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choose:
    """Let the caller choose one entry of a list that a tool gave."""

    name: str
    """What the chosen entry is kept as."""
    among: str
    """The list: ``result.field``."""
    each: Template
    """How an entry is said, from its own fields."""
    prompt: Wording
    """The question, with ``{options}`` in it."""
    one: Wording | None = None
    """The question where the list has a single entry."""
    more: Wording | None = None
    """The question about the following entries."""
    at_a_time: int = 3
    """So many are said at once."""
    none: int = 0
    """Step to go to where there is nothing to choose from, or nothing that suits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIdentity:
    """Pass over the steps of an identity check whose caller is known; after too many failed ones bring a human."""

    identity: str
    attempts: int
    """So many checks may fail in one call."""
    known: int
    """Step after the check."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """The caller is who they say: keep what is known of them for the rest of the call."""

    identity: str
    values: Mapping[str, Value]
    by: tuple[str, ...]
    """What was compared, in words, for the case summary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotIdentified:
    """The check failed: say so, and begin it again with other answers."""

    identity: str
    text: Wording | None
    slots: tuple[str, ...]
    """What is asked again."""
    again: int
    """Step at which the check begins."""


PlaybookStep = (
    Say
    | Ask
    | CallTool
    | Branch
    | Jump
    | GiveAnswer
    | TransferStep
    | Forget
    | Run
    | KeepMessage
    | End
    | Keep
    | Fill
    | Count
    | Choose
    | CheckIdentity
    | Identified
    | NotIdentified
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    """How one kind of request is served."""

    name: str
    about: str
    """Completes "let's go back to …"."""
    uses: frozenset[str] = frozenset()
    """Results and values of other playbooks that it may look at, where they ran before in the call."""
    steps: tuple[PlaybookStep, ...]

    def asks(self) -> tuple[Ask, ...]:
        """All questions, in order."""
        return tuple(step for step in self.steps if isinstance(step, Ask))
