import json
from collections.abc import Iterator

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner

from dialogue.lines.types import Line
from interactions.context import CallContext
from interactions.event import CallEvent
from interactions.events.acting import Action
from interactions.events.lifecycle import CallEnded, CallStarted
from interactions.events.listening import UtteranceHeard
from interactions.events.speaking import Interrupted, ReplyPlanned, ReplyPlayed, ReplyStarted
from interactions.events.understanding import IntentRecognised, SlotFilled
from interactions.vocabulary import ActionStatus, EndedReason
from records.database import Database
from records.events import EventStore
from records.schema import migrate
from service.cli import app
from service.wiring import Service
from tests.console.serving import serving
from tests.dialogue.lines.folders import write_line
from tests.fakes.events import draft
from tests.fakes.talking import TalkingConversation
from tests.service.parts import make_settings
from voice.ports import CallerLeg

ACCOUNT = {"TWILIO_ACCOUNT_SID": "AC" + "1" * 32, "TWILIO_AUTH_TOKEN": "token-of-a-test"}


def run(*arguments: str):
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200"})


@pytest.fixture
def shop(tmp_path) -> None:
    (tmp_path / "lines" / "shop").mkdir(parents=True)


@pytest.fixture
def kept_call(tmp_path, shop) -> str:
    bodies = [
        CallStarted(line="shop"),
        ReplyPlanned(reply_id=1, pii_text="Hello. How can I help you today?", source="greeting"),
        ReplyStarted(reply_id=1, at_ms=300),
        Interrupted(reply_id=1, speech_ms=900, at_ms=1080),
        ReplyPlayed(reply_id=1, pii_text="Hello.", start_ms=300, end_ms=1080, complete=False),
        UtteranceHeard(utterance_id=1, pii_text="refund my order", confidence=0.9, start_ms=900, end_ms=2000),
        IntentRecognised(utterance_id=1, intent="return_refund", probability=0.91),
        UtteranceHeard(utterance_id=2, pii_text="5 5 1 2", confidence=0.9, start_ms=900, end_ms=2000),
        IntentRecognised(utterance_id=2, intent=None, probability=0.0, in_scope=0.1),
        SlotFilled(slot="order_number", kind="order_number", pii_value="5512"),
        UtteranceHeard(utterance_id=3, pii_text="tell me a joke", confidence=0.9, start_ms=900, end_ms=2000),
        IntentRecognised(utterance_id=3, intent=None, probability=0.0, in_scope=0.02),
        Action(action_id="a", tool="refund_order", status=ActionStatus.SUCCEEDED, has_side_effects=True, took_ms=12),
        ReplyPlanned(reply_id=2, utterance_id=1, pii_text="Done."),
        ReplyStarted(reply_id=2, at_ms=2312, voice_to_voice_ms=312),
        ReplyPlayed(reply_id=2, pii_text="Done.", start_ms=2312, end_ms=2800, complete=True),
        CallEnded(reason=EndedReason.GOODBYE, duration_ms=3000),
    ]
    database = Database(f"sqlite:///{tmp_path}/data/firstline.db")
    migrate(database)
    store = EventStore(database)
    for n, body in enumerate(bodies, start=1):
        store.append(draft(body, "CA7", wall_time=10.0 + n, call_ms=n * 100))
    store.close()
    return "CA7"


def test_settings_are_listed_and_mistakes_end_with_status_one(shop, monkeypatch):
    listed = json.loads(run("settings", "--json").stdout)
    assert {"name", "value", "default", "unit", "sentence"} == set(listed[0])
    assert "FIRSTLINE_PUBLIC_URL" in run("settings").stdout
    monkeypatch.setenv("FIRSTLINE_PORT", "many")
    failed = run("settings")
    assert failed.exit_code == 1 and "FIRSTLINE_PORT" in failed.stderr


