"""What a call costs in memory when nobody speaks: rounds of quiet calls against one service process.

Every round places so many calls at once; each hears the greeting and waits. Without speech nothing depends on how busy
the machine is, so that two versions can be compared anywhere. What a round leaves behind is told as well: memory that
ended calls do not give back.

    python -m scripts.bench_memory [--calls 32] [--rounds 4] [--json results.json]
"""

import asyncio
import json
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from scripts.bench_service import CREDENTIALS, Running, our_service
from simulator.caller import PreparedScenario, prepare
from simulator.scenario import HangUp, Scenario, Wait, WaitTurn
from simulator.simulator import Simulator

_HELD_MS = 12_000
_SETTLE_S = 2.0
"""From the last goodbye until what is left is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What the process held in one round."""

    calls: int
    """Calls at once."""
    most_mb: float
    """Most resident memory while they were held."""
    after_mb: float
    """Resident memory when they were over."""
    per_call_mb: float
    """Growth since before the first round, a call of this one."""


def quiet_call(number: int) -> PreparedScenario:
    """A caller who listens to the greeting and says nothing."""
    steps = (WaitTurn(silence_ms=600, timeout_ms=9000), Wait(ms=_HELD_MS), HangUp())
    return prepare(Scenario(name=f"quiet {number}", steps=steps, max_seconds=60))


async def measure(calls: int, rounds: int, console: Console) -> list[Round]:
    """Place the calls, round by round; a small round first fills what is made once."""
    found = []
    with tempfile.TemporaryDirectory() as scratch:
        async with (
            our_service(Path(scratch) / "memory", max_calls=calls + 4) as running,
            Simulator(running.service, CREDENTIALS) as simulator,
        ):
            await asyncio.gather(*(simulator.place_call(quiet_call(number)) for number in range(2)))
            await asyncio.sleep(_SETTLE_S)
            before = running.memory_mb()
            for number in range(rounds):
                console.log(f"round {number + 1} of {rounds}: {calls} calls")
                found.append(await _round(simulator, running, calls, before))
    return found


async def _round(simulator: Simulator, running: Running, calls: int, before: float) -> Round:
    placed = asyncio.gather(*(simulator.place_call(quiet_call(number)) for number in range(calls)))
    most = 0.0
    while not placed.done():
        most = max(most, running.memory_mb())
        await asyncio.sleep(0.5)
    await placed
    await asyncio.sleep(_SETTLE_S)
    return Round(
        calls=calls,
        most_mb=round(most, 1),
        after_mb=round(running.memory_mb(), 1),
        per_call_mb=round((most - before) / calls, 2),
    )


def main(
    calls: Annotated[int, typer.Option(help="Calls at once.")] = 32,
    rounds: Annotated[int, typer.Option(help="How often.")] = 4,
    json_path: Annotated[Path | None, typer.Option("--json", help="Where the figures go.")] = None,
) -> None:
    """Print what the process held in every round."""
    console = Console()
    found = asyncio.run(measure(calls, rounds, console))
    table = Table("calls", "most, MB", "after, MB", "growth a call, MB")
    for each in found:
        table.add_row(str(each.calls), f"{each.most_mb:.1f}", f"{each.after_mb:.1f}", f"{each.per_call_mb:.2f}")
    console.print(table)
    if json_path:
        json_path.write_text(json.dumps([asdict(each) for each in found], indent=1), encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
