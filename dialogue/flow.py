"""Walks a playbook from step to step until it has to wait: for an answer, a tool, or a human."""

from collections.abc import Mapping

from dialogue.choosing import offer
from dialogue.draft import Draft, FrameScope
from dialogue.identity import check_identity, identified, not_identified
from dialogue.lines.playbook import (
    KEPT_KINDS,
    Ask,
    Branch,
    CallTool,
    CheckIdentity,
    Choose,
    Count,
    End,
    Fill,
    Forget,
    GiveAnswer,
    Identified,
    Jump,
    Keep,
    KeepMessage,
    NotIdentified,
    PlaybookStep,
    Run,
    Say,
    SlotKind,
    TransferStep,
)
from dialogue.lines.types import KNOWLEDGE_PREFIX
from dialogue.questions import put_question
from dialogue.slots import Reading, read_keys, read_opening
from dialogue.state import (
    Another,
    AskingSlot,
    ConfirmingSlot,
    Ended,
    Frame,
    SlotValue,
)
from dialogue.tool_calls import call_tool
from dialogue.transferring import keep_message, stuck, transfer
from dialogue.types import EndCall
from interactions.vocabulary import EndedReason, InputMode, ReplySource, TransferReason

MAX_STEPS = 200
"""Steps in one turn; the loader's checks keep playbooks far below it."""
MAX_DEPTH = 3
"""Playbooks inside playbooks; a further request is kept for later."""

_NAMES_A_CASE = (SlotKind.REFERENCE, SlotKind.CODE, SlotKind.POSTCODE)
"""What names an order, a booking or a house: the caller must know which one a wish is taken to be about."""


def start_playbook(d: Draft, name: str, opening: str, *, fresh: bool = False) -> None:
    """Begin a playbook with what the caller said; the end of the turn walks it.

    Args:
        d: The turn in the making.
        name: Of the playbook.
        opening: The caller's words.
        fresh: Whether it is about another case than before: what names one is asked for again.
    """
    playbook = d.playbooks[name]
    if d.state.unserved and not d.state.stack:
        opening = f"{d.state.unserved}. {opening}"
    another = fresh or d.line.language.cues.another.search(opening.lower()) is not None
    stale = {
        ask.slot for ask in playbook.asks() if ask.kind not in KEPT_KINDS or (another and ask.kind in _NAMES_A_CASE)
    }
    d.update(
        stack=(*d.state.stack, Frame(playbook=name, opening=opening)),
        slots={slot: value for slot, value in d.state.slots.items() if slot not in stale},
        failed=0,
        unserved="",
    )
    d.told = []
    _note_request(d, playbook.about)
    known = dict(d.state.slots)
    _read_opening(d, opening)
    _use_typed(d, known)
    _say_what_is_used(d, known)
    d.walk_on()


def _use_typed(d: Draft, known: Mapping[str, SlotValue]) -> None:
    """Take a number that was typed before it was asked for, unless the caller has just said one."""
    for index, step in enumerate(d.playbooks[d.frame.playbook].steps):
        if not isinstance(step, Ask) or step.kind not in (SlotKind.REFERENCE, SlotKind.PHONE):
            continue
        reading = read_keys(step, d.state.typed, d.line, d.state.today)
        if isinstance(reading, Reading) and d.state.slots.get(step.slot) is known.get(step.slot):
            _take_early(d, index, step, reading.value, by=InputMode.KEYPAD)
            d.update(typed="")
            _say_using(d, step, reading.value)
            return


def _say_what_is_used(d: Draft, known: Mapping[str, SlotValue]) -> None:
    """A number or code of an earlier matter may be meant again: asked between matters, told within one."""
    checked, asked_before = 0, False
    for index, step in enumerate(d.playbooks[d.frame.playbook].steps):
        if isinstance(step, CheckIdentity) and step.identity in d.state.identities:
            # Who is calling was checked; their numbers are not in question.
            checked = step.known
        if index < checked or not isinstance(step, Ask):
            continue
        slot = known.get(step.slot)
        if step.kind in _NAMES_A_CASE and slot is not None and d.state.slots.get(step.slot) is slot:
            within = len(d.state.stack) > 1 or d.within_matter or uses_what_was_done(d, d.frame.playbook)
            if asked_before or within:
                d.update_frame(trail=(*d.frame.trail, (step.slot, index)))
                _say_using(d, step, slot.value)
                d.update(taken_over=step.slot)
            else:
                _ask_about_the_same(d, step, slot)
            return
        asked_before |= step.slot not in d.state.slots


