"""Whole calls in real time against a small service."""

import asyncio
import base64
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile

from simulator.call import CallStatus
from simulator.caller import prepare
from simulator.document import EndedBy
from simulator.mulaw import is_voiced
from simulator.scenario import (
    BargeInAfter,
    Dtmf,
    Network,
    NeverSpeak,
    Part,
    Say,
    Scenario,
    SignatureMode,
    Wait,
    WaitForReply,
    WaitTurn,
)
from simulator.simulator import Simulator
from simulator.stream import StreamEnd
from simulator.webhooks import Chaos
from tests.simulator.service import CONNECT, FakeService, Socket, echo_bot, listen, tone

pytestmark = pytest.mark.slow

TURN = WaitTurn(silence_ms=300, timeout_ms=4000)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """600 ms of voice in 100 ms of silence on both sides, at 16 kHz."""
    time = np.arange(int(16000 * 0.6)) / 16000
    voice = 0.3 * np.sin(2 * np.pi * 220 * time)
    path = tmp_path / "clip.wav"
    soundfile.write(path, np.concatenate([np.zeros(1600), voice, np.zeros(1600)]), 16000)
    return path


def say(clip: Path) -> Say:
    return Say(parts=(Part(file=clip),))


async def place(service: FakeService, scenario: Scenario, **settings):
    async with service.running() as address, Simulator(address) as simulator:
        return await simulator.place_call(scenario, **settings)


async def test_a_turn_is_measured_at_the_ear_and_recorded(clip: Path, tmp_path: Path) -> None:
    service = FakeService(echo_bot)
    recording = tmp_path / "call.wav"
    report = await place(service, Scenario(name="turn", steps=(TURN, say(clip), TURN)), recording=recording)

    assert (report.status, report.ended_by) == (CallStatus.COMPLETED, EndedBy.CALLER)
    (turn,) = report.measures.turns
    # 200 ms of the bot's silence rule, up to two frames of alignment, 60 ms to the ear, and the way there and back.
    assert turn.voice_to_voice_ms is not None and 260 <= turn.voice_to_voice_ms <= 400
    assert not turn.cut_off and not turn.no_reply and turn.barge_in_stop_ms is None
    assert report.marks_outstanding == 0 and report.violations == () and report.measures.underruns_ms == ()
    samples, rate = soundfile.read(recording, dtype="float32")
    assert rate == 8000 and samples.shape[1] == 2
    left = np.abs(samples[turn.start_ms * 8 : turn.end_ms * 8, 0])
    assert left.mean() > 0.1
    reply = int(turn.end_ms + turn.voice_to_voice_ms) * 8
    assert np.abs(samples[reply - 400 : reply, 1]).max() < 0.01 < np.abs(samples[reply : reply + 80, 1]).mean()


