"""Runs blocking model calls on a few threads: bounded, fair between calls, urgent first, measured.

One ``ModelWorkers`` or ``BatchWorkers`` belongs to one model. Work that was not begun when its asker stopped waiting is
dropped. A call that hangs loses its thread, which is replaced so that others go on; when more than ``threads`` calls
hang at a time, the model is refused with ``model_hung``.
"""

import asyncio
import itertools
import os
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar

import numpy as np

from models.errors import ModelBusyError, ModelError
from models.fair_queue import FairQueue

T = TypeVar("T")
Request = TypeVar("Request")

_NICE = 5
"""Steps by which a model's thread is nicer than the event loop: it gets a third of the time while both want it."""
_RESERVOIR = 1024
"""Latest measurements kept for the percentiles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStats:
    """How one model's queue is doing."""

    name: str
    """The model's name."""
    waiting: int
    """Requests in the queue now."""
    running: int
    """Requests being worked on now."""
    count: int
    """Requests finished since the start, failures included."""
    failed: int
    """Of these, how many raised."""
    refused: int
    """Requests turned away because the queue was full."""
    wait_p50_ms: float
    """Median wait before work began, ms, of the latest 1024."""
    wait_p95_ms: float
    """95th percentile of the same."""
    run_p50_ms: float
    """Median time of the work itself, ms, of the latest 1024."""
    run_p95_ms: float
    """95th percentile of the same."""


def give_way() -> None:
    """Let other threads pass the calling one, and those it starts, where both want a processor.

    The event loop feeds every caller's ear in time; a model that is a little later is not heard. Only Linux has a
    priority for each thread; elsewhere nothing happens.
    """
    if sys.platform == "linux":
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, min(19, os.getpriority(os.PRIO_PROCESS, thread) + _NICE))


def in_background(make: Callable[[], T]) -> T:
    """What ``make`` returns, made in a thread that gives way: threads that it starts do so too."""

    def run() -> T:
        give_way()
        return make()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(run).result()


class QueueMeter:
    """Counts requests and keeps the latest wait and run times; safe to use from any thread."""

    def __init__(self, name: str):
        self.name = name
        self._lock = threading.Lock()
        self._waits: deque[float] = deque(maxlen=_RESERVOIR)
        self._runs: deque[float] = deque(maxlen=_RESERVOIR)
        self._count = self._failed = self._refused = 0

    def finished(self, *, wait_ms: float, run_ms: float, failed: bool = False) -> None:
        """Note one finished request."""
        with self._lock:
            self._waits.append(wait_ms)
            self._runs.append(run_ms)
            self._count += 1
            self._failed += failed

    def refused(self) -> None:
        """Note one request that was turned away."""
        with self._lock:
            self._refused += 1

    def snapshot(self, *, waiting: int, running: int) -> QueueStats:
        """Sum up what was noted so far."""
        with self._lock:
            waits = np.percentile(self._waits, [50, 95]) if self._waits else (0.0, 0.0)
            runs = np.percentile(self._runs, [50, 95]) if self._runs else (0.0, 0.0)
            return QueueStats(
                name=self.name,
                waiting=waiting,
                running=running,
                count=self._count,
                failed=self._failed,
                refused=self._refused,
                wait_p50_ms=round(float(waits[0]), 2),
                wait_p95_ms=round(float(waits[1]), 2),
                run_p50_ms=round(float(runs[0]), 2),
                run_p95_ms=round(float(runs[1]), 2),
            )


@dataclass(slots=True, eq=False)
class _Job(Generic[T]):
    """One request on its way."""

    request: Any
    queued_at: float
    future: Future[T] = field(default_factory=Future)
    began_at: float = 0.0
    found_busy: bool = False


