"""The templates, the noise and the corpora that teach and judge the reading of turns."""

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from models.intent.text import normalize
from models.understanding.types import SIDE_ACTS, Asked, AskedKind, CallerAct, Reading, SpanKind
from scripts.measure_mishearing import pairs
from scripts.understanding.claims import thresholds
from scripts.understanding.example import Example
from scripts.understanding.generate import Bank, Joiner, Pool, generate, written_apart
from scripts.understanding.grammar import Grammar, load
from scripts.understanding.judging import DEVELOPMENT, judged, sets_of
from scripts.understanding.noise import heard

CONSENT = Asked(sentence="Shall I cancel it?", kind=AskedKind.CONSENT)


def turn(*acts: CallerAct, asked: Asked = CONSENT) -> Example:
    return Example(asked=asked, said="…", acts=frozenset(acts))


@pytest.mark.parametrize(
    ("example", "clear"),
    [
        (turn(CallerAct.AGREES), True),
        (turn(CallerAct.AGREES, CallerAct.THANKS, CallerAct.GOODBYE), True),
        (turn(CallerAct.AGREES, CallerAct.ASKS_ABOUT_PROPOSAL), False),
        (turn(CallerAct.AGREES, CallerAct.NEW_REQUEST), False),
        (turn(CallerAct.AGREES_IF), False),
        (turn(CallerAct.AGREES, asked=Asked(kind=AskedKind.MORE)), False),
    ],
)
def test_a_yes_is_clear_when_it_does_nothing_else(example: Example, clear: bool) -> None:
    assert example.clear_yes is clear


def test_a_template_chooses_fills_and_marks() -> None:
    grammar = Grammar(lists={"day": ["Monday"], "when": ["on {day}"]})
    said, marks = grammar.expand("(not  |no, )[w:{when}]( please|), [v:{day2}] .", random.Random(1), {"day2": "Friday"})
    assert normalize(said) in {"not on monday please friday", "not on monday friday", "no on monday friday",
                               "no on monday please friday"}  # fmt: skip
    assert [(kind, said[a:b]) for kind, a, b in marks] == [(SpanKind.WRONG, "on Monday"), (SpanKind.VALUE, "Friday")]


def test_a_file_names_acts_and_kinds(tmp_path: Path) -> None:
    path = tmp_path / "some_turns.txt"
    path.write_text("# remark\n@no = no|nope\n== refuses thanks / consent\n{no}, thanks\n== greets / any\nhello\n")
    first, second = load(path).sections
    assert first.acts == {CallerAct.REFUSES, CallerAct.THANKS}
    assert first.kinds == (AskedKind.CONSENT,)
    assert second.kinds == tuple(AskedKind)
    assert second.name == "some_turns:6"


def test_a_section_may_answer_one_question_only(tmp_path: Path) -> None:
    path = tmp_path / "some_turns.txt"
    path.write_text("== answers / value / What time on {day}?\n[v:Half three]\n")
    (section,) = load(path).sections
    example = Bank("train").draw(section, random.Random(1))
    assert example.asked.sentence.startswith("What time on ") and "{" not in example.asked.sentence
    assert example.asked.kind is AskedKind.VALUE


def test_a_question_and_its_answer_share_their_values(tmp_path: Path) -> None:
    path = tmp_path / "some_turns.txt"
    path.write_text("== agrees / consent / {day} at {time}, is that right?\n{day} at {time}\n")
    (section,) = load(path).sections
    for seed in range(20):
        example = Bank("train").draw(section, random.Random(seed))
        assert example.asked.sentence == f"{example.said}, is that right?"


@pytest.mark.parametrize("text", ["hello\n", "== dances / consent\nyes\n", "== agrees / maybe\nyes\n"])
def test_a_broken_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "some_turns.txt"
    path.write_text(text)
    with pytest.raises(ValueError):
        load(path)


@pytest.mark.parametrize("writer", ["train", "development", "final"])
def test_every_template_makes_sentences(writer: str) -> None:
    bank, rng = Bank(writer), random.Random(2)
    for section in bank.turns.sections:
        example = bank.draw(section, rng)
        assert example.said.strip()
        assert "{" not in example.said and "|" not in example.said
        assert all(0 <= a < b <= len(example.said) for _, a, b in example.marks)


def test_an_act_with_few_templates_is_drawn_as_well() -> None:
    drawn = generate(Bank("train"), 3000, random.Random(8))
    counts = Counter(act for example in drawn for act in example.acts)
    assert min(counts[act] for act in CallerAct) >= 15, counts


