import asyncio

import pytest

from records.database import Database
from records.schema import migrate
from tests.fakes.sql_guard import no_sql_on_the_event_loop


def test_a_statement_beside_the_event_loop_is_fine_and_one_on_it_is_told(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/guarded.db")
    with no_sql_on_the_event_loop():
        migrate(database)

    async def on_the_loop() -> None:
        migrate(database)

    with pytest.raises(AssertionError, match="on the event loop"), no_sql_on_the_event_loop():
        asyncio.run(on_the_loop())
    database.close()
