"""What the dialogue makes of a turn of the caller: global rules first, then the open question, then anything else."""

from dataclasses import replace

from voice.dialogue import flow
from voice.dialogue.corrections import correct
from voice.dialogue.draft import Draft
from voice.dialogue.handing_over import (
    can_hand_over,
    in_message,
    keep_unfinished_message,
    skip_message_question,
    to_human,
)
from voice.dialogue.line_types import RULE_PREFIX, Emergency, OnAnger
from voice.dialogue.playbook import Ask, Confirm, SlotKind
from voice.dialogue.prompts import without_acknowledgement
from voice.dialogue.rules import Rule, find_rule, has_not, needs_time, normalise, only_thanks
from voice.dialogue.slots import Reading, WrongLength, read_answer, read_keys, yes_or_no
from voice.dialogue.state import (
    Another,
    AskingSlot,
    Clarifying,
    ConfirmingCall,
    ConfirmingSlot,
    Ended,
    HandingOver,
    OfferingHuman,
    Open,
    WaitingForModel,
    WaitingForTool,
)
from voice.dialogue.types import Heard, ReplySource
from voice.dialogue.wishes import fail, general, is_question, serve_another_wish
from voice.events import EndedReason, TransferReason

_SLOWEST = 0.7
_MANY_REPEATS = 3
_CALMER_BY = 0.2
"""So far below the threshold anger must fall before a human is offered again."""
_RULE_INTENT_SURE = 0.6
_GUESSED_BELOW = 0.6
_YES_NO_PENDING = (ConfirmingSlot, ConfirmingCall, OfferingHuman, Clarifying)
_FIRM_GOODBYE = ("bye", "goodbye", "hang up")
_CLEAR_END = (*_FIRM_GOODBYE, "that's all", "that is all", "nothing else", "that's everything")


def hear(d: Draft, heard: Heard) -> None:
    """Make a turn of what was heard."""
    text = heard.text.strip()
    if text:
        d.update(history=(*d.state.history, ("caller", text)))
        if not d.state.opening and text.count(" ") >= 1:
            d.update(opening=text[:300])
    if isinstance(d.state.pending, WaitingForModel):
        d.wait(d.state.pending.before)
    if _keys_rule(d, heard) or _rule(d, heard):
        return
    d.update(repeats=0)
    if _anger(d, heard):
        return
    dispatch(d, heard)


def dispatch(d: Draft, heard: Heard) -> None:
    """Take what was heard as the answer to what is open."""
    pending = d.state.pending
    match pending:
        case WaitingForTool():
            d.say_phrase("one_moment", ReplySource.FILLER)
        case HandingOver():
            _while_connecting(d, heard, pending)
        case OfferingHuman():
            _human_offered(d, heard, pending)
        case ConfirmingSlot():
            _value_confirmed(d, heard, pending)
        case ConfirmingCall():
            _call_confirmed(d, heard, pending)
        case AskingSlot():
            _answered(d, heard)
        case Another():
            _anything_else(d, heard)
        case Clarifying():
            _clarified(d, heard, pending)
        case _:
            general(d, heard)


# --- rules --------------------------------------------------------------------------------------


def _keys_rule(d: Draft, heard: Heard) -> bool:
    keys = heard.keys
    if not keys:
        return False
    ask = d.open_ask if isinstance(d.state.pending, AskingSlot) else None
    if ask is not None and ask.keypad:
        single = ask.kind is SlotKind.ORDER_NUMBER and ask.min_length <= 1
        if keys.rstrip("#") == "0" and not single:
            _ask_for_human(d, TransferReason.KEY_ZERO)
            return True
        return False
    if "0" in keys:
        _ask_for_human(d, TransferReason.KEY_ZERO)
        return True
    if keys == "*":
        _repeat(d)
        return True
    return False


def _rule(d: Draft, heard: Heard) -> bool:
    ask = d.open_ask if isinstance(d.state.pending, AskingSlot) else None
    story = ask is not None and ask.kind is SlotKind.TEXT
    hit = find_rule(heard.text, d.line.escalation, story=story)
    rule = hit.rule if hit else _classified_rule(d, heard, story=story)
    match rule:
        case None:
            return False
        case Rule.EMERGENCY:
            if hit and hit.emergency:
                _emergency(d, hit.emergency)
        case Rule.HUMAN:
            _ask_for_human(d, TransferReason.CALLER_ASKED)
        case Rule.REPEAT:
            _repeat(d)
        case Rule.SLOWER:
            d.update(pace=max(_SLOWEST, round(d.state.pace * 0.85, 3)))
            _repeat(d, "slower")
        case Rule.GOODBYE:
            return _goodbye(d, heard, ask)
        case Rule.NEVER_MIND:
            return _never_mind(d, heard, ask)
        case Rule.PRESENCE:
            _present(d)
    return True


