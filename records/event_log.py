"""The kept events of every interaction, and reading them; for programs beside the service, too."""

from dataclasses import dataclass

from sqlalchemy import BigInteger, Index, Integer, String, Text, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from interactions.event import CallEvent
from interactions.events.base import EventType
from interactions.events.lifecycle import CallEnded, CallStarted
from records.database import Base, Database


class EventRow(Base):
    """One event; ``line`` is `CallEvent.to_json`, the other columns are there to find it by."""

    __tablename__ = "events"
    __table_args__ = (UniqueConstraint("interaction_id", "seq"), Index("ix_events_type_id", "type", "id"))

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    event_id: Mapped[str] = mapped_column(String(96), unique=True)
    interaction_id: Mapped[str] = mapped_column(String(64))
    seq: Mapped[int]
    wall_time: Mapped[float]
    type: Mapped[str] = mapped_column(String(40))
    line: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSummary:
    """One call of the list of calls."""

    interaction_id: str
    """The call."""
    line: str
    """Name of the line that answered."""
    started: float
    """Unix time of the first event, s."""
    events: int
    """How many events are kept."""
    ended: str | None
    """Why it ended; None while it goes on, or when it was cut off by a crash."""
    duration_ms: int | None
    """Call-clock length; None without an end."""


class EventLog:
    """Reads call events; for programs beside the service, too."""

    def __init__(self, database: Database):
        """Read from ``database``; its tables are created when missing."""
        self._database = database
        database.create_all()

    def read(self, interaction_id: str, *, after_seq: int = 0, limit: int | None = None) -> list[CallEvent]:
        """The committed events of one call in order, from ``after_seq`` + 1 on; empty for an unknown call."""
        query = (
            select(EventRow.line)
            .where(EventRow.interaction_id == interaction_id, EventRow.seq > after_seq)
            .order_by(EventRow.seq)
        )
        with self._database.session() as session:
            return [CallEvent.from_json(line) for line in session.scalars(query.limit(limit))]

    def last_seq(self, interaction_id: str) -> int:
        """The last committed sequence number of a call, 0 for none: where a resumed conversation goes on counting."""
        with self._database.session() as session:
            return session.scalar(select(func.max(EventRow.seq)).where(EventRow.interaction_id == interaction_id)) or 0

    def calls(self, limit: int = 50) -> list[CallSummary]:
        """The latest calls, newest first."""
        with self._database.session() as session:
            newest = func.max(EventRow.id).label("newest")
            started = (
                select(EventRow.interaction_id, newest)
                .where(EventRow.type == EventType.CALL_STARTED)
                .group_by(EventRow.interaction_id)
                .order_by(newest.desc())
                .limit(limit)
            )
            return [self._summary(interaction_id) for interaction_id in session.scalars(started)]

    def _summary(self, interaction_id: str) -> CallSummary:
        query = select(EventRow.line).where(EventRow.interaction_id == interaction_id).order_by(EventRow.seq)
        edges = query.where(EventRow.type.in_([EventType.CALL_STARTED, EventType.CALL_ENDED]))
        with self._database.session() as session:
            count = session.scalar(select(func.count()).where(EventRow.interaction_id == interaction_id)) or 0
            found = [CallEvent.from_json(line) for line in session.scalars(edges)]
        first, last = found[0], found[-1]
        ended = last.body if isinstance(last.body, CallEnded) else None
        return CallSummary(
            interaction_id=interaction_id,
            line=first.body.line if isinstance(first.body, CallStarted) else "",
            started=first.wall_time,
            events=count,
            ended=ended.reason.value if ended else None,
            duration_ms=ended.duration_ms if ended else None,
        )
