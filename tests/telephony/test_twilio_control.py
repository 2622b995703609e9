"""Control over calls, against a small REST server that answers as Twilio does."""

import asyncio
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from interactions.events.lifecycle import CallEnded, CallStarted
from interactions.facts import CallFact, Decision, FactKind, Step
from interactions.vocabulary import EndedReason
from records.calls import KeptCall
from records.events import EventStore
from telephony.call_flow import CallFlow
from telephony.ports import CallControl, CarrierError, CarrierStatus
from telephony.reconciler import Reconciler
from telephony.twilio.control import TwilioControl
from tests.fakes.events import draft
from tests.telephony.edge import CALL, account, running_edge


class FakeApi(ThreadingHTTPServer):
    """Answers every request with what it was told to, and remembers the request."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer: tuple[int, dict[str, object]] = (200, {"sid": CALL, "status": "in-progress"})
        self.requests: list[tuple[str, str, dict[str, list[str]]]] = []
        self.release = threading.Event()
        self.release.set()

    def control(self, **changes: object) -> TwilioControl:
        url = f"http://127.0.0.1:{self.server_port}"
        return TwilioControl(account(api_base_url=url, **changes))


class _Handler(BaseHTTPRequestHandler):
    server: FakeApi

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.server.requests.append((self.command, self.path, parse_qs(body)))
        self.server.release.wait(10)
        status, answer = self.server.answer
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def api() -> Iterator[FakeApi]:
    server = FakeApi()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.release.set()
    server.shutdown()
    thread.join()
    server.server_close()


async def test_hanging_up_and_redirecting_name_the_call_and_what_to_do(api: FakeApi) -> None:
    control: CallControl = api.control()
    assert await control.hang_up(CALL)
    assert await control.redirect(CALL, "https://phone.example.com/twilio/resume")
    (_, path, hang_up), (_, _, redirect) = api.requests
    assert path.endswith(f"/Calls/{CALL}.json") and hang_up == {"Status": ["completed"]}
    assert redirect["Url"] == ["https://phone.example.com/twilio/resume"]


@pytest.mark.parametrize(("status", "code"), [(404, 20404), (400, 21220)])
async def test_a_call_that_has_ended_already_is_no_error(api: FakeApi, status: int, code: int) -> None:
    api.answer = (status, {"code": code, "message": "gone", "status": status})
    control = api.control()
    assert not await control.hang_up(CALL) and not await control.redirect(CALL, "https://x.example")


async def test_the_status_of_a_call_is_read(api: FakeApi) -> None:
    control = api.control()
    assert await control.status(CALL) is CarrierStatus.IN_PROGRESS
    api.answer = (404, {"code": 20404, "message": "not found", "status": 404})
    assert await control.status(CALL) is None


async def test_a_refusal_is_typed_and_quotes_nothing(api: FakeApi) -> None:
    api.answer = (401, {"code": 20003, "message": "secret +15550199", "status": 401})
    with pytest.raises(CarrierError) as caught:
        await api.control().hang_up(CALL)
    assert caught.value.code == "carrier_refused" and "+15550199" not in str(caught.value)


async def test_a_carrier_that_does_not_answer_is_given_up(api: FakeApi) -> None:
    api.release.clear()
    with pytest.raises(CarrierError) as caught:
        await api.control(api_timeout_s=0.2).status(CALL)
    assert caught.value.code == "carrier_unreachable"


async def test_a_carrier_that_is_away_is_an_error() -> None:
    with pytest.raises(CarrierError):
        await TwilioControl(account(api_base_url="http://127.0.0.1:9")).hang_up(CALL)


def test_control_needs_credentials() -> None:
    with pytest.raises(CarrierError, match="TWILIO_API_KEY"):
        TwilioControl(account(account_sid="", auth_token=""))


class FakeControl:
    """A carrier that knows some calls."""

    def __init__(self, statuses: dict[str, CarrierStatus | None]):
        self.statuses = statuses
        self.asked = asyncio.Event()

    async def hang_up(self, call_id: str) -> bool:
        return True

    async def redirect(self, call_id: str, url: str) -> bool:
        return True

    async def status(self, call_id: str) -> CarrierStatus | None:
        self.asked.set()
        return self.statuses[call_id]


async def test_old_calls_without_an_end_are_closed_when_the_carrier_says_they_are_over() -> None:
    async with running_edge() as edge:
        old = edge.clock.now - 3600
        for call_id in ("CAlost", "CAgone", "CAtalking", "CAyoung"):
            created = edge.clock.now if call_id == "CAyoung" else old
            call = KeptCall(
                call_id=call_id,
                line="shop",
                pii_caller_number="",
                called_number="",
                caller_verified=False,
                created_s=created,
            )
            answer = Decision(question="voice", step=Step.ANSWER, number=1, decided_s=created)
            edge.edge.calls.advance(
                call_id, now_s=created, question="voice", decide=lambda known, made=answer: made, opens=call
            )
        control = FakeControl(
            {"CAlost": CarrierStatus.COMPLETED, "CAgone": None, "CAtalking": CarrierStatus.IN_PROGRESS}
        )
        reconciler = Reconciler(edge.edge, control, period_s=0.01)
        reconciler.start()
        async with asyncio.timeout(5):
            while len(edge.edge.calls.open_calls(edge.clock.now + 1)) > 2:
                await control.asked.wait()
                control.asked.clear()
        await reconciler.stop()
        assert [call.call_id for call in edge.edge.calls.open_calls(edge.clock.now + 1)] == ["CAtalking", "CAyoung"]


async def test_a_call_whose_process_died_before_it_told_the_end_ends_in_the_log_after_all() -> None:
    async with running_edge() as edge:
        calls, old = edge.edge.calls, edge.clock.now - 3600
        call = KeptCall(
            call_id="CAdied", line="shop", pii_caller_number="", called_number="", caller_verified=False, created_s=old
        )
        answer = Decision(question="voice", step=Step.ANSWER, number=1, decided_s=old)
        started = CallFact(kind=FactKind.STREAM_STARTED, number=1)
        calls.advance("CAdied", now_s=old, question="voice", decide=lambda known: answer, opens=call, facts=[started])
        store = EventStore(edge.database)
        store.append(draft(CallStarted(line="shop"), "CAdied"))
        store.flush()
        flow = CallFlow(replace(edge.edge, sink=store))
        await flow.note("CAdied", CallFact(kind=FactKind.CARRIER_STATUS, detail="completed"))
        store.flush()
        assert len(store.read("CAdied")) == 1
        for _ in range(2):
            await flow.reconcile(FakeControl({}))
            store.flush()
        ended = store.read("CAdied")[-1].body
        assert ended == CallEnded(reason=EndedReason.LEG_DEAD, duration_ms=3_600_000)
        assert len(store.read("CAdied")) == 2 and calls.abandoned_calls(edge.clock.now) == []
        store.close()
