from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from dialogue.dialogue import Dialogue
from dialogue.lines.types import Line
from dialogue.practice.bank import Bank, Persona, read_bank
from dialogue.practice.conversation import Conversation, Stage, Talking
from dialogue.practice.goal_file import read_goals
from dialogue.practice.habits import Habit
from dialogue.practice.noise import CLEAN
from dialogue.practice.practice import check_goals, conversations_of, hold_one
from dialogue.practice.report import as_json, kinds_of_failure, report_of, word_for_word, worst
from dialogue.practice.verdict import Verdict
from dialogue.practice.world import WantedWorlds
from dialogue.runtime import LineRuntime
from dialogue.state import ConfirmingCall
from dialogue.tool_calls import confirmed_call
from dialogue.types import CallerTurn, DialogueTurn, ToolCall, ToolOutcome
from interactions.vocabulary import ActionStatus
from models.errors import FirstlineError
from tests.dialogue.practice.conftest import Members

NOW = datetime(2026, 11, 23, 10, 0)


class EverythingIsYes(Dialogue):
    """Takes whatever is said to a proposal for a yes."""

    def caller_said(self, state: Any, turn: CallerTurn) -> DialogueTurn:
        pending = state.pending
        if isinstance(pending, ConfirmingCall):
            return self._turn(state, lambda d: confirmed_call(d, pending.call))
        return super().caller_said(state, turn)


class NothingIsUnderstood(Dialogue):
    """Makes nothing of anything."""

    def caller_said(self, state: Any, turn: CallerTurn) -> DialogueTurn:
        return super().caller_said(state, CallerTurn(text="mumble"))


class Rereads(Dialogue):
    """Answers another number than the one that was said."""

    def caller_said(self, state: Any, turn: CallerTurn) -> DialogueTurn:
        return super().caller_said(state, replace(turn, text=turn.text.replace("4127", "1427")))


@pytest.fixture(scope="module")
def bank() -> Bank:
    return read_bank("development", "en")


@pytest.fixture
def stage(club: Line, club_folder: Path, runtime: LineRuntime, members: Members, bank: Bank) -> Stage:
    goals = read_goals(club_folder / "practice.yaml", club, NOW.date()).goals
    return Stage(
        line=club,
        runtime=runtime,
        world=members,
        wanted=WantedWorlds(members, members.call),
        bank=bank,
        goals=goals,
        general=goals,
        side_questions=(),
        now=NOW,
    )


def with_dialogue(stage: Stage, dialogue: Dialogue) -> Stage:
    return replace(stage, runtime=replace(stage.runtime, dialogue=dialogue))


async def hold(stage: Stage, *habits: Habit, seed: int = 1) -> Verdict:
    import random

    persona = Persona(name="test", weight=1, fillers=0, polite=0, hearing=CLEAN, habits={})
    talking = Talking(stage, persona, stage.goals, frozenset(habits), random.Random(seed))
    return (await talking.hold("call"))[1]


async def many(stage: Stage, *habits: Habit, seeds: Sequence[int] = range(20)) -> list[Verdict]:
    return [await hold(stage, *habits, seed=seed) for seed in seeds]


async def test_a_caller_who_agrees_gets_it_done(stage: Stage) -> None:
    verdict = await hold(stage)
    assert verdict.solved and not verdict.failed


async def test_a_back_office_that_says_it_did_and_did_not_is_found_out(stage: Stage, members: Members) -> None:
    async def lies(call: ToolCall) -> ToolOutcome:
        return ToolOutcome(action_id=call.action_id, status=ActionStatus.SUCCEEDED, result={"ended": True})

    verdict = await hold(replace(stage, runtime=replace(stage.runtime, call_tool=lies)))
    assert "members/4127 should not be there" in verdict.wrong_actions[0] and not verdict.solved


async def test_every_conversation_begins_with_the_same_world(stage: Stage) -> None:
    assert all(verdict.solved for verdict in await many(stage))


