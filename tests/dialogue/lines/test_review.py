"""What loads but cannot work on the telephone is told, one message a mistake; the sample lines have none of it."""

import shutil
from pathlib import Path

import pytest

from dialogue.lines.load import load_line
from dialogue.lines.new import new_line
from dialogue.lines.review import review

LINES = Path(__file__).parents[3] / "lines"
SAMPLES = sorted(folder for folder in LINES.iterdir() if (folder / "line.yaml").exists())


@pytest.fixture
def hotel(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LINES / "hotel", tmp_path / "hotel"))


def told(folder: Path, *environment: str) -> list[str]:
    return [str(problem) for problem in review(folder, load_line(folder), environment)]


@pytest.mark.parametrize("folder", SAMPLES, ids=lambda folder: folder.name)
def test_the_sample_lines_have_no_such_mistakes(folder: Path) -> None:
    assert told(folder) == []


def test_nor_has_the_starter(tmp_path: Path) -> None:
    new_line(tmp_path / "oak", "Oak Dental", "IE")
    assert told(tmp_path / "oak") == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("It is **booked** now.", "`say` has markup, `**booked**`"),
        ("It is <b>booked</b>.", "`say` has markup, `<b>`"),
        ("Look at [our page](https://x.ie).", "`say` has markup, `[our page](https://x.ie)`"),
        ("It is booked 🎉.", "`say` has 🎉, which has no sound"),
        ("It is booked :-)", "`say` has :-), which has no sound"),
        ("See https://x.ie/stay?id=4 for more.", "`say` has the link https://x.ie/stay?id=4"),
        ("It comes prob. in a week.", "`say` has `prob.`, which is read as it is written"),
        ("Come in, pls.", "`say` has `pls`, which is read as it is written"),
    ],
)
def test_a_text_that_a_voice_cannot_say_is_told_once(hotel: Path, text: str, message: str) -> None:
    path = hotel / "playbooks" / "my_booking.yaml"
    lines = path.read_text("utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if "- say:" in line)
    lines[at] = f"{lines[at].partition('- say:')[0]}- say: '{text}'"
    path.write_text("\n".join(lines), "utf-8")
    (problem,) = told(hotel)
    assert problem.startswith(f"playbooks/my_booking.yaml:{at + 1}: {message}")


def test_what_is_said_of_money_codes_and_days_is_no_mistake(hotel: Path) -> None:
    path = hotel / "playbooks" / "my_booking.yaml"
    said = "That's €12.50 on Mon 3/12, i.e. at 10:30 am. {stay.name}, it's 5 km, no. 7, at harbour.ie."
    path.write_text(path.read_text("utf-8").replace("{stay.name}, you have", f"{said} You have"), "utf-8")
    assert told(hotel) == []


def test_choices_that_nobody_can_make_are_told(hotel: Path) -> None:
    path = hotel / "playbooks" / "parking.yaml"
    choice = (
        "steps:\n  - ask: size\n    type: choice\n    say: A car, a van or none?\n    choices:\n"
        "      car: [small car]\n      '++': []\n      van: [large car]\n      '-': [large car park]\n"
    )
    path.write_text(path.read_text("utf-8").replace("steps:\n", choice, 1), "utf-8")
    assert told(hotel)[0].startswith("playbooks/parking.yaml:9: nobody can choose `++`")


def test_a_variable_that_a_tool_needs_and_that_is_not_set_is_told(hotel: Path) -> None:
    path = hotel / "tools.yaml"
    with path.open("a", encoding="utf-8") as tools:
        tools.write("weather:\n  about: look\n  url: 'https://{env:WEATHER}/x'\n  result: {sky: text}\n")
    (problem,) = told(hotel)
    assert "the environment has no `WEATHER`, which `weather` needs" in problem
    assert told(hotel, "WEATHER") == []


def test_an_emergency_that_reaches_nobody_out_of_hours_is_told(hotel: Path) -> None:
    path = hotel / "line.yaml"
    no_number = path.read_text("utf-8").replace("and call 112 now. The", "now. The")
    path.write_text(no_number.replace("message: true", "message: false"), "utf-8")
    (problem,) = told(hotel)
    assert "out of hours nobody is reached by this" in problem
    path.write_text(no_number, "utf-8")
    assert told(hotel) == []
