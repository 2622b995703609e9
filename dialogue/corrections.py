"""Corrections: "no, I meant 4028" replaces an earlier answer and takes the playbook back to where it was given."""

from dataclasses import replace

from dialogue.draft import Draft
from dialogue.lines.playbook import KEPT_KINDS, Ask, NotIdentified, SlotKind
from dialogue.slots import Reading, read_answer
from dialogue.state import AskingSlot, Frame
from dialogue.types import CallerTurn
from models.understanding import CallerAct, SpanKind

_CORRECTABLE = frozenset(
    {
        SlotKind.REFERENCE,
        SlotKind.CODE,
        SlotKind.POSTCODE,
        SlotKind.AMOUNT,
        SlotKind.NUMBER,
        SlotKind.DATE,
        SlotKind.TIME,
        SlotKind.PHONE,
        SlotKind.EMAIL,
        SlotKind.CHOICE,
        SlotKind.NAME,
    }
)
_NAMES_A_CASE = frozenset({SlotKind.REFERENCE, SlotKind.CODE, SlotKind.POSTCODE})
_IN_WORDS = frozenset({SlotKind.TEXT})
_LONGEST_VERB = 3
"""Letters of the word between a name and its value: "the new address is …"."""
_SURE = 0.5
_LEAST = {SlotKind.CHOICE: 0.9, SlotKind.NAME: 0.8}
"""From here a choice or a name was said; words that only resemble one correct nothing."""


def correct(d: Draft, turn: CallerTurn, *, strong: bool = False) -> bool:
    """Take a correction of an earlier answer; whether it was one.

    Args:
        d: The turn in the making.
        turn: What was said.
        strong: Whether only an explicit "I meant" counts, because a plain answer is expected now.
    """
    if not (d.doing.corrects if strong else d.doing.may_correct):
        return False
    current = d.open_ask if isinstance(d.state.pending, AskingSlot) else None
    if d.state.frame is not None and _correct_in(d, turn, d.state.frame, d.state.stack[:-1], current):
        return True
    # What was just finished can be put right, too; once the next matter has begun, only outright.
    finished = d.state.finished
    if finished is None or (d.state.stack and not d.doing.corrects):
        return False
    return _correct_in(d, turn, finished, d.state.stack, current)


def _correct_in(d: Draft, turn: CallerTurn, frame: Frame, below: tuple[Frame, ...], current: Ask | None) -> bool:
    """Take a correction of an answer that was given in a playbook; whether it was one.

    Args:
        d: The turn in the making.
        turn: What was said.
        frame: The playbook, in progress or finished.
        below: What it is gone back to on top of.
        current: The question that is open.
    """
    if frame.playbook not in d.playbooks:
        return False
    steps = d.playbooks[frame.playbook].steps
    frame = replace(frame, trail=_all_given(d, frame))
    in_progress = d.state.frame is not None and d.state.frame.playbook == frame.playbook
    kinds = _CORRECTABLE if in_progress or not below else _NAMES_A_CASE
    # A name could be anything: it is looked for last.
    given = list(reversed(frame.trail))
    given.sort(key=lambda entry: _is_name(steps[entry[1]]))
    for slot, index in given:
        ask = steps[index]
        known = d.state.slots.get(slot)
        if not isinstance(ask, Ask) or known is None:
            continue
        if ask.kind in _IN_WORDS and current is None and kinds is _CORRECTABLE:
            said = _said_anew(d, ask, turn)
            if said and said != known.value:
                _rewind(d, frame, below, ask, index, said)
                return True
        if ask.kind not in kinds or (ask.kind is SlotKind.NAME and current is not None):
            continue
        if current is not None and ask.kind is current.kind and slot != d.taken_over and not _names(ask, current, turn):
            continue
        reading = read_answer(ask, turn.text, d.line, d.state.today)
        sure = _LEAST.get(ask.kind, _SURE)
        if isinstance(reading, Reading) and reading.value != known.value and reading.confidence >= sure:
            _rewind(d, frame, below, ask, index, reading.value)
            return True
    return False


def _all_given(d: Draft, frame: Frame) -> tuple[tuple[str, int], ...]:
    """The answers given in a playbook, and before them those it took over from another that asked for the same."""
    given = {slot for slot, _ in frame.trail}
    taken_over = (
        (step.slot, index)
        for index, step in enumerate(d.playbooks[frame.playbook].steps[: frame.step])
        if isinstance(step, Ask) and step.slot in d.state.slots and step.slot not in given
    )
    return (*dict.fromkeys(taken_over), *frame.trail)


def _is_name(step: object) -> bool:
    return isinstance(step, Ask) and step.kind is SlotKind.NAME


def _names(ask: Ask, current: Ask, turn: CallerTurn) -> bool:
    """Whether the caller says by its name which of two answers of one kind they mean."""
    said = turn.text.lower()
    return bool(ask.label) and ask.label.lower() in said and ask.label != current.label


def _said_anew(d: Draft, ask: Ask, turn: CallerTurn) -> str:
    """What the caller puts in place of a description, where they name what it is; empty if they do not."""
    _, label, after = turn.text.partition(ask.label) if ask.label else ("", "", "")
    if label:
        verb, _, said = after.strip().partition(" ")
        return said.strip() if len(verb) <= _LONGEST_VERB else ""
    values = [span for span in turn.reading.spans if span.kind is SpanKind.VALUE] if turn.reading else []
    if not values or not d.doing.does(CallerAct.CORRECTS):
        return ""
    first, last = min(span.start for span in values), max(span.end for span in values)
    return turn.text[first:last].strip(" .,!?")


def _rewind(d: Draft, frame: Frame, below: tuple[Frame, ...], ask: Ask, index: int, value: object) -> None:
    """Go back to the question with its new answer; what followed from the old one is asked or looked up again."""
    steps = d.playbooks[frame.playbook].steps
    place = frame.trail.index((ask.slot, index))
    later = frame.trail[place + 1 :]
    forgotten = {slot for slot, step in later if _follows(steps[step])}
    undone = {name for name, at in later if at > index and not isinstance(steps[at], Ask)}
    gone = forgotten | undone
    trail = (*frame.trail[: place + 1], *(entry for entry in later if entry[0] not in gone))
    doubted = {step.identity for step in steps if isinstance(step, NotIdentified) and ask.slot in step.slots}
    results = {name: value for name, value in frame.results.items() if name not in undone}
    d.update(
        stack=(*below, replace(frame, step=index + 1, trail=trail, results=results, offer=None, unconfirmed=None)),
        identities={
            name: replace(identity, values=None) if name in doubted else identity
            for name, identity in d.state.identities.items()
        },
        slots={name: slot for name, slot in d.state.slots.items() if name not in forgotten},
        failed=0,
    )
    d.fill(ask, value, confirmed=True, by=d.in_words)
    d.say_phrase("corrected", value=d.answer_in_words(value, ask))
    d.wait(AskingSlot())
    d.walk_on()


def _follows(step: object) -> bool:
    """Whether an answer was about the old value, as a yes is; facts about the caller stay."""
    return isinstance(step, Ask) and step.kind is SlotKind.YES_NO and step.kind not in KEPT_KINDS
