"""Where a call stands and what comes next, whatever the order in which it became known."""

import itertools

import pytest

from interactions.facts import CallFact, Decision, FactKind, Step
from interactions.transfer import TransferRequest
from interactions.vocabulary import EndedReason, TransferReason
from telephony.call_state import (
    Limits,
    ended_reason,
    has_ended,
    is_over,
    next_number,
    question_after_stream,
    step_after_dial,
    step_after_stream,
    transfer_case,
    was_lost,
)

STATUS, STARTED, ENDED, DIAL = (
    FactKind.CARRIER_STATUS,
    FactKind.STREAM_STARTED,
    FactKind.STREAM_ENDED,
    FactKind.DIAL_ENDED,
)


def fact(kind: FactKind, detail: str = "", number: int = 0) -> CallFact:
    return CallFact(kind=kind, number=number, detail=detail)


def made(*steps: Step) -> list[Decision]:
    decisions: list[Decision] = []
    for n, step in enumerate(steps):
        number = next_number(step, decisions)
        decisions.append(Decision(question=str(n), step=step, number=number, decided_s=0.0))
    return decisions


def after_stream(
    *reasons: EndedReason, steps: tuple[Step, ...] = (Step.ANSWER,), human: bool = True, status: str = "in-progress"
) -> Step:
    facts = [fact(STATUS, status), *(fact(ENDED, reason.value, 1) for reason in reasons)]
    return step_after_stream(1, facts, made(*steps), human=human, limits=Limits(resumes=2, dials=1))


STORY = [
    fact(STATUS, "ringing"),
    fact(STARTED, number=1),
    fact(ENDED, "transferred", 1),
    fact(DIAL, "completed", 1),
    fact(STATUS, "completed"),
]
TOLD = made(Step.ANSWER, Step.DIAL, Step.HANG_UP)


def test_callbacks_in_any_order_and_any_number_end_in_the_same_state() -> None:
    for order in itertools.permutations(STORY):
        for facts in (order, (*order, *order[:3])):
            assert has_ended(facts) and is_over(facts, TOLD) and ended_reason(facts) is EndedReason.TRANSFERRED


def test_a_late_word_never_takes_an_end_back() -> None:
    assert has_ended([fact(STATUS, "completed"), fact(STATUS, "in-progress")])


def test_a_call_of_which_nothing_is_known_goes_on() -> None:
    assert not has_ended([]) and not is_over([], [])


def test_a_call_is_not_over_while_a_stream_has_its_end_to_tell() -> None:
    assert not is_over([known for n, known in enumerate(STORY) if n != 2], TOLD)
    assert is_over([known for n, known in enumerate(STORY) if n != 3], TOLD)


def test_a_stream_that_broke_off_is_waited_for_until_the_carrier_asks_what_comes_next() -> None:
    facts = [fact(STARTED, number=1), fact(STATUS, "completed")]
    after = Decision(question=question_after_stream(1), step=Step.APOLOGISE, number=0, decided_s=0.0)
    assert not is_over(facts, made(Step.ANSWER)) and is_over(facts, [*made(Step.ANSWER), after])
    assert ended_reason(facts) is EndedReason.LEG_DEAD


def test_the_reason_is_that_of_the_last_stream() -> None:
    lost = [fact(STARTED, number=1), fact(ENDED, "leg_dead", 1), fact(STARTED, number=2)]
    assert was_lost(1, lost) and ended_reason([*lost, fact(ENDED, "goodbye", 2)]) is EndedReason.GOODBYE
    assert not was_lost(2, [*lost, fact(ENDED, "goodbye", 2)])


def test_the_case_is_that_of_the_newest_transfer() -> None:
    first, second = (TransferRequest(reason=TransferReason.ANGER, summary=word) for word in ("first", "second"))
    facts = [
        CallFact(kind=ENDED, number=3, detail="transferred", transfer=second),
        CallFact(kind=ENDED, number=1, detail="transferred", transfer=first),
    ]
    assert transfer_case(facts) == second and transfer_case([]) is None


@pytest.mark.parametrize("reason", [EndedReason.GOODBYE, EndedReason.SILENCE])
def test_our_goodbye_hangs_up(reason: EndedReason) -> None:
    assert after_stream(reason) is Step.HANG_UP


