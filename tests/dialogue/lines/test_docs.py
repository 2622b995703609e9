"""The page that operators read names every key and word that a line may hold."""

import re
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from dialogue.lines import schema, step_schema
from dialogue.lines.playbook import SlotKind
from dialogue.lines.types import FieldType

PAGE = (Path(__file__).parents[3] / "docs" / "lines.md").read_text("utf-8")
OF_NO_EFFECT = {"voice"}
"""Read for lines that were written with it."""


def keys(shape: Any) -> set[str]:
    found = set()
    for entry in fields(shape):
        found.add(entry.name)
        if isinstance(entry.type, type) and is_dataclass(entry.type):
            found |= {f"{entry.name}.{key}" for key in keys(entry.type)}
    return found - OF_NO_EFFECT


def test_every_key_of_the_outline_is_told() -> None:
    nested = {key.split(".")[0] for key in keys(schema.LineFile) if "." in key}
    missing = [key for key in sorted(keys(schema.LineFile) - nested) if f"`{key}`" not in PAGE]
    assert not missing


@pytest.mark.parametrize(
    "shape", [schema.ToolFile, schema.PlaybookFile, schema.FrontMatterFile, *step_schema.STEPS.values()]
)
def test_every_key_of_the_other_files_is_told(shape: type) -> None:
    missing = [key for key in sorted(keys(shape)) if not re.search(rf"(?<![a-z_]){key}(?![a-z_])", PAGE)]
    assert not missing


@pytest.mark.parametrize("words", [SlotKind, FieldType, step_schema.STEPS], ids=["answers", "types", "steps"])
def test_every_word_of_a_closed_list_is_told(words: Any) -> None:
    assert not [str(word) for word in words if not re.search(rf"`{word}(?:`|:)", PAGE)]
