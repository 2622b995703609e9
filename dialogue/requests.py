"""Finds out what the caller wants: a playbook, an article, the language model, one clarification, or a human."""

from dialogue import flow
from dialogue.doing import QUESTIONS
from dialogue.draft import Draft
from dialogue.facts import asks_about_case, tell_fact
from dialogue.knowledge import Hit
from dialogue.lines.playbook import Ask, SlotKind
from dialogue.lines.types import KNOWLEDGE_PREFIX, RULE_PREFIX
from dialogue.questions import put_question
from dialogue.state import (
    AskingSlot,
    Choosing,
    Clarifying,
    ConfirmingCall,
    ConfirmingSlot,
    OfferingHuman,
    Open,
    WaitingForModel,
)
from dialogue.transferring import in_message, skip_message_question, transfer
from dialogue.types import AskModel, CallerTurn
from interactions.vocabulary import ReplySource, TransferReason
from models.interfaces import IntentResult

ACT_ON = 0.5
"""A request that is less probable is asked about first: "is it about …?"."""
_MODEL_WORDS = 3
"""Fewer words give a language model nothing to go by."""
_GROUNDING = 3
_MODEL_HISTORY = 8
_TOPICS = 3
_WORTH_NAMING = 0.15
MANY_ASIDES = 3
"""So many turns in a row that ask for nothing, or for what is not known, are answered as such."""
_REMEMBERED = 300
"""Characters of what was said before it was clear what it is about."""


def general(d: Draft, turn: CallerTurn) -> None:
    """Serve whatever was said while no question is open."""
    requests = accepted(d, turn.intents)
    if requests:
        _serve(d, requests, turn.text)
        return
    article = _article(d, turn)
    if article is not None:
        flow.give_answer(d, article.article)
        d.update(failed=0)
        d.walk_on()
        return
    if not _ask_model(d, turn):
        fail(d, turn)


def serve_another_request(d: Draft, turn: CallerTurn) -> bool:
    """Inside a playbook: answer a question or serve another request, then come back; whether there was one."""
    if not turn.text.strip():
        return False
    requests = [name for name in accepted(d, turn.intents) if not _in_progress(d, name)]
    answered = any(name.startswith(KNOWLEDGE_PREFIX) for name in requests)
    if not answered and asks_about_case(d, sure=not requests) and tell_fact(d, turn):
        d.update(failed=0)
        put_question(d, counted=False)
        return True
    if requests:
        name = requests[0]
        if name.startswith(KNOWLEDGE_PREFIX):
            _answer_and_return(d, name.removeprefix(KNOWLEDGE_PREFIX))
        elif len(d.state.stack) >= flow.MAX_DEPTH or in_message(d):
            _queue(d, [name], turn.text)
            d.say_phrase("later", ReplySource.PLAYBOOK)
            put_question(d)
        else:
            pending = d.state.pending
            if isinstance(pending, ConfirmingSlot):
                d.update_frame(unconfirmed=pending)
            d.wait(AskingSlot())
            flow.start_playbook(d, d.line.intents[name].playbook, turn.text)
        return True
    article = _article(d, turn) if d.doing.asks else None
    if article is not None:
        _answer_and_return(d, article.article)
        return True
    may_ask_model = d.model and not isinstance(d.state.pending, ConfirmingCall)
    return not may_ask_model and _not_known(d)


def _not_known(d: Draft) -> bool:
    """Say that what is asked is not known; whether the turn was a question and nothing else."""
    if d.state.asides >= MANY_ASIDES or not d.doing.only(*QUESTIONS):
        return False
    d.update(asides=d.state.asides + 1)
    d.say_phrase("dont_know", ReplySource.KNOWLEDGE)
    put_question(d, counted=False)
    return True


def fail(d: Draft, turn: CallerTurn) -> None:
    """The turn was not understood: say so once, then bring a human."""
    text = turn.text.strip()
    if d.state.stack and _ask_model(d, turn):
        return
    if not d.state.stack and text:
        d.update(unserved=f"{d.state.unserved} {text}".strip()[-_REMEMBERED:])
    if _not_known(d):
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
    else:
        _clarify(d, turn)


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


def accepted(d: Draft, intents: IntentResult | None) -> list[str]:
    """Accepted intents that the line can serve, each playbook once."""
    names: list[str] = []
    playbooks: set[str] = set()
    for score in intents.intents if intents else ():
        name = score.name
        if name.startswith(RULE_PREFIX) or score.probability < ACT_ON:
            continue
        if name.startswith(KNOWLEDGE_PREFIX):
            if name.removeprefix(KNOWLEDGE_PREFIX) in d.line.articles:
                names.append(name)
        elif name in d.line.intents and d.line.intents[name].playbook not in playbooks:
            playbooks.add(d.line.intents[name].playbook)
            names.append(name)
    return names


def _in_progress(d: Draft, name: str) -> bool:
    intent = d.line.intents.get(name)
    return intent is not None and any(frame.playbook == intent.playbook for frame in d.state.stack)


def _serve(d: Draft, names: list[str], text: str) -> None:
    first, *rest = names
    _queue(d, rest, text)
    d.update(failed=0)
    if first.startswith(KNOWLEDGE_PREFIX):
        flow.give_answer(d, first.removeprefix(KNOWLEDGE_PREFIX))
        d.walk_on()
    else:
        flow.start_playbook(d, d.line.intents[first].playbook, text)


def _queue(d: Draft, names: list[str], text: str) -> None:
    waiting = {intent for intent, _ in d.state.queue}
    d.update(queue=(*d.state.queue, *((name, text) for name in names if name not in waiting)))


def _article(d: Draft, turn: CallerTurn) -> Hit | None:
    """An article by its words alone, when nobody classified the turn; a classifier has looked at the articles too."""
    if turn.intents is not None:
        return None
    hits = d.knowledge.lexical(turn.text)
    best = hits[0] if hits else None
    return best if best and best.sufficient and best.article in d.line.articles else None


def _answer_and_return(d: Draft, article: str) -> None:
    flow.give_answer(d, article)
    d.update(failed=0)
    if isinstance(d.state.pending, ConfirmingCall | ConfirmingSlot | AskingSlot | Choosing):
        put_question(d, counted=False)
    else:
        d.walk_on()


def _ask_model(d: Draft, turn: CallerTurn) -> bool:
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
        if d.state.failed > 1 and put_otherwise(d, ask):
            return
    put_question(d, again=True)


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
