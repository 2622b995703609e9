"""A line folder with mistakes: all of them are told at once, each with its file and line."""

import shutil
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dialogue.lines.load import LineError, load_line
from dialogue.lines.playbook import SlotKind
from dialogue.lines.types import KNOWLEDGE_PREFIX, Line, OnAnger
from dialogue.understanding import intent_examples
from languages.sentences import Manner

SHOP = Path(__file__).parents[3] / "lines" / "shop"

LINE = """name: mini
title: Mini
greeting: Hello.
hours:
  time_zone: Europe/Dublin
  open:
    monday: ["09:00-17:00"]
"""
INTENTS = """status:
  about: an order
  examples: [one a, two b, three c, four d, five e]
"""
TOOLS = """look:
  about: look
  url: "{sandbox}/x/{number}"
  arguments: {number: text}
  result: {found: boolean, total: optional money}
change:
  about: change
  method: POST
  url: "{sandbox}/y"
  arguments: {amount: money}
  result: {done: boolean}
  has_side_effects: true
  confirm: Shall I do {amount}?
"""
PLAYBOOK = """about: your order
intents: [status]
steps:
  - ask: number
    type: reference
    length: 4
    say: Number?
  - call: look
    arguments: {number: "{number}"}
  - say: Found.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "mini"
    (root / "playbooks").mkdir(parents=True)
    (root / "knowledge").mkdir()
    (root / "line.yaml").write_text(LINE)
    (root / "intents.yaml").write_text(INTENTS)
    (root / "tools.yaml").write_text(TOOLS)
    (root / "playbooks" / "status.yaml").write_text(PLAYBOOK)
    return root


def problems(folder: Path) -> list[str]:
    with pytest.raises(LineError) as caught:
        load_line(folder)
    assert caught.value.code == "line_invalid"
    told = [str(problem) for problem in caught.value.problems]
    assert all(problem in caught.value.message for problem in told)
    return told


def steps(text: str) -> str:
    """A playbook file with these steps; the first stands on line 4."""
    return "about: your order\nintents: [status]\nsteps:\n" + text


def test_the_mini_line_is_without_mistakes(folder: Path) -> None:
    line = load_line(folder)
    assert (line.name, list(line.playbooks), list(line.tools)) == ("mini", ["status"], ["look", "change"])


def test_everything_wrong_is_told_at_once_with_file_and_line(folder: Path) -> None:
    (folder / "line.yaml").write_text(
        LINE.replace("Europe/Dublin", "Europe/Dubln").replace("09:00-17:00", "9-5")
        + "greting: Hi\nregion: {pace: 3, manner: jolly}\nnumbers: {human: 555}\nphrases: {goodby: Bye}\n"
    )
    (folder / "intents.yaml").write_text(INTENTS + "lost:\n  about: x\n  examples: [one a]\n")
    (folder / "tools.yaml").write_text(TOOLS.replace("method: POST", "method: POSTT\n  timeout_s: 0"))
    (folder / "playbooks" / "other.yaml").write_text(steps("  - sya: Hello\n").replace("[status]", "[statsu]"))
    (folder / "knowledge" / "empty.md").write_text("")
    assert problems(folder) == [
        "intents.yaml:6: `examples` needs at least 5 entries",
        "knowledge/empty.md:1: the article has no answer: give it a first paragraph or a front matter `answer`",
        "knowledge/empty.md:1: the article has no title: give it a `# heading` or a front matter `title`",
        "line.yaml:8: unknown key `greting`; did you mean `greeting`?",
        "line.yaml:9: `manner` is 'jolly', but must be one of 'warm', 'plain' or 'formal'",
        "line.yaml:9: `pace` is 3, but must be at most 1.5",
        "line.yaml:10: `human` must be text",
        "playbooks/other.yaml:2: there is no intent `statsu`; did you mean `status`?",
        "playbooks/other.yaml:4: a step begins with one of answer, ask, branch, call, choose, count, do, end, forget, "
        "goto, identified, identify, not_identified, return, run, say, set, transfer; did you mean `say`?",
        "tools.yaml:8: `method` is 'POSTT', which does not have the form ^(GET|POST|PUT|PATCH|DELETE)$",
        "tools.yaml:9: `timeout_s` is 0, but must be above 0",
    ]


def test_hours_and_phrases_are_checked_once_the_outline_can_be_read(folder: Path) -> None:
    (folder / "line.yaml").write_text(
        LINE.replace("Europe/Dublin", "Europe/Dubln")
        .replace("09:00-17:00", "9-5", 1)
        .replace("    monday", "    mondy: []\n    monday")
        + '  closed_dates: ["25.12.2026"]\n'
    )
    assert problems(folder) == [
        "line.yaml:5: there is no time zone `Europe/Dubln`; write one like Europe/Dublin",
        "line.yaml:7: there is no day `mondy`; did you mean `monday`?",
        "line.yaml:8: `9-5` is not a span like 09:00-17:30",
        "line.yaml:9: `25.12.2026` is not a date like 2026-12-25",
    ]
    (folder / "line.yaml").write_text(LINE + "phrases: {goodby: Bye}\n")
    assert problems(folder) == ["line.yaml:8: there is no built-in sentence `goodby`; did you mean `goodbye`?"]
    (folder / "line.yaml").write_text(LINE + "phrases: {corrected: 'So {valu}.', goodbye: 'Slán {x'}\n")
    assert problems(folder) == [
        "line.yaml:8: the text has a single `{`; write `{{` for a brace",
        "line.yaml:8: there is no value for `corrected` called `valu`; did you mean `value`?",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("  - say: Hi {name}\n", ["4: there is no slot or result `name` in this playbook"]),
        ("  - say: Hi {name\n", ["4: the text has a single `{`; write `{{` for a brace"]),
        (
            "  - say: 'Hi {a b}'\n",
            ["4: the text has the placeholder `{a b}`, which is not `{slot}` or `{result.field}`"],
        ),
        ("  - say: {a: b}\n", ["4: `say` must be text"]),
        ("  - say:\n", ["4: `say` must be text"]),
        ("  - 5\n", ["4: a step begins with one of"]),
        ("  - say: a\n    say: b\n", ["5: `say` was already given on line 4"]),
        ("  - goto: there\n", ["4: there is no step with the id `there`"]),
        ("  - say: a\n    id: x\n  - say: b\n    id: x\n", ["7: the id `x` is used twice in this playbook"]),
        ("  - run: nothing\n", ["4: there is no playbook `nothing`"]),
        ("  - answer: nothing\n", ["4: there is no article `nothing`"]),
        ("  - call: lok\n", ["4: there is no tool `lok`; did you mean `look`?"]),
        ("  - call: look\n", ["4: the tool `look` also needs number"]),
        (
            "  - call: look\n    arguments: {number: '5', nmber: '4'}\n",
            ["5: there is no argument of `look` called `nmber`; did you mean `number`?"],
        ),
        (
            "  - call: look\n    arguments: {number: '5'}\n  - say: '{look.totl}'\n",
            ["6: the tool `look` has no result field `totl`; did you mean `total`?"],
        ),
        (
            "  - call: look\n    arguments: {number: '5'}\n  - say: '{look}'\n",
            ["6: `look` is a whole result; say which field: found, total"],
        ),
        (
            "  - ask: who\n    type: name\n    say: Who?\n  - call: change\n    arguments: {amount: '{who}'}\n",
            ["7: the argument `amount` of `change` is money, but `{who}` is name"],
        ),
        (
            "  - ask: when\n    type: dat\n    say: When?\n",
            ["5: `type` is 'dat', but must be one of 'reference', 'code', 'postcode'"],
        ),
        (
            "  - ask: which\n    type: choice\n    say: Which?\n",
            ["4: an answer of type choice needs `choices`"],
        ),
        (
            "  - ask: which\n    type: choice\n    say: Which?\n    choices: {a: [red], b: [red]}\n",
            ["7: the word 'red' stands for both `a` and `b`"],
        ),
        (
            "  - ask: which\n    type: date\n    say: Which?\n    length: 4\n",
            ["4: a length is for the types reference and code, not date"],
        ),
        (
            "  - ask: which\n    type: phone\n    say: Which?\n    spelled: true\n",
            ["7: only a `name` can be asked for spelled"],
        ),
        (
            "  - ask: n\n    type: reference\n    say: N?\n    min_length: 6\n    max_length: 4\n",
            ["4: `min_length` 6 is above `max_length` 4"],
        ),
        (
            "  - branch:\n      - when: number = 4\n        then: []\n",
            ["5: the condition `number = 4` is not a condition"],
        ),
        (
            "  - branch:\n      - when: open('x') == 1\n        then: []\n",
            ["5: the condition `open('x') == 1` uses something that conditions do not have: `open('x')`"],
        ),
        (
            "  - branch:\n      - else: []\n      - when: 1 == 1\n        then: []\n",
            ["6: comes after `else`, so it can never be reached"],
        ),
        ("  - end: Bye\n  - say: More\n", ["5: this step can never be reached"]),
        (
            "  - say: round\n    id: top\n  - goto: top\n",
            ["6: the steps go round from here without asking anything new; `forget` a slot that is asked again"],
        ),
        (
            "  - branch:\n      - when: 1 == 1\n        then:\n          - ask: who\n            type: name\n"
            "            say: Who?\n  - say: Hi {who}\n",
            ["10: `who` is used here, but not on every way here is it asked for before"],
        ),
        ("  - forget: [who]\n", ["4: there is no slot `who`"]),
        (
            "  - ask: today\n    type: date\n    say: When?\n",
            ["4: `today` has a meaning of its own; choose another name"],
        ),
    ],
)
def test_a_mistake_in_a_playbook_is_told_with_its_line(folder: Path, text: str, told: list[str]) -> None:
    (folder / "playbooks" / "status.yaml").write_text(steps(text))
    found = problems(folder)
    assert len(found) == len(told), found
    for problem, expected in zip(found, told, strict=True):
        assert problem.startswith(f"playbooks/status.yaml:{expected}"), found


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("  has_side_effects: true\n", "", "6: say whether this POST changes anything: `has_side_effects: true`"),
        ("  confirm: Shall I do {amount}?\n", "", ""),
        ("{number: text}", "{number: txt}", "4: `number` is 'txt', which does not have the form"),
        ("/x/{number}", "/x/{nr}", "3: the url has `{nr}`, which is no argument, {sandbox} or {env:NAME}"),
        ('url: "{sandbox}/x/{number}"', 'url: ""', "1: give either a `url` or a `python` function"),
        ('url: "{sandbox}/x/{number}"', "python: json.loadz", "3: `json` has no function `loadz`"),
        ('url: "{sandbox}/x/{number}"', "python: nomodule.f", "3: the module `nomodule` cannot be imported"),
        ("{amount}?", "{amont}?", "13: there is no argument of `change` called `amont`; did you mean `amount`?"),
        ("about: look\n", "about: look\n  not_found: {total: 5}\n", "3: `not_found` must give `found`"),
        ("about: look\n", "about: look\n  not_found: {found: 5}\n", "3: `found` is not boolean"),
        (
            "about: look\n",
            "about: look\n  amount_limit: {argument: number, at_most: 5}\n",
            "3: `number` is text, so it cannot have an amount limit",
        ),
        ("  confirm: Shall", "  inverse: chance\n  confirm: Shall", "13: there is no tool called `chance`"),
        ("  confirm: Shall", "  inverse: look\n  confirm: Shall", "13: only one change undoes another"),
        ("  confirm: Shall", "  inverse: look\n  confirm: Shall", "13: `look` needs `number`, which is no argument"),
        ("result: {found: boolean, total: optional money}", "timeout_s: 99", ""),
    ],
)
def test_a_mistake_in_a_tool_is_told_with_its_line(folder: Path, old: str, new: str, told: str) -> None:
    assert old in TOOLS
    (folder / "tools.yaml").write_text(TOOLS.replace(old, new, 1))
    if new == "" and "confirm" in old:
        (folder / "playbooks" / "status.yaml").write_text(steps("  - call: change\n    arguments: {amount: 5}\n"))
        expected = "playbooks/status.yaml:4: `change` changes the world: give it, or this step, a `confirm` question"
        assert problems(folder) == [expected]
    elif told:
        assert any(problem.startswith(f"tools.yaml:{told}") for problem in problems(folder)), problems(folder)
    else:
        found = problems(folder)
        assert "tools.yaml:5: `timeout_s` is 99, but must be at most 30" in found
        assert "tools.yaml:1: `result` is missing" in found


def test_links_between_files_are_checked(folder: Path) -> None:
    (folder / "intents.yaml").write_text(INTENTS + "lost:\n  about: x\n  examples: [one a, six, seven, eight, nine]\n")
    (folder / "playbooks" / "again.yaml").write_text(PLAYBOOK)
    (folder / "playbooks" / "island.yaml").write_text("about: x\nsteps:\n  - say: Hi\n")
    (folder / "playbooks" / "twin.yaml").write_text("name: island\nabout: x\nsteps:\n  - say: Hi\n")
    assert problems(folder) == [
        "intents.yaml:4: no playbook serves the intent `lost`",
        "intents.yaml:6: 'one a' is an example of both `status` and `lost`",
        "playbooks/island.yaml:1: no intent and no other playbook leads to `island`",
        "playbooks/status.yaml:2: the intent `status` already starts the playbook `again`",
        "playbooks/twin.yaml:1: the playbook name `island` is already used in playbooks/island.yaml",
    ]


def test_one_slot_has_one_type_in_all_playbooks(folder: Path) -> None:
    (folder / "intents.yaml").write_text(INTENTS + "more:\n  about: x\n  examples: [six, seven, eight, nine, ten]\n")
    (folder / "playbooks" / "zebra.yaml").write_text(
        "about: x\nintents: [more]\nsteps:\n  - ask: number\n    type: date\n    say: When?\n"
    )
    assert problems(folder) == [
        "playbooks/zebra.yaml:4: `number` is asked for as date here, but as reference in playbooks/status.yaml"
    ]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("line.yaml", b"name: [", "line.yaml:1: cannot be read as YAML"),
        ("line.yaml", b"\xff\xfe", "line.yaml:1: is not UTF-8 text"),
        ("line.yaml", b"", "line.yaml:1: the file is empty"),
        ("line.yaml", b"- a\n", "line.yaml:1: must be a group of `key: value` entries"),
        ("tools.yaml", b"x" * 1_100_000, "tools.yaml:1: is larger than a megabyte"),
        ("intents.yaml", b"Bad Name: {}\n", "intents.yaml:1: the intent name `Bad Name` must be lower_case words"),
        ("knowledge/a.md", b"---\ntitel: x\n---\n# T\n\nYes.\n", "knowledge/a.md:2: unknown key `titel`"),
        ("knowledge/a.md", b"# T\n\n" + b"word " * 100, "knowledge/a.md:1: the answer has 499 characters"),
        ("playbooks/b.yaml", b"steps: &a [*a]\n", "playbooks/b.yaml:1:"),
    ],
)
def test_a_file_that_cannot_be_used_is_told(folder: Path, name: str, content: bytes, told: str) -> None:
    (folder / name).write_bytes(content)
    assert any(problem.startswith(told) for problem in problems(folder)), problems(folder)


def test_missing_files_are_told(tmp_path: Path) -> None:
    assert problems(tmp_path / "nowhere") == ["line.yaml:1: the line folder does not exist"]
    assert problems(tmp_path) == ["intents.yaml:1: the file is missing", "line.yaml:1: the file is missing"]


def test_words_of_yaml_stay_words(folder: Path) -> None:
    (folder / "playbooks" / "status.yaml").write_text(
        steps(
            "  - ask: which\n    type: choice\n    say: Which?\n    choices: {yes: [no], on: [off, 0412, 9:30]}\n"
        ).replace("0412, 9:30", "'0412'")
    )
    ask = load_line(folder).playbooks["status"].asks()[0]
    assert dict(ask.choices) == {"yes": ("yes", "no"), "on": ("on", "off", "0412")}


def test_words_that_lines_were_once_written_with_still_count(folder: Path) -> None:
    for name, now, once in (
        ("tools.yaml", "has_side_effects:", "changes_world:"),
        ("playbooks/status.yaml", "type: reference", "type: order_number"),
    ):
        path = folder / name
        assert now in path.read_text("utf-8")
        path.write_text(path.read_text("utf-8").replace(now, once), "utf-8")
    (folder / "line.yaml").write_text(LINE + "phrases:\n  to_human: Please hold.\n", "utf-8")
    line = load_line(folder)
    assert line.tools["change"].has_side_effects
    assert line.playbooks["status"].asks()[0].kind is SlotKind.REFERENCE
    assert line.sentence("transfer") == "Please hold."


def test_an_article_may_be_plain_markdown(folder: Path) -> None:
    (folder / "knowledge" / "gift-cards.md").write_text(
        "# Gift cards\n\nYes, **we** have [gift cards](https://x.example).\n\n- They last five years.\n"
    )
    article = load_line(folder).articles["gift_cards"]
    assert (article.title, article.answer) == ("Gift cards", "Yes, we have gift cards.")
    assert "five years" in article.body


def test_the_hash_changes_with_the_folder(folder: Path) -> None:
    before = load_line(folder).content_hash
    assert load_line(folder).content_hash == before
    (folder / "intents.yaml").write_text(INTENTS.replace("five e", "five f"))
    assert load_line(folder).content_hash != before


def test_the_shop_is_whole(shop: Line, tmp_path: Path) -> None:
    assert len(shop.articles) >= 10
    assert all(len(intent.examples) >= 12 for intent in shop.intents.values())
    assert shop.region.manner is Manner.WARM
    assert shop.escalation.on_anger is OnAnger.OFFER
    examples = intent_examples(shop)
    assert KNOWLEDGE_PREFIX + "opening_hours" in examples
    assert "rule.human" in examples
    shutil.copytree(SHOP, tmp_path / "copy")
    assert load_line(tmp_path / "copy").content_hash == shop.content_hash


def test_hours_are_kept_on_the_lines_own_clock(shop: Line) -> None:
    dublin = ZoneInfo("Europe/Dublin")
    for moment, is_open in (
        (datetime(2026, 11, 23, 8, 0, tzinfo=dublin), True),
        (datetime(2026, 11, 23, 7, 59, tzinfo=dublin), False),
        (datetime(2026, 11, 23, 20, 0, tzinfo=dublin), False),
        (datetime(2026, 11, 22, 12, 0, tzinfo=dublin), False),
        (datetime(2026, 12, 25, 12, 0, tzinfo=dublin), False),
        (datetime(2026, 7, 6, 7, 30, tzinfo=ZoneInfo("UTC")), True),
        (datetime(2026, 11, 23, 9, 0), True),
    ):
        assert shop.hours.is_open(moment) is is_open, moment


def test_an_emergency_promises_nobody_who_is_not_there(folder: Path) -> None:
    emergency = "escalation:\n  emergencies:\n    - words: [fire]\n      say: {open: Go out., closed: Go out now.}\n"
    (folder / "line.yaml").write_text(LINE + emergency)
    line = load_line(folder)
    [found] = line.escalation.emergencies
    assert (found.text(team_open=True), found.text(team_open=False)) == ("Go out.", "Go out now.")
    (folder / "line.yaml").write_text(LINE + emergency + "      transfer: true\n")
    assert problems(folder) == [
        "line.yaml:12: there is nobody to transfer to: give `numbers: {human: …}`, or say `transfer: false`"
    ]
    (folder / "line.yaml").write_text(LINE + emergency.replace("Go out.", "'Go out {caller.number}.'"))
    assert problems(folder) == ["line.yaml:11: nothing can be filled in here, so `{caller.number}` would be read out"]
