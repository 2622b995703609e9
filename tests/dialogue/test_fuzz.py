"""Whatever is said, typed, broken or left unsaid: the dialogue says or does something, and never runs in circles."""

import random
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from dialogue.dialogue import Dialogue
from dialogue.lines.types import FieldType, Line
from dialogue.state import DialogueState, Ended, Transferring, WaitingForModel, WaitingForTool
from dialogue.types import CallerTurn, DialogueTurn, EndCall, ToolOutcome
from dialogue.understanding import intent_examples
from interactions.context import CallContext, Purpose
from interactions.transfer import TransferRequest
from interactions.vocabulary import ActionStatus
from models.interfaces import IntentResult, IntentScore
from tests.dialogue.talk import MONDAY, NUMBER, RESULTS, SUNDAY

TURNS = 1000
SAME_QUESTION_AT_MOST = 9
"""A question may be put four times by a playbook and come back a few times by faults, silences and repeats."""

WORDS = (
    "yes no maybe order where is my refund please four oh two seven five charged twice address not it the "
    "broken vase sorry I meant what pardon slower cancel never mind bye thanks human colleague twenty nine euros "
    "ninety nine Monday December third oh eight seven one two three four five six seven mail at example dot com "
    "double triple damaged wrong size other change don't do that message call me back fire "
    "{brace} %s \u2603 \U0001f600 ' \" \\ "
    "ich möchte bitte 订单 5512 €30 29.99 + * # 0 -1 1e9 nan"
).split(" ")
KEYS = (
    "0",
    "1",
    "2",
    "9",
    "*",
    "#",
    "4027",
    "4027#",
    "40#",
    "0871234567#",
    "***",
    "0000",
    "29*99#",
    "12345678901234567",
)


def random_turn(rng: random.Random, line: Line) -> CallerTurn:
    if rng.random() < 0.12:
        return CallerTurn(text="", keys=rng.choice(KEYS))
    text = " ".join(rng.choices(WORDS, k=rng.choice((0, 1, 1, 2, 3, 5, 9, 40))))
    names = [*intent_examples(line), "knowledge.gone", "intent_of_another_line"]
    scores = tuple(IntentScore(name=rng.choice(names), probability=rng.random()) for _ in range(rng.randrange(4)))
    accepted = scores if rng.random() < 0.5 else ()
    intents = IntentResult(intents=accepted, alternatives=scores, in_scope=rng.random())
    return CallerTurn(
        text=text,
        confidence=rng.random(),
        intents=intents if rng.random() < 0.9 else None,
        anger=rng.choice((0.0, 0.0, 0.0, 0.5, 0.95)),
    )


def random_result(rng: random.Random, line: Line, tool: str) -> dict[str, Any]:
    makers = {
        FieldType.TEXT: lambda: rng.choice(("", "shipped", "delivered", "{x}", "processing", "cancelled", "a" * 200)),
        FieldType.INTEGER: lambda: rng.randrange(-3, 4),
        FieldType.NUMBER: lambda: rng.uniform(-10, 10),
        FieldType.MONEY: lambda: Decimal(rng.choice(("0.00", "29.99", "100.00", "100.01", "-5.00"))),
        FieldType.BOOLEAN: lambda: rng.random() < 0.7,
        FieldType.DATE: lambda: date(2026, rng.randrange(1, 13), rng.randrange(1, 29)),
    }
    fields = line.tools[tool].result
    return {name: None if f.optional and rng.random() < 0.2 else makers[f.type]() for name, f in fields.items()}


def step(rng: random.Random, dialogue: Dialogue, state: DialogueState) -> DialogueTurn:
    """One random fact."""
    pending = state.pending
    if isinstance(pending, WaitingForTool) and rng.random() < 0.8:
        status = rng.choice(
            (ActionStatus.SUCCEEDED,) * 6 + (ActionStatus.FAILED, ActionStatus.TIMED_OUT, ActionStatus.UNSURE)
        )
        succeeded = status is ActionStatus.SUCCEEDED
        result = random_result(rng, dialogue.line, pending.call.tool) if succeeded else {}
        if succeeded and rng.random() < 0.4 and pending.call.tool == "get_order":
            result = RESULTS[rng.choice(("shipped", "delivered", "processing", "not_found", "expensive"))]
        return dialogue.tool_returned(
            state, ToolOutcome(action_id=pending.call.action_id, status=status, result=result, error_code="x")
        )
    if isinstance(pending, WaitingForModel) and rng.random() < 0.8:
        return dialogue.model_answered(state, rng.choice((None, "It does, yes.")))
    if isinstance(pending, Transferring) and rng.random() < 0.5:
        alone = CallContext(call_id=state.call_id, line="shop", purpose=Purpose.TAKE_MESSAGE)
        return dialogue.start(alone, MONDAY, state)
    chance = rng.random()
    if chance < 0.06:
        return dialogue.silent(state, rng.randrange(1, 5))
    if chance < 0.09:
        return dialogue.fault(state, "some_fault")
    if chance < 0.14:
        state = dialogue.interrupted(state, rng.choice(("", "Sure.", " ".join(state.said))))
    return dialogue.caller_said(state, random_turn(rng, dialogue.line))


