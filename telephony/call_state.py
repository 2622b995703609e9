"""Where a call stands and what comes next, derived from facts alone. Pure.

Callbacks of a carrier come twice, late and in any order. So nothing is ever advanced by a callback: each adds a fact
to a set, and the state is a function of that set. What we told the carrier to do is a decision; it is made once per
question (`question_voice`, `question_after_stream`, `question_after_dial`) and kept, so that the same question gets
the same answer however often it is asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from interactions.facts import DIAL_STEPS, STREAM_STEPS, CallFact, Decision, FactKind, Step
from interactions.vocabulary import EndedReason
from telephony.ports import CarrierStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class CallState:
    """Where a call stands."""

    status: CarrierStatus
    """The furthest that the carrier reported."""
    ended: bool
    """Whether nothing more can happen."""
    streams_started: int
    """Media streams that were admitted."""
    last_stream_end: EndedReason | None
    """Why the newest ended stream ended."""
    human_answered: bool
    """Whether a dialled human picked up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How often something is tried again on one call."""

    resumes: int = 3
    """Streams opened again after a loss."""
    dials: int = 2
    """Humans dialled."""


_PROGRESS = (
    CarrierStatus.QUEUED,
    CarrierStatus.INITIATED,
    CarrierStatus.RINGING,
    CarrierStatus.IN_PROGRESS,
    # Should the carrier contradict itself, the later of these wins, whatever the order of arrival.
    CarrierStatus.CANCELED,
    CarrierStatus.NO_ANSWER,
    CarrierStatus.BUSY,
    CarrierStatus.FAILED,
    CarrierStatus.COMPLETED,
)
_ANSWERED = frozenset({"answered", CarrierStatus.COMPLETED.value})
_SAID_ALL = frozenset({EndedReason.GOODBYE, EndedReason.SILENCE})


def question_voice() -> str:
    """The carrier asks what to do with a new call."""
    return "voice"


def question_after_stream(number: int) -> str:
    """The carrier asks what to do after a media stream."""
    return f"after-stream:{number}"


def question_after_dial(number: int) -> str:
    """The carrier asks what to do after dialling a human."""
    return f"after-dial:{number}"


def derive_state(facts: Iterable[CallFact]) -> CallState:
    """The state that a set of facts amounts to; order and repetition do not matter."""
    known = set(facts)
    statuses = {CarrierStatus(fact.detail) for fact in known if fact.kind is FactKind.CARRIER_STATUS}
    ends = [fact for fact in known if fact.kind is FactKind.STREAM_ENDED]
    newest = max(ends, key=lambda fact: (fact.number, fact.detail), default=None)
    status = max(statuses, key=_PROGRESS.index, default=CarrierStatus.QUEUED)
    return CallState(
        status=status,
        ended=status.ended,
        streams_started=len({fact.number for fact in known if fact.kind is FactKind.STREAM_STARTED}),
        last_stream_end=EndedReason(newest.detail) if newest else None,
        human_answered=any(fact.kind is FactKind.DIAL_ENDED and fact.detail in _ANSWERED for fact in known),
    )


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
    if derive_state(known).ended:
        return Step.HANG_UP
    reasons = {EndedReason(f.detail) for f in known if f.kind is FactKind.STREAM_ENDED and f.number == number}
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
    if derive_state(known).ended or results & _ANSWERED:
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
