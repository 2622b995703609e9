import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from console.access import PhonePage
from console.phone import STATIC
from console.phone_calls import MAX_TOKENS, TOKEN_LIFE_S, VIEW_LIFE_S, PhoneCalls
from interactions.events.listening import KeyPressed
from interactions.transcript_entries import Entry
from service.app import create_app
from service.wiring import Service
from telephony.admission import BROWSER, CARRIER
from tests.dialogue.lines.folders import write_line
from tests.fakes.events import draft
from tests.service.parts import make_service, make_settings

KEY = "a-key-of-enough-letters"
LOCAL = {"base_url": "http://127.0.0.1:8000", "client": ("127.0.0.1", 50_000)}


@contextmanager
def client_of(service: Service, **how: object) -> Iterator[TestClient]:
    with TestClient(create_app(service), **{**LOCAL, **how}) as client:
        yield client


@pytest.fixture
def service(tmp_path) -> Service:
    return make_service(make_settings(tmp_path))


def start_message(token: str, call_id: str = "PH1") -> str:
    return json.dumps({"type": "start", "call_id": call_id, "token": token})


MEDIA = "ws://127.0.0.1:8000/phone/media"
HELLO = json.dumps({"type": "hello", "version": 1})


def test_the_page_and_all_its_files_are_ours_and_may_load_nothing_else(service):
    with client_of(service) as client:
        page = client.get("/phone")
        assert page.status_code == 200
        assert "default-src 'self'" in page.headers["content-security-policy"]
        for name in ("phone.js", "line.js", "conversation.js", "worklet.js", "phone.css", "icon.svg"):
            file = client.get(f"/phone/static/{name}")
            assert file.status_code == 200
            elsewhere = set(re.findall(r"https?://[^\s\"')]+", file.text))
            assert elsewhere <= {"http://www.w3.org/2000/svg"}
        assert client.get("/phone/static/..%2fphone.py").status_code == 404
        assert client.get("/phone/config").json() == {"key_needed": False, "lines": {"test": "Test Line"}}


def test_the_page_draws_every_kind_of_entry_and_change():
    script = (STATIC / "conversation.js").read_text(encoding="utf-8")
    drawn = set(re.findall(r"^  draw_(\w+)\(", script, re.MULTILINE))
    assert drawn == {kind.KIND for kind in Entry.__subclasses__()}
    assert set(re.findall(r"^  on_(\w+)\(", script, re.MULTILINE)) == {"put", "removed", "ended"}