def test_what_follows_a_yes_tells_whether_it_is_clear() -> None:
    bank, rng = Bank("train"), random.Random(9)
    joiner = Joiner(bank, Pool(bank, 20, rng))
    for example in (joiner.draw(rng) for _ in range(300)):
        assert example.acts and example.asked.kind is AskedKind.CONSENT
        assert not example.acts & example.unknown
        if example.clear_yes:
            assert example.acts <= SIDE_ACTS | {CallerAct.AGREES}
        else:
            assert example.acts - {CallerAct.AGREES}
        assert all(0 <= a < b <= len(example.said) for _, a, b in example.marks)


def test_the_sets_that_judge_are_apart_from_those_that_are_looked_at() -> None:
    assert set(DEVELOPMENT) == {"development_consent_no", "development_consent_yes", "development_turns"}
    assert not set(sets_of("final")) & set(DEVELOPMENT)
    assert {"final_consent_no", "final_consent_yes"} <= set(sets_of("final"))


def test_there_are_as_many_answers_as_a_rate_needs() -> None:
    answers = [e for e in judged(DEVELOPMENT, random.Random(10), noes=900, yeses=500) if e.asks_yes_or_no]
    assert sum(not e.clear_yes for e in answers) >= 900
    assert sum(e.clear_yes for e in answers) >= 500


def reading(agrees: float, asks: float, clear: float) -> Reading:
    likely = {CallerAct.AGREES: agrees, CallerAct.ASKS_ABOUT_PROPOSAL: asks}
    return Reading(probabilities=dict.fromkeys(CallerAct, 0.0) | likely, clear_yes=clear)


def test_an_act_is_claimed_from_where_nine_of_ten_are_right() -> None:
    yes, asks = turn(CallerAct.AGREES), turn(CallerAct.ASKS_ABOUT_PROPOSAL)
    turns = [(yes, reading(0.9, 0.1, 0.95))] * 20 + [(asks, reading(0.6, 0.2, 0.7))] * 20
    examples = [replace(e, source=str(i)) for i, (e, _) in enumerate(turns)]
    told = thresholds(examples, [r for _, r in turns])
    assert 0.6 < told["agrees"] <= 0.9, "below it, half of the claims are wrong"
    assert told["asks_about_proposal"] > 1, "never as likely as it would have to be"
    assert told["thanks"] > 1, "there was none to be told"
    assert 0.7 < told["clear_yes"] <= 0.95


def test_draws_of_one_sentence_prove_no_more_than_it() -> None:
    turns = [(turn(CallerAct.AGREES), reading(0.9, 0.1, 0.95))] * 50
    assert thresholds([e for e, _ in turns], [r for _, r in turns])["agrees"] > 1


@pytest.mark.parametrize(
    ("said", "heard", "found"),
    [
        ("Aye, go on to it.", "I go onto it", [("aye", "i"), ("on to", "onto")]),
        ("Yes please.", "yes, please", []),
        ("Mm, yes.", "Yes.", [("mm", "")]),
        ("one two three four five", "nothing of it at all", []),
    ],
)
def test_what_was_heard_wrong_is_found(said: str, heard: str, found: list[tuple[str, str]]) -> None:
    assert pairs(said, heard) == found


def test_the_same_seed_draws_the_same_turns() -> None:
    assert generate(Bank("train"), 40, random.Random(3)) == generate(Bank("train"), 40, random.Random(3))


def test_what_judges_is_never_drawn_for_training() -> None:
    apart = written_apart()
    assert "hard pass" not in apart, "two words may be said by anybody"
    assert "i must decline i'm afraid" in apart
    assert "sure if you put down friday the seventh instead" in apart, "its marks are left out"
    assert not [e for e in generate(Bank("train"), 3000, random.Random(4)) if normalize(e.said) in apart]


def test_trades_and_proposals_that_judge_are_others() -> None:
    first, *others = ({row[0] for row in Bank(writer).situations} for writer in ("train", "development", "final"))
    assert first and all(others) and not any(first & other for other in others)


def test_noise_keeps_marked_values_whole() -> None:
    said = "Not Monday, I said the fourteenth of March, please and thank you."
    marks = ((SpanKind.WRONG, 4, 10), (SpanKind.VALUE, 19, 42))
    example = Example(asked=CONSENT, said=said, acts=frozenset({CallerAct.CORRECTS}), marks=marks)
    rng = random.Random(5)
    changed = [heard(example, rng, 3.0) for _ in range(50)]
    assert len({e.said for e in changed}) > 20
    for e in changed:
        assert [e.said[a:b] for _, a, b in e.marks] == ["Monday", "the fourteenth of March"]


def test_noise_never_drops_a_word_that_turns_a_no_into_a_yes() -> None:
    example = Example(asked=CONSENT, said="No please don't do it", acts=frozenset({CallerAct.REFUSES}))
    rng = random.Random(6)
    for _ in range(100):
        assert "don't" in heard(example, rng, 2.0).said
