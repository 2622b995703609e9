"""How the list of calls tells when a call was, how long it took, and what became of it."""

from datetime import datetime

from interactions.vocabulary import EndedReason
from records.call_table import CallSummary

_OUTCOMES = {
    EndedReason.CALLER_HUNG_UP: "the caller hung up",
    EndedReason.GOODBYE: "goodbye was said",
    EndedReason.SILENCE: "nobody spoke any more",
    EndedReason.TRANSFERRED: "given to a person",
    EndedReason.LEG_DEAD: "the connection was lost",
    EndedReason.FAULT: "something of ours failed",
    EndedReason.SHUTDOWN: "the service was stopped",
}


def began(call: CallSummary) -> str:
    """When its first event was, in this machine's time zone: "2026-11-27 19:31"."""
    return f"{datetime.fromtimestamp(call.started).astimezone():%Y-%m-%d %H:%M}"


def length(call: CallSummary) -> str:
    """Its length in minutes and seconds, "1:05"; a dash while it has none."""
    if call.duration_ms is None:
        return "–"
    minutes, seconds = divmod(round(call.duration_ms / 1000), 60)
    return f"{minutes}:{seconds:02d}"


def outcome(call: CallSummary) -> str:
    """What became of it, in words."""
    if call.ended is None:
        return "no end is known"
    return _OUTCOMES.get(EndedReason(call.ended), call.ended.replace("_", " "))
