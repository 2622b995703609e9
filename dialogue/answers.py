"""What the dialogue makes of a turn of the caller: global rules first, then the open question, then anything else."""

from dataclasses import replace

from dialogue import flow
from dialogue.again import another_meant, begin
from dialogue.asides import aside, give_time, question_about_line
from dialogue.choosing import asks_for_more, chosen
from dialogue.corrections import correct
from dialogue.draft import Draft
from dialogue.global_rules import drop_matter, keep_connecting, keys_rule, rising_anger, rule
from dialogue.lines.playbook import Ask, Confirm, SlotKind
from dialogue.missed import missed_question
from dialogue.proposals import answer_to_proposal
from dialogue.questions import put_question
from dialogue.repair import ask_openly, doubts_the_matter, fail, fail_value, put_otherwise
from dialogue.requests import ACT_ON, accepted, general, names_another, serve_another_request
from dialogue.slots import SOME_DIGITS, OutOfRange, Reading, Unfit, WrongLength, mend_answer
from dialogue.state import (
    Another,
    AskingSlot,
    Choosing,
    Clarifying,
    ConfirmingCall,
    ConfirmingSlot,
    OfferingHuman,
    Open,
    StillWanted,
    Transferring,
    WaitingForModel,
    WaitingForTool,
    WantedAgain,
)
from dialogue.transferring import in_message, skip_message_question, transfer
from dialogue.types import CallerTurn
from dialogue.undoing import called_back
from interactions.vocabulary import InputMode, ReplySource, TransferReason
from models.understanding import CallerAct

_GUESSED_BELOW = 0.6
_SAYS_WHAT_IT_IS = frozenset({SlotKind.REFERENCE, SlotKind.PHONE, SlotKind.EMAIL})
"""Answers that are to the open question, whatever else the words correct: "I gave you the wrong one, it's 3391"."""
_BARE_REFUSAL = 6
"""So many words that decline all that was named hold no wish besides."""
_CERTAIN = 0.9
"""From here a request is meant, whatever else the turn may do."""
_NAMED = 0.7
_LIKELY = 0.25
"""After the clarification a request that was named in it needs less evidence."""


def take_turn(d: Draft, turn: CallerTurn) -> None:
    """Make something of a turn of the caller."""
    text = turn.text.strip()
    if text:
        d.update(history=(*d.state.history, ("caller", text)))
        if not d.state.opening and text.count(" ") >= 1:
            d.update(opening=text[:300])
    if isinstance(d.state.pending, WaitingForModel):
        d.wait(d.state.pending.before)
    d.hear(turn)
    d.taken_over = d.state.taken_over
    d.update(patient=False, taken_over="")
    _condole(d)
    if keys_rule(d, turn) or called_back(d, turn) or rule(d, turn):
        return
    d.update(repeats=0)
    if rising_anger(d, turn) or _number_unasked(d, turn):
        return
    if question_about_line(d, turn) or aside(d, turn):
        return
    dispatch(d, turn)


def _condole(d: Draft) -> None:
    """One human sentence to whoever tells of a death."""
    if d.doing.loss and not d.state.condoled:
        d.say_phrase("condolence")
        d.update(condoled=True)


def dispatch(d: Draft, turn: CallerTurn) -> None:
    """Take a turn as the answer to what is open."""
    if missed_question(d, turn):
        return
    pending = d.state.pending
    match pending:
        case WaitingForTool():
            d.say_phrase("one_moment", ReplySource.FILLER)
        case Transferring():
            _while_connecting(d, turn, pending)
        case OfferingHuman():
            _human_offered(d, turn, pending)
        case StillWanted():
            _still_wanted(d, turn, pending)
        case ConfirmingSlot():
            _value_confirmed(d, turn, pending)
        case ConfirmingCall():
            answer_to_proposal(d, turn, pending)
        case AskingSlot():
            _answered(d, turn)
        case Choosing():
            _option_taken(d, turn)
        case Another():
            _anything_else(d, turn)
        case WantedAgain():
            wanted = {d.line.intents[name].playbook for name in accepted(d, turn.intents) if name in d.line.intents}
            if not another_meant(d, turn, pending, wanted):
                _anything_else(d, turn)
        case Clarifying():
            _clarified(d, turn, pending)
        case _:
            general(d, turn)


def _number_unasked(d: Draft, turn: CallerTurn) -> bool:
    """A number that is typed before it is asked for is kept for the question it answers. Whether it was one."""
    number, pending = turn.keys.rstrip("#"), d.state.pending
    unasked = isinstance(pending, Open | Another | Clarifying)
    if not (unasked and number.isdigit()) or len(number) < SOME_DIGITS or number == d.state.typed:
        return False
    d.update(typed=number)
    d.say_phrase("number_noted")
    if isinstance(pending, Another):
        d.wait(Open())
    put_question(d)
    return True


