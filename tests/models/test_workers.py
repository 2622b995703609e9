import asyncio
import os
import sys
import threading

import pytest

from models.errors import ModelBusyError, ModelError
from models.fair_queue import FairQueue
from models.workers import BatchWorkers, ModelWorkers, in_background


def order(queue: FairQueue) -> list:
    taken = []
    while (item := queue.take()) is not None:
        taken.append(item)
    return taken


def test_lanes_are_served_in_turn():
    queue = FairQueue("m", 10)
    for item in ["a1", "a2", "a3", "b1", "c1", "c2"]:
        queue.put(item, session_id=item[0])
    assert order(queue) == ["a1", "b1", "c1", "a2", "c2", "a3"]


def test_urgent_work_passes_but_starves_nobody():
    queue = FairQueue("m", 30)
    queue.put("calm")
    for n in range(10):
        queue.put(n, urgent=True)
    assert order(queue) == [0, 1, 2, 3, 4, 5, 6, 7, "calm", 8, 9]


def test_a_full_queue_refuses_and_says_what_to_do():
    queue = FairQueue("speech", 2)
    queue.put(1)
    queue.put(2, session_id="x")
    with pytest.raises(ModelBusyError, match="speech is full") as refused:
        queue.put(3)
    assert refused.value.code == "model_busy" and len(queue) == 2


def test_taking_the_wanted_leaves_the_others_in_their_place():
    queue = FairQueue("m", 10)
    for item in ["a1", "a2", "b9", "c1"]:
        queue.put(item, session_id=item[0])
    assert queue.take_while(lambda item: not item.endswith("9"), 3) == ["a1", "c1", "a2"]
    assert order(queue) == ["b9"]


def test_a_discarded_item_is_gone():
    queue = FairQueue("m", 2)
    queue.put("x")
    assert queue.discard("x") and not queue.discard("x")
    assert len(queue) == 0 and queue.take() is None


class Gate:
    """Holds a worker until it is opened."""

    def __init__(self):
        self.entered = threading.Event()
        self.opened = threading.Event()

    def __call__(self, result=None):
        self.entered.set()
        assert self.opened.wait(20)
        return result

    async def held(self):
        assert await asyncio.to_thread(self.entered.wait, 20)


@pytest.fixture
def gate():
    gate = Gate()
    yield gate
    gate.opened.set()


@pytest.fixture
def pool():
    pools = []

    def make(**kwargs):
        pools.append(ModelWorkers("test model", **kwargs))
        return pools[-1]

    yield make
    for made in pools:
        made.close(timeout_s=0)


async def test_results_and_errors_come_back(pool):
    workers = pool()
    assert await workers.run(sorted, [2, 1], reverse=True) == [2, 1]
    with pytest.raises(ZeroDivisionError):
        await workers.run(lambda: 1 / 0)
    with pytest.raises(TimeoutError, match="its own"):
        await workers.run(lambda: (_ for _ in ()).throw(TimeoutError("its own")).send(None))
    stats = workers.stats()
    assert (stats.count, stats.failed, stats.waiting, stats.running) == (3, 2, 0, 0)


async def test_one_busy_lane_cannot_starve_another(pool, gate):
    workers, done = pool(threads=1), []
    held = asyncio.create_task(workers.run(gate))
    await gate.held()
    tasks = [
        asyncio.create_task(workers.run(done.append, item, session_id=item[0]))
        for item in ["a1", "a2", "a3", "a4", "b1"]
    ]
    urgent = asyncio.create_task(workers.run(done.append, "now", session_id="a", urgent=True))
    await asyncio.sleep(0)
    gate.opened.set()
    await asyncio.gather(held, urgent, *tasks)
    assert done == ["now", "a1", "b1", "a2", "a3", "a4"]


async def test_the_bound_counts_only_what_waits(pool, gate):
    workers = pool(threads=1, bound=1)
    held = asyncio.create_task(workers.run(gate))
    await gate.held()
    waiting = asyncio.create_task(workers.run(int))
    await asyncio.sleep(0)
    with pytest.raises(ModelBusyError):
        await workers.run(int)
    assert workers.stats().refused == 1
    gate.opened.set()
    assert await waiting == 0
    await held


async def test_cancelled_work_that_was_not_begun_never_runs_and_frees_its_place(pool, gate):
    workers, done = pool(threads=1, bound=1), []
    held = asyncio.create_task(workers.run(gate))
    await gate.held()
    dropped = asyncio.create_task(workers.run(done.append, "dropped"))
    await asyncio.sleep(0)
    dropped.cancel()
    with pytest.raises(asyncio.CancelledError):
        await dropped
    kept = asyncio.create_task(workers.run(done.append, "kept"))
    await asyncio.sleep(0)
    gate.opened.set()
    await asyncio.gather(held, kept)
    assert done == ["kept"]