def uses_what_was_done(d: Draft, playbook: str) -> bool:
    """Whether a playbook goes by what was done earlier in this call, and says so itself."""
    return not d.state.kept.keys().isdisjoint(d.playbooks[playbook].uses)


def _ask_about_the_same(d: Draft, ask: Ask, slot: SlotValue) -> None:
    """Have the caller say whether the earlier value is meant, when its question is reached."""
    d.update(slots={name: value for name, value in d.state.slots.items() if name != ask.slot})
    d.update_frame(unconfirmed=ConfirmingSlot(value=slot.value, by=d.in_words, again=True))


def _say_using(d: Draft, ask: Ask, value: object) -> None:
    d.say_phrase("using", ReplySource.PLAYBOOK, label=ask.label, value=d.prose(value, ask.kind))


def _take_early(d: Draft, index: int, ask: Ask, value: object, *, by: InputMode) -> None:
    """Keep the answer of a step that was not reached yet."""
    d.fill(ask, value, confirmed=False, by=by)
    d.update_frame(trail=(*d.frame.trail, (ask.slot, index)))


def _note_request(d: Draft, about: str) -> None:
    if about not in d.state.requests:
        d.update(requests=(*d.state.requests, about))


def _read_opening(d: Draft, opening: str) -> None:
    """Take what the caller has said already, where it is clear enough not to be asked again."""
    if not opening:
        return
    seen: set[str] = set()
    taken: list[object] = []
    for index, step in enumerate(d.playbooks[d.frame.playbook].steps):
        if not isinstance(step, Ask) or step.slot in seen:
            continue
        seen.add(step.slot)
        reading = read_opening(step, opening, d.line, d.state.today)
        # What was said once answers one question: a booking's code is not the number plate, too.
        if reading is not None and reading.confidence >= d.line.confirm_below and reading.value not in taken:
            if step.kind is not SlotKind.NUMBER:
                taken.append(reading.value)
            _take_early(d, index, step, reading.value, by=d.in_words)


def read_ahead(d: Draft, text: str, ask: Ask, value: object) -> None:
    """Take what was said beside an answer, where a later question asks for it: "4027, and it arrived broken"."""
    for index, step in enumerate(d.playbooks[d.frame.playbook].steps):
        if not isinstance(step, Ask) or step.slot in d.state.slots:
            continue
        # Counts are told apart by what they count.
        if step.slot == ask.slot or (step.kind is ask.kind and step.kind is not SlotKind.NUMBER):
            continue
        reading = read_opening(step, text, d.line, d.state.today)
        same = step.kind is not SlotKind.NUMBER and reading is not None and str(reading.value) == str(value)
        if reading is not None and reading.confidence >= d.line.confirm_below and not same:
            _take_early(d, index, step, reading.value, by=d.in_words)


def finish(d: Draft) -> None:
    """Walk for as long as the turn has something to walk: every turn ends with this, whoever began a playbook in it."""
    for _ in range(MAX_STEPS):
        if not d.unfinished:
            return
        d.unfinished = False
        _walk_on(d)


def _walk_on(d: Draft) -> None:
    """Walk until there is something to wait for."""
    for _ in range(MAX_STEPS):
        if not d.state.stack:
            _next_request(d)
            return
        steps = d.playbooks[d.frame.playbook].steps
        if d.frame.step >= len(steps):
            _playbook_done(d)
        elif not _walk(d, steps[d.frame.step]):
            return
    stuck(d)


def _playbook_done(d: Draft) -> None:
    """The current playbook is done; go back to the one it interrupted."""
    done = d.frame
    served = {name: told for name, told in d.state.served.items() if name != done.playbook}
    if not d.declined:
        served[done.playbook] = done.told
    d.update(stack=d.state.stack[:-1], finished=done, served=served)
    d.told = []
    if d.state.stack:
        about = d.playbooks[d.frame.playbook].about
        d.say_phrase("back_to", ReplySource.PLAYBOOK, about=about)
        _say_what_was_answered_meanwhile(d)


def _say_what_was_answered_meanwhile(d: Draft) -> None:
    """The interrupted question was answered for another matter: the caller is told, so that they can object."""
    ask = d.open_ask
    slot = d.state.slots.get(ask.slot) if ask is not None else None
    if ask is not None and slot is not None and ask.kind in _NAMES_A_CASE:
        d.update_frame(trail=(*d.frame.trail, (ask.slot, d.frame.step)))
        _say_using(d, ask, slot.value)
        d.update(taken_over=ask.slot)


