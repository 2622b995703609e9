"""A playbook's tools: proposed where they change something, called, and what is made of their outcome."""

import hashlib
import json
from dataclasses import replace
from typing import Any

from dialogue.draft import Draft, as_argument
from dialogue.lines.playbook import CallTool
from dialogue.lines.tools import convert
from dialogue.lines.types import FieldType, Tool
from dialogue.questions import MAX_ASKED, proposal
from dialogue.state import AskingSlot, Change, ConfirmingCall, WaitingForTool
from dialogue.transferring import stuck, transfer
from dialogue.types import ToolCall, ToolOutcome
from interactions.events.acting import Action
from interactions.vocabulary import ActionStatus, ReplySource, TransferReason

_WHY_UNCERTAIN = {
    ActionStatus.TIMED_OUT: "it timed out",
    ActionStatus.UNSURE: "its answer was lost",
}
_MAY_HAVE_HAPPENED = frozenset(_WHY_UNCERTAIN)


def call_tool(d: Draft, step: CallTool) -> bool:
    """Run the step of a tool: propose what changes something, call what looks something up. Whether to walk on."""
    tool = d.line.tools[step.tool]
    try:
        arguments = _arguments(d, step, tool)
    except ValueError:
        d.note(f"could not {tool.about}: a value was missing")
        return _failed(d, step, d.phrase("tool_failed"))
    call = ToolCall(
        action_id=_action_id(d, step, arguments),
        tool=tool.name,
        arguments=arguments,
        has_side_effects=tool.has_side_effects,
        timeout_s=tool.timeout_s,
        filler=step.filler,
    )
    limited = arguments.get(tool.limit_argument) if tool.limit_argument else None
    if limited is not None and float(limited) > tool.limit:
        _refuse(d, call, "over_limit")
        d.note(f"did not {tool.about}: above the limit of {tool.limit:g}")
        transfer(d, TransferReason.PLAYBOOK, d.phrase("over_limit"), "the amount is above the limit")
        return False
    if tool.has_side_effects:
        _count_proposal(d)
        if d.frame.asked[d.frame.step] > MAX_ASKED:
            stuck(d)
            return False
        d.ask(proposal(d, call), ConfirmingCall(call=call))
    else:
        run_tool(d, call)
    return False


def _count_proposal(d: Draft) -> None:
    frame = d.frame
    d.update_frame(asked={**frame.asked, frame.step: frame.asked.get(frame.step, 0) + 1})


def _arguments(d: Draft, step: CallTool, tool: Tool) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    for name, field in tool.arguments.items():
        value = d.value_of(step.arguments.get(name))
        if field.type is FieldType.TEXT:
            value = as_argument(value)
        arguments[name] = convert(value, field)
    return arguments


def _action_id(d: Draft, step: CallTool, arguments: dict[str, Any]) -> str:
    """The same for every try of the same step of the same call with the same arguments."""
    values = json.dumps({name: str(value) for name, value in arguments.items()}, sort_keys=True)
    text = "\0".join((d.state.call_id, d.frame.playbook, step.key, values))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def run_tool(d: Draft, call: ToolCall, agreed: str = "") -> None:
    """Have a tool called and wait for it; ``agreed`` is the proposal that the caller said yes to."""
    d.tool = call
    d.update(pending=WaitingForTool(call=call, proposal=agreed), question="")


def confirmed_call(d: Draft, call: ToolCall) -> None:
    """The caller said yes."""
    d.update(failed=0)
    run_tool(d, replace(call, confirmed=True), proposal(d, call))


def declined_call(d: Draft, call: ToolCall, *, taken_back: bool = False, dropped: bool = False) -> None:
    """The caller said no.

    Args:
        d: The turn in the making.
        call: What was proposed.
        taken_back: Whether they had begun with a yes; they are told that nothing was done.
        dropped: Whether the matter is not wanted any more, and what the playbook has for a no is beside it.
    """
    step = d.playbooks[d.frame.playbook].steps[d.frame.step]
    on_decline = step.on_decline if isinstance(step, CallTool) and not dropped else None
    d.declined = True
    _refuse(d, call, "declined")
    d.note(f"offered to {d.line.tools[call.tool].about}; the caller declined")
    d.update(failed=0)
    d.wait(AskingSlot())
    if taken_back or on_decline is None:
        d.say_phrase("taken_back" if taken_back else "declined", ReplySource.PLAYBOOK)
    d.go(len(d.playbooks[d.frame.playbook].steps) if on_decline is None else on_decline)
    d.walk_on()


def _refuse(d: Draft, call: ToolCall, code: str) -> None:
    d.facts.append(
        Action(
            action_id=call.action_id,
            tool=call.tool,
            status=ActionStatus.REFUSED,
            has_side_effects=call.has_side_effects,
            pii_arguments={name: str(value) for name, value in call.arguments.items()},
            error_code=code,
        )
    )


def tool_returned(d: Draft, call: ToolCall, outcome: ToolOutcome) -> None:
    """Go on with a tool's outcome."""
    tool = d.line.tools[call.tool]
    step = d.playbooks[d.frame.playbook].steps[d.frame.step]
    d.wait(AskingSlot())
    if call.has_side_effects:
        d.update(untold=True)
    if not isinstance(step, CallTool):
        d.walk_on()
        return
    if outcome.status is ActionStatus.SUCCEEDED:
        d.keep(step.save, {**call.arguments, **outcome.result})
        d.note(f"{tool.about}: done")
        if call.has_side_effects:
            agreed = proposal(d, call)
            made = Change(call=call, result=outcome.result, proposal=agreed, playbook=d.frame.playbook)
            d.update(changed=made)
        d.go(d.frame.step + 1)
        d.walk_on()
        return
    if call.has_side_effects and outcome.status in _MAY_HAVE_HAPPENED:
        # Neither the playbook's way on after a failure nor another try fits what may well have been done.
        d.note(f"{tool.about}: outcome uncertain, {_WHY_UNCERTAIN[outcome.status]}")
        transfer(d, TransferReason.TOOL_FAILED, d.phrase("tool_unsure"))
        return
    d.note(f"{tool.about}: failed")
    if _failed(d, step, d.phrase("tool_failed")):
        d.walk_on()


def _failed(d: Draft, step: CallTool, lead: str) -> bool:
    """A tool failed: go where the playbook says, or to a human. Whether to walk on."""
    if step.on_failure is not None:
        d.go(step.on_failure)
        return True
    transfer(d, TransferReason.TOOL_FAILED, lead)
    return False
