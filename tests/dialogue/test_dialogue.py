"""What a transcript does not show: expectations, keys of tool calls, summaries, facts, purity and speed."""

import copy
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from dialogue.dialogue import Dialogue
from dialogue.expectation import AnswerKind
from dialogue.lines.load import load_line
from dialogue.lines.types import Line
from dialogue.types import ToolCall, ToolOutcome
from interactions.context import CallContext, Purpose
from interactions.events.acting import Action
from interactions.events.understanding import SlotFilled
from interactions.transfer import TakeMessage, TransferRequest
from interactions.vocabulary import ActionStatus, ReplySource
from models.understanding import AskedKind
from tests.dialogue.talk import MONDAY, RESULTS, SUNDAY, Talk, understood

SHOP = Path(__file__).parents[2] / "lines" / "shop"


def talk(dialogue: Dialogue, script: str) -> Talk:
    conversation = Talk(dialogue)
    conversation.run(script)
    return conversation


def last_call(conversation: Talk) -> ToolCall:
    assert conversation.turn is not None and conversation.turn.tool is not None
    return conversation.turn.tool


REFUND = """CALLER: refund order 5512 [return_refund]
TOOL: -> delivered
CALLER: it's damaged"""


@pytest.mark.parametrize(
    ("script", "kind", "least", "most", "keypad"),
    [
        ("CALLER: where is my order [order_status]", AnswerKind.DIGITS, 4, 4, True),
        (REFUND, AnswerKind.YES_NO, 0, 0, True),
        ("CALLER: refund 5512 [return_refund]\nTOOL: -> delivered", AnswerKind.CHOICE, 0, 0, True),
        ("CALLER: I want to complain [complaint]", AnswerKind.STORY, 0, 0, False),
        ("START: take_message withheld\nCALLER: call me about the vase please", AnswerKind.PHONE, 7, 15, True),
        ("CALLER: do you ship to Spain [knowledge.delivery_countries]", AnswerKind.OPEN, 0, 0, False),
        ("CALLER (anger 0.9): where is it [order_status]", AnswerKind.YES_NO, 0, 0, True),
    ],
)
def test_listening_is_told_what_to_expect(
    dialogue: Dialogue, script: str, kind: AnswerKind, least: int, most: int, keypad: bool
) -> None:
    turn = talk(dialogue, script).turn
    assert turn is not None
    expects = turn.expects
    assert (expects.kind, expects.min_length, expects.max_length, expects.keypad) == (kind, least, most, keypad)
    assert "refund" in expects.hotwords


@pytest.mark.parametrize(
    ("script", "kind", "ends", "offered"),
    [
        ("SILENCE: 1", AskedKind.OPEN, "help?", ()),
        ("CALLER: where is my order [order_status]", AskedKind.VALUE, "order number?", ()),
        ("CALLER: refund 5512 [return_refund]\nTOOL: -> delivered", AskedKind.CHOICE, "?", ("damaged", "wrong size")),
        (REFUND, AskedKind.CONSENT, "?", ()),
        ("CALLER: do you ship to Spain [knowledge.delivery_countries]", AskedKind.MORE, "?", ()),
        ("CALLER (anger 0.9): where is it [order_status]", AskedKind.YES_NO, "?", ()),
        ("CALLER: where is my order 4027 [order_status]", AskedKind.STATEMENT, "", ()),
    ],
)
def test_the_next_turn_can_be_read_together_with_what_was_asked(
    dialogue: Dialogue, script: str, kind: AskedKind, ends: str, offered: tuple[str, ...]
) -> None:
    turn = talk(dialogue, script).turn
    assert turn is not None
    asked = turn.expects.asked
    assert (asked.kind, asked.sentence.endswith(ends), asked.offered[: len(offered)]) == (kind, True, offered), asked


def test_what_is_known_of_the_case_stands_beside_the_question(dialogue: Dialogue) -> None:
    turn = talk(dialogue, REFUND).turn
    assert turn is not None and "order number #5512" in turn.expects.asked.known


