"""A turn that was not understood: the model is asked, then the caller, in other words each time, then a human."""

from dialogue import flow
from dialogue.doing import QUESTIONS
from dialogue.draft import Draft
from dialogue.lines.playbook import Ask, SlotKind
from dialogue.questions import put_question
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
    WaitingForModel,
)
from dialogue.transferring import in_message, skip_message_question, transfer
from dialogue.types import AskModel, CallerTurn
from interactions.vocabulary import ReplySource, TransferReason

MANY_ASIDES = 3
"""So many turns in a row that ask for nothing, or for what is not known, are answered as such."""
_MODEL_WORDS = 3
"""Fewer words give a language model nothing to go by."""
_GROUNDING = 3
_MODEL_HISTORY = 8
_TOPICS = 3
_WORTH_NAMING = 0.15
_PERHAPS = 0.3
"""From here even a turn of which nothing says that it wants something may be a request."""
_MAY_BE_ANYTHING = frozenset({SlotKind.CHOICE, SlotKind.NAME})
"""Answers of which nobody can say that there was none in a turn."""
_REMEMBERED = 300
"""Characters of what was said before it was clear what it is about."""


def fail(d: Draft, turn: CallerTurn) -> None:
    """The turn was not understood: each time it is asked in another way, then a human takes over."""
    text = turn.text.strip()
    if d.state.stack and ask_model(d, turn):
        return
    if not d.state.stack and text:
        d.update(unserved=f"{d.state.unserved} {text}".strip()[-_REMEMBERED:])
    if not_known(d):
        return
    failed = d.state.failed + 1
    d.update(failed=failed)
    upset = d.state.anger_offered and turn.anger >= d.line.escalation.anger_threshold
    if upset and failed == 1:
        # A person was offered and not taken: that is no reason to put them through the next moment.
        d.say_phrase("sorry_to_hear")
        put_question(d)
        return
    if failed >= d.line.escalation.failed_turns or upset:
        _give_up(d, understood_words=bool(text), upset=upset)
    elif d.state.stack:
        _ask_again(d, turn)
    elif isinstance(d.state.pending, OfferingHuman) or not (text or turn.keys):
        d.say_phrase("not_heard")
        put_question(d, again=True)
    elif not _closes(d, turn):
        _clarify(d, turn)


def _closes(d: Draft, turn: CallerTurn) -> bool:
    """Whether somebody who was served, and of whom no wish is heard, is let go: asked whether that was all, once."""
    pending, alternatives = d.state.pending, turn.intents.alternatives if turn.intents else ()
    served = isinstance(pending, Another) or bool(d.state.served)
    perhaps = any(a.name in d.line.intents and a.probability >= _PERHAPS for a in alternatives)
    if not served or perhaps or d.doing.may_want:
        return False
    if isinstance(pending, Another) and pending.closing:
        flow.say_goodbye(d)
    else:
        d.ask(d.phrase("was_that_all"), Another(closing=True), ReplySource.RULE)
    return True


def fail_value(d: Draft, turn: CallerTurn) -> None:
    """A value that cannot be: puts the question again or brings a human."""
    failed = d.state.failed + 1
    d.update(failed=failed)
    if failed < d.line.escalation.failed_turns:
        if failed == 1 or turn.keys or d.open_ask is None or not put_otherwise(d, d.open_ask):
            put_question(d, again=True)
    elif in_message(d):
        skip_message_question(d)
    else:
        transfer(d, TransferReason.NOT_UNDERSTOOD, d.phrase("not_understood_human"))


def not_known(d: Draft) -> bool:
    """Say that what is asked is not known; whether the turn was a question and nothing else."""
    if d.state.asides >= MANY_ASIDES or not d.doing.only(*QUESTIONS):
        return False
    d.update(asides=d.state.asides + 1)
    d.say_phrase("dont_know", ReplySource.KNOWLEDGE)
    put_question(d, counted=False)
    return True


def _ask_again(d: Draft, turn: CallerTurn) -> None:
    """Each time in another way: what was missed, then how it can be given instead of said."""
    pending, ask = d.state.pending, d.open_ask
    yes_or_no = isinstance(pending, ConfirmingCall | ConfirmingSlot) or (
        ask is not None and ask.kind is SlotKind.YES_NO
    )
    if not turn.text.strip() and not turn.keys:
        d.say_phrase("not_heard")
    elif isinstance(pending, Choosing):
        d.say_phrase("dont_know" if d.doing.begins_question else "not_valid_choice")
    elif yes_or_no:
        d.say_phrase("yes_or_no" if d.state.failed == 1 else "yes_or_no_keys")
    elif ask is not None:
        d.say_phrase("not_caught", label=ask.label)
        if doubts_the_matter(d, ask):
            _ask_whether_still_wanted(d)
            return
        if d.state.failed > 1 and put_otherwise(d, ask):
            return
    put_question(d, again=True)


