"""Brings a database's schema up to date, forward and back, with the steps of `records.migrations`."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import SQLAlchemyError

from models.errors import FirstlineError
from records.database import Database

_STEPS = Path(__file__).parent / "migrations"
_LOCK = "schema"
"""Two processes that start at the same time bring the schema up to date one after the other."""


def migrate(database: Database, revision: str = "head") -> None:
    """Bring the schema to a step, forward; a database that was made before there were steps is adopted.

    Args:
        database: Which.
        revision: The step; the last one by default.

    Raises:
        FirstlineError: code ``"database_schema"`` when the database cannot be reached or brought up to date.
    """
    if database.is_sqlite:
        Path(str(database.url.database)).parent.mkdir(parents=True, exist_ok=True)
    try:
        with database.connect_writer() as connection, connection.begin():
            database.lock(connection, [_LOCK])
            config = _config(connection)
            tables = inspect(connection).get_table_names()
            if "alembic_version" not in tables and "call_events" in tables:
                command.stamp(config, "0001")
            command.upgrade(config, revision)
    except SQLAlchemyError as error:
        raise _unusable(error) from error


def migrate_back(database: Database, revision: str) -> None:
    """Bring the schema back to an earlier step.

    Raises:
        FirstlineError: As of `migrate`.
    """
    try:
        with database.connect_writer() as connection, connection.begin():
            database.lock(connection, [_LOCK])
            command.downgrade(_config(connection), revision)
    except SQLAlchemyError as error:
        raise _unusable(error) from error


def require_tables(database: Database) -> None:
    """Make sure that there is something to read; nothing is made.

    Raises:
        FirstlineError: code ``"database_missing"``.
    """
    missing = FirstlineError(
        "database_missing",
        "There is no log in the database, or it is of an earlier version: `firstline serve` makes it or brings it up "
        "to date. FIRSTLINE_DATABASE_URL or FIRSTLINE_DATA_DIR says where it is.",
    )
    if database.is_sqlite and not Path(str(database.url.database)).exists():
        raise missing
    try:
        if not inspect(database.engine).has_table("events"):
            raise missing
    except SQLAlchemyError as error:
        raise _unusable(error) from error


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_STEPS))
    config.attributes["connection"] = connection
    return config


def _unusable(error: SQLAlchemyError) -> FirstlineError:
    return FirstlineError(
        "database_schema",
        f"The database cannot be used ({getattr(error, 'orig', None) or type(error).__name__}); look at its URL, its "
        "disk and its rights.",
    )
