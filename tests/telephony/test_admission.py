"""One rule for every door: who is taken, who is not, and why."""

from dataclasses import replace

import pytest

from interactions.vocabulary import EndedReason
from telephony.active_calls import ActiveCalls
from telephony.admission import BROWSER, CARRIER, Admission, AdmissionLimits, BusyReason, Load, refusals

LIMITS = AdmissionLimits(places=4, max_loop_lag_ms=250.0)
FREE = Load(calls=3, loop_lag_ms=10.0)


class Session:
    def end(self, reason: EndedReason) -> None:
        raise AssertionError(f"nobody ends a session here ({reason})")


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def active(clock: Clock) -> ActiveCalls:
    return ActiveCalls(clock)


@pytest.mark.parametrize(
    ("load", "expected"),
    [
        (FREE, ()),
        (replace(FREE, calls=4), (BusyReason.CAPACITY,)),
        (replace(FREE, loop_lag_ms=251.0), (BusyReason.LOOP_LAG,)),
        (replace(FREE, draining=True), (BusyReason.DRAINING,)),
        (replace(FREE, obstacle=BusyReason.LOADING), (BusyReason.LOADING,)),
        (replace(FREE, obstacle=BusyReason.LOG_FAILING), (BusyReason.LOG_FAILING,)),
        (
            Load(calls=9, loop_lag_ms=999.0, draining=True, obstacle=BusyReason.LOG_FAILING),
            (BusyReason.DRAINING, BusyReason.LOG_FAILING, BusyReason.CAPACITY, BusyReason.LOOP_LAG),
        ),
    ],
)
def test_a_call_is_taken_unless_something_speaks_against_it(load: Load, expected: tuple[BusyReason, ...]) -> None:
    assert refusals(load, LIMITS) == expected


def test_a_call_that_has_a_place_keeps_it_however_busy_it_gets(active: ActiveCalls) -> None:
    admission = Admission(active, LIMITS)
    assert [admission.admit(f"call {n}", CARRIER) for n in range(5)] == [None] * 4 + [BusyReason.CAPACITY]
    active.begin("call 1", Session())
    assert admission.admit("call 0", CARRIER) is None and admission.admit("call 1", CARRIER) is None
    assert admission.refusals() == (BusyReason.CAPACITY,)


def test_a_carriers_call_that_never_comes_gives_its_place_back(active: ActiveCalls, clock: Clock) -> None:
    admission = Admission(active, AdmissionLimits(places=1, max_loop_lag_ms=250.0))
    assert admission.admit("a", CARRIER) is None and admission.admit("b", CARRIER) is BusyReason.CAPACITY
    clock.now_s = CARRIER.hold_s
    assert admission.admit("b", CARRIER) is None


def test_presses_of_call_on_the_page_do_not_fill_the_carriers_places(active: ActiveCalls, clock: Clock) -> None:
    admission = Admission(active, AdmissionLimits(places=32, max_loop_lag_ms=250.0))
    answers = [admission.admit(f"press {n}", BROWSER) for n in range(40)]
    assert answers.count(None) == BROWSER.standing and answers[-1] is BusyReason.DOOR
    assert admission.refusals() == () and admission.admit("a real caller", CARRIER) is None
    clock.now_s = BROWSER.hold_s
    assert admission.admit("one more press", BROWSER) is None and active.count == 2


def test_calls_that_talk_do_not_stand_in_the_door(active: ActiveCalls) -> None:
    admission = Admission(active, AdmissionLimits(places=32, max_loop_lag_ms=250.0))
    for n in range(10):
        assert admission.admit(f"call {n}", BROWSER) is None
        active.begin(f"call {n}", Session())
