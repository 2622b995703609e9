"""What a line can say beyond asking, calling and branching: every mistake is told with its place."""

from pathlib import Path

import pytest

from dialogue.lines.load import LineError, load_line
from dialogue.lines.playbook import CheckIdentity, Choose, Fill, Identified, Keep
from tests.dialogue.lines.test_load import INTENTS, LINE, steps

TOOLS = """find:
  about: look up
  method: POST
  has_side_effects: false
  url: "{sandbox}/find"
  arguments: {born: date}
  result: {id: optional text, name: optional text}
times:
  about: look
  url: "{sandbox}/times"
  arguments: {from_day: date}
  result:
    free:
      list of: {id: text, day: date, at: time, price: money}
    words:
      list of: text
book:
  about: book
  method: POST
  url: "{sandbox}/book"
  requires: person
  arguments: {person: text, at: time}
  result: {number: text, cost: money, guests: integer}
  has_side_effects: true
  confirm: Shall I?
"""
WHO = """about: who you are
identifies: person
steps:
  - ask: born
    type: date
    when: birth
    say: Born?
  - call: find
    arguments: {born: "{born}"}
  - branch:
      - when: find.id != none
        then:
          - identified: {id: "{find.id}", name: "{find.name}"}
      - else:
          - not_identified: Nobody.
"""
PICK = """about: a time
steps:
  - ask: day
    type: date
    when: future
    say: When?
  - call: times
    arguments: {from_day: "{day}"}
  - choose: picked
    among: times.free
    each: "{on day} at {at}"
    say: I have {options}. Which?
    none:
      - return: {at: null, day: null}
  - return: {at: "{picked.at}", day: "{picked.day}"}
"""
BOOK = """  - identify: person
  - do: pick
    save: time
  - branch:
      - when: time.at == none
        then:
          - transfer: nothing suits
      - else:
          - call: book
            arguments: {person: "{person.id}", at: "{time.at}"}
          - say: ["{book.number as groups of 3}, {on time.day} at {book.at}.", "{book.cost}."]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "mini"
    (root / "playbooks").mkdir(parents=True)
    (root / "line.yaml").write_text(LINE)
    (root / "intents.yaml").write_text(INTENTS)
    (root / "tools.yaml").write_text(TOOLS)
    (root / "playbooks" / "status.yaml").write_text(steps(BOOK))
    (root / "playbooks" / "who.yaml").write_text(WHO)
    (root / "playbooks" / "pick.yaml").write_text(PICK)
    return root


def problems(folder: Path) -> list[str]:
    with pytest.raises(LineError) as caught:
        load_line(folder)
    return [str(problem) for problem in caught.value.problems]


def test_a_playbook_that_is_done_is_laid_out_in_its_place_under_its_own_names(folder: Path) -> None:
    flat = load_line(folder).playbooks["status"].steps
    assert isinstance(flat[0], CheckIdentity) and flat[0].identity == "person"
    assert any(isinstance(step, Identified) and step.by == ("born",) for step in flat)
    choose = next(step for step in flat if isinstance(step, Choose))
    assert choose.name.endswith("/picked") and choose.among.endswith("/times.free")
    assert {step.record for step in flat if isinstance(step, Keep)} == {"time"}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("at: time, price", "at: tme, price", "tools.yaml:13: `at` is 'tme', which does not have the form"),
        (
            "  requires: person",
            "  requires: persn",
            "tools.yaml:21: there is no identity `persn`; did you mean `person`?",
        ),
        (
            "  - identify: person\n",
            "",
            "playbooks/status.yaml:11: `book` requires the identity `person`: put `identify:",
        ),
        ("identify: person", "identify: persn", "playbooks/status.yaml:4: there is no identity `persn`"),
        ("- do: pick", "- do: pik", "playbooks/status.yaml:5: there is no playbook `pik`; did you mean `pick`?"),
        ("- do: pick", "- do: status", "playbooks/status.yaml:5: a playbook cannot do itself: status → status"),
        ("{at: null, day: null}", "{at: null}", "playbooks/pick.yaml:15: every `return` hands back the same fields"),
        ("among: times.free", "among: times.fre", "playbooks/pick.yaml:9: the tool `times` has no result field `fre`"),
        ("among: times.free", "among: day", "playbooks/pick.yaml:9: `day` is date, but only a list can be chosen from"),
        ("{on day} at {at}", "{on day} at {att}", "playbooks/pick.yaml:9: an entry of `times.free` has no field `att`"),
        ("I have {options}.", "Some.", "playbooks/pick.yaml:12: `say` does not say what there is to choose from"),
        ("{time.at}", "{time.day}", "playbooks/status.yaml:12: the argument `at` of `book` is time, but `{time.day}`"),
        ("{book.cost}", "{time.cost}", "playbooks/status.yaml:14: `time` has no result field `cost`"),
        ("time.at == none", "time.at == 5", "playbooks/status.yaml:7: the condition `time.at == 5` can never be met"),
        (
            "time.at == none",
            "now.weekday == 'sun'",
            "playbooks/status.yaml:7: the condition `now.weekday == 'sun'` can",
        ),
        (
            "time.at == none",
            "count(time.at) > 0",
            "playbooks/status.yaml:7: the condition `count(time.at) > 0` can never",
        ),
        ("when: birth", "when: sometime", "playbooks/who.yaml:6: `when` is 'sometime', but must be one of 'future'"),
        ("identifies: person", "identifies: other", "playbooks/status.yaml:4: there is no identity `person`"),
        ("say: When?", "say: {open: When}", "playbooks/pick.yaml:6: a text by hours also needs `closed`"),
        (
            "say: When?",
            "say: {open: W, closed: W, shut: W}",
            "playbooks/pick.yaml:6: a text by hours has `open` and",
        ),
        (
            "say: When?",
            "say: {pt-BR: Quando}",
            "playbooks/pick.yaml:6: there is no text for the line's language, `en`",
        ),
        ("say: When?", "say: []", "playbooks/pick.yaml:6: `say` needs at least 1 entries"),
        ("  method: POST\n  has_side", "  method: POST\n  # has_side", "tools.yaml:1: say whether this POST changes"),
        ("about: your order", "uses: [nothing]\nabout: your order", "playbooks/status.yaml:1: there is no result or"),
    ],
)
def test_a_mistake_is_told_once_with_its_line(folder: Path, old: str, new: str, told: str) -> None:
    changed = 0
    for path in (folder / "tools.yaml", *sorted((folder / "playbooks").glob("*.yaml"))):
        text = path.read_text("utf-8")
        if old in text and not changed:
            path.write_text(text.replace(old, new, 1))
            changed += 1
    assert changed
    found = problems(folder)
    assert sum(problem.startswith(told) for problem in found) == 1, found
    follows = [problem for problem in found if not problem.startswith(told) and "leads to" not in problem]
    assert "identif" in old + new or not follows, found


def test_an_end_without_identified_is_a_failed_check(folder: Path) -> None:
    (folder / "playbooks" / "who.yaml").write_text(
        WHO.replace("          - not_identified: Nobody.\n", "          - say: Hm.\n")
    )
    load_line(folder)


def test_only_an_identity_playbook_identifies(folder: Path) -> None:
    (folder / "playbooks" / "status.yaml").write_text(steps(BOOK + "  - identified: {name: x}\n"))
    assert problems(folder) == [
        "playbooks/status.yaml:15: only a playbook with `identifies:` says who is, or is not, identified"
    ]


def test_one_identity_is_established_by_one_playbook(folder: Path) -> None:
    (folder / "playbooks" / "zwho.yaml").write_text(WHO)
    (folder / "playbooks" / "status.yaml").write_text(steps(BOOK + "  - do: zwho\n"))
    assert any("zwho.yaml:2: the identity `person` is already established by" in told for told in problems(folder))


def test_set_answers_a_question_that_any_playbook_asks(folder: Path) -> None:
    (folder / "playbooks" / "status.yaml").write_text(steps('  - set: {day: "{today}", kind: walk_in}\n' + BOOK))
    flat = load_line(folder).playbooks["status"].steps
    assert [step.slot for step in flat if isinstance(step, Fill)] == ["day"]
    (folder / "playbooks" / "status.yaml").write_text(steps('  - set: {day: "{line.title}"}\n' + BOOK))
    assert problems(folder) == ["playbooks/status.yaml:4: the slot `day` is date, but `{line.title}` is text"]


def test_a_value_is_there_where_a_condition_asks_for_it(folder: Path) -> None:
    uses = "uses: [book]\n" + steps(
        '  - branch:\n      - when: book.at == now.time\n        then: [say: "{book.number}"]\n'
    )
    (folder / "playbooks" / "again.yaml").write_text(uses.replace("intents: [status]\n", ""))
    (folder / "playbooks" / "status.yaml").write_text(steps(BOOK + "  - run: again\n"))
    load_line(folder)
    (folder / "playbooks" / "again.yaml").write_text(
        uses.replace("book.at == now.time", "team.open").replace("intents: [status]\n", "")
    )
    assert problems(folder) == [
        "playbooks/again.yaml:6: `book` is used here, but not on every way here is it looked up before"
    ]


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ("type: number\n    units: [night]", "playbooks/pick.yaml:5: `units` come in pairs"),
        ("type: number\n    min: 3\n    max: 2", "playbooks/pick.yaml:6: `max` 2 is below `min` 3"),
        ("type: date\n    max: 2", "playbooks/pick.yaml:5: `max` is for the type number, not date"),
    ],
)
def test_what_is_said_of_a_number_must_fit(folder: Path, keys: str, told: str) -> None:
    path = folder / "playbooks" / "pick.yaml"
    path.write_text(PICK.replace("type: date", keys).replace("    when: future\n", ""))
    assert any(problem.startswith(told) for problem in problems(folder))
