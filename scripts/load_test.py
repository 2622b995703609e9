"""Holds many calls at once and measures what each caller hears, what a call costs, and what is left afterwards.

Simulated phones, in this process, keep N calls up for S seconds against one service process on the same machine; each
caller says recorded turns one after another and calls again when a call is over. Before that the same turns are said on
one call alone: transcripts under load must equal those.

    python -m scripts.load_test --calls 32 --seconds 120 --json results.json
"""

import asyncio
import json
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from loguru import logger
from rich.console import Console
from rich.progress import Progress

from interactions.events.listening import UtteranceHeard
from records.database import Database
from records.event_log import EventLog
from scripts.bench_latency import machine, percentile
from scripts.bench_service import CREDENTIALS, Running, our_service
from scripts.bench_speech import Source, Turn, collect, speech_folder
from simulator.caller import PreparedScenario, prepare
from simulator.scenario import HangUp, Scenario, Step, WaitTurn
from simulator.simulator import CallReport, Simulator

TURNS_A_CALL = 2
"""After more turns that it cannot place the line offers to take a message, and waits for a story instead."""
_SETTLE_S = 3.0
"""After the last call, until what is left is counted."""


@dataclass(slots=True)
class Watched:
    """What the process used, sampled once a second."""

    memory_mb: list[float] = field(default_factory=list)
    active: list[int] = field(default_factory=list)
    lag_ms: list[float] = field(default_factory=list)


def calls_of(turns: list[Turn], count: int) -> list[tuple[PreparedScenario, list[Turn]]]:
    """Ready-made calls of a few turns each, audio loaded once and shared."""
    wait = WaitTurn(silence_ms=600, timeout_ms=9000)
    made = []
    for number in range(count):
        some = [turns[(number * TURNS_A_CALL + i) % len(turns)] for i in range(TURNS_A_CALL)]
        steps: list[Step] = [wait]
        for turn in some:
            steps += [turn.say, wait]
        made.append((prepare(Scenario(name=f"load {number}", steps=(*steps, HangUp()), max_seconds=120)), some))
    return made


async def one_by_one(simulator: Simulator, calls: list[tuple[PreparedScenario, list[Turn]]]) -> list[CallReport]:
    """Every ready-made call once, alone."""
    return [await simulator.place_call(scenario) for scenario, _ in calls]


async def under_load(
    simulator: Simulator,
    calls: list[tuple[PreparedScenario, list[Turn]]],
    count: int,
    seconds: float,
    progress: Progress,
) -> list[tuple[int, CallReport]]:
    """Keep ``count`` callers on the phone; returns (index of the ready-made call, report)."""
    reports: list[tuple[int, CallReport]] = []
    until = time.monotonic() + seconds
    task = progress.add_task(f"{count} calls", total=seconds)

    async def caller(number: int) -> None:
        chance = random.Random(number)
        await asyncio.sleep(number * min(8.0, seconds / 4) / count)
        while time.monotonic() < until:
            index = chance.randrange(len(calls))
            reports.append((index, await simulator.place_call(calls[index][0])))
            progress.update(task, completed=seconds - max(0.0, until - time.monotonic()))

    async with asyncio.TaskGroup() as group:
        for number in range(count):
            group.create_task(caller(number))
    return reports


async def watch(running: Running, watched: Watched) -> None:
    """Sample the process until cancelled."""
    async with httpx.AsyncClient(trust_env=False, timeout=5.0) as client:
        while True:
            watched.memory_mb.append(running.memory_mb())
            began = time.monotonic()
            answer = await client.get(f"{running.service.url}/ready")
            watched.lag_ms.append((time.monotonic() - began) * 1000)
            watched.active.append(int(answer.json().get("active_calls", 0)))
            await asyncio.sleep(1.0)


def transcripts(running: Running, call_ids: Iterable[str]) -> dict[str, list[str]]:
    """What was recognised on each call, in order."""
    log = EventLog(database := Database(f"sqlite:///{running.data / 'firstline.db'}"))
    try:
        return {
            call_id: understood([e.body.pii_text for e in log.read(call_id) if isinstance(e.body, UtteranceHeard)])
            for call_id in call_ids
        }
    finally:
        database.close()


def understood(texts: list[str]) -> list[str]:
    """The utterances that counted: one that the caller went on with stands again, whole, in the next."""
    ends = [*texts[1:], ""][: len(texts)]
    return [text for text, after in zip(texts, ends, strict=True) if not _plain(after).startswith(_plain(text))]


def agreement(
    alone: dict[int, list[str]], loaded: list[tuple[int, list[str]]]
) -> tuple[float | None, list[dict[str, str]]]:
    """Share of utterances whose words under load equal those alone, and the others; case and punctuation do not count.

    Calls in which the number of utterances differs (one was cut in two) count with all their utterances as different.
    """
    same, total, different = 0, 0, []
    for index, texts in loaded:
        expected = alone[index]
        total += len(expected)
        if len(texts) != len(expected):
            different.append({"alone": " | ".join(expected), "loaded": " | ".join(texts)})
            continue
        for one, other in zip(expected, texts, strict=True):
            same += _plain(one) == _plain(other)
            if _plain(one) != _plain(other):
                different.append({"alone": one, "loaded": other})
    return (round(same / total, 4) if total else None), different


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9']+", text.lower()))