@pytest.mark.parametrize(
    ("base_url", "peer", "headers"),
    [
        ("http://calls.example.com", "127.0.0.1", {}),
        ("http://127.0.0.1:8000", "192.0.2.7", {}),
        ("http://127.0.0.1:8000", "127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}),
        ("http://localhost:8000", "127.0.0.1", {"Forwarded": "for=192.0.2.7"}),
    ],
)
def test_the_local_page_answers_nobody_else(service, base_url, peer, headers):
    with client_of(service, base_url=base_url, client=(peer, 1), headers=headers) as client:
        for path in ("/phone", "/phone/config", "/phone/static/phone.js"):
            assert client.get(path).status_code == 403
        assert client.post("/phone/calls").status_code == 403
        with (
            pytest.raises(WebSocketDisconnect),
            client.websocket_connect(base_url.replace("http", "ws") + "/phone/media"),
        ):
            pass


def test_another_site_cannot_make_calls_from_a_browser_on_this_machine(service):
    with client_of(service) as client:
        assert client.post("/phone/calls", headers={"Origin": "https://evil.example"}).status_code == 403
        with (
            pytest.raises(WebSocketDisconnect),
            client.websocket_connect(MEDIA, headers={"Origin": "https://evil.example"}),
        ):
            pass


def test_with_a_key_the_world_may_call_who_has_it(tmp_path):
    service = make_service(make_settings(tmp_path, phone_page=PhonePage.KEY, phone_key=KEY))
    with client_of(service, base_url="https://calls.example.com", client=("192.0.2.7", 1)) as client:
        assert client.get("/phone/config").json()["key_needed"] is True
        assert client.post("/phone/calls").status_code == 401
        assert client.post("/phone/calls", headers={"X-Phone-Key": KEY + "x"}).status_code == 401
        made = client.post("/phone/calls", headers={"X-Phone-Key": KEY})
        assert made.status_code == 201 and "Secure" in made.headers["set-cookie"]


def test_switched_off_there_is_no_page(tmp_path):
    service = make_service(make_settings(tmp_path, phone_page=PhonePage.OFF))
    with client_of(service) as client:
        assert client.get("/phone").status_code == 404
        assert client.post("/phone/calls").status_code == 404


def test_a_token_opens_one_stream_once(service):
    with client_of(service) as client:
        made = client.post("/phone/calls").json()
        with client.websocket_connect(MEDIA) as socket:
            socket.send_text(HELLO)
            socket.send_text(start_message(made["token"], made["call_id"]))
            assert len(socket.receive_bytes()) == 1600
        for token in (made["token"], "", "something"):
            with client.websocket_connect(MEDIA) as socket:
                socket.send_text(HELLO)
                socket.send_text(start_message(token, made["call_id"]))
                with pytest.raises(WebSocketDisconnect) as closed:
                    socket.receive_text()
                assert (closed.value.code, closed.value.reason) == (1008, "token")
        assert len(service.conversations.made) == 1


def test_a_call_is_seen_by_the_browser_that_made_it_only(service):
    with client_of(service) as client:
        call_id = client.post("/phone/calls").json()["call_id"]
        assert client.get(f"/phone/calls/{call_id}/recording").json()["detail"] == "There is no recording of this call."
        client.cookies.clear()
        client.post("/phone/calls")
        assert client.get(f"/phone/calls/{call_id}/recording").json()["detail"] == "This browser has made no such call."
        assert client.get(f"/phone/calls/{call_id}/events").status_code == 404


async def test_the_live_view_goes_on_where_the_browser_left_off(service):
    from console.phone import _event_stream

    for digit in "123":
        service.store.append(draft(KeyPressed(pii_digit=digit, at_ms=1), "PH1"))
    stream = _event_stream(service.phone, "PH1", after_seq=1)
    first, second = await anext(stream), await anext(stream)
    assert first.startswith("id: 2\ndata: [") and second.startswith("id: 3\ndata: [") and second.endswith("]\n\n")
    entries = [json.loads(each.split("data: ")[1])[0]["entry"] for each in (first, second)]
    # The digit that the browser has already is part of the entry that goes on.
    assert [(entry["entry_id"], entry["pii_keys"]) for entry in entries] == [(1, "12"), (1, "123")]
    assert service.phone.live_readers == 1
    await stream.aclose()
    assert service.phone.live_readers == 0
    await service.stop()


def test_all_lines_busy(service):
    service.edge.active.draining = True
    with client_of(service) as client:
        answer = client.post("/phone/calls")
        assert answer.status_code == 503 and answer.json()["detail"].startswith("All lines are busy")


def test_one_of_several_lines_can_be_called(tmp_path):
    write_line(tmp_path / "lines" / "bank")
    write_line(tmp_path / "lines" / "shop", default=True)
    with client_of(make_service(make_settings(tmp_path, line=None, lines=str(tmp_path / "lines")))) as client:
        service = client.app.state.service
        assert client.get("/phone/config").json()["lines"] == {"shop": "Shop Line", "bank": "Bank Line"}
        for asked, answers in (("", "shop"), ("bank", "bank")):
            token = client.post("/phone/calls", params={"line": asked}).json()["token"]
            assert service.phone.calls.redeem(time.monotonic(), token).line == answers
        assert client.post("/phone/calls", params={"line": "nowhere"}).status_code == 404


def test_forty_presses_of_call_leave_room_for_the_carriers_calls(service):
    with client_of(service) as client:
        answers = [client.post("/phone/calls").status_code for _ in range(40)]
        assert answers == [201] * BROWSER.standing + [503] * (40 - BROWSER.standing)
        assert service.edge.counters.count("call_busy", "door") == 40 - BROWSER.standing
        assert client.get("/ready").status_code == 200
        assert service.edge.admission.admit("CA1", CARRIER) is None


def test_tokens_and_viewers_are_forgotten_in_time():
    calls = PhoneCalls()
    made = calls.new_call(100.0, "PH1", None, "shop")
    assert calls.redeem(100.0 + TOKEN_LIFE_S, made.token) is None
    assert calls.may_view(101.0, made.viewer, made.context.call_id)
    assert not calls.may_view(101.0, None, made.context.call_id)
    assert not calls.may_view(101.0 + VIEW_LIFE_S, made.viewer, made.context.call_id)
    first = calls.new_call(200.0, "PH2", None, "shop")
    for _ in range(MAX_TOKENS):
        calls.new_call(200.0, "PH3", "not a viewer we know", "shop")
    assert calls.redeem(200.0, first.token) is None


def test_a_browser_keeps_its_secret_over_calls():
    calls = PhoneCalls()
    first = calls.new_call(0.0, "PH1", None, "shop")
    second = calls.new_call(1.0, "PH2", first.viewer, "shop")
    assert second.viewer == first.viewer
    assert calls.may_view(2.0, first.viewer, first.context.call_id)
    assert calls.new_call(2.0, "PH3", "guessed", "shop").viewer != "guessed"
