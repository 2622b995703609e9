"""A call over the wire: webhook, document, media socket, and what comes after it."""

from interactions.context import CallOutcome, Purpose
from interactions.transfer import TransferRequest
from interactions.vocabulary import EndedReason, TransferReason
from tests.fakes.conversation import TONE
from tests.telephony.edge import CALL, HUMAN, find, running_edge, token_of, verbs

SPEECH = bytes(range(160))
GOODBYE = CallOutcome(reason=EndedReason.GOODBYE)
HAND_OVER = CallOutcome(
    reason=EndedReason.TRANSFERRED, transfer=TransferRequest(reason=TransferReason.CALLER_ASKED, summary="")
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
        assert edge.news == [
            "carrier_status ringing",
            "answer",
            "stream_started",
            "stream_ended transferred",
            "carrier_status in-progress",
            "dial",
            "dial_ended completed",
            "hang_up",
        ]