def summarise(
    reports: list[tuple[int, CallReport]], calls: int, watched: Watched, usage: dict[str, float], left: dict[str, Any]
) -> dict[str, Any]:
    """The numbers of the run."""
    turns = [turn for _, report in reports for turn in report.measures.turns]
    latencies = [turn.voice_to_voice_ms for turn in turns if turn.voice_to_voice_ms is not None]
    gaps = [gap for _, report in reports for gap in report.measures.underruns_ms]
    return {
        "calls_at_once": calls,
        "calls": len(reports),
        "turns": len(turns),
        "p50_ms": percentile(latencies, 50),
        "p95_ms": percentile(latencies, 95),
        "p99_ms": percentile(latencies, 99),
        "cutoff_rate": round(sum(t.cut_off for t in turns) / max(1, len(turns)), 4),
        "no_reply_rate": round(sum(t.no_reply for t in turns) / max(1, len(turns)), 4),
        "gaps_over_40_ms": len(gaps),
        "violations": dict(Counter(v.code for _, r in reports for v in r.violations)),
        "generator_reliable": all(report.reliable for _, report in reports),
        "most_active": max(watched.active, default=0),
        "ready_answer_p95_ms": percentile(watched.lag_ms, 95),
        **usage,
        **left,
        "machine": machine(),
    }


async def measure(folder: Path, *, calls: int, seconds: float, progress: Progress) -> dict[str, Any]:
    """Run everything; see the module's docstring."""
    turns = [turn for turn in collect(folder, prompts=32, digits=0) if turn.source is not Source.CALL]
    ready_made = await asyncio.to_thread(calls_of, turns, max(1, len(turns) // TURNS_A_CALL))
    with tempfile.TemporaryDirectory() as scratch:
        async with our_service(Path(scratch) / "load", max_calls=calls + 4) as running:
            async with Simulator(running.service, CREDENTIALS) as simulator:
                alone = await one_by_one(simulator, ready_made)
            before = {"memory": running.memory_mb(), "files": running.open_files(), "cpu": running.cpu_s()}
            watched = Watched()
            watching = asyncio.create_task(watch(running, watched))
            began = time.monotonic()
            try:
                async with Simulator(running.service, CREDENTIALS) as simulator:
                    reports = await under_load(simulator, ready_made, calls, seconds, progress)
            finally:
                watching.cancel()
            took_s = time.monotonic() - began
            usage = {
                "memory_before_mb": round(before["memory"], 1),
                "memory_most_mb": round(max(watched.memory_mb, default=0.0), 1),
                "memory_per_call_mb": round((max(watched.memory_mb, default=0.0) - before["memory"]) / calls, 2),
                "cores_used": round((running.cpu_s() - before["cpu"]) / took_s, 2),
            }
            await asyncio.sleep(_SETTLE_S)
            left = await _left(running, before["files"])
            texts = await asyncio.to_thread(
                transcripts, running, [r.call_sid for r in alone] + [r.call_sid for _, r in reports]
            )
    same, different = agreement(
        {index: texts[report.call_sid] for index, report in enumerate(alone)},
        [(index, texts[report.call_sid]) for index, report in reports],
    )
    summary = summarise(reports, calls, watched, usage, left) | {"transcripts_equal": same}
    return {
        "summary": summary,
        "different_transcripts": different,
        "gaps_ms": [gap for _, report in reports for gap in report.measures.underruns_ms],
        "turns": [
            {"name": turn.name, "voice_to_voice_ms": turn.voice_to_voice_ms, "cut_off": turn.cut_off}
            for _, report in reports
            for turn in report.measures.turns
        ],
    }


async def _left(running: Running, files_before: float) -> dict[str, Any]:
    """What the calls left behind in the service."""
    async with httpx.AsyncClient(trust_env=False, timeout=5.0) as client:
        answer = await client.get(f"{running.service.url}/ready")
    return {
        "leaked_calls": int(answer.json().get("active_calls", 0)),
        "leaked_files": max(0, running.open_files() - int(files_before) - 1),
    }


def main(
    calls: Annotated[int, typer.Option(help="Calls at once.")] = 32,
    seconds: Annotated[float, typer.Option(help="How long calls are begun, s.")] = 120.0,
    speech: Annotated[Path | None, typer.Option(help="Folder of recorded speech; see scripts.bench_speech.")] = None,
    json_out: Annotated[Path | None, typer.Option("--json", help="Where to write the results.")] = None,
) -> None:
    """Hold many calls at once and measure latency at the ear, gaps, memory, leaks and transcripts."""
    logger.remove()
    with Progress(console=Console(stderr=True)) as progress:
        results = asyncio.run(measure(speech_folder(speech), calls=calls, seconds=seconds, progress=progress))
    if json_out:
        json_out.write_text(json.dumps(results, indent=1))
    Console().print_json(json.dumps(results["summary"]))


if __name__ == "__main__":
    typer.run(main)
