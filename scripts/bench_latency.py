"""Measures, at the caller's ear, how fast, how patiently and how interruptibly the service answers real speech.

Simulated phones say recorded human turns to a service in a process of its own, as the carrier would stream them, and
record what reaches the ear, playout delay of the carrier (60 ms) included. Printed together, because neither means
anything alone: voice-to-voice latency, and the share of turns that were cut off in a pause. Then interruptions: how
long the bot goes on; and sounds that are none: how often it stops all the same. With ``--peer stock`` the same turns
are said to the stock pipecat pipeline in the same run.

    python -m scripts.bench_latency --peer stock --json results.json
"""

import asyncio
import dataclasses
import json
import platform
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from loguru import logger
from rich.console import Console
from rich.progress import Progress

from interactions.events.listening import SpeechEnded, UtteranceHeard
from records.database import Database
from records.event_log import EventLog
from scripts.bench_service import CREDENTIALS, Running, our_service, stock_peer
from scripts.bench_speech import Asked, Source, Turn, collect, disturbances, interruptions, speech_folder
from simulator.caller import prepare
from simulator.measures import TurnMeasure
from simulator.scenario import BargeInAfter, HangUp, Part, Say, Scenario, Step, Wait, WaitTurn
from simulator.simulator import CallReport, Simulator

