"""What the conversations of practice with one line need: the line in text, its callers and their goals."""

from dataclasses import replace
from datetime import date, datetime

from dialogue.lines.types import Line
from dialogue.practice.bank import Bank, read_bank
from dialogue.practice.conversation import Stage
from dialogue.practice.drawn_goals import drawn_goals
from dialogue.practice.goal_file import GOAL_FILE, GoalFile, read_goals
from dialogue.practice.goals import general_goals
from dialogue.practice.stand_in import StandIn
from dialogue.practice.world import WantedWorlds
from service.text_line import TextLine

NOW = datetime(2026, 11, 23, 10, 0)
"""A Monday morning on every line's clock: what is practised does not depend on the day it is practised on."""


def stage_of(text_line: TextLine, callers: str, now: datetime = NOW) -> Stage:
    """What the conversations with a line share.

    Goals of a line that has none are drawn from the line itself; as nobody knows what its back office holds, another
    one then stands in for it.

    Args:
        text_line: The line.
        callers: ``development``, ``judging``, or a folder.
        now: Time of every call, on the line's clock.

    Raises:
        LineError: The callers or the line's goals have mistakes.
    """
    line = text_line.line
    bank = read_bank(callers, line.language.code).at(_spoken_of(line))
    own = _goals_of(text_line, bank, now.date())
    general = general_goals(line, own.asks if own else {}, bank.phrases["person"], bank.phrases["mistake"])
    side_questions = tuple(sentence for goal in general for sentence in goal.says if goal.article)
    runtime = text_line.runtime
    if own is None:
        runtime = replace(runtime, call_tool=StandIn(line, now.date()).call)
    return Stage(
        line=line,
        runtime=runtime,
        world=text_line.world if own else None,
        wanted=WantedWorlds(text_line.world, runtime.call_tool) if own else None,
        bank=bank,
        goals=own.goals if own else drawn_goals(line, now.date()),
        general=tuple(general),
        side_questions=side_questions,
        now=now,
    )


def _spoken_of(line: Line) -> tuple[str, ...]:
    """Sentences with the words of a line's trade."""
    requests = [example for intent in line.intents.values() for example in (intent.about, *intent.examples)]
    articles = [text for article in line.articles.values() for text in (article.title, *article.questions)]
    return (*requests, *articles)


def _goals_of(text_line: TextLine, bank: Bank, today: date) -> GoalFile | None:
    """The goals that these callers have for the line, or else the line's own."""
    for path in (bank.folder / f"{text_line.line.name}.yaml", text_line.folder / GOAL_FILE):
        if path.is_file():
            return read_goals(path, text_line.line, today)
    return None
