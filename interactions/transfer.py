"""A caller who is to be given to a person, and a message taken instead: what the other side has to know."""

from dataclasses import dataclass

from interactions.vocabulary import TransferReason


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRequest:
    """Give the caller to a human. The seam that warm transfer grows from."""

    reason: TransferReason
    summary: str
    """Who calls, why, and what was tried: made from the log. Personal data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeMessage:
    """A message or callback request to be kept for the team."""

    message: str
    callback_number: str
    """E.164, or empty when none was given. Personal data."""
    summary: str = ""
    """The case, as for a transfer. Personal data."""
