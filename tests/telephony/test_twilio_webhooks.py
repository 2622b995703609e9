"""Webhooks: who is believed, and that they may come twice, late and in any order."""

import itertools
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from loguru import logger
from twilio.request_validator import RequestValidator

from interactions.facts import CallFact
from telephony.call_state import has_ended
from telephony.twilio.signature import SIGNATURE, SIGNATURE_SETTINGS
from tests.telephony.edge import ACCOUNT, CALL, HUMAN, PUBLIC, TOKEN, RunningEdge, find, running_edge, token_of, verbs

SHARED = "shared-key-secret"


@pytest.fixture
def log_entries() -> Iterator[list[str]]:
    entries: list[str] = []
    sink = logger.add(entries.append, level="DEBUG")
    yield entries
    logger.remove(sink)


def facts(edge: RunningEdge) -> list[CallFact]:
    return list(edge.edge.calls.known(CALL).facts)


def nothing_happened(edge: RunningEdge) -> bool:
    return edge.edge.calls.call(CALL) is None and facts(edge) == [] and edge.edge.active.count == 0


@pytest.mark.parametrize("sign", [None, "", "not-our-secret"])
@pytest.mark.parametrize(
    "path", ["voice", "status", "connected-done?stream=1", "resume?stream=1", "dial-done?dial=1", "stream?stream=1",
             "overflow-done"]
)  # fmt: skip
async def test_a_wrong_or_missing_signature_is_refused_and_nothing_happens(path: str, sign: str | None) -> None:
    async with running_edge() as edge:
        answer = await edge.post(f"/twilio/{path}", sign=sign, CallStatus="ringing", DialCallStatus="busy")
        assert answer.status_code == 403 and answer.content == b"" and nothing_happened(edge)


async def test_a_tampered_query_or_field_is_refused() -> None:
    async with running_edge() as edge:
        form = {"AccountSid": ACCOUNT, "CallSid": CALL, "CallStatus": "in-progress"}
        signature = RequestValidator(TOKEN).compute_signature(f"{PUBLIC}/twilio/connected-done?stream=1", form)
        sent = {"X-Twilio-Signature": signature}
        for path, data in [
            ("/twilio/connected-done?stream=2", form),
            ("/twilio/connected-done?stream=1", {**form, "CallStatus": "completed"}),
            ("/twilio/connected-done?stream=1", {**form, "Extra": ""}),
        ]:
            assert (await edge.http.post(path, data=data, headers=sent)).status_code == 403
        repeated = urlencode([*form.items(), ("CallSid", "CA" + "9" * 32)])
        typed = {**sent, "Content-Type": "application/x-www-form-urlencoded"}
        answer = await edge.http.post("/twilio/connected-done?stream=1", content=repeated, headers=typed)
        assert answer.status_code == 403 and nothing_happened(edge)


async def test_what_a_proxy_forwards_is_not_believed() -> None:
    async with running_edge() as edge:
        form = {"AccountSid": ACCOUNT, "CallSid": CALL}
        forwarded = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
        signature = RequestValidator(TOKEN).compute_signature("https://evil.example/twilio/voice", form)
        answer = await edge.http.post("/twilio/voice", data=form, headers={**forwarded, SIGNATURE: signature})
        assert answer.status_code == 403
        assert (await edge.ring(headers=forwarded)).status_code == 200


async def test_both_tokens_are_believed_during_rotation() -> None:
    async with running_edge(auth_token_secondary="old-secret") as edge:
        assert (await edge.post("/twilio/voice")).status_code == 200
        assert (await edge.post("/twilio/voice", sign="old-secret")).status_code == 200
        assert (await edge.post("/twilio/voice", sign="older-secret")).status_code == 403


def shared_key_headers(secret: str, algorithm: str = "HMAC_SHA256") -> dict[str, str]:
    form = {"AccountSid": ACCOUNT, "CallSid": CALL, "ApiVersion": "2010-04-01", "FromCity": ""}
    signature = RequestValidator(secret).compute_signature(f"{PUBLIC}/twilio/voice", form, "HMAC_SHA256")
    return {SIGNATURE: signature, SIGNATURE_SETTINGS: f"key=webhooks_sharedkey_1,algorithm={algorithm}"}


