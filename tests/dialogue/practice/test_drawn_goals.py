"""A line that nobody has written goals for is practised with all the same."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from dialogue.dialogue import Dialogue
from dialogue.lines.load import load_line
from dialogue.lines.new import new_line
from dialogue.lines.types import Line
from dialogue.practice.bank import Bank, read_bank
from dialogue.practice.conversation import Stage
from dialogue.practice.drawn_goals import drawn_goals
from dialogue.practice.goals import Ending
from dialogue.practice.practice import conversations_of
from dialogue.practice.stand_in import StandIn
from dialogue.runtime import LineRuntime
from dialogue.types import CallerTurn, DialogueTurn, ToolCall
from interactions.vocabulary import ActionStatus
from tests.dialogue.practice.conftest import understand

LINES = Path(__file__).parents[3] / "lines"
NOW = datetime(2026, 11, 23, 10, 0)
TODAY = NOW.date()


@pytest.fixture
def bank() -> Bank:
    return read_bank("development", "en")


@pytest.fixture
def stage(club: Line, bank: Bank) -> Stage:
    says_it = [replace(goal, says=("I want to leave",)) for goal in drawn_goals(club, TODAY)]
    return Stage(
        line=club,
        runtime=LineRuntime(dialogue=Dialogue(club), understand=understand, call_tool=StandIn(club, TODAY).call),
        world=None,
        wanted=None,
        bank=bank,
        goals=tuple(says_it),
        general=tuple(says_it),
        side_questions=(),
        now=NOW,
    )


def test_every_request_is_wanted_in_its_own_words(club: Line) -> None:
    (goal,) = drawn_goals(club, TODAY)
    assert (goal.playbook, goal.says) == ("leave", club.intents["leave"].examples)
    number = goal.knows["member"].value
    assert number.isdigit() and len(number) == 4
    assert [(change.tool, change.arguments) for change in goal.may] == [("end_membership", {"member": number})]
    assert drawn_goals(club, TODAY) == drawn_goals(club, TODAY)


@pytest.mark.parametrize("name", ["shop", "clinic", "utility", "hotel", "loja"])
def test_every_question_of_the_sample_lines_can_be_answered(name: str) -> None:
    line = load_line(LINES / name)
    goals = drawn_goals(line, TODAY)
    assert len(goals) == len([intent for intent in line.intents.values() if intent.playbook])
    asked = {ask.slot.rpartition("/")[2] for playbook in line.playbooks.values() for ask in playbook.asks()}
    assert asked <= goals[0].knows.keys()


def test_a_person_is_no_failure_where_the_playbook_may_call_one(tmp_path: Path) -> None:
    new_line(tmp_path / "bakery", "The Bakery")
    (goal,) = drawn_goals(load_line(tmp_path / "bakery"), TODAY)
    assert goal.ends is Ending.EITHER


async def test_a_line_that_serves_its_requests_solves_them(stage: Stage) -> None:
    held = [each async for each in conversations_of(stage, conversations=30, seed=1)]
    plain = [each for each in held if each.persona == "plain"]
    assert plain and all(each.verdict.solved for each in plain)
    assert any(deed.agreed for each in held for deed in each.deeds)
    assert not any(each.verdict.wrong_actions for each in held)


async def test_a_line_that_understands_nothing_solves_none(stage: Stage, club: Line) -> None:
    class Deaf(Dialogue):
        def caller_said(self, state: object, turn: CallerTurn) -> DialogueTurn:
            return super().caller_said(state, CallerTurn(text="mumble"))  # type: ignore[arg-type]

    deaf = replace(stage, runtime=replace(stage.runtime, dialogue=Deaf(club)))
    held = [each async for each in conversations_of(deaf, conversations=10, seed=1)]
    assert not any(each.verdict.solved for each in held)


async def test_what_stands_in_answers_with_the_types_that_a_tool_declares() -> None:
    line = load_line(LINES / "shop")
    call = ToolCall(action_id="1", tool="refund_order", arguments={"amount": Decimal("48.50")}, has_side_effects=True)
    outcome = await StandIn(line, TODAY).call(call)
    assert outcome.status is ActionStatus.SUCCEEDED
    assert outcome.result["amount"] == Decimal("48.50") and outcome.result["arrives_on"] > TODAY
    assert isinstance(outcome.result["refund_id"], str)
