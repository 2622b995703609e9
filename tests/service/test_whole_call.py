"""Whole calls: the real service in a process of its own, with its real models, called by the simulated carrier."""

import asyncio
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np
import pytest
import soundfile
from streamdouble.api import call as streamdouble_call
from streamdouble.session import SessionConfig

from interactions.event import CallEvent
from interactions.events.acting import Action, MessageTaken, Transfer
from interactions.events.lifecycle import CallEnded, CallStarted, StreamEnded, StreamResumed
from interactions.events.listening import KeyPressed, UtteranceHeard
from interactions.events.speaking import Interrupted, ReplyPlanned, ReplyPlayed, ReplyStarted
from interactions.events.understanding import SlotFilled
from interactions.vocabulary import ActionStatus, EndedReason
from records.database import Database
from records.event_log import EventLog
from service.settings import PROJECT
from service.sockets import listen
from simulator.clips import load_samples, make_clip
from simulator.document import EndedBy
from simulator.scenario import (
    DialBehaviour,
    DialOutcome,
    Dtmf,
    HangUp,
    NeverSpeak,
    Part,
    Say,
    Scenario,
    Step,
    Wait,
    WaitForReply,
    WaitTurn,
)
from simulator.scenario_file import load_scenario
from simulator.simulator import CallReport, run_call
from simulator.webhooks import Credentials

pytestmark = pytest.mark.slow

ACCOUNT = Credentials(account_sid="AC" + "7" * 32, auth_token="a-token-for-tests-only")
CLIPS = PROJECT / "scenarios" / "clips"
READY_S = 240.0
ALWAYS_OPEN = "\n".join(
    f'    {day}: ["00:00-24:00"]'
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
)


@dataclass
class RunningService:
    """A service in its own process."""

    process: "subprocess.Popen[bytes]"
    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> EventLog:
        return EventLog(Database(f"sqlite:///{self.folder / 'firstline.db'}"))

    def recording(self, call_id: str) -> Path:
        return self.folder / "recordings" / f"{call_id}.wav"

    def active_calls(self) -> int:
        return int(httpx.get(f"{self.url}/ready", trust_env=False).json()["active_calls"])

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline:
            assert self.process.poll() is None, (self.folder / "service.log").read_text()
            try:
                if httpx.get(f"{self.url}/ready", trust_env=False).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise AssertionError((self.folder / "service.log").read_text())

    def wait_until_idle(self) -> None:
        deadline = time.monotonic() + 15
        while self.active_calls() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert self.active_calls() == 0

    async def call(self, *steps: Step, name: str = "test", **changes: object) -> CallReport:
        scenario = Scenario(name=name, steps=steps, **changes)  # type: ignore[arg-type]
        return await run_call(scenario, service_url=self.url, credentials=ACCOUNT)


def say(name: str) -> Say:
    return Say(parts=(Part(file=CLIPS / "demo" / f"{name}.flac"),))


def environment(folder: Path, port: int, **changes: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TWILIO_", "FIRSTLINE_"))}
    return (
        kept
        | {
            "TWILIO_ACCOUNT_SID": ACCOUNT.account_sid,
            "TWILIO_AUTH_TOKEN": ACCOUNT.auth_token,
            "FIRSTLINE_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "FIRSTLINE_DATA_DIR": str(folder),
            "FIRSTLINE_CACHE_DIR": str(folder.parent / "cache"),
            "FIRSTLINE_TELEPHONY_API_BASE_URL": "http://127.0.0.1:9",
            "PYTHONPATH": os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH", "")])),
        }
        | changes
    )


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "service.cli", *arguments, "--env-file", os.devnull]


def start(folder: Path, line: Path, **changes: str) -> RunningService:
    folder.mkdir(parents=True, exist_ok=True)
    probe = listen("127.0.0.1", 0)
    port = probe.getsockname()[1]
    probe.close()
    log = (folder / "service.log").open("ab")
    process = subprocess.Popen(
        command("serve", "--host", "127.0.0.1", "--port", str(port)),
        env=environment(folder, port, FIRSTLINE_LINE=str(line), **changes),
        cwd=folder,
        stdout=log,
        stderr=log,
    )
    log.close()
    return RunningService(process=process, folder=folder, port=port)


