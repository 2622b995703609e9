"""The registry of calls, the loop's lag, and the end of it all."""

import asyncio
import time

from interactions.vocabulary import EndedReason
from telephony.active_calls import ActiveCalls
from telephony.loop_lag import LoopLagMonitor
from tests.fakes.virtual_time import run_virtually


class FakeSession:
    def __init__(self) -> None:
        self.ended: list[EndedReason] = []

    def end(self, reason: EndedReason) -> None:
        self.ended.append(reason)


def test_a_place_is_kept_for_a_call_until_its_stream_is_there_or_it_takes_too_long() -> None:
    now = [0.0]
    calls = ActiveCalls(clock=lambda: now[0])
    calls.reserve("a", "carrier", 20)
    calls.reserve("b", "carrier", 20)
    calls.begin("a", FakeSession())
    assert (calls.count, calls.talking, calls.standing("carrier")) == (2, 1, 1)
    now[0] = 20.0
    assert calls.count == 1 and calls.has_place("a") and not calls.has_place("b")


def test_a_second_stream_of_a_call_ends_the_first_and_is_not_ended_by_its_finish() -> None:
    calls = ActiveCalls()
    first, second = FakeSession(), FakeSession()
    calls.begin("a", first)
    calls.begin("a", second)
    assert first.ended == [EndedReason.LEG_DEAD]
    calls.finish("a", first)
    assert calls.talking == 1
    calls.finish("a", second)
    assert calls.talking == 0 and not calls.end("a", EndedReason.GOODBYE)


def test_a_call_that_is_over_gives_its_place_to_the_next_before_its_session_has_finished() -> None:
    calls, session = ActiveCalls(), FakeSession()
    calls.begin("a", session)
    assert calls.end("a", EndedReason.CALLER_HUNG_UP)
    assert (calls.count, calls.talking) == (0, 1)
    calls.begin("a", FakeSession())
    assert calls.count == 1
    calls.finish("a", session)
    assert calls.count == 1


def test_draining_takes_no_new_call_and_waits_for_the_others() -> None:
    async def test() -> None:
        calls, session = ActiveCalls(), FakeSession()
        calls.begin("a", session)
        draining = asyncio.create_task(calls.drain(60))
        await asyncio.sleep(10)
        assert calls.draining and not draining.done()
        calls.finish("a", session)
        assert await draining == 0 and session.ended == []

    run_virtually(test())


def test_draining_ends_what_takes_too_long() -> None:
    async def test() -> None:
        calls, session = ActiveCalls(), FakeSession()
        calls.begin("a", session)
        assert await calls.drain(60) == 1
        assert session.ended == [EndedReason.SHUTDOWN]

    run_virtually(test())


async def test_a_loop_that_stands_still_shows_as_lag() -> None:
    monitor = LoopLagMonitor()
    assert monitor.lag_ms == 0.0
    monitor.start()
    for _ in range(4):
        await asyncio.sleep(0.001)
        time.sleep(0.12)  # noqa: ASYNC251 - the loop is to stand still
    assert monitor.lag_ms > 40
    await monitor.stop()
