from pathlib import Path

import pytest

from voice.dialogue.dialogue import Dialogue
from voice.dialogue.line import load_line
from voice.dialogue.line_types import Line


@pytest.fixture(scope="session")
def shop() -> Line:
    return load_line(Path(__file__).parents[3] / "lines" / "shop")


@pytest.fixture(scope="session")
def dialogue(shop: Line) -> Dialogue:
    return Dialogue(shop)
