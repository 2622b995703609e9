"""The global rules at work: what a person, a key, an emergency, a goodbye or rising anger does to a conversation."""

from dialogue import flow
from dialogue.draft import Draft
from dialogue.lines.playbook import Ask, SlotKind
from dialogue.lines.types import RULE_PREFIX, Emergency, OnAnger
from dialogue.prompts import without_acknowledgement
from dialogue.questions import put_question
from dialogue.state import (
    Another,
    AskingSlot,
    Clarifying,
    ConfirmingCall,
    ConfirmingSlot,
    Ended,
    OfferingHuman,
    Open,
    Transferring,
    WaitingForTool,
)
from dialogue.tool_calls import declined_call
from dialogue.transferring import can_transfer, in_message, keep_unfinished_message, transfer
from dialogue.types import CallerTurn
from interactions.vocabulary import EndedReason, ReplySource, TransferReason
from languages.rules import Rule

_SLOWEST = 0.7
_MANY_REPEATS = 3
_CALMER_BY = 0.2
"""So far below the threshold anger must fall before a human is offered again."""
_RULE_INTENT_SURE = 0.6
_YES_NO_PENDING = (ConfirmingSlot, ConfirmingCall, OfferingHuman, Clarifying)


def keys_rule(d: Draft, turn: CallerTurn) -> bool:
    """Apply what a key means by itself: 0 is a human, * says it again. Whether it did."""
    keys = turn.keys.rstrip("#")
    ask = d.open_ask if isinstance(d.state.pending, AskingSlot) else None
    number = ask is not None and ask.kind is SlotKind.REFERENCE and ask.min_length <= 1
    if keys == "0" and not number:
        _ask_for_human(d, TransferReason.KEY_ZERO)
    elif keys == "*":
        _repeat(d)
    else:
        return False
    return True


def rule(d: Draft, turn: CallerTurn) -> bool:
    """Apply the rule that the words trigger; whether there was one."""
    ask = d.open_ask if isinstance(d.state.pending, AskingSlot) else None
    story = ask is not None and ask.kind is SlotKind.TEXT
    hit = d.line.language.rules.find(turn.text, d.line.escalation, story=story)
    rule = hit.rule if hit else _classified_rule(d, turn, story=story)
    match rule:
        case None:
            return False
        case Rule.EMERGENCY:
            if hit and hit.emergency is not None:
                _emergency(d, d.line.escalation.emergencies[hit.emergency])
        case Rule.HUMAN:
            _ask_for_human(d, TransferReason.CALLER_ASKED)
        case Rule.REPEAT:
            _repeat(d)
        case Rule.SLOWER:
            d.update(pace=max(_SLOWEST, round(d.state.pace * 0.85, 3)))
            _repeat(d, "slower")
        case Rule.GOODBYE:
            return _goodbye(d, turn, ask)
        case Rule.NEVER_MIND:
            return _never_mind(d, turn, ask)
        case Rule.PRESENCE:
            _present(d)
        case Rule.IDENTITY:
            _tell_identity(d)
    return True


def _classified_rule(d: Draft, turn: CallerTurn, *, story: bool) -> Rule | None:
    """The classifier's word for a rule, where the words themselves did not match."""
    best = turn.intents.intents[0] if turn.intents and turn.intents.intents else None
    if best is None or story or not best.name.startswith(RULE_PREFIX) or best.probability < _RULE_INTENT_SURE:
        return None
    rule = Rule(best.name.removeprefix(RULE_PREFIX))
    if rule is Rule.HUMAN:
        return rule
    # The other rules are common words in answers; without the words themselves they count only between questions.
    return rule if isinstance(d.state.pending, Open | Another) else None


def _emergency(d: Draft, emergency: Emergency) -> None:
    d.say(emergency.say, ReplySource.RULE, interruptible=False)
    if emergency.transfer and can_transfer(d):
        transfer(d, TransferReason.EMERGENCY)
        return
    keep_unfinished_message(d)
    d.update(stack=(), queue=(), failed=0)
    d.ask(d.phrase("emergency_over"), Another(), ReplySource.RULE)


def _ask_for_human(d: Draft, reason: TransferReason) -> None:
    pending = d.state.pending
    if isinstance(pending, Transferring):
        keep_connecting(d, pending)
    elif in_message(d):
        d.say_phrase("message_human")
        put_question(d)
    else:
        transfer(d, reason, d.phrase("asked_human"))


