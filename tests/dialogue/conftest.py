from pathlib import Path

import pytest

from dialogue.dialogue import Dialogue
from dialogue.lines.load import load_line
from dialogue.lines.types import Line


@pytest.fixture(scope="session")
def shop() -> Line:
    return load_line(Path(__file__).parents[2] / "lines" / "shop")


@pytest.fixture(scope="session")
def dialogue(shop: Line) -> Dialogue:
    return Dialogue(shop)
