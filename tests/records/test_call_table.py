"""The list of calls is what the log tells, in one query, and can be made again."""

from collections.abc import Iterator

import pytest
from sqlalchemy import event, text

from interactions.events.lifecycle import CallEnded, CallStarted
from interactions.events.listening import KeyPressed
from interactions.vocabulary import EndedReason
from records.database import Database
from records.events import EventStore
from records.schema import migrate
from tests.fakes.events import draft


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    migrate(database)
    yield database
    database.close()


@pytest.fixture
def store(database: Database) -> Iterator[EventStore]:
    store = EventStore(database)
    for n in range(4):
        store.append(draft(CallStarted(line=f"line {n}"), f"CA{n}", wall_time=100.0 * n))
        store.append(draft(KeyPressed(pii_digit="1", at_ms=5), f"CA{n}", wall_time=100.0 * n + 1))
        if n % 2:
            store.flush()
            store.append(draft(CallEnded(reason=EndedReason.GOODBYE, duration_ms=900 + n), f"CA{n}"))
    store.flush()
    yield store
    store.close()


def test_a_call_is_listed_as_its_log_tells(store):
    last, before, *_ = store.calls()
    assert (last.interaction_id, last.line, last.started, last.events) == ("CA3", "line 3", 300.0, 3)
    assert (last.ended, last.duration_ms) == ("goodbye", 903)
    assert (before.events, before.ended, before.duration_ms) == (2, None, None)


def test_the_list_takes_one_query_however_long_it_is(database, store):
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    assert len(store.calls(limit=50)) == 4
    assert len([statement for statement in asked if statement.startswith("SELECT") and "FROM calls" in statement]) == 1
    assert len([statement for statement in asked if "events" in statement and "FROM events" in statement]) == 0


def test_a_list_that_is_wrong_is_made_again_from_the_log(database, store):
    right = store.calls()
    assert store.rebuild_calls() == 0
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE calls SET ended = 'fault', events = 9 WHERE interaction_id = 'CA1'"))
        connection.execute(text("DELETE FROM calls WHERE interaction_id = 'CA2'"))
        connection.execute(
            text("INSERT INTO calls (interaction_id, channel, line, started, events) VALUES ('CAx', 'voice', '', 1, 1)")
        )
    assert store.rebuild_calls() == 3
    assert store.calls() == right and store.rebuild_calls() == 0


def test_a_second_end_changes_nothing(store):
    before = store.calls()
    store.append(draft(CallEnded(reason=EndedReason.FAULT, duration_ms=1), "CA1"))
    store.flush()
    assert store.calls() == before and store.state().faults == 0
    ends = [each.body.reason for each in store.read("CA1") if isinstance(each.body, CallEnded)]
    assert ends == [EndedReason.GOODBYE]
