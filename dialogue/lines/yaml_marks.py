"""Reads YAML and remembers on which line each value stands, so that every mistake can be pointed at.

Only the plain YAML 1.2 scalars are recognised (null, true/false, integers, decimals): ``no`` stays the word "no",
``0412`` keeps its zero and ``9:30`` is not a number of minutes, as an operator would expect.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from dialogue.lines.problems import Problem

Path = tuple[str | int, ...]

_MAX_DEPTH = 40


class _PlainLoader(yaml.SafeLoader):
    """A loader with only the scalars of YAML 1.2's core that people expect."""


_PlainLoader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("null", r"~|null|", ["~", "n", ""]),
    ("bool", r"true|false", list("tf")),
    ("int", r"[-+]?(?:0|[1-9]\d*)", list("-+0123456789")),
    ("float", r"[-+]?(?:0|[1-9]\d*)\.\d+", list("-+0123456789")),
):
    _PlainLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), _first)


@dataclass(slots=True)
class Document:
    """A YAML document and the line numbers of its parts."""

    file: str
    """Path inside the line folder."""
    data: Any = None
    """Plain Python values."""
    lines: dict[Path, int] = field(default_factory=dict)
    """Line number, from 1, by the path of keys and indices."""
    problems: list[Problem] = field(default_factory=list)
    """Syntax mistakes and duplicate keys."""

    def line_of(self, path: Path) -> int:
        """Line of the value at ``path``, or of the nearest part around it that has one."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.lines:
                return self.lines[path[:end]]
        return 1


def read_yaml(text: str, file: str, first_line: int = 1) -> Document:
    """Parse ``text``; mistakes are in `Document.problems`, nothing is raised.

    Args:
        text: One YAML document.
        file: Name for messages.
        first_line: Line number of the text's first line in the file, for front matter.
    """
    document = Document(file=file)
    loader = _PlainLoader(text)
    try:
        node = loader.get_single_node()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = first_line + (mark.line if mark else 0)
        reason = getattr(error, "problem", None) or "this is not YAML"
        document.problems.append(Problem(file=file, line=where, message=f"cannot be read as YAML: {reason}"))
        return document
    finally:
        loader.dispose()
    if node is not None:
        document.data = _Builder(document, first_line).build(node, ())
    return document


class _Builder:
    """Turns nodes into values and keeps their lines."""

    def __init__(self, document: Document, first_line: int):
        self._document = document
        self._first_line = first_line

    def build(self, node: yaml.Node, path: Path) -> Any:
        line = self._first_line + node.start_mark.line
        self._document.lines.setdefault(path, line)
        if len(path) > _MAX_DEPTH:
            self._problem(line, "is nested too deeply")
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = self._first_line + key_node.start_mark.line
            if not isinstance(key_node, yaml.ScalarNode):
                self._problem(line, "a key must be a word")
                continue
            key = key_node.value
            if key in values:
                first = self._document.lines[(*path, key)]
                self._problem(line, f"`{key}` was already given on line {first}")
                continue
            self._document.lines[(*path, key)] = line
            values[key] = self.build(value_node, (*path, key))
        return values

    def _scalar(self, node: yaml.Node) -> Any:
        kind = node.tag.rsplit(":", 1)[-1]
        if kind == "null":
            return None
        if kind == "bool":
            return node.value == "true"
        if kind == "int":
            return int(node.value)
        if kind == "float":
            return float(node.value)
        return str(node.value)

    def _problem(self, line: int, message: str) -> None:
        self._document.problems.append(Problem(file=self._document.file, line=line, message=message))
