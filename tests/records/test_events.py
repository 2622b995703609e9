import asyncio
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from interactions.event import NewEvent
from interactions.events.lifecycle import CallEnded, CallStarted
from interactions.events.listening import KeyPressed, Partial
from interactions.vocabulary import EndedReason
from models.errors import FirstlineError
from records.database import Database
from records.event_log import EventLog
from records.events import EventStore
from records.schema import migrate
from tests.fakes.events import draft


def ready(url: str) -> Database:
    database = Database(url)
    migrate(database)
    return database


def event(n: int, call_id: str = "CA1", text: str = "hello") -> NewEvent:
    return draft(Partial(pii_text=text, at_ms=1), call_id, wall_time=1000.0 + n, call_ms=n * 20)


def whole_call(call_id: str, wall_time: float) -> list[NewEvent]:
    bodies = [
        CallStarted(line="shop"),
        KeyPressed(pii_digit="1", at_ms=5),
        CallEnded(reason=EndedReason.GOODBYE, duration_ms=900),
    ]
    return [draft(body, call_id, wall_time=wall_time + n, call_ms=n) for n, body in enumerate(bodies, start=1)]


@pytest.fixture
def store(database_url):
    database = ready(database_url)
    store = EventStore(database)
    yield store
    store.close()
    database.close()


def test_what_was_appended_is_read_back_equal_and_in_order(store):
    events = whole_call("CA1", 1.0)
    for each in events:
        store.append(each)
    store.flush()
    kept = [each.numbered(seq) for seq, each in enumerate(events, start=1)]
    assert store.read("CA1") == kept
    assert store.read("CA1", after_seq=2) == kept[2:]
    assert store.read("CA2") == []


def test_reopening_keeps_everything(database_url):
    for part in (range(1, 6), range(6, 11)):
        store = EventStore(ready(database_url))
        for seq in part:
            store.append(event(seq))
        store.close()
    store = EventStore(ready(database_url))
    assert [e.seq for e in store.read("CA1")] == list(range(1, 11))
    store.close()


def test_calls_lists_newest_first_with_how_they_ended(store):
    for n in range(5):
        for each in whole_call(f"CA{n}", 100.0 * n):
            store.append(each)
    store.append(draft(CallStarted(line="shop"), "CA9", wall_time=999.0))
    store.flush()
    calls = store.calls(limit=3)
    assert [c.interaction_id for c in calls] == ["CA9", "CA4", "CA3"]
    assert (calls[0].ended, calls[0].duration_ms) == (None, None)
    assert (calls[1].ended, calls[1].duration_ms, calls[1].events, calls[1].line) == ("goodbye", 900, 3, "shop")


def test_the_same_event_twice_is_kept_once_and_is_no_fault(store):
    events = [event(n) for n in range(1, 6)]
    for n in (0, 1, 1, 0):
        store.append(events[n])
    store.flush()
    for n in (1, 2, 0, 3, 2, 4):
        store.append(events[n])
    store.flush()
    assert [e.seq for e in store.read("CA1")] == [1, 2, 3, 4, 5]
    assert [e.event_id for e in store.read("CA1")] == [e.event_id for e in events]
    assert store.state().faults == 0


def test_an_event_that_cannot_be_kept_is_a_fault_and_costs_no_other(database_url):
    faults: list[FirstlineError] = []
    store = EventStore(ready(database_url), on_fault=faults.append)
    store.append(event(1, text="first"))
    store.append(draft(Partial(pii_text={"second"}, at_ms=1)))
    store.append(event(3))
    store.flush()
    assert [e.body.pii_text for e in store.read("CA1")] == ["first", "hello"]
    assert [e.seq for e in store.read("CA1")] == [1, 2]
    assert [f.code for f in faults] == ["store_failed"] and "second" not in faults[0].message
    store.close()


