"""What the dialogue makes of a turn of the caller: global rules first, then the open question, then anything else."""

from dataclasses import replace

from dialogue import flow
from dialogue.corrections import correct
from dialogue.draft import Draft
from dialogue.global_rules import keep_connecting, keys_rule, rising_anger, rule
from dialogue.lines.playbook import Ask, Confirm, SlotKind
from dialogue.requests import ACT_ON, fail, general, is_question, serve_another_wish
from dialogue.slots import SOME_DIGITS, Reading, WrongLength
from dialogue.state import (
    Another,
    AskingSlot,
    Clarifying,
    ConfirmingCall,
    ConfirmingSlot,
    OfferingHuman,
    Open,
    Transferring,
    WaitingForModel,
    WaitingForTool,
)
from dialogue.transferring import in_message, skip_message_question, to_human
from dialogue.types import CallerTurn
from interactions.vocabulary import EndedReason, ReplySource, TransferReason

_GUESSED_BELOW = 0.6
_NAMED = 0.7
_LIKELY = 0.25
"""After the clarification a wish that was named in it needs less evidence."""


def hear(d: Draft, heard: CallerTurn) -> None:
    """Make a turn of what was heard."""
    text = heard.text.strip()
    if text:
        d.update(history=(*d.state.history, ("caller", text)))
        if not d.state.opening and text.count(" ") >= 1:
            d.update(opening=text[:300])
    if isinstance(d.state.pending, WaitingForModel):
        d.wait(d.state.pending.before)
    if keys_rule(d, heard) or rule(d, heard):
        return
    d.update(repeats=0)
    if rising_anger(d, heard) or _number_unasked(d, heard):
        return
    dispatch(d, heard)


def dispatch(d: Draft, heard: CallerTurn) -> None:
    """Take what was heard as the answer to what is open."""
    pending = d.state.pending
    match pending:
        case WaitingForTool():
            d.say_phrase("one_moment", ReplySource.FILLER)
        case Transferring():
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


def _number_unasked(d: Draft, heard: CallerTurn) -> bool:
    """A number that is typed before it is asked for is kept for the question it answers. Whether it was one."""
    number, pending = heard.keys.rstrip("#"), d.state.pending
    unasked = isinstance(pending, Open | Another | Clarifying)
    if not (unasked and number.isdigit()) or len(number) < SOME_DIGITS or number == d.state.typed:
        return False
    d.update(typed=number)
    d.say_phrase("number_noted")
    if isinstance(pending, Another):
        d.wait(Open())
    flow.put_question(d)
    return True


def _while_connecting(d: Draft, heard: CallerTurn, pending: Transferring) -> None:
    language = d.line.language
    stop = language.cues.stop_connecting.search(language.rules.normalise(heard.text))
    if not stop and d.yes_or_no(heard.text) is not False:
        keep_connecting(d, pending)
        return
    d.say_phrase("stay")
    d.update(failed=0)
    if d.state.stack:
        d.wait(AskingSlot())
        flow.advance(d)
    else:
        d.ask(d.phrase("how_can_i_help"), Open(), ReplySource.RULE)


def _human_offered(d: Draft, heard: CallerTurn, pending: OfferingHuman) -> None:
    answer = d.yes_or_no(heard.text, heard.keys)
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


def _value_confirmed(d: Draft, heard: CallerTurn, pending: ConfirmingSlot) -> None:
    ask = d.open_ask
    if ask is None:
        d.wait(AskingSlot())
        flow.advance(d)
        return
    answer = d.yes_or_no(heard.text, heard.keys)
    value_given = ask.kind not in (SlotKind.YES_NO, SlotKind.TEXT) and not (heard.keys and answer is not None)
    reading = d.read(ask, heard) if value_given else None
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


def _call_confirmed(d: Draft, heard: CallerTurn, pending: ConfirmingCall) -> None:
    if correct(d, heard):
        return
    answer = d.yes_or_no(heard.text, heard.keys)
    if answer is True and pending.heard and heard.confidence >= d.line.confirm_below / 2:
        flow.confirmed_call(d, pending.call)
    elif answer is True:
        # A change needs a clear yes to a question that was heard.
        flow.put_question(d)
    elif answer is False:
        flow.declined_call(d, pending.call)
    elif not serve_another_wish(d, heard):
        fail(d, heard)


