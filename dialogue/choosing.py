"""Lets the caller choose one entry of a list: a few are said at a time, by place, by name, or others are asked for."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dialogue.draft import Draft, FrameScope, bare_name
from dialogue.lines.playbook import Choose
from dialogue.lines.templates import Template
from dialogue.lines.wording import Wording
from dialogue.options import Meant, Move, NotThere, Options, Picked, key_option, read_option
from dialogue.state import AskingSlot, Choosing, Offer
from dialogue.transferring import stuck
from dialogue.types import CallerTurn

_SHORT_MOVE = 4
"""So many words that ask for others hold no wish besides."""
_HEARD_OFTEN = 2
_IDENTITY = "id"
"""What an entry is called between programs, and nobody says."""
_MOST_OFFERS = 8
"""So often something is offered before a human takes over."""


def offer(d: Draft, step: Choose) -> bool:
    """Say what there is to choose from, or go where the playbook says if there is nothing. Whether to walk on."""
    options = options_of(d, step)
    if not options.items:
        d.go(step.none)
        return True
    if not _counts(d):
        return False
    _ask(d, step, options, step.one if len(options.items) == 1 and step.one else step.prompt)
    return False


def chosen(d: Draft, turn: CallerTurn) -> bool:
    """Take a turn as the answer to what is on offer; whether it was one."""
    step = _step(d)
    if step is None:
        d.walk_on()
        return True
    options = options_of(d, step)
    picked = _read(d, turn, options)
    match picked:
        case None:
            return False
        case Meant(entries=(entry,), asked_for=False):
            _keep(d, step, options.items[entry])
        case Meant():
            _narrow(d, step, picked)
        case NotThere():
            _say_not_there(d, step, picked, options)
        case Move.MORE:
            _turn_over(d, step, options)
        case Move.BACK:
            _turn_back(d, step, options)
        case Move.NO_SUCH:
            _nothing_more(d, step, options, "no_such_option")
        case Move.NONE:
            _nothing_suits(d, step, options)
    return True


def asks_for_more(d: Draft, turn: CallerTurn) -> bool:
    """Whether a long turn only moves on among the options: another wish that it may hold comes first."""
    step = _step(d)
    if step is None or len(turn.text.split()) <= _SHORT_MOVE:
        return False
    return isinstance(_read(d, turn, options_of(d, step)), Move | None)


def names_an_entry(d: Draft, turn: CallerTurn) -> bool:
    """Whether a turn says by itself which entry is meant, be it there or not."""
    step = _step(d)
    return step is not None and isinstance(_read(d, turn, options_of(d, step)), Meant | NotThere)


def options_of(d: Draft, step: Choose) -> Options:
    """The list of a step, and what of it is on offer."""
    items = tuple(FrameScope(d, {}).value(step.among) or ())
    given = d.frame.offer
    offered = given if given is not None and given.step == d.frame.step else _everything(d, len(items))
    shown = offered.entries[offered.first : offered.first + step.at_a_time]
    known = items[0] if items and isinstance(items[0], Mapping) else ()
    sayable = (name for name in known if name != _IDENTITY and not name.endswith(f"_{_IDENTITY}"))
    fields = tuple(dict.fromkeys((*_fields_said(step), *sayable)))
    said = offered.said if len(offered.said) == len(shown) else ()
    return Options(items=items, entries=offered.entries, shown=shown, fields=fields, said=said)


def _fields_said(step: Choose) -> list[str]:
    return [place.name for place in step.each.places]


def _offered(d: Draft, options: Options) -> Offer:
    """What is on offer at this step; at first all of the list."""
    given = d.frame.offer
    return given if given is not None and given.step == d.frame.step else _everything(d, len(options.items))


def _everything(d: Draft, count: int) -> Offer:
    return Offer(step=d.frame.step, entries=tuple(range(count)))


def _step(d: Draft) -> Choose | None:
    if not d.state.stack:
        return None
    steps = d.playbooks[d.frame.playbook].steps
    step = steps[d.frame.step] if d.frame.step < len(steps) else None
    return step if isinstance(step, Choose) else None


def _read(d: Draft, turn: CallerTurn, options: Options) -> Picked | None:
    if turn.keys:
        return key_option(turn.keys.rstrip("#"), options)
    picked = read_option(turn.text, options, d.line, d.state.today)
    if picked is not None:
        return picked
    answer = d.yes_or_no(turn.text)
    if answer is True and len(options.shown) == 1:
        return Meant(entries=options.shown)
    return Move.NONE if answer is False else None


def _keep(d: Draft, step: Choose, item: Any) -> None:
    d.keep(step.name, item)
    d.update_frame(offer=None, step=d.frame.step + 1)
    d.update(failed=0)
    d.wait(AskingSlot())
    d.walk_on()


def _narrow(d: Draft, step: Choose, meant: Meant) -> None:
    """Several fit, or one is asked for: only they come into question now."""
    d.update_frame(offer=Offer(step=d.frame.step, entries=meant.entries))
    d.update(failed=0)
    if _counts(d):
        only = step.one if len(meant.entries) == 1 else None
        others = step.more if meant.asked_for else None
        _ask(d, step, options_of(d, step), only or others or step.prompt)


def _in_vain(d: Draft, step: Choose) -> bool:
    """Count one more turn after which there was nothing else to offer; whether it was one too many: nothing suits."""
    failed = d.state.failed + 1
    d.update(failed=failed)
    if failed < d.line.escalation.failed_turns:
        return False
    _leave_list(d, step)
    return True


def _say_not_there(d: Draft, step: Choose, picked: NotThere, options: Options) -> None:
    if not _in_vain(d, step) and _counts(d):
        d.say_phrase("not_among", value=d.prose(picked.what))
        _ask(d, step, options, step.prompt)


def _turn_over(d: Draft, step: Choose, options: Options) -> None:
    """The following entries; after the last, those that were left out, or the end of the list."""
    given = _offered(d, options)
    first = given.first + step.at_a_time
    if first < len(given.entries):
        _offer_from(d, step, replace(given, first=first))
        return
    left = tuple(entry for entry in range(len(options.items)) if entry not in given.entries)
    if left:
        _offer_from(d, step, Offer(step=d.frame.step, entries=left))
    else:
        _nothing_more(d, step, options)


def _turn_back(d: Draft, step: Choose, options: Options) -> None:
    given = _offered(d, options)
    if given.first == 0:
        _nothing_more(d, step, options)
    else:
        _offer_from(d, step, replace(given, first=max(0, given.first - step.at_a_time)))


def _offer_from(d: Draft, step: Choose, given: Offer) -> None:
    d.update_frame(offer=given)
    d.update(failed=0)
    if _counts(d):
        _ask(d, step, options_of(d, step), step.more or step.prompt)


def _nothing_more(d: Draft, step: Choose, options: Options, why: str = "no_more_options") -> None:
    if not _in_vain(d, step) and _counts(d):
        d.say_phrase(why)
        _ask(d, step, options, step.prompt)


def _nothing_suits(d: Draft, step: Choose, options: Options) -> None:
    """None of those on offer: the following ones, or what the playbook has for a list that does not suit."""
    given = _offered(d, options)
    if given.first + step.at_a_time < len(given.entries):
        _turn_over(d, step, options)
        return
    _leave_list(d, step)


def _leave_list(d: Draft, step: Choose) -> None:
    """What the playbook has for a list that does not suit."""
    d.update_frame(offer=None, step=step.none)
    d.update(failed=0)
    d.wait(AskingSlot())
    d.walk_on()


def _ask(d: Draft, step: Choose, options: Options, wording: Wording) -> None:
    """Say what there is; those that were told in full already are only named."""
    said = _in_words(d, step, options, step.each)
    text = d.render(wording, {"options": d.line.language.write.alternatives(list(said))})
    if d.times_said(text):
        names = d.line.language.write.alternatives(list(_names(d, step, options)))
        text = d.phrase("which_option", options=names)
    else:
        text = _in_other_words(d, text, said)
    d.update_frame(offer=replace(_offered(d, options), said=said))
    d.ask(text, Choosing())


def _in_other_words(d: Draft, text: str, said: tuple[str, ...]) -> str:
    """A text whose last question was put twice already, with another in its place."""
    *before, last = d.line.language.read.sentences(text)
    if not before or any(name in last for name in said) or d.times_said(last) < _HEARD_OFTEN:
        return text
    return " ".join((*before, d.phrase("any_of_those")))


def _in_words(d: Draft, step: Choose, options: Options, each: Template) -> tuple[str, ...]:
    """What is on offer, as it is said."""
    own_name = bare_name(step.name)
    entries = (options.items[entry] for entry in options.shown)
    return tuple(d.render(each, item if isinstance(item, Mapping) else {own_name: item}) for item in entries)


def _names(d: Draft, step: Choose, options: Options) -> tuple[str, ...]:
    """What is on offer, by the first of its fields that tells one from another."""
    for place in range(len(step.each.places)):
        names = _in_words(d, step, options, step.each.around(place))
        if len(set(names)) == len(names):
            return names
    return _in_words(d, step, options, step.each)


def _counts(d: Draft) -> bool:
    """Count one more offer; False, with a human called, after too many."""
    frame = d.frame
    times = frame.asked.get(frame.step, 0) + 1
    d.update_frame(asked={**frame.asked, frame.step: times})
    if times <= _MOST_OFFERS:
        return True
    stuck(d)
    return False
