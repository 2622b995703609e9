from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from dialogue.lines.load import load_line
from dialogue.lines.problems import LineError
from dialogue.lines.types import Line
from dialogue.practice.bank import PHRASES, read_bank
from dialogue.practice.goal_file import read_goals
from dialogue.practice.goals import general_goals, same_value
from dialogue.practice.heard import audible
from dialogue.practice.practice import identity_slots
from models.errors import FirstlineError

TODAY = date(2026, 11, 23)
LINES = Path(__file__).parents[3] / "lines"


@pytest.mark.parametrize(
    ("wanted", "found", "same"),
    [
        ("12 Mill Lane, Sligo", "it's 12 mill lane in Sligo please", True),
        ("12 Mill Lane, Sligo", "21 Mill Lane, Sligo", False),
        ("12 Mill Lane, Sligo", "12 Harbour Road, Howth", False),
        ("4027", "4027", True),
        ("4027", "4028", False),
        (Decimal("48.50"), Decimal("48.5"), True),
        (Decimal("48.50"), Decimal("48.05"), False),
        (True, False, False),
    ],
)
def test_values_are_the_same_as_people_see_them(wanted: object, found: object, same: bool) -> None:
    assert same_value(wanted, found) is same


@pytest.mark.parametrize(
    ("value", "text", "heard"),
    [
        ("4027", "Shall I cancel order #4027?", True),
        ("4027", "Shall I cancel your order?", False),
        (Decimal("48.50"), "Shall I refund €48.50?", True),
        (Decimal("64.00"), "Shall I send the extra €64 back?", True),
        ("wrong_item", "Is it the wrong item?", True),
    ],
)
def test_a_value_is_heard_where_it_is_named(value: object, text: str, heard: bool) -> None:
    assert audible(value, text) is heard


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("intent: leave", "intent: leaf", "there is no intent `leaf`; did you mean `leave`?"),
        ("knows: {member", "knows: {membr", "there is no slot `membr`; did you mean `member`?"),
        ("- end_membership", "- end_member", "there is no tool `end_member`"),
        (
            'does:\n      - end_membership: {member: "4127"}',
            "does:\n      - end_membership: {number: 1}",
            "no argument",
        ),
        ("says: [I want to leave]", "says: []", "`says` needs at least 1 entries"),
    ],
)
def test_a_mistake_in_the_goals_is_told(
    tmp_path: Path, club: Line, club_folder: Path, old: str, new: str, told: str
) -> None:
    path = tmp_path / "practice.yaml"
    path.write_text((club_folder / "practice.yaml").read_text().replace(old, new))
    with pytest.raises(LineError) as caught:
        read_goals(path, club, TODAY)
    assert told in str(caught.value)


def test_days_count_from_the_day_of_the_call(tmp_path: Path, club: Line, club_folder: Path) -> None:
    path = tmp_path / "practice.yaml"
    path.write_text((club_folder / "practice.yaml").read_text().replace('member: "4127"', "member: today+3", 1))
    assert read_goals(path, club, TODAY).goals[0].knows["member"].value == date(2026, 11, 26)


@pytest.mark.parametrize("callers", ["development", "judging", "stranger"])
def test_the_shipped_callers_have_words_for_everything(callers: str) -> None:
    bank = read_bank(callers, "en")
    assert set(bank.phrases) == set(PHRASES) and len(bank.personas) >= 4


def test_judging_callers_say_nothing_that_development_callers_say() -> None:
    development, judging = read_bank("development", "en"), read_bank("judging", "en")
    for key in PHRASES:
        both = {text for text in development.phrases[key] if " " in text} & {
            text for text in judging.phrases[key] if " " in text and not text.startswith("{")
        }
        assert len(both) <= 1, (key, both)


@pytest.mark.parametrize(
    "folder", sorted(path.parent for path in LINES.glob("*/line.yaml")), ids=lambda path: path.name
)
def test_every_sample_line_has_callers_who_want_something_of_it(folder: Path) -> None:
    line = load_line(folder)
    assert len(read_goals(folder / "practice.yaml", line, TODAY).goals) >= 5
    assert read_bank("development", line.language.code).phrases
    assert general_goals(line, {}, ("a person",), ("bye",))


@pytest.mark.parametrize("callers", ["judging", "stranger"])
@pytest.mark.parametrize("name", ["clinic", "hotel", "shop", "utility"])
def test_callers_who_judge_have_goals_of_their_own(name: str, callers: str) -> None:
    own = read_bank(callers, "en").folder / f"{name}.yaml"
    assert len(read_goals(own, load_line(LINES / name), TODAY).goals) >= 5


def test_a_language_that_no_callers_speak_is_told() -> None:
    with pytest.raises(FirstlineError, match="speak xx"):
        read_bank("development", "xx")


def test_who_is_calling_is_known_by_what_the_line_checks() -> None:
    assert identity_slots(load_line(LINES / "clinic")) == {"birth_date", "postcode"}
    assert identity_slots(load_line(LINES / "shop")) == frozenset()
