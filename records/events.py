"""The event store: every interaction's log, append-only, kept by a process's one writer thread in small group commits.

What is promised:

- `EventStore.append` returns at once; the event is then on its way to the database. On a healthy disk it is committed
  within a few milliseconds (measured in ``tests/records/test_events.py``); a process killed in that window loses at
  most that window. `EventStore.flush` returns when everything appended before it is committed.
- What is committed survives ``kill -9`` and, because the writer's own SQLite connection is fully synchronous, a power
  failure.
- Each event gets its number when it is committed (`records.event_commit`), so that many writers in many processes may
  write about one interaction; the events of one process keep their order.
- Readers, live ones included, see committed events only: what a page has shown is there after a crash.
- When the disk is full or the database is away, events wait in a bounded queue and are written once it is back; the
  fault is counted and reported, and the call goes on. Only when that queue is full does `append` refuse.
"""

import asyncio
import contextlib
import queue
import threading
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError

from interactions.event import CallEvent, NewEvent
from interactions.events.lifecycle import CallEnded
from interactions.snapshot import CallSnapshot
from models.errors import FirstlineError
from records.database import Database
from records.event_commit import commit_events
from records.event_log import EventLog
from records.live import LiveReaders, wait_for_wake
from records.snapshots import commit_snapshots, read_snapshot

QUEUE_BOUND = 20_000
"""Events that may wait for the database: about ten minutes of 32 calls."""
GROUP_BOUND = 256
"""Most events of one commit."""
RETRY_S = 0.25
"""Pause before a failed commit is tried again."""
POLL_S = 1.0
"""How often a live reader looks for events that another process wrote."""
_READ_BOUND = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreState:
    """How the store is doing, for metrics and readiness."""

    written: int
    """Events committed since the start."""
    waiting: int
    """Events on their way."""
    faults: int
    """Failed commits and refused events since the start."""
    failing: bool
    """Whether the last commit failed."""


FaultHandler = Callable[[FirstlineError], None]