def _repeat(d: Draft, lead: str = "repeat") -> None:
    pending = d.state.pending
    if isinstance(pending, Transferring):
        keep_connecting(d, pending)
        return
    said, repeats = d.state.said, d.state.repeats + 1
    d.update(repeats=repeats)
    d.say_phrase(lead)
    for number, text in enumerate(said):
        d.say(without_acknowledgement(text, d.line.language.read) if number == 0 else text, ReplySource.RULE)
    if isinstance(pending, Ended):
        flow.end_call(d, EndedReason.GOODBYE)
    elif repeats >= _MANY_REPEATS:
        d.say_phrase("press_zero")
    d.said = said


def _present(d: Draft) -> None:
    """The caller wonders whether anybody is there: say so and put the open question again."""
    pending = d.state.pending
    if isinstance(pending, Transferring):
        keep_connecting(d, pending)
        return
    if isinstance(pending, Ended):
        d.wait(Open())
    repeats = d.state.repeats + 1
    d.update(repeats=repeats)
    if not isinstance(pending, WaitingForTool):
        d.say_phrase("here")
    if repeats >= _MANY_REPEATS:
        d.say_phrase("press_zero")
    put_question(d)


def _tell_identity(d: Draft) -> None:
    """A caller who asks whether this is a machine is told so."""
    pending = d.state.pending
    d.say_phrase("identity", title=d.line.title)
    if isinstance(pending, Transferring):
        d.actions.append(pending.transfer)
        return
    if isinstance(pending, Ended):
        d.wait(Open())
    put_question(d)


def _goodbye(d: Draft, turn: CallerTurn, ask: Ask | None) -> bool:
    rules = d.line.language.rules
    asked_yes_no = isinstance(d.state.pending, _YES_NO_PENDING) or (ask is not None and ask.kind is SlotKind.YES_NO)
    if asked_yes_no or (ask is not None and ask.kind is SlotKind.TEXT):
        firm = rules.firm_goodbyes
    elif ask is not None:
        firm = rules.clear_ends
    else:
        firm = ()
    if firm and not rules.holds_any(turn.text, firm):
        return False
    keep_unfinished_message(d)
    d.say_phrase("goodbye")
    flow.end_call(d, EndedReason.GOODBYE)
    return True


def _never_mind(d: Draft, turn: CallerTurn, ask: Ask | None) -> bool:
    pending = d.state.pending
    if isinstance(pending, WaitingForTool | Transferring | OfferingHuman):
        return False
    if ask is not None and ask.kind in (SlotKind.TEXT, SlotKind.CHOICE) and d.read(ask, turn) is not None:
        # "I changed my mind" may well be the reason that was asked for.
        return False
    keep_unfinished_message(d)
    if isinstance(pending, ConfirmingCall):
        declined_call(d, pending.call)
        return True
    d.say_phrase("never_mind")
    d.update(stack=d.state.stack[:-1], failed=0)
    d.wait(AskingSlot())
    d.walk_on()
    return True


def rising_anger(d: Draft, turn: CallerTurn) -> bool:
    """Offer or call a human for an angry caller; whether it did."""
    threshold = d.line.escalation.anger_threshold
    if turn.anger < threshold:
        if turn.anger < threshold - _CALMER_BY:
            d.update(anger_offered=False)
        return False
    pending = d.state.pending
    busy = isinstance(pending, WaitingForTool | Transferring | OfferingHuman | Ended) or in_message(d)
    if d.state.anger_offered or busy:
        return False
    d.update(anger_offered=True)
    if d.line.escalation.on_anger is OnAnger.TRANSFER:
        transfer(d, TransferReason.ANGER, d.phrase("anger_human"))
        return True
    key = "offer_human" if can_transfer(d) else "offer_message"
    offer = OfferingHuman(reason=TransferReason.ANGER, held=turn, before=pending)
    d.ask(d.phrase(key), offer, ReplySource.RULE)
    return True


def keep_connecting(d: Draft, pending: Transferring) -> None:
    """Say that the human is being called, and call again if that was cut off."""
    d.say_phrase("still_connecting")
    d.actions.append(pending.transfer)