def check(before: DialogueState, turn: DialogueTurn) -> None:
    pending = turn.state.pending
    acts = bool(turn.replies or turn.actions or turn.tool or turn.ask_model)
    assert acts, f"neither said nor did anything; waited for {before.pending}"
    assert all(reply.text.strip() for reply in turn.replies)
    if any(isinstance(action, EndCall) for action in turn.actions):
        assert isinstance(pending, Ended) and turn.replies
    if any(isinstance(action, TransferRequest) for action in turn.actions):
        assert isinstance(pending, Transferring) and turn.replies
    if turn.tool is not None:
        assert turn.tool.confirmed or not turn.tool.has_side_effects, "a change without a yes"
        if turn.tool.tool == "refund_order":
            assert turn.tool.arguments["amount"] <= 100, "above the limit"
    if isinstance(pending, WaitingForTool | WaitingForModel | Transferring | Ended):
        return
    assert turn.replies or turn.tool, "waits for an answer to nothing"


@pytest.mark.parametrize("seed", range(8))
def test_it_always_says_or_does_something_and_never_runs_in_circles(shop: Line, seed: int) -> None:
    rng = random.Random(seed)
    line = replace(shop, human_number="" if seed == 3 else shop.human_number)
    dialogue = Dialogue(line, model=seed % 2 == 1)
    question, times = "", 0
    turn = None
    for number in range(TURNS):
        over = turn is None or isinstance(turn.state.pending, Ended)
        if over and (turn is None or rng.random() < 0.8):
            turn = dialogue.start(start_context(rng), rng.choice((MONDAY, SUNDAY)))
            question, times = "", 0
        assert turn is not None
        before = turn.state
        turn = step(rng, dialogue, before)
        check(before, turn)
        offered = any(isinstance(a, TransferRequest) for a in turn.actions) or "colleague" in " ".join(turn.state.said)
        same = turn.state.question == question and bool(question) and before.frame == turn.state.frame
        times = times + 1 if same and not offered else 0
        question = turn.state.question
        assert times <= SAME_QUESTION_AT_MOST, f"asked {question!r} {times} times (turn {number})"


@pytest.mark.parametrize("text", ["", "hmm", "where is my order", "yes", "four", "no", "the other thing entirely"])
@pytest.mark.parametrize("intent", ["", "order_status", "return_refund", "complaint"])
def test_a_caller_who_only_ever_says_one_thing_gets_a_human_or_a_goodbye(
    dialogue: Dialogue, text: str, intent: str
) -> None:
    turn = dialogue.start(CallContext(call_id="c", line="shop"), MONDAY)
    for _ in range(14):
        scores = (IntentScore(name=intent, probability=0.9),) if intent else ()
        said = CallerTurn(text=text, intents=IntentResult(intents=scores, alternatives=scores, in_scope=1.0))
        turn = dialogue.caller_said(turn.state, said)
        while isinstance(turn.state.pending, WaitingForTool):
            call = turn.state.pending.call
            result = RESULTS["not_found"] if call.tool == "get_order" else RESULTS["ticket"]
            outcome = ToolOutcome(action_id=call.action_id, status=ActionStatus.SUCCEEDED, result=result)
            turn = dialogue.tool_returned(turn.state, outcome)
        if any(isinstance(action, TransferRequest | EndCall) for action in turn.actions):
            return
    served = "done" in str(turn.state.tried) or "passed" in " ".join(text for _, text in turn.state.history)
    assert served, turn.state.history[-6:]


def start_context(rng: random.Random) -> CallContext:
    return CallContext(
        call_id=f"call-{rng.randrange(1000)}",
        line="shop",
        pii_caller_number=rng.choice(("", NUMBER)),
        purpose=rng.choice((Purpose.ANSWER, Purpose.ANSWER, Purpose.RESUME, Purpose.TAKE_MESSAGE)),
        parameters={"at": datetime(2026, 1, 1).isoformat()},
    )
