"""Where a call stands and what comes next, derived from facts alone. Pure.

Callbacks of a carrier come twice, late and in any order. So nothing is ever advanced by a callback: each adds a fact
to a set, and where the call stands is a function of that set. What we told the carrier to do is a decision; it is made
once per question (`question_voice`, `question_after_stream`, `question_after_dial`) and kept, so that the same
question gets the same answer however often it is asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from interactions.facts import DIAL_STEPS, STREAM_STEPS, CallFact, Decision, FactKind, Step
from interactions.transfer import TransferRequest
from interactions.vocabulary import EndedReason
from telephony.ports import CarrierStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How often something is tried again on one call."""

    resumes: int = 3
    """Streams opened again after a loss."""
    dials: int = 2
    """Humans dialled."""


_ANSWERED = frozenset({"answered", CarrierStatus.COMPLETED.value})
_SAID_ALL = frozenset({EndedReason.GOODBYE, EndedReason.SILENCE})
_ENDED_BY_US = _SAID_ALL | {EndedReason.TRANSFERRED, EndedReason.FAULT}
_LAST_STEPS = frozenset({Step.HANG_UP, Step.APOLOGISE})
"""After them the carrier hangs up."""


def question_voice() -> str:
    """The carrier asks what to do with a new call."""
    return "voice"


def question_after_stream(number: int) -> str:
    """The carrier asks what to do after a media stream."""
    return f"after-stream:{number}"


def question_after_dial(number: int) -> str:
    """The carrier asks what to do after dialling a human."""
    return f"after-dial:{number}"


def has_ended(facts: Iterable[CallFact]) -> bool:
    """Whether the carrier said that the call is over, whatever else it said before or after."""
    return any(fact.kind is FactKind.CARRIER_STATUS and CarrierStatus(fact.detail).ended for fact in facts)


def is_over(facts: Iterable[CallFact], decisions: Iterable[Decision]) -> bool:
    """Whether a call of which there is something to tell is over, and nothing more will be told.

    A stream that ends tells it; one that broke off is no longer waited for once the carrier asked what comes after it.
    Of a dial nobody tells the end when it was the caller who hung up.
    """
    known, made = list(facts), list(decisions)
    told = any(decision.step in DIAL_STEPS for decision in made) or bool(_streams(known))
    if not told or not (has_ended(known) or any(decision.step in _LAST_STEPS for decision in made)):
        return False
    asked = {decision.question for decision in made}
    streams = _numbers(known, FactKind.STREAM_STARTED) - _numbers(known, FactKind.STREAM_ENDED)
    return all(question_after_stream(number) in asked for number in streams)


def ended_reason(facts: Iterable[CallFact]) -> EndedReason:
    """Why our last conversation on a call ended."""
    known = list(facts)
    last = max(_streams(known), default=0)
    if not last:
        return EndedReason.CALLER_HUNG_UP
    return min(_reasons(last, known), default=EndedReason.LEG_DEAD)


def was_lost(number: int, facts: Iterable[CallFact]) -> bool:
    """Whether media stream ``number``, after which the call went on, broke off."""
    return not _reasons(number, facts) & _ENDED_BY_US


def transfer_case(facts: Iterable[CallFact]) -> TransferRequest | None:
    """The case of the newest stream that ended with a transfer."""
    cases = [fact for fact in facts if fact.transfer is not None]
    return max(cases, key=lambda fact: fact.number).transfer if cases else None


def _streams(facts: Iterable[CallFact]) -> set[int]:
    return {fact.number for fact in facts if fact.kind in (FactKind.STREAM_STARTED, FactKind.STREAM_ENDED)}


def _numbers(facts: Iterable[CallFact], kind: FactKind) -> set[int]:
    return {fact.number for fact in facts if fact.kind is kind}


def _reasons(number: int, facts: Iterable[CallFact]) -> set[EndedReason]:
    """Why a stream ended; more than one where two sides saw it end."""
    return {EndedReason(f.detail) for f in facts if f.kind is FactKind.STREAM_ENDED and f.number == number}


def step_after_stream(
    number: int, facts: Iterable[CallFact], decisions: Iterable[Decision], *, human: bool, limits: Limits
) -> Step:
    """What comes after media stream ``number``.

    Args:
        number: The stream that is over.
        facts: All that is known of the call.
        decisions: All that was decided for it so far.
        human: Whether there is a number to dial.
        limits: How often something is tried again.
    """
    known, made = list(facts), list(decisions)
    if has_ended(known):
        return Step.HANG_UP
    reasons = _reasons(number, known)
    if reasons & _SAID_ALL:
        return Step.HANG_UP
    if EndedReason.TRANSFERRED in reasons:
        return _step_to_human(Step.DIAL, made, human, limits)
    if EndedReason.FAULT in reasons:
        return _step_to_human(Step.APOLOGISE_AND_DIAL, made, human, limits)
    if EndedReason.SHUTDOWN in reasons and human:
        # Whoever would take the stream back may be going down as well; a human is there for sure.
        return _step_to_human(Step.APOLOGISE_AND_DIAL, made, human, limits)
    # The stream was lost while the call goes on.
    if sum(decision.step is Step.RESUME for decision in made) < limits.resumes:
        return Step.RESUME
    return _step_to_human(Step.APOLOGISE_AND_DIAL, made, human, limits)


def step_after_dial(
    number: int, facts: Iterable[CallFact], decisions: Iterable[Decision], *, usable: bool = True
) -> Step:
    """What comes after dial ``number``.

    Args:
        number: The dial that is over.
        facts: All that is known of the call.
        decisions: All that was decided for it so far.
        usable: Whether a media stream can be opened (it cannot when the dial was made because ours failed).
    """
    known = list(facts)
    results = {f.detail for f in known if f.kind is FactKind.DIAL_ENDED and f.number == number}
    if has_ended(known) or results & _ANSWERED:
        return Step.HANG_UP
    if usable and all(decision.step is not Step.TAKE_MESSAGE for decision in decisions):
        return Step.TAKE_MESSAGE
    return Step.APOLOGISE


def _step_to_human(step: Step, decisions: list[Decision], human: bool, limits: Limits) -> Step:
    if human and sum(decision.step in DIAL_STEPS for decision in decisions) < limits.dials:
        return step
    if step is Step.DIAL and all(decision.step is not Step.TAKE_MESSAGE for decision in decisions):
        return Step.TAKE_MESSAGE
    return Step.APOLOGISE


def next_number(step: Step, decisions: Iterable[Decision]) -> int:
    """Number of the stream or dial that a step opens; 0 when it opens none."""
    family = STREAM_STEPS if step in STREAM_STEPS else DIAL_STEPS if step in DIAL_STEPS else frozenset()
    return 1 + sum(decision.step in family for decision in decisions) if family else 0