class _Pool(ABC):
    """Threads that take jobs from one fair queue; what a job is, and how many are taken, is the subclass's."""

    def __init__(self, name: str, threads: int, bound: int, hang_s: float):
        self.name = name
        self._threads = threads
        self._hang_s = hang_s
        self._queue: FairQueue[_Job[Any]] = FairQueue(name, bound)
        self._ready = threading.Condition()
        self._running: dict[threading.Thread, list[_Job[Any]]] = {}
        self._workers: set[threading.Thread] = set()
        self._hung: set[threading.Thread] = set()
        self._numbers = itertools.count(1)
        self._meter = QueueMeter(name)
        self._closed = False

    def stats(self) -> QueueStats:
        """How the queue is doing."""
        with self._ready:
            running = sum(len(jobs) for jobs in self._running.values())
            return self._meter.snapshot(waiting=len(self._queue), running=running)

    def close(self, timeout_s: float = 2.0) -> None:
        """Fail what waits, let what runs finish for up to ``timeout_s`` seconds, and refuse new work."""
        with self._ready:
            self._closed = True
            self._fail_waiting(self._closed_error())
            workers = list(self._workers)
            self._ready.notify_all()
        until = time.monotonic() + timeout_s
        for worker in workers:
            worker.join(max(0.0, until - time.monotonic()))

    def _collect(self, first: _Job[Any]) -> list[_Job[Any]]:
        """Jobs to do together with ``first``, which was just taken; called with the lock held."""
        return [first]

    @abstractmethod
    def _perform(self, jobs: list[_Job[Any]]) -> list[Any]:
        """Do the jobs; a result or an exception for each."""

    async def _result(self, job: _Job[T], session_id: str, urgent: bool, deadline_s: float | None) -> T:
        self._submit(job, session_id, urgent)
        try:
            async with asyncio.timeout(deadline_s):
                return await asyncio.wrap_future(job.future)
        except TimeoutError:
            if job.future.done() and not job.future.cancelled():
                raise
            raise ModelError(
                "model_timeout", f"{self.name} gave no answer within {deadline_s} s; admit fewer calls or add threads."
            ) from None
        finally:
            job.future.cancel()
            with self._ready:
                self._queue.discard(job)
                self._give_up_hung()

    def _submit(self, job: _Job[Any], session_id: str, urgent: bool) -> None:
        with self._ready:
            if self._closed:
                raise self._closed_error()
            self._give_up_hung()
            if len(self._hung) > self._threads:
                raise self._hung_error()
            job.found_busy = bool(self._running)
            try:
                self._queue.put(job, session_id=session_id, urgent=urgent)
            except ModelBusyError:
                self._meter.refused()
                raise
            self._start_missing()
            self._ready.notify()

    def _hung_error(self) -> ModelError:
        return ModelError("model_hung", f"{self.name} hangs in {len(self._hung)} calls; restart the process.")

    def _closed_error(self) -> ModelError:
        return ModelError("model_closed", f"{self.name} was closed; make a new engine.")

    def _fail_waiting(self, error: ModelError) -> None:
        while (job := self._queue.take()) is not None:
            if job.future.set_running_or_notify_cancel():
                job.future.set_exception(error)

    def _start_missing(self) -> None:
        idle = len(self._workers) - len(self._running)
        while idle < len(self._queue) and len(self._workers) < self._threads:
            worker = threading.Thread(target=self._work, name=f"{self.name}-{next(self._numbers)}", daemon=True)
            self._workers.add(worker)
            worker.start()
            idle += 1

    def _give_up_hung(self) -> None:
        """Replace threads whose call hangs; when too many do, fail what waits instead."""
        now = time.perf_counter()
        for thread, jobs in list(self._running.items()):
            if now - jobs[0].began_at > self._hang_s:
                self._hung.add(thread)
                self._workers.discard(thread)
                del self._running[thread]
        if len(self._hung) <= self._threads:
            self._start_missing()
        elif not self._workers:
            self._fail_waiting(self._hung_error())

    def _begin(self, job: _Job[Any]) -> bool:
        """Note that work begins; False when nobody waits for it any more."""
        job.began_at = time.perf_counter()
        return job.future.set_running_or_notify_cancel()

    def _next(self) -> list[_Job[Any]]:
        """Wait for the next jobs; none when this thread is no longer wanted."""
        me = threading.current_thread()
        with self._ready:
            while me in self._workers:
                job = self._queue.take()
                if job is None and self._closed:
                    self._workers.discard(me)
                elif job is None:
                    self._ready.wait()
                elif self._begin(job):
                    self._running[me] = [job]
                    self._running[me] = self._collect(job)
                    return self._running[me]
            self._hung.discard(me)
            return []

    def _work(self) -> None:
        give_way()
        while jobs := self._next():
            outcomes = self._perform(jobs)
            run_ms = (time.perf_counter() - jobs[0].began_at) * 1e3
            for job, outcome in zip(jobs, outcomes, strict=True):
                failed = isinstance(outcome, BaseException)
                self._meter.finished(wait_ms=(job.began_at - job.queued_at) * 1e3, run_ms=run_ms, failed=failed)
            with self._ready:
                self._running.pop(threading.current_thread(), None)
            for job, outcome in zip(jobs, outcomes, strict=True):
                if isinstance(outcome, BaseException):
                    job.future.set_exception(outcome)
                else:
                    job.future.set_result(outcome)


