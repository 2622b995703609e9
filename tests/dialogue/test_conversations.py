"""Whole conversations as written transcripts: facts in, replies and actions out, word for word."""

from pathlib import Path

import pytest

from dialogue.dialogue import Dialogue
from dialogue.lines.types import Line
from tests.dialogue.talk import Talk

TRANSCRIPTS = sorted((Path(__file__).parent / "conversations").glob("*.txt"))


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_conversation(path: Path, shop: Line) -> None:
    written = path.read_text("utf-8").strip()
    dialogue = Dialogue(shop, model=path.stem.startswith("model_"))
    assert Talk(dialogue).run(written) == written


def test_every_playbook_is_talked_through(shop: Line) -> None:
    said = "\n".join(path.read_text("utf-8") for path in TRANSCRIPTS)
    for intent in shop.intents:
        assert f"[{intent}" in said, intent
    for tool in shop.tools:
        assert f"TOOL: {tool} " in said, tool
