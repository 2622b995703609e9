"""Events of what was done for the caller: tools called, transfers, messages taken."""

from dataclasses import dataclass, field
from typing import ClassVar

from interactions.events.base import Body, EventType, register
from interactions.vocabulary import ActionStatus, TransferReason, TransferState


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class Action(Body):
    """A tool call: the audit row of everything done for a caller."""

    TYPE: ClassVar[EventType] = EventType.ACTION
    action_id: str
    """Idempotency key."""
    tool: str
    """Tool name in the line."""
    status: ActionStatus
    """How far it got."""
    has_side_effects: bool
    """Whether the tool changes anything."""
    confirmed: bool = False
    """Whether the caller confirmed."""
    pii_arguments: dict[str, str] = field(default_factory=dict)
    """What it was called with."""
    pii_result: dict[str, str] = field(default_factory=dict)
    """What it returned."""
    error_code: str = ""
    """Typed error code when it did not succeed."""
    took_ms: float = 0.0
    """Duration, ms."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer(Body):
    """A step of handing the caller to a human."""

    TYPE: ClassVar[EventType] = EventType.TRANSFER
    state: TransferState
    """How far it got."""
    reason: TransferReason
    """Why."""
    pii_summary: str = ""
    """Case summary made from the log."""
    detail: str = ""
    """Carrier's word on a failure."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTaken(Body):
    """The caller left a message for the team, or asked to be called back."""

    TYPE: ClassVar[EventType] = EventType.MESSAGE_TAKEN
    pii_message: str
    """In the caller's words."""
    pii_callback_number: str = ""
    """E.164, or empty when none was given."""
    pii_summary: str = ""
    """The case, made from the log."""
