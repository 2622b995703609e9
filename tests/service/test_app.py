import base64
import json

import pytest
from fastapi.testclient import TestClient

from interactions.events.acting import Action
from interactions.events.lifecycle import CallStarted
from interactions.events.listening import UtteranceHeard
from interactions.events.speaking import ReplyStarted
from interactions.vocabulary import ActionStatus
from service.app import create_app
from telephony.admission import CARRIER
from tests.fakes.events import draft
from tests.service.parts import ScriptedConversations, make_service, make_settings


@pytest.fixture
def service(tmp_path):
    return make_service(make_settings(tmp_path, twilio={"unsigned_media": True}))


def test_alive_and_ready_and_models_closed_at_the_end(service):
    conversations = service.conversations
    assert isinstance(conversations, ScriptedConversations)
    with TestClient(create_app(service)) as client:
        assert conversations.started
        assert client.get("/health").json() == {"status": "alive"}
        answer = client.get("/ready")
        assert (answer.status_code, answer.json()) == (
            200,
            {"ready": True, "reasons": [], "active_calls": 0, "line_problems": {}},
        )
    assert conversations.closed


def test_not_ready_says_why(service):
    with TestClient(create_app(service)) as client:
        service.edge.active.draining = True
        answer = client.get("/ready")
        assert answer.status_code == 503 and answer.json()["reasons"] == ["shutting down"]
        service.edge.active.draining = False
        for n in range(service.settings.max_calls):
            assert service.edge.admission.admit(f"CA{n}", CARRIER) is None
        assert client.get("/ready").json()["reasons"] == ["all lines are busy"]


def test_webhooks_without_signature_are_refused(service):
    with TestClient(create_app(service)) as client:
        assert client.post("/twilio/voice", data={"CallSid": "CA1"}).status_code == 403


def test_metrics_count_the_log_without_personal_data(service):
    sink = service.conversations.foundation.sink
    bodies = [
        CallStarted(line="test", pii_caller_number="+353851234567"),
        UtteranceHeard(utterance_id=1, pii_text="my secret", confidence=1, start_ms=0, end_ms=9, transcribe_ms=80),
        ReplyStarted(reply_id=1, at_ms=400, voice_to_voice_ms=310),
        Action(
            action_id="a", tool="refund", status=ActionStatus.SUCCEEDED, has_side_effects=True, pii_arguments={"x": "y"}
        ),
    ]
    with TestClient(create_app(service)) as client:
        for body in bodies:
            sink.append(draft(body))
        text = client.get("/metrics").text
    assert 'firstline_calls_started_total{purpose="answer"} 1.0' in text
    assert "firstline_voice_to_voice_seconds_sum 0.31" in text
    assert 'firstline_actions_total{status="succeeded",tool="refund"} 1.0' in text
    assert "firstline_active_calls 0.0" in text
    assert "secret" not in text and "851234567" not in text and "CA1" not in text


def test_a_call_on_the_media_socket_is_held_counted_and_over(service):
    with TestClient(create_app(service)) as client:
        with client.websocket_connect("/twilio/media") as socket:
            say = lambda **message: socket.send_text(json.dumps(message))  # noqa: E731
            say(event="connected", protocol="Call", version="1.0.0")
            start = {
                "accountSid": "AC1", "streamSid": "MZ1", "callSid": "CA1", "tracks": ["inbound"],
                "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            }  # fmt: skip
            say(event="start", sequenceNumber="1", streamSid="MZ1", start=start)
            greeting = json.loads(socket.receive_text())
            assert greeting["event"] == "media" and len(base64.b64decode(greeting["media"]["payload"])) == 1600
            assert client.get("/ready").json()["active_calls"] == 1
            say(event="stop", sequenceNumber="2", streamSid="MZ1", stop={"accountSid": "AC1", "callSid": "CA1"})
        assert service.conversations.made[0].gone == ["caller_hung_up"]


def test_a_line_with_mistakes_keeps_the_service_from_starting(tmp_path):
    settings = make_settings(tmp_path)
    (settings.line_folder / "line.yaml").write_text("name: test\ngreting: Hello.\n")
    with pytest.raises(Exception) as caught:
        make_service(settings)
    assert caught.value.code == "line_invalid" and "line.yaml:2" in caught.value.message


def test_the_sandbox_is_seen_from_this_machine_only_and_by_the_tools(tmp_path):
    settings = make_settings(tmp_path)
    settings.sandbox = True
    service = make_service(settings)
    app = create_app(service)
    with TestClient(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 1)) as client:
        assert client.get("/sandbox/health").json() == {"status": "ok"}
        assert client.get("/sandbox/health", headers={"Host": "calls.example.com"}).status_code == 403
        foundation = service.conversations.foundation
        answer = client.portal.call(foundation.tool_client.get, foundation.sandbox_url + "/health")
        assert answer.json() == {"status": "ok"}
