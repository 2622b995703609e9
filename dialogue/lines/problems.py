"""What is wrong with a line folder: every mistake with its file and line number, reported together."""

from collections.abc import Iterable
from dataclasses import dataclass

from models.errors import FirstlineError


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Problem:
    """One mistake an operator made in a line folder."""

    file: str
    """Path inside the line folder."""
    line: int
    """Line number in that file, from 1."""
    message: str
    """What is wrong and, where that is known, what to write instead."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class LineError(FirstlineError):
    """A line folder has mistakes; the service does not start on it.

    Attributes:
        problems: All mistakes, by file and line number.
    """

    def __init__(self, folder: str, problems: Iterable[Problem]):
        self.problems = tuple(sorted(set(problems)))
        listing = "\n".join(f"  {problem}" for problem in self.problems)
        count = "1 mistake" if len(self.problems) == 1 else f"{len(self.problems)} mistakes"
        super().__init__("line_invalid", f"The line {folder} has {count}; correct them and start again:\n{listing}")
