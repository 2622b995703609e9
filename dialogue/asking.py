"""What listening should expect after a question of a playbook, so that it knows when the answer is whole."""

from dialogue.expectation import AnswerKind, Expectation
from dialogue.lines.playbook import YES_NO_KEYS, Ask, SlotKind

_ANSWERS = {
    SlotKind.REFERENCE: AnswerKind.DIGITS,
    SlotKind.DATE: AnswerKind.DATE,
    SlotKind.AMOUNT: AnswerKind.AMOUNT,
    SlotKind.PHONE: AnswerKind.PHONE,
    SlotKind.EMAIL: AnswerKind.EMAIL,
    SlotKind.NAME: AnswerKind.NAME,
    SlotKind.YES_NO: AnswerKind.YES_NO,
    SlotKind.CHOICE: AnswerKind.CHOICE,
    SlotKind.TEXT: AnswerKind.STORY,
}
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
        spelled=ask.spelled or spelled,
        keypad=ask.keypad,
        keys=keys,
    )
