"""What the pure parts of a call cost: microseconds a frame, a reply, an event, a turn, on one core and without models.

    python -m scripts.bench_core [--json results.json]

Each figure is the median over repeated runs, so that a busy machine moves it little; nothing here passes or fails.
"""

import argparse
import asyncio
import json
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
from rich.console import Console
from rich.table import Table

from dialogue.dialogue import Dialogue
from dialogue.knowledge import KnowledgeBase
from dialogue.lines.load import load_line
from dialogue.types import CallerTurn
from interactions.context import CallContext
from interactions.events.listening import Partial
from interactions.log import CallLog
from interactions.vocabulary import Writer
from languages import load
from models.audio import mulaw_encode
from models.interfaces import SAMPLES_PER_MS
from records.database import Database
from records.events import EventStore
from records.recordings import Recordings
from telephony.inbound import InboundLimits, InboundTimeline
from telephony.twilio.codec import TwilioCodec
from voice.clock import CallClock
from voice.echo.reference import Reference
from voice.echo.suppressor import EchoSuppressor
from voice.listening.gate import GateFrame
from voice.listening.turns import TurnTaker
from voice.speaking.playout import Playout, Sentence

FRAME_MS = 20
FRAME = b"\xd0" * (FRAME_MS * SAMPLES_PER_MS)
RUNS = 15
LINE = Path(__file__).parents[1] / "lines" / "shop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one part costs."""

    part: str
    """Which."""
    per: str
    """Of what."""
    us: float
    """Median, microseconds."""


def cost(part: str, per: str, work: Callable[[int], object], count: int) -> Cost:
    """Do ``work(n)`` for n from 0 to ``count`` - 1 in each of several runs; n goes on over the runs."""
    took, done = [], 0
    for _ in range(RUNS):
        began = time.perf_counter()
        for n in range(done, done + count):
            work(n)
        took.append((time.perf_counter() - began) / count)
        done += count
    return Cost(part=part, per=per, us=median(took) * 1e6)


def of_a_frame(folder: Path) -> Iterator[Cost]:
    """The way of 20 ms of the caller's audio, step by step, the speech detector excepted."""
    codec = TwilioCodec()
    codec.parse(
        '{"event":"start","streamSid":"MZ1","start":{"accountSid":"AC1","callSid":"CA1","streamSid":"MZ1",'
        '"mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000,"channels":1}}}'
    )
    media = {"track": "inbound", "timestamp": "5", "payload": b64encode(FRAME).decode("ascii")}
    message = json.dumps({"event": "media", "streamSid": "MZ1", "media": media})
    yield cost("message read", "frame", lambda _: codec.parse(message), 2000)

    line = InboundTimeline(InboundLimits(), started_s=0.0)
    yield cost("gaps filled", "frame", lambda n: line.audio(n * 0.02, n * FRAME_MS, FRAME), 2000)

    clock = CallClock()
    yield cost("call clock set and read", "frame", lambda _: (clock.delivered(len(FRAME)), clock.now_ms()), 2000)

    recordings = Recordings(folder / "recordings")
    recorder = recordings.recorder("CA1")
    yield cost("recording", "frame", lambda n: recorder.caller(FRAME, n * len(FRAME)), 500)
    recordings.close()

    yield cost("own echo, bot silent", "frame", _suppressor(FRAME, said=False), 500)
    yield cost("own echo, bot speaks, no echo", "frame", _suppressor(_hush(), said=True), 500)
    yield cost("own echo, in a loudspeaker's", "frame", _suppressor(None, said=True), 500)

    turns = TurnTaker(load("en"))
    yield cost("turn-taking, a silent caller", "frame", lambda n: turns.frame(_silent(n)), 2000)


def _suppressor(frame: bytes | None, *, said: bool) -> Callable[[int], object]:
    """Hands the caller's frames to a suppressor: this one, or what the bot said 200 ms before, 20 dB softer."""
    rng, reference = np.random.default_rng(1), Reference()
    suppressor = EchoSuppressor(reference)
    speech = rng.normal(0, 0.1, 50 * len(FRAME)) * np.repeat(rng.uniform(0.1, 1.0, 50), len(FRAME))
    played = mulaw_encode(speech.astype(np.float32))
    came = mulaw_encode((0.1 * speech).astype(np.float32))

    def hear(n: int) -> object:
        at, back = n % 50 * len(FRAME), (n - 10) % 50 * len(FRAME)
        if said:
            reference.sent(played[at : at + len(FRAME)], n * len(FRAME))
        return suppressor.clean(came[back : back + len(FRAME)] if frame is None else frame)

    return hear


def _hush() -> bytes:
    return mulaw_encode(np.random.default_rng(2).normal(0, 3e-4, len(FRAME)).astype(np.float32))


def _silent(n: int) -> GateFrame:
    return GateFrame(start_ms=n * FRAME_MS, end_ms=(n + 1) * FRAME_MS, probability=0.0, level_dbfs=-60.0)


def of_a_reply() -> Cost:
    """Three seconds of speech, sent and accounted for in steps of 20 ms."""
    sentence = Sentence(text="It was sent yesterday.", audio=b"\x10" * (3000 * SAMPLES_PER_MS))
    playout = Playout()

    def say(n: int) -> None:
        playout.add(n, sentence)
        playout.close(n)
        for step in range(160):
            playout.advance(n * 3200 + step * FRAME_MS)

    return cost("playout of 3 s", "reply", say, 20)


def of_an_event(folder: Path) -> Iterator[Cost]:
    """The log: what the event loop pays, and how long until the event is on the disk (SQLite)."""
    database = Database(f"sqlite:///{folder / 'bench.db'}")
    store = EventStore(database)
    log = CallLog("CA1", store, now_ms=lambda: 1.0, writer=Writer.SESSION)
    body = Partial(pii_text="Where is my order?", at_ms=1)
    yield cost("event handed over", "event", lambda _: log.append(body), 100)
    store.flush()

    def commit(_: int) -> None:
        log.append(body)
        store.flush()

    yield cost("event handed over and committed", "event", commit, 4)
    store.close()
    database.close()


def of_a_turn() -> Iterator[Cost]:
    """The dialogue, for words that are understood already, and the look-up by words."""
    line = load_line(LINE)
    knowledge = KnowledgeBase(line.articles, line.language.search)
    dialogue = Dialogue(line, knowledge)
    greeted = dialogue.start(CallContext(call_id="CA1", line=line.name), datetime.now(UTC), None)
    said = CallerTurn(text="four oh two seven")
    yield cost("dialogue", "turn", lambda _: dialogue.caller_said(greeted.state, said), 50)
    question = "can I leave the lantern in the garden when it rains"
    yield cost("knowledge by words", "turn", lambda _: knowledge.lexical(question), 50)


@contextmanager
def _folder() -> Iterator[Path]:
    with TemporaryDirectory() as name:
        yield Path(name)


async def measure() -> list[Cost]:
    """All costs, in the order of a call; inside an event loop, whose clock the call clock reads."""
    with _folder() as folder:
        return [*of_a_frame(folder), of_a_reply(), *of_an_event(folder), *of_a_turn()]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="also write the figures there")
    arguments = parser.parse_args()
    costs = asyncio.run(measure())
    table = Table("part", "µs (median)", "per")
    for each in costs:
        table.add_row(each.part, f"{each.us:.1f}", each.per)
    Console().print(table)
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(each) for each in costs], indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
