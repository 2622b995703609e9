"""Measures what the bot's own voice does to a call, when a loudspeaker sends it back.

    python -m scripts.evaluate_echo --data ../shared/data --json OUT

The bot says sentences in its own voice, rooms send them back at several levels and delays through μ-law, recorded
people speak over it. Printed for the product and for the product without its echo suppressor: how often the bot stopped
for itself, how many words of its own it took for the caller's, how many callers it missed, and how soon it stopped for
the others. The same callers in a call without an echo tell what the suppressor costs.
"""

import asyncio
import itertools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from models.interfaces import SAMPLES_PER_MS, TELEPHONE_RATE, Audio
from models.speech_detection import SileroDetector
from models.text_to_speech import HibariVoice
from models.workers import ModelWorkers
from scripts.echo_rooms import Heard, Room, RoomCall, at_level
from scripts.turn_engines import transcriber
from scripts.turn_pauses import turns

SENTENCES = (
    "Hello, this is the lantern shop. How can I help you today?",
    "Your order is on its way, and your linen apron should arrive on Thursday.",
    "I can help with orders, returns and opening hours. Which one is it?",
    "We are open from nine to five, Monday to Friday, and on Saturday from ten to two.",
    "Shipping within the country costs four pounds fifty and takes two to three working days.",
    "I'm sorry, I didn't catch that. Could you say it again, please?",
    "Should I send you a new one, or would you like your money back?",
)
LEVELS_DB = (-15.0, -20.0, -25.0, -30.0, -35.0, -40.0, -45.0)
DELAYS_MS = (80.0, 170.0, 265.0, 400.0)
NOISE_DBFS = -60.0
SPEAKS_AFTER_S = 2.5
"""When somebody speaks over the bot, into a greeting of eight seconds and more."""
_MISSED_MS = 1500
"""A caller for whom the bot did not stop so soon was missed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Somebody who speaks over the bot."""

    name: str
    audio: Audio
    """float32 at 8 kHz, from the first word on."""


def voices() -> list[Audio]:
    """The bot's sentences in its own voice."""

    async def render() -> list[Audio]:
        voice = HibariVoice(ModelWorkers("voice"))
        return [np.concatenate([piece async for piece in voice.render(text)]) for text in SENTENCES]

    return asyncio.run(render())


def speakers(data: Path, most: int) -> list[Speaker]:
    """Recorded people, the beginnings of their turns, spread over all recordings."""
    whole = [turn for turn in turns(data) if not turn.name.startswith(("numbers", "spellings", "digits", "letters"))]
    chosen = whole[:: max(1, len(whole) // most)][:most]
    return [Speaker(name=turn.name, audio=_from_first_word(turn.audio)[: 3 * TELEPHONE_RATE]) for turn in chosen]


def _from_first_word(audio: Audio) -> Audio:
    loud = np.flatnonzero(np.abs(audio) > 0.1 * np.abs(audio).max())
    return audio[max(0, int(loud[0]) - 160) :]


def alone(call: RoomCall, bot: list[Audio], *, first: int) -> Heard:
    """The bot speaks, one reply after the other, and nobody else."""
    replies = [bot[(first + n) % len(bot)] for n in range(4)]
    size = sum(reply.size + TELEPHONE_RATE for reply in replies)
    return call.run(replies, np.zeros(size, np.float32))


def over(call: RoomCall, bot: list[Audio], speaker: Speaker, dbfs: float, *, first: int) -> float | None:
    """Somebody speaks over a long reply; returns how long the bot went on, ms, None when it did not stop."""
    reply = np.concatenate([bot[(first + n) % len(bot)] for n in range(3)])
    begins = int(SPEAKS_AFTER_S * TELEPHONE_RATE)
    says = np.zeros(max(reply.size, begins + speaker.audio.size) + TELEPHONE_RATE, np.float32)
    says[begins : begins + speaker.audio.size] = at_level(speaker.audio, dbfs)
    heard = call.run([reply], says)
    after = [ms - begins // SAMPLES_PER_MS for ms in heard.stopped_ms + heard.interrupted_ms]
    soon = [ms for ms in after if 0 <= ms <= _MISSED_MS]
    return float(min(soon)) if soon else None


def main(
    data: Annotated[Path, typer.Option(help="Folder with speech/.")] = Path("../shared/data"),
    callers: Annotated[int, typer.Option(help="How many people speak over the bot, in each room.")] = 10,
    caller_dbfs: Annotated[float, typer.Option(help="How loud they are.")] = -22.0,
    compare: Annotated[bool, typer.Option(help="Also measure without the suppressor.")] = True,
    json_out: Annotated[Path | None, typer.Option("--json", help="Write the numbers there.")] = None,
) -> None:
    """Measure and print."""
    detector, transcribe, bot, people = SileroDetector(), transcriber(), voices(), speakers(data, callers)
    rooms: list[Room | None] = [None]
    for number, (db, delay_ms) in enumerate(itertools.product(LEVELS_DB, DELAYS_MS)):
        chance = np.random.default_rng(number)
        rooms.append(
            Room(
                db=db,
                delay_ms=delay_ms,
                reverberation_s=float(chance.uniform(0.2, 0.5)),
                direct_db=float(chance.uniform(-3, 6)),
                moves_ms=float(chance.choice([0.0, 0.0, 15.0])),
                seed=number,
            )
        )
    rows: list[dict[str, Any]] = []
    for number, room in enumerate(rooms):
        for suppress in (True, False) if compare else (True,):

            def call(room: Room | None = room, suppress: bool = suppress) -> RoomCall:
                return RoomCall(room, detector, transcribe, suppress=suppress, noise_dbfs=NOISE_DBFS)

            own = alone(call(), bot, first=number)
            stops = [over(call(), bot, person, caller_dbfs, first=number + n) for n, person in enumerate(people)]
            rows.append(_row(room, own, stops, suppress=suppress))
    _print(rows)
    if json_out:
        json_out.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def _row(room: Room | None, own: Heard, stops: list[float | None], *, suppress: bool) -> dict[str, Any]:
    return {
        "echo_db": room.db if room else None,
        "delay_ms": room.delay_ms if room else None,
        "found_ms": own.delay_ms,
        "suppress": suppress,
        "stopped_for_itself": len(own.stopped_ms) + len(own.interrupted_ms),
        "own_words": sum(len(text.split()) for text in own.words),
        "stops_ms": stops,
    }


def _print(rows: list[dict[str, Any]]) -> None:
    table = Table("echo", "suppressor", "stopped for itself", "own words", "callers missed", "stopped after p50", "p95")
    for suppress in (True, False):
        for level in (None, *LEVELS_DB):
            of_level = [row for row in rows if row["suppress"] is suppress and row["echo_db"] == level]
            if not of_level:
                continue
            stops = [stop for row in of_level for stop in row["stops_ms"]]
            times = [stop for stop in stops if stop is not None] or [float("nan")]
            table.add_row(
                "none" if level is None else f"{level:.0f} dB",
                "on" if suppress else "off",
                str(sum(row["stopped_for_itself"] for row in of_level)),
                str(sum(row["own_words"] for row in of_level)),
                f"{stops.count(None)} of {len(stops)}",
                f"{np.percentile(times, 50):.0f} ms",
                f"{np.percentile(times, 95):.0f} ms",
            )
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
