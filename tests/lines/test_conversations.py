"""Whole conversations on the sample lines of other trades, word for word, with the sandbox behind them."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from dialogue.lines.load import load_line
from dialogue.lines.types import Line
from service.sandbox import create_app
from tests.lines.sandbox_talk import talk_on

LINES = Path(__file__).parents[2] / "lines"
FOLDER = Path(__file__).parent / "conversations"
TRANSCRIPTS = sorted(FOLDER.glob("*/*.txt"))
TODAY = date(2026, 11, 23)


@pytest.fixture(scope="session")
def lines() -> Mapping[str, Line]:
    return {folder.name: load_line(LINES / folder.name) for folder in FOLDER.iterdir()}


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_conversation(path: Path, lines: Mapping[str, Line], tmp_path: Path) -> None:
    written = path.read_text("utf-8").strip()
    sandbox = create_app(tmp_path / "sandbox.db", today=lambda: TODAY)
    assert talk_on(lines[path.parent.name], sandbox).run(written) == written


def test_every_request_and_every_tool_of_the_sample_lines_is_talked_through(lines: Mapping[str, Line]) -> None:
    for name, line in lines.items():
        said = "\n".join(path.read_text("utf-8") for path in TRANSCRIPTS if path.parent.name == name)
        for intent in line.intents:
            assert f"[{intent}" in said, (name, intent)
        for tool in line.tools:
            assert f"TOOL: {tool}" in said, (name, tool)
