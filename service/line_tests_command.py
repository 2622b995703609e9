"""The part of ``firstline line check`` that holds the conversations of a line's ``tests.yaml``."""

import asyncio
from pathlib import Path

from dialogue.lines.load import load_line
from dialogue.lines.problems import LineError, Problem
from dialogue.practice.line_tests import TEST_FILE, read_tests, run_test
from service.practice_stage import NOW
from service.text_line import TextLine


def run_line_tests(folders: list[Path]) -> list[Problem]:
    """What did not come as the tests of these lines say.

    Raises:
        FirstlineError: A model is missing, or a tool needs a setting that is not there.
    """
    return [problem for folder in folders if (folder / TEST_FILE).is_file() for problem in _run(folder)]


def _run(folder: Path) -> list[Problem]:
    try:
        tests = read_tests(folder / TEST_FILE, load_line(folder))
    except LineError as error:
        return list(error.problems)

    text_line = TextLine(folder, NOW.date())

    async def run() -> list[Problem]:
        try:
            problems: list[Problem] = []
            for test in tests:
                text_line.world.reset()
                problems += await run_test(test, text_line.line, text_line.runtime, NOW)
            return problems
        finally:
            await text_line.close()

    return asyncio.run(run())
