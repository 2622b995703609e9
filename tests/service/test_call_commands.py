"""What `firstline call`, `demo`, `calls` and `events` print about calls."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from interactions.events.base import Body
from interactions.events.lifecycle import CallEnded, CallStarted, StreamLost, StreamResumed
from interactions.events.listening import UtteranceHeard
from interactions.events.speaking import ReplyPlanned, ReplyPlayed, ReplyStarted
from interactions.vocabulary import EndedReason
from models.errors import FirstlineError
from records.call_table import CallSummary
from records.database import Database
from records.events import EventStore
from records.schema import migrate
from service.call_commands import _follow, exit_status, place_command, print_report
from service.call_list import outcome
from service.cli import app
from service.settings import load_settings
from service.simulated_account import FILE, make_simulated_account, read_simulated_account
from simulator.call import CallStatus
from simulator.document import EndedBy
from simulator.measures import CallMeasures, summarise
from simulator.protocol import Violation
from simulator.simulator import CallReport
from simulator.ticker import Pacing
from telephony.public_address import PublicAddress
from tests.fakes.events import draft

ACCOUNT = {"TWILIO_ACCOUNT_SID": "AC" + "1" * 32, "TWILIO_AUTH_TOKEN": "token-of-a-test"}
CALL: tuple[Body, ...] = (
    CallStarted(line="shop"),
    ReplyPlanned(reply_id=1, pii_text="Hello."),
    ReplyStarted(reply_id=1, at_ms=200),
    StreamLost(number=1),
    StreamResumed(number=2),
    UtteranceHeard(utterance_id=1, pii_text="where is my order", confidence=0.9, start_ms=6000, end_ms=7000),
    ReplyPlanned(reply_id=2, pii_text="On its way."),
    ReplyStarted(reply_id=2, at_ms=7300, voice_to_voice_ms=300),
    ReplyPlayed(reply_id=2, pii_text="On its way.", start_ms=7300, end_ms=8000, complete=True),
)
ENDED = CallEnded(reason=EndedReason.CALLER_HUNG_UP, duration_ms=9400)
MEASURES = CallMeasures(
    turns=(), unprovoked_clears=0, underruns_ms=(), dead_air_ms=(), overlap_ms=0, bot_speech_ms=0,
    first_bot_audio_ms=None,
)  # fmt: skip
REPORT = CallReport(
    scenario="demo", call_sid="CA1", status=CallStatus.COMPLETED, ended_by=EndedBy.CALLER, duration_ms=12_340,
    measures=MEASURES, summary=replace(summarise([MEASURES]), turns=3, p50_ms=412.4, p95_ms=698.0, cutoffs=1),
    streams=(), violations=(), notes=(), step_notes=(), webhooks=(), recording=None,
    pacing=Pacing(ticks=1, mean_late_ms=0.1, max_late_ms=1.0),
)  # fmt: skip


def run(*arguments: str):
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200"})


def console() -> Console:
    return Console(file=io.StringIO(), width=200)


def text_of(out: Console) -> str:
    assert isinstance(out.file, io.StringIO)
    return out.file.getvalue()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EventStore]:
    """The store of a service in the folder that the command line runs in."""
    (tmp_path / "lines" / "shop").mkdir(parents=True)
    (tmp_path / "data").mkdir()
    database = Database(f"sqlite:///{tmp_path}/data/firstline.db")
    migrate(database)
    kept = EventStore(database)
    yield kept
    kept.close()


def keep(store: EventStore, call_id: str, *bodies: Body, wall_time: float = 1.0) -> None:
    for n, body in enumerate(bodies):
        store.append(draft(body, call_id, wall_time=wall_time + n, call_ms=n * 1000))
    store.flush()


def test_the_latest_calls_are_listed_and_one_that_goes_on_has_no_end(store):
    keep(store, "CA1", *CALL, ENDED)
    keep(store, "CA2", *CALL, wall_time=100.0)
    header, first, second = run("calls").stdout.splitlines()
    assert header.split() == ["began", "length", "line", "outcome", "call"]
    assert first.split()[2:] == ["–", "shop", "no", "end", "is", "known", "CA2"]
    assert second.split()[2:] == ["0:09", "shop", "the", "caller", "hung", "up", "CA1"]
    assert first.startswith(f"{datetime.fromtimestamp(100).astimezone():%Y-%m-%d %H:%M}")
    listed = json.loads(run("calls", "--limit", "1", "--json").stdout)
    assert [(each["interaction_id"], each["ended"], each["duration_ms"]) for each in listed] == [("CA2", None, None)]


def test_a_call_over_two_streams_is_told_as_one_conversation(store):
    keep(store, "CA1", *CALL, ENDED)
    told = [" ".join(line.split()) for line in run("events", "CA1").stdout.splitlines()]
    assert told == [
        "0:00.0 · line shop, answer",
        "0:00.2 Firstline Hello.",
        "broken off, nobody knows where",
        "0:03.0 · the connection was lost: stream 1",
        "0:04.0 · the call goes on: stream 2, resume",
        "0:06.0 Caller where is my order",
        "0:07.3 Firstline On its way.",
        "answered in 300 ms",
        "0:09.4 · ended: caller hung up",
    ]
    lines = [json.loads(line) for line in run("events", "CA1", "--json").stdout.splitlines()]
    assert [line["seq"] for line in lines] == list(range(1, 11))
    assert lines[3]["type"] == "stream_lost" and lines[-1]["body"]["duration_ms"] == 9400


def test_the_newest_call_is_printed_while_it_goes_on(store):
    keep(store, "CA0", *CALL, ENDED)
    keep(store, "CA1", *CALL[:3], wall_time=100.0)
    out = console()
    with _follow(store, out) as transcript:
        keep(store, "CA1", *CALL[3:], ENDED, wall_time=200.0)
    assert text_of(out).count("where is my order") == 1
    assert (transcript.totals.turns, transcript.totals.answered_ms) == (1, (300,))
    assert transcript.totals.ended is EndedReason.CALLER_HUNG_UP


def test_what_the_caller_lived_through_is_told_in_a_few_lines():
    out = console()
    print_report(REPORT, out)
    assert text_of(out).splitlines() == [
        "  completed after 12.3 s, ended by the caller",
        "  3 turns that wanted an answer",
        "  voice to voice at the ear: median 412 ms, p95 698 ms",
        "  cut off: 1, without an answer: 0",
    ]


def test_what_makes_a_report_doubtful_is_told():
    late = Pacing(ticks=1, mean_late_ms=50.0, max_late_ms=90.0)
    violation = Violation(code="31924", detail="a frame of the wrong length")
    out = console()
    print_report(replace(REPORT, violations=(violation,), pacing=late), out)
    assert "1 violations of the carrier's protocol" in text_of(out)
    assert "this machine was too busy for these times to count" in text_of(out)


def test_a_call_says_what_it_needs(store, tmp_path, monkeypatch):
    scenario, out = tmp_path / "nothing.yaml", console()
    place = lambda file, sounds: place_command(load_settings(), file, sounds, "", None, False, out)  # noqa: E731
    for file, sounds in ((None, ()), (scenario, (tmp_path / "a.wav",))):
        with pytest.raises(FirstlineError) as refused:
            place(file, sounds)
        assert refused.value.code == "call_arguments"
    with pytest.raises(FirstlineError) as refused:
        place(scenario, ())
    assert "nothing.yaml" in refused.value.message
    for name, value in ACCOUNT.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(FirstlineError) as refused:
        place(scenario, ())
    assert "nothing.yaml" in refused.value.message
    assert text_of(out) == ""


def test_every_way_a_call_can_end_has_words():
    for reason in EndedReason:
        told = outcome(CallSummary(interaction_id="CA1", started=1.0, ended=reason.value))
        assert " " in told and "_" not in told


def test_without_calls_the_list_says_how_to_make_one(store):
    assert "firstline demo" in run("calls").stdout


def test_without_an_account_a_call_is_signed_with_what_the_service_keeps(tmp_path):
    with pytest.raises(FirstlineError) as missing:
        read_simulated_account(tmp_path)
    assert missing.value.code == "simulated_account" and "firstline serve" in missing.value.message
    made = make_simulated_account(tmp_path)
    assert made == make_simulated_account(tmp_path) == read_simulated_account(tmp_path)
    assert made.configured and not made.problems(PublicAddress(base="http://localhost:8000"))
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


def test_a_broken_account_of_the_simulated_phone_is_told(tmp_path):
    (tmp_path / FILE).write_text("[]")
    with pytest.raises(FirstlineError) as broken:
        make_simulated_account(tmp_path)
    assert "remove it" in broken.value.message


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, 0),
        ({"status": CallStatus.BUSY}, 1),
        ({"streams": ()}, 1),
        ({"violations": (Violation(code="31924", detail="a frame of the wrong length"),)}, 1),
        ({"summary": replace(summarise([MEASURES]), no_replies=1)}, 1),
    ],
)
def test_a_caller_who_was_not_served_is_an_exit_status(tmp_path, change, status):
    assert exit_status(replace(REPORT, **{"streams": (object(),), **change})) == status
