"""A wish that was served in this call is told again: what came of it is said, and whether another one is meant."""

from dialogue import flow
from dialogue.draft import Draft
from dialogue.lines.playbook import Ask, SlotKind
from dialogue.slots import read_opening
from dialogue.state import Another, WantedAgain
from dialogue.types import CallerTurn
from interactions.vocabulary import ReplySource
from models.understanding import CallerAct

_ANYBODYS = frozenset({SlotKind.NAME, SlotKind.PHONE, SlotKind.EMAIL})
"""What is told of the caller, and names no case."""


def begin(d: Draft, playbook: str, text: str) -> None:
    """Begin what is wanted, unless it was served before and nothing says that it is about another case.

    A playbook that uses what was done earlier in the call says so itself.
    """
    told = d.state.served.get(playbook)
    if told is None or d.state.stack or flow.uses_what_was_done(d, playbook) or _names_another(d, playbook, text):
        flow.start_playbook(d, playbook, text)
        return
    if told:
        d.say_phrase("as_said", ReplySource.PLAYBOOK, text=told)
    d.ask(d.phrase("another_case"), WantedAgain(playbook=playbook), ReplySource.RULE)
    d.update(failed=0)


def another_meant(d: Draft, turn: CallerTurn, pending: WantedAgain, wanted: set[str]) -> bool:
    """Take a turn as the answer to whether another one is meant; whether it was one.

    Args:
        d: The turn in the making.
        turn: What was said.
        pending: What was asked.
        wanted: Playbooks that the turn asks for.
    """
    d.wait(Another())
    answer = d.yes_or_no(turn.text, turn.keys)
    agrees = answer is True or d.doing.only(CallerAct.AGREES)
    # Who insists was not served, whatever was done: it is gone through again from its first question.
    if pending.playbook in wanted or (agrees and not wanted) or _names_another(d, pending.playbook, turn.text):
        flow.start_playbook(d, pending.playbook, turn.text, fresh=True)
    elif not wanted and (answer is False or d.doing.only(CallerAct.REFUSES)):
        d.say_phrase("never_mind")
        d.walk_on()
    else:
        return False
    return True


def _names_another(d: Draft, playbook: str, text: str) -> bool:
    """Whether a wish says that it is about another case: in so many words, or by a value that was not given before."""
    text = f"{d.state.unserved} {text}"
    if d.state.typed or d.line.language.cues.another.search(text.lower()):
        return True
    for step in d.playbooks[playbook].steps:
        known = d.state.slots.get(step.slot) if isinstance(step, Ask) else None
        if not isinstance(step, Ask) or known is None or step.kind in _ANYBODYS:
            continue
        reading = read_opening(step, text, d.line, d.state.today)
        if reading is not None and reading.value != known.value and reading.confidence >= d.line.confirm_below:
            return True
    return False
