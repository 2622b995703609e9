"""Every way through a line, walked: no turn ends with neither words, a tool, a question to the model, nor an action."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from dialogue.dialogue import Dialogue
from dialogue.draft import Draft
from dialogue.knowledge import KnowledgeBase
from dialogue.lines.types import Line, OnAnger
from dialogue.state import (
    Another,
    AskingSlot,
    Clarifying,
    ConfirmingCall,
    ConfirmingSlot,
    DialogueState,
    Ended,
    Open,
    Transferring,
    WaitingForModel,
    WaitingForTool,
)
from dialogue.transferring import take_message
from dialogue.types import CallerTurn, DialogueTurn, ToolOutcome
from interactions.context import CallContext, Purpose
from interactions.vocabulary import ActionStatus
from models.errors import FirstlineError
from tests.dialogue.talk import MONDAY, NUMBER, RESULTS, SUNDAY, understood

WORDS = (
    "",
    "hmm",
    "yes",
    "no",
    "four oh two seven",
    "twelve",
    "I meant four oh two eight",
    "I don't have it",
    "hang on, let me look",
    "a human please",
    "pardon",
    "never mind",
    "thank you",
    "bye bye",
    "hello, are you there",
    "am I talking to a machine",
    "it arrived broken and I want my money back",
    "what does delivery cost?",
    "my house is on fire",
)
KEYS = ("0", "*", "#", "1", "2", "4027#", "29*99")
PURPOSES = (Purpose.RESUME, Purpose.TAKE_MESSAGE)


def facts(dialogue: Dialogue, state: DialogueState) -> Iterator[DialogueTurn]:
    """The turns that follow from everything that can happen in a state."""
    for text in WORDS:
        yield dialogue.caller_said(state, understood(text))
    for intent in dialogue.line.intents:
        yield dialogue.caller_said(state, understood("about that", intent))
    first, second, *_ = dialogue.line.intents
    yield dialogue.caller_said(state, understood("this and that", first, second))
    yield dialogue.caller_said(state, understood("perhaps this", f"{first} 0.3"))
    yield dialogue.caller_said(state, understood("this is a disgrace", anger=0.95))
    yield dialogue.caller_said(state, understood("yes", confidence=0.1))
    for keys in KEYS:
        yield dialogue.caller_said(state, CallerTurn(text="", keys=keys))
    for checks in (1, 2, 3):
        yield dialogue.silent(state, checks)
    yield dialogue.fault(state, "some_fault")
    for purpose in PURPOSES:
        yield dialogue.start(CallContext(call_id="c", line="shop", purpose=purpose), MONDAY, state)
    match state.pending:
        case WaitingForTool(call=call):
            for outcome in outcomes(dialogue.line, call.action_id, call.tool):
                yield dialogue.tool_returned(state, outcome)
        case WaitingForModel():
            for answer in (None, "It does, yes."):
                yield dialogue.model_answered(state, answer)
        case ConfirmingCall():
            yield dialogue.caller_said(dialogue.interrupted(state, ""), understood("yes"))


def outcomes(line: Line, action_id: str, tool: str) -> Iterator[ToolOutcome]:
    for status in (ActionStatus.FAILED, ActionStatus.TIMED_OUT, ActionStatus.UNSURE):
        yield ToolOutcome(action_id=action_id, status=status, result={})
    for result in RESULTS.values():
        if set(result) >= set(line.tools[tool].result):
            yield ToolOutcome(action_id=action_id, status=ActionStatus.SUCCEEDED, result=result)


def place(state: DialogueState) -> tuple[object, ...]:
    """What makes one state another, for what may follow from it."""
    return (
        type(state.pending),
        tuple((frame.playbook, frame.step) for frame in state.stack[-1:]),
        min(state.failed, 1),
        state.team_open and not state.transfer_failed,
        state.message_kept,
    )


def walk(dialogue: Dialogue) -> set[type]:
    """Go to every reachable place and do everything that can happen there; the kinds of waiting that there were."""
    starts = [
        dialogue.start(CallContext(call_id="c", line="shop", pii_caller_number=number), now)
        for number, now in ((NUMBER, MONDAY), ("", SUNDAY))
    ]
    waiting, seen, kinds = [turn.state for turn in starts], set[object](), set[type]()
    while waiting:
        state = waiting.pop()
        if place(state) in seen:
            continue
        seen.add(place(state))
        kinds.add(type(state.pending))
        for turn in facts(dialogue, state):
            acts = bool(turn.replies or turn.tool or turn.ask_model or turn.actions)
            assert acts or state.patient, f"silence at {place(state)} {turn.state.history[-4:]}"
            if place(turn.state) not in seen:
                waiting.append(turn.state)
    return kinds


@pytest.mark.slow
@pytest.mark.parametrize(("human", "model"), [(True, False), (False, True)], ids=["team", "model and no team"])
def test_nothing_that_can_happen_anywhere_ends_in_silence(shop: Line, human: bool, model: bool) -> None:
    escalation = replace(shop.escalation, on_anger=OnAnger.OFFER if model else OnAnger.TRANSFER)
    line = replace(shop, human_number=shop.human_number if human else "", escalation=escalation)
    kinds = walk(Dialogue(line, model=model))
    always = {Open, Another, Clarifying, AskingSlot, ConfirmingSlot, ConfirmingCall, WaitingForTool, Ended}
    assert kinds >= always | ({Transferring} if human else set()) | ({WaitingForModel} if model else set())


def test_a_turn_that_leaves_something_undone_is_refused(shop: Line) -> None:
    state = Dialogue(shop).start(CallContext(call_id="c", line="shop"), MONDAY).state
    draft = Draft(shop, KnowledgeBase(shop.articles, shop.language.search), dict(shop.playbooks), state, model=False)
    with pytest.raises(FirstlineError, match="dialogue_silent"):
        draft.turn()
    take_message(draft, "Nobody is here.")
    with pytest.raises(FirstlineError, match="dialogue_silent"):
        draft.turn()
