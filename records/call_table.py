"""The list of calls: a projection of the log, one row for each interaction, written in the events' own transaction."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

from sqlalchemy import Connection, Float, Integer, String, bindparam, delete, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from interactions.event import CallEvent
from interactions.events.lifecycle import CallEnded, CallStarted
from interactions.vocabulary import Channel
from records.database import Base


class CallRow(Base):
    """One interaction; what is in it can be read from its events again."""

    __tablename__ = "calls"

    interaction_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    line: Mapped[str] = mapped_column(String(64))
    started: Mapped[float] = mapped_column(Float, index=True)
    events: Mapped[int] = mapped_column(Integer)
    ended: Mapped[str | None] = mapped_column(String(32), index=True)
    duration_ms: Mapped[int | None] = mapped_column(Integer)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSummary:
    """One call of the list of calls."""

    interaction_id: str
    """The call."""
    channel: Channel = Channel.VOICE
    """How the two sides reach each other."""
    line: str = ""
    """Name of the line that answered; empty while nobody did."""
    started: float
    """Unix time of the first event, s."""
    events: int = 0
    """How many events are kept."""
    ended: str | None = None
    """Why it ended; None while it goes on."""
    duration_ms: int | None = None
    """Its whole length; None without an end."""


def told(summary: CallSummary | None, event: CallEvent) -> CallSummary:
    """A call's row after its next event; pure.

    Args:
        summary: Before it; None when the event is the call's first.
        event: What happened.
    """
    summary = summary or CallSummary(
        interaction_id=event.interaction_id, channel=event.channel, started=event.wall_time
    )
    match event.body:
        case CallStarted(line=line):
            summary = replace(summary, line=line)
        case CallEnded(reason=reason, duration_ms=duration_ms):
            summary = replace(summary, ended=reason.value, duration_ms=duration_ms)
    return replace(summary, events=event.seq)


def project(connection: Connection, events: Iterable[CallEvent]) -> None:
    """Bring the rows of some new events' calls up to date, in the running transaction."""
    events = list(events)
    found = select(*CallRow.__table__.columns).where(
        CallRow.interaction_id.in_({each.interaction_id for each in events})
    )
    before = {row.interaction_id: summary_of(row) for row in connection.execute(found)}
    after = dict(before)
    for event in events:
        after[event.interaction_id] = told(after.get(event.interaction_id), event)
    new = [asdict(each) for key, each in after.items() if key not in before]
    old = [{**asdict(each), "key": key} for key, each in after.items() if key in before]
    if new:
        connection.execute(insert(CallRow), new)
    if old:
        connection.execute(update(CallRow).where(CallRow.interaction_id == bindparam("key")), old)


def replace_all(connection: Connection, summaries: Iterable[CallSummary]) -> None:
    """Put these rows in the place of all that are there."""
    connection.execute(delete(CallRow))
    rows = [asdict(each) for each in summaries]
    if rows:
        connection.execute(insert(CallRow), rows)


def summary_of(row: object) -> CallSummary:
    """A row as it was read."""
    values = {name: getattr(row, name) for name in CallSummary.__slots__}
    return CallSummary(**{**values, "channel": Channel(values["channel"])})
