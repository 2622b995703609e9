"""What the dialogue does when nobody speaks, something of ours failed, or a stream begins where another was lost."""

from dialogue import flow
from dialogue.draft import Draft
from dialogue.state import ConfirmingCall, Ended, Open, Transferring, WaitingForModel, WaitingForTool
from dialogue.transferring import in_message, keep_unfinished_message, transfer
from dialogue.types import EndCall
from interactions.vocabulary import EndedReason, ReplySource, TransferReason

_LAST_CHECK = 3
_PATIENT_EVERY = 4
"""While the caller looks for something only every so many checks is anything said: about every half minute."""
_FAULTS_BEFORE_HUMAN = 2


def silent(d: Draft, checks: int) -> None:
    """Nobody said anything for a while; ``checks`` counts from 1."""
    pending = d.state.pending
    if d.state.patient and not isinstance(pending, WaitingForTool | WaitingForModel | Transferring | Ended):
        if checks % _PATIENT_EVERY:
            d.leave_floor()
            return
        checks = checks // _PATIENT_EVERY
    if d.state.patient and checks < _LAST_CHECK:
        d.say_phrase("still_patient", ReplySource.SILENCE)
        return
    if isinstance(pending, WaitingForTool | WaitingForModel):
        d.say_phrase("one_moment", ReplySource.FILLER)
    elif isinstance(pending, Transferring):
        d.say_phrase("still_connecting")
        d.actions.append(pending.transfer)
    elif isinstance(pending, Ended):
        d.say_phrase("goodbye")
        d.actions.append(EndCall(reason=EndedReason.GOODBYE))
    elif checks >= _LAST_CHECK:
        keep_unfinished_message(d)
        d.say_phrase("silence_goodbye", ReplySource.SILENCE)
        flow.end_call(d, EndedReason.SILENCE)
    elif checks == 1:
        d.say_phrase("still_there", ReplySource.SILENCE)
        # A yes to "are you there?" agrees to nothing: what is proposed is put with it.
        if isinstance(pending, ConfirmingCall) or not d.state.question_heard:
            d.say_as_it_is(_open_question(d), ReplySource.SILENCE)
    else:
        d.say_phrase("still_there_again", ReplySource.SILENCE)
        d.say_as_it_is(_open_question(d), ReplySource.SILENCE)


def _open_question(d: Draft) -> str:
    """The question that is open; of a proposal all of it, object and amount included."""
    return d.state.asked if isinstance(d.state.pending, ConfirmingCall) else d.state.question


def failed(d: Draft, code: str) -> None:
    """Something of ours failed: apologise and ask again; the second time, bring a human."""
    pending = d.state.pending
    d.update(faults=d.state.faults + 1)
    if isinstance(pending, Transferring):
        d.say_phrase("fault", ReplySource.FAULT)
        d.actions.append(pending.transfer)
    elif isinstance(pending, Ended):
        d.say_phrase("goodbye", ReplySource.FAULT)
        d.actions.append(EndCall(reason=EndedReason.GOODBYE))
    elif d.state.faults >= _FAULTS_BEFORE_HUMAN and not in_message(d):
        d.note(f"technical trouble: {code}")
        transfer(d, TransferReason.FAULT, d.phrase("fault"))
    else:
        if isinstance(pending, WaitingForModel):
            d.wait(pending.before)
        d.say_phrase("fault", ReplySource.FAULT)
        _repeat_question(d)


def time_up(d: Draft) -> None:
    """The conversation has lasted as long as it may; a human who is being called is called all the same."""
    pending = d.state.pending
    if isinstance(pending, Transferring):
        d.say_phrase("still_connecting")
        d.actions.append(pending.transfer)
        return
    keep_unfinished_message(d)
    d.say(d.phrase("longest_call"), ReplySource.RULE, interruptible=False)
    flow.end_call(d, EndedReason.GOODBYE)


def resumed(d: Draft) -> None:
    """The stream is back: go on where the caller was."""
    d.say_phrase("resumed")
    pending = d.state.pending
    match pending:
        case WaitingForTool():
            # Its outcome was lost with the stream; the same key makes asking again safe.
            d.say_phrase("one_moment")
            d.tool = pending.call
        case Transferring():
            d.say_phrase("still_connecting")
            d.actions.append(pending.transfer)
        case Ended():
            d.ask(d.phrase("how_can_i_help"), Open())
        case WaitingForModel():
            d.wait(pending.before)
            _repeat_question(d)
        case _:
            _repeat_question(d)


def resumed_unknown(d: Draft) -> None:
    """The stream is back, and nobody knows where the caller was."""
    d.say_phrase("resumed")
    d.ask(d.phrase("how_can_i_help"), Open())


def _repeat_question(d: Draft) -> None:
    """Say the open question again, word for word, without counting it as asked once more."""
    if isinstance(d.state.pending, WaitingForTool):
        d.say_phrase("one_moment", ReplySource.FILLER)
    else:
        d.say_as_it_is(_open_question(d) or d.phrase("how_can_i_help"), ReplySource.FAULT)
