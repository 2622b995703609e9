"""Walks a playbook from step to step until it has to wait: for an answer, a tool, or a human."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dialogue.draft import Draft, FrameScope, as_argument
from dialogue.lines.playbook import (
    KEPT_KINDS,
    Ask,
    Branch,
    CallTool,
    End,
    Forget,
    GiveAnswer,
    Jump,
    KeepMessage,
    PlaybookStep,
    Run,
    Say,
    SlotKind,
    TransferStep,
)
from dialogue.lines.templates import Template, parse_template
from dialogue.lines.tools import convert
from dialogue.lines.types import KNOWLEDGE_PREFIX, FieldType, Tool
from dialogue.prompts import question_only
from dialogue.slots import Reading, read_keys, read_opening
from dialogue.state import (
    Another,
    AskingSlot,
    Clarifying,
    ConfirmingCall,
    ConfirmingSlot,
    Ended,
    Frame,
    OfferingHuman,
    SlotValue,
    WaitingForTool,
)
from dialogue.transferring import in_message, keep_message, skip_message_question, transfer
from dialogue.types import EndCall, ToolCall, ToolOutcome
from interactions.events.acting import Action
from interactions.vocabulary import ActionStatus, EndedReason, InputMode, ReplySource, TransferReason

MAX_STEPS = 200
"""Steps in one turn; the loader's checks keep playbooks far below it."""
MAX_ASKED = 4
"""So often a question is put before a human takes over."""
MAX_DEPTH = 3
"""Playbooks inside playbooks; a further request is kept for later."""


def start_playbook(d: Draft, name: str, opening: str) -> None:
    """Begin a playbook with what the caller said, and walk it."""
    playbook = d.playbooks[name]
    another = d.line.language.cues.another.search(opening.lower()) is not None
    stale = {
        ask.slot
        for ask in playbook.asks()
        if ask.kind not in KEPT_KINDS or (another and ask.kind is SlotKind.REFERENCE)
    }
    d.update(
        stack=(*d.state.stack, Frame(playbook=name, opening=opening)),
        slots={slot: value for slot, value in d.state.slots.items() if slot not in stale},
        failed=0,
    )
    _note_request(d, playbook.about)
    known = dict(d.state.slots)
    _read_opening(d, opening)
    _use_typed(d, known)
    _say_what_is_used(d, known)
    advance(d)


def _use_typed(d: Draft, known: Mapping[str, SlotValue]) -> None:
    """Take a number that was typed before it was asked for, unless the caller has just said one."""
    for index, step in enumerate(d.playbooks[d.frame.playbook].steps):
        if not isinstance(step, Ask) or step.kind not in (SlotKind.REFERENCE, SlotKind.PHONE):
            continue
        reading = read_keys(step, d.state.typed, d.line, d.state.today)
        if isinstance(reading, Reading) and d.state.slots.get(step.slot) is known.get(step.slot):
            _take_early(d, index, step, reading.value, by=InputMode.KEYPAD)
            d.update(typed="")
            _say_using(d, step, reading.value)
            return


def _say_what_is_used(d: Draft, known: Mapping[str, SlotValue]) -> None:
    """A number given for an earlier request is used again, and the caller is told, so that they can object."""
    for ask in d.playbooks[d.frame.playbook].asks():
        slot = known.get(ask.slot)
        if slot is not None and ask.kind is SlotKind.REFERENCE and d.state.slots[ask.slot] is slot:
            d.update_frame(trail=(*d.frame.trail, (ask.slot, d.playbooks[d.frame.playbook].steps.index(ask))))
            _say_using(d, ask, slot.value)
            return


def _say_using(d: Draft, ask: Ask, value: object) -> None:
    d.say_phrase("using", ReplySource.PLAYBOOK, label=ask.label, value=d.prose(value, ask.kind))


def _take_early(d: Draft, index: int, ask: Ask, value: object, *, by: InputMode) -> None:
    """Keep the answer of a step that was not reached yet."""
    d.fill(ask, value, confirmed=False, by=by)
    d.update_frame(trail=(*d.frame.trail, (ask.slot, index)))


def _note_request(d: Draft, about: str) -> None:
    if about not in d.state.requests:
        d.update(requests=(*d.state.requests, about))


def _read_opening(d: Draft, opening: str) -> None:
    """Take what the caller has said already, where it is clear enough not to be asked again."""
    if not opening:
        return
    seen: set[str] = set()
    for index, step in enumerate(d.playbooks[d.frame.playbook].steps):
        if not isinstance(step, Ask) or step.slot in seen:
            continue
        seen.add(step.slot)
        reading = read_opening(step, opening, d.line, d.state.today)
        if reading is not None and reading.confidence >= d.line.confirm_below:
            _take_early(d, index, step, reading.value, by=InputMode.VOICE)