def test_calls_and_events_tell_what_was_kept(kept_call):
    listed = json.loads(run("calls", "--json").stdout)
    assert [(each["interaction_id"], each["ended"]) for each in listed] == [(kept_call, "goodbye")]
    lines = run("events", kept_call, "--json").stdout.splitlines()
    assert len(lines) == 17 and all(CallEvent.from_json(line).interaction_id == kept_call for line in lines)
    told = run("events", kept_call).stdout
    for expected in (
        "Caller     refund my order",
        "intent: return refund (91%)",
        "Firstline  Hello.",
        "interrupted, silent after 180 ms, not heard: “How can I help you today?”",
        "refund order: succeeded, 12 ms, changed something",
        "answered in 312 ms",
        "ended: goodbye",
    ):
        assert expected in told, told
    # An answer is not called foreign for not being a wish; a joke is.
    assert told.count("not about this line") == 1
    assert told.index("order number = 5512") < told.index("tell me a joke") < told.index("not about this line")


def test_an_unknown_call_is_one_sentence(kept_call):
    failed = run("events", "CA8")
    assert failed.exit_code == 1 and "firstline calls" in failed.stderr


def test_a_line_is_checked_with_file_and_line_number(tmp_path):
    folder = make_settings(tmp_path).line_folder
    assert run("line", "check", str(folder)).exit_code == 0
    (folder / "line.yaml").write_text("name: test\ngreting: Hello.\n")
    failed = run("line", "check", str(folder))
    assert failed.exit_code == 1 and "line.yaml:2" in failed.stderr
    problems = json.loads(run("line", "check", str(folder), "--json").stdout)
    assert {"file", "line", "message"} == set(problems[0])


def test_a_folder_of_lines_is_checked_as_a_whole(tmp_path):
    for name in ("bank", "shop"):
        write_line(tmp_path / "lines" / name, numbers=["+35315550001"] if name == "bank" else [])
    assert "Bank Line" in run("line", "check", str(tmp_path / "lines")).stdout
    write_line(tmp_path / "lines" / "shop", numbers=["+35315550001"])
    failed = run("line", "check", str(tmp_path / "lines"))
    assert failed.exit_code == 1 and "shop/line.yaml:9: +35315550001 is already answered" in failed.stderr


def test_models_are_listed_and_have_cards():
    names = [each["name"] for each in json.loads(run("models", "list", "--json").stdout)]
    assert "silero-vad" in names
    assert run("models", "card", "silero-vad").exit_code == 0
    failed = run("models", "card", "nothing")
    assert failed.exit_code == 1 and "nothing" in failed.stderr


def test_a_call_needs_a_service_and_something_to_say(shop, tmp_path):
    assert "--scenario FILE" in run("call").stderr
    soundfile.write(tmp_path / "a.wav", np.zeros(8000), 8000)
    failed = run("call", "--audio", str(tmp_path / "a.wav"))
    assert failed.exit_code == 1 and "firstline serve" in failed.stderr


@pytest.fixture
def running(tmp_path, monkeypatch) -> Iterator[Service]:
    for name, value in ACCOUNT.items():
        monkeypatch.setenv(name, value)
    with serving(make_settings(tmp_path, drain_s=0), _Talking) as service:
        yield service


class _Talking:
    def __init__(self, foundation):
        self.foundation = foundation

    async def __call__(self, context: CallContext, leg: CallerLeg) -> TalkingConversation:
        return TalkingConversation(context, leg, self.foundation.sink, self.foundation.recorder(context.call_id))

    async def start(self) -> None: ...

    async def prepare(self, line: Line) -> None: ...

    async def tidy(self) -> None: ...

    async def close(self) -> None: ...


@pytest.mark.slow
def test_a_simulated_phone_calls_a_running_service_and_reports(running, tmp_path, monkeypatch):
    scenario = tmp_path / "keys.yaml"
    scenario.write_text(
        "name: keys\nsteps:\n  - wait_for_reply: {}\n  - wait: 500\n  - dtmf: '#'\n  - never_speaks: 20000\n"
    )
    monkeypatch.setenv("FIRSTLINE_PORT", str(running.settings.port))
    monkeypatch.setenv("FIRSTLINE_LINE", running.settings.line)
    heard = tmp_path / "heard.wav"
    done = run("call", "--scenario", str(scenario), "--recording", str(heard), "--json")
    assert done.exit_code == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["violations"] == [] and report["status"] == "completed"
    assert soundfile.info(heard).channels == 2
    kept = running.store.read(report["call_sid"])
    assert isinstance(kept[-1].body, CallEnded)
