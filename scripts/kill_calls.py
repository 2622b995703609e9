"""Kills the service in mid-call, again and again at random, and shows that nothing of the calls is lost.

Two processes of the service share a data folder and stand behind a relay, as behind a load balancer. Simulated callers
are on the phone all the time; the process that has their calls is killed with ``SIGKILL`` at a random moment, the relay
turns to the other one, and a new one is started in its place. Afterwards every call is read back:

- its log has the numbers 1 to n and no event twice, and ends with one ``call_ended``;
- the calls that were cut off were resumed, and what the caller had given by then is not asked for again;
- the recording runs beside what the caller's telephone recorded, both channels, over all streams.

    python -m scripts.kill_calls --kills 50 --json results.json
"""

import asyncio
import contextlib
import itertools
import json
import os
import random
import signal
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import soundfile
import typer
from loguru import logger
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import Progress, TaskID

from interactions.event import CallEvent
from interactions.events.lifecycle import CallEnded, StreamLost, StreamResumed
from interactions.events.speaking import ReplyPlanned
from interactions.events.understanding import SlotFilled
from records.database import Database
from records.events import EventStore
from scripts.bench_service import CREDENTIALS, Running, free_port, ready, start_service, stop
from simulator.caller import PreparedScenario, prepare
from simulator.document import EndedBy
from simulator.scenario import Dtmf, HangUp, Part, Say, Scenario, Step, WaitTurn
from simulator.simulator import CallReport, Simulator
from simulator.webhooks import Service

_LINE = Path(__file__).parents[1] / "lines" / "shop"
_SLOT, _QUESTION = "order_number", "order number?"
SECONDS_ALIVE = (6.0, 14.0)
"""A process that has calls is killed after a random time between these, s."""
_SETTLE_S = 4.0
"""After the last call, until everything was reported and committed."""
_WINDOW_S = 4.0
"""Stretch of a recording that is looked up in the other, s."""
_MOST_LAG_S = 1.5
"""How far apart two recordings of one moment are looked for, s."""
_AUDIBLE = 300.0
"""RMS (16 bit) from which on a stretch has enough sound to be recognised."""
_RATE = 8000


class Relay:
    """One address in front of processes that come and go; new connections go to the one that was named last."""

    def __init__(self) -> None:
        self.port = free_port()
        self.target = 0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "Relay":
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.close()
            return
        for source, sink in ((reader, back), (there, writer)):
            task = asyncio.create_task(_pipe(source, sink))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)