def advance(d: Draft) -> None:
    """Walk until there is something to wait for."""
    for _ in range(MAX_STEPS):
        if not d.state.stack:
            _next_request(d)
            return
        steps = d.playbooks[d.frame.playbook].steps
        if d.frame.step >= len(steps):
            _finish(d)
        elif not _walk(d, steps[d.frame.step]):
            return
    stuck(d)


def stuck(d: Draft) -> None:
    """Nothing gets further here: a human does."""
    if in_message(d):
        skip_message_question(d)
        advance(d)
    else:
        transfer(d, TransferReason.NOT_UNDERSTOOD, d.phrase("playbook_stuck"))


def finish(d: Draft) -> None:
    """Do what the turn still has to before it is whole: begin the playbook that a transfer without a human leads to."""
    while d.unfinished:
        d.unfinished = False
        advance(d)


def _finish(d: Draft) -> None:
    """The current playbook is done; go back to the one it interrupted."""
    done = d.frame
    d.update(stack=d.state.stack[:-1], finished=done)
    if d.state.stack:
        about = d.playbooks[d.frame.playbook].about
        d.say_phrase("back_to", ReplySource.PLAYBOOK, about=about)


def _next_request(d: Draft) -> None:
    """Serve what else the caller asked for, or ask whether there is anything."""
    if not d.state.queue:
        d.ask(d.phrase("another"), Another(), ReplySource.RULE)
        return
    (intent, words), *rest = d.state.queue
    d.update(queue=tuple(rest))
    d.say_phrase("queued", ReplySource.PLAYBOOK, about=d.line.about(intent))
    if intent.startswith(KNOWLEDGE_PREFIX):
        give_answer(d, intent.removeprefix(KNOWLEDGE_PREFIX))
        _next_request(d)
    else:
        start_playbook(d, d.line.intents[intent].playbook, words)


def _walk(d: Draft, step: PlaybookStep) -> bool:
    """Run one step; whether to go on with the next."""
    match step:
        case Say():
            d.say(d.render(step.text))
            _go(d, d.frame.step + 1)
        case Ask():
            if step.slot not in d.state.slots:
                d.wait(AskingSlot())
                put_question(d)
                return False
            _go(d, d.frame.step + 1)
        case Branch():
            scope = FrameScope(d, {})
            _go(d, next((target for condition, target in step.cases if condition.holds(scope)), step.otherwise))
        case Jump():
            _go(d, step.to)
        case Forget():
            d.update(slots={name: slot for name, slot in d.state.slots.items() if name not in step.slots})
            _go(d, d.frame.step + 1)
        case GiveAnswer():
            _answer_step(d, step)
            _go(d, d.frame.step + 1)
        case Run():
            _run(d, step)
        case KeepMessage():
            keep_message(d)
            _go(d, d.frame.step + 1)
        case CallTool():
            return _call(d, step)
        case TransferStep():
            transfer(d, TransferReason.PLAYBOOK, d.render(step.text), step.why)
            return False
        case End():
            d.say(d.render(step.text) or d.phrase("goodbye"))
            end_call(d, EndedReason.GOODBYE)
            return False
    return True


def _go(d: Draft, step: int) -> None:
    d.update_frame(step=step)


def _run(d: Draft, step: Run) -> None:
    """Go on with another playbook, which takes this one's place and knows what it knew."""
    opening = d.frame.opening
    d.update(stack=(*d.state.stack[:-1], Frame(playbook=step.playbook, opening=opening)))
    _note_request(d, d.playbooks[step.playbook].about)


def _answer_step(d: Draft, step: GiveAnswer) -> None:
    if step.article:
        give_answer(d, step.article)
        return
    hits = d.knowledge.lexical(d.frame.opening)
    if hits and hits[0].sufficient:
        give_answer(d, hits[0].article)
    else:
        d.say_phrase("dont_know", ReplySource.KNOWLEDGE)


def give_answer(d: Draft, article: str) -> None:
    """Say an article's answer."""
    known = d.line.articles[article]
    d.say(known.answer, ReplySource.KNOWLEDGE)
    d.note(f"answered from “{known.title}”")


def end_call(d: Draft, reason: EndedReason) -> None:
    """Hang up after what was said."""
    d.actions.append(EndCall(reason=reason))
    d.update(pending=Ended(), stack=(), queue=(), question="")


def put_question(d: Draft, *, again: bool = False) -> None:
    """Put the question that is open, or the current step's; after too often, bring a human."""
    pending = d.state.pending
    match pending:
        case WaitingForTool():
            d.say_phrase("one_moment", ReplySource.FILLER)
            return
        case OfferingHuman() | Clarifying():
            d.ask(d.state.question, pending, ReplySource.RULE)
            return
    if not d.state.stack:
        d.ask(d.phrase("another" if isinstance(pending, Another) else "how_can_i_help"), pending, ReplySource.RULE)
        return
    frame = d.frame
    times = frame.asked.get(frame.step, 0) + 1
    d.update_frame(asked={**frame.asked, frame.step: times})
    if times > MAX_ASKED:
        stuck(d)
        return
    match pending:
        case ConfirmingSlot():
            ask = d.open_ask
            d.ask(d.phrase("confirm_value", value=d.prose(pending.value, ask.kind if ask else None)), pending)
        case ConfirmingCall():
            d.ask(_proposal(d, pending.call), replace(pending, played=True))
        case _:
            _put_step_question(d, again=again, first=times == 1)


