"""A new line works at once, and nothing is written over."""

from pathlib import Path

import pytest

from dialogue.lines.load import load_line
from dialogue.lines.new import PLACES, STARTER, new_line
from models.errors import FirstlineError

SHOP = Path(__file__).parents[3] / "lines" / "shop"


@pytest.mark.parametrize("country", PLACES)
def test_the_starter_is_a_line_without_mistakes_wherever_its_callers_live(tmp_path, country):
    written = new_line(tmp_path / "oak_dental", "Oak Dental", country)
    line = load_line(tmp_path / "oak_dental")
    assert (line.name, line.title) == ("oak_dental", "Oak Dental")
    assert "Oak Dental" in line.greeting and PLACES[country].emergency in line.escalation.emergencies[0].say
    assert (line.region.currency, line.region.phone_region) == (PLACES[country].currency, country)
    assert len(written) == len([path for path in STARTER.rglob("*") if path.is_file()])


def test_a_line_is_copied_under_its_own_name(tmp_path):
    new_line(tmp_path / "bakery", "Rye and Salt", template=SHOP)
    line = load_line(tmp_path / "bakery")
    assert (line.name, line.title) == ("bakery", "Rye and Salt")
    assert "Rye and Salt" in line.greeting and "Juniper" not in line.greeting


@pytest.mark.parametrize(
    ("name", "title", "country"),
    [("Oak Dental", "Oak", "IE"), ("oak", "", "IE"), ("oak", "Oak: {dental}", "IE"), ("oak", "Oak", "XX")],
)
def test_what_cannot_be_is_told_and_nothing_is_written(tmp_path, name, title, country):
    with pytest.raises(FirstlineError) as refused:
        new_line(tmp_path / name, title, country)
    assert refused.value.code == "line_new" and not list(tmp_path.iterdir())


def test_a_folder_that_is_there_stays_as_it_is(tmp_path):
    (tmp_path / "oak").mkdir()
    with pytest.raises(FirstlineError, match="already"):
        new_line(tmp_path / "oak", "Oak")
    with pytest.raises(FirstlineError, match="no line"):
        new_line(tmp_path / "elm", "Elm", template=tmp_path / "oak")