async def test_shared_key_signing_is_believed_where_it_is_configured_and_with_its_own_key_only() -> None:
    async with running_edge(webhook_shared_key=SHARED) as edge:

        async def status(headers: dict[str, str]) -> int:
            return (await edge.post("/twilio/voice", sign=None, headers=headers)).status_code

        assert await status(shared_key_headers(SHARED)) == 200
        assert await status(shared_key_headers(TOKEN)) == 403
        assert await status(shared_key_headers(SHARED, algorithm="HMAC_MD5")) == 403
        assert await status({SIGNATURE: shared_key_headers(SHARED)[SIGNATURE]}) == 403
    async with running_edge() as edge:
        answer = await edge.post("/twilio/voice", sign=None, headers=shared_key_headers(""))
        assert answer.status_code == 403


async def test_bodies_that_are_no_signed_form_are_refused() -> None:
    async with running_edge() as edge:
        signature = {SIGNATURE: RequestValidator(TOKEN).compute_signature(f"{PUBLIC}/twilio/voice", {})}
        for body in (b"", b"{}", b"\xff\xfe=1", b"a" * 70_000, b"&".join(b"a=1" for _ in range(500))):
            answer = await edge.http.post("/twilio/voice", content=body, headers=signature)
            assert answer.status_code == 403
        other = await edge.post("/twilio/voice", AccountSid="AC" + "9" * 32)
        no_call = await edge.post("/twilio/voice", CallSid="../../etc")
        assert other.status_code == no_call.status_code == 403 and nothing_happened(edge)


async def test_without_configured_secrets_every_webhook_is_refused() -> None:
    async with running_edge(account_sid="", auth_token="") as edge:
        assert (await edge.post("/twilio/voice", sign=TOKEN)).status_code == 403


async def test_the_same_inbound_webhook_gets_the_same_document_even_later() -> None:
    async with running_edge() as edge:
        first = await edge.ring(headers={"I-Twilio-Idempotency-Token": "t1"})
        edge.clock.now += 7.3
        again = await edge.ring(headers={"I-Twilio-Idempotency-Token": "t1"})
        assert first.text == again.text and edge.edge.active.count == 1


async def test_the_same_question_gets_the_same_answer_and_is_counted_once() -> None:
    async with running_edge(resume_attempts=1) as edge:
        await edge.ring()
        lost = [await edge.post("/twilio/connected-done?stream=1", CallStatus="in-progress") for _ in range(3)]
        redirect = await edge.post("/twilio/resume?stream=1", CallStatus="in-progress")
        assert {answer.text for answer in [*lost, redirect]} == {redirect.text}
        assert verbs(redirect.text) == ["Connect", "Redirect"]
        assert find(redirect.text, "Redirect").text == f"{PUBLIC}/twilio/resume?stream=2"


async def test_a_lost_stream_is_resumed_a_bounded_number_of_times_then_a_human_is_dialled() -> None:
    async with running_edge(resume_attempts=2) as edge:
        await edge.ring()
        for stream in (1, 2):
            answer = await edge.post(f"/twilio/resume?stream={stream}", CallStatus="in-progress")
            assert verbs(answer.text) == ["Connect", "Redirect"]
        answer = await edge.post("/twilio/resume?stream=3", CallStatus="in-progress")
        assert verbs(answer.text) == ["Say", "Dial"] and find(answer.text, ".//Number").text == HUMAN
        nobody = await edge.post("/twilio/dial-done?dial=1", CallStatus="in-progress", DialCallStatus="busy")
        assert verbs(nobody.text) == ["Say", "Hangup"]


async def test_a_lost_stream_without_a_human_ends_with_an_apology() -> None:
    async with running_edge(human="", resume_attempts=0) as edge:
        await edge.ring()
        answer = await edge.post("/twilio/resume?stream=1", CallStatus="in-progress")
        assert verbs(answer.text) == ["Say", "Hangup"]


async def test_webhooks_after_the_end_change_nothing() -> None:
    async with running_edge() as edge:
        await edge.ring()
        await edge.post("/twilio/status", CallStatus="completed", SequenceNumber="5")
        before = (edge.edge.calls.call(CALL), edge.edge.calls.known(CALL).decisions, edge.edge.active.count)
        for path in ("/twilio/connected-done?stream=1", "/twilio/resume?stream=1", "/twilio/voice"):
            late = await edge.post(path, CallStatus="in-progress")
            assert verbs(late.text) == ["Hangup"]
        assert (edge.edge.calls.call(CALL), edge.edge.calls.known(CALL).decisions, edge.edge.active.count) == before
        assert has_ended(facts(edge))


