"""What the dialogue says depends on its arguments alone: nothing waits, asks outside, reads a clock or rolls dice."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOM = Path(__file__).parents[2] / "dialogue"
WITH_IO = {
    "backends": "asks outside",
    "practice": "plays callers, whose chances are drawn, and holds their conversations",
    "runtime.py": "says what may be asked",
    "turn_loop.py": "waits for what was asked",
    "understanding.py": "asks the models",
}
"""Where the dialogue meets the world."""
FORBIDDEN = frozenset({
    "aiohttp", "asyncio", "httpx", "logging", "loguru", "openai", "os", "pipecat", "random", "requests", "secrets",
    "socket", "subprocess", "threading", "time", "urllib", "uuid",
})  # fmt: skip
CLOCKS = frozenset({"now", "utcnow", "today"})
"""Of `datetime` and `date`: the day and the hour come in as arguments."""


def pure_files() -> list[Path]:
    return [path for path in sorted(ROOM.rglob("*.py")) if path.relative_to(ROOM).parts[0] not in WITH_IO]


def impurities(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        yield from (f"{path.name} imports {name}" for name in names if name.split(".")[0] in FORBIDDEN)
        if isinstance(node, ast.AsyncFunctionDef | ast.Await):
            yield f"{path.name}:{node.lineno} waits"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
            yield f"{path.name}:{node.lineno} reads a clock"


def test_only_the_backends_and_the_turn_loop_do_anything_but_compute() -> None:
    assert all((ROOM / name).exists() for name in WITH_IO)
    assert not [what for path in pure_files() for what in impurities(path)]
