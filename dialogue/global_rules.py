"""The global rules at work: what a person, a key, an emergency, a goodbye or rising anger does to a conversation."""

from dataclasses import replace

from dialogue import flow
from dialogue.asides import give_time, go_on, tell_about_line
from dialogue.doing import Farewell
from dialogue.draft import Draft
from dialogue.lines.playbook import Ask, SlotKind
from dialogue.lines.types import Emergency, OnAnger
from dialogue.prompts import without_acknowledgement
from dialogue.questions import put_question
from dialogue.requests import accepted
from dialogue.slots import Reading
from dialogue.state import (
    Another,
    AskingSlot,
    Choosing,
    Clarifying,
    ConfirmingCall,
    ConfirmingSlot,
    Ended,
    OfferingHuman,
    Open,
    StillWanted,
    Transferring,
    WaitingForTool,
)
from dialogue.tool_calls import declined_call
from dialogue.transferring import can_transfer, in_message, keep_unfinished_message, take_message, transfer
from dialogue.types import CallerTurn
from interactions.vocabulary import EndedReason, ReplySource, TransferReason
from languages.rules import LineTopic, Rule
from models.understanding import CallerAct

_SLOWEST = 0.7
_MANY_REPEATS = 3
_BRIEF_REASON = 5
"""In so many words "I changed my mind" is an answer to "why?"; in more the matter is dropped."""
_MANY_COMPLAINTS = 2
"""So many complaints in a call are anger, whatever the voice."""
_CALMER_BY = 0.2
"""So far below the threshold anger must fall before a human is offered again."""
_NUMBERS = frozenset({SlotKind.REFERENCE, SlotKind.AMOUNT, SlotKind.NUMBER, SlotKind.PHONE, SlotKind.EMAIL})
"""What may stand beside "hang on, I have it here" as an answer."""
_CLOSED = (ConfirmingSlot, ConfirmingCall, OfferingHuman, StillWanted, Choosing)
"""Questions to which "that's it" is an answer."""


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
    """Do what may be asked for at any time; whether it was."""
    doing = d.doing
    ask = d.open_ask if isinstance(d.state.pending, AskingSlot) else None
    if doing.does(CallerAct.EMERGENCY):
        _emergency(d, turn)
    elif doing.does(CallerAct.WANTS_HUMAN) and (doing.rule is Rule.HUMAN or not _answers(d, turn, ask)):
        _human_wanted(d, turn)
    elif doing.does(CallerAct.REFUSES_HUMAN):
        return _stay(d, turn, ask)
    elif doing.rule is Rule.SLOWER or doing.only(CallerAct.ASKS_SLOWER):
        _slow_down(d, "slower")
    elif doing.rule is Rule.LOUDER or doing.only(CallerAct.ASKS_LOUDER):
        _slow_down(d, "louder")
    elif doing.rule is Rule.REPEAT or doing.only(CallerAct.ASKS_TO_REPEAT):
        _repeat(d)
    elif doing.farewell:
        return _goodbye(d, ask)
    elif doing.rule is Rule.NEVER_MIND or _drops(d, turn, ask):
        return _never_mind(d, turn, ask)
    elif doing.rule is Rule.PRESENCE:
        _present(d)
    elif doing.rule is Rule.IDENTITY:
        tell_about_line(d, LineTopic.MACHINE)
    elif doing.only_patience:
        return _give_time(d, turn, ask)
    else:
        return False
    return True


def _give_time(d: Draft, turn: CallerTurn, ask: Ask | None) -> bool:
    """Wait, without reminding, for as long as people look for things."""
    pending = d.state.pending
    if isinstance(pending, WaitingForTool | Transferring):
        return False
    said = d.line.language.rules.without_asking_for_time(turn.text)
    if _answers(d, replace(turn, text=said), ask):
        return False
    give_time(d)
    return True


def _answers(d: Draft, turn: CallerTurn, ask: Ask | None) -> bool:
    """Whether the number that was asked for is in the turn, whatever else is."""
    return ask is not None and ask.kind in _NUMBERS and isinstance(d.read(ask, turn), Reading)


def _stay(d: Draft, turn: CallerTurn, ask: Ask | None) -> bool:
    """Whoever does not want to be put through is not; whether that is all they say."""
    pending = d.state.pending
    d.update(human_refused=True)
    alone = d.doing.only(CallerAct.REFUSES_HUMAN, CallerAct.COMPLAINS, CallerAct.REFUSES)
    more = not alone or _answers(d, turn, ask) or bool(accepted(d, turn.intents))
    if more or isinstance(pending, Transferring | OfferingHuman):
        return False
    d.say_phrase("no_transfer")
    go_on(d)
    return True


def _slow_down(d: Draft, lead: str) -> None:
    d.update(pace=max(_SLOWEST, round(d.state.pace * 0.85, 3)))
    _repeat(d, lead)


