"""What grammar and network together take for consent on the development set, with some slack."""

import random

import pytest

from dialogue.lines.types import Line
from scripts.evaluate_consent import of_set, score

pytestmark = pytest.mark.slow


def test_hardly_anything_but_clear_yeses_counts_and_most_of_those_do(shop: Line) -> None:
    examples = of_set("development", random.Random(7))
    yes = [each.said == "yes" for each in score(examples, shop, network=True)]
    clear = [example.clear_yes for example in examples]
    assert sum(y and not c for y, c in zip(yes, clear, strict=True)) <= 0.0015 * clear.count(False)
    assert sum(y and c for y, c in zip(yes, clear, strict=True)) >= 0.45 * clear.count(True)
