"""A playbook as a flat list of steps: what the folder's nested YAML is compiled into."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from dialogue.lines.expressions import Condition
from dialogue.lines.templates import Template


class SlotKind(StrEnum):
    """Type of an answer."""

    REFERENCE = "reference"
    """Digits that name something: order, account, customer."""
    DATE = "date"
    AMOUNT = "amount"
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


KEPT_KINDS = frozenset({SlotKind.REFERENCE, SlotKind.PHONE, SlotKind.EMAIL, SlotKind.NAME})
"""Facts about the caller that stay true from one playbook to the next; the others are asked afresh."""

YES_NO_KEYS = {"1": True, "2": False}
"""What is typed for yes, and for no."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Say something and go on."""

    text: Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Ask for a slot, unless it is known."""

    slot: str
    kind: SlotKind
    prompt: Template
    again: Template | None = None
    """The question after an answer that was not understood."""
    label: str = ""
    """What is asked for, in words: "order number"."""
    confirm: Confirm = Confirm.WHEN_UNSURE
    min_length: int = 0
    """Fewest digits."""
    max_length: int = 0
    """Most digits; 0 when unlimited."""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Words by value."""
    hotwords: tuple[str, ...] = ()
    spelled: bool = False
    """Whether the question asks for a name letter by letter."""

    @property
    def keypad(self) -> bool:
        """Whether the answer can be typed."""
        return self.kind in (
            SlotKind.REFERENCE, SlotKind.PHONE, SlotKind.AMOUNT, SlotKind.YES_NO, SlotKind.CHOICE, SlotKind.DATE
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
    confirm: Template | None = None
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

    text: Template | None = None
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

    text: Template | None = None


PlaybookStep = Say | Ask | CallTool | Branch | Jump | GiveAnswer | TransferStep | Forget | Run | KeepMessage | End


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    """How one kind of request is served."""

    name: str
    about: str
    """Completes "let's go back to …"."""
    steps: tuple[PlaybookStep, ...]

    def asks(self) -> tuple[Ask, ...]:
        """All questions, in order."""
        return tuple(step for step in self.steps if isinstance(step, Ask))
