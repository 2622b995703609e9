"""What the dialogue makes of an answer to a proposed change: done after a clear yes only, else asked anew."""

from dialogue.consent import Consent, consent
from dialogue.corrections import correct
from dialogue.draft import Draft
from dialogue.lines.playbook import SlotKind
from dialogue.questions import proposal, put_question
from dialogue.repair import fail
from dialogue.requests import serve_another_request
from dialogue.state import ConfirmingCall
from dialogue.tool_calls import confirmed_call, declined_call
from dialogue.types import CallerTurn
from models.understanding import CallerAct


def answer_to_proposal(d: Draft, turn: CallerTurn, pending: ConfirmingCall) -> None:
    """Take a turn as the answer to a proposal."""
    said = consent(turn, _in_the_lines_words(d, pending), d.line, d.state.today)
    if said is Consent.YES:
        _agreed(d, pending)
    elif correct(d, turn):
        return
    elif said in (Consent.NO, Consent.TAKEN_BACK):
        taken_back = said is Consent.TAKEN_BACK
        dropped = not taken_back and d.doing.does(CallerAct.TAKES_BACK)
        declined_call(d, pending.call, taken_back=taken_back, dropped=dropped)
    elif serve_another_request(d, turn):
        return
    elif said is Consent.UNCLEAR:
        ask_for_a_clear_answer(d)
    else:
        fail(d, turn)


def _in_the_lines_words(d: Draft, pending: ConfirmingCall) -> str:
    """A proposal without what the caller described, where that speaks of a no.

    Who says such words again does not repeat the question, but the no: "shall I tell them “I don't want it”?".
    """
    asked = proposal(d, pending.call)
    for slot in d.state.slots.values():
        if slot.kind is SlotKind.TEXT and d.yes_or_no(str(slot.value)) is False:
            asked = asked.replace(str(slot.value), "…")
    return asked


def ask_for_a_clear_answer(d: Draft) -> None:
    """The caller was understood, and has not decided: leave them time, or put the proposal in other words."""
    d.update(failed=0)
    if d.doing.only_patience:
        d.update(patient=True)
        d.say_phrase("take_your_time")
        return
    d.say_phrase("consent_unclear")
    put_question(d)


def _agreed(d: Draft, pending: ConfirmingCall) -> None:
    """A yes counts to a question that was heard whole, its object and amount included."""
    if d.state.question_heard:
        confirmed_call(d, pending.call)
    else:
        d.say_phrase("consent_unheard")
        put_question(d)
