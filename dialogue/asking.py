"""What to expect after a question: for listening, when the answer is whole; for reading it, what was asked."""

from dialogue.expectation import AnswerKind, Expectation
from dialogue.lines.playbook import YES_NO_KEYS, Ask, SlotKind
from dialogue.state import (
    Another,
    AskingSlot,
    Choosing,
    Clarifying,
    ConfirmingCall,
    ConfirmingSlot,
    OfferingHuman,
    Open,
    Pending,
    StillWanted,
    WantedAgain,
)
from models.understanding import AskedKind

_ANSWERS = {
    SlotKind.REFERENCE: AnswerKind.DIGITS,
    SlotKind.CODE: AnswerKind.NAME,
    SlotKind.POSTCODE: AnswerKind.NAME,
    SlotKind.ADDRESS: AnswerKind.STORY,
    SlotKind.DATE: AnswerKind.DATE,
    SlotKind.TIME: AnswerKind.DATE,
    SlotKind.AMOUNT: AnswerKind.AMOUNT,
    SlotKind.NUMBER: AnswerKind.COUNT,
    SlotKind.PHONE: AnswerKind.PHONE,
    SlotKind.EMAIL: AnswerKind.EMAIL,
    SlotKind.NAME: AnswerKind.NAME,
    SlotKind.YES_NO: AnswerKind.YES_NO,
    SlotKind.CHOICE: AnswerKind.CHOICE,
    SlotKind.TEXT: AnswerKind.STORY,
}
_LETTERED = frozenset({SlotKind.CODE, SlotKind.POSTCODE})
"""What is said letter by letter, as a name is that is spelled."""
_ASKED = {SlotKind.YES_NO: AskedKind.YES_NO, SlotKind.CHOICE: AskedKind.CHOICE}
"""What asks for anything else than a value."""
_SHORTEST_PHONE, _LONGEST_PHONE = 7, 15
"""Digits of a phone number, as E.164 bounds them."""


def expectation_of(ask: Ask, line_hotwords: tuple[str, ...] = (), *, spelled: bool = False) -> Expectation:
    """What to expect after a question.

    Args:
        ask: The question.
        line_hotwords: Words that are likely anywhere on the line.
        spelled: Whether its answer was asked for letter by letter.
    """
    low, high = ask.min_length, ask.max_length
    keys: tuple[str, ...] = ()
    match ask.kind:
        case SlotKind.PHONE:
            low, high = low or _SHORTEST_PHONE, high or _LONGEST_PHONE
        case SlotKind.NUMBER:
            high = len(str(ask.most)) if ask.most is not None else 0
        case SlotKind.YES_NO:
            high, keys = 0, tuple(YES_NO_KEYS)
        case SlotKind.CHOICE:
            high, keys = 0, tuple(str(place) for place in range(1, len(ask.choices) + 1))
    return Expectation(
        kind=_ANSWERS[ask.kind],
        min_length=low,
        max_length=high,
        choices=tuple(word for words in ask.choices.values() for word in words),
        hotwords=tuple(dict.fromkeys((*ask.hotwords, *line_hotwords))),
        spelled=ask.spelled or spelled or ask.kind in _LETTERED,
        keypad=ask.keypad,
        keys=keys,
    )


def asked_kind(pending: Pending, ask: Ask | None) -> AskedKind:
    """What the last words of the line ask the caller for.

    Args:
        pending: What the dialogue waits for.
        ask: The question of the playbook's step, if one is open.
    """
    match pending:
        case ConfirmingCall():
            return AskedKind.CONSENT
        case ConfirmingSlot() | OfferingHuman() | StillWanted() | WantedAgain():
            return AskedKind.YES_NO
        case Clarifying() | Choosing():
            return AskedKind.CHOICE
        case AskingSlot() if ask is not None:
            return _ASKED.get(ask.kind, AskedKind.VALUE)
        case Open():
            return AskedKind.OPEN
        case Another():
            return AskedKind.MORE
        case _:
            return AskedKind.STATEMENT
