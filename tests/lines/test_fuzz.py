"""Random conversations on the sample lines: always something said or done, and every state read back as it was."""

import random
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from dialogue.dialogue import Dialogue
from dialogue.lines.load import load_line
from dialogue.lines.types import FieldType, ToolField
from dialogue.state import Choosing, Ended, Identity, Transferring, WaitingForTool
from dialogue.types import CallerTurn, DialogueTurn, ToolOutcome
from interactions.context import CallContext
from interactions.vocabulary import ActionStatus
from tests.dialogue.talk import MONDAY, SUNDAY
from tests.dialogue.test_fuzz import check, random_turn, start_context
from tests.dialogue.test_state_json import through_a_file
from tests.lines.test_conversations import LINES

TURNS = 250
GIVEN_UP = 0.5
"""How likely another call begins while a human is being called: random words would keep waiting for one."""
KNOWN = {
    "patient": {"patient_id": "P1001", "name": "Grace Whitfield"},
    "account": {"number": "204811", "name": "Ruth Delgado", "meter": "4471902"},
}
"""Callers are known, or random answers would never come past the identity check."""
ANSWERS = (
    "the second one",
    "anything later",
    "none of those",
    "the earliest",
    "tomorrow",
    "nine thirty am",
    "SW1A 2AA",
    "68104",
    "204811",
    "twelfth of March 1984",
    "HK4021",
    "2",
    "two nights for the two of us",
    "I'd like a room for tomorrow",
    "yes",
    "Nora Quinn",
    "go back",
)


def random_value(rng: random.Random, field: ToolField) -> Any:
    makers = {
        FieldType.TEXT: lambda: rng.choice(("", "doctor", "cancelled", "{x}", "P1001", "a" * 200)),
        FieldType.INTEGER: lambda: rng.randrange(-1, 7),
        FieldType.NUMBER: lambda: rng.uniform(-10, 10),
        FieldType.MONEY: lambda: Decimal(rng.choice(("0.00", "29.99", "-5.00"))),
        FieldType.BOOLEAN: lambda: rng.random() < 0.7,
        FieldType.DATE: lambda: date(2026, rng.randrange(11, 13), rng.randrange(1, 29)),
        FieldType.TIME: lambda: time(rng.randrange(24), 30),
        FieldType.LIST: lambda: tuple(random_entry(rng, field) for _ in range(rng.randrange(7))),
    }
    return None if field.optional and rng.random() < 0.2 else makers[field.type]()


def random_entry(rng: random.Random, field: ToolField) -> Any:
    return {name: random_value(rng, each) for name, each in field.items.items()} if field.items else "x"


def step(rng: random.Random, dialogue: Dialogue, turn: DialogueTurn) -> DialogueTurn:
    pending = turn.state.pending
    if isinstance(pending, WaitingForTool) and rng.random() < 0.9:
        fields = dialogue.line.tools[pending.call.tool].result
        result = {name: random_value(rng, each) for name, each in fields.items()}
        outcome = ToolOutcome(action_id=pending.call.action_id, status=ActionStatus.SUCCEEDED, result=result)
        return dialogue.tool_returned(turn.state, outcome)
    said = random_turn(rng, dialogue.line)
    if rng.random() < 0.6:
        said = CallerTurn(text=rng.choice(ANSWERS))
    return dialogue.caller_said(turn.state, said)


@pytest.mark.parametrize("name", ["clinic", "hotel", "utility"])
def test_it_always_says_or_does_something_and_forgets_nothing(name: str) -> None:
    dialogue = Dialogue(load_line(LINES / name))
    known = {identity: Identity(values=values) for identity, values in KNOWN.items()}
    chose = 0
    for seed in range(3):
        rng = random.Random(seed)
        turn = dialogue.start(CallContext(call_id="c", line=name), MONDAY)
        for _ in range(TURNS):
            connecting = isinstance(turn.state.pending, Transferring) and rng.random() < GIVEN_UP
            if isinstance(turn.state.pending, Ended) or connecting:
                turn = dialogue.start(start_context(rng), rng.choice((MONDAY, SUNDAY)))
            before = replace(turn.state, identities=known)
            turn = step(rng, dialogue, replace(turn, state=before))
            check(before, turn)
            assert through_a_file(dialogue, turn.state) == turn.state
            chose += isinstance(turn.state.pending, Choosing)
    assert chose
