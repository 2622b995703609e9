"""What ``/metrics`` shows after a log of events."""

import pytest

from interactions.event import NewEvent
from interactions.events.acting import Action, Transfer
from interactions.events.base import Body
from interactions.events.lifecycle import CallEnded, CallStarted, Fault, StreamLost, StreamResumed
from interactions.events.listening import UtteranceHeard
from interactions.events.speaking import Interrupted, ReplyStarted
from interactions.vocabulary import (
    ActionStatus,
    Component,
    EndedReason,
    Handling,
    TransferReason,
    TransferState,
)
from models.errors import FirstlineError
from records.database import Database
from records.events import EventStore
from records.schema import migrate
from service.metrics import MeasuredSink, Metrics
from telephony.active_calls import ActiveCalls
from telephony.counters import EdgeCounters
from telephony.loop_lag import LoopLagMonitor
from tests.fakes.events import Log, draft

CALL: tuple[Body, ...] = (
    CallStarted(line="shop", pii_caller_number="+353851234567"),
    ReplyStarted(reply_id=1, at_ms=300),
    UtteranceHeard(utterance_id=1, pii_text="secret", confidence=1, start_ms=0, end_ms=9, transcribe_ms=80),
    ReplyStarted(reply_id=2, at_ms=900, voice_to_voice_ms=310),
    Interrupted(reply_id=2, speech_ms=1000, at_ms=1100),
    Action(action_id="a", tool="refund", status=ActionStatus.STARTED, has_side_effects=True),
    Action(action_id="a", tool="refund", status=ActionStatus.SUCCEEDED, has_side_effects=True),
    Fault(code="stt_late", component=Component.SPEECH_TO_TEXT, handled=Handling.WENT_ON),
    StreamLost(number=1),
    StreamResumed(number=2),
    Transfer(state=TransferState.CONNECTED, reason=TransferReason.ANGER, pii_summary="a secret case"),
    CallEnded(reason=EndedReason.TRANSFERRED, duration_ms=45_000),
)


def values(metrics: Metrics) -> dict[str, float]:
    """Every sample by its name and labels."""
    lines = metrics.text().decode().splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


def test_a_call_is_counted_once_over_its_streams(metrics):
    for body in CALL:
        metrics.observe(draft(body))
    shown = values(metrics)
    expected = {
        'firstline_calls_started_total{purpose="answer"}': 1,
        'firstline_calls_ended_total{reason="transferred"}': 1,
        "firstline_call_seconds_sum": 45,
        "firstline_turns_total": 1,
        "firstline_voice_to_voice_seconds_count": 1,
        "firstline_voice_to_voice_seconds_sum": 0.31,
        'firstline_voice_to_voice_seconds_bucket{le="0.3"}': 0,
        'firstline_voice_to_voice_seconds_bucket{le="0.4"}': 1,
        "firstline_transcription_seconds_sum": 0.08,
        "firstline_interruptions_total": 1,
        'firstline_actions_total{status="started",tool="refund"}': 1,
        'firstline_actions_total{status="succeeded",tool="refund"}': 1,
        'firstline_transfers_total{reason="anger",state="connected"}': 1,
        'firstline_faults_total{code="stt_late",component="speech_to_text"}': 1,
    }
    assert {name: shown.get(name) for name in expected} == expected


def test_no_personal_data_and_no_call_is_in_a_label(metrics):
    for body in CALL:
        metrics.observe(draft(body, "CA1234"))
    text = metrics.text().decode()
    assert not [word for word in ("secret", "851234567", "CA1234") if word in text]


def test_what_is_counted_is_kept_and_what_is_refused_is_refused_to_the_writer(metrics):
    log = Log()
    sink = MeasuredSink(log, metrics)
    for body in CALL:
        sink.append(draft(body))
    assert [event.body for event in log] == list(CALL)

    class Full:
        def append(self, event: NewEvent) -> None:
            raise FirstlineError("store_failed", "The queue is full.")

    with pytest.raises(FirstlineError):
        MeasuredSink(Full(), metrics).append(draft(CALL[0]))


def test_the_state_of_the_service_is_read_when_it_is_asked_for(metrics, tmp_path):
    database = Database(f"sqlite:///{tmp_path}/firstline.db")
    migrate(database)
    store = EventStore(database)
    active, counters, problems = ActiveCalls(), EdgeCounters(), ["a mistake"]
    metrics.watch(store, active, counters, LoopLagMonitor(), lambda: len(problems))
    gauges = ("firstline_active_calls", "firstline_line_problems", "firstline_events_failing")
    assert [values(metrics)[name] for name in gauges] == [0, 1, 0]
    problems.clear()
    counters.add("call_busy", "door", 3)
    metrics.store_fault(FirstlineError("store_failed", "The disk is full."))
    shown = values(metrics)
    store.close()
    assert shown["firstline_line_problems"] == 0
    assert shown['firstline_edge_total{what="call_busy",which="door"}'] == 3
    assert shown['firstline_store_faults_total{code="store_failed"}'] == 1
