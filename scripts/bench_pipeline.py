"""What carrying turns through a pipecat pipeline costs, without any model: the figures of the decision on pipecat.

    python -m scripts.bench_pipeline --calls 32

Each call gets a pipeline of pass-through processors; a turn is the eight frames that one sends through it (started,
eager end, transcription, confirmed, answer begun, reply, answer ended, bot started). Figures are for the way alone.
"""

import asyncio
import resource
import statistics
import sys
import time
from typing import Annotated

import typer
from loguru import logger
from pipecat.frames.frames import DataFrame, Frame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineWorker
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.workers.runner import WorkerRunner

_FRAMES_A_TURN = 8


class _PassThrough(FrameProcessor):
    """Hands every frame on."""

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        await self.push_frame(frame, direction)


class _Arrival(FrameProcessor):
    """The end of the way."""

    def __init__(self, *, direct: bool) -> None:
        super().__init__(enable_direct_mode=direct)
        self.arrived = asyncio.Event()
        self._seen = 0

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if isinstance(frame, DataFrame):
            self._seen += 1
            if self._seen % _FRAMES_A_TURN == 0:
                self.arrived.set()
        await self.push_frame(frame, direction)


class _Call:
    """One call's pipeline."""

    def __init__(self, processors: int, *, direct: bool) -> None:
        self.end = _Arrival(direct=direct)
        way = [_PassThrough(enable_direct_mode=direct) for _ in range(processors - 1)]
        self.worker = PipelineWorker(
            Pipeline([*way, self.end]),
            enable_rtvi=False,
            enable_turn_tracking=False,
            idle_timeout_secs=None,
            check_dangling_tasks=False,
        )
        self.runner = WorkerRunner(handle_sigint=False, check_dangling_tasks=False)
        self.running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await self.runner.add_workers(self.worker)
        self.running = asyncio.create_task(self.runner.run())

    async def turn(self) -> float:
        """Send a turn's frames; returns how long they took to the end of the way, s."""
        self.end.arrived.clear()
        began = time.perf_counter()
        for _ in range(_FRAMES_A_TURN):
            await self.worker.queue_frame(DataFrame())
        await self.end.arrived.wait()
        return time.perf_counter() - began

    async def stop(self) -> None:
        await self.worker.stop_when_done()
        if self.running:
            await self.running


def main(
    calls: Annotated[int, typer.Option(help="Pipelines in this process.")] = 32,
    processors: Annotated[int, typer.Option(help="Processors in each.")] = 8,
    turns: Annotated[int, typer.Option(help="Turns of each call.")] = 20,
    idle_s: Annotated[float, typer.Option(help="How long all stand idle, s.")] = 10.0,
    queued: Annotated[bool, typer.Option(help="Processors with queues and tasks of their own.")] = False,
) -> None:
    """Print what it costs."""
    logger.remove()
    asyncio.run(_measure(calls, processors, turns, idle_s, direct=not queued))


async def _measure(calls: int, processors: int, turns: int, idle_s: float, *, direct: bool) -> None:
    warm = _Call(processors, direct=direct)
    await warm.start()
    await warm.turn()
    memory = _resident_kb()
    lines = [_Call(processors, direct=direct) for _ in range(calls)]
    begun = time.process_time()
    for line in lines:
        await line.start()
        await line.turn()
    start_ms = (time.process_time() - begun) * 1000 / calls
    each_kb = (_resident_kb() - memory) / calls
    begun = time.process_time()
    await asyncio.sleep(idle_s)
    idle = (time.process_time() - begun) / idle_s
    begun = time.process_time()
    took = [await line.turn() for _ in range(turns) for line in lines]
    busy_ms = (time.process_time() - begun) * 1000 / len(took)
    for line in [warm, *lines]:
        await line.stop()
    took_ms = sorted(1000 * each for each in took)
    print(f"{calls} calls, {processors} processors each, {'direct mode' if direct else 'queued'}")
    print(f"idle {idle:.4%} of a core, {each_kb / 1000:.2f} MB a call, {start_ms:.1f} ms to start one")
    print(
        f"a turn of {_FRAMES_A_TURN} frames: processor time {busy_ms:.2f} ms, "
        f"p50 {statistics.median(took_ms):.2f} ms, p95 {took_ms[int(0.95 * len(took_ms))]:.2f} ms"
    )


def _resident_kb() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform != "darwin" else peak // 1024


if __name__ == "__main__":
    typer.run(main)