async def test_the_stream_speaks_the_carriers_protocol(clip: Path) -> None:
    service = FakeService(echo_bot)
    await place(service, Scenario(name="protocol", steps=(TURN, Dtmf(digits="5#"), TURN)))

    (socket,) = service.sockets
    events = [message["event"] for message in socket.messages]
    assert events[:2] == ["connected", "start"] and events[-1] == "stop"
    assert "media" not in events[: events.index("start")]
    numbers = [int(message["sequenceNumber"]) for message in socket.messages[1:]]
    assert numbers == list(range(1, len(numbers) + 1))
    media = [message["media"] for message in socket.messages if message["event"] == "media"]
    stamps = [int(frame["timestamp"]) for frame in media]
    assert {b - a for a, b in pairwise(stamps)} == {20}
    assert [int(frame["chunk"]) for frame in media] == list(range(1, len(media) + 1))
    start = next(message for message in socket.messages if message["event"] == "start")["start"]
    assert start["customParameters"] == {"t": "abc"}
    assert start["mediaFormat"] == {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
    keys = [message["dtmf"]["digit"] for message in socket.messages if message["event"] == "dtmf"]
    assert keys == ["5", "#"]
    assert service.handshakes[0]["user-agent"] == "Twilio.TmeWs/1.0"
    assert "sec-websocket-extensions" not in service.handshakes[0]


async def test_a_barge_in_stops_the_bot_and_its_time_is_measured(clip: Path) -> None:
    service = FakeService(echo_bot)
    steps = (TURN, say(clip), BargeInAfter(bot_ms=300), say(clip), TURN)
    report = await place(service, Scenario(name="barge-in", steps=steps))

    _, second = report.measures.turns
    assert second.barge_in_stop_ms is not None and second.barge_in_stop_ms <= 200
    assert report.streams[0].clears == 1 and report.streams[0].cleared_bytes > 0
    assert report.measures.unprovoked_clears == 0
    marks = [m["mark"]["name"] for m in service.sockets[0].messages if m["event"] == "mark"]
    assert marks == ["greeting", "reply", "reply"]


async def test_a_missing_or_forged_signature_is_refused_and_the_document_goes_on(clip: Path) -> None:
    for mode in (SignatureMode.MISSING, SignatureMode.FORGED):
        service = FakeService(listen, documents={"/twilio/voice": CONNECT.replace("</Connect>", "</Connect><Hangup/>")})
        network = Network(socket_signature=mode)
        report = await place(service, Scenario(name="forged", steps=(NeverSpeak(),), network=network))
        assert service.sockets == []
        assert report.streams[0].end is StreamEnd.REFUSED and "31920" in report.streams[0].detail
        assert report.ended_by is EndedBy.DOCUMENT


async def test_an_unsigned_webhook_is_refused_and_the_call_fails(clip: Path) -> None:
    service = FakeService(listen)
    network = Network(webhook_signature=SignatureMode.FORGED)
    report = await place(service, Scenario(name="forged", steps=(NeverSpeak(),), network=network))
    assert report.status is CallStatus.FAILED and report.violations[0].code == "11200"
    assert service.requests == []


async def test_a_broken_socket_is_reported_and_the_stream_can_be_resumed(clip: Path) -> None:
    resumed = CONNECT.replace("</Connect>", "</Connect><Redirect>/twilio/voice</Redirect>")
    resumed = resumed.replace("<Stream ", '<Stream statusCallback="/twilio/stream" ')
    service = FakeService(echo_bot, documents={"/twilio/voice": resumed})
    network = Network(drop_socket_after_ms=300)
    steps = (Wait(ms=800), say(clip), TURN)
    report = await place(service, Scenario(name="resume", steps=steps, network=network))

    assert [stream.end for stream in report.streams] == [StreamEnd.BROKEN, StreamEnd.STOPPED]
    events = [form["StreamEvent"] for path, form, _ in service.requests if path == "/twilio/stream"]
    assert events == ["stream-started", "stream-error", "stream-started", "stream-stopped"]
    assert report.measures.turns[0].voice_to_voice_ms is not None


async def test_what_the_service_does_wrong_is_recorded(clip: Path) -> None:
    async def misbehave(socket: Socket) -> None:
        await socket.until("start")
        await socket.ws.send_bytes(b"\x00\x01")
        await socket.ws.send_text("not json")
        await socket.send("dance")
        await socket.send("media", media={"payload": "%%%"})
        await socket.play(b"RIFF" + bytes(40))
        await socket.send("mark")
        await socket.ws.send_text('{"event": "clear", "streamSid": "MZother"}')
        await listen(socket)

    report = await place(FakeService(misbehave), Scenario(name="faults", steps=(Wait(ms=300),)))
    assert [violation.code for violation in report.violations] == [
        "31950",
        "31950",
        "31951",
        "payload_not_base64",
        "payload_has_header",
        "31951",
        "31951",
    ]


async def test_silence_lost_frames_and_bursts_keep_the_time(clip: Path) -> None:
    service = FakeService(listen)
    network = Network(dtx=True)
    await place(service, Scenario(name="dtx", steps=(Wait(ms=200), say(clip), Wait(ms=200)), network=network))
    stamps = [int(m["media"]["timestamp"]) for m in service.sockets[0].messages if m["event"] == "media"]
    assert 30 <= len(stamps) <= 32 and stamps[-1] - stamps[0] == (len(stamps) - 1) * 20

    service = FakeService(listen)
    await place(service, Scenario(name="loss", steps=(Wait(ms=1000),), network=Network(loss=0.3)))
    stamps = [int(m["media"]["timestamp"]) for m in service.sockets[0].messages if m["event"] == "media"]
    steps = {b - a for a, b in pairwise(stamps)}
    assert max(steps) > 20 and all(step % 20 == 0 for step in steps)

    service = FakeService(listen)
    await place(service, Scenario(name="burst", steps=(Wait(ms=600),), network=Network(burst=5)))
    numbers = [int(m["sequenceNumber"]) for m in service.sockets[0].messages[1:]]
    assert numbers == list(range(1, len(numbers) + 1)) and service.sockets[0].messages[-1]["event"] == "stop"


async def test_a_service_that_closes_the_socket_leads_to_the_action(clip: Path) -> None:
    async def close_soon(socket: Socket) -> None:
        await socket.until("start")
        await socket.play(tone(200))
        await socket.mark("bye")
        await socket.until("mark")

    documents = {
        "/twilio/voice": CONNECT.replace("<Connect>", '<Connect action="/after">'),
        "/after": "<Response><Hangup/></Response>",
    }
    service = FakeService(close_soon, documents=documents)
    report = await place(service, Scenario(name="close", steps=(WaitForReply(), NeverSpeak())))
    assert report.ended_by is EndedBy.DOCUMENT and report.streams[0].end is StreamEnd.SERVICE_CLOSED
    assert [path for path, _, _ in service.requests] == ["/twilio/voice", "/after", "/twilio/status"]
    assert service.requests[-1][1]["CallStatus"] == "completed"


async def test_two_calls_at_once_share_one_scheduler(clip: Path) -> None:
    prepared = prepare(Scenario(name="pair", steps=(TURN, say(clip), TURN)))
    service = FakeService(echo_bot)
    async with service.running() as address, Simulator(address) as simulator:
        reports = await asyncio.gather(*(simulator.place_call(prepared) for _ in range(4)))
    assert all(report.measures.turns[0].voice_to_voice_ms for report in reports)
    assert len({report.call_sid for report in reports}) == 4
    assert simulator.carrier.calls == {}


async def test_nothing_is_left_after_calls_that_end_in_every_way(clip: Path) -> None:
    async def vanish(socket: Socket) -> None:
        await socket.until("media")
        await socket.play(tone(2000))
        await socket.mark("never heard")

    service = FakeService(vanish)
    async with service.running() as address:
        before = asyncio.all_tasks()
        async with Simulator(address) as simulator:
            steps = (Wait(ms=400), say(clip))
            hasty = Scenario(name="hasty", steps=(Wait(ms=40),))
            broken = Scenario(name="broken", steps=steps, network=Network(drop_socket_after_ms=200))
            cancelled = asyncio.create_task(simulator.place_call(Scenario(name="cancelled", steps=(NeverSpeak(),))))
            await asyncio.gather(simulator.place_call(hasty), simulator.place_call(broken))
            cancelled.cancel()
            await asyncio.wait({cancelled})
            assert simulator.carrier.calls == {} and simulator.carrier.tasks == set()
        for _ in range(50):
            if not asyncio.all_tasks() - before:
                break
            await asyncio.sleep(0.02)
        assert asyncio.all_tasks() - before == set()


async def test_unreliable_webhooks_end_in_the_same_state(clip: Path) -> None:
    def outcome(report):
        return report.status, report.ended_by, [stream.end for stream in report.streams], report.marks_outstanding

    outcomes = []
    for chaos in (Chaos(), Chaos(duplicate=1.0), Chaos(drop=0.5, reorder=0.5, delay_ms=(0, 200), seed=4)):
        service = FakeService(echo_bot)
        async with service.running() as address, Simulator(address, chaos=chaos) as simulator:
            outcomes.append(outcome(await simulator.place_call(Scenario(name="c", steps=(TURN, say(clip), TURN)))))
    assert outcomes[0] == outcomes[1] == outcomes[2]


async def test_a_one_way_stream_carries_both_sides_until_it_is_stopped(clip: Path) -> None:
    document = CONNECT.replace(
        "<Response>",
        '<Response><Start><Stream name="coach" track="both_tracks" url="wss://line.example.org/twilio/media"/></Start>',
    )

    async def both(socket: Socket) -> None:
        start = await socket.until("start")
        await (listen if start["start"]["tracks"] == ["inbound", "outbound"] else echo_bot_started)(socket)

    async def echo_bot_started(socket: Socket) -> None:
        await socket.play(tone(600))
        await listen(socket)

    service = FakeService(both, documents={"/twilio/voice": document})
    report = await place(service, Scenario(name="fork", steps=(TURN, say(clip), Wait(ms=100))))
    one_way = next(stream for stream in report.streams if stream.one_way)
    assert one_way.end is StreamEnd.STOPPED and report.violations == ()
    coach = next(s for s in service.sockets if s.messages[1]["start"]["tracks"] == ["inbound", "outbound"])
    media = [message["media"] for message in coach.messages if message["event"] == "media"]
    inbound, outbound = ([m for m in media if m["track"] == track] for track in ("inbound", "outbound"))
    assert [m["timestamp"] for m in inbound] == [m["timestamp"] for m in outbound]
    assert [int(m["chunk"]) for m in media] == list(range(1, len(media) + 1))
    for track, voiced_ms in ((inbound, 600), (outbound, 600)):
        voiced = sum(is_voiced(base64.b64decode(m["payload"])) for m in track)
        assert voiced == pytest.approx(voiced_ms / 20, abs=2)
    assert coach.messages[-1]["event"] == "stop"


async def test_a_message_on_a_one_way_stream_is_a_fault() -> None:
    document = (
        '<Response><Start><Stream url="wss://line.example.org/twilio/media"/></Start><Pause length="1"/></Response>'
    )

    async def talkative(socket: Socket) -> None:
        await socket.until("start")
        await socket.play(tone(100))
        await listen(socket)

    report = await place(
        FakeService(talkative, documents={"/twilio/voice": document}), Scenario(name="x", steps=(NeverSpeak(),))
    )
    assert [violation.code for violation in report.violations] == ["31924"]


async def test_a_webhook_that_takes_too_long_is_given_up_and_its_fallback_asked() -> None:
    documents = {"/twilio/voice": CONNECT, "/fallback": "<Response><Hangup/></Response>"}
    service = FakeService(listen, documents=documents, slow_s={"/twilio/voice": 1.0})
    async with (
        service.running() as address,
        Simulator(address, voice_path="/twilio/voice#tt=300", fallback_path="/fallback") as simulator,
    ):
        report = await simulator.place_call(Scenario(name="slow", steps=(NeverSpeak(),)))
    assert [violation.code for violation in report.violations] == ["11200"]
    assert report.status is CallStatus.COMPLETED and service.requests[1][0] == "/fallback"