@pytest.mark.parametrize("reason", [EndedReason.LEG_DEAD, EndedReason.CALLER_HUNG_UP])
def test_a_lost_stream_is_resumed_while_the_call_goes_on(reason: EndedReason) -> None:
    assert after_stream(reason) is Step.RESUME
    assert after_stream(reason, status="completed") is Step.HANG_UP


def test_a_stream_of_which_nothing_was_heard_is_resumed() -> None:
    assert after_stream() is Step.RESUME


def test_resuming_is_bounded_and_ends_with_a_human_or_an_apology() -> None:
    lost = (Step.ANSWER, Step.RESUME, Step.RESUME)
    assert after_stream(EndedReason.LEG_DEAD, steps=lost) is Step.APOLOGISE_AND_DIAL
    assert after_stream(EndedReason.LEG_DEAD, steps=lost, human=False) is Step.APOLOGISE


def test_a_transfer_dials_takes_a_message_without_a_human_and_never_loops() -> None:
    reason = EndedReason.TRANSFERRED
    assert after_stream(reason) is Step.DIAL
    assert after_stream(reason, human=False) is Step.TAKE_MESSAGE
    assert after_stream(reason, steps=(Step.ANSWER, Step.DIAL)) is Step.TAKE_MESSAGE
    assert after_stream(reason, steps=(Step.ANSWER, Step.DIAL, Step.TAKE_MESSAGE)) is Step.APOLOGISE


def test_a_fault_apologises_and_gives_a_human() -> None:
    assert after_stream(EndedReason.FAULT) is Step.APOLOGISE_AND_DIAL
    assert after_stream(EndedReason.FAULT, human=False) is Step.APOLOGISE


def test_a_shutdown_gives_a_human_and_without_one_asks_the_caller_back_in() -> None:
    assert after_stream(EndedReason.SHUTDOWN) is Step.APOLOGISE_AND_DIAL
    assert after_stream(EndedReason.SHUTDOWN, human=False) is Step.RESUME


@pytest.mark.parametrize(
    ("result", "step"),
    [
        ("completed", Step.HANG_UP),
        ("answered", Step.HANG_UP),
        ("no-answer", Step.TAKE_MESSAGE),
        ("busy", Step.TAKE_MESSAGE),
        ("failed", Step.TAKE_MESSAGE),
        ("canceled", Step.TAKE_MESSAGE),
    ],
)
def test_after_a_dial_a_message_is_taken_unless_somebody_answered(result: str, step: Step) -> None:
    assert step_after_dial(1, [fact(DIAL, result, 1)], made(Step.ANSWER, Step.DIAL)) is step


def test_after_a_second_dial_or_where_no_stream_works_we_apologise() -> None:
    facts = [fact(DIAL, "busy", 1)]
    assert step_after_dial(1, facts, made(Step.ANSWER, Step.DIAL, Step.TAKE_MESSAGE)) is Step.APOLOGISE
    assert step_after_dial(1, facts, made(Step.ANSWER, Step.APOLOGISE_AND_DIAL), usable=False) is Step.APOLOGISE


def test_every_way_through_a_call_ends_after_a_bounded_number_of_steps() -> None:
    """Whatever streams and dials come to, the carrier is told to end after few steps."""
    limits = Limits()
    longest = 0
    reasons = [*EndedReason, None]
    for turn in itertools.product(reasons, repeat=4):
        facts, decisions, step = [fact(STATUS, "in-progress")], made(Step.ANSWER), Step.ANSWER
        for n in range(60):
            outcome = turn[n % 4]
            if step in (Step.HANG_UP, Step.APOLOGISE, Step.BUSY):
                longest = max(longest, n)
                break
            number = decisions[-1].number
            if step in (Step.DIAL, Step.APOLOGISE_AND_DIAL):
                facts.append(fact(DIAL, "no-answer", number))
                usable = step is Step.DIAL
                step = step_after_dial(number, facts, decisions, usable=usable)
            else:
                if outcome is not None:
                    facts.append(fact(ENDED, outcome.value, number))
                step = step_after_stream(number, facts, decisions, human=True, limits=limits)
            decided = Decision(question=f"{n}", step=step, number=next_number(step, decisions), decided_s=n)
            decisions.append(decided)
        else:
            raise AssertionError(f"a loop: {turn}")
    assert longest <= 12