def _while_connecting(d: Draft, turn: CallerTurn, pending: Transferring) -> None:
    stays = d.doing.stops_connecting or d.doing.does(CallerAct.REFUSES_HUMAN)
    if not stays and d.yes_or_no(turn.text) is not False:
        keep_connecting(d, pending)
        return
    d.say_phrase("stay")
    d.update(failed=0)
    if d.state.stack:
        d.wait(AskingSlot())
        d.walk_on()
    else:
        d.ask(d.phrase("how_can_i_help"), Open(), ReplySource.RULE)


def _human_offered(d: Draft, turn: CallerTurn, pending: OfferingHuman) -> None:
    refuses = d.doing.does(CallerAct.REFUSES_HUMAN) or d.doing.only(CallerAct.REFUSES)
    answer = False if refuses else d.yes_or_no(turn.text, turn.keys)
    # "Can't you do it?" and "no, do it yourself" hold words of a yes, and "let's carry on" sounds like one.
    clear = answer is True and not (d.doing.begins_question or d.doing.may_correct)
    perhaps = not clear and answer is not False and d.doing.only(CallerAct.AGREES)
    if perhaps and not pending.doubted:
        d.say_phrase("yes_or_no")
        d.ask(d.state.question, replace(pending, doubted=True), ReplySource.RULE)
        return
    agrees = clear or perhaps
    d.wait(pending.before)
    if agrees:
        d.update(human_refused=False)
        transfer(d, pending.reason, d.phrase("asked_human"))
    elif answer is False or not _goes_on(d, turn):
        d.say_phrase("stay")
        if pending.held is not None and not isinstance(pending.before, ConfirmingCall):
            held = replace(pending.held, anger=0.0)
            d.hear(held)
            dispatch(d, held)
        else:
            put_question(d)
    else:
        dispatch(d, turn)


def _goes_on(d: Draft, turn: CallerTurn) -> bool:
    """Whether who was offered a person goes on with the matter; who says neither yes nor that wants none of it."""
    ask = d.open_ask if isinstance(d.state.pending, AskingSlot) else None
    if turn.keys or accepted(d, turn.intents) or d.doing.does(CallerAct.NEW_REQUEST):
        return True
    if ask is None or ask.kind is SlotKind.TEXT:
        return d.doing.does(CallerAct.ANSWERS)
    return d.read(ask, turn) is not None


def _still_wanted(d: Draft, turn: CallerTurn, pending: StillWanted) -> None:
    """Whether the matter is wanted at all; an answer to its question says so, too."""
    d.wait(pending.before)
    ask = d.open_ask
    if ask is None or d.read(ask, turn) is not None:
        dispatch(d, turn)
        return
    answer = d.yes_or_no(turn.text, turn.keys)
    if answer is False or d.doing.only(CallerAct.REFUSES, CallerAct.TAKES_BACK):
        drop_matter(d)
    elif answer is True or d.doing.only(CallerAct.AGREES):
        if not put_otherwise(d, ask):
            put_question(d, again=True)
        if isinstance(d.state.pending, AskingSlot):
            d.wait(replace(d.state.pending, still_wanted=True))
    elif not turn.text.strip():
        fail(d, turn)
    elif not serve_another_request(d, turn):
        # Asked outright, who still wants it says so; dropped wrongly, it is asked for again.
        drop_matter(d)


def _value_confirmed(d: Draft, turn: CallerTurn, pending: ConfirmingSlot) -> None:
    ask = d.open_ask
    if ask is None:
        d.wait(AskingSlot())
        d.walk_on()
        return
    mended = mend_answer(ask, turn.text, pending.value, d.line)
    if mended is not None:
        d.wait(ConfirmingSlot(value=mended, by=pending.by))
        put_question(d)
        return
    answer = d.yes_or_no(turn.text, turn.keys)
    value_given = ask.kind not in (SlotKind.YES_NO, SlotKind.TEXT) and not (turn.keys and answer is not None)
    reading = d.read(ask, turn) if value_given else None
    again = reading.value if isinstance(reading, Reading) and _worth(ask, answer) else None
    if again is not None and again != pending.value:
        _take(d, ask, again, turn, min(reading.confidence, turn.confidence), corrected=True)  # type: ignore[union-attr]
    elif answer is True or again is not None:
        _accept(d, ask, pending.value, confirmed=True, by=pending.by)
    elif answer is False and pending.again:
        d.wait(AskingSlot())
        put_question(d)
    elif answer is False:
        d.say_phrase("not_that_value")
        d.wait(AskingSlot())
        fail_value(d, turn)
    elif not serve_another_request(d, turn):
        fail(d, turn)


