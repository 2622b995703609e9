import os

import pytest


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch, tmp_path):
    """Tests see neither the variables nor the .env of whoever runs them."""
    for name in list(os.environ):
        if name.startswith(("FIRSTLINE_", "TWILIO_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