async def _pipe(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
    with contextlib.suppress(OSError, RuntimeError):
        sink.close()


@dataclass(slots=True)
class Lived:
    """One call and what its caller lived through."""

    report: CallReport
    kills: int
    """How often its process was killed."""
    recording: Path
    """What the caller's telephone recorded."""


@dataclass(slots=True)
class Findings:
    """What is left of all calls."""

    calls: int = 0
    kills: int = 0
    never_taken: int = 0
    """Calls that rang in the moment of a kill."""
    calls_hit: int = 0
    """Calls whose process was killed at least once."""
    hits: int = 0
    """Kills summed over the calls that were going on."""
    left_open: int = 0
    """Calls that the carrier gave up in the moment of a kill: their end is for the reconciler to find out."""
    events: int = 0
    streams_lost: int = 0
    resumed: int = 0
    ended_by: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    """What must not be: a hole, a double, an event after the end, a value forgotten."""
    slots_given: int = 0
    """Calls that were cut off after the caller had given the order number."""
    slots_known: int = 0
    """Those of them in which it was not asked for again."""
    lag_caller_ms: list[float] = field(default_factory=list)
    """Our recording against the telephone's, caller's channel: how far each stretch is from the call's first one."""
    lag_played_ms: list[float] = field(default_factory=list)
    """The same for the channel of what was played."""

    def summary(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            **{name: value for name, value in asdict(self).items() if not name.startswith("lag_")},
            "ended_by": dict(self.ended_by),
            "caller_channel": _spread(self.lag_caller_ms),
            "played_channel": _spread(self.lag_played_ms),
        }


def _spread(lags: list[float]) -> dict[str, float]:
    sizes = np.abs(np.array(lags or [0.0]))
    return {
        "stretches": len(lags),
        "p50_ms": round(float(np.percentile(sizes, 50)), 1),
        "p95_ms": round(float(np.percentile(sizes, 95)), 1),
        "most_ms": round(float(sizes.max()), 1),
    }


def caller_of(number: int) -> PreparedScenario:
    """A caller who gives an order number and then goes on asking."""
    chance = random.Random(number)
    wait = WaitTurn(silence_ms=600, timeout_ms=8000)
    questions = ["Where is my order?", "When will it be here?", "Can I return it?", "What are your opening hours?"]
    steps: list[Step] = [wait, Say(parts=(Part(text=questions[0]),)), wait, Dtmf(digits="4027"), wait]
    for _ in range(chance.randint(2, 4)):
        steps += [Say(parts=(Part(text=chance.choice(questions)),)), wait]
    return prepare(Scenario(name=f"caller {number}", steps=(*steps, HangUp()), max_seconds=120))


async def callers(
    simulator: Simulator, count: int, until: asyncio.Event, going_on: dict[int, int], folder: Path
) -> list[Lived]:
    """Keep ``count`` callers on the phone until told to stop; ``going_on`` counts the kills of each call."""
    lived: list[Lived] = []

    async def caller(number: int) -> None:
        for turn in range(1000):
            if until.is_set():
                return
            scenario = await asyncio.to_thread(caller_of, number * 1000 + turn)
            going_on[number] = 0
            recording = folder / f"{number}-{turn}.wav"
            report = await simulator.place_call(scenario, recording=recording)
            lived.append(Lived(report=report, kills=going_on.pop(number), recording=recording))

    async with asyncio.TaskGroup() as group:
        for number in range(count):
            group.create_task(caller(number))
    return lived


@contextlib.asynccontextmanager
async def replacements(data: Path, public_url: str) -> AsyncIterator["asyncio.Queue[Running]"]:
    """Processes of the service that take calls, one always in reserve."""
    reserve: asyncio.Queue[Running] = asyncio.Queue(maxsize=1)
    started: list[Running] = []

    async def start() -> None:
        while True:
            running = start_service(data, line=_LINE, log=f"log-{len(started)}.txt", public_url=public_url)
            started.append(running)
            await ready(running)
            await reserve.put(running)

    task = asyncio.create_task(start())
    try:
        yield reserve
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        for running in started:
            await asyncio.to_thread(stop, running)


async def run(kills: int, calls: int, seed: int, data: Path, progress: Progress, task: TaskID) -> list[Lived]:
    """Everything up to the last call; see the module's docstring."""
    chance = random.Random(seed)
    until, going_on = asyncio.Event(), dict[int, int]()
    async with Relay() as relay:
        address = f"http://127.0.0.1:{relay.port}"
        async with replacements(data, address) as reserve, Simulator(Service(url=address), CREDENTIALS) as simulator:
            alive = await reserve.get()
            relay.target = alive.port
            living = asyncio.create_task(callers(simulator, calls, until, going_on, data / "telephone"))
            for _ in range(kills):
                following = await reserve.get()
                await asyncio.sleep(chance.uniform(*SECONDS_ALIVE))
                for number in going_on:
                    going_on[number] += 1
                relay.target = following.port
                os.kill(alive.process.pid, signal.SIGKILL)
                await asyncio.to_thread(alive.process.wait)
                alive = following
                progress.advance(task)
            until.set()
            lived = await living
            await asyncio.sleep(_SETTLE_S)
    return lived


def look_back(lived: list[Lived], kills: int, data: Path) -> Findings:
    """Read every call back; blocking."""
    found = Findings(kills=kills)
    store = EventStore(Database(f"sqlite:///{data / 'firstline.db'}"))
    try:
        for call in lived:
            _look_at(call, store, data, found)
    finally:
        store.close()
    return found


def _look_at(call: Lived, store: EventStore, data: Path, found: Findings) -> None:
    call_id = call.report.call_sid
    events = store.read(call_id)
    if not events and call.report.ended_by is EndedBy.ERROR:
        # Its first request came to the process that was just killed: the carrier had nobody to talk to.
        found.never_taken += 1
        return
    found.calls += 1
    found.calls_hit += bool(call.kills)
    found.hits += call.kills
    found.events += len(events)
    found.streams_lost += sum(isinstance(event.body, StreamLost) for event in events)
    found.resumed += sum(isinstance(event.body, StreamResumed) for event in events)
    found.ended_by[call.report.ended_by.value] += 1
    _check_order(call_id, events, call.report.ended_by, found)
    _check_slots(call_id, events, found)
    recording = data / "recordings" / f"{call_id}.wav"
    if recording.exists():
        caller, played = lags(recording, call.recording)
        found.lag_caller_ms += caller
        found.lag_played_ms += played


def _check_order(call_id: str, events: list[CallEvent], ended_by: EndedBy, found: Findings) -> None:
    if [event.seq for event in events] != list(range(1, len(events) + 1)):
        found.wrong.append(f"{call_id}: the numbers are {[event.seq for event in events]}")
    if len({event.event_id for event in events}) != len(events):
        found.wrong.append(f"{call_id}: an event is there twice")
    ends = [event.seq for event in events if isinstance(event.body, CallEnded)]
    if not ends and ended_by is EndedBy.ERROR:
        # The carrier's question, and its word that the call is over, both came to the process that died.
        found.left_open += 1
    elif ends != [len(events)]:
        found.wrong.append(f"{call_id}: call_ended stands at {ends} of {len(events)}")
    for writer in {event.writer for event in events}:
        times = [event.call_ms for event in events if event.writer is writer]
        if any(later < earlier for earlier, later in itertools.pairwise(times)):
            found.wrong.append(f"{call_id}: the clock of {writer} goes back")


def _check_slots(call_id: str, events: list[CallEvent], found: Findings) -> None:
    """Whoever gave the order number before a kill is not asked for it again after it."""
    given = next((e.seq for e in events if isinstance(e.body, SlotFilled) and e.body.slot == _SLOT), None)
    resumed = [e.seq for e in events if isinstance(e.body, StreamResumed) and given is not None and e.seq > given]
    if not resumed:
        return
    found.slots_given += 1
    asked = [
        e.seq
        for e in events
        if isinstance(e.body, ReplyPlanned) and e.seq > resumed[0] and _QUESTION in e.body.pii_text
    ]
    found.slots_known += not asked
    if asked:
        found.wrong.append(f"{call_id}: the number given at {given} is asked for again at {asked}")


def lags(ours: Path, telephone: Path) -> tuple[list[float], list[float]]:
    """How far stretches of our recording are from where the first one puts them in the telephone's, per channel, ms."""
    mine, rate = soundfile.read(ours, dtype="float64", always_2d=True)
    theirs, other = soundfile.read(telephone, dtype="float64", always_2d=True)
    if rate != _RATE or other != _RATE:
        raise ValueError(f"recordings of {rate} and {other} Hz cannot be compared")
    channels = []
    for channel in (0, 1):
        found = [lag for lag in _lags(mine[:, channel] * 32768, theirs[:, channel] * 32768) if lag is not None]
        channels.append([lag - found[0] for lag in found[1:]] if found else [])
    return channels[0], channels[1]


def _lags(mine: NDArray[np.float64], theirs: NDArray[np.float64]) -> list[float | None]:
    window, most = int(_WINDOW_S * _RATE), int(_MOST_LAG_S * _RATE)
    return [
        _lag(mine[start : start + window], theirs[max(0, start - most) : start + window + most], min(start, most))
        for start in range(0, len(mine) - window, window)
    ]


def _lag(piece: NDArray[np.float64], around: NDArray[np.float64], before: int) -> float | None:
    """Where a stretch lies in the other recording, ms later than here; None when it cannot be told."""
    if np.sqrt(np.mean(piece**2)) < _AUDIBLE or len(around) < len(piece):
        return None
    size = 1 << (len(around) + len(piece)).bit_length()
    spectrum = np.fft.rfft(around, size) * np.conj(np.fft.rfft(piece, size))
    match = np.fft.irfft(spectrum, size)[: len(around) - len(piece) + 1]
    best = int(np.argmax(match))
    there = around[best : best + len(piece)]
    likeness = float(match[best]) / (float(np.linalg.norm(there) * np.linalg.norm(piece)) or 1.0)
    return (best - before) * 1000 / _RATE if likeness > 0.7 else None


def main(
    kills: Annotated[int, typer.Option(help="How often the process is killed.")] = 50,
    calls: Annotated[int, typer.Option(help="Callers on the phone all the time.")] = 3,
    seed: Annotated[int, typer.Option(help="Makes the moments of the kills repeatable.")] = 1,
    keep: Annotated[Path | None, typer.Option(help="A folder that keeps database, recordings and logs.")] = None,
    json_out: Annotated[Path | None, typer.Option("--json", help="Where to write the results.")] = None,
) -> None:
    """Kill the service in mid-call at random and check logs, slots and recordings; exits with 1 if anything is lost."""
    logger.remove()
    with tempfile.TemporaryDirectory() as scratch, Progress(console=Console(stderr=True)) as progress:
        data = keep or Path(scratch)
        began = time.monotonic()
        task = progress.add_task("kills", total=kills)
        lived = asyncio.run(run(kills, calls, seed, data, progress, task))
        found = look_back(lived, kills, data)
        summary = found.summary() | {"took_s": round(time.monotonic() - began, 1)}
    if json_out:
        json_out.write_text(json.dumps(summary, indent=1))
    Console().print_json(json.dumps(summary))
    raise typer.Exit(code=1 if found.wrong else 0)


if __name__ == "__main__":
    typer.run(main)
