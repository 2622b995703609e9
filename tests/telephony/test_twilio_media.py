"""The media socket over the wire: who may open it, whose call it is, and what happens when it breaks."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
import websockets

from interactions.context import Purpose
from interactions.vocabulary import EndedReason
from tests.telephony.edge import CALL, TOKEN, MediaClient, RunningEdge, running_edge, token_of, verbs

SPEECH = b"\xd0" * 160


async def refused(edge: RunningEdge, token: str | None, **start: Any) -> bool:
    """Whether a stream with this token is closed with 1008 and never reaches a conversation."""
    made = len(edge.conversations.made)
    async with edge.media() as twilio:
        await twilio.start(token, **start)
        code = await twilio.until_closed()
    return code == 1008 and len(edge.conversations.made) == made


@pytest.mark.parametrize("sign", [None, "", "not-our-secret"])
async def test_a_handshake_without_our_signature_is_refused_with_403(sign: str | None) -> None:
    async with running_edge() as edge:
        with pytest.raises(websockets.InvalidStatus) as caught:
            async with edge.media(sign=sign):
                pass
        assert caught.value.response.status_code == 403 and edge.conversations.made == []


async def test_a_handshake_signed_with_the_secondary_token_is_taken() -> None:
    async with running_edge(auth_token_secondary="old-secret") as edge:
        answer = await edge.ring()
        async with edge.media(sign="old-secret") as twilio:
            await twilio.start(token_of(answer.text))
            assert await twilio.receive_audio(160)


async def test_a_token_is_good_for_one_stream() -> None:
    async with running_edge() as edge:
        token = token_of((await edge.ring()).text)
        async with edge.media() as twilio:
            await twilio.start(token)
            await edge.conversations.number(1)
            assert await refused(edge, token)
            await twilio.media(SPEECH)
            assert await twilio.receive_audio(1760)


async def test_a_used_token_is_refused_after_a_restart_too(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'calls.db'}"
    async with running_edge(database_url=url) as edge:
        token = token_of((await edge.ring()).text)
        async with edge.media() as twilio:
            await twilio.start(token)
            await edge.conversations.number(1)
    async with running_edge(database_url=url) as edge:
        assert await refused(edge, token)
        # The carrier asks again what to do, and the caller goes on.
        resumed = await edge.post("/twilio/resume?stream=1", CallStatus="in-progress")
        async with edge.media() as twilio:
            await twilio.start(token_of(resumed.text))
            conversation = await edge.conversations.number(1)
            assert conversation.context.purpose is Purpose.RESUME


async def test_an_expired_token_is_refused() -> None:
    async with running_edge(stream_token_lifetime_s=60) as edge:
        token = token_of((await edge.ring()).text)
        edge.clock.now += 60
        assert await refused(edge, token)


@pytest.mark.parametrize("token", [None, "", "v1.CA1.answer.1.9999999999." + "A" * 43, "x" * 400])
async def test_a_missing_or_forged_token_is_refused(token: str | None) -> None:
    async with running_edge() as edge:
        await edge.ring()
        assert await refused(edge, token)


async def test_a_token_is_good_for_its_own_call_and_account_only() -> None:
    async with running_edge() as edge:
        token = token_of((await edge.ring()).text)
        await edge.ring(call="CA" + "7" * 32)
        assert await refused(edge, token, call="CA" + "7" * 32)
        assert await refused(edge, token, account="AC" + "9" * 32)
        changed = token.replace(".answer.", ".resume.")
        assert await refused(edge, changed)


async def test_a_stream_of_a_call_that_has_ended_is_refused() -> None:
    async with running_edge() as edge:
        token = token_of((await edge.ring()).text)
        await edge.post("/twilio/status", CallStatus="completed")
        assert await refused(edge, token)


async def test_another_media_format_is_refused() -> None:
    async with running_edge() as edge:
        assert await refused(edge, token_of((await edge.ring()).text), sampleRate=16000)


async def test_a_socket_that_breaks_in_mid_word_resumes_the_call() -> None:
    async with running_edge() as edge:
        answer = await edge.ring()
        async with edge.media() as twilio:
            await twilio.start(token_of(answer.text))
            first = await edge.conversations.number(1)
            await twilio.media(SPEECH)
            await first.until(lambda c: len(c.heard) == 160)
            twilio.connection.transport.abort()
        await first.until(lambda c: bool(c.gone))
        assert first.gone == [EndedReason.LEG_DEAD]
        resumed = await edge.post("/twilio/connected-done?stream=1", CallStatus="in-progress")
        async with edge.media() as twilio:
            await twilio.start(token_of(resumed.text))
            second = await edge.conversations.number(2)
            assert second.context.purpose is Purpose.RESUME and second.context.call_id == CALL


async def test_a_resumed_stream_ends_the_one_that_hangs() -> None:
    async with running_edge(dead_leg_s=60.0) as edge:
        answer = await edge.ring()
        async with edge.media() as hanging:
            await hanging.start(token_of(answer.text))
            first = await edge.conversations.number(1)
            resumed = await edge.post("/twilio/resume?stream=1", CallStatus="in-progress")
            async with edge.media() as twilio:
                await twilio.start(token_of(resumed.text))
                await edge.conversations.number(2)
                assert await hanging.until_closed() == 1000
                assert first.gone == [EndedReason.LEG_DEAD] and edge.edge.active.talking == 1


async def test_a_caller_who_hangs_up_leaves_nothing_behind() -> None:
    async with running_edge() as edge:
        answer = await edge.ring()
        async with edge.media() as twilio:
            await twilio.start(token_of(answer.text))
            conversation = await edge.conversations.number(1)
            await twilio.send("stop", stop={"accountSid": "AC", "callSid": CALL})
            assert await twilio.until_closed() == 1000
        assert conversation.gone == [EndedReason.CALLER_HUNG_UP] and edge.edge.active.count == 0


async def test_the_end_of_the_call_ends_a_media_socket_that_stayed_open() -> None:
    async with running_edge() as edge:
        answer = await edge.ring()
        async with edge.media() as twilio:
            await twilio.start(token_of(answer.text))
            conversation = await edge.conversations.number(1)
            await edge.post("/twilio/status", CallStatus="completed")
            assert await twilio.until_closed() == 1000
        assert conversation.gone == [EndedReason.CALLER_HUNG_UP]


async def test_a_shutdown_ends_streams_that_take_too_long_and_gives_their_callers_a_human() -> None:
    async with running_edge() as edge:
        answer = await edge.ring()
        async with edge.media() as twilio:
            await twilio.start(token_of(answer.text))
            conversation = await edge.conversations.number(1)
            draining = asyncio.create_task(edge.edge.active.drain(0.05))
            assert await twilio.until_closed() == 1000
            assert await draining == 1 and conversation.gone == [EndedReason.SHUTDOWN]
        assert verbs((await edge.ring(call="CA" + "7" * 32)).text) == ["Say", "Hangup"]
        after = await edge.post("/twilio/connected-done?stream=1", CallStatus="in-progress")
        assert verbs(after.text) == ["Say", "Dial"]


async def test_a_conversation_that_fails_ends_with_an_apology_and_a_human() -> None:
    async with running_edge(script={"raises": RuntimeError("engine away")}) as edge:
        answer = await edge.ring()
        async with edge.media() as twilio:
            await twilio.start(token_of(answer.text))
            await twilio.media(SPEECH)
            assert await twilio.until_closed() == 1000
        after = await edge.post("/twilio/connected-done?stream=1", CallStatus="in-progress")
        assert verbs(after.text) == ["Say", "Dial"]


async def test_faulty_messages_on_the_wire_do_not_end_the_call() -> None:
    async with running_edge() as edge:
        answer = await edge.ring()
        async with edge.media() as twilio:
            await twilio.start(token_of(answer.text))
            assert await twilio.receive_audio(1600)
            await twilio.connection.send(b"\x00\x01binary")
            await twilio.connection.send("{not json")
            await twilio.connection.send(json.dumps({"event": "media", "pad": "x" * 200_000}))
            await twilio.media(SPEECH)
            assert await twilio.receive_audio(160) == SPEECH
        assert {name: n for (what, name), n in edge.edge.counters.snapshot().items() if what == "media_fault"} == {
            "binary_frame": 1,
            "broken_json": 1,
            "oversized": 1,
        }


async def test_thirty_calls_at_a_time_leave_no_session_behind() -> None:
    async with running_edge(places=30) as edge:

        async def call(n: int) -> None:
            sid = f"CA{n:032d}"
            answer = await edge.ring(call=sid)
            async with edge.media() as twilio:
                twilio.stream = f"MZ{n:032d}"
                await twilio.start(token_of(answer.text), call=sid)
                await twilio.receive_audio(1600)
                for _ in range(5):
                    await twilio.media(bytes([n + 1]) * 160)
                assert await twilio.receive_audio(800) == bytes([n + 1]) * 800
                await twilio.send("stop", stop={})
                assert await twilio.until_closed() == 1000

        await asyncio.gather(*(call(n) for n in range(30)))
        assert edge.edge.active.count == 0 and len(edge.conversations.made) == 30


async def test_an_unsigned_client_is_let_in_by_the_development_setting_only() -> None:
    local: dict[str, Any] = {"public_url": "http://localhost:8080", "unsigned_media": True}
    async with running_edge(**local) as edge:
        async with edge.media(sign=None) as client:
            await client.start(None, call="CAdev", account="ACdev")
            assert await client.receive_audio(1600)
        assert edge.conversations.made[0].context.call_id == "CAdev"
        # Leaving the signature out is allowed, a wrong one is not; nor is a wrong token.
        with pytest.raises(websockets.InvalidStatus):
            async with edge.media(sign="wrong"):
                pass
        # A web page that makes its visitor's browser connect to localhost is not let in.
        with pytest.raises(websockets.InvalidStatus):
            async with websockets.connect(f"ws://127.0.0.1:{edge.port}/twilio/media", origin="https://evil.example"):
                pass
        async with edge.media(sign=None) as client:
            await client.start("v1.forged")
            assert await client.until_closed() == 1008


async def test_a_media_client_without_connected_is_refused() -> None:
    async with running_edge() as edge, edge.media(sign=TOKEN) as twilio:
        assert isinstance(twilio, MediaClient)
        await twilio.send("start", start={})
        await twilio.send("media", media={})
        await twilio.connection.close()
    assert edge.conversations.made == []