class EventStore(EventLog):
    """Keeps and reads call events, and where each call stands. Thread-safe; made once per process.

    An `interactions.sink.EventSink` and an `interactions.sink.SnapshotKeeper`.
    """

    def __init__(self, database: Database, *, on_fault: FaultHandler | None = None, queue_bound: int = QUEUE_BOUND):
        """Start the writer.

        Args:
            database: Where events go; its tables exist.
            on_fault: Told of every fault, from the writer's thread; must not block.
            queue_bound: Events that may wait for the database.
        """
        super().__init__(database)
        self._on_fault = on_fault
        self._queue: queue.Queue[NewEvent | CallSnapshot | _Flush | None] = queue.Queue(queue_bound)
        self._live = LiveReaders()
        self._written = 0
        self._faults = 0
        self._failing = False
        self._closing = threading.Event()
        self._give_up_at = float("inf")
        self._given_up = 0
        self._writer = threading.Thread(target=self._write, name="event-store", daemon=True)
        self._writer.start()

    def append(self, event: NewEvent) -> None:
        """Keep one event; returns at once. It gets its number when it is committed.

        Raises:
            FirstlineError: code ``"store_failed"`` when the queue is full or the store is closed.
        """
        self._put(event)

    def keep(self, snapshot: CallSnapshot) -> None:
        """Keep where a call stands, behind the events appended so far; returns at once.

        Never raises: a fault is counted and reported, and the next turn's snapshot makes up for it.
        """
        with contextlib.suppress(FirstlineError):
            self._put(snapshot)

    async def load(self, interaction_id: str) -> CallSnapshot | None:
        """See `interactions.sink.SnapshotKeeper.load`.

        Raises:
            FirstlineError: code ``"store_failed"`` when the database does not answer.
        """
        return await asyncio.to_thread(read_snapshot, self._database, interaction_id)

    def _put(self, item: NewEvent | CallSnapshot) -> None:
        if self._closing.is_set():
            raise self._fault("The event store is closed; events after the end of the service are not kept.")
        try:
            self._queue.put_nowait(item)
        except queue.Full:
            raise self._fault(
                f"{self._queue.maxsize} events wait for the database; free its disk or bring it back."
            ) from None

    def flush(self, timeout_s: float = 5.0) -> None:
        """Wait until everything appended so far is committed; blocking, call it through a thread from async code.

        Raises:
            FirstlineError: code ``"store_failed"`` when it takes longer than ``timeout_s``.
        """
        flushed = _Flush(threading.Event())
        try:
            self._queue.put(flushed, timeout=timeout_s)
        except queue.Full:
            raise self._fault("The event queue is full; free the database's disk or bring it back.") from None
        if not flushed.done.wait(timeout_s):
            raise self._fault(f"Events were not committed within {timeout_s} s; look at the database and its disk.")

    async def subscribe(self, interaction_id: str, *, after_seq: int = 0) -> AsyncIterator[CallEvent]:
        """Read an interaction from ``after_seq`` + 1 on and go on live; ends when the store closes.

        The database itself is the reader's queue: a slow reader holds nothing but its own place and misses nothing.
        """
        wake = asyncio.Event()
        with self._live.reader(interaction_id, wake):
            while not self._closing.is_set():
                wake.clear()
                events = await asyncio.to_thread(self.read, interaction_id, after_seq=after_seq, limit=_READ_BOUND)
                for event in events:
                    after_seq = event.seq
                    yield event
                if not events and not self._closing.is_set():
                    await wait_for_wake(wake, POLL_S)

    def state(self) -> StoreState:
        """How the store is doing."""
        return StoreState(
            written=self._written, waiting=self._queue.qsize(), faults=self._faults, failing=self._failing
        )

    def close(self, timeout_s: float = 5.0) -> None:
        """Commit what waits and stop the writer; idempotent.

        Raises:
            FirstlineError: code ``"store_failed"`` when events could not be written within ``timeout_s``.
        """
        if self._closing.is_set():
            return
        self._give_up_at = time.monotonic() + timeout_s
        self._closing.set()
        self._live.wake_all()
        with contextlib.suppress(queue.Full):  # Then the writer ends by its deadline.
            self._queue.put(None, timeout=timeout_s)
        self._writer.join(timeout_s + 2 * RETRY_S)
        left = self._given_up + sum(isinstance(item, NewEvent) for item in self._queue.queue)
        if left or self._writer.is_alive():
            raise self._fault(f"{left} events could not be written before the end; look at the database.")

    def _fault(self, message: str) -> FirstlineError:
        """Count and report a fault; returns the error to raise."""
        error = FirstlineError("store_failed", message)
        self._faults += 1
        if self._on_fault is not None:
            self._on_fault(error)
        return error

    def _write(self) -> None:
        """The writer thread: take what waits, commit it, tell the readers."""
        connection: Connection | None = None
        over = False
        while not over:
            events, snapshots, flushes, over = self._take()
            while events or snapshots:
                try:
                    connection = connection or self._connect()
                    self._commit(connection, events)
                    self._commit_snapshots(connection, snapshots, events)
                    self._failing = False
                except SQLAlchemyError as error:
                    _drop(connection)
                    connection = None
                    if self._pause_after(error):
                        continue
                    self._given_up = len(events)
                    return
                self._written += len(events)
                self._live.wake({event.interaction_id for event in events})
                events, snapshots = [], {}
            for flush in flushes:
                flush.done.set()
        _drop(connection)

    def _take(self) -> tuple[list[NewEvent], dict[str, CallSnapshot], list["_Flush"], bool]:
        """Wait for the next item, then take what is there without waiting: a group that is kept together.

        Of several snapshots of a call only the last one counts.
        """
        events: list[NewEvent] = []
        snapshots: dict[str, CallSnapshot] = {}
        flushes: list[_Flush] = []
        item = self._queue.get()
        while True:
            if item is None:
                return events, snapshots, flushes, True
            if isinstance(item, NewEvent):
                events.append(item)
            elif isinstance(item, CallSnapshot):
                snapshots[item.interaction_id] = item
            else:
                flushes.append(item)
            if len(events) >= GROUP_BOUND:
                return events, snapshots, flushes, False
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                return events, snapshots, flushes, False

    def _connect(self) -> Connection:
        connection = self._database.connect_writer()
        if self._database.is_sqlite:
            # On the driver's connection, because SQLite obeys it only outside a transaction.
            driver: Any = connection.connection.driver_connection
            driver.execute("PRAGMA synchronous=FULL")
        return connection

    def _commit(self, connection: Connection, events: list[NewEvent]) -> None:
        if not events:
            return
        try:
            commit_events(self._database, connection, events)
        except (OperationalError, InterfaceError):
            raise
        except (SQLAlchemyError, TypeError, ValueError):
            for event in events:
                self._commit_one(connection, event)

    def _commit_one(self, connection: Connection, event: NewEvent) -> None:
        """Keep one event of a group that failed, so that the others do not suffer for it."""
        try:
            commit_events(self._database, connection, [event])
        except (OperationalError, InterfaceError):
            raise
        except (SQLAlchemyError, TypeError, ValueError) as error:
            what = f"An event ({event.body.TYPE}) of call {event.interaction_id}"
            self._fault(f"{what} is refused by the database ({_reason(error)}).")

    def _commit_snapshots(
        self, connection: Connection, snapshots: dict[str, CallSnapshot], events: list[NewEvent]
    ) -> None:
        """After the events: a crash in between leaves a snapshot that is behind the log, never one ahead of it."""
        ended = {event.interaction_id for event in events if isinstance(event.body, CallEnded)}
        if not snapshots and not ended:
            return
        try:
            commit_snapshots(self._database, connection, snapshots.values(), ended)
        except (OperationalError, InterfaceError):
            raise
        except (SQLAlchemyError, TypeError, ValueError) as error:
            self._fault(f"Where {len(snapshots)} calls stand is refused by the database ({_reason(error)}).")

    def _pause_after(self, error: SQLAlchemyError) -> bool:
        """Report a failed commit and wait before the next try; False when the store closes and time is up."""
        self._failing = True
        self._fault(f"Events cannot be written ({_reason(error)}); free the database's disk or bring it back.")
        if time.monotonic() > self._give_up_at:
            return False
        if self._closing.wait(RETRY_S):
            time.sleep(RETRY_S / 5)  # Closing is already set: wait() would spin.
        return True


@dataclass(frozen=True, slots=True)
class _Flush:
    """In the queue: set `done` when everything before it is committed."""

    done: threading.Event


def _drop(connection: Connection | None) -> None:
    """Close a connection for good, so that its settings do not go back to the pool."""
    if connection is not None:
        connection.invalidate()
        connection.close()


def _reason(error: Exception) -> str:
    """The driver's word without the statement and its parameters, which hold personal data."""
    origin = getattr(error, "orig", None)
    return str(origin) if origin is not None else type(error).__name__
