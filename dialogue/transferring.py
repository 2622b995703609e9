"""Gives the caller to a human, or takes a message when there is none: the dialogue never just ends."""

from dialogue.draft import Draft
from dialogue.lines.expressions import parse_condition
from dialogue.lines.playbook import Ask, Branch, Confirm, Jump, KeepMessage, Playbook, SlotKind
from dialogue.lines.templates import parse_template
from dialogue.lines.types import Line
from dialogue.lines.wording import Wording, always
from dialogue.state import Another, Frame, OfferingHuman, Pending, Transferring, WaitingForTool
from interactions.transfer import TakeMessage, TransferRequest
from interactions.vocabulary import ReplySource, TransferReason

MESSAGE = "take_a_message"
"""Name of the built-in playbook that takes a message."""
_MESSAGE_SLOT, _SAME_SLOT, _NUMBER_SLOT = "message", "callback_same", "callback_number"
_KEEP_STEP = 5

_WITHOUT_ASKING = (TransferReason.CALLER_ASKED, TransferReason.KEY_ZERO, TransferReason.EMERGENCY)
"""Reasons that put even those through who asked not to be."""
_WHY = {
    TransferReason.CALLER_ASKED: "the caller asked for a person",
    TransferReason.KEY_ZERO: "the caller pressed zero",
    TransferReason.EMERGENCY: "an emergency was mentioned",
    TransferReason.NOT_UNDERSTOOD: "the caller could not be understood",
    TransferReason.OUT_OF_SCOPE: "the request is outside what the line can do",
    TransferReason.ANGER: "the caller is upset",
    TransferReason.PLAYBOOK: "the request needs a person",
    TransferReason.TOOL_FAILED: "a system did not answer",
    TransferReason.FAULT: "technical trouble on the call",
}


def message_playbook(line: Line, *, written: bool = False) -> Playbook:
    """The built-in playbook that takes a message and a callback number, in the line's words."""
    labels = line.language.sentences.labels

    def words(key: str) -> Wording:
        text = line.sentence(key, written=written)
        return always(parse_template(text.replace("{", "{{").replace("}", "}}")))

    return Playbook(
        name=MESSAGE,
        about=labels.about,
        steps=(
            Ask(
                slot=_MESSAGE_SLOT,
                kind=SlotKind.TEXT,
                prompt=words("ask_message"),
                again=words("ask_message_again"),
                label=labels.message,
                confirm=Confirm.NEVER,
            ),
            Branch(cases=((parse_condition("caller.number != none"), 2),), otherwise=4),
            Ask(
                slot=_SAME_SLOT,
                kind=SlotKind.YES_NO,
                prompt=words("ask_callback_same"),
                label=labels.answer,
                confirm=Confirm.NEVER,
            ),
            Branch(cases=((parse_condition(f"{_SAME_SLOT} == true"), _KEEP_STEP),), otherwise=4),
            Ask(
                slot=_NUMBER_SLOT,
                kind=SlotKind.PHONE,
                prompt=words("ask_callback"),
                label=labels.number,
                confirm=Confirm.ALWAYS,
            ),
            KeepMessage(),
            Jump(to=7),
        ),
    )


def in_message(d: Draft) -> bool:
    """Whether a message is being taken."""
    return bool(d.state.stack) and d.frame.playbook == MESSAGE


def can_transfer(d: Draft) -> bool:
    """Whether there is a human to call."""
    return bool(d.line.human_number) and d.state.team_open and not d.state.transfer_failed


def transfer(d: Draft, reason: TransferReason, lead: str = "", why: str = "") -> None:
    """Transfer to a human, or where there is none begin to take a message.

    Args:
        d: The turn in the making.
        reason: Why a human is needed.
        lead: Said first.
        why: More about the reason, for the case summary.
    """
    if isinstance(d.state.pending, WaitingForTool):
        d.note(f"{d.line.tools[d.state.pending.call.tool].about}: outcome not known yet")
    if can_transfer(d) and d.state.human_refused and reason not in _WITHOUT_ASKING:
        _offer_after_all(d, reason, lead)
        return
    if can_transfer(d):
        request = TransferRequest(reason=reason, summary=summary(d, why or _WHY[reason]))
        d.say(" ".join(part for part in (lead, d.phrase("transfer")) if part), ReplySource.RULE)
        d.actions.append(request)
        d.update(pending=Transferring(transfer=request), failed=0, question="")
        return
    absent = d.phrase("nobody_free" if d.state.team_open else "team_closed")
    take_message(d, lead or absent if reason is TransferReason.FAULT else f"{lead} {absent}".strip(), why)


