"""A media stream against a socket that only keeps what it is given."""

import asyncio
import base64
import json
import random
from typing import Any

import pytest

from simulator.mulaw import FRAME, SILENCE
from simulator.playback import MAX_BUFFERED
from simulator.protocol import Outgoing
from simulator.scenario import Network
from simulator.stream import MediaStream, StreamEnd

SID = "MZ" + "0" * 32


class KeptWire:
    """The part of a socket that a stream uses."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.backlog = 0
        self.open = True
        self.close_code = 1000
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def send(self, text: bytes) -> None:
        self.sent.append(json.loads(text))

    def close(self, code: int = 1000) -> None:
        self.open = False
        self.close_code = code
        self.closed.set_result(None)

    def abort(self) -> None:
        self.open = False
        self.close_code = 1006
        self.closed.set_result(None)

    def events(self) -> list[str]:
        return [message["event"] for message in self.sent]


def stream(**network: Any) -> tuple[MediaStream, KeptWire, list[str]]:
    wire, cleared = KeptWire(), []
    made = MediaStream(
        Outgoing(SID, "CA1", "AC1"),
        Network(**network),
        rng=random.Random(1),
        clock_ms=lambda: 0,
        on_clear=lambda: cleared.append("clear"),
    )
    return made, wire, cleared


def message(event: str, **fields: Any) -> str:
    return json.dumps({"event": event, "streamSid": SID, **fields})


def audio(data: bytes) -> str:
    return message("media", media={"payload": base64.b64encode(data).decode()})


async def test_media_begins_after_start_within_200_ms_and_nothing_follows_stop() -> None:
    made, wire, _ = stream()
    made.tick(SILENCE)
    assert wire.sent == []
    made.begin(wire, {"a": "b"})  # type: ignore[arg-type]
    for _ in range(12):
        made.tick(SILENCE)
    assert wire.events()[:3] == ["connected", "start", "media"]
    made.stop()
    made.receive(message("mark", mark={"name": "late"}))
    made.press("1")
    made.tick(SILENCE)
    assert wire.events()[-1] == "stop" and made.ended.result() is StreamEnd.STOPPED


async def test_marks_come_back_when_played_and_after_a_clear_in_order() -> None:
    made, wire, cleared = stream()
    made.begin(wire, {})  # type: ignore[arg-type]
    made.receive(message("mark", mark={"name": "now"}))
    made.receive(audio(bytes(FRAME)))
    made.receive(message("mark", mark={"name": "played"}))
    made.receive(audio(bytes(FRAME * 9)))
    made.receive(message("mark", mark={"name": "flushed"}))
    made.tick(SILENCE)
    made.tick(SILENCE)
    made.receive(message("clear"))
    assert [m["mark"]["name"] for m in wire.sent if m["event"] == "mark"] == ["now", "played", "flushed"]
    assert cleared == ["clear"]
    report = made.report(StreamEnd.STOPPED)
    assert (report.marks_outstanding, report.clears, report.cleared_bytes) == (0, 1, 8 * FRAME)


async def test_a_clear_of_nothing_takes_nothing_away() -> None:
    made, wire, cleared = stream()
    made.begin(wire, {})  # type: ignore[arg-type]
    made.receive(message("clear"))
    assert cleared == [] and made.report(StreamEnd.STOPPED).clears == 1


async def test_a_service_that_reads_too_slowly_loses_the_callers_audio() -> None:
    made, wire, _ = stream()
    made.begin(wire, {})  # type: ignore[arg-type]
    for _ in range(20):
        made.tick(SILENCE)
    before = len(wire.sent)
    wire.backlog = 1 << 20
    for _ in range(5):
        made.tick(SILENCE)
    assert len(wire.sent) == before and [v.code for v in made.violations] == ["31930"]
    wire.backlog = 0
    made.tick(SILENCE)
    stamps = [int(m["media"]["timestamp"]) for m in wire.sent if m["event"] == "media"][-2:]
    assert stamps[1] - stamps[0] == 6 * 20


async def test_ten_minutes_of_audio_are_too_much() -> None:
    made, wire, _ = stream()
    made.begin(wire, {})  # type: ignore[arg-type]
    for _ in range(MAX_BUFFERED // (1 << 20) + 1):
        made.receive(audio(bytes(1 << 20)))
    made.receive(audio(bytes(1 << 20)))
    assert [v.code for v in made.violations] == ["31931"]


async def test_messages_before_start_and_long_after_stop_are_faults() -> None:
    made, wire, _ = stream()
    made.receive(audio(bytes(FRAME)))
    assert [v.code for v in made.violations] == ["message_before_start"]
    made.begin(wire, {})  # type: ignore[arg-type]
    made.stop()
    made.receive(audio(bytes(FRAME)))
    for _ in range(30):
        made.tick(SILENCE)
    made.receive(audio(bytes(FRAME)))
    assert [v.code for v in made.violations] == ["message_before_start", "message_after_stop"]


async def test_a_broken_socket_ends_the_stream() -> None:
    made, wire, _ = stream()
    made.begin(wire, {}, break_after_ms=100)  # type: ignore[arg-type]
    for _ in range(5):
        made.tick(SILENCE)
    await asyncio.sleep(0)
    assert made.ended.result() is StreamEnd.BROKEN


@pytest.mark.parametrize("burst", [1, 4])
async def test_numbered_messages_keep_their_order_when_media_is_held_back(burst: int) -> None:
    made, wire, _ = stream(burst=burst)
    made.begin(wire, {})  # type: ignore[arg-type]
    for tick in range(30):
        if tick == 22:
            made.press("7")
        made.tick(SILENCE)
    made.stop()
    numbers = [int(m["sequenceNumber"]) for m in wire.sent[1:]]
    assert numbers == list(range(1, len(numbers) + 1)) and "dtmf" in wire.events()