TURNS_A_CALL = {Asked.ANYTHING: 1, Asked.NUMBER: 4, Asked.NAME: 2}
"""An open question is answered once a call: after turns that the line cannot place it asks for a message."""
TRIGGERS = {Asked.NUMBER: "I want to give you some order numbers.", Asked.NAME: "I want to give you my name."}
"""What the simulated caller says, in a synthetic voice, so that the bench's line asks for it."""
GREETING = "Hello, how can I help?"
ANSWER = "I'm not sure I understood that. Is it about your numbers?"
LONG_GREETING = (
    "Hello and welcome. Before we begin let me tell you how this works because it will make everything easier for you "
    "and for us and it only takes a moment of your time so please listen to the whole of this message and then tell "
    "me what brought you here today and I will do whatever I can to help you with it as quickly as possible."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One turn and how it was answered."""

    who: str
    """``firstline`` or ``stock``."""
    turn: str
    """The turn's name."""
    source: Source
    """Where its speech comes from."""
    voice_to_voice_ms: float | None
    """At the ear; None when cut off or never answered."""
    cut_off: bool
    """Whether the bot spoke into one of its pauses."""
    no_reply: bool
    """Whether nothing came."""
    decided_ms: float | None = None
    """From the last voiced sample to the end-of-turn decision, by our log."""
    rule: str = ""
    """The row of the policy that decided."""
    turn_probability: float | None = None
    """What the turn model gave it."""
    transcribe_ms: float | None = None
    """Compute time of the transcript."""
    text: str = ""
    """What was recognised."""


def scenarios(turns: list[Turn]) -> list[tuple[Scenario, list[Turn]]]:
    """Calls that say all turns: numbers and names where they are asked for, everything else to an open question."""
    calls: list[tuple[Scenario, list[Turn]]] = []
    for asked in Asked:
        alike = [turn for turn in turns if turn.asked is asked]
        for begin in range(0, len(alike), TURNS_A_CALL[asked]):
            calls.append(_call(alike[begin : begin + TURNS_A_CALL[asked]], asked))
    return calls


def _call(turns: list[Turn], asked: Asked) -> tuple[Scenario, list[Turn]]:
    wait = WaitTurn(silence_ms=500, timeout_ms=9000)
    steps: list[Step] = [wait]
    if asked in TRIGGERS:
        steps += [Say(parts=(Part(text=TRIGGERS[asked]),)), wait]
    for turn in turns:
        steps += [turn.say, wait]
    return Scenario(name=turns[0].name, steps=(*steps, HangUp()), max_seconds=240), turns


async def say_turns(who: str, running: Running, turns: list[Turn], progress: Progress) -> list[Answered]:
    """Say every turn, one call at a time."""
    answered: list[Answered] = []
    task = progress.add_task(f"{who}: turns", total=len(turns))
    async with Simulator(running.service, CREDENTIALS) as simulator:
        for scenario, said in scenarios(turns):
            report = await simulator.place_call(await asyncio.to_thread(prepare, scenario))
            answered += _match(who, running, report, said)
            progress.advance(task, len(said))
    return answered


def _match(who: str, running: Running, report: CallReport, said: list[Turn]) -> list[Answered]:
    measured = report.measures.turns[-len(said) :] if len(report.measures.turns) >= len(said) else report.measures.turns
    stages = _stages(running, report.call_sid) if who == "firstline" else []
    return [_answered(who, turn, measure, stages) for turn, measure in zip(said, measured, strict=False)]


def _answered(who: str, turn: Turn, measure: TurnMeasure, stages: list[tuple[SpeechEnded, str, float]]) -> Answered:
    # The caller's clock and the call clock differ by the stream's start, well below half a second.
    near = [stage for stage in stages if abs(stage[0].end_ms - measure.end_ms) < 700]
    stage = min(near, key=lambda s: abs(s[0].end_ms - measure.end_ms), default=None)
    return Answered(
        who=who,
        turn=turn.name,
        source=turn.source,
        voice_to_voice_ms=measure.voice_to_voice_ms,
        cut_off=measure.cut_off,
        no_reply=measure.no_reply,
        decided_ms=stage[0].decided_ms - stage[0].end_ms if stage else None,
        rule=stage[0].rule if stage else "",
        turn_probability=stage[0].turn_probability if stage else None,
        text=stage[1] if stage else "",
        transcribe_ms=stage[2] if stage else None,
    )


def _stages(running: Running, call_id: str) -> list[tuple[SpeechEnded, str, float]]:
    """Ends of turns in the call's log, with what was recognised and how long that took."""
    log = EventLog(database := Database(f"sqlite:///{running.data / 'firstline.db'}"))
    try:
        bodies = [event.body for event in log.read(call_id)]
    finally:
        database.close()
    ends = [body for body in bodies if isinstance(body, SpeechEnded)]
    texts = {body.end_ms: body for body in bodies if isinstance(body, UtteranceHeard)}
    return [(end, t.pii_text, t.transcribe_ms) for end in ends if (t := texts.get(end.end_ms)) is not None]


async def interrupt(running: Running, folder: Path, count: int, progress: Progress) -> list[float | None]:
    """Interrupt the long greeting; returns how long the bot went on each time, None when it did not stop."""
    turns = interruptions(folder)[:count]
    task = progress.add_task("interruptions", total=len(turns))
    stops: list[float | None] = []
    async with Simulator(running.service, CREDENTIALS) as simulator:
        for number, turn in enumerate(turns):
            steps: tuple[Step, ...] = (
                BargeInAfter(bot_ms=1500 + 370 * (number % 7)),
                turn.say,
                WaitTurn(silence_ms=400, timeout_ms=6000),
                HangUp(),
            )
            report = await simulator.place_call(Scenario(name=turn.name, steps=steps))
            stops += [measure.barge_in_stop_ms for measure in report.measures.turns[:1]]
            progress.advance(task)
    return stops


async def disturb(running: Running, folder: Path, repeats: int, progress: Progress) -> list[tuple[str, bool]]:
    """Murmur, bark and rattle beneath the long greeting; returns whether the bot stopped for each."""
    turns = disturbances(folder) * repeats
    task = progress.add_task("disturbances", total=len(turns))
    stopped: list[tuple[str, bool]] = []
    async with Simulator(running.service, CREDENTIALS) as simulator:
        for begin in range(0, len(turns), 3):
            some = turns[begin : begin + 3]
            steps: list[Step] = [BargeInAfter(bot_ms=1200)]
            for turn in some:
                steps += [turn.say, Wait(ms=2200)]
            report = await simulator.place_call(Scenario(name="disturbances", steps=(*steps, HangUp())))
            for turn, measure in zip(some, report.measures.turns, strict=False):
                if measure.false_stop is not None:
                    stopped.append((turn.name, measure.false_stop))
            progress.advance(task, len(some))
    return stopped


def percentile(values: list[float], share: float) -> float | None:
    """A percentile, or None of nothing."""
    return round(float(np.percentile(values, share)), 1) if values else None


def summarise(answered: list[Answered], stops: list[float | None], stopped: list[tuple[str, bool]]) -> dict[str, Any]:
    """The numbers that belong together."""
    ours = [each for each in answered if each.who == "firstline"]
    peer = [each for each in answered if each.who == "stock"]
    latencies = [each.voice_to_voice_ms for each in ours if each.voice_to_voice_ms is not None]
    peer_latencies = [each.voice_to_voice_ms for each in peer if each.voice_to_voice_ms is not None]
    stop_times = [stop for stop in stops if stop is not None]
    p50, peer_p50 = percentile(latencies, 50), percentile(peer_latencies, 50)
    return {
        "turns": len(ours),
        "p50_ms": p50,
        "p95_ms": percentile(latencies, 95),
        "p99_ms": percentile(latencies, 99),
        "cutoff_rate": _share([each.cut_off for each in ours]),
        "no_reply_rate": _share([each.no_reply for each in ours]),
        "cutoff_rate_by_source": {
            source.value: _share([each.cut_off for each in ours if each.source is source])
            for source in Source
            if any(each.source is source for each in ours)
        },
        "stages_p50_ms": {
            "end_of_turn_decision": percentile([e.decided_ms for e in ours if e.decided_ms is not None], 50),
            "transcription": percentile([e.transcribe_ms for e in ours if e.transcribe_ms is not None], 50),
            "decision_to_ear": percentile(
                [
                    e.voice_to_voice_ms - e.decided_ms
                    for e in ours
                    if e.voice_to_voice_ms is not None and e.decided_ms is not None
                ],
                50,
            ),
        },
        "barge_ins": len(stop_times),
        "barge_in_p50_ms": percentile(stop_times, 50),
        "barge_in_p95_ms": percentile(stop_times, 95),
        "disturbances": len(stopped),
        "false_stop_rate": _share([stop for _, stop in stopped]),
        "peer_turns": len(peer),
        "peer_p50_ms": peer_p50,
        "peer_p95_ms": percentile(peer_latencies, 95),
        "peer_cutoff_rate": _share([each.cut_off for each in peer]),
        "peer_no_reply_rate": _share([each.no_reply for each in peer]),
        "ratio": round(p50 / peer_p50, 3) if p50 and peer_p50 else None,
        "machine": machine(),
    }


def _share(flags: list[bool]) -> float | None:
    return round(sum(flags) / len(flags), 4) if flags else None


def machine() -> str:
    """What this was measured on."""
    return f"{platform.machine()}, {_processor()}, Python {platform.python_version()}"


def _processor() -> str:
    names = [
        line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line
    ]
    return f"{len(names)} × {names[0]}" if names else "unknown processor"


@dataclass(slots=True)
class Results:
    """What was measured so far."""

    answered: list[Answered] = field(default_factory=list)
    """Every turn."""
    stops: list[float | None] = field(default_factory=list)
    """How long the bot went on in each interruption, ms; None when it did not stop."""
    stopped: list[tuple[str, bool]] = field(default_factory=list)
    """Whether the bot stopped for each disturbing sound."""

    def as_json(self) -> dict[str, Any]:
        """Summary and every turn."""
        return {
            "summary": summarise(self.answered, self.stops, self.stopped),
            "turns": [dataclasses.asdict(each) for each in self.answered],
            "barge_in_stop_ms": self.stops,
            "disturbances": [{"sound": name, "stopped": stop} for name, stop in self.stopped],
        }


async def measure(
    folder: Path,
    *,
    peer: str,
    limit: int,
    barge_ins: int,
    disturbance_repeats: int,
    progress: Progress,
    keep: Callable[[Results], None],
) -> Results:
    """Run everything, see the module's docstring; ``keep`` gets what there is after each part."""
    turns, results = collect(folder), Results()
    turns = turns[:: max(1, len(turns) // limit)][:limit] if limit else turns
    with tempfile.TemporaryDirectory() as scratch:
        data = Path(scratch)
        async with our_service(data / "turns") as running:
            results.answered += await say_turns("firstline", running, turns, progress)
            keep(results)
        async with our_service(data / "long", greeting=LONG_GREETING) as running:
            results.stops += await interrupt(running, folder, barge_ins, progress)
            results.stopped += await disturb(running, folder, disturbance_repeats, progress)
            keep(results)
        if peer == "stock":
            async with stock_peer(data / "peer", greeting=GREETING, answer=ANSWER) as running:
                results.answered += await say_turns("stock", running, turns, progress)
                keep(results)
    return results


def main(
    speech: Annotated[Path | None, typer.Option(help="Folder of recorded speech; see scripts.bench_speech.")] = None,
    peer: Annotated[str, typer.Option(help="`stock`: also the stock pipecat pipeline. `none`: only us.")] = "none",
    turns: Annotated[int, typer.Option(help="Say only so many turns; 0 says all.")] = 0,
    barge_ins: Annotated[int, typer.Option(help="Interruptions.")] = 20,
    disturbance_repeats: Annotated[int, typer.Option(help="Times each disturbing sound is made.")] = 2,
    json_out: Annotated[Path | None, typer.Option("--json", help="Where to write summary and every turn.")] = None,
) -> None:
    """Measure latency, false cut-offs, barge-in and false stops at the caller's ear."""
    logger.remove()
    console = Console(stderr=True)

    def keep(results: Results) -> None:
        if json_out:
            json_out.write_text(json.dumps(results.as_json(), indent=1))

    with Progress(console=console) as progress:
        results = asyncio.run(
            measure(
                speech_folder(speech),
                peer=peer,
                limit=turns,
                barge_ins=barge_ins,
                disturbance_repeats=disturbance_repeats,
                progress=progress,
                keep=keep,
            )
        )
    Console().print_json(json.dumps(results.as_json()["summary"]))


if __name__ == "__main__":
    typer.run(main)
