"""The life of a call at the carrier as a pure machine: statuses, their order, and what callbacks say."""

import email.utils
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CallStatus(StrEnum):
    """Status of a call, as the carrier writes it."""

    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    CANCELED = "canceled"


class CallDirection(StrEnum):
    """Who started a call, as the carrier writes it."""

    INBOUND = "inbound"
    OUTBOUND_API = "outbound-api"
    OUTBOUND_DIAL = "outbound-dial"


TERMINAL = frozenset(
    {CallStatus.COMPLETED, CallStatus.BUSY, CallStatus.NO_ANSWER, CallStatus.FAILED, CallStatus.CANCELED}
)
"""Statuses that do not change any more."""

_UNANSWERED_ENDS = TERMINAL - {CallStatus.COMPLETED}
_NEXT: dict[CallStatus, frozenset[CallStatus]] = {
    CallStatus.QUEUED: frozenset({CallStatus.INITIATED, CallStatus.CANCELED, CallStatus.FAILED}),
    CallStatus.INITIATED: frozenset({CallStatus.RINGING}) | _UNANSWERED_ENDS,
    CallStatus.RINGING: frozenset({CallStatus.IN_PROGRESS}) | _UNANSWERED_ENDS,
    CallStatus.IN_PROGRESS: frozenset({CallStatus.COMPLETED}),
}
_EVENT_OF = {
    CallStatus.INITIATED: "initiated",
    CallStatus.RINGING: "ringing",
    CallStatus.IN_PROGRESS: "answered",
}


class IllegalTransitionError(Exception):
    """A call cannot go from one status to the other."""


def new_sid(prefix: str) -> str:
    """A fresh identifier: two letters and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusCallback:
    """Who is told of a call's progress."""

    url: str
    """Absolute address."""
    events: frozenset[str] = frozenset({"completed"})
    """Of which events."""


@dataclass(slots=True, kw_only=True)
class CallMachine:
    """One call at the carrier."""

    sid: str
    """``CA…``"""
    account_sid: str
    """``AC…``"""
    caller: str
    """``From``, E.164."""
    called: str
    """``To``, E.164."""
    direction: CallDirection
    """Who started it."""
    parent_sid: str = ""
    """Of a dialled leg: the call that dialled."""
    status: CallStatus = CallStatus.QUEUED
    """Where it is."""
    sequence: int = 0
    """Number of the next callback."""
    created_ms: float = 0.0
    """When it was made."""
    answered_ms: float | None = None
    """When it was answered."""
    ended_ms: float | None = None
    """When it ended."""

    def move(self, status: CallStatus, now_ms: float) -> None:
        """Go to another status.

        Raises:
            IllegalTransitionError: The carrier never does that.
        """
        if status not in _NEXT.get(self.status, frozenset()):
            raise IllegalTransitionError(f"{self.status} cannot become {status}")
        self.status = status
        if status is CallStatus.IN_PROGRESS:
            self.answered_ms = now_ms
        if status in TERMINAL:
            self.ended_ms = now_ms

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.status in TERMINAL

    @property
    def duration_s(self) -> int:
        """Answered time in whole seconds, rounded up."""
        if self.answered_ms is None or self.ended_ms is None:
            return 0
        return -(-int(self.ended_ms - self.answered_ms) // 1000)

    def subscribed(self, events: frozenset[str]) -> bool:
        """Whether a callback for ``events`` is due for the current status; ``completed`` stands for every end."""
        return (_EVENT_OF.get(self.status) or "completed" if self.status is not CallStatus.QUEUED else "") in events

    def params(self) -> dict[str, str]:
        """What every voice webhook says."""
        params = {
            "CallSid": self.sid,
            "AccountSid": self.account_sid,
            "From": self.caller,
            "To": self.called,
            "Caller": self.caller,
            "Called": self.called,
            "CallStatus": str(self.status),
            "Direction": str(self.direction),
            "ApiVersion": "2010-04-01",
        }
        if self.parent_sid:
            params["ParentCallSid"] = self.parent_sid
        return params

    def callback_params(self, at: datetime) -> dict[str, str]:
        """What a status callback says; counts the sequence number."""
        params = self.params() | {
            "Timestamp": email.utils.format_datetime(at),
            "CallbackSource": "call-progress-events",
            "SequenceNumber": str(self.sequence),
        }
        self.sequence += 1
        if self.over:
            params["CallDuration"] = str(self.duration_s)
            params["Duration"] = str(-(-self.duration_s // 60))
        return params
