"""Practice, tests of a line and talking to it by text, as the command line offers them, on the sample lines."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.cli import app

LINES = Path(__file__).parents[2] / "lines"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def run(*arguments: str, **kwargs: str):
    return CliRunner().invoke(app, list(arguments), **kwargs)


def test_practice_tells_rates_and_keeps_everything_as_json(tmp_path: Path) -> None:
    file = tmp_path / "practice.json"
    done = run("practice", str(LINES / "shop"), "--conversations", "40", "--json", str(file), "--worst", "1")
    assert "shop: 40 conversations" in done.stdout and "with a wrong action" in done.stdout
    kept = json.loads(file.read_text())
    assert kept["conversations"] == 40 and kept["solved"]["share"] > 0.5
    assert done.exit_code == (1 if kept["wrong_actions"]["count"] else 0)


def test_conversations_are_the_same_however_many_processes_hold_them(tmp_path: Path) -> None:
    kept = []
    for jobs in ("1", "2"):
        file = tmp_path / f"{jobs}.json"
        run("practice", str(LINES / "shop"), "--conversations", "40", "--jobs", jobs, "--json", str(file))
        kept.append(json.loads(file.read_text()))
    assert kept[0]["conversations"] == 40 and kept[0] == kept[1]


def test_one_conversation_is_held_again(tmp_path: Path) -> None:
    first = run("practice", str(LINES / "shop"), "--only", "3")
    assert "BOT: Hello, this is Juniper and Pine." in first.stdout
    assert run("practice", str(LINES / "shop"), "--only", "3").stdout == first.stdout


def test_a_new_line_is_practised_without_goals_and_what_is_kept_is_checked(tmp_path: Path) -> None:
    folder = tmp_path / "bakery"
    assert run("line", "new", str(folder), "--title", "The Corner Bakery").exit_code == 0
    held = run("practice", str(folder), "--conversations", "15", "--jobs", "1")
    assert held.exit_code == 0 and "a question for the team" not in held.stderr
    assert "bakery: 15 conversations" in held.stdout
    kept = run("practice", str(folder), "--only", "1", "--keep")
    assert kept.exit_code == 0 and "Kept in" in kept.stderr
    assert run("line", "check", str(folder)).exit_code in (0, 1)


def test_what_cannot_be_practised_is_told(tmp_path: Path) -> None:
    for arguments, told in (((str(tmp_path),), "no line"), ((str(LINES / "shop"), "--keep"), "--only")):
        failed = run("practice", *arguments)
        assert failed.exit_code == 1 and told in failed.stderr


@pytest.mark.timeout(600)
def test_a_caller_is_served_on_the_telephone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "aloud.json"
    done = run("practice", str(LINES / "shop"), "--audio", "1", "--seed", "2", "--json", str(file))
    kept = json.loads(file.read_text())
    assert kept["conversations"] == 1 and done.exit_code == 0, done.output
    assert kept["solved"]["count"] == 1, done.output
    assert "recording: data/practice/" in done.stdout


@pytest.mark.parametrize("name", ["shop", "clinic"])
def test_the_sample_lines_pass_their_own_tests(name: str) -> None:
    checked = run("line", "check", str(LINES / name))
    assert checked.exit_code == 0, checked.output


def test_a_line_is_talked_to_by_text() -> None:
    said = "I want to cancel order 4028\nyes please\nno thanks, bye\n"
    talked = run("line", "try", str(LINES / "shop"), "--explain", input=said)
    assert talked.exit_code == 0
    for part in ("Shall I cancel order 4028?", "understood: cancel_order", "cancel_order(order_number=4028): succeeded",
                 "(the line hangs up)"):  # fmt: skip
        assert part in talked.stdout