def _offer_after_all(d: Draft, reason: TransferReason, lead: str) -> None:
    """Who asked not to be put through is asked first; where only a person gets further, a no ends the matter."""
    pending = d.state.pending
    # Once the matter is gone on with; who declines again where nothing gets further is asked what else there is.
    goes_on = reason is TransferReason.NOT_UNDERSTOOD and not d.state.phrased.get("offer_after_all")
    if goes_on and not isinstance(pending, WaitingForTool | OfferingHuman):
        before: Pending = pending
        if d.state.stack:
            d.update_frame(asked={d.frame.step: 1})
    else:
        before = Another()
        d.update(stack=())
    d.update(failed=0)
    offer = OfferingHuman(reason=reason, held=None, before=before)
    d.ask(" ".join(part for part in (lead, d.phrase("offer_after_all")) if part), offer, ReplySource.RULE)


def take_message(d: Draft, lead: str, why: str = "") -> None:
    """Begin to take a message, unless one is kept already; its question is put when the turn is finished."""
    if why:
        d.note(f"wanted a person: {why}")
    d.say(lead, ReplySource.RULE)
    d.update(stack=(), queue=(), failed=0)
    if d.state.message_kept:
        d.say_phrase("message_kept")
        d.ask(d.phrase("another"), Another(), ReplySource.RULE)
        return
    slots = {name: slot for name, slot in d.state.slots.items() if name not in (_MESSAGE_SLOT, _SAME_SLOT)}
    d.update(stack=(Frame(playbook=MESSAGE),), slots=slots)
    d.walk_on()


def stuck(d: Draft) -> None:
    """Nothing gets further here: a human does, or the next question of the message."""
    if in_message(d):
        skip_message_question(d)
    else:
        transfer(d, TransferReason.NOT_UNDERSTOOD, d.phrase("playbook_stuck"))


def keep_message(d: Draft) -> None:
    """Keep what was said so far; tells the caller."""
    slots = d.state.slots
    given = slots.get(_NUMBER_SLOT)
    same = slots.get(_SAME_SLOT)
    number = str(given.value) if given else ""
    if same is not None and same.value:
        number = d.state.caller_number
    number = number or d.state.caller_number
    message = slots.get(_MESSAGE_SLOT)
    text = str(message.value) if message else ""
    d.actions.append(TakeMessage(message=text, callback_number=number, summary=summary(d, "nobody was free")))
    d.update(message_kept=True)
    if number:
        d.say_phrase("message_with_number", number=number)
    else:
        d.say_phrase("message_without_number")


def keep_unfinished_message(d: Draft) -> None:
    """Keep a message that the call would otherwise lose."""
    if in_message(d) and _MESSAGE_SLOT in d.state.slots and not d.state.message_kept:
        keep_message(d)


def skip_message_question(d: Draft) -> None:
    """Go on without an answer that could not be understood: whatever is known is kept."""
    d.go(1 if d.frame.step == 0 else _KEEP_STEP)
    d.update(failed=0)
    d.walk_on()


def summary(d: Draft, why: str) -> str:
    """Who calls, why, what is known and what was tried, a line each. Personal data."""
    state = d.state
    verified = " (verified by the network)" if state.caller_verified and state.caller_number else ""
    lines = [f"Caller: {state.caller_number or 'number withheld'}{verified}"]
    if state.requests:
        lines.append(f"Wants: {'; '.join(state.requests)}")
    if state.opening:
        lines.append(f"In their words: “{state.opening}”")
    hidden = (_SAME_SLOT, _MESSAGE_SLOT, _NUMBER_SLOT)
    known = [
        f"{slot.label} {d.prose(slot.value, slot.kind)}" for name, slot in state.slots.items() if name not in hidden
    ]
    if known:
        lines.append(f"Known: {'; '.join(known)}")
    lines += [f"Identity: {identity.told}" for identity in state.identities.values() if identity.told]
    if state.tried:
        lines.append(f"Done: {'; '.join(state.tried)}")
    lines.append(f"Transferred because: {why}")
    return "\n".join(lines)
