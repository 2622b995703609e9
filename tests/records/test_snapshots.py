"""Where each call stands: the last snapshot is kept behind its events, for any process, until the call is over."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from interactions.events.lifecycle import CallEnded, CallStarted
from interactions.snapshot import SNAPSHOT_VERSION, CallSnapshot
from interactions.vocabulary import EndedReason
from models.errors import FirstlineError
from records.database import Database
from records.events import EventStore
from records.schema import migrate
from tests.fakes.events import draft

FIRST = CallSnapshot(
    interaction_id="CA1",
    dialogue={"version": 1, "slots": {"order_number": "4027"}, "said": "☃ \ud800"},
    utterances=1,
    replies=2,
    streams=1,
    call_ms=4000,
    wall_time=1000.0,
)
SECOND = replace(FIRST, replies=3, call_ms=9000, wall_time=1005.0)
ENDED = CallEnded(reason=EndedReason.GOODBYE, duration_ms=9000)


@pytest.fixture
def store(database_url: str) -> Iterator[EventStore]:
    database = Database(database_url)
    migrate(database)
    store = EventStore(database)
    yield store
    store.close()
    database.close()


async def test_the_last_snapshot_is_the_one_that_another_process_finds(store: EventStore, database_url: str) -> None:
    for snapshot in (FIRST, SECOND):
        store.keep(snapshot)
        store.flush()
    other = EventStore(Database(database_url))
    found = await other.load("CA1")
    other.close()
    assert found == replace(SECOND, dialogue={**FIRST.dialogue, "said": "☃ ?"})
    assert await store.load("CA2") is None


async def test_of_several_at_once_the_last_counts_and_each_call_has_its_own(store: EventStore) -> None:
    for snapshot in (FIRST, SECOND, replace(FIRST, interaction_id="CA2")):
        store.keep(snapshot)
    store.flush()
    assert [(await store.load(call)).replies for call in ("CA1", "CA2")] == [3, 2]  # type: ignore[union-attr]


async def test_a_process_that_is_behind_does_not_take_a_call_back(store: EventStore) -> None:
    store.keep(SECOND)
    store.flush()
    store.keep(FIRST)
    store.flush()
    assert (await store.load("CA1")).replies == 3  # type: ignore[union-attr]


async def test_a_call_that_is_over_leaves_none_whichever_comes_first(store: EventStore) -> None:
    store.append(draft(CallStarted(line="shop"), "CA1"))
    store.keep(FIRST)
    store.append(draft(ENDED, "CA1"))
    store.flush()
    assert await store.load("CA1") is None
    store.keep(SECOND)
    store.flush()
    assert await store.load("CA1") is None


async def test_a_snapshot_of_another_version_is_none(store: EventStore) -> None:
    store.keep(replace(FIRST, version=SNAPSHOT_VERSION + 1))
    store.flush()
    assert await store.load("CA1") is None


async def test_a_state_that_cannot_be_written_down_costs_no_event(database_url: str) -> None:
    faults: list[FirstlineError] = []
    database = Database(database_url)
    migrate(database)
    store = EventStore(database, on_fault=faults.append)
    store.keep(replace(FIRST, dialogue={"odd": object()}))
    store.append(draft(CallStarted(line="shop"), "CA1"))
    store.flush()
    assert len(store.read("CA1")) == 1 and [fault.code for fault in faults] == ["store_failed"]
    store.close()
    store.keep(FIRST)
    assert len(faults) == 2