def _put_step_question(d: Draft, *, again: bool, first: bool) -> None:
    steps = d.playbooks[d.frame.playbook].steps
    step = steps[d.frame.step] if d.frame.step < len(steps) else None
    if not isinstance(step, Ask):
        # The frame waits at a call whose proposal was answered or withdrawn; walking puts its question.
        advance(d)
        return
    unconfirmed = d.frame.unconfirmed
    if unconfirmed is not None:
        d.update_frame(unconfirmed=None)
        d.ask(d.phrase("confirm_value", value=d.prose(unconfirmed.value, step.kind)), unconfirmed)
        return
    if again and step.spelled_again:
        d.ask(d.phrase("spell"), AskingSlot(spelled=True))
        return
    text = d.render(step.again if again and step.again else step.prompt)
    d.ask(text if first or again else question_only(text, d.line.language.read), AskingSlot())


def _proposal(d: Draft, call: ToolCall) -> str:
    """The question before a change: "Shall I refund €29.99?"."""
    step = d.playbooks[d.frame.playbook].steps[d.frame.step]
    own = dict(call.arguments)
    if isinstance(step, CallTool) and step.confirm:
        return d.render(step.confirm, own)
    return d.render(parse_template(d.line.tools[call.tool].confirm), own)


def _call(d: Draft, step: CallTool) -> bool:
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
        d.ask(_proposal(d, call), ConfirmingCall(call=call))
    else:
        run_tool(d, call)
    return False


def _count_proposal(d: Draft) -> None:
    frame = d.frame
    d.update_frame(asked={**frame.asked, frame.step: frame.asked.get(frame.step, 0) + 1})


def _arguments(d: Draft, step: CallTool, tool: Tool) -> dict[str, Any]:
    scope = FrameScope(d, {})
    arguments: dict[str, Any] = {}
    for name, field in tool.arguments.items():
        value = step.arguments.get(name)
        if isinstance(value, Template):
            value = scope.value(value.sole_name) if value.sole_name else d.render(value)
        if field.type is FieldType.TEXT:
            value = as_argument(value)
        arguments[name] = convert(value, field)
    return arguments


def _action_id(d: Draft, step: CallTool, arguments: dict[str, Any]) -> str:
    """The same for every try of the same step of the same call with the same arguments."""
    values = json.dumps({name: str(value) for name, value in arguments.items()}, sort_keys=True)
    text = "\0".join((d.state.call_id, d.frame.playbook, step.key, values))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def run_tool(d: Draft, call: ToolCall) -> None:
    """Have a tool called and wait for it."""
    d.tool = call
    d.update(pending=WaitingForTool(call=call), question="")


def confirmed_call(d: Draft, call: ToolCall) -> None:
    """The caller said yes."""
    d.update(failed=0)
    run_tool(d, replace(call, confirmed=True))


def declined_call(d: Draft, call: ToolCall) -> None:
    """The caller said no."""
    step = d.playbooks[d.frame.playbook].steps[d.frame.step]
    _refuse(d, call, "declined")
    d.note(f"offered to {d.line.tools[call.tool].about}; the caller declined")
    d.update(failed=0)
    d.wait(AskingSlot())
    if isinstance(step, CallTool) and step.on_decline is not None:
        _go(d, step.on_decline)
    else:
        d.say_phrase("declined", ReplySource.PLAYBOOK)
        _go(d, len(d.playbooks[d.frame.playbook].steps))
    advance(d)


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
    if not isinstance(step, CallTool):
        advance(d)
        return
    if outcome.status is ActionStatus.SUCCEEDED:
        d.update_frame(results={**d.frame.results, step.save: outcome.result})
        d.note(f"{tool.about}: done")
        _go(d, d.frame.step + 1)
        advance(d)
        return
    uncertain = call.has_side_effects and outcome.status is ActionStatus.TIMED_OUT
    d.note(f"{tool.about}: {'outcome uncertain, it timed out' if uncertain else 'failed'}")
    if _failed(d, step, d.phrase("tool_unsure" if uncertain else "tool_failed")):
        advance(d)


def _failed(d: Draft, step: CallTool, lead: str) -> bool:
    """A tool failed: go where the playbook says, or to a human. Whether to walk on."""
    if step.on_failure is not None:
        _go(d, step.on_failure)
        return True
    transfer(d, TransferReason.TOOL_FAILED, lead)
    return False