def _option_taken(d: Draft, turn: CallerTurn) -> None:
    """The caller takes one of what is on offer, asks for others, or wants something else."""
    other = asks_for_more(d, turn) and bool(accepted(d, turn.intents))
    if correct(d, turn, strong=True) or (other and serve_another_request(d, turn)):
        return
    if not chosen(d, turn) and not serve_another_request(d, turn):
        fail(d, turn)


def _worth(ask: Ask, answer: bool | None) -> bool:
    """Whether a value found beside a yes or no is meant: not a "name" or a "street" in "yes that's right"."""
    return ask.kind not in (SlotKind.NAME, SlotKind.CHOICE, SlotKind.ADDRESS) or answer is not True


def _answered(d: Draft, turn: CallerTurn) -> None:
    ask = d.open_ask
    if ask is None:
        d.walk_on()
        return
    if in_message(d) and ask.kind is SlotKind.TEXT and _about_the_message(d, turn):
        return
    if d.taken_over and correct(d, turn):
        return
    if ask.kind is SlotKind.TEXT and _bare(d, turn.text):
        fail(d, turn)
        return
    if ask.kind is SlotKind.TEXT and _names_a_wish(d, turn):
        if not serve_another_request(d, turn):
            put_question(d, again=True)
        return
    reading = d.read(ask, turn)
    answered = ask.kind in _SAYS_WHAT_IT_IS and isinstance(reading, Reading)
    # A no to a question of yes or no that names another value is no answer: "no, it's 68104".
    if not answered and correct(d, turn, strong=ask.kind is not SlotKind.YES_NO):
        return
    if _doubtful(d, ask, reading, turn) and serve_another_request(d, turn):
        return
    match reading:
        case Reading():
            by_voice = min(reading.confidence, turn.confidence)
            if turn.text and ask.kind is not SlotKind.TEXT:
                flow.read_ahead(d, turn.text, ask, reading.value)
            _take(d, ask, reading.value, turn, 1.0 if turn.keys else by_voice)
        case WrongLength() | OutOfRange():
            if correct(d, turn):
                return
            _say_unfit(d, ask, reading)
            fail_value(d, turn)
        case None:
            if turn.keys or not (correct(d, turn) or _perhaps_dropped(d, ask, turn) or _something_else(d, ask, turn)):
                fail(d, turn)


def _perhaps_dropped(d: Draft, ask: Ask, turn: CallerTurn) -> bool:
    """Whether a turn sooner drops the matter than begins another one; it is asked about."""
    wishes = d.doing.does(CallerAct.NEW_REQUEST) or any(
        score.probability >= _CERTAIN for score in (turn.intents.intents if turn.intents else ())
    )
    if wishes or d.doing.lacks_answer or not (d.doing.may_drop and doubts_the_matter(d, ask)):
        return False
    fail(d, turn)
    return True


def _something_else(d: Draft, ask: Ask, turn: CallerTurn) -> bool:
    return serve_another_request(d, turn) or _cannot_say(d, ask, turn)


def _say_unfit(d: Draft, ask: Ask, given: Unfit) -> None:
    """Say why an answer of the right kind is none."""
    match given:
        case WrongLength(digits=digits):
            d.say_phrase("wrong_length", value=f"#{digits}")
        case OutOfRange(bound=bound, too_many=too_many):
            d.say_phrase("too_many" if too_many else "too_few", value=d.answer_in_words(bound, ask))


def _names_a_wish(d: Draft, turn: CallerTurn) -> bool:
    """Whether the caller, asked to describe, only says what they want; told twice it is the description."""
    asked = d.frame.asked.get(d.frame.step, 0)
    if d.times_said(d.state.question) > 1 and names_another(d, turn, at_least=_CERTAIN):
        # What they described was not to be passed on: this may well be what they called for.
        return True
    describes = d.doing.does(CallerAct.ANSWERS, CallerAct.COMPLAINS)
    return d.doing.does(CallerAct.NEW_REQUEST) and not describes and asked <= 1


def _doubtful(d: Draft, ask: Ask, reading: Reading | Unfit | None, turn: CallerTurn) -> bool:
    """Whether what looks like an answer may well be a question of the caller's."""
    if not isinstance(reading, Reading) or turn.keys:
        return False
    if ask.kind is SlotKind.TEXT:
        return d.doing.begins_question
    guessed = reading.confidence < _GUESSED_BELOW
    return guessed and ask.kind in (SlotKind.CHOICE, SlotKind.NAME)


