import os
from collections.abc import Iterator

import pytest

from tests.fakes.sql_guard import no_sql_on_the_event_loop


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch, tmp_path):
    """Tests see neither the variables nor the .env of whoever runs them."""
    for name in list(os.environ):
        if name.startswith(("FIRSTLINE_", "TWILIO_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def no_sql_while_calls_are_held(request: pytest.FixtureRequest) -> Iterator[None]:
    if request.module.__name__.endswith("test_whole_call"):
        yield  # There the service is another process, and the event loop is the simulated phone's.
        return
    with no_sql_on_the_event_loop():
        yield
