"""What the weights reach on the hand-written development sets, with some slack: worse weights are not landed unseen."""

import random

import pytest

from models.understanding import CallerAct, Reading
from models.understanding.reader import shared_reader
from scripts.evaluate_understanding import acts, read
from scripts.understanding.example import Example
from scripts.understanding.judging import DEVELOPMENT, judged

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def judgements() -> list[tuple[Example, Reading]]:
    examples = judged(DEVELOPMENT, random.Random(21), noes=1300, yeses=500)
    return list(zip(examples, read(shared_reader(), examples), strict=True))


def test_hardly_anything_that_is_no_clear_yes_counts_as_one(judgements: list[tuple[Example, Reading]]) -> None:
    noes = [r for e, r in judgements if e.asks_yes_or_no and not e.clear_yes]
    assert sum(r.agrees_clearly() for r in noes) <= 0.004 * len(noes)


def test_clear_yeses_count_as_ones(judgements: list[tuple[Example, Reading]]) -> None:
    yeses = [r for e, r in judgements if e.clear_yes]
    assert sum(r.agrees_clearly() for r in yeses) >= 0.05 * len(yeses)


def test_what_is_claimed_is_done(judgements: list[tuple[Example, Reading]]) -> None:
    told = acts([e for e, _ in judgements], [r for _, r in judgements])
    weak = {act: told[act] for act in CallerAct if told[act]["claims"] >= 20 and told[act]["claimed p"] < 0.75}
    assert not weak
    assert told["mean f1"] >= 0.7
