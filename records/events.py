"""The event store: every call's log, append-only, kept by one writer thread in small group commits.

What is promised:

- `EventStore.append` returns at once; the event is then on its way to the database. On a healthy disk it is committed
  within a few milliseconds (measured in ``tests/records/test_events.py``); a process killed in that window loses at
  most that window. `EventStore.flush` returns when everything appended before it is committed.
- What is committed survives ``kill -9`` and, because the writer's own SQLite connection is fully synchronous, a power
  failure.
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

from sqlalchemy import BigInteger, Connection, Index, Integer, String, Text, UniqueConstraint, func, insert, select
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from interactions.event import CallEvent
from interactions.events.base import EventType
from interactions.events.lifecycle import CallEnded, CallStarted
from models.errors import FirstlineError
from records.database import Base, Database
from records.live import LiveReaders, wait_for_wake

QUEUE_BOUND = 20_000
"""Events that may wait for the database: about ten minutes of 32 calls."""
GROUP_BOUND = 256
"""Most events of one commit."""
RETRY_S = 0.25
"""Pause before a failed commit is tried again."""
POLL_S = 1.0
"""How often a live reader looks for events that another process wrote."""
_READ_BOUND = 500


class EventRow(Base):
    """One event; ``line`` is `CallEvent.to_json`, the other columns are there to find it by."""

    __tablename__ = "call_events"
    __table_args__ = (UniqueConstraint("call_id", "seq"), Index("ix_call_events_type_id", "type", "id"))

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    call_id: Mapped[str] = mapped_column(String(64))
    seq: Mapped[int]
    wall_time: Mapped[float]
    type: Mapped[str] = mapped_column(String(40))
    line: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSummary:
    """One call of the list of calls."""

    call_id: str
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


class EventLog:
    """Reads call events; for programs beside the service, too."""

    def __init__(self, database: Database):
        """Read from ``database``; its tables are created when missing."""
        self._database = database
        database.create_all()

    def read(self, call_id: str, *, after_seq: int = 0, limit: int | None = None) -> list[CallEvent]:
        """The committed events of one call in order, from ``after_seq`` + 1 on; empty for an unknown call."""
        query = (
            select(EventRow.line).where(EventRow.call_id == call_id, EventRow.seq > after_seq).order_by(EventRow.seq)
        )
        with self._database.session() as session:
            return [CallEvent.from_json(line) for line in session.scalars(query.limit(limit))]

    def last_seq(self, call_id: str) -> int:
        """The last committed sequence number of a call, 0 for none: where a resumed conversation goes on counting."""
        with self._database.session() as session:
            return session.scalar(select(func.max(EventRow.seq)).where(EventRow.call_id == call_id)) or 0

    def calls(self, limit: int = 50) -> list[CallSummary]:
        """The latest calls, newest first."""
        with self._database.session() as session:
            newest = func.max(EventRow.id).label("newest")
            started = (
                select(EventRow.call_id, newest)
                .where(EventRow.type == EventType.CALL_STARTED)
                .group_by(EventRow.call_id)
                .order_by(newest.desc())
                .limit(limit)
            )
            return [self._summary(call_id) for call_id in session.scalars(started)]

    def _summary(self, call_id: str) -> CallSummary:
        query = select(EventRow.line).where(EventRow.call_id == call_id).order_by(EventRow.seq)
        edges = query.where(EventRow.type.in_([EventType.CALL_STARTED, EventType.CALL_ENDED]))
        with self._database.session() as session:
            count = session.scalar(select(func.count()).where(EventRow.call_id == call_id)) or 0
            found = [CallEvent.from_json(line) for line in session.scalars(edges)]
        first, last = found[0], found[-1]
        ended = last.body if isinstance(last.body, CallEnded) else None
        return CallSummary(
            call_id=call_id,
            line=first.body.line if isinstance(first.body, CallStarted) else "",
            started=first.wall_time,
            events=count,
            ended=ended.reason.value if ended else None,
            duration_ms=ended.duration_ms if ended else None,
        )


class EventStore(EventLog):
    """Keeps and reads call events; an `interactions.sink.EventSink`. Thread-safe; made once per process."""

    def __init__(self, database: Database, *, on_fault: FaultHandler | None = None, queue_bound: int = QUEUE_BOUND):
        """Start the writer.

        Args:
            database: Where events go; its tables are created when missing.
            on_fault: Told of every fault, from the writer's thread; must not block.
            queue_bound: Events that may wait for the database.
        """
        super().__init__(database)
        self._on_fault = on_fault
        self._queue: queue.Queue[EventRow | _Flush | None] = queue.Queue(queue_bound)
        self._live = LiveReaders()
        self._written = 0
        self._faults = 0
        self._failing = False
        self._closing = threading.Event()
        self._give_up_at = float("inf")
        self._given_up = 0
        self._writer = threading.Thread(target=self._write, name="event-store", daemon=True)
        self._writer.start()

    def append(self, event: CallEvent) -> None:
        """Keep one event; returns at once.

        Raises:
            FirstlineError: code ``"store_failed"`` when the queue is full or the store is closed.
        """
        if self._closing.is_set():
            raise self._fault("The event store is closed; events after the end of the service are not kept.")
        try:
            self._queue.put_nowait(_row(event))
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

    async def subscribe(self, call_id: str, *, after_seq: int = 0) -> AsyncIterator[CallEvent]:
        """Read a call from ``after_seq`` + 1 on and go on live; ends when the store closes.

        The database itself is the reader's queue: a slow reader holds nothing but its own place and misses nothing.
        """
        wake = asyncio.Event()
        with self._live.reader(call_id, wake):
            while not self._closing.is_set():
                wake.clear()
                events = await asyncio.to_thread(self.read, call_id, after_seq=after_seq, limit=_READ_BOUND)
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
        left = self._given_up + sum(isinstance(item, EventRow) for item in self._queue.queue)
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
            rows, flushes, over = self._take()
            while rows:
                try:
                    connection = connection or self._connect()
                    self._commit(connection, rows)
                    self._failing = False
                except SQLAlchemyError as error:
                    _drop(connection)
                    connection = None
                    if self._pause_after(error):
                        continue
                    self._given_up = len(rows)
                    return
                self._written += len(rows)
                self._live.wake({row.call_id for row in rows})
                rows = []
            for flush in flushes:
                flush.done.set()
        _drop(connection)

    def _take(self) -> tuple[list[EventRow], list["_Flush"], bool]:
        """Wait for the next item, then take what is there without waiting: a group that one commit keeps."""
        rows: list[EventRow] = []
        flushes: list[_Flush] = []
        item = self._queue.get()
        while True:
            if item is None:
                return rows, flushes, True
            if isinstance(item, EventRow):
                rows.append(item)
            else:
                flushes.append(item)
            if len(rows) >= GROUP_BOUND:
                return rows, flushes, False
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                return rows, flushes, False

    def _connect(self) -> Connection:
        connection = self._database.engine.connect()
        if self._database.is_sqlite:
            # On the driver's connection, because SQLite obeys it only outside a transaction.
            driver: Any = connection.connection.driver_connection
            driver.execute("PRAGMA synchronous=FULL")
        return connection

    def _commit(self, connection: Connection, rows: list[EventRow]) -> None:
        try:
            connection.execute(insert(EventRow), _values(rows))
            connection.commit()
        except (OperationalError, InterfaceError):
            raise
        except SQLAlchemyError:
            connection.rollback()
            for row in rows:
                self._commit_one(connection, row)

    def _commit_one(self, connection: Connection, row: EventRow) -> None:
        """Keep one event of a group that failed: a repeated event is no fault, a different one with its number is."""
        try:
            connection.execute(insert(EventRow), _values([row]))
            connection.commit()
        except IntegrityError:
            connection.rollback()
            same = select(EventRow.line).where(EventRow.call_id == row.call_id, EventRow.seq == row.seq)
            kept = connection.scalar(same)
            connection.rollback()
            if kept != row.line:
                self._fault(f"Call {row.call_id} has two different events {row.seq}; the first is kept.")
        except (OperationalError, InterfaceError):
            raise
        except SQLAlchemyError as error:
            connection.rollback()
            self._fault(f"Event {row.seq} of call {row.call_id} is refused by the database ({_reason(error)}).")

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


def _row(event: CallEvent) -> EventRow:
    # A lone surrogate is valid in a str but in no database; one odd character must not cost the event.
    line = event.to_json().encode("utf-8", "replace").decode("utf-8")
    return EventRow(
        call_id=event.call_id, seq=event.seq, wall_time=event.wall_time, type=str(event.body.TYPE), line=line
    )


def _values(rows: list[EventRow]) -> list[dict[str, object]]:
    return [
        {"call_id": r.call_id, "seq": r.seq, "wall_time": r.wall_time, "type": r.type, "line": r.line} for r in rows
    ]


def _drop(connection: Connection | None) -> None:
    """Close a connection for good, so that its settings do not go back to the pool."""
    if connection is not None:
        connection.invalidate()
        connection.close()


def _reason(error: SQLAlchemyError) -> str:
    """The driver's word without the statement and its parameters, which hold personal data."""
    origin = getattr(error, "orig", None)
    return str(origin) if origin is not None else type(error).__name__