def test_a_name_that_was_misheard_is_asked_for_letter_by_letter(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    shutil.copytree(SHOP, folder)
    (folder / "playbooks" / "complaint.yaml").write_text(
        "about: your complaint\nintents: [complaint]\nsteps:\n"
        "  - {ask: who, type: name, label: name, say: Whose name is it under}\n  - say: Thank you, {who}.\n"
    )
    conversation = Talk(Dialogue(load_line(folder)))
    conversation.start()
    spelled = []
    for said, intents in (("I want to complain", ["complaint"]), ("7 7 7", []), ("B R O W N", [])):
        conversation.say(said, *intents)
        assert conversation.turn is not None
        spelled.append(conversation.turn.expects.spelled)
    asked, again, thanks = conversation.transcript[1:]
    assert spelled == [False, True, False]
    assert "Whose name" in asked and "letter by letter" in again and "Thank you, Brown." in thanks


def test_the_key_of_a_call_is_stable_for_its_call_step_and_arguments(dialogue: Dialogue) -> None:
    script = f"{REFUND}\nCALLER: yes"
    first, again = (last_call(talk(dialogue, script)) for _ in range(2))
    assert first.action_id == again.action_id
    assert first.confirmed and first.has_side_effects
    assert first.arguments == {"order_number": "5512", "amount": Decimal("29.99"), "reason": "damaged"}
    other = last_call(talk(dialogue, script.replace("5512", "5513")))
    assert other.action_id != first.action_id


def test_the_key_differs_between_calls(dialogue: Dialogue) -> None:
    keys = set()
    for call_id in ("call-1", "call-2"):
        state = dialogue.start(CallContext(call_id=call_id, line="shop"), MONDAY).state
        turn = dialogue.caller_said(state, understood("where is my order 4027", "order_status"))
        assert turn.tool is not None
        keys.add(turn.tool.action_id)
    assert len(keys) == 2


def test_nothing_changes_without_a_yes(dialogue: Dialogue) -> None:
    for answer in ("maybe", "this is ridiculous", "what", "five", "great weather", "", "I don't know", "hmm"):
        conversation = talk(dialogue, f"{REFUND}\nCALLER: {answer}")
        assert conversation.turn is not None and conversation.turn.tool is None, answer
    unsure = talk(dialogue, REFUND)
    unsure.say("yes", confidence=0.1)
    assert unsure.turn is not None and unsure.turn.tool is None


def test_a_human_is_told_who_why_and_what_was_tried(dialogue: Dialogue) -> None:
    turn = talk(dialogue, f"{REFUND}\nCALLER: let me talk to a manager").turn
    assert turn is not None
    (action,) = turn.actions
    assert isinstance(action, TransferRequest)
    assert action.summary.splitlines() == [
        "Caller: +353871234567",
        "Wants: your refund",
        "In their words: “refund order 5512”",
        "Known: order number #5512; reason damaged",
        "Done: look up the order: done",
        "Transferred because: the caller asked for a person",
    ]


def test_a_message_carries_the_case(dialogue: Dialogue) -> None:
    script = """START: sunday
    CALLER: where is my order 4027 [order_status]
    TOOL: -> failed
    CALLER: please call me about my apron
    CALLER: yes"""
    turn = talk(dialogue, script).turn
    assert turn is not None
    (action,) = turn.actions
    assert isinstance(action, TakeMessage)
    assert action.message == "please call me about my apron"
    assert "order number #4027" in action.summary


def test_answers_and_refusals_are_logged(dialogue: Dialogue) -> None:
    turn = talk(dialogue, "CALLER: where is my order [order_status]\nKEYS: 4027").turn
    assert turn is not None
    assert turn.facts == (SlotFilled(slot="order_number", kind="reference", pii_value="4027", by="keypad"),)
    turn = talk(Dialogue(dialogue.line, written=True), "CALLER: where is my order [order_status]\nCALLER: 4027").turn
    assert turn is not None
    assert turn.facts == (SlotFilled(slot="order_number", kind="reference", pii_value="4027", by="text"),)
    turn = talk(dialogue, f"{REFUND}\nCALLER: no").turn
    assert turn is not None
    (fact,) = turn.facts
    assert isinstance(fact, Action)
    assert (fact.status, fact.error_code, fact.tool) == (ActionStatus.REFUSED, "declined", "refund_order")


def test_emergency_advice_cannot_be_interrupted(dialogue: Dialogue) -> None:
    turn = talk(dialogue, "CALLER: my lamp is on fire").turn
    assert turn is not None
    assert not turn.replies[0].interruptible
    assert "112" in turn.replies[0].text


def test_slower_slows_down_and_stays_slow(dialogue: Dialogue) -> None:
    conversation = talk(dialogue, "CALLER: slow down please\nCALLER: where is my order [order_status]")
    assert conversation.turn is not None and conversation.turn.pace == 0.85
    for _ in range(5):
        conversation.say("slower please")
    assert conversation.turn.pace == 0.7


def test_history_holds_what_was_played(dialogue: Dialogue) -> None:
    conversation = talk(dialogue, "CALLER: where is my order [order_status]\nINTERRUPTED: Sure. What's")
    assert conversation.turn is not None
    assert conversation.turn.state.history[-2:] == (("caller", "where is my order"), ("bot", "Sure. What's"))
    silent = dialogue.interrupted(conversation.turn.state, "")
    assert silent.history[-1] == ("caller", "where is my order")


def test_a_late_or_foreign_outcome_changes_nothing(dialogue: Dialogue) -> None:
    turn = talk(dialogue, "CALLER: where is my order 4027 [order_status]\nTOOL: -> shipped").turn
    assert turn is not None
    late = ToolOutcome(action_id="x", status=ActionStatus.SUCCEEDED, result=RESULTS["shipped"])
    after = dialogue.tool_returned(turn.state, late)
    assert (after.state, after.replies, after.actions) == (turn.state, (), ())


def test_a_call_that_goes_on_after_closing_time_knows_that_the_team_is_gone(shop):
    dialogue = Dialogue(shop)
    before = dialogue.start(CallContext(call_id="c", line="shop"), MONDAY).state
    resumed = dialogue.start(CallContext(call_id="c", line="shop", purpose=Purpose.RESUME), SUNDAY, before).state
    asked = dialogue.caller_said(resumed, understood("a person please"))
    assert (resumed.today, resumed.team_open) == (SUNDAY.date(), False)
    assert not any(isinstance(action, TransferRequest) for action in asked.actions)


def test_the_greeting_knows_the_hours(dialogue: Dialogue, shop: Line) -> None:
    context = CallContext(call_id="c", line="shop")
    (open_reply,) = dialogue.start(context, MONDAY).replies
    (closed_reply,) = dialogue.start(context, SUNDAY).replies
    assert (open_reply.text, closed_reply.text) == (shop.greeting, shop.greeting_closed)
    assert open_reply.source is ReplySource.GREETING


def test_a_turn_is_a_pure_function_of_state_and_fact(dialogue: Dialogue) -> None:
    conversation = talk(dialogue, REFUND)
    assert conversation.turn is not None
    state = conversation.turn.state
    before = copy.deepcopy(state)
    turns = [dialogue.caller_said(state, understood("yes please")) for _ in range(2)]
    assert turns[0] == turns[1]
    assert state == before


def test_typed_dates_and_amounts_are_read_in_the_lines_order(shop: Line) -> None:
    from dialogue.lines.playbook import Ask, SlotKind
    from dialogue.lines.templates import parse_template
    from dialogue.slots import Reading, read_keys

    def typed(kind: SlotKind, keys: str) -> object:
        reading = read_keys(Ask(slot="x", kind=kind, prompt=parse_template("?")), keys, shop, date(2026, 11, 23))
        return reading.value if isinstance(reading, Reading) else None

    assert typed(SlotKind.DATE, "0312#") == date(2026, 12, 3)
    assert typed(SlotKind.DATE, "03122027") == date(2027, 12, 3)
    assert typed(SlotKind.DATE, "9999") is None
    assert typed(SlotKind.AMOUNT, "29*99#") == Decimal("29.99")
    assert typed(SlotKind.AMOUNT, "30") == Decimal("30.00")
    assert typed(SlotKind.NUMBER, "2#") == 2
    assert typed(SlotKind.YES_NO, "1") is True
    assert typed(SlotKind.YES_NO, "5") is None
    assert typed(SlotKind.PHONE, "0871234567") == "+353871234567"