def _cannot_say(d: Draft, ask: Ask, turn: CallerTurn) -> bool:
    """The caller needs a moment, or does not have what was asked for."""
    if d.doing.does(CallerAct.ASKS_FOR_PATIENCE):
        give_time(d)
        return True
    if ask.kind in (SlotKind.YES_NO, SlotKind.CHOICE, SlotKind.TEXT) or not d.doing.lacks_answer:
        return False
    if in_message(d):
        skip_message_question(d)
    else:
        transfer(d, TransferReason.PLAYBOOK, d.phrase("has_not"), f"the caller does not have the {ask.label}")
    return True


def _about_the_message(d: Draft, turn: CallerTurn) -> bool:
    """A bare yes or no to the offer of a message is no message."""
    short = len(turn.text.split()) <= 4
    answer = d.yes_or_no(turn.text) if short else None
    if answer is True:
        d.say_phrase("ask_message_again")
        d.update(question=d.phrase("ask_message_again"))
    elif answer is False:
        d.say_phrase("never_mind")
        d.update(stack=())
        d.walk_on()
    return answer is not None


def _take(d: Draft, ask: Ask, value: object, turn: CallerTurn, confidence: float, *, corrected: bool = False) -> None:
    """Accept an answer, or read it back first."""
    by = InputMode.KEYPAD if turn.keys else d.in_words
    unsure = confidence < d.line.confirm_below and ask.kind is not SlotKind.TEXT
    if ask.confirm is Confirm.ALWAYS or (ask.confirm is Confirm.WHEN_UNSURE and unsure):
        d.wait(ConfirmingSlot(value=value, by=by))
        put_question(d)
        return
    if corrected:
        d.say_phrase("corrected", value=d.answer_in_words(value, ask))
    _accept(d, ask, value, confirmed=corrected, by=by)


def _accept(d: Draft, ask: Ask, value: object, *, confirmed: bool, by: InputMode) -> None:
    d.fill(ask, value, confirmed=confirmed, by=by)
    frame = d.frame
    asked = {step: times for step, times in frame.asked.items() if step != frame.step}
    # A question that is reached again in a loop keeps its count: the loop is bounded by it.
    kept = asked if ask.kind is SlotKind.TEXT else frame.asked
    d.update_frame(trail=(*frame.trail, (ask.slot, frame.step)), step=frame.step + 1, asked=kept)
    d.update(failed=0)
    d.wait(AskingSlot())
    d.walk_on()


def _anything_else(d: Draft, turn: CallerTurn) -> None:
    if correct(d, turn):
        return
    pending = d.state.pending
    answer = d.yes_or_no(turn.text, turn.keys)
    bare = _bare(d, turn.text) or bool(turn.keys)
    substance = bool(accepted(d, turn.intents)) and not bare
    ends = d.doing.does(CallerAct.GOODBYE, CallerAct.REFUSES)
    if d.doing.only_thanks or (d.doing.wants_nothing and answer is not True and (ends or not substance)):
        flow.say_goodbye(d)
    elif substance or answer is None or (answer and not bare):
        general(d, turn)
    elif not answer or (isinstance(pending, Another) and pending.closing):
        flow.say_goodbye(d)
    else:
        d.ask(d.phrase("what_is_it"), Open(), ReplySource.RULE)
        d.update(failed=0)


def _bare(d: Draft, text: str) -> bool:
    """Whether a text is a yes or no and little else."""
    return len(text.split()) <= 3 and d.yes_or_no(text) is not None


def _clarified(d: Draft, turn: CallerTurn, pending: Clarifying) -> None:
    """The caller says which of the named requests it is."""
    request = _named_request(d, turn, pending.options)
    if request is not None:
        d.wait(Open())
        begin(d, d.line.intents[request].playbook, turn.text)
    elif _none_of_them(d, turn):
        ask_openly(d, turn)
    else:
        general(d, turn)


def _none_of_them(d: Draft, turn: CallerTurn) -> bool:
    """Whether all that was named is declined, and nothing put in its place."""
    if accepted(d, turn.intents) or len(turn.text.split()) > _BARE_REFUSAL:
        return False
    return d.yes_or_no(turn.text, turn.keys) is False or d.doing.only(CallerAct.REFUSES)


def _named_request(d: Draft, turn: CallerTurn, options: tuple[str, ...]) -> str | None:
    intents = turn.intents
    if intents is not None and intents.intents and intents.intents[0].probability >= ACT_ON:
        return None
    if len(options) == 1 and d.yes_or_no(turn.text, turn.keys) is True:
        return options[0]
    chosen = d.line.language.find.choice(turn.text, {name: (d.line.intents[name].about,) for name in options})
    if chosen is not None and chosen.confidence >= _NAMED:
        return chosen.value
    likely = intents.alternatives[0] if intents is not None and intents.alternatives else None
    return likely.name if likely and likely.name in options and likely.probability >= _LIKELY else None
