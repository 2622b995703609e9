"""The schema goes forward and back with what is in it, and a database from before there were steps is adopted."""

import json
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from interactions.events.lifecycle import CallEnded, CallStarted
from interactions.facts import CallFact, FactKind
from interactions.vocabulary import EndedReason
from models.errors import FirstlineError
from records.calls import CallRepository
from records.database import Database
from records.event_log import EventLog
from records.events import EventStore
from records.schema import migrate, migrate_back, require_tables
from records.tables import METADATA, TABLES
from tests.fakes.events import draft


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names())


def line(call_id: str, seq: int, event_type: str, **body: object) -> dict[str, object]:
    whole = {"call_id": call_id, "seq": seq, "wall_time": 100.0 + seq, "call_ms": seq, "type": event_type, "body": body}
    return {"call_id": call_id, "seq": seq, "wall_time": 100.0 + seq, "type": event_type, "line": json.dumps(whole)}


def fill_as_before_there_were_steps(database: Database) -> None:
    """What a database of the first versions held: no version, two calls, facts with words of that time."""
    migrate(database, "0001")
    rows = [
        line("CA1", 1, "call_started", line="shop"),
        line("CA1", 2, "reply_heard", reply_id=1, pii_text="Hello.", start_ms=0, end_ms=9, complete=True),
        line("CA2", 1, "call_started", line="shop"),
        line("CA1", 3, "call_ended", reason="handed_over", duration_ms=900),
    ]
    with database.engine.begin() as connection:
        columns = "(call_id, seq, wall_time, type, line) VALUES (:call_id, :seq, :wall_time, :type, :line)"
        connection.execute(text(f"INSERT INTO call_events {columns}"), rows)
        columns = "(call_id, kind, number, detail, noted_s) VALUES ('CA1', :kind, 1, :detail, 1)"
        facts = [("stream_started", ""), ("stream_failed", ""), ("stream_ended", "handed_over")]
        facts = [{"kind": kind, "detail": detail} for kind, detail in facts]
        connection.execute(text(f"INSERT INTO carrier_call_facts {columns}"), facts)
        connection.execute(text("DROP TABLE alembic_version"))


def test_the_steps_end_in_the_tables_that_the_code_means(database):
    migrate(database)
    ours = {table.__tablename__ for table in TABLES}
    assert tables(database) == {*ours, "alembic_version"}
    with database.engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), METADATA)
    assert [each for each in found if "test_counter" not in str(each)] == []


def test_a_database_from_before_there_were_steps_is_adopted_and_nothing_is_lost(database):
    fill_as_before_there_were_steps(database)
    migrate(database)
    log = EventLog(database)
    first, heard, last = log.read("CA1")
    assert [event.seq for event in (first, heard, last)] == [1, 2, 3] and heard.body.pii_text == "Hello."
    assert last.body == CallEnded(reason=EndedReason.TRANSFERRED, duration_ms=900)
    listed = {call.interaction_id: (call.line, call.events, call.ended, call.duration_ms) for call in log.calls()}
    assert listed == {"CA1": ("shop", 3, "transferred", 900), "CA2": ("shop", 1, None, None)}
    assert log.rebuild_calls() == 0
    kept = CallRepository(database).known("CA1").facts
    assert set(kept) == {
        CallFact(kind=FactKind.STREAM_STARTED, number=1),
        CallFact(kind=FactKind.STREAM_ENDED, number=1, detail="transferred"),
    }


def test_a_call_that_was_going_on_goes_on_in_its_log(database):
    fill_as_before_there_were_steps(database)
    migrate(database)
    store = EventStore(database)
    store.append(draft(CallEnded(reason=EndedReason.GOODBYE, duration_ms=5), "CA2"))
    store.close()
    assert [event.seq for event in store.read("CA2")] == [1, 2]


def test_the_steps_lead_back_and_forward_again(database):
    migrate(database)
    store = EventStore(database)
    store.append(draft(CallStarted(line="shop")))
    store.close()
    kept = store.read("CA1")
    migrate_back(database, "0001")
    assert "call_events" in tables(database) and "events" not in tables(database)
    migrate_back(database, "base")
    assert tables(database) == {"alembic_version"}
    migrate(database)
    assert EventLog(database).read("CA1") == [] and kept
    migrate(database)


def test_events_survive_the_way_back_and_forward(database):
    migrate(database)
    store = EventStore(database)
    for body in (CallStarted(line="shop"), CallEnded(reason=EndedReason.GOODBYE, duration_ms=5)):
        store.append(draft(body))
    store.close()
    before, listed = store.read("CA1"), store.calls()
    migrate_back(database, "0001")
    migrate(database)
    assert store.read("CA1") == before and store.calls() == listed


def test_reading_makes_nothing_and_says_what_is_missing(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/nowhere/firstline.db")
    with pytest.raises(FirstlineError) as caught:
        require_tables(database)
    assert caught.value.code == "database_missing" and list(tmp_path.iterdir()) == []


def test_an_empty_database_is_no_log(database_url):
    database = Database(database_url)
    with database.engine.connect():
        pass
    with pytest.raises(FirstlineError) as caught:
        require_tables(database)
    assert caught.value.code == "database_missing" and tables(database) == set()
    database.close()