def refused(tmp_path: Path, **changes: str) -> str:
    """What a service says that does not start."""
    done = subprocess.run(
        command("serve", "--host", "127.0.0.1", "--port", "0"),
        env=environment(tmp_path, 0) | {"COLUMNS": "300"} | changes,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode != 0
    return done.stderr


@pytest.fixture(scope="module")
def line(tmp_path_factory) -> Path:
    """The sample line, at any hour: what happens at night has tests of its own."""
    folder = tmp_path_factory.mktemp("lines") / "shop"
    subprocess.run(["cp", "-r", str(PROJECT / "lines" / "shop"), str(folder)], check=True)
    described = (folder / "line.yaml").read_text()
    always = re.sub(r"  open:\n(?:    .*\n)+(?:  closed_dates:.*\n)?", f"  open:\n{ALWAYS_OPEN}\n", described)
    assert always != described
    (folder / "line.yaml").write_text(always)
    return folder


@pytest.fixture(scope="module")
def service(tmp_path_factory, line) -> Iterator[RunningService]:
    running = start(tmp_path_factory.mktemp("whole") / "data", line)
    try:
        running.wait_until_ready()
        yield running
    finally:
        running.process.terminate()
        running.process.wait(60)


def bodies(events: list[CallEvent], kind: type) -> list:
    return [event.body for event in events if isinstance(event.body, kind)]


def check_log(events: list[CallEvent]) -> None:
    """Whole, in order, and readable again."""
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert isinstance(events[0].body, CallStarted)
    assert [CallEvent.from_json(event.to_json()) for event in events] == events


async def test_the_demo_is_a_whole_call_that_changes_the_shop(service):
    scenario = load_scenario(PROJECT / "scenarios" / "demo.yaml")
    report = await run_call(scenario, service_url=service.url, credentials=ACCOUNT)
    events = service.log.read(report.call_sid)

    assert report.violations == () and report.step_notes == ()
    # The call ends when the last word was heard; the mark behind it may still be on its way back.
    assert report.marks_outstanding <= 1
    assert report.ended_by is EndedBy.DOCUMENT
    # How often it cuts in is a matter of rates, and the benchmark's.
    assert report.summary.turns >= 6 and report.summary.no_replies == 0 and report.summary.cutoffs <= 1
    assert report.summary.barge_ins >= 1 and bodies(events, Interrupted)

    check_log(events)
    assert isinstance(events[-1].body, CallEnded) and events[-1].body.reason is EndedReason.GOODBYE
    assert "".join(body.pii_digit for body in bodies(events, KeyPressed)) == "4027"
    assert [(body.slot, body.pii_value, body.by) for body in bodies(events, SlotFilled)][-1] == (
        "order_number",
        "4027",
        "keypad",
    )
    done = [body for body in bodies(events, Action) if body.status is ActionStatus.SUCCEEDED and body.has_side_effects]
    assert [body.tool for body in done] == ["refund_order"] and done[0].confirmed
    with sqlite3.connect(service.folder / "sandbox.db") as shop:
        refunds = shop.execute("SELECT order_number, amount_cents, reason FROM refunds").fetchall()
        order = shop.execute("SELECT refunded_cents FROM orders WHERE number = '5512'").fetchone()
    assert refunds == [("5512", 4850, "damaged")] and order == (4850,)
    # Nothing that was thrown away is in the log as heard.
    planned = {body.reply_id: body.pii_text for body in bodies(events, ReplyPlanned)}
    assert all(body.pii_text in planned[body.reply_id] for body in bodies(events, ReplyPlayed))

    audio, rate = soundfile.read(service.recording(report.call_sid), dtype="float32")
    assert rate == 8000 and audio.shape[1] == 2
    assert abs(len(audio) / 8 - events[-1].body.duration_ms) < 500
    heard = next(body for body in bodies(events, UtteranceHeard))
    spoken = next(body for body in bodies(events, ReplyStarted))
    assert np.abs(audio[heard.start_ms * 8 : heard.end_ms * 8, 0]).max() > 0.1
    assert np.abs(audio[spoken.at_ms * 8 : (spoken.at_ms + 500) * 8, 1]).max() > 0.05
    service.wait_until_idle()


@pytest.mark.parametrize(
    "steps",
    [
        (Wait(ms=300), HangUp()),
        (WaitForReply(), HangUp()),
        (WaitTurn(), say("return_a_lantern"), HangUp()),
        (WaitTurn(), say("return_a_lantern"), WaitForReply(), HangUp()),
        (WaitTurn(), say("what_about_my_other_order"), WaitTurn(), Dtmf(digits="40"), HangUp()),
    ],
    ids=["at_once", "in_the_greeting", "in_silence", "in_the_answer", "between_keys"],
)
async def test_a_caller_who_hangs_up_leaves_no_call_behind(service, steps):
    report = await service.call(*steps)
    service.wait_until_idle()
    events = service.log.read(report.call_sid)
    check_log(events)
    assert isinstance(events[-1].body, CallEnded) and events[-1].body.reason is EndedReason.CALLER_HUNG_UP
    assert report.violations == ()


async def test_a_human_who_answers_gets_the_caller(service):
    answers = DialBehaviour(outcome=DialOutcome.ANSWER, after_ms=500, talk_ms=1000)
    report = await service.call(WaitTurn(), Dtmf(digits="0"), NeverSpeak(for_ms=25_000), dial={"*": answers})
    events = service.log.read(report.call_sid)
    check_log(events)
    assert [body.state.value for body in bodies(events, Transfer)] == ["requested", "dialling", "connected"]
    assert {body.reason.value for body in bodies(events, Transfer)} == {"key_zero"}
    assert report.violations == ()
    service.wait_until_idle()


async def test_when_no_human_answers_a_message_is_taken(service):
    absent = DialBehaviour(outcome=DialOutcome.BUSY, after_ms=500)
    report = await service.call(
        WaitTurn(),
        Dtmf(digits="0"),
        Wait(ms=8_000),  # The announcement, the dial, and: nobody is free.
        WaitTurn(silence_ms=1200),  # The question for a message.
        say("it_arrived_broken"),
        WaitTurn(silence_ms=1200),  # Which number to call back on?
        say("sounds_great"),
        WaitTurn(silence_ms=1200),
        say("dont_think_so"),
        NeverSpeak(for_ms=25_000),
        dial={"*": absent},
    )
    events = service.log.read(report.call_sid)
    check_log(events)
    assert [body.state.value for body in bodies(events, Transfer)] == ["requested", "dialling", "no_answer"]
    (taken,) = bodies(events, MessageTaken)
    assert "broken" in taken.pii_message
    # One log over both streams: one beginning, one end, and what comes between in its order.
    lives = (CallStarted, StreamEnded, StreamResumed, CallEnded)
    assert [event.body.TYPE.value for event in events if isinstance(event.body, lives)] == [
        "call_started", "stream_ended", "stream_resumed", "stream_ended", "call_ended",
    ]  # fmt: skip
    assert [body.purpose for body in bodies(events, StreamResumed)] == ["take_message"]
    assert isinstance(events[-1].body, CallEnded)
    assert report.violations == () and report.ended_by is EndedBy.DOCUMENT
    service.wait_until_idle()


async def test_silence_ends_with_a_kind_goodbye(service):
    report = await service.call(NeverSpeak(for_ms=60_000))
    events = service.log.read(report.call_sid)
    check_log(events)
    assert isinstance(events[-1].body, CallEnded) and events[-1].body.reason is EndedReason.SILENCE
    said = [body.pii_text for body in bodies(events, ReplyPlayed)]
    assert any("still there" in text for text in said) and said[-1].endswith("Goodbye!")
    assert report.ended_by is EndedBy.DOCUMENT and report.violations == ()


async def test_an_unsigned_client_of_others_talks_with_a_development_service_that_is_then_killed(
    tmp_path_factory, line
):
    folder = tmp_path_factory.mktemp("unsigned") / "data"
    service = start(folder, line, FIRSTLINE_UNSIGNED_MEDIA="true")
    try:
        service.wait_until_ready()
        words = make_clip("words", load_samples(CLIPS / "demo" / "return_a_lantern.flac")).frames
        report = await streamdouble_call(
            f"ws://127.0.0.1:{service.port}/twilio/media",
            frames=[b"\xff" * 160] * 300 + list(words) + [b"\xff" * 160] * 150,
            config=SessionConfig(quiet_period_s=2, response_timeout_s=10, max_drain_s=10),
        )
        assert report.violations == [], report.to_dict()
        service.wait_until_idle()
        events = service.log.read(service.log.calls(limit=1)[0].interaction_id)
        check_log(events)
        assert [body.pii_text for body in bodies(events, UtteranceHeard)]
        heard = [body.pii_text for body in bodies(events, ReplyPlayed)]
        assert len(heard) >= 2 and "order number" in heard[-1]
        assert report.result.marks_echoed and report.audio_received

        await check_a_kill(service)
    finally:
        service.process.kill()
        service.process.wait()


async def check_a_kill(service: RunningService) -> None:
    """Everything logged and recorded up to a ``kill -9`` in the middle of a call is there."""

    calling = asyncio.create_task(
        service.call(WaitTurn(), say("return_a_lantern"), WaitTurn(), NeverSpeak(for_ms=8_000), max_seconds=40)
    )
    known = {summary.interaction_id for summary in service.log.calls()}
    deadline = time.monotonic() + 40
    before: list[CallEvent] = []
    while time.monotonic() < deadline:
        await asyncio.sleep(0.1)
        new = [summary.interaction_id for summary in service.log.calls() if summary.interaction_id not in known]
        before = service.log.read(new[0]) if new else []
        if len(bodies(before, ReplyPlayed)) >= 2:
            break
    os.kill(service.process.pid, signal.SIGKILL)
    service.process.wait()
    report = await calling
    after = service.log.read(report.call_sid)
    check_log(after)
    assert after[: len(before)] == before and len(bodies(before, ReplyPlayed)) >= 2
    assert not bodies(after, CallEnded)
    audio, rate = soundfile.read(service.recording(report.call_sid), dtype="float32")
    assert rate == 8000 and audio.shape[1] == 2
    # At most the last moments may be missing.
    assert len(audio) / 8 > before[-1].call_ms - 1500
    assert np.abs(audio[:, 0]).max() > 0.1 and np.abs(audio[:, 1]).max() > 0.05


def test_unsigned_media_on_a_public_address_is_refused(tmp_path, line):
    said = refused(
        tmp_path,
        FIRSTLINE_LINE=str(line),
        FIRSTLINE_UNSIGNED_MEDIA="true",
        FIRSTLINE_PUBLIC_URL="https://phone.example.com",
    )
    assert "FIRSTLINE_UNSIGNED_MEDIA" in said or "unsigned" in said.lower()


def test_a_line_with_mistakes_is_refused_with_all_of_them(tmp_path, line):
    broken = tmp_path / "broken"
    subprocess.run(["cp", "-r", str(line), str(broken)], check=True)
    described = (broken / "line.yaml").read_text()
    (broken / "line.yaml").write_text(described.replace("pace: 1.0", "pace: quick") + "colour: green\n")
    playbook = broken / "playbooks" / "order_status.yaml"
    playbook.write_text(playbook.read_text().replace("call: get_order", "call: get_odrer"))
    said = re.sub(r"\n(?!/)", "", refused(tmp_path, FIRSTLINE_LINE=str(broken)))
    assert re.search(r"line\.yaml:\d+", said) and re.search(r"order_status\.yaml:\d+", said)
    assert "pace" in said and "colour" in said and "get_odrer" in said
