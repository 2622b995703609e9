"""The last snapshot of every call that goes on, for whichever process its next stream comes to.

A snapshot holds what a caller said: it is forgotten with the call's end, which is the log's last word on it.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import Connection, String, Text, delete, insert, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from interactions.events.base import EventType
from interactions.snapshot import SNAPSHOT_VERSION, CallSnapshot
from models.errors import FirstlineError
from records.database import Base, Database
from records.event_log import EventRow


class SnapshotRow(Base):
    """Where one call stands; ``snapshot`` is the whole of it as JSON."""

    __tablename__ = "call_snapshots"

    interaction_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    wall_time: Mapped[float]
    snapshot: Mapped[str] = mapped_column(Text)


def commit_snapshots(
    database: Database, connection: Connection, snapshots: Iterable[CallSnapshot], ended: Iterable[str]
) -> None:
    """Keep snapshots in place of older ones of their calls, and forget those of calls that ended; all or nothing.

    Args:
        database: Knows how to lock.
        connection: Of `Database.connect_writer`, outside a transaction.
        snapshots: At most one of each call.
        ended: Calls that are over; they come after the snapshots.

    Raises:
        SQLAlchemyError: Nothing was kept.
        TypeError: A dialogue's serial form is no JSON.
    """
    new = {each.interaction_id: _row(each) for each in snapshots}
    over = set(ended)
    with connection.begin():
        database.lock(connection, new.keys() | over)
        # A stream's last turn may be told after the carrier has ended the call.
        at_end = select(EventRow.interaction_id).where(
            EventRow.interaction_id.in_(new), EventRow.type == EventType.CALL_ENDED
        )
        over |= set(connection.scalars(at_end))
        known = select(SnapshotRow.interaction_id, SnapshotRow.wall_time).where(SnapshotRow.interaction_id.in_(new))
        # Another process may have gone on with the call already.
        newer = {row.interaction_id for row in connection.execute(known) if row.wall_time > new[row[0]]["wall_time"]}
        kept = [row for call_id, row in new.items() if call_id not in newer | over]
        replaced = over | {str(row["interaction_id"]) for row in kept}
        connection.execute(delete(SnapshotRow).where(SnapshotRow.interaction_id.in_(replaced)))
        if kept:
            connection.execute(insert(SnapshotRow), kept)


def read_snapshot(database: Database, interaction_id: str) -> CallSnapshot | None:
    """The last snapshot of a call; None when there is none, or one that only another version can read. Blocking.

    Raises:
        FirstlineError: code ``"store_failed"``: the database does not answer.
    """
    try:
        with database.session() as session:
            kept = session.get(SnapshotRow, interaction_id)
    except SQLAlchemyError as error:
        raise FirstlineError("store_failed", "Where a call stood cannot be read; look at the database.") from error
    values = json.loads(kept.snapshot) if kept else {}
    return CallSnapshot(**values) if values.get("version") == SNAPSHOT_VERSION else None


def _row(snapshot: CallSnapshot) -> dict[str, object]:
    # A lone surrogate is valid in a str but in no database.
    text = json.dumps(asdict(snapshot), ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")
    return {"interaction_id": snapshot.interaction_id, "wall_time": snapshot.wall_time, "snapshot": text}
