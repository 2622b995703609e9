from datetime import datetime
from pathlib import Path

import pytest

from dialogue.lines.problems import LineError, Problem
from dialogue.lines.types import Line
from dialogue.practice.conversation import Conversation
from dialogue.practice.goals import Change
from dialogue.practice.line_tests import keep_test, read_tests, run_test
from dialogue.practice.verdict import Spoken, Verdict
from dialogue.runtime import LineRuntime

NOW = datetime(2026, 11, 23, 10, 0)
GOOD = """
tests:
  - test: somebody leaves
    conversation:
      - caller: I want to leave, 4127
      - line: Shall I end the membership of number 4127
      - caller: "yes"
      - line: membership is over
      - never: sorry
      - caller: "no thanks"
    does:
      - end_membership: {member: "4127"}
    ends: goodbye
"""


async def problems_of(tmp_path: Path, text: str, line: Line, runtime: LineRuntime) -> list[Problem]:
    path = tmp_path / "tests.yaml"
    path.write_text(text)
    return [problem for test in read_tests(path, line) for problem in await run_test(test, line, runtime, NOW)]


async def test_a_conversation_that_comes_as_it_must_has_no_problem(
    tmp_path: Path, club: Line, runtime: LineRuntime
) -> None:
    assert await problems_of(tmp_path, GOOD, club, runtime) == []


@pytest.mark.parametrize(
    ("old", "new", "told", "place"),
    [
        ("line: membership is over", "line: membership goes on", "which has no “membership goes on”", 8),
        ("never: sorry", "never: membership is", "which has “membership is”", 9),
        (
            'member: "4127"',
            'member: "8000"',
            "it does end_membership (member 4127), not end_membership (member 8000)",
            3,
        ),
        ("ends: goodbye", "ends: human", "it ends with a goodbye, not with a hand-over", 3),
    ],
)
async def test_what_does_not_come_is_told_with_its_place(
    tmp_path: Path, club: Line, runtime: LineRuntime, old: str, new: str, told: str, place: int
) -> None:
    [problem] = await problems_of(tmp_path, GOOD.replace(old, new), club, runtime)
    assert told in problem.message and "somebody leaves" in problem.message
    assert (problem.file, problem.line) == ("tests.yaml", place)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("tests:\n  - test: a\n    conversation:\n      - shout: hey\n", "unknown key `shout`"),
        ("tests:\n  - test: a\n    conversation: [{caller: hi}]\n    does: [{fly: {}}]\n", "is no change of this line"),
        ("tests:\n  - conversation: [{caller: hi}]\n", "`test` is missing"),
    ],
)
def test_a_mistake_in_the_file_is_told(tmp_path: Path, club: Line, text: str, told: str) -> None:
    path = tmp_path / "tests.yaml"
    path.write_text(text)
    with pytest.raises(LineError, match=told):
        read_tests(path, club)


async def test_a_conversation_that_failed_is_kept_as_a_test_that_fails(
    tmp_path: Path, club: Line, runtime: LineRuntime
) -> None:
    wanted = (Change(tool="end_membership", arguments={"member": "4127"}),)
    sentence = "what's your member number?"
    said = [Spoken(who="line", text="Hello."), Spoken(who="caller", text="I want to leave", heard_as="I want to leave")]
    for _ in range(3):
        said += [Spoken(who="line", text=sentence.capitalize()), Spoken(who="caller", text="well", heard_as="well")]
    failed = Conversation(
        number=7,
        line="club",
        persona="plain",
        goals=("leave the club",),
        habits=(),
        spoken=tuple(said),
        verdict=Verdict(solved=False, solvable=True, needless=True, looped=sentence),
        deeds=(),
        wanted=wanted,
        ended_at="",
    )
    keep_test(tmp_path / "tests.yaml", failed)
    (test,) = read_tests(tmp_path / "tests.yaml", club)
    assert test.does == wanted and test.ends == "open"
    nevers = [place for place, (step, _) in enumerate(test.steps) if step.never == "what's your member number"]
    assert nevers == [3]
    told = [problem.message for problem in await run_test(test, club, runtime, NOW)]
    assert any("it does nothing, not end_membership" in message for message in told)