def _emergency(d: Draft, turn: CallerTurn) -> None:
    """Say what must be heard; a danger that the line does not name in words is the one that is most like it."""
    emergency = _which(d, turn)
    text = emergency.text(team_open=d.state.team_open) if emergency else d.phrase("danger")
    d.say(text, ReplySource.RULE, interruptible=False)
    if (emergency is None or emergency.transfer) and can_transfer(d):
        transfer(d, TransferReason.EMERGENCY)
        return
    keep_unfinished_message(d)
    if emergency is not None and emergency.message and not d.state.message_kept:
        absent = d.phrase("nobody_free" if d.state.team_open else "team_closed")
        take_message(d, absent, "an emergency was mentioned")
        return
    d.update(stack=(), queue=(), failed=0)
    d.ask(d.phrase("emergency_over"), Another(), ReplySource.RULE)


def _which(d: Draft, turn: CallerTurn) -> Emergency | None:
    emergencies = d.line.escalation.emergencies
    if d.doing.emergency is not None:
        return emergencies[d.doing.emergency]
    words = set(d.line.language.search.of(turn.text))

    def shared(emergency: Emergency) -> int:
        return len(words.intersection(d.line.language.search.of(" ".join(emergency.words))))

    return max(emergencies, key=shared, default=None)


def _human_wanted(d: Draft, turn: CallerTurn) -> None:
    """Put through who asks for a person; who only may have asked for one is asked."""
    pending = d.state.pending
    settled = isinstance(pending, Transferring | OfferingHuman | WaitingForTool | Ended) or in_message(d)
    if d.doing.sure_of_human or settled or not can_transfer(d):
        _ask_for_human(d, TransferReason.CALLER_ASKED)
        return
    offer = OfferingHuman(reason=TransferReason.CALLER_ASKED, held=turn, before=pending)
    d.ask(d.phrase("ask_human"), offer, ReplySource.RULE)


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
        again = without_acknowledgement(text, d.line.language.read) if number == 0 else text
        d.say_as_it_is(again, ReplySource.RULE)
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


def _goodbye(d: Draft, ask: Ask | None) -> bool:
    """End the call, where the words are plain enough for what was asked."""
    asked_yes_no = isinstance(d.state.pending, _CLOSED) or (ask is not None and ask.kind is SlotKind.YES_NO)
    if asked_yes_no or (ask is not None and ask.kind is SlotKind.TEXT):
        needed = Farewell.FIRM
    elif ask is not None or isinstance(d.state.pending, Clarifying):
        needed = Farewell.CLEAR
    else:
        needed = Farewell.SAID
    if d.doing.farewell < needed:
        return False
    keep_unfinished_message(d)
    flow.say_goodbye(d)
    return True


def _drops(d: Draft, turn: CallerTurn, ask: Ask | None) -> bool:
    """Whether the caller takes back the wish instead of answering a question about it."""
    if not d.doing.only(CallerAct.TAKES_BACK) or not isinstance(d.state.pending, AskingSlot | Choosing | StillWanted):
        return False
    return ask is None or ask.kind is SlotKind.TEXT or not isinstance(d.read(ask, turn), Reading)


def _never_mind(d: Draft, turn: CallerTurn, ask: Ask | None) -> bool:
    pending = d.state.pending
    if isinstance(pending, WaitingForTool | Transferring | OfferingHuman):
        return False
    short = len(turn.text.split()) <= _BRIEF_REASON
    if ask is not None and ask.kind is SlotKind.CHOICE and short and d.read(ask, turn) is not None:
        # "I changed my mind" may well be the reason that was asked for.
        return False
    keep_unfinished_message(d)
    if isinstance(pending, ConfirmingCall):
        declined_call(d, pending.call, dropped=True)
        return True
    drop_matter(d)
    return True


def drop_matter(d: Draft) -> None:
    """The caller does not want any more what the playbook in progress is for."""
    d.say_phrase("never_mind")
    d.update(stack=d.state.stack[:-1], failed=0)
    d.wait(AskingSlot())
    d.walk_on()


def rising_anger(d: Draft, turn: CallerTurn) -> bool:
    """Offer or call a human for a caller who sounds angry, or complains again and again in whatever voice."""
    threshold = d.line.escalation.anger_threshold
    complaints = d.state.complaints + d.doing.does(CallerAct.COMPLAINS)
    d.update(complaints=complaints)
    if turn.anger < threshold and complaints < _MANY_COMPLAINTS:
        if turn.anger < threshold - _CALMER_BY and not complaints:
            d.update(anger_offered=False)
        return False
    pending = d.state.pending
    busy = isinstance(pending, WaitingForTool | Transferring | OfferingHuman | Ended) or in_message(d)
    if d.state.anger_offered or d.state.human_refused or busy:
        return False
    d.update(anger_offered=True, complaints=0)
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
