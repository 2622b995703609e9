"""A call over the wire: webhook, document, media socket, and what comes after it."""

from interactions.context import CallOutcome, Purpose
from interactions.transfer import TransferRequest
from interactions.vocabulary import EndedReason, TransferReason
from tests.fakes.conversation import TONE
from tests.telephony.edge import CALL, HUMAN, RunningEdge, find, running_edge, token_of, verbs

SPEECH = bytes(range(160))
GOODBYE = CallOutcome(reason=EndedReason.GOODBYE)
HAND_OVER = CallOutcome(
    reason=EndedReason.TRANSFERRED,
    transfer=TransferRequest(reason=TransferReason.CALLER_ASKED, summary="Wants a refund."),
)


async def test_a_call_is_answered_heard_echoed_and_ended_by_our_goodbye() -> None:
    async with running_edge(script={"end_on_key": {"#": GOODBYE}}) as edge:
        answer = await edge.ring(StirVerstat="TN-Validation-Passed-A")
        assert answer.status_code == 200 and verbs(answer.text) == ["Connect", "Redirect"]
        assert find(answer.text, ".//Stream").attrib["url"] == "wss://phone.example.com/twilio/media"
        async with edge.media() as twilio:
            await twilio.start(token_of(answer.text))
            assert await twilio.receive_audio(1600) == TONE * 10
            conversation = await edge.conversations.number(1)
            assert conversation.context.caller_verified and conversation.context.purpose is Purpose.ANSWER
            await twilio.media(SPEECH)
            assert await twilio.receive_audio(160) == SPEECH
            await twilio.send("dtmf", dtmf={"track": "inbound_track", "digit": "#"})
            assert await twilio.until_closed() == 1000
        assert conversation.marks == ["greeting", "last words"]
        after = await edge.post("/twilio/connected-done?stream=1", CallStatus="in-progress")
        assert verbs(after.text) == ["Hangup"]
        done = await edge.post("/twilio/status", CallStatus="completed", SequenceNumber="3")
        assert done.status_code == 204 and edge.edge.active.count == 0


async def test_a_transfer_dials_the_human_and_takes_a_message_when_nobody_answers() -> None:
    async with running_edge(script={"end_on_key": {"0": HAND_OVER, "#": GOODBYE}}) as edge:
        answer = await edge.ring()
        async with edge.media() as twilio:
            await twilio.start(token_of(answer.text))
            await twilio.send("dtmf", dtmf={"track": "inbound_track", "digit": "0"})
            assert await twilio.until_closed() == 1000
        dial = await edge.post("/twilio/connected-done?stream=1", CallStatus="in-progress")
        assert verbs(dial.text) == ["Dial"] and find(dial.text, ".//Number").text == HUMAN
        nobody = await edge.post("/twilio/dial-done?dial=1", CallStatus="in-progress", DialCallStatus="no-answer")
        assert verbs(nobody.text) == ["Connect", "Redirect"]
        async with edge.media() as twilio:
            await twilio.start(token_of(nobody.text))
            conversation = await edge.conversations.number(2)
            assert conversation.context.purpose is Purpose.TAKE_MESSAGE
            await twilio.send("dtmf", dtmf={"track": "inbound_track", "digit": "#"})
            assert await twilio.until_closed() == 1000
        end = await edge.post("/twilio/connected-done?stream=2", CallStatus="in-progress")
        assert verbs(end.text) == ["Hangup"]


async def test_a_human_who_answered_ends_the_call_with_the_dial() -> None:
    async with running_edge(script={"end_on_key": {"0": HAND_OVER}}) as edge:
        answer = await edge.ring()
        async with edge.media() as twilio:
            await twilio.start(token_of(answer.text))
            await twilio.send("dtmf", dtmf={"track": "inbound_track", "digit": "0"})
            await twilio.until_closed()
        await edge.post("/twilio/connected-done?stream=1", CallStatus="in-progress")
        after = await edge.post("/twilio/dial-done?dial=1", CallStatus="in-progress", DialCallStatus="completed")
        assert verbs(after.text) == ["Hangup"]
        assert CALL not in str(edge.edge.counters.snapshot())
        again = await edge.post("/twilio/dial-done?dial=1", CallStatus="in-progress", DialCallStatus="completed")
        assert again.text == after.text
        assert told(edge) == ["transfer dialling", "transfer connected", "call_ended transferred"]
        assert [event.seq for event in edge.log] == [1, 2, 3] and {event.writer for event in edge.log} == {"carrier"}
        assert edge.log[0].body.reason == "caller_asked" and edge.log[0].body.pii_summary == "Wants a refund."


def told(edge: RunningEdge) -> list[str]:
    """What the edge wrote into the log, in short."""
    words = []
    for event in edge.log:
        body = event.body
        case = getattr(body, "state", "") or getattr(body, "reason", "") or getattr(body, "detail", "")
        words.append(f"{body.TYPE} {case}")
    return words


async def test_a_lost_stream_is_told_and_the_call_ends_once_with_the_reason_of_the_last() -> None:
    async with running_edge(script={"end_on_key": {"#": GOODBYE}}) as edge:
        answer = await edge.ring()
        async with edge.media() as twilio:
            await twilio.start(token_of(answer.text))
            first = await edge.conversations.number(1)
            twilio.connection.transport.abort()
        await first.until(lambda c: bool(c.gone))
        await edge.until_silent()
        edge.clock.now += 30
        resumed = await edge.post("/twilio/resume?stream=1", CallStatus="in-progress")
        async with edge.media() as twilio:
            await twilio.start(token_of(resumed.text))
            second = await edge.conversations.number(2)
            assert second.context.stream_number == 2 and second.context.began_s == first.context.began_s
            await twilio.send("dtmf", dtmf={"track": "inbound_track", "digit": "#"})
            assert await twilio.until_closed() == 1000
        edge.clock.now += 30
        await edge.post("/twilio/connected-done?stream=2", CallStatus="in-progress")
        for _ in range(2):
            await edge.post("/twilio/status", CallStatus="completed")
        assert told(edge) == ["stream_lost leg_dead", "call_ended goodbye"]
        assert edge.log[-1].body.duration_ms == 60_000


async def test_a_call_that_ends_while_its_stream_is_open_ends_in_the_log_when_the_stream_has_told() -> None:
    async with running_edge() as edge:
        answer = await edge.ring()
        async with edge.media() as twilio:
            await twilio.start(token_of(answer.text))
            await edge.conversations.number(1)
            await edge.post("/twilio/status", CallStatus="completed")
            assert await twilio.until_closed() == 1000
        assert told(edge) == ["call_ended caller_hung_up"]


async def test_calls_that_were_never_talked_to_leave_no_log() -> None:
    async with running_edge(places=1) as edge:
        await edge.ring()
        busy = "CA" + "7" * 32
        await edge.ring(call=busy)
        for call in (CALL, busy):
            await edge.post("/twilio/status", CallSid=call, CallStatus="completed")
        assert told(edge) == []
