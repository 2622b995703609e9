"""Notices changed line folders: a version without mistakes takes the new calls, one with mistakes changes nothing.

The folders are looked at every few seconds, in a thread. A change counts once two looks in a row have seen it: whoever
saves several files is not read halfway.
"""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from loguru import logger

from dialogue.lines.line_book import read_lines, whole_book
from dialogue.lines.problems import LineError
from dialogue.lines.types import Line
from models.errors import FirstlineError
from service.foundation import Conversations
from service.line_folders import LineFolders, LinesRead
from service.lines import CurrentLines


class LineWatch:
    """Looks at the line folders for as long as it runs; owns its task."""

    def __init__(
        self,
        folders: LineFolders,
        read: LinesRead,
        lines: CurrentLines,
        conversations: Conversations,
        *,
        every_s: float,
    ):
        """Watch from what was read.

        Args:
            folders: Where the lines are.
            read: What the service began with; without mistakes.
            lines: What a change is taken into.
            conversations: Makes versions ready, and closes old ones.
            every_s: Between two looks, s; 0 never looks.
        """
        self._folders = folders
        self._lines = lines
        self._conversations = conversations
        self._every_s = every_s
        self._used = {folder: line for folder, line in read.lines.items() if isinstance(line, Line)}
        self._used_as = dict(read.seen)
        self._judged = self._seen = dict(read.seen)
        self._problems: dict[str, str] = {}
        self._task: asyncio.Task[None] | None = None

    @property
    def problems(self) -> Mapping[str, str]:
        """By folder name, why a change is not used; empty when everything on disk is in use."""
        return self._problems

    def start(self) -> None:
        """Begin to watch."""
        if self._every_s:
            self._task = asyncio.create_task(self._watch(), name="line watch")

    async def stop(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def check(self) -> bool:
        """Look once; returns whether new calls are answered by anything else from now on."""
        await self._conversations.tidy()
        found = await asyncio.to_thread(self._folders.look)
        settled, self._seen = found == self._seen, found
        if not settled or found == self._judged:
            return False
        self._judged = found
        changed = [folder for folder, print_ in found.items() if self._used_as.get(folder) != print_]
        problems: dict[str, str] = {}
        lines = {folder: line for folder, line in self._used.items() if folder in found}
        lines |= await self._ready(changed, problems)
        taken = await self._take(lines, problems)
        if taken:
            self._used_as |= {folder: found[folder] for folder in changed if folder.name not in problems}
        self._tell(problems)
        return taken

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._every_s)
            try:
                await self.check()
            except Exception:
                # A disk that fails now must not end the watch; running calls know nothing of it.
                logger.exception("the line folders could not be looked at")

    async def _ready(self, folders: list[Path], problems: dict[str, str]) -> dict[Path, Line]:
        """The lines among the folders that are whole, each ready for calls; of the others, what is wrong."""
        ready = {}
        for folder, read in (await asyncio.to_thread(read_lines, folders)).items():
            try:
                if isinstance(read, LineError):
                    raise read
                await self._conversations.prepare(read)
                ready[folder] = read
            except FirstlineError as error:
                problems[folder.name] = error.message
        return ready

    async def _take(self, lines: dict[Path, Line], problems: dict[str, str]) -> bool:
        """Let new calls have these lines, all at one moment; none of them when they do not go together."""
        try:
            book = await asyncio.to_thread(whole_book, lines, self._folders.default)
        except LineError as error:
            problems |= {problem.file.split("/")[0]: error.message for problem in error.problems}
            return False
        before, self._lines.book, self._used = self._lines.book, book, lines
        for name, line in book.lines.items():
            if name not in before.lines or before.lines[name].content_hash != line.content_hash:
                logger.info("line {}: new calls are answered by what has changed", name)
        return True

    def _tell(self, problems: dict[str, str]) -> None:
        for name, told in problems.items():
            if self._problems.get(name) != told:
                logger.error("a change of the line folder {} is not used: {}", name, told)
        self._problems = problems
