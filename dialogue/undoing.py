"""Takes back a change that the caller calls back right after it was made: by the tool's inverse, or with a person."""

import hashlib
from typing import Any

from dialogue.draft import Draft, as_argument
from dialogue.heard import lost_outcomes
from dialogue.lines.tools import convert
from dialogue.lines.types import FieldType
from dialogue.state import Another, AskingSlot, Change, OfferingHuman, WaitingForTool
from dialogue.transferring import can_transfer, transfer
from dialogue.types import CallerTurn, ToolCall, ToolOutcome
from interactions.vocabulary import ActionStatus, ReplySource, TransferReason
from models.understanding import CallerAct

_BEFORE_ALL = (CallerAct.EMERGENCY, CallerAct.WANTS_HUMAN)


def called_back(d: Draft, turn: CallerTurn) -> bool:
    """Take "no, stop" while a change is being made, or as the first thing after it; whether it was said."""
    pending, change = d.state.pending, d.state.changed
    if d.doing.does(*_BEFORE_ALL):
        return False
    if isinstance(pending, WaitingForTool):
        if pending.proposal and _calls_back(d, turn, pending.proposal):
            d.wait(WaitingForTool(call=pending.call, proposal=pending.proposal, called_back=True))
            d.say_phrase("calling_back", ReplySource.FILLER)
            return True
        return False
    if change is None:
        return False
    if _calls_back(d, turn, change.proposal):
        take_back(d)
        return True
    if not lost_outcomes(d.state.sayings):
        d.update(changed=None)
    return False


def _calls_back(d: Draft, turn: CallerTurn, proposal: str) -> bool:
    return d.doing.does(CallerAct.TAKES_BACK) or d.line.language.consent.calls_back(turn.text, proposal)


def take_back(d: Draft) -> None:
    """Undo the change that was just made, if there was one."""
    change = d.state.changed
    if change is None:
        return
    d.update(changed=None, failed=0)
    call = _inverse(d, change)
    if call is None:
        _cannot(d)
        return
    d.unfinished = False
    d.tool = call
    d.update(pending=WaitingForTool(call=call, undoes=change), question="", asked="")


def undone(d: Draft, change: Change, outcome: ToolOutcome) -> None:
    """Go on with the outcome of an inverse: the request that the change was for is over."""
    about = d.line.tools[change.call.tool].about
    d.update(untold=True)
    d.wait(AskingSlot())
    if outcome.status is ActionStatus.SUCCEEDED:
        d.note(f"{about}: taken back at once, as the caller asked")
        d.say_phrase("undone", ReplySource.PLAYBOOK)
        d.update(served={name: told for name, told in d.state.served.items() if name != change.playbook})
        if d.state.stack and d.frame.playbook == change.playbook:
            d.update(stack=d.state.stack[:-1])
        d.walk_on()
    elif outcome.status is ActionStatus.FAILED:
        d.note(f"{about}: could not be taken back")
        _cannot(d)
    else:
        d.note(f"{about}: whether it was taken back is uncertain")
        transfer(d, TransferReason.TOOL_FAILED, d.phrase("tool_unsure"))


def _inverse(d: Draft, change: Change) -> ToolCall | None:
    """The call that undoes a change; None where its tool names none, or a value for it is missing."""
    made = d.line.tools.get(change.call.tool)
    tool = d.line.tools.get(made.inverse) if made else None
    if tool is None:
        return None
    known = {**change.call.arguments, **change.result}
    arguments: dict[str, Any] = {}
    try:
        for name, field in tool.arguments.items():
            value = known.get(name)
            arguments[name] = convert(as_argument(value) if field.type is FieldType.TEXT else value, field)
    except ValueError:
        return None
    return ToolCall(
        action_id=hashlib.sha256(f"{change.call.action_id}\0undo".encode()).hexdigest()[:32],
        tool=tool.name,
        arguments=arguments,
        has_side_effects=tool.has_side_effects,
        confirmed=True,
        timeout_s=tool.timeout_s,
        filler=tool.filler,
    )


def _cannot(d: Draft) -> None:
    """What is done stays done until a person looks at it: say so, and offer one."""
    d.unfinished = False
    d.say_phrase("cannot_undo", ReplySource.PLAYBOOK)
    before = AskingSlot() if d.state.stack else Another()
    offer = OfferingHuman(reason=TransferReason.CALLER_ASKED, held=None, before=before)
    d.ask(d.phrase("undo_human" if can_transfer(d) else "undo_message"), offer, ReplySource.RULE)
