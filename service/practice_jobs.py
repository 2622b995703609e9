"""Conversations of practice on several processors: each process opens the lines for itself and holds a part of them.

Which conversation is held does not depend on who holds it: it is drawn from the seed and its number.
"""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from dialogue.practice.conversation import Conversation, Stage
from dialogue.practice.practice import check_goals, hold_one
from models.errors import FirstlineError
from service.practice_stage import NOW, stage_of
from service.text_line import TextLine

_AT_ONCE = 10
"""Conversations of one piece of work."""
_WORTH_A_PROCESS = 20
"""Fewer conversations are over before another process has loaded its models."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some of the conversations with one line."""

    folder: Path
    """The line's folder."""
    callers: str
    """``development``, ``judging``, or a folder."""
    seed: int
    """What they are drawn from."""
    numbers: tuple[int, ...]
    """Which of them."""


def parts_of(folders: Sequence[Path], callers: str, seed: int, numbers: Sequence[int]) -> list[Part]:
    """The conversations with some lines, in pieces of work."""
    return [
        Part(folder=folder, callers=callers, seed=seed, numbers=tuple(numbers[at : at + _AT_ONCE]))
        for folder in folders
        for at in range(0, len(numbers), _AT_ONCE)
    ]


def processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def hold(parts: Sequence[Part], jobs: int) -> Iterator[list[Conversation]]:
    """Hold conversations.

    Args:
        parts: Which.
        jobs: Processes to hold them in; no more are started than are worth it.

    Yields:
        The conversations of each part, in the order of the parts.

    Raises:
        FirstlineError: A line, its goals or the callers have mistakes, or a process was killed.
    """
    jobs = min(jobs, sum(len(part.numbers) for part in parts) // _WORTH_A_PROCESS)
    if jobs <= 1:
        with _Holder() as holder:
            yield from map(holder.hold, parts)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin) as pool:
        running = [pool.submit(_hold, part) for part in parts]
        try:
            for each in running:
                yield _held(each)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _held(running: "Future[list[Conversation] | _Mistake]") -> list[Conversation]:
    try:
        held = running.result()
    except BrokenProcessPool as error:
        raise FirstlineError(
            "practice_process", "A process of practice was killed, perhaps for want of memory; try --jobs 1."
        ) from error
    if isinstance(held, _Mistake):
        raise FirstlineError(held.code, held.message)
    return held


class _Holder:
    """Holds conversations in this process; the line that was needed last stays open."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._open: tuple[Path, str] | None = None
        self._text_line: TextLine | None = None
        self._stage: Stage | None = None

    def __enter__(self) -> "_Holder":
        return self

    def __exit__(self, *raised: object) -> None:
        self._close()
        self._runner.close()

    def hold(self, part: Part) -> list[Conversation]:
        """The conversations of a part.

        Raises:
            FirstlineError: The line, its goals or the callers have mistakes.
        """
        stage = self._stage_of(part)

        async def held() -> list[Conversation]:
            return [await hold_one(stage, number, part.seed) for number in part.numbers]

        return self._runner.run(held())

    def _stage_of(self, part: Part) -> Stage:
        if self._stage is None or self._open != (part.folder, part.callers):
            self._close()
            self._text_line = TextLine(part.folder, NOW.date())
            stage = stage_of(self._text_line, part.callers)
            self._runner.run(check_goals(stage))
            self._stage, self._open = stage, (part.folder, part.callers)
        return self._stage

    def _close(self) -> None:
        if self._text_line is not None:
            self._runner.run(self._text_line.close())
        self._text_line = self._stage = self._open = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mistake:
    """A `FirstlineError` on its way from one process to another."""

    code: str
    message: str


_holders: list[_Holder] = []
"""The one holder of a process that was started for practice."""


def _begin() -> None:
    # An interrupt is for the process that was typed at; it ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _holders.append(_Holder())


def _hold(part: Part) -> list[Conversation] | _Mistake:
    try:
        return _holders[0].hold(part)
    except FirstlineError as error:
        return _Mistake(code=error.code, message=error.message)
