"""The sandbox as practice sees it: its tables read row by row, and set back to the sample data before every call."""

import sqlite3
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp

from dialogue.practice.world import Snapshot
from service.sandbox import create_app

_BOOKKEEPING = frozenset({"answered", "sample_day"})
"""Tables that say nothing of the world."""


class SandboxFile:
    """See `dialogue.practice.world.World`: the database of a sandbox, in this process or in another."""

    def __init__(self, path: Path):
        """Look into a sandbox's database as it is now; close it in the end."""
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.execute("PRAGMA synchronous = OFF")
        self._fresh = sqlite3.connect(":memory:")
        self._database.backup(self._fresh)
        self._first = self._rows()
        self._first_world = _world_of(self._first)
        self._fresh_at = self._version()

    def reset(self) -> None:
        """See `World.reset`."""
        version = self._version()
        if version == self._fresh_at:
            return
        if self._rows() != self._first:
            self._fresh.backup(self._database)
        self._fresh_at = version

    def snapshot(self) -> Snapshot:
        """See `World.snapshot`."""
        return self._first_world if self._version() == self._fresh_at else _world_of(self._rows())

    def close(self) -> None:
        """Give back the files."""
        self._database.close()
        self._fresh.close()

    def _version(self) -> int:
        """Another one after every change that the sandbox makes; what is set back here leaves it as it is."""
        (version,) = self._database.execute("PRAGMA data_version").fetchone()
        return int(version)

    def _rows(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        tables = [name for (name,) in self._database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            cursor = self._database.execute(f'SELECT * FROM "{table}"')
            columns = [column[0] for column in cursor.description]
            for row in cursor:
                found[f"{table}/{row[0]}"] = dict(zip(columns, row, strict=True))
        return found


class SandboxWorld(SandboxFile):
    """A sandbox of one's own; close it when practice is over."""

    def __init__(self, today: date):
        """Make a sandbox in a temporary folder, as it is on a day."""
        self._folder = tempfile.TemporaryDirectory(prefix="firstline-practice-")
        path = Path(self._folder.name) / "sandbox.db"
        self.app: ASGIApp = create_app(path, lambda: today)
        super().__init__(path)

    def close(self) -> None:
        """Give back the files."""
        super().close()
        self._folder.cleanup()


def _world_of(rows: dict[str, dict[str, Any]]) -> Snapshot:
    return {key: row for key, row in rows.items() if key.split("/")[0] not in _BOOKKEEPING}
