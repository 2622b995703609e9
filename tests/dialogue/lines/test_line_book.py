"""Several lines in one service: who answers which number, and what does not go together."""

from pathlib import Path

import pytest

from dialogue.lines.line_book import LineBook, line_folders, read_lines, whole_book
from dialogue.lines.problems import LineError
from tests.dialogue.lines.folders import write_line


def book(root: Path, default: str = "") -> LineBook:
    return whole_book(read_lines(line_folders(root)), default)


def mistakes(root: Path, default: str = "") -> list[str]:
    with pytest.raises(LineError) as caught:
        book(root, default)
    return [str(problem) for problem in caught.value.problems]


def test_the_number_called_chooses_the_line_and_every_other_number_gets_the_default(tmp_path: Path) -> None:
    write_line(tmp_path / "bank", numbers=["+35315550001", "+35315550002"])
    write_line(tmp_path / "shop", numbers=["+35315550003"], default=True)
    lines = book(tmp_path)
    assert lines.answering("+35315550002").name == "bank"
    assert lines.answering("+35315550003").name == "shop"
    assert [lines.answering(number).name for number in ("+35315559999", "")] == ["shop", "shop"]


def test_the_default_is_the_one_that_was_named_before_the_one_that_says_so(tmp_path: Path) -> None:
    write_line(tmp_path / "bank")
    write_line(tmp_path / "shop", default=True)
    assert book(tmp_path).default == "shop"
    assert book(tmp_path, "bank").default == "bank"


def test_the_only_line_answers_everything(tmp_path: Path) -> None:
    write_line(tmp_path / "bank", numbers=["+35315550001"])
    assert book(tmp_path).answering("+35315550009").name == "bank"


def test_a_line_that_is_gone_is_stood_in_for_by_the_default(tmp_path: Path) -> None:
    write_line(tmp_path / "bank")
    assert book(tmp_path).line("shop").name == "bank"


def test_what_is_no_line_folder_is_passed_over(tmp_path: Path) -> None:
    write_line(tmp_path / "bank")
    write_line(tmp_path / ".bank-before")
    (tmp_path / "notes").mkdir()
    assert [folder.name for folder in line_folders(tmp_path)] == ["bank"]


def test_a_number_a_name_and_a_default_that_two_lines_claim_are_told_with_file_and_line(tmp_path: Path) -> None:
    write_line(tmp_path / "bank", name="one", numbers=["+35315550001"], default=True)
    write_line(tmp_path / "shop", name="one", numbers=["+35315550002", "+35315550001"], default=True)
    assert mistakes(tmp_path) == [
        "shop/line.yaml:1: the name `one` is already that of bank/line.yaml",
        "shop/line.yaml:10: +35315550001 is already answered by bank/line.yaml",
        "shop/line.yaml:11: bank/line.yaml is already the default line",
    ]


def test_several_lines_without_a_default_are_a_mistake(tmp_path: Path) -> None:
    write_line(tmp_path / "bank")
    write_line(tmp_path / "shop")
    [told] = mistakes(tmp_path)
    assert told.startswith("bank/line.yaml:") and "numbers: {default: true}" in told


def test_a_default_that_is_not_there_is_told_with_the_folders_that_are(tmp_path: Path) -> None:
    write_line(tmp_path / "bank")
    write_line(tmp_path / "shop")
    [told] = mistakes(tmp_path, "shopp")
    assert "'shopp'" in told and "bank, shop" in told


def test_no_line_at_all_is_a_mistake(tmp_path: Path) -> None:
    assert "there is no line" in mistakes(tmp_path)[0]


def test_mistakes_of_all_lines_are_told_together(tmp_path: Path) -> None:
    write_line(tmp_path / "bank", greeting="")
    write_line(tmp_path / "shop", greeting="")
    told = mistakes(tmp_path)
    assert [each.split(":")[0] for each in told] == ["bank/line.yaml", "shop/line.yaml"]
