"""One logger in one dialect: loguru, with `{}` places filled by arguments, and nothing personal among them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = (
    "models",
    "interactions",
    "languages",
    "dialogue",
    "records",
    "voice",
    "telephony",
    "simulator",
    "console",
    "service",
)
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
LEVELS = {"trace", "debug", "info", "success", "warning", "error", "critical", "exception", "log"}


def logger_calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="logger"), attr=level)) if level in LEVELS:
                yield node
            case ast.Call(
                func=ast.Attribute(value=ast.Call(func=ast.Attribute(value=ast.Name(id="logger"))), attr=level)
            ):
                if level in LEVELS:
                    yield node


def message_of(call: ast.Call) -> ast.expr:
    """The message: the first argument, behind the level where that is given."""
    func = call.func
    assert isinstance(func, ast.Attribute)
    return call.args[1 if func.attr == "log" else 0]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_file_logs_in_the_one_way(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    wrong = []
    if path != ROOT / "service" / "logs.py":
        for node in ast.walk(tree):
            modules = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if "logging" in modules:
                wrong.append(f"{node.lineno}: take `from loguru import logger`")
    for call in logger_calls(tree):
        message = message_of(call)
        if isinstance(message, ast.Constant) and isinstance(message.value, str):
            if re.search(r"%[sdrf]", message.value):
                wrong.append(f"{call.lineno}: write {{}} where the message has a %")
        elif not (isinstance(message, ast.Call) and path.name == "logs.py"):
            # A message made beforehand cannot be grouped by, and is made although nobody may read it.
            wrong.append(f"{call.lineno}: the message is a plain text with {{}}; its values are arguments")
        for part in ast.walk(call):
            name = part.attr if isinstance(part, ast.Attribute) else part.id if isinstance(part, ast.Name) else ""
            if name.startswith("pii_") or name == "get_secret_value":
                wrong.append(f"{call.lineno}: `{name}` has no place in a log")
    assert not wrong, wrong