def _answered(d: Draft, heard: CallerTurn) -> None:
    ask = d.open_ask
    if ask is None:
        flow.advance(d)
        return
    if in_message(d) and ask.kind is SlotKind.TEXT and _about_the_message(d, heard):
        return
    if ask.kind is SlotKind.TEXT and _bare(d, heard.text):
        fail(d, heard)
        return
    if correct(d, heard, strong=True):
        return
    reading = d.read(ask, heard)
    if _doubtful(d, ask, reading, heard) and serve_another_wish(d, heard):
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


def _doubtful(d: Draft, ask: Ask, reading: Reading | WrongLength | None, heard: CallerTurn) -> bool:
    """Whether what looks like an answer may well be a question of the caller's."""
    if not isinstance(reading, Reading) or heard.keys:
        return False
    if ask.kind is SlotKind.TEXT:
        return is_question(d, heard.text)
    guessed = reading.confidence < _GUESSED_BELOW
    return guessed and ask.kind in (SlotKind.CHOICE, SlotKind.NAME)


def _cannot_say(d: Draft, ask: Ask, heard: CallerTurn) -> bool:
    """The caller needs a moment, or does not have what was asked for."""
    if d.line.language.rules.asks_for_time(heard.text):
        d.say_phrase("take_your_time")
        return True
    if ask.kind in (SlotKind.YES_NO, SlotKind.CHOICE, SlotKind.TEXT) or not d.line.language.rules.cannot_say(
        heard.text
    ):
        return False
    if in_message(d):
        skip_message_question(d)
        flow.advance(d)
    elif to_human(d, TransferReason.PLAYBOOK, d.phrase("has_not"), f"the caller does not have the {ask.label}"):
        flow.advance(d)
    return True


def _about_the_message(d: Draft, heard: CallerTurn) -> bool:
    """A bare yes or no to the offer of a message is no message."""
    short = len(heard.text.split()) <= 4
    answer = d.yes_or_no(heard.text) if short else None
    if answer is True:
        d.say_phrase("ask_message_again")
        d.update(question=d.phrase("ask_message_again"))
    elif answer is False:
        d.say_phrase("never_mind")
        d.update(stack=())
        flow.advance(d)
    return answer is not None


def _take(d: Draft, ask: Ask, value: object, heard: CallerTurn, confidence: float, *, corrected: bool = False) -> None:
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


def _anything_else(d: Draft, heard: CallerTurn) -> None:
    if correct(d, heard):
        return
    answer = d.yes_or_no(heard.text, heard.keys)
    substance = heard.intents is not None and heard.intents.best is not None and not _bare(d, heard.text)
    if d.line.language.rules.only_thanks(heard.text):
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


def _bare(d: Draft, text: str) -> bool:
    """Whether a text is a yes or no and little else."""
    return len(text.split()) <= 3 and d.yes_or_no(text) is not None


def _clarified(d: Draft, heard: CallerTurn, pending: Clarifying) -> None:
    """The caller says which of the named wishes it is."""
    wish = _named_wish(d, heard, pending.options)
    d.wait(Open())
    if wish is None:
        general(d, heard)
    else:
        flow.start_playbook(d, d.line.intents[wish].playbook, f"{pending.text}. {heard.text}")


def _named_wish(d: Draft, heard: CallerTurn, options: tuple[str, ...]) -> str | None:
    intents = heard.intents
    if intents is not None and intents.intents and intents.intents[0].probability >= ACT_ON:
        return None
    if len(options) == 1 and d.yes_or_no(heard.text, heard.keys) is True:
        return options[0]
    chosen = d.line.language.find.choice(heard.text, {name: (d.line.intents[name].about,) for name in options})
    if chosen is not None and chosen.confidence >= _NAMED:
        return chosen.value
    likely = intents.alternatives[0] if intents is not None and intents.alternatives else None
    return likely.name if likely and likely.name in options and likely.probability >= _LIKELY else None
