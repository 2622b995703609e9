"""Puts the question that is open: a step's own, a value read back, a change proposed; never too often."""

from dialogue.draft import Draft
from dialogue.lines.playbook import Ask, CallTool
from dialogue.lines.templates import parse_template
from dialogue.prompts import question_only
from dialogue.state import (
    Another,
    AskingSlot,
    Choosing,
    Clarifying,
    ConfirmingCall,
    ConfirmingSlot,
    OfferingHuman,
    StillWanted,
    WaitingForTool,
    WantedAgain,
)
from dialogue.transferring import stuck
from dialogue.types import ToolCall
from interactions.vocabulary import ReplySource

MAX_ASKED = 4
"""So often a question is put before a human takes over."""


def put_question(d: Draft, *, again: bool = False, counted: bool = True) -> None:
    """Put the question that is open, or the current step's; after too often, bring a human.

    Args:
        d: The turn in the making.
        again: Whether the last answer was not understood: the question is put in its other words.
        counted: Whether it counts as one more try; not after something else was asked and answered.
    """
    pending = d.state.pending
    match pending:
        case WaitingForTool():
            d.say_phrase("one_moment", ReplySource.FILLER)
            return
        case OfferingHuman() | StillWanted() | WantedAgain() | Clarifying():
            d.ask(d.state.question, pending, ReplySource.RULE)
            return
        case Choosing():
            # Walking puts the offer again, and counts it.
            d.walk_on()
            return
    if not d.state.stack:
        d.ask(d.phrase("another" if isinstance(pending, Another) else "how_can_i_help"), pending, ReplySource.RULE)
        return
    frame = d.frame
    before = frame.asked.get(frame.step, 0)
    times = before + counted
    d.update_frame(asked={**frame.asked, frame.step: times})
    if times > MAX_ASKED:
        stuck(d)
        return
    match pending:
        case ConfirmingSlot():
            ask = d.open_ask
            d.ask(_value_read_back(d, pending, ask), pending)
        case ConfirmingCall():
            d.ask(proposal(d, pending.call), pending)
        case _:
            _put_step_question(d, again=again, first=before == 0)


def _put_step_question(d: Draft, *, again: bool, first: bool) -> None:
    steps = d.playbooks[d.frame.playbook].steps
    step = steps[d.frame.step] if d.frame.step < len(steps) else None
    if not isinstance(step, Ask):
        # The frame waits at a call whose proposal was answered or withdrawn; walking puts its question.
        d.walk_on()
        return
    unconfirmed = d.frame.unconfirmed
    if unconfirmed is not None:
        d.update_frame(unconfirmed=None)
        d.ask(_value_read_back(d, unconfirmed, step), unconfirmed)
        return
    if again and step.spelled_again:
        d.ask(d.phrase("spell"), AskingSlot(spelled=True))
        return
    text = d.render(step.again if again and step.again else step.prompt)
    whole = again or (first and not d.times_said(text))
    d.ask(text if whole else question_only(text, d.line.language.read), AskingSlot())


def _value_read_back(d: Draft, pending: ConfirmingSlot, ask: Ask | None) -> str:
    value = d.answer_in_words(pending.value, ask)
    if pending.again and ask is not None:
        return d.phrase("same_value", label=ask.label, value=value)
    return d.phrase("confirm_value", value=value)


def proposal(d: Draft, call: ToolCall) -> str:
    """The question before a change: "Shall I refund €29.99?"."""
    step = d.playbooks[d.frame.playbook].steps[d.frame.step]
    own = dict(call.arguments)
    if isinstance(step, CallTool) and step.confirm:
        return d.render(step.confirm, own)
    return d.render(parse_template(d.line.tools[call.tool].confirm), own)
