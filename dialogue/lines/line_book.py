"""The lines of one service: which there are, which of them answers a number, and whether they go together."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dialogue.lines.load import load_line
from dialogue.lines.problems import LineError, Problem
from dialogue.lines.types import Line
from dialogue.lines.yaml_marks import read_yaml

_OUTLINE = "line.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineBook:
    """Lines that go together: no name and no number twice, and one that answers what no other does."""

    lines: Mapping[str, Line]
    """By name."""
    default: str
    """Name of the line that answers every other number."""

    def line(self, name: str) -> Line:
        """The line of that name; the default one where it is gone: a call outlives what was taken away."""
        return self.lines.get(name) or self.lines[self.default]

    def answering(self, number: str) -> Line:
        """The line that answers an E.164 number, or ``""`` where none was dialled."""
        return next((line for line in self.lines.values() if number in line.numbers), self.lines[self.default])


def line_folders(root: Path) -> list[Path]:
    """The folders below ``root`` that hold a line, by name."""
    return sorted(path.parent for path in root.glob(f"*/{_OUTLINE}") if not path.parent.name.startswith("."))


def read_lines(folders: list[Path]) -> dict[Path, Line | LineError]:
    """Load every folder: the line, or what is wrong with it. Blocking."""
    read: dict[Path, Line | LineError] = {}
    for folder in folders:
        try:
            read[folder] = load_line(folder)
        except LineError as error:
            read[folder] = error
    return read


def whole_book(read: Mapping[Path, Line | LineError], default: str = "") -> LineBook:
    """The book of lines that were read.

    Args:
        read: From `read_lines`.
        default: Folder name of the default line; empty for the one that says so, or the only one.

    Raises:
        LineError: A line has mistakes, or they do not go together; all of it with file and line number.
    """
    problems = [
        Problem(file=f"{folder.name}/{each.file}", line=each.line, message=each.message)
        for folder, line in read.items()
        if isinstance(line, LineError)
        for each in line.problems
    ]
    lines = {folder: line for folder, line in read.items() if isinstance(line, Line)}
    problems += _quarrels(lines)
    chosen = _default(lines, default)
    # A default line that cannot be read is no missing one.
    if chosen is None and not problems:
        problems.append(_no_default(lines, default))
    if chosen is None or problems:
        raise LineError(", ".join(sorted({each.file.split("/")[0] for each in problems})), problems)
    return LineBook(lines={line.name: line for line in lines.values()}, default=lines[chosen].name)


def _quarrels(lines: Mapping[Path, Line]) -> list[Problem]:
    """What two lines both claim."""
    problems = []
    names: dict[str, Path] = {}
    numbers: dict[str, Path] = {}
    for folder, line in lines.items():
        other = names.setdefault(line.name, folder)
        if other != folder:
            problems.append(
                _at(folder, ("name",), f"the name `{line.name}` is already that of {other.name}/{_OUTLINE}")
            )
        for index, number in enumerate(line.numbers):
            other = numbers.setdefault(number, folder)
            if other != folder:
                message = f"{number} is already answered by {other.name}/{_OUTLINE}"
                problems.append(_at(folder, ("numbers", "answers", index), message))
    marked = [folder for folder, line in lines.items() if line.is_default]
    for folder in marked[1:]:
        message = f"{marked[0].name}/{_OUTLINE} is already the default line"
        problems.append(_at(folder, ("numbers", "default"), message))
    return problems


def _default(lines: Mapping[Path, Line], default: str) -> Path | None:
    if default:
        return next((folder for folder in lines if folder.name == default), None)
    marked = [folder for folder, line in lines.items() if line.is_default]
    if marked:
        return marked[0]
    return next(iter(lines)) if len(lines) == 1 else None


def _no_default(lines: Mapping[Path, Line], default: str) -> Problem:
    if not lines:
        return Problem(file=_OUTLINE, line=1, message="there is no line: each is a folder with a line.yaml")
    if default:
        found = ", ".join(folder.name for folder in lines)
        return Problem(
            file=_OUTLINE, line=1, message=f"there is no line folder {default!r} to answer by default: {found}"
        )
    message = "no line answers the numbers that none names: give one of them `numbers: {default: true}`"
    return _at(next(iter(lines)), ("numbers",), message)


def _at(folder: Path, path: tuple[str | int, ...], message: str) -> Problem:
    document = read_yaml((folder / _OUTLINE).read_text(encoding="utf-8"), _OUTLINE)
    return Problem(file=f"{folder.name}/{_OUTLINE}", line=document.line_of(path), message=message)
