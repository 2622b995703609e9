"""``firstline practice``: simulated callers talk to lines in text, and what went wrong is told word for word."""

import asyncio
import json
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.console import Console

from dialogue.practice.bank import Bank, read_bank
from dialogue.practice.conversation import Conversation, Stage
from dialogue.practice.goal_file import GOAL_FILE, GoalFile, read_goals
from dialogue.practice.goals import general_goals
from dialogue.practice.line_tests import TEST_FILE, keep_test
from dialogue.practice.practice import check_goals, conversations_of, hold_one
from dialogue.practice.report import as_json, kinds_of_failure, report_of, word_for_word, worst
from dialogue.practice.world import WantedWorlds
from service.text_line import TextLine

NOW = datetime(2026, 11, 23, 10, 0)
"""A Monday morning on every line's clock: what is practised does not depend on the day it is practised on."""
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
    keep: bool = False
    """Whether the one conversation is kept as a test of the line."""


def practise(folders: list[Path], wanted: Wanted, json_file: Path | None, out: Console, err: Console) -> bool:
    """Hold the conversations and print what they show; whether anything was done that nobody agreed to.

    Raises:
        FirstlineError: A line, its goals or the callers have mistakes.
    """
    held: list[Conversation] = []
    for folder in folders:
        text_line = TextLine(folder, NOW.date())
        held += asyncio.run(_hold(text_line, wanted, err))
        if wanted.keep and wanted.only is not None:
            keep_test(folder / TEST_FILE, held[-1])
    if wanted.only is not None:
        for each in held:
            out.print(word_for_word(each), highlight=False, markup=False, soft_wrap=True)
    else:
        _tell(held, wanted.worst, out)
    if json_file is not None:
        json_file.write_text(json.dumps(as_json(held), indent=2, ensure_ascii=False), encoding="utf-8")
    return any(each.verdict.wrong_actions for each in held)


async def _hold(text_line: TextLine, wanted: Wanted, err: Console) -> list[Conversation]:
    try:
        stage = stage_of(text_line, wanted.callers)
        await check_goals(stage)
        if wanted.only is not None:
            return [await hold_one(stage, wanted.only, wanted.seed)]
        return await _with_progress(stage, wanted, err)
    finally:
        await text_line.close()


async def _with_progress(stage: Stage, wanted: Wanted, err: Console) -> list[Conversation]:
    held: list[Conversation] = []
    began = told = time.monotonic()
    async for each in conversations_of(stage, conversations=wanted.conversations, seed=wanted.seed):
        held.append(each)
        now = time.monotonic()
        if now - told >= _TOLD_EVERY_S or len(held) == wanted.conversations:
            told = now
            failed = sum(one.verdict.failed for one in held)
            speed = 60 * len(held) / max(now - began, 0.001)
            err.print(
                f"{stage.line.name}: {len(held)} of {wanted.conversations} conversations, {failed} to mend, "
                f"{speed:.0f} a minute",
                highlight=False,
            )
    return held


def stage_of(text_line: TextLine, callers: str) -> Stage:
    """What the conversations with a line share.

    Args:
        text_line: The line.
        callers: ``development``, ``judging``, or a folder.

    Raises:
        LineError: The callers or the line's goals have mistakes.
    """
    line = text_line.line
    bank = read_bank(callers, line.language.code)
    own = _goals_of(text_line, bank)
    general = general_goals(line, own.asks if own else {}, bank.phrases["person"], bank.phrases["mistake"])
    side_questions = tuple(sentence for goal in general for sentence in goal.says if goal.article)
    return Stage(
        line=line,
        runtime=text_line.runtime,
        world=text_line.world,
        wanted=WantedWorlds(text_line.world, text_line.runtime.call_tool),
        bank=bank,
        goals=own.goals if own else (),
        general=tuple(general),
        side_questions=side_questions,
        now=NOW,
    )


def _goals_of(text_line: TextLine, bank: Bank) -> GoalFile | None:
    """The goals that these callers have for the line, or else the line's own."""
    for path in (bank.folder / f"{text_line.line.name}.yaml", text_line.folder / GOAL_FILE):
        if path.is_file():
            return read_goals(path, text_line.line, NOW.date())
    return None


def _tell(held: list[Conversation], show: int, out: Console) -> None:
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
    for each in worst(held, show):
        out.print()
        out.print(word_for_word(each), highlight=False, markup=False, soft_wrap=True)