def test_many_writers_of_one_interaction_leave_no_hole_and_no_double(database_url):
    databases = [ready(database_url) for _ in range(3)]
    stores = [EventStore(database) for database in databases]

    def write(store: EventStore, who: int) -> None:
        for n in range(100):
            store.append(event(n, text=f"{who}:{n}"))
            store.append(event(n, call_id=f"other-{n % 7}"))

    threads = [threading.Thread(target=write, args=(stores[who % 3], who)) for who in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for store in stores:
        store.close()
    log = EventLog(databases[0])
    kept = log.read("CA1")
    assert [e.seq for e in kept] == list(range(1, 601))
    assert sum(len(log.read(f"other-{n}")) for n in range(7)) == 600
    for who in range(6):  # Each writer's events keep their order.
        mine = [e.body.pii_text for e in kept if e.body.pii_text.startswith(f"{who}:")]
        assert mine == [f"{who}:{n}" for n in range(100)]
    assert [store.state().faults for store in stores] == [0, 0, 0]
    for database in databases:
        database.close()


def test_a_character_no_database_takes_does_not_cost_the_event(store):
    store.append(event(1, text="odd \ud800 one, nul \x00 too"))
    store.append(event(2))
    store.flush()
    assert [e.seq for e in store.read("CA1")] == [1, 2]


async def test_a_live_reader_gets_history_then_what_happens_in_order(store):
    for seq in range(1, 4):
        store.append(event(seq))
    seen: list[int] = []

    async def read_ten() -> None:
        async for each in store.subscribe("CA1"):
            seen.append(each.seq)
            if len(seen) == 10:
                return

    reader = asyncio.create_task(read_ten())
    for seq in range(4, 11):
        store.append(event(seq))
        store.append(event(seq, call_id="other"))
        await asyncio.sleep(0)
    await asyncio.wait_for(reader, 5)
    assert seen == list(range(1, 11))


async def test_live_readers_end_when_the_store_closes(database_url):
    store = EventStore(ready(database_url))

    seen: list[int] = []
    first = asyncio.Event()

    async def read_all() -> None:
        async for each in store.subscribe("CA1"):
            seen.append(each.seq)
            first.set()

    reader = asyncio.create_task(read_all())
    store.append(event(1))
    await asyncio.wait_for(first.wait(), 5)
    await asyncio.to_thread(store.close)
    await asyncio.wait_for(reader, 5)
    assert seen == [1]


def test_appending_after_close_is_refused_with_a_code(database_url):
    store = EventStore(ready(database_url))
    store.close()
    with pytest.raises(FirstlineError) as caught:
        store.append(event(1))
    assert caught.value.code == "store_failed"


CHILD = """
import sys
from records.database import Database
from records.events import EventStore
from interactions.event import NewEvent
from interactions.events.listening import Partial
store = EventStore(Database(sys.argv[1]))
seq = 0
while True:
    for _ in range(7):
        seq += 1
        body = Partial(pii_text="x" * 50, at_ms=1)
        store.append(NewEvent(interaction_id="CA1", wall_time=1.0, call_ms=1, body=body))
    store.flush()
    print(seq, flush=True)
"""


def _acknowledged_before_a_kill(children: "list[subprocess.Popen[str]]") -> int:
    """Read forty acknowledgements of each, kill it in mid-write, and return what was acknowledged in all."""
    last = []
    for child in children:
        assert child.stdout is not None
        for _ in range(40):
            acknowledged = int(child.stdout.readline())
        os.kill(child.pid, signal.SIGKILL)
        rest = child.stdout.read().split()
        child.wait()
        last.append(int(rest[-1]) if rest else acknowledged)
    return sum(last)


@pytest.mark.parametrize("writers", [1, 2])
def test_killed_in_mid_write_loses_nothing_that_was_flushed(database_url, writers):
    ready(database_url).close()
    command = [sys.executable, "-c", CHILD, database_url]
    children = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(writers)]
    acknowledged = _acknowledged_before_a_kill(children)
    store = EventStore(ready(database_url))
    kept = [e.seq for e in store.read("CA1")]
    assert kept == list(range(1, len(kept) + 1))
    assert len(kept) >= acknowledged
    store.append(event(1))
    store.flush()
    assert store.read("CA1")[-1].seq == len(kept) + 1
    store.close()


def test_events_wait_while_the_database_is_away_and_are_written_once_it_is_back(postgres):
    faults: list[FirstlineError] = []
    store = EventStore(ready(postgres.new_database()), on_fault=faults.append)
    store.append(event(1))
    store.flush()
    postgres.stop()
    store.append(event(2))
    while not faults:
        time.sleep(0.01)
    assert store.state().failing and faults[0].code == "store_failed"
    postgres.start()
    store.append(event(3))
    store.flush()
    assert [e.seq for e in store.read("CA1")] == [1, 2, 3] and not store.state().failing
    store.close()


FULL_DISK_CHILD = """
import resource, sys, time
from records.database import Database
from records.events import EventStore
from records.schema import migrate
from interactions.event import NewEvent
from interactions.events.listening import Partial
def event(seq):
    body = Partial(pii_text="x" * 4000, at_ms=1)
    return NewEvent(interaction_id="CA1", wall_time=1.0, call_ms=1, body=body)
codes = []
database = Database(sys.argv[1])
migrate(database)
store = EventStore(database, on_fault=lambda e: codes.append(e.code), queue_bound=600)
store.append(event(1))
store.flush()
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
refused = 0
for seq in range(2, 1002):
    try:
        store.append(event(seq))
        time.sleep(0.0005)
    except Exception as error:
        assert error.code == "store_failed"
        refused += 1
assert store.state().failing and refused > 0 and "store_failed" in codes, (store.state(), refused, codes)
kept_before = len(store.read("CA1"))
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
store.flush(20)
assert not store.state().failing
kept = [e.seq for e in store.read("CA1")]
assert len(kept) == 1001 - refused, (len(kept), refused)
assert kept == sorted(kept)
store.close()
print("ok", kept_before, len(kept), refused)
"""


def test_a_full_disk_is_counted_the_caller_goes_on_and_events_are_written_once_there_is_room(tmp_path):
    url = f"sqlite:///{tmp_path}/events.db"
    done = subprocess.run([sys.executable, "-c", FULL_DISK_CHILD, url], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("ok")


def test_closing_on_a_full_disk_says_how_many_events_were_lost(tmp_path):
    code = FULL_DISK_CHILD.split("refused = 0")[0] + (
        "for seq in range(2, 200): store.append(event(seq))\n"
        "try: store.close(0.5)\n"
        "except Exception as error: print(error.code, error.message)\n"
    )
    url = f"sqlite:///{tmp_path}/events.db"
    done = subprocess.run([sys.executable, "-c", code, url], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("store_failed") and "could not be written" in done.stdout