class ModelWorkers(_Pool):
    """A bounded, fair, prioritised pool of threads for the blocking calls of one model."""

    def __init__(self, name: str, threads: int = 1, bound: int = 64, *, hang_s: float = 10.0):
        """Prepare the pool; threads start with the first request.

        Args:
            name: The model's name, for errors, thread names and measures.
            threads: Calls worked on at the same time.
            bound: Most requests waiting.
            hang_s: A call that runs longer, seconds, is given up and its thread replaced.
        """
        super().__init__(name, threads, bound, hang_s)

    async def run(
        self,
        fn: Callable[..., T],
        *args: Any,
        session_id: str = "",
        urgent: bool = False,
        deadline_s: float | None = 30.0,
        **kwargs: Any,
    ) -> T:
        """Run ``fn(*args, **kwargs)`` on a worker and wait for what it returns.

        Args:
            fn: The blocking call.
            *args: Its positional arguments.
            session_id: Who asks; sessions are served in turn.
            urgent: Whether a caller is waiting in silence for it.
            deadline_s: Longest wait for the answer, queue included, seconds; None for no limit.
            **kwargs: Its keyword arguments.

        Raises:
            ModelBusyError: The queue is full.
            ModelError: ``model_timeout``, ``model_hung`` or ``model_closed``; whatever ``fn`` raises comes through.
        """
        job: _Job[T] = _Job(partial(fn, *args, **kwargs), time.perf_counter())
        return await self._result(job, session_id, urgent, deadline_s)

    def _perform(self, jobs: list[_Job[Any]]) -> list[Any]:
        try:
            return [jobs[0].request()]
        except BaseException as error:
            return [error]


class BatchWorkers(_Pool, Generic[Request, T]):
    """Threads that do requests of many calls together, where that is cheaper than one by one.

    What waited while the threads were busy is done as one batch. Only a request that found them busy holds the
    window open for more; a lone one begins at once.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[list[Request]], list[T]],
        *,
        alike: Callable[[Request, Request], bool],
        threads: int = 1,
        bound: int = 64,
        batch_size: int = 8,
        window_s: float = 0.0,
        hang_s: float = 10.0,
    ):
        """Prepare the pool; threads start with the first request.

        Args:
            name: The model's name, for errors, thread names and measures.
            work: The blocking call on a batch; one result a request, in their order.
            alike: Whether a request may share the batch of the other.
            threads: Batches worked on at the same time.
            bound: Most requests waiting.
            batch_size: Most requests in a batch.
            window_s: Longest wait for more requests while busy, seconds.
            hang_s: A batch that runs longer, seconds, is given up and its thread replaced.
        """
        super().__init__(name, threads, bound, hang_s)
        self._do = work
        self._alike = alike
        self._batch_size = batch_size
        self._window_s = window_s

    async def run(
        self, request: Request, *, session_id: str = "", urgent: bool = False, deadline_s: float | None = 30.0
    ) -> T:
        """Have ``request`` done in the next batch it fits; arguments and errors as ``ModelWorkers.run``."""
        job: _Job[T] = _Job(request, time.perf_counter())
        return await self._result(job, session_id, urgent, deadline_s)

    def _collect(self, first: _Job[Any]) -> list[_Job[Any]]:
        jobs = [first]
        closes_at = time.perf_counter() + (self._window_s if first.found_busy else 0.0)
        while True:
            fits = self._queue.take_while(
                lambda job: self._alike(first.request, job.request), self._batch_size - len(jobs)
            )
            jobs += [job for job in fits if self._begin(job)]
            rest = closes_at - time.perf_counter()
            if len(jobs) >= self._batch_size or rest <= 0 or self._closed:
                return jobs
            self._ready.wait(rest)

    def _perform(self, jobs: list[_Job[Any]]) -> list[Any]:
        try:
            return list(self._do([job.request for job in jobs]))
        except BaseException as error:
            if len(jobs) == 1:
                return [error]
        # One bad request must not fail its neighbours: each gets a try of its own.
        return [outcome for job in jobs for outcome in self._perform([job])]
