"""What callers say beside the matter: questions about the line, small talk, openers, a word to somebody else.

All of it is answered, the open question is put again, and none of it is a turn that was not understood. Who says
nothing else for long is not understood after all.
"""

from datetime import date, timedelta

from dialogue.draft import Draft
from dialogue.lines.playbook import Ask, SlotKind
from dialogue.lines.types import KNOWLEDGE_PREFIX
from dialogue.questions import put_question
from dialogue.repair import MANY_ASIDES
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
    WantedAgain,
)
from dialogue.types import CallerTurn
from interactions.vocabulary import ReplySource
from languages.rules import LineTopic
from models.understanding import CallerAct

_TOPICS = 4
_WEEK = 7
_VALUES = frozenset({SlotKind.TEXT, SlotKind.NAME, SlotKind.CHOICE})
"""Answers that could be anything: whether a turn is one is left to what it does."""


def question_about_line(d: Draft, turn: CallerTurn) -> bool:
    """Answer what is asked about the line itself; whether it was."""
    topic, requests = d.doing.topic, accepted(d, turn.intents)
    claimed = d.doing.does(CallerAct.ASKS_ABOUT_LINE, CallerAct.ASKS_ABOUT_BOT)
    if topic is None or not (claimed or d.doing.asks or d.doing.begins_question):
        return False
    articles = [name for name in requests if name.startswith(KNOWLEDGE_PREFIX)]
    if requests and not (topic is LineTopic.OPEN_NOW and articles == requests):
        return False
    tell_about_line(d, topic)
    return True


def tell_about_line(d: Draft, topic: LineTopic) -> None:
    """Answer a question about the line itself, then go on."""
    _tell(d, topic)
    go_on(d)


def aside(d: Draft, turn: CallerTurn) -> bool:
    """Answer what asks for nothing; whether the turn was no more than that."""
    doing = d.doing
    complains = doing.only(CallerAct.COMPLAINS)
    if not (doing.social or complains):
        d.update(asides=0)
        return False
    if d.state.asides >= MANY_ASIDES or not _beside(d, turn):
        return False
    if complains:
        d.say_phrase("sorry_to_hear")
        go_on(d)
    elif doing.does(CallerAct.OPENER):
        d.update(asides=d.state.asides + 1)
        d.say_phrase("go_ahead")
    elif doing.does(CallerAct.SMALL_TALK):
        d.say_phrase("small_talk")
        go_on(d)
    elif doing.does(CallerAct.THANKS):
        d.say_phrase("welcome")
        go_on(d)
    elif doing.does(CallerAct.GREETS):
        d.say_phrase("hello")
        go_on(d)
    else:
        give_time(d)
    return True


def give_time(d: Draft) -> None:
    """Leave the floor to the caller: say so the first time, and nothing after that."""
    if isinstance(d.state.pending, Ended):
        d.wait(Open())
    if d.state.asides:
        d.leave_floor()
    else:
        d.say_phrase("take_your_time")
    d.update(patient=True, asides=d.state.asides + 1)


def _beside(d: Draft, turn: CallerTurn) -> bool:
    """Whether a turn that asks for nothing is no answer to what is open either."""
    pending, ask = d.state.pending, d.open_ask
    grumbles = d.doing.only(CallerAct.COMPLAINS) and bool(d.state.stack)
    if accepted(d, turn.intents) and not (d.doing.only_social or grumbles):
        return False
    match pending:
        case Another():
            return not d.doing.does(CallerAct.THANKS)
        case Open() | Clarifying() | Choosing():
            return True
        case ConfirmingCall() | ConfirmingSlot() | OfferingHuman() | StillWanted() | WantedAgain():
            return d.yes_or_no(turn.text) is None
        case AskingSlot() if ask is not None:
            return not _answers(d, turn, ask)
    return False


def _answers(d: Draft, turn: CallerTurn, ask: Ask) -> bool:
    return ask.kind not in _VALUES and isinstance(d.read(ask, turn), Reading)


def go_on(d: Draft) -> None:
    """Put the open question again; that it was put is not counted against the caller."""
    d.update(asides=d.state.asides + 1)
    pending = d.state.pending
    if isinstance(pending, Ended):
        d.wait(Open())
    if isinstance(pending, Transferring):
        d.actions.append(pending.transfer)
        return
    put_question(d, counted=False)


def _tell(d: Draft, topic: LineTopic) -> None:
    match topic:
        case LineTopic.MACHINE | LineTopic.NAME:
            d.say_phrase("identity", title=d.line.title)
        case LineTopic.RECORDED:
            d.say_phrase("recorded")
        case LineTopic.ABILITIES:
            about = [intent.about for intent in d.line.intents.values()][:_TOPICS]
            if about:
                d.say_phrase("abilities", topics=d.line.language.write.alternatives(about))
            else:
                d.say_phrase("identity", title=d.line.title)
        case LineTopic.HOURS | LineTopic.OPEN_NOW:
            _tell_hours(d)


def _tell_hours(d: Draft) -> None:
    """When people are at work, from the line's own hours; the line itself always answers."""
    hours, today = d.line.hours, d.state.today
    spans = () if today in hours.closed_dates else hours.open.get(today.weekday(), ())
    if d.state.team_open and spans:
        d.say_phrase("open_until", ReplySource.KNOWLEDGE, until=f"{spans[-1][1]:%H:%M}")
    elif spans:
        d.say_phrase("closed_now", ReplySource.KNOWLEDGE, start=f"{spans[0][0]:%H:%M}", until=f"{spans[-1][1]:%H:%M}")
    else:
        day = _next_open(d, today)
        if day is None:
            d.say_phrase("team_closed", ReplySource.KNOWLEDGE)
            return
        start = hours.open[day.weekday()][0][0]
        style = d.style
        when = style.write.on_day(day, today, month_first=style.month_first)
        d.say_phrase("open_again", ReplySource.KNOWLEDGE, day=when, start=f"{start:%H:%M}")


def _next_open(d: Draft, today: date) -> date | None:
    """The next day on which people are at work, within a fortnight."""
    hours = d.line.hours
    days = (today + timedelta(days=number) for number in range(1, 2 * _WEEK))
    return next((day for day in days if hours.open.get(day.weekday()) and day not in hours.closed_dates), None)