def doubts_the_matter(d: Draft, ask: Ask) -> bool:
    """Whether the caller may not want at all what the question is for."""
    pending = d.state.pending
    confirmed = isinstance(pending, AskingSlot) and pending.still_wanted
    if confirmed or in_message(d) or ask.kind in (SlotKind.YES_NO, SlotKind.TEXT):
        return False
    nothing_tried = d.state.failed > 1 and not d.doing.may_answer and ask.kind not in _MAY_BE_ANYTHING
    return d.doing.may_drop or nothing_tried


def _ask_whether_still_wanted(d: Draft) -> None:
    about = d.playbooks[d.frame.playbook].about
    d.ask(d.phrase("still_wanted", about=about), StillWanted(before=d.state.pending), ReplySource.RULE)


def put_otherwise(d: Draft, ask: Ask) -> bool:
    """Offer another way to answer: keys, letters, or the choices one by one; whether there is one."""
    if ask.kind in (SlotKind.NAME, SlotKind.EMAIL):
        d.ask(d.phrase("spell"), AskingSlot(spelled=True))
    elif ask.kind is SlotKind.CHOICE:
        choices = [d.prose(value, SlotKind.CHOICE) for value in ask.choices]
        d.ask(d.phrase("choices", choices=d.line.language.write.alternatives(choices)), AskingSlot())
    elif ask.keypad and not d.written:
        d.ask(d.phrase("type_it", label=ask.label), AskingSlot())
    else:
        return False
    return True


def ask_openly(d: Draft, turn: CallerTurn) -> None:
    """Nothing that was named is meant: let the caller say it in their own words, once; then it is not understood."""
    if d.state.phrased.get("own_words"):
        fail(d, turn)
    else:
        d.ask(d.phrase("own_words"), Open(), ReplySource.RULE)


def _clarify(d: Draft, turn: CallerTurn) -> None:
    """One honest clarification that names what the line can do."""
    alternatives = turn.intents.alternatives if turn.intents and turn.text.strip() else ()
    named = d.state.pending.options if isinstance(d.state.pending, Clarifying) else ()
    likely = [a.name for a in alternatives if a.name in d.line.intents and a.probability >= _WORTH_NAMING][:2]
    if not likely or set(likely) <= set(named):
        others = [name for name in d.line.intents if name not in named]
        likely = others[:_TOPICS] or list(named)
    options = likely
    if not options:
        d.say_phrase("not_heard")
        d.ask(d.phrase("how_can_i_help"), Open(), ReplySource.RULE)
        return
    topics = [d.line.intents[name].about for name in options]
    listed = d.line.language.write.alternatives(topics)
    key = "clarify" if d.state.failed <= 1 else "clarify_again"
    d.ask(d.phrase(key, topics=listed), Clarifying(options=tuple(options), text=turn.text), ReplySource.RULE)


def _give_up(d: Draft, *, understood_words: bool, upset: bool) -> None:
    if in_message(d):
        skip_message_question(d)
        return
    in_scope_trouble = bool(d.state.stack) or not understood_words
    reason, lead = TransferReason.OUT_OF_SCOPE, "out_of_scope_human"
    if in_scope_trouble:
        reason, lead = TransferReason.NOT_UNDERSTOOD, "not_understood_human"
    if upset:
        reason, lead = TransferReason.ANGER, "anger_human"
    transfer(d, reason, d.phrase(lead))


def ask_model(d: Draft, turn: CallerTurn) -> bool:
    """Let the language model try, where there is one and the turn may be for it; whether it does."""
    text = turn.text.strip()
    if not d.model or in_message(d) or len(text.split()) < _MODEL_WORDS:
        return False
    if isinstance(d.state.pending, ConfirmingCall):
        return False
    known = [d.line.articles[hit.article] for hit in d.knowledge.lexical(text, _GROUNDING)]
    d.ask_model = AskModel(
        text=text,
        knowledge=tuple(f"{article.title}: {article.answer} {article.body}" for article in known),
        history=d.state.history[-_MODEL_HISTORY:],
    )
    d.wait(WaitingForModel(before=d.state.pending))
    return True


def model_answered(d: Draft, text: str | None, before: WaitingForModel) -> None:
    """Go on with the language model's answer, or without it."""
    d.wait(before.before)
    if text:
        d.say(text, ReplySource.MODEL)
        d.note("answered by the language model")
        d.update(failed=0)
        if d.state.stack:
            put_question(d)
        else:
            d.walk_on()
        return
    model, d.model = d.model, False
    said = next((words for role, words in reversed(d.state.history) if role == "caller"), "")
    fail(d, CallerTurn(text=said))
    d.model = model
