"""A state that was written down and read back, in this process or another, is the state that it was."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dialogue.dialogue import Dialogue
from dialogue.heard import Fate, ReplyPart, Saying
from dialogue.lines.playbook import Say, SlotKind
from dialogue.lines.templates import parse_template
from dialogue.lines.types import Line
from dialogue.state import (
    AskingSlot,
    ConfirmingCall,
    ConfirmingSlot,
    DialogueState,
    Ended,
    Frame,
    OfferingHuman,
    SlotValue,
    Transferring,
    WaitingForModel,
    WaitingForTool,
)
from dialogue.state_json import LineChangedError
from dialogue.types import CallerTurn, DialogueTurn, ToolCall
from interactions.context import CallContext, Purpose
from interactions.events.lifecycle import Fault
from interactions.transfer import TransferRequest
from interactions.vocabulary import Component, Handling, InputMode, TransferReason
from models.errors import FirstlineError
from models.interfaces import Emotion, EmotionEstimate, IntentResult, IntentScore
from tests.dialogue.talk import MONDAY, NUMBER, Talk
from tests.dialogue.test_conversations import TRANSCRIPTS
from tests.dialogue.test_fuzz import start_context, step

CONTEXT = CallContext(call_id="call-1", line="shop", pii_caller_number=NUMBER, purpose=Purpose.RESUME)


def through_a_file(dialogue: Dialogue, state: DialogueState) -> DialogueState:
    return dialogue.from_json(json.loads(json.dumps(dialogue.to_json(state), allow_nan=False)))


class Forgetful(Dialogue):
    """A dialogue whose every turn is made by another process, which has read the state from a file."""

    turns = 0

    def caller_said(self, *args: Any, **kwargs: Any) -> DialogueTurn:
        return self._kept(super().caller_said(*args, **kwargs))

    def start(self, *args: Any, **kwargs: Any) -> DialogueTurn:
        return self._kept(super().start(*args, **kwargs))

    def tool_returned(self, *args: Any, **kwargs: Any) -> DialogueTurn:
        return self._kept(super().tool_returned(*args, **kwargs))

    def model_answered(self, *args: Any, **kwargs: Any) -> DialogueTurn:
        return self._kept(super().model_answered(*args, **kwargs))

    def silent(self, *args: Any, **kwargs: Any) -> DialogueTurn:
        return self._kept(super().silent(*args, **kwargs))

    def fault(self, *args: Any, **kwargs: Any) -> DialogueTurn:
        return self._kept(super().fault(*args, **kwargs))

    def _kept(self, turn: DialogueTurn) -> DialogueTurn:
        self.turns += 1
        read = through_a_file(self, turn.state)
        assert read == turn.state
        return replace(turn, state=read)


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_a_written_conversation_goes_on_from_what_was_read_back(shop: Line, path: Path) -> None:
    written = path.read_text("utf-8").strip()
    dialogue = Forgetful(shop, model=path.stem.startswith("model_"))
    assert Talk(dialogue).run(written) == written
    assert dialogue.turns


@pytest.mark.parametrize("seed", range(4))
def test_any_conversation_answers_the_same_from_what_was_read_back(shop: Line, seed: int) -> None:
    dialogue = Dialogue(shop, model=seed % 2 == 1)
    turn = dialogue.start(start_context(random.Random(seed)), MONDAY)
    seen = set()
    for number in range(400):
        if isinstance(turn.state.pending, Ended):
            turn = dialogue.start(start_context(random.Random(number)), MONDAY)
        read = through_a_file(dialogue, turn.state)
        assert read == turn.state
        seen.add(type(turn.state.pending))
        turn, again = (step(random.Random(f"{seed} {number}"), dialogue, state) for state in (turn.state, read))
        assert again == turn
    assert len(seen) >= 8, f"only {seen}"


def full_state(dialogue: Dialogue) -> DialogueState:
    """A state with something of every type in it."""
    scores = (IntentScore(name="order_status", probability=0.9),)
    held = CallerTurn(
        text="fix it",
        intents=IntentResult(intents=scores, alternatives=scores, in_scope=1.0),
        emotion=EmotionEstimate(probabilities={Emotion.ANGER: 0.75, Emotion.NEUTRAL: 0.25}, arousal=0.5),
        anger=0.9,
        utterance_id=7,
    )
    call = ToolCall(
        action_id="k",
        tool="refund_order",
        arguments={"amount": Decimal("29.90"), "on": date(2026, 11, 25), "sure": True, "count": 2, "none": None},
        has_side_effects=True,
    )
    offered = OfferingHuman(
        reason=TransferReason.ANGER, held=held, before=WaitingForModel(before=ConfirmingCall(call=call))
    )
    values = {
        "order_number": (SlotKind.REFERENCE, "4027"),
        "amount": (SlotKind.AMOUNT, Decimal("5.10")),
        "day": (SlotKind.DATE, date(2026, 12, 3)),
        "sure": (SlotKind.YES_NO, False),
    }
    frame = Frame(
        playbook="return_refund",
        step=2,
        trail=(("order_number", 0),),
        results={"order": {"found": True, "total": Decimal("29.99"), "arrives_on": date(2026, 11, 25), "none": None}},
        asked={0: 1, 2: 3},
        unconfirmed=ConfirmingSlot(value=date(2026, 12, 3), by=InputMode.VOICE),
    )
    state = dialogue.start(CONTEXT, MONDAY).state
    return replace(
        state,
        pending=offered,
        stack=(frame, replace(frame, playbook="order_status")),
        finished=frame,
        queue=(("complaint", "and it was late"),),
        slots={name: SlotValue(value=value, kind=kind, label=name) for name, (kind, value) in values.items()},
        history=(("caller", "…"), ("bot", "Sure.")),
        sayings=(Saying(number=3, part=ReplyPart.OUTCOME, text="Done.", fate=Fate.LOST),),
    )


def test_every_type_of_value_comes_back_as_what_it_was(dialogue: Dialogue) -> None:
    state = full_state(dialogue)
    read = through_a_file(dialogue, state)
    assert read == state
    for name, slot in state.slots.items():
        assert type(read.slots[name].value) is type(slot.value) and read.slots[name].kind is slot.kind
    assert isinstance(read.pending, OfferingHuman) and read.pending.reason is TransferReason.ANGER
    for pending in (
        AskingSlot(spelled=True),
        Ended(),
        Ended(before=AskingSlot()),
        WaitingForTool(call=ToolCall(action_id="k", tool="get_order", arguments={}, has_side_effects=False)),
        Transferring(transfer=TransferRequest(reason=TransferReason.CALLER_ASKED, summary="Wants: an order")),
    ):
        assert through_a_file(dialogue, replace(state, pending=pending)).pending == pending


def test_what_has_no_serial_form_is_refused_when_it_is_written(dialogue: Dialogue) -> None:
    state = replace(full_state(dialogue), slots={"x": SlotValue(value=object(), kind=SlotKind.TEXT, label="x")})
    with pytest.raises(TypeError, match="object has no serial form"):
        dialogue.to_json(state)


def broken(plain: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "dialogue_state_version", plain | {"version": 3}
    yield "dialogue_state_version", plain | {"version": "2"}
    yield "dialogue_state_unreadable", {}
    yield "dialogue_state_unreadable", []
    yield "dialogue_state_unreadable", {"version": 2}
    yield "dialogue_state_unreadable", plain | {"state": None}
    for name, value in (
        ("turn", "3"),
        ("turn", True),
        ("stack", {}),
        ("pending", {"class": "DialogueState"}),
        ("pending", {"class": "AskingSlot", "other": 1}),
        ("slots", []),
        ("slots", {"day": {"class": "SlotValue", "value": {"$day": "soon"}, "kind": "date", "label": ""}}),
        ("slots", {"sum": {"class": "SlotValue", "value": {"$money": "much"}, "kind": "amount", "label": ""}}),
        ("slots", {"x": {"class": "SlotValue", "value": "", "kind": "colour", "label": ""}}),
        ("gone", 1),
    ):
        yield "dialogue_state_unreadable", plain | {"state": plain["state"] | {name: value}}


def test_what_cannot_be_read_says_why_and_the_caller_starts_anew(dialogue: Dialogue) -> None:
    for code, plain in broken(dialogue.to_json(full_state(dialogue))):
        with pytest.raises(FirstlineError) as raised:
            dialogue.from_json(plain)
        assert raised.value.code == code, plain
        turn = dialogue.start(CONTEXT, MONDAY, plain)
        assert turn.facts[0] == Fault(code=code, component=Component.DIALOGUE, handled=Handling.WENT_ON)
        assert turn.replies[-1].text.endswith("?") and turn.state.caller_number == NUMBER


def test_a_call_goes_on_where_it_was_in_another_process(shop: Line) -> None:
    script = "START\nCALLER: where is my order [order_status]\nCALLER: four oh two seven"
    before = Talk(Dialogue(shop))
    before.run(script)
    assert before.turn is not None and before.turn.tool is not None
    elsewhere = Dialogue(shop)
    turn = elsewhere.start(CONTEXT, MONDAY, json.loads(json.dumps(Dialogue(shop).to_json(before.turn.state))))
    assert turn.tool == before.turn.tool and not turn.facts


def changed(line: Line) -> Line:
    """The line with a sentence more at the beginning of one playbook: every later step has another number."""
    playbook = line.playbooks["order_status"]
    more = replace(playbook, steps=(Say(text=parse_template("Right.")), *playbook.steps))
    return replace(line, playbooks={**line.playbooks, "order_status": more})


def test_a_line_that_changed_meanwhile_keeps_what_the_caller_said(shop: Line) -> None:
    talk = Talk(Dialogue(shop))
    talk.run("START\nCALLER: where is my order [order_status]\nCALLER: four oh two seven")
    assert talk.turn is not None
    plain = talk.dialogue.to_json(talk.turn.state)
    for line, what in (
        (changed(shop), "playbook order_status"),
        (replace(shop, playbooks={n: p for n, p in shop.playbooks.items() if n != "order_status"}), "playbook"),
        (replace(shop, tools={n: t for n, t in shop.tools.items() if n != "get_order"}), "tool get_order"),
    ):
        dialogue = Dialogue(line)
        with pytest.raises(LineChangedError, match=what):
            dialogue.from_json(plain)
        turn = dialogue.start(CONTEXT, MONDAY, plain)
        assert [fact.code for fact in turn.facts if isinstance(fact, Fault)] == ["dialogue_line_changed"]
        assert turn.state.frame is None and turn.tool is None and turn.replies[-1].text.endswith("?")
        assert turn.state.slots["order_number"].value == "4027"
        assert turn.state.requests == talk.turn.state.requests and turn.state.opening == "where is my order"
        assert any("outcome not known yet" in what for what in turn.state.tried)


def test_a_caller_who_waits_for_a_human_waits_on_whatever_became_of_the_line(shop: Line) -> None:
    talk = Talk(Dialogue(shop))
    talk.run("START\nCALLER: where is my order [order_status]\nCALLER: a human please")
    assert talk.turn is not None and isinstance(talk.turn.state.pending, Transferring)
    turn = Dialogue(changed(shop)).start(CONTEXT, MONDAY, talk.dialogue.to_json(talk.turn.state))
    assert turn.actions == talk.turn.actions


def test_new_words_in_a_playbook_change_nothing_of_its_shape(shop: Line) -> None:
    talk = Talk(Dialogue(shop))
    talk.run("START\nCALLER: where is my order [order_status]")
    assert talk.turn is not None
    playbook = shop.playbooks["order_status"]
    worded = replace(playbook, about="the parcel")
    line = replace(shop, playbooks={**shop.playbooks, "order_status": worded})
    assert Dialogue(line).from_json(talk.dialogue.to_json(talk.turn.state)) == talk.turn.state
