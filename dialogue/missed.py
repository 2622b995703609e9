"""What a turn does about what was missed: a question is put again, an outcome told again, a goodbye undone."""

from dialogue.choosing import names_an_entry
from dialogue.doing import QUESTIONS
from dialogue.draft import Draft
from dialogue.heard import ReplyPart, goodbye_heard, lost_outcomes
from dialogue.lines.playbook import SlotKind
from dialogue.questions import put_question
from dialogue.requests import accepted
from dialogue.state import (
    Another,
    AskingSlot,
    Choosing,
    Clarifying,
    ConfirmingCall,
    ConfirmingSlot,
    Ended,
    OfferingHuman,
    StillWanted,
    WantedAgain,
)
from dialogue.types import CallerTurn, Reply
from models.understanding import CallerAct

_SAYS_SOMETHING = (*QUESTIONS, CallerAct.NEW_REQUEST, CallerAct.CORRECTS, CallerAct.ANSWERS, CallerAct.COMPLAINS)
_MEANINGLESS_ALONE = (SlotKind.YES_NO, SlotKind.TEXT)
"""Answers that say nothing without their question."""


def undo_goodbye(d: Draft) -> None:
    """Before a turn: a goodbye that was not heard never happened; one that was heard has ended all that was open."""
    pending = d.state.pending
    if not isinstance(pending, Ended):
        return
    if goodbye_heard(d.state.sayings):
        d.update(pending=Ended(), stack=(), queue=(), question="", asked="")
        return
    said = (d.state.question,) if d.state.question else d.state.said
    d.update(pending=pending.before, said=said)


def tell_lost_outcomes(d: Draft) -> None:
    """After a turn was made: what became of a change comes first, but for advice that has to be heard at once."""
    told = {reply.text for reply in d.replies}
    again = [
        Reply(text=saying.text, part=ReplyPart.OUTCOME, interruptible=False)
        for saying in lost_outcomes(d.state.sayings)
        if saying.text not in told
    ]
    place = next((place for place, reply in enumerate(d.replies) if reply.interruptible), len(d.replies))
    d.replies[place:place] = again


def tell_untold_outcome(d: Draft) -> None:
    """After a turn was made: a change of which the line's own words say nothing is told in a word."""
    waits = d.tool is not None or d.ask_model is not None
    if d.state.untold and not waits and not d.tells_outcome:
        d.replies.insert(0, Reply(text=d.phrase("change_done"), part=ReplyPart.OUTCOME))


def missed_question(d: Draft, turn: CallerTurn) -> bool:
    """Put a question again that was cut off before it could be answered; whether it was.

    A value says by itself what it is, and so does a wish: they are taken as if they had been said before the question.
    """
    if d.state.question_heard:
        return False
    match d.state.pending:
        case AskingSlot() | ConfirmingSlot():
            answers = _says_a_value(d, turn)
        case ConfirmingCall() | OfferingHuman() | StillWanted() | WantedAgain() | Another() | Clarifying():
            answers = d.yes_or_no(turn.text, turn.keys) is None and _says_something(d, turn)
        case Choosing():
            answers = names_an_entry(d, turn) or bool(accepted(d, turn.intents))
        case _:
            return False
    if answers:
        return False
    put_question(d)
    return True


def _says_something(d: Draft, turn: CallerTurn) -> bool:
    """Whether a turn is more than surprise at being spoken to: a wish, a question, a correction."""
    return bool(accepted(d, turn.intents)) or d.doing.does(*_SAYS_SOMETHING)


def _says_a_value(d: Draft, turn: CallerTurn) -> bool:
    ask = d.open_ask
    if ask is None:
        return True
    return ask.kind not in _MEANINGLESS_ALONE and d.read(ask, turn) is not None
