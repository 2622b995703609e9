"""One commit of the event store: events get their numbers and are kept, all of them or none.

The numbers of an interaction have no hole and no double whoever else writes: they are read and given out under the
interaction's write lock, in the transaction that keeps the events.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, func, insert, literal, select, union_all
from sqlalchemy.exc import IntegrityError

from interactions.event import CallEvent, NewEvent
from records.call_table import project
from records.database import Database
from records.event_log import EventRow


def commit_events(database: Database, connection: Connection, drafts: Sequence[NewEvent]) -> None:
    """Number events and keep them, and what the list of calls makes of them; those that were kept stay as they are.

    Args:
        database: Knows how to lock.
        connection: Of `Database.connect_writer`, outside a transaction.
        drafts: In the order in which they were appended.

    Raises:
        SQLAlchemyError: Nothing was kept.
    """
    try:
        _insert(database, connection, drafts)
    except IntegrityError:
        # One of them was kept already: a commit whose answer was lost is tried again.
        _insert(database, connection, drafts, look_first=True)


def _insert(
    database: Database, connection: Connection, drafts: Sequence[NewEvent], *, look_first: bool = False
) -> None:
    with connection.begin():
        by_id = {draft.event_id: draft for draft in drafts}
        database.lock(connection, {draft.interaction_id for draft in drafts})
        if look_first:
            for kept in connection.scalars(select(EventRow.event_id).where(EventRow.event_id.in_(list(by_id)))):
                del by_id[kept]
        if by_id:
            events = list(_numbered(connection, by_id.values()))
            connection.execute(insert(EventRow), [_values(event) for event in events])
            project(connection, events)


def _numbered(connection: Connection, drafts: Iterable[NewEvent]) -> Iterable[CallEvent]:
    drafts = list(drafts)
    last = _last_numbers(connection, sorted({draft.interaction_id for draft in drafts}))
    for draft in drafts:
        last[draft.interaction_id] += 1
        yield draft.numbered(last[draft.interaction_id])


def _last_numbers(connection: Connection, interaction_ids: list[str]) -> dict[str, int]:
    """The last number of each interaction, 0 for a new one: a look at the end of an index each."""
    looks = [
        select(literal(each), func.coalesce(func.max(EventRow.seq), 0)).where(EventRow.interaction_id == each)
        for each in interaction_ids
    ]
    return {row[0]: row[1] for row in connection.execute(union_all(*looks))}


def _values(event: CallEvent) -> dict[str, object]:
    return {
        "event_id": event.event_id,
        "interaction_id": event.interaction_id,
        "seq": event.seq,
        "wall_time": event.wall_time,
        "type": str(event.body.TYPE),
        # A lone surrogate is valid in a str but in no database; one odd character must not cost the event.
        "line": event.to_json().encode("utf-8", "replace").decode("utf-8"),
    }
