"""The kept events of every interaction, and reading them; for programs beside the service, too."""

from sqlalchemy import BigInteger, Integer, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from interactions.event import CallEvent
from records.call_table import CallRow, CallSummary, replace_all, summary_of, told
from records.database import Base, Database

_READ_ROWS = 500


class EventRow(Base):
    """One event; ``line`` is `CallEvent.to_json`, the other columns are there to find it by."""

    __tablename__ = "events"
    __table_args__ = (UniqueConstraint("interaction_id", "seq"),)

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    event_id: Mapped[str] = mapped_column(String(96), unique=True)
    interaction_id: Mapped[str] = mapped_column(String(64))
    seq: Mapped[int]
    wall_time: Mapped[float]
    type: Mapped[str] = mapped_column(String(40))
    line: Mapped[str] = mapped_column(Text)


class EventLog:
    """Reads call events; for programs beside the service, too."""

    def __init__(self, database: Database):
        """Read from ``database``; nothing is made in it."""
        self._database = database

    def read(self, interaction_id: str, *, after_seq: int = 0, limit: int | None = None) -> list[CallEvent]:
        """The committed events of one call in order, from ``after_seq`` + 1 on; empty for an unknown call."""
        query = (
            select(EventRow.line)
            .where(EventRow.interaction_id == interaction_id, EventRow.seq > after_seq)
            .order_by(EventRow.seq)
        )
        with self._database.session() as session:
            return [CallEvent.from_json(line) for line in session.scalars(query.limit(limit))]

    def calls(self, limit: int = 50) -> list[CallSummary]:
        """The latest calls, newest first."""
        newest = select(CallRow).order_by(CallRow.started.desc()).limit(limit)
        with self._database.session() as session:
            return [summary_of(row) for row in session.scalars(newest)]

    def rebuild_calls(self) -> int:
        """Read all events again and make the list of calls from them; returns how many of its rows were not right."""
        with self._database.transaction("calls") as session:
            in_order = select(EventRow.line).order_by(EventRow.interaction_id, EventRow.seq)
            made: dict[str, CallSummary] = {}
            for line in session.scalars(in_order.execution_options(yield_per=_READ_ROWS)):
                event = CallEvent.from_json(line)
                made[event.interaction_id] = told(made.get(event.interaction_id), event)
            kept = {row.interaction_id: summary_of(row) for row in session.scalars(select(CallRow))}
            wrong = [key for key in kept.keys() | made.keys() if kept.get(key) != made.get(key)]
            if wrong:
                session.expunge_all()
                replace_all(session.connection(), made.values())
            return len(wrong)
