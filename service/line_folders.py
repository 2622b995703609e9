"""Where a service's lines are on disk, and what tells that one of them changed. Blocking throughout."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dialogue.lines.line_book import line_folders, read_lines
from dialogue.lines.problems import LineError
from dialogue.lines.types import Line
from service.settings import Settings

Fingerprint = tuple[tuple[str, int, int], ...]
"""Path, time of change and size of every file of a folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFolders:
    """One line's folder, or a folder of lines."""

    root: Path
    """The folder."""
    several: bool
    """Whether each folder in it is a line."""
    default: str
    """Folder name of the line that answers every other number; empty for the one that says so, or the only one."""

    @classmethod
    def of(cls, settings: Settings) -> "LineFolders":
        """The folders that are set."""
        if not settings.lines:
            return cls(root=settings.line_folder, several=False, default=settings.line_folder.name)
        chosen = settings.line if "line" in settings.model_fields_set else ""
        return cls(root=Path(settings.lines).expanduser(), several=True, default=Path(chosen).name)

    def look(self) -> dict[Path, Fingerprint]:
        """Every line folder that is there now, with what tells whether it changed."""
        return {folder: fingerprint(folder) for folder in (line_folders(self.root) if self.several else [self.root])}

    def read(self) -> "LinesRead":
        """Load every line."""
        seen = self.look()
        return LinesRead(seen=seen, lines=read_lines(list(seen)))


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesRead:
    """The lines as they were read at one moment."""

    seen: Mapping[Path, Fingerprint]
    """Their folders, as they were before they were read."""
    lines: Mapping[Path, Line | LineError]
    """What was in them."""


def fingerprint(folder: Path) -> Fingerprint:
    """What tells whether anything in a folder changed; empty when it is gone."""
    found = []
    for path in sorted(folder.rglob("*")):
        try:
            if path.is_file():
                state = path.stat()
                found.append((path.relative_to(folder).as_posix(), state.st_mtime_ns, state.st_size))
        except OSError:  # Gone since it was listed.
            continue
    return tuple(found)
