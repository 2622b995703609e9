"""Who imports whom, read from the source: for the rules of the house about circles."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

Graph = Mapping[str, frozenset[str]]
"""By module, folder or file: what it imports."""


def imports_of(source: str) -> Iterator[tuple[str, str, int]]:
    """Module, name and line of all imports of a file, also those for type checking and inside functions.

    The name is empty for ``import module``.

    Raises:
        ValueError: An import is relative.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "", node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level or not node.module:
                raise ValueError(f"line {node.lineno}: imports are written out in full")
            yield from ((node.module, alias.name, node.lineno) for alias in node.names)


def file_graph(root: Path, rooms: Iterable[str]) -> dict[str, frozenset[str]]:
    """Which file of some rooms imports which other one; by dotted name, a folder's own file ends with ``__init__``."""
    paths = [path for room in rooms for path in (root / room).rglob("*.py")]
    modules = {".".join(path.relative_to(root).with_suffix("").parts): path for path in paths}
    graph = {}
    for module, path in modules.items():
        found = set()
        for target, name, _ in imports_of(path.read_text(encoding="utf-8")):
            # Of `from a.b import c` the file is a/b/c.py, a/b.py or a/b/__init__.py.
            files = (f"{target}.{name}", target, f"{target}.__init__")
            found |= {next((each for each in files if each in modules), module)}
        graph[module] = frozenset(found - {module})
    return graph


def children_graphs(graph: Graph) -> dict[str, dict[str, frozenset[str]]]:
    """By folder: its files and folders, as one node each, and who of them imports whom."""
    seen: dict[str, dict[str, set[str]]] = {}
    for module, targets in graph.items():
        for target in targets:
            here, there = module.split("."), target.split(".")
            depth = next(n for n, pair in enumerate(zip(here, there, strict=False)) if pair[0] != pair[1])
            folder = seen.setdefault(".".join(here[:depth]), {})
            folder.setdefault(".".join(here[: depth + 1]), set()).add(".".join(there[: depth + 1]))
    return {folder: {child: frozenset(found) for child, found in links.items()} for folder, links in seen.items()}


def circles(graph: Graph) -> list[list[str]]:
    """Groups that import each other in a circle, each sorted."""
    reach = {node: _reachable(graph, node) for node in graph}
    groups = {tuple(sorted(other for other in reach[node] if node in reach.get(other, ()))) for node in graph}
    return [list(group) for group in sorted(groups) if group]


def _reachable(graph: Graph, start: str) -> set[str]:
    found: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += graph.get(node, ())
    return found
