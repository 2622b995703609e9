"""The database: one engine per process, SQLite by default, PostgreSQL by URL.

SQLite runs in write-ahead mode, so readers never wait for the writer. A committed transaction survives the end of the
process at any instant, ``kill -9`` included; with ``synchronous=NORMAL`` a power failure may take back the last
transactions, but never damages the file. Who needs more sets ``PRAGMA synchronous=FULL`` on its own connection, as the
event store does. On PostgreSQL locks, one for each key that is written about, stand in for SQLite's single writer.
"""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Connection, Engine, cast, create_engine, event, func, make_url, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.orm import DeclarativeBase, Session

from models.errors import FirstlineError

BUSY_TIMEOUT_MS = 5000
"""How long a SQLite statement waits for another writer."""

_POSTGRES_ARGUMENTS = {"connect_timeout": 5, "options": "-c statement_timeout=10s -c lock_timeout=5s"}
_BEGIN_OPTION = "firstline_sqlite_begin"


class Base(DeclarativeBase):
    """Base of all tables."""


class Database:
    """One engine and its sessions; thread-safe, made once per process."""

    def __init__(self, url: str):
        """Open (not yet connect to) the database.

        Args:
            url: ``sqlite:///path/to.db``, ``sqlite://`` (a temporary file) or ``postgresql+psycopg://user@host/name``.

        Raises:
            FirstlineError: code ``"database_url"`` when the URL or its driver cannot be used.
        """
        self.url = _parse(url)
        self.engine = _create_engine(self.url)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite."""
        return self.url.get_backend_name() == "sqlite"

    def session(self) -> Session:
        """A session for reading, or for a write that does not depend on what was read before; commit it yourself."""
        return Session(self.engine, expire_on_commit=False)

    @contextmanager
    def transaction(self, *keys: str) -> Iterator[Session]:
        """A read-then-write unit of work: commits at the end, rolls back on any error.

        It takes the write locks of its keys at the start, so that what was read under them is still true when it is
        written.

        Args:
            keys: What is written about: calls, tokens. On SQLite there is one writer anyway.
        """
        with (
            self.connect_writer() as connection,
            Session(connection, expire_on_commit=False) as session,
            session.begin(),
        ):
            self.lock(session.connection(), keys)
            yield session

    def connect_writer(self) -> Connection:
        """A connection whose transactions begin as a writer's; see `lock`."""
        return self.engine.connect().execution_options(**{_BEGIN_OPTION: "IMMEDIATE"})

    def lock(self, connection: Connection, keys: Iterable[str]) -> None:
        """Take the write locks of some keys until the end of the transaction.

        All in one order, so that two who want several never wait for each other.
        """
        if not self.is_sqlite:
            numbers = cast(sorted({_lock_number(key) for key in keys}), ARRAY(BigInteger))
            connection.execute(select(func.pg_advisory_xact_lock(func.unnest(numbers))))

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _lock_number(key: str) -> int:
    """A key as PostgreSQL wants it: 64 bits. Two keys with the same one only wait for each other."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), signed=True)


def _parse(url: str) -> URL:
    """Read the URL; SQLite "in memory" becomes a temporary file, because every thread has its own connection."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise FirstlineError(
            "database_url", "FIRSTLINE_DATABASE_URL is not a database URL; use sqlite:///PATH or postgresql+psycopg://…"
        ) from error
    if parsed.get_backend_name() != "sqlite":
        return parsed
    if parsed.database in (None, "", ":memory:"):
        return parsed.set(database=str(Path(tempfile.mkdtemp(prefix="firstline-")) / "firstline.db"))
    return parsed


def _create_engine(url: URL) -> Engine:
    is_sqlite = url.get_backend_name() == "sqlite"
    try:
        engine = create_engine(url, pool_pre_ping=True, connect_args={} if is_sqlite else _POSTGRES_ARGUMENTS)
    except (ImportError, NoSuchModuleError) as error:
        raise FirstlineError(
            "database_url",
            f"The database driver of {url.drivername!r} is not installed; for PostgreSQL install the package psycopg.",
        ) from error
    if is_sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """Set up a new connection; transactions are begun by `_begin_sqlite`, not by the driver's guess."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get(_BEGIN_OPTION, 'DEFERRED')}")