def _classified_rule(d: Draft, heard: Heard, *, story: bool) -> Rule | None:
    """The classifier's word for a rule, where the words themselves did not match."""
    best = heard.intents.intents[0] if heard.intents and heard.intents.intents else None
    if best is None or story or not best.name.startswith(RULE_PREFIX) or best.probability < _RULE_INTENT_SURE:
        return None
    rule = Rule(best.name.removeprefix(RULE_PREFIX))
    if rule is Rule.HUMAN:
        return rule
    # The other rules are common words in answers; without the words themselves they count only between questions.
    return rule if isinstance(d.state.pending, Open | Another) else None


def _emergency(d: Draft, emergency: Emergency) -> None:
    d.say(emergency.say, ReplySource.RULE, interruptible=False)
    if emergency.transfer and can_hand_over(d):
        to_human(d, TransferReason.EMERGENCY)
        return
    keep_unfinished_message(d)
    d.update(stack=(), queue=(), failed=0)
    d.ask(d.phrase("emergency_over"), Another(), ReplySource.RULE)


def _ask_for_human(d: Draft, reason: TransferReason) -> None:
    pending = d.state.pending
    if isinstance(pending, HandingOver):
        _keep_connecting(d, pending)
    elif in_message(d):
        d.say_phrase("message_human")
        flow.put_question(d)
    elif to_human(d, reason, d.phrase("asked_human")):
        flow.advance(d)


def _repeat(d: Draft, lead: str = "repeat") -> None:
    pending = d.state.pending
    if isinstance(pending, HandingOver):
        _keep_connecting(d, pending)
        return
    said, repeats = d.state.said, d.state.repeats + 1
    d.update(repeats=repeats)
    d.say_phrase(lead)
    for number, text in enumerate(said):
        d.say(without_acknowledgement(text) if number == 0 else text, ReplySource.RULE)
    if isinstance(pending, Ended):
        flow.end_call(d, EndedReason.GOODBYE)
    elif repeats >= _MANY_REPEATS:
        d.say_phrase("press_zero")
    d.said = said


def _present(d: Draft) -> None:
    """The caller wonders whether anybody is there: say so and put the open question again."""
    pending = d.state.pending
    if isinstance(pending, HandingOver):
        _keep_connecting(d, pending)
        return
    if isinstance(pending, Ended):
        d.wait(Open())
    repeats = d.state.repeats + 1
    d.update(repeats=repeats)
    if not isinstance(pending, WaitingForTool):
        d.say_phrase("here")
    if repeats >= _MANY_REPEATS:
        d.say_phrase("press_zero")
    flow.put_question(d)


def _goodbye(d: Draft, heard: Heard, ask: Ask | None) -> bool:
    words = f" {normalise(heard.text)} "
    asked_yes_no = isinstance(d.state.pending, _YES_NO_PENDING) or (ask is not None and ask.kind is SlotKind.YES_NO)
    if asked_yes_no or (ask is not None and ask.kind is SlotKind.TEXT):
        firm: tuple[str, ...] = _FIRM_GOODBYE
    elif ask is not None:
        firm = _CLEAR_END
    else:
        firm = ()
    if firm and not any(f" {phrase} " in words for phrase in firm):
        return False
    keep_unfinished_message(d)
    d.say_phrase("goodbye")
    flow.end_call(d, EndedReason.GOODBYE)
    return True


def _never_mind(d: Draft, heard: Heard, ask: Ask | None) -> bool:
    pending = d.state.pending
    if isinstance(pending, WaitingForTool | HandingOver | OfferingHuman):
        return False
    if ask is not None and ask.kind in (SlotKind.TEXT, SlotKind.CHOICE) and _read(d, ask, heard) is not None:
        # "I changed my mind" may well be the reason that was asked for.
        return False
    keep_unfinished_message(d)
    if isinstance(pending, ConfirmingCall):
        flow.declined_call(d, pending.call)
        return True
    d.say_phrase("never_mind")
    d.update(stack=d.state.stack[:-1], failed=0)
    d.wait(AskingSlot())
    flow.advance(d)
    return True


def _anger(d: Draft, heard: Heard) -> bool:
    threshold = d.line.escalation.anger_threshold
    if heard.anger < threshold:
        if heard.anger < threshold - _CALMER_BY:
            d.update(anger_offered=False)
        return False
    pending = d.state.pending
    busy = isinstance(pending, WaitingForTool | HandingOver | OfferingHuman | Ended) or in_message(d)
    if d.state.anger_offered or busy:
        return False
    d.update(anger_offered=True)
    if d.line.escalation.on_anger is OnAnger.TRANSFER:
        if to_human(d, TransferReason.ANGER, d.phrase("anger_human")):
            flow.advance(d)
        return True
    key = "offer_human" if can_hand_over(d) else "offer_message"
    offer = OfferingHuman(reason=TransferReason.ANGER, held=heard, before=pending)
    d.ask(d.phrase(key), offer, ReplySource.RULE)
    return True


