"""Finds out what the caller wants: a playbook, an article, the language model, or what follows a turn without sense."""

from dialogue import flow
from dialogue.again import begin
from dialogue.draft import Draft
from dialogue.facts import asks_about_case, tell_fact
from dialogue.knowledge import Hit
from dialogue.lines.types import KNOWLEDGE_PREFIX, RULE_PREFIX
from dialogue.questions import put_question
from dialogue.repair import ask_model, fail, not_known
from dialogue.state import AskingSlot, Choosing, ConfirmingCall, ConfirmingSlot
from dialogue.transferring import in_message
from dialogue.types import CallerTurn
from dialogue.wishes import shared_out
from interactions.vocabulary import ReplySource
from models.interfaces import IntentResult

ACT_ON = 0.5
"""A request that is less probable is asked about first: "is it about …?"."""


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
    if not ask_model(d, turn):
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
    return not may_ask_model and not_known(d)


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


def names_another(d: Draft, turn: CallerTurn, *, at_least: float) -> bool:
    """Whether a request that is this likely is none of those in progress."""
    scores = turn.intents.intents if turn.intents else ()
    likely = {score.name for score in scores if score.probability >= at_least}
    return any(name in likely and not _in_progress(d, name) for name in accepted(d, turn.intents))


def _in_progress(d: Draft, name: str) -> bool:
    intent = d.line.intents.get(name)
    return intent is not None and any(frame.playbook == intent.playbook for frame in d.state.stack)


def _serve(d: Draft, names: list[str], text: str) -> None:
    first, *rest = names
    said = shared_out(d.line, names, text)
    for name in rest:
        _queue(d, [name], said[name])
    text = said[first]
    d.update(failed=0)
    if first.startswith(KNOWLEDGE_PREFIX):
        flow.give_answer(d, first.removeprefix(KNOWLEDGE_PREFIX))
        d.walk_on()
    else:
        begin(d, d.line.intents[first].playbook, text)


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