async def test_a_line_to_which_everything_is_a_yes_does_wrong(stage: Stage, club: Line) -> None:
    verdicts = await many(with_dialogue(stage, EverythingIsYes(club)), Habit.CHANGE_OF_MIND)
    assert all(verdict.wrong_actions and not verdict.solved for verdict in verdicts)


async def test_a_line_that_takes_a_yes_to_a_question_nobody_heard_does_wrong(stage: Stage, club: Line) -> None:
    verdicts = await many(with_dialogue(stage, EverythingIsYes(club)), Habit.CUT_IN)
    assert any(verdict.wrong_actions for verdict in verdicts)


async def test_a_line_that_changes_the_wrong_thing_is_stopped_by_a_caller_who_hears_its_name(
    stage: Stage, club: Line
) -> None:
    verdicts = await many(with_dialogue(stage, Rereads(club)))
    assert not any(verdict.wrong_actions for verdict in verdicts)


async def test_a_line_that_changes_the_wrong_thing_without_naming_it_does_wrong(stage: Stage, club: Line) -> None:
    tool = club.tools["end_membership"]
    vague = replace(club, tools={"end_membership": replace(tool, confirm="Shall I end it?")})
    verdicts = await many(with_dialogue(replace(stage, line=vague), Rereads(vague)))
    wrong = [verdict.wrong_actions for verdict in verdicts if verdict.wrong_actions]
    assert wrong and all("members/1427" in told[0] for told in wrong)


async def test_a_line_that_understands_nothing_hands_over_without_need(stage: Stage, club: Line) -> None:
    verdict = await hold(with_dialogue(stage, NothingIsUnderstood(club)))
    assert verdict.needless and not verdict.solved


async def test_a_back_office_that_fails_excuses_the_line(stage: Stage) -> None:
    verdicts = await many(stage, Habit.TOOL_DOWN)
    failed = [verdict for verdict in verdicts if not verdict.solvable]
    assert failed and not any(verdict.needless or verdict.failed for verdict in failed)


async def test_the_same_seed_gives_the_same_conversation(stage: Stage) -> None:
    first = [each async for each in conversations_of(stage, conversations=30, seed=7)]
    again = await hold_one(stage, 21, 7)
    assert word_for_word(first[21]) == word_for_word(again)
    assert [word_for_word(one) for one in first] != [
        word_for_word(each) for each in [each async for each in conversations_of(stage, conversations=30, seed=8)]
    ]


async def test_a_goal_that_the_back_office_refuses_is_told_before_practice(stage: Stage) -> None:
    impossible = replace(stage.goals[0].does[0], arguments={"member": "9999"})
    with pytest.raises(FirstlineError, match="refuses what a goal wants"):
        await check_goals(replace(stage, goals=(replace(stage.goals[0], does=(impossible,)),)))


async def test_the_worst_conversations_are_told_word_for_word(stage: Stage, club: Line) -> None:
    wrong = with_dialogue(stage, EverythingIsYes(club))
    held: list[Conversation] = [each async for each in conversations_of(wrong, conversations=60, seed=1)]
    summed = report_of(held)
    assert summed.wrong_actions.count > 0 and summed.wrong_actions.of == 60
    low, high = summed.wrong_actions.interval
    assert low < summed.wrong_actions.share < high
    told = word_for_word(worst(held, 1)[0])
    assert "WRONG: end_membership" in told and "BOT: Hello, this is The Club." in told and "CALLER" in told
    assert any(kind.startswith("wrong action") for kind, _, _ in kinds_of_failure(held))
    assert as_json(held)["wrong_actions"]["count"] == summed.wrong_actions.count


async def test_a_line_that_breaks_is_a_dead_end_and_practice_goes_on(stage: Stage, club: Line) -> None:
    class Breaks(Dialogue):
        def caller_said(self, state: Any, turn: CallerTurn) -> DialogueTurn:
            raise KeyError("member")

    held = [each async for each in conversations_of(with_dialogue(stage, Breaks(club)), conversations=3, seed=1)]
    assert all("the line broke: KeyError" in each.verdict.dead_end for each in held)