# --- what was open --------------------------------------------------------------------------------


def _keep_connecting(d: Draft, pending: HandingOver) -> None:
    d.say_phrase("still_connecting")
    d.actions.append(pending.hand_over)


def _while_connecting(d: Draft, heard: Heard, pending: HandingOver) -> None:
    words = normalise(heard.text)
    stop = yes_or_no(heard.text, heard.keys) is False or words.split(" ")[0] in ("wait", "stop", "hold")
    if not stop and "never mind" not in words:
        _keep_connecting(d, pending)
        return
    d.say_phrase("stay")
    d.update(failed=0)
    if d.state.stack:
        d.wait(AskingSlot())
        flow.advance(d)
    else:
        d.ask(d.phrase("how_can_i_help"), Open(), ReplySource.RULE)


def _human_offered(d: Draft, heard: Heard, pending: OfferingHuman) -> None:
    answer = yes_or_no(heard.text, heard.keys)
    d.wait(pending.before)
    if answer is True:
        if to_human(d, pending.reason, d.phrase("asked_human")):
            flow.advance(d)
    elif answer is False:
        d.say_phrase("stay")
        if pending.held is not None:
            dispatch(d, replace(pending.held, anger=0.0))
        else:
            flow.put_question(d)
    else:
        dispatch(d, heard)


def _value_confirmed(d: Draft, heard: Heard, pending: ConfirmingSlot) -> None:
    ask = d.open_ask
    if ask is None:
        d.wait(AskingSlot())
        flow.advance(d)
        return
    answer = yes_or_no(heard.text, heard.keys)
    reading = None if ask.kind in (SlotKind.YES_NO, SlotKind.TEXT) or heard.keys else _read(d, ask, heard)
    again = reading.value if isinstance(reading, Reading) and _worth(ask, answer) else None
    if again is not None and again != pending.value:
        _take(d, ask, again, heard, min(reading.confidence, heard.confidence), corrected=True)  # type: ignore[union-attr]
    elif answer is True or again is not None:
        _accept(d, ask, pending.value, confirmed=True, by=pending.by)
    elif answer is False:
        d.say_phrase("not_that_value")
        d.wait(AskingSlot())
        _failed_again(d)
    elif not serve_another_wish(d, heard):
        fail(d, heard)


def _worth(ask: Ask, answer: bool | None) -> bool:
    """Whether a value found beside a yes or no is meant: not a "name" in "yes that's right"."""
    return ask.kind not in (SlotKind.NAME, SlotKind.CHOICE) or answer is not True


def _call_confirmed(d: Draft, heard: Heard, pending: ConfirmingCall) -> None:
    if correct(d, heard):
        return
    answer = yes_or_no(heard.text, heard.keys)
    if answer is True and pending.heard and heard.confidence >= d.line.confirm_below / 2:
        flow.confirmed_call(d, pending.call)
    elif answer is True:
        # A change needs a clear yes to a question that was heard.
        flow.put_question(d)
    elif answer is False:
        flow.declined_call(d, pending.call)
    elif not serve_another_wish(d, heard):
        fail(d, heard)


def _answered(d: Draft, heard: Heard) -> None:
    ask = d.open_ask
    if ask is None:
        flow.advance(d)
        return
    if in_message(d) and ask.kind is SlotKind.TEXT and _about_the_message(d, heard):
        return
    if ask.kind is SlotKind.TEXT and _bare(heard.text):
        fail(d, heard)
        return
    if correct(d, heard, strong=True):
        return
    reading = _read(d, ask, heard)
    if _doubtful(ask, reading, heard) and serve_another_wish(d, heard):
        return
    match reading:
        case Reading():
            by_voice = min(reading.confidence, heard.confidence)
            _take(d, ask, reading.value, heard, 1.0 if heard.keys else by_voice)
        case WrongLength():
            if correct(d, heard):
                return
            d.say_phrase("wrong_length", value=f"#{reading.digits}")
            _failed_again(d)
        case None:
            if not heard.keys and (correct(d, heard) or serve_another_wish(d, heard) or _cannot_say(d, ask, heard)):
                return
            fail(d, heard)