async def test_status_callbacks_in_any_order_and_twice_end_in_the_same_state() -> None:
    words = ["ringing", "in-progress", "completed"]
    states = set()
    for order in itertools.permutations(words):
        async with running_edge() as edge:
            for word in (*order, *order):
                answer = await edge.post("/twilio/status", CallStatus=word, SequenceNumber=str(words.index(word)))
                assert answer.status_code == 204
            states.add(frozenset(facts(edge)))
            assert len(facts(edge)) == 3
    (state,) = states
    assert has_ended(state)


async def test_an_inbound_webhook_that_arrives_after_the_end_opens_nothing() -> None:
    async with running_edge() as edge:
        await edge.post("/twilio/status", CallStatus="canceled")
        assert verbs((await edge.ring()).text) == ["Hangup"]
        assert edge.edge.calls.call(CALL) is None and edge.edge.active.count == 0


async def test_a_status_that_nobody_knows_is_left_out() -> None:
    async with running_edge() as edge:
        assert (await edge.post("/twilio/status", CallStatus="dreaming")).status_code == 204
        assert facts(edge) == []


async def test_above_capacity_a_call_hears_that_all_lines_are_busy() -> None:
    async with running_edge(places=1) as edge:
        assert verbs((await edge.ring()).text) == ["Connect", "Redirect"]
        busy = await edge.ring(call="CA" + "7" * 32)
        assert verbs(busy.text) == ["Say", "Hangup"] and "busy" in (find(busy.text, "Say").text or "")
        assert verbs((await edge.ring()).text) == ["Connect", "Redirect"]
        assert edge.edge.active.count == 1


async def test_a_busy_line_dials_the_overflow_number_and_ends_kindly_either_way() -> None:
    async with running_edge(places=1, overflow_number="+15550111") as edge:
        edge.edge.active.draining = True
        busy = await edge.ring()
        assert verbs(busy.text) == ["Say", "Dial"] and find(busy.text, ".//Number").text == "+15550111"
        answered = await edge.post("/twilio/overflow-done", DialCallStatus="completed")
        nobody = await edge.post("/twilio/overflow-done", DialCallStatus="no-answer")
        assert verbs(answered.text) == ["Hangup"] and verbs(nobody.text) == ["Say", "Hangup"]


@pytest.mark.parametrize(
    ("number", "kept"),
    [("+15550199", "+15550199"), ("anonymous", ""), ("+266696687", ""), ("client:bob", ""), ("sip:b@example.com", "")],
)
async def test_only_real_numbers_are_kept_and_only_full_attestation_verifies(number: str, kept: str) -> None:
    async with running_edge() as edge:
        await edge.ring(From=number, StirVerstat="TN-Validation-Passed-B")
        call = edge.edge.calls.call(CALL)
        assert call is not None and call.pii_caller_number == kept and not call.caller_verified


async def test_a_database_that_fails_still_gives_the_caller_a_human(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running_edge() as edge:
        edge.database.engine.dispose()
        with edge.database.engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE carrier_call_facts")
        answer = await edge.ring()
        assert answer.status_code == 200 and verbs(answer.text) == ["Say", "Dial"]
        after = await edge.post("/twilio/dial-done?dial=0", CallStatus="in-progress", DialCallStatus="busy")
        assert verbs(after.text) == ["Say", "Hangup"]
        assert (await edge.post("/twilio/status", CallStatus="completed")).status_code == 503


async def test_neither_numbers_nor_tokens_nor_secrets_are_logged(
    caplog: pytest.LogCaptureFixture, log_entries: list[str]
) -> None:
    caplog.set_level("DEBUG")
    async with running_edge() as edge:
        answer = await edge.ring()
        await edge.post("/twilio/voice", sign="wrong", From="+15550199", To="+15550100")
        await edge.post("/twilio/stream?stream=1", StreamEvent="stream-error", StreamError="+15550199")
        log = caplog.text + "".join(log_entries)
        assert "refused" in log
        for secret in ("+15550199", "+15550100", HUMAN, TOKEN, token_of(answer.text)):
            assert secret not in log