def _next_request(d: Draft) -> None:
    """Serve what else the caller asked for, or ask whether there is anything."""
    if not d.state.queue:
        d.ask(d.phrase("another"), Another(), ReplySource.RULE)
        return
    (intent, words), *rest = d.state.queue
    d.update(queue=tuple(rest))
    d.within_matter = True
    d.say_phrase("queued", ReplySource.PLAYBOOK, about=d.line.about(intent))
    if intent.startswith(KNOWLEDGE_PREFIX):
        give_answer(d, intent.removeprefix(KNOWLEDGE_PREFIX))
        _next_request(d)
    else:
        start_playbook(d, d.line.intents[intent].playbook, words)


def _walk(d: Draft, step: PlaybookStep) -> bool:
    """Run one step; whether to go on with the next."""
    match step:
        case Say():
            _tell(d, d.render(step.text))
            d.go(d.frame.step + 1)
        case Ask():
            if step.slot not in d.state.slots:
                d.wait(AskingSlot())
                put_question(d)
                return False
            d.go(d.frame.step + 1)
        case Branch():
            scope = FrameScope(d, {})
            d.go(next((target for condition, target in step.cases if condition.holds(scope)), step.otherwise))
        case Jump():
            d.go(step.to)
        case Forget():
            d.update(slots={name: slot for name, slot in d.state.slots.items() if name not in step.slots})
            d.go(d.frame.step + 1)
        case GiveAnswer():
            _answer_step(d, step)
            d.go(d.frame.step + 1)
        case Run():
            _run(d, step)
        case KeepMessage():
            keep_message(d)
            d.go(d.frame.step + 1)
        case CallTool():
            return call_tool(d, step)
        case Choose():
            return offer(d, step)
        case CheckIdentity():
            return check_identity(d, step)
        case Keep() | Fill() | Count():
            _keep(d, step)
            d.go(d.frame.step + 1)
        case Identified():
            identified(d, step)
        case NotIdentified():
            not_identified(d, step)
        case TransferStep():
            transfer(d, TransferReason.PLAYBOOK, d.render(step.text), step.why)
            return False
        case End():
            d.say(d.render(step.text) or d.phrase("goodbye"))
            d.update(stack=d.state.stack[:-1], finished=d.frame, pending=Another())
            end_call(d, EndedReason.GOODBYE)
            return False
    return True


def _tell(d: Draft, text: str) -> None:
    d.say(text)
    d.told.append(text)
    d.update_frame(told=" ".join(d.told))


def _keep(d: Draft, step: Keep | Fill | Count) -> None:
    """Keep values for what follows, here and in the rest of the call."""
    match step:
        case Count():
            times = d.frame.results.get(step.name, 0)
            d.keep(step.name, times + 1)
        case Fill():
            value = d.value_of(step.value)
            slot = SlotValue(value=value, kind=step.kind, label=step.label, confirmed=True)
            d.update(slots={**d.state.slots, step.slot: slot})
        case Keep():
            values = {name: d.value_of(value) for name, value in step.values.items()}
            for name, value in ({step.record: values} if step.record else values).items():
                d.keep(name, value)


def _run(d: Draft, step: Run) -> None:
    """Go on with another playbook, which takes this one's place and knows what it knew."""
    opening = d.frame.opening
    d.update(stack=(*d.state.stack[:-1], Frame(playbook=step.playbook, opening=opening)))
    _note_request(d, d.playbooks[step.playbook].about)


def _answer_step(d: Draft, step: GiveAnswer) -> None:
    if step.article:
        give_answer(d, step.article)
        return
    hits = d.knowledge.lexical(d.frame.opening)
    if hits and hits[0].sufficient:
        give_answer(d, hits[0].article)
    else:
        d.say_phrase("dont_know", ReplySource.KNOWLEDGE)


def give_answer(d: Draft, article: str) -> None:
    """Say an article's answer."""
    known = d.line.articles[article]
    d.say(known.answer, ReplySource.KNOWLEDGE)
    d.update(served={**d.state.served, KNOWLEDGE_PREFIX + article: known.answer})
    d.note(f"answered from “{known.title}”")


def say_goodbye(d: Draft) -> None:
    """End the call as the caller wishes; whoever gave one name is called by it once."""
    names = {str(slot.value) for slot in d.state.slots.values() if slot.kind is SlotKind.NAME}
    if len(names) == 1 and "goodbye" not in d.line.phrases:
        d.say_phrase("goodbye_name", name=names.pop())
    else:
        d.say_phrase("goodbye")
    end_call(d, EndedReason.GOODBYE)


def end_call(d: Draft, reason: EndedReason) -> None:
    """Hang up after what was said; what is open is kept for a caller who cuts in."""
    d.actions.append(EndCall(reason=reason))
    if not isinstance(d.state.pending, Ended):
        d.wait(Ended(before=d.state.pending))