def _doubtful(ask: Ask, reading: Reading | WrongLength | None, heard: Heard) -> bool:
    """Whether what looks like an answer may well be a question of the caller's."""
    if not isinstance(reading, Reading) or heard.keys:
        return False
    if ask.kind is SlotKind.TEXT:
        return is_question(heard.text)
    guessed = reading.confidence < _GUESSED_BELOW
    return guessed and ask.kind in (SlotKind.CHOICE, SlotKind.NAME)


def _cannot_say(d: Draft, ask: Ask, heard: Heard) -> bool:
    """The caller needs a moment, or does not have what was asked for."""
    if needs_time(heard.text):
        d.say_phrase("take_your_time")
        return True
    if ask.kind in (SlotKind.YES_NO, SlotKind.CHOICE, SlotKind.TEXT) or not has_not(heard.text):
        return False
    if in_message(d):
        skip_message_question(d)
        flow.advance(d)
    elif to_human(d, TransferReason.PLAYBOOK, d.phrase("has_not"), f"the caller does not have the {ask.label}"):
        flow.advance(d)
    return True


def _about_the_message(d: Draft, heard: Heard) -> bool:
    """A bare yes or no to the offer of a message is no message."""
    short = len(heard.text.split()) <= 4
    answer = yes_or_no(heard.text) if short else None
    if answer is True:
        d.say_phrase("ask_message_again")
        d.update(question=d.phrase("ask_message_again"))
    elif answer is False:
        d.say_phrase("never_mind")
        d.update(stack=())
        flow.advance(d)
    return answer is not None


def _read(d: Draft, ask: Ask, heard: Heard) -> Reading | WrongLength | None:
    region, today = d.line.region, d.state.today
    if heard.keys:
        return read_keys(ask, heard.keys, region, today)
    return read_answer(ask, heard.text, region, today) if heard.text.strip() else None


def _take(d: Draft, ask: Ask, value: object, heard: Heard, confidence: float, *, corrected: bool = False) -> None:
    """Accept an answer, or read it back first."""
    by = "keypad" if heard.keys else "voice"
    unsure = confidence < d.line.confirm_below and ask.kind is not SlotKind.TEXT
    if ask.confirm is Confirm.ALWAYS or (ask.confirm is Confirm.WHEN_UNSURE and unsure):
        d.wait(ConfirmingSlot(value=value, by=by))
        flow.put_question(d)
        return
    if corrected:
        d.say_phrase("corrected", value=d.prose(value, ask.kind))
    _accept(d, ask, value, confirmed=corrected, by=by)


def _accept(d: Draft, ask: Ask, value: object, *, confirmed: bool, by: str) -> None:
    d.fill(ask, value, confirmed=confirmed, by=by)
    frame = d.frame
    asked = {step: times for step, times in frame.asked.items() if step != frame.step}
    # A question that is reached again in a loop keeps its count: the loop is bounded by it.
    kept = asked if ask.kind is SlotKind.TEXT else frame.asked
    d.update_frame(trail=(*frame.trail, (ask.slot, frame.step)), step=frame.step + 1, asked=kept)
    d.update(failed=0)
    d.wait(AskingSlot())
    flow.advance(d)


def _failed_again(d: Draft) -> None:
    """One more turn that led nowhere; puts the question again or brings a human."""
    failed = d.state.failed + 1
    d.update(failed=failed)
    if failed < d.line.escalation.failed_turns:
        flow.put_question(d, again=True)
    elif in_message(d):
        skip_message_question(d)
        flow.advance(d)
    elif to_human(d, TransferReason.NOT_UNDERSTOOD, d.phrase("not_understood_human")):
        flow.advance(d)


def _anything_else(d: Draft, heard: Heard) -> None:
    if correct(d, heard):
        return
    answer = yes_or_no(heard.text, heard.keys)
    substance = heard.intents is not None and heard.intents.best is not None and not _bare(heard.text)
    if only_thanks(heard.text):
        d.say_phrase("goodbye")
        flow.end_call(d, EndedReason.GOODBYE)
    elif substance or answer is None:
        general(d, heard)
    elif answer:
        d.ask(d.phrase("what_is_it"), Open(), ReplySource.RULE)
        d.update(failed=0)
    else:
        d.say_phrase("goodbye")
        flow.end_call(d, EndedReason.GOODBYE)


def _bare(text: str) -> bool:
    """Whether a text is a yes or no and little else."""
    return len(text.split()) <= 3 and yes_or_no(text) is not None


def _clarified(d: Draft, heard: Heard, pending: Clarifying) -> None:
    if yes_or_no(heard.text, heard.keys) is True and len(heard.text.split()) <= 3 and len(pending.options) == 1:
        flow.start_playbook(d, d.line.intents[pending.options[0]].playbook, d.state.opening)
        return
    d.wait(Open())
    general(d, heard)