async def test_a_deadline_ends_the_wait_with_a_coded_error(pool, gate):
    workers = pool(threads=1)
    with pytest.raises(ModelError) as late:
        await workers.run(gate, deadline_s=0.02)
    assert late.value.code == "model_timeout"


async def test_a_hanging_call_does_not_take_the_others_with_it(pool, gate):
    workers = pool(threads=1, hang_s=0.01)
    with pytest.raises(ModelError):
        await workers.run(gate, deadline_s=0.05)
    assert await workers.run(lambda: "alive") == "alive"


async def test_a_model_that_hangs_again_and_again_is_refused(pool, gate):
    workers = pool(threads=1, hang_s=0.01)
    for _ in range(2):
        with pytest.raises(ModelError):
            await workers.run(gate, deadline_s=0.05)
    with pytest.raises(ModelError) as refused:
        await workers.run(int)
    assert refused.value.code == "model_hung"


async def test_a_closed_pool_fails_what_waits_and_refuses_new_work(pool, gate):
    workers = pool(threads=1)
    held = asyncio.create_task(workers.run(gate, "finished"))
    await gate.held()
    waiting = asyncio.create_task(workers.run(int))
    await asyncio.sleep(0)
    workers.close(timeout_s=0)
    with pytest.raises(ModelError, match="closed"):
        await waiting
    gate.opened.set()
    assert await held == "finished"
    with pytest.raises(ModelError) as refused:
        await workers.run(int)
    assert refused.value.code == "model_closed"


async def test_waits_and_runs_are_measured(pool):
    workers = pool(threads=2)
    await asyncio.gather(*(workers.run(threading.Event().wait, 0.01, session_id=str(n)) for n in range(6)))
    stats = workers.stats()
    assert stats.count == 6 and stats.run_p50_ms >= 9 and stats.wait_p95_ms >= stats.wait_p50_ms >= 0


@pytest.fixture
def batches(gate):
    done = []

    def work(numbers):
        if 0 in numbers:
            gate()
        done.append(list(numbers))
        return [100 / (13 - number) for number in numbers]

    made = BatchWorkers("batch model", work, alike=lambda a, b: abs(a - b) < 10, batch_size=3)
    made.done = done
    yield made
    made.close(timeout_s=0)


async def submit(workers, *numbers):
    tasks = [asyncio.create_task(workers.run(number, session_id=str(number))) for number in numbers]
    await asyncio.sleep(0)
    return tasks


async def test_a_lone_request_is_its_own_batch(batches):
    assert await batches.run(3) == 10
    assert batches.done == [[3]]


async def test_what_waited_together_is_done_together_when_alike(batches, gate):
    held = await submit(batches, 0)
    await gate.held()
    waiting = await submit(batches, 3, 55, 5, 8, 9)
    gate.opened.set()
    await asyncio.gather(*held, *waiting)
    assert batches.done == [[0], [3, 5, 8], [55], [9]]


async def test_one_bad_request_does_not_fail_its_neighbours(batches, gate):
    held = await submit(batches, 0)
    await gate.held()
    waiting = await submit(batches, 12, 13, 11)
    gate.opened.set()
    await asyncio.gather(*held)
    good, bad, other = await asyncio.gather(*waiting, return_exceptions=True)
    assert (good, other) == (100, 50) and isinstance(bad, ZeroDivisionError)


async def test_a_request_cancelled_while_it_waits_is_left_out_of_the_batch(batches, gate):
    held = await submit(batches, 0)
    await gate.held()
    gone, kept = await submit(batches, 3, 4)
    gone.cancel()
    await asyncio.sleep(0)
    gate.opened.set()
    await asyncio.gather(*held, kept)
    assert batches.done == [[0], [4]]


async def test_the_window_waits_for_more_only_when_the_threads_were_busy(gate):
    done = []

    def work(numbers):
        if 0 in numbers:
            gate()
        done.append(list(numbers))
        return numbers

    workers = BatchWorkers("windowed", work, alike=lambda a, b: True, batch_size=2, window_s=30)
    held = await submit(workers, 0)
    await gate.held()
    (first,) = await submit(workers, 1)
    gate.opened.set()
    await asyncio.gather(*held)
    (second,) = await submit(workers, 2)
    await asyncio.gather(first, second)
    assert done == [[0], [1, 2]]
    workers.close(timeout_s=0)


def niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a priority for each thread")
async def test_models_give_way_to_the_event_loop_however_nice_the_process_is():
    ours, workers = niceness(), ModelWorkers("m")
    assert await workers.run(niceness) == min(19, ours + 5) == in_background(niceness)
    assert niceness() == ours
    workers.close()
