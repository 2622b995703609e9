"""``firstline practice``: simulated callers talk to lines in text, and what went wrong is told word for word."""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from dialogue.lines.line_book import line_folders
from dialogue.practice.conversation import Conversation
from dialogue.practice.line_tests import TEST_FILE, keep_test
from dialogue.practice.report import as_json, kinds_of_failure, report_of, word_for_word, worst
from models.errors import FirstlineError
from service.practice_audio import practise_aloud
from service.practice_jobs import Part, hold, parts_of, processors

_TOLD_EVERY_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be practised."""

    conversations: int
    """How many with each line."""
    callers: str
    """``development``, ``judging``, or a folder."""
    seed: int
    """What they are drawn from."""
    only: int | None
    """The number of the one conversation to hold; None for all."""
    worst: int
    """How many of the worst to show."""
    aloud: int = 0
    """How many to hold on the telephone, instead of all of them in text."""
    jobs: int | None = None
    """Processes that hold them; None for one a processor."""
    keep: bool = False
    """Whether the one conversation is kept as a test of the line."""


def practise(folders: list[Path], wanted: Wanted, json_file: Path | None, out: Console, err: Console) -> bool:
    """Hold the conversations and print what they show; whether anything was done that nobody agreed to.

    Raises:
        FirstlineError: A line, its goals or the callers have mistakes, or the options contradict each other.
    """
    if wanted.keep and wanted.only is None:
        raise FirstlineError("practice_options", "--keep keeps one conversation: say with --only which.")
    if wanted.aloud and wanted.only is not None:
        raise FirstlineError("practice_options", "--only holds a conversation in text: leave --audio.")
    folders = [each for folder in folders for each in _lines_in(folder)]
    held: list[Conversation] = []
    try:
        for some in _aloud(folders, wanted, out, err) if wanted.aloud else _in_text(folders, wanted, err):
            held += some
    except KeyboardInterrupt:
        err.print(f"Stopped after {len(held)} conversations; they show this:", highlight=False)
    if wanted.only is not None:
        for each in held:
            out.print(word_for_word(each), highlight=False, markup=False, soft_wrap=True)
    elif held:
        _tell(held, wanted, out)
    if json_file is not None:
        json_file.write_text(json.dumps(as_json(held), indent=2, ensure_ascii=False), encoding="utf-8")
    return any(each.verdict.wrong_actions for each in held)


def _lines_in(folder: Path) -> list[Path]:
    """A line's folder, or those in a folder of several."""
    found = [folder] if (folder / "line.yaml").exists() else line_folders(folder)
    if not found:
        raise FirstlineError("practice_line", f"{folder} is no line and has none in it: there is no line.yaml.")
    return found


def _in_text(folders: Sequence[Path], wanted: Wanted, err: Console) -> Iterator[list[Conversation]]:
    numbers = range(wanted.conversations) if wanted.only is None else [wanted.only]
    parts = parts_of(folders, wanted.callers, wanted.seed, numbers)
    for part, some in zip(parts, _with_progress(parts, wanted, err), strict=True):
        yield some
        if wanted.keep:
            keep_test(part.folder / TEST_FILE, some[0])
            err.print(
                f"Kept in {part.folder / TEST_FILE}: `firstline line check {part.folder}` holds it from now on.",
                highlight=False,
                soft_wrap=True,
            )


def _with_progress(parts: Sequence[Part], wanted: Wanted, err: Console) -> Iterator[list[Conversation]]:
    """Hold the parts, and tell every few seconds how far it is; at once where it is one conversation."""
    count = sum(len(part.numbers) for part in parts)
    began = told = time.monotonic()
    done = failed = 0
    for some in hold(parts, wanted.jobs or processors()):
        done, failed = done + len(some), failed + sum(each.verdict.failed for each in some)
        now = time.monotonic()
        if now - told >= _TOLD_EVERY_S or done == count > 1:
            told = now
            speed = 60 * done / max(now - began, 0.001)
            err.print(
                f"{some[0].line}: {done} of {count} conversations, {failed} to mend, {speed:.0f} a minute",
                highlight=False,
            )
        yield some


def _aloud(folders: Sequence[Path], wanted: Wanted, out: Console, err: Console) -> Iterator[list[Conversation]]:
    """Hold conversations on the telephone; each is shown at once, for it takes its minute."""
    for folder in folders:
        for each, recording in practise_aloud(folder, wanted.callers, wanted.seed, wanted.aloud, err):
            out.print(word_for_word(each), highlight=False, markup=False, soft_wrap=True)
            out.print(f"  recording: {recording}\n", highlight=False, soft_wrap=True)
            yield [each]


def _tell(held: list[Conversation], wanted: Wanted, out: Console) -> None:
    for line in dict.fromkeys(each.line for each in held):
        own = [each for each in held if each.line == line]
        summed = report_of(own)
        out.print(f"{line}: {summed.conversations} conversations", style="bold", highlight=False, soft_wrap=True)
        for name, value in (
            ("solved, of what is solvable", summed.solved),
            ("with a wrong action", summed.wrong_actions),
            ("handed over without need", summed.needless),
            ("dead ends", summed.dead_ends),
            ("a sentence three times", summed.loops),
            ("outcome not heard", summed.unheard),
        ):
            out.print(f"  {name:28} {value}", highlight=False, soft_wrap=True)
        out.print(
            f"  {'turns, sentences repeated':28} {summed.turns:5.1f}, {summed.repeated:.2f}",
            highlight=False,
            soft_wrap=True,
        )
    kinds = kinds_of_failure(held)
    if kinds:
        out.print("what fails", style="bold")
    for kind, count, example in kinds[:30]:
        out.print(
            f"  {count:5}  {kind}  (such as {example.line} #{example.number})",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
    if wanted.aloud:
        return
    for each in worst(held, wanted.worst):
        out.print()
        out.print(word_for_word(each), highlight=False, markup=False, soft_wrap=True)
    if kinds:
        out.print(
            f"\nOne of them again: --only NUMBER --seed {wanted.seed}; with --keep it becomes a test of the line.",
            style="dim",
            highlight=False,
            soft_wrap=True,
        )
