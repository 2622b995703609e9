"""One media stream from first message to close, in memory and on virtual time."""

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from interactions.context import CallContext, CallOutcome
from interactions.vocabulary import EndedReason
from telephony.counters import EdgeCounters
from telephony.media_session import MediaSession, OutcomeHandler, SessionEnd, SessionLimits
from telephony.ports import Headers, ProtocolFault, RefusedError, StreamStarted
from telephony.twilio.codec import TwilioCodec
from tests.fakes.conversation import TONE, FakeConversations
from tests.fakes.media_socket import CONNECTED, STREAM, FakeSocket, start_message
from tests.fakes.virtual_time import run_virtually
from voice.ports import CallerLeg, Conversation, ConversationFactory

GOODBYE = CallOutcome(reason=EndedReason.GOODBYE)
SPEECH = b"\xd0" * 160


class Doorman:
    """Lets everybody in who does not carry a bad token."""

    def handshake(self, path: str, headers: Headers) -> None:
        return

    async def admit(self, started: StreamStarted) -> CallContext:
        if started.parameters.get("t") == "bad":
            raise RefusedError("token_invalid", "no")
        return CallContext(call_id=started.call_id, line="shop")


class Rig:
    """A session on a fake socket."""

    def __init__(
        self,
        limits: SessionLimits | None = None,
        *,
        factory: ConversationFactory | None = None,
        on_outcome: OutcomeHandler | None = None,
        **script: object,
    ) -> None:
        self.socket = FakeSocket()
        self.conversations = FakeConversations(**script)
        self.outcomes: list[CallOutcome] = []
        self.closed_when_kept: list[int | None] = []
        self.counters = EdgeCounters()
        self.session = MediaSession(
            self.socket,
            TwilioCodec(),
            Doorman(),
            factory or self.conversations,
            on_outcome=on_outcome or self.keep,
            limits=limits,
            counters=self.counters,
            clock=asyncio.get_running_loop().time,
        )
        self.running = asyncio.create_task(self.session.run())

    async def keep(self, context: CallContext, outcome: CallOutcome) -> None:
        self.outcomes.append(outcome)
        self.closed_when_kept.append(self.socket.closed_with)

    async def speak(self, frames: int) -> None:
        """The caller's audio, every 20 ms."""
        for _ in range(frames):
            self.socket.media()
            await asyncio.sleep(0.02)

    async def end(self, deadline_s: float = 60) -> SessionEnd:
        async with asyncio.timeout(deadline_s):
            return await self.running


def virtual(test: Callable[[], Awaitable[None]]) -> Callable[[], None]:
    """Run an async test on virtual time, and see that it leaves no task behind."""

    async def checked() -> None:
        await test()
        assert asyncio.all_tasks() == {asyncio.current_task()}

    def run() -> None:
        run_virtually(checked())

    run.__name__ = getattr(test, "__name__", "test")
    return run


@virtual
async def test_a_conversation_that_says_goodbye_is_kept_before_the_socket_closes_with_1000() -> None:
    rig = Rig(end_on_key={"#": GOODBYE})
    rig.socket.start()
    await rig.speak(10)
    rig.socket.give("mark", mark={"name": "greeting"})
    rig.socket.give("dtmf", dtmf={"track": "inbound_track", "digit": "#"})
    rig.socket.give("mark", mark={"name": "last words"})
    end = await rig.end()
    assert end.started and end.outcome == GOODBYE and end.faults == {}
    assert rig.outcomes == [GOODBYE] and rig.closed_when_kept == [None] and rig.socket.closed_with == 1000
    assert bytes(rig.conversations.made[0].heard) == SPEECH * 10


@virtual
async def test_nothing_is_processed_before_start() -> None:
    rig = Rig()
    rig.socket.media()
    rig.socket.give("dtmf", dtmf={"digit": "1"})
    rig.socket.start()
    rig.socket.give("stop", stop={})
    end = await rig.end()
    assert bytes(rig.conversations.made[0].heard) == b"" and rig.conversations.made[0].keys == []
    assert end.faults == {ProtocolFault.MEDIA_BEFORE_START: 1, ProtocolFault.OUT_OF_ORDER: 1}


@virtual
async def test_a_socket_that_says_nothing_is_closed_after_five_seconds() -> None:
    rig = Rig()
    rig.socket.give_raw(CONNECTED)
    end = await rig.end(5.5)
    assert end.refused == "start_timeout" and rig.socket.closed_with == 1008 and rig.conversations.made == []


@virtual
async def test_a_bad_token_never_reaches_a_conversation() -> None:
    rig = Rig()
    rig.socket.start({"t": "bad"})
    rig.socket.media()
    end = await rig.end()
    assert end.refused == "token_invalid" and rig.socket.closed_with == 1008
    assert rig.conversations.made == [] and rig.outcomes == []


@pytest.mark.parametrize("coded", [{"encoding": "audio/l16"}, {"sampleRate": 16000}, {"channels": 2}])
def test_another_media_format_is_refused(coded: dict[str, Any]) -> None:
    async def test() -> None:
        rig = Rig()
        rig.socket.start(**coded)
        assert (await rig.end()).refused == "media_format"

    run_virtually(test())


@virtual
async def test_a_start_without_connected_is_refused() -> None:
    rig = Rig()
    rig.socket.give_raw(start_message())
    assert (await rig.end()).refused == "start_before_connected"


@virtual
async def test_a_socket_that_closes_before_start_leaves_nothing_behind() -> None:
    rig = Rig()
    rig.socket.break_off()
    assert (await rig.end()).refused == "closed_before_start"


FAULTY: list[tuple[str, str | bytes, ProtocolFault]] = [
    ("binary", b"\x00\x01", ProtocolFault.BINARY_FRAME),
    ("broken", '{"event": "media"', ProtocolFault.BROKEN_JSON),
    ("deep", "[" * 50_000, ProtocolFault.BROKEN_JSON),
    ("list", "[]", ProtocolFault.BAD_SCHEMA),
    ("empty", "{}", ProtocolFault.BAD_SCHEMA),
    ("event", json.dumps({"event": 7}), ProtocolFault.UNKNOWN_EVENT),
    ("unknown", json.dumps({"event": "cheese", "streamSid": STREAM}), ProtocolFault.UNKNOWN_EVENT),
    ("unhashable", json.dumps({"event": ["media"], "streamSid": STREAM}), ProtocolFault.UNKNOWN_EVENT),
    ("oversized", json.dumps({"event": "media", "x": "y" * 70_000}), ProtocolFault.OVERSIZED),
    ("other", json.dumps({"event": "media", "streamSid": "MZother", "media": {}}), ProtocolFault.WRONG_STREAM),
    ("mark", json.dumps({"event": "mark", "streamSid": STREAM, "mark": {"name": "?"}}), ProtocolFault.UNKNOWN_MARK),
    ("key", json.dumps({"event": "dtmf", "streamSid": STREAM, "dtmf": {"digit": "A"}}), ProtocolFault.BAD_KEY),
    ("second start", start_message(), ProtocolFault.OUT_OF_ORDER),
    ("connected again", CONNECTED, ProtocolFault.OUT_OF_ORDER),
]


def media(payload: object, timestamp: object = "20", track: str = "inbound") -> str:
    body = {"track": track, "chunk": "2", "timestamp": timestamp, "payload": payload}
    return json.dumps({"event": "media", "streamSid": STREAM, "media": body})


RIFF = base64.b64encode(b"RIFF\x24\x00\x00\x00WAVEfmt ").decode("ascii")
GOOD = base64.b64encode(SPEECH).decode("ascii")
FAULTY += [
    ("wav", media(RIFF), ProtocolFault.WAV_PAYLOAD),
    ("not base64", media("~~~~"), ProtocolFault.BAD_PAYLOAD),
    ("not ascii", media("ä"), ProtocolFault.BAD_SCHEMA),
    ("no payload", media(None), ProtocolFault.BAD_SCHEMA),
    ("empty payload", media(""), ProtocolFault.BAD_PAYLOAD),
    ("track", media(GOOD, track="outbound"), ProtocolFault.WRONG_TRACK),
    ("timestamp word", media(GOOD, "soon"), ProtocolFault.BAD_SCHEMA),
    ("timestamp negative", media(GOOD, "-5"), ProtocolFault.BAD_SCHEMA),
    ("timestamp huge", media(GOOD, "9" * 5000), ProtocolFault.BAD_SCHEMA),
    ("timestamp infinite", media(GOOD, float("inf")), ProtocolFault.BAD_SCHEMA),
    ("timestamp none", media(GOOD, None), ProtocolFault.BAD_SCHEMA),
]


@pytest.mark.parametrize(("message", "fault"), [(m, f) for _, m, f in FAULTY], ids=[name for name, _, _ in FAULTY])
def test_a_faulty_message_is_counted_and_left_out_and_the_call_goes_on(
    message: str | bytes, fault: ProtocolFault
) -> None:
    async def test() -> None:
        rig = Rig()
        rig.socket.start()
        await rig.speak(1)
        rig.socket.give_raw(message)
        await rig.speak(1)
        rig.socket.give("stop", stop={})
        end = await rig.end()
        assert end.faults == {fault: 1} and rig.counters.count("media_fault", fault.value) == 1
        assert bytes(rig.conversations.made[0].heard) == SPEECH * 2
        assert end.outcome == CallOutcome(reason=EndedReason.CALLER_HUNG_UP)

    run_virtually(test())


@virtual
async def test_faults_without_end_end_the_stream() -> None:
    rig = Rig()
    rig.socket.start()
    for _ in range(51):
        rig.socket.give_raw(b"\x00")
    end = await rig.end()
    assert end.outcome == CallOutcome(reason=EndedReason.LEG_DEAD) and end.faults[ProtocolFault.BINARY_FRAME] == 51


@virtual
async def test_a_fault_now_and_then_never_ends_the_stream() -> None:
    rig = Rig()
    rig.socket.start()
    for _ in range(200):
        rig.socket.give_raw(b"\x00")
        await rig.speak(10)
    assert not rig.running.done()
    rig.socket.give("stop", stop={})
    assert (await rig.end()).faults == {ProtocolFault.BINARY_FRAME: 200}


@virtual
async def test_faults_before_start_without_end_are_refused() -> None:
    rig = Rig()
    for _ in range(51):
        rig.socket.give_raw("{}")
    assert (await rig.end()).refused == "too_many_faults"


@virtual
async def test_a_caller_who_hangs_up_ends_the_conversation() -> None:
    rig = Rig()
    rig.socket.start()
    await rig.speak(3)
    rig.socket.give("stop", stop={})
    assert (await rig.end()).outcome == CallOutcome(reason=EndedReason.CALLER_HUNG_UP)
    assert rig.conversations.made[0].gone == [EndedReason.CALLER_HUNG_UP]


@virtual
async def test_a_socket_that_breaks_in_mid_word_is_a_lost_leg() -> None:
    rig = Rig()
    rig.socket.start()
    await rig.speak(3)
    rig.socket.break_off()
    assert (await rig.end()).outcome == CallOutcome(reason=EndedReason.LEG_DEAD)


@virtual
async def test_silence_is_made_up_while_nothing_comes_and_after_five_seconds_the_leg_is_dead() -> None:
    rig = Rig(echo=False)
    rig.socket.start()
    await rig.speak(50)
    conversation = rig.conversations.made[0]
    await asyncio.sleep(2)
    assert abs(len(conversation.heard) - int(2.9 * 8000)) <= 320
    assert set(conversation.heard[8000:]) == {0xFF}
    end = await rig.end(4)
    assert end.outcome == CallOutcome(reason=EndedReason.LEG_DEAD) and conversation.gone == [EndedReason.LEG_DEAD]


@virtual
async def test_late_media_in_a_burst_is_not_filled_twice() -> None:
    rig = Rig(echo=False)
    rig.socket.start()
    await rig.speak(10)
    await asyncio.sleep(0.3)
    for _ in range(15):
        rig.socket.media()
    for _ in range(60):
        rig.socket.media(b"\xff" * 160)
        await asyncio.sleep(0.02)
    heard = bytes(rig.conversations.made[0].heard)
    assert len(heard) == 85 * 160 and heard.count(0xD0) == 25 * 160
    rig.socket.give("stop", stop={})
    await rig.end()


@virtual
async def test_the_reader_never_waits_for_a_conversation_that_does_not_answer() -> None:
    rig = Rig(hangs=True, echo=False)
    rig.socket.start()
    await rig.speak(500)
    assert len(rig.conversations.made[0].heard) == 500 * 160
    rig.socket.give("stop", stop={})
    end = await rig.end(11)
    assert end.outcome == CallOutcome(reason=EndedReason.CALLER_HUNG_UP)
    assert rig.counters.count("conversation_hung") == 1 and rig.socket.closed_with == 1000


@virtual
async def test_a_conversation_that_raises_ends_as_a_fault() -> None:
    rig = Rig(raises=RuntimeError("model away"))
    rig.socket.start()
    await rig.speak(1)
    assert (await rig.end()).outcome == CallOutcome(reason=EndedReason.FAULT)
    assert rig.outcomes == [CallOutcome(reason=EndedReason.FAULT)] and rig.socket.closed_with == 1000


@virtual
async def test_a_conversation_that_cannot_be_made_ends_as_a_fault() -> None:
    async def broken(context: CallContext, leg: CallerLeg) -> Conversation:
        raise RuntimeError("no voice")

    rig = Rig(factory=broken)
    rig.socket.start()
    assert (await rig.end()).outcome == CallOutcome(reason=EndedReason.FAULT) and rig.socket.closed_with == 1000


@virtual
async def test_an_outcome_that_cannot_be_kept_still_closes_the_socket() -> None:
    async def broken(context: CallContext, outcome: CallOutcome) -> None:
        raise OSError("disk full")

    rig = Rig(on_outcome=broken)
    rig.socket.start()
    rig.socket.give("stop", stop={})
    await rig.end()
    assert rig.socket.closed_with == 1000 and rig.counters.count("outcome_not_kept") == 1


@virtual
async def test_a_socket_that_takes_nothing_is_a_lost_leg() -> None:
    rig = Rig()
    rig.socket.blocked.clear()
    rig.socket.start()
    speaking = asyncio.create_task(rig.speak(400))
    end = await rig.end(6)
    assert end.outcome == CallOutcome(reason=EndedReason.LEG_DEAD)
    await speaking


@virtual
async def test_a_session_ended_from_outside_tells_the_conversation_why() -> None:
    rig = Rig()
    rig.socket.start()
    await rig.speak(2)
    rig.session.end(EndedReason.SHUTDOWN)
    rig.session.end(EndedReason.LEG_DEAD)
    assert (await rig.end()).outcome == CallOutcome(reason=EndedReason.SHUTDOWN)
    assert rig.conversations.made[0].gone == [EndedReason.SHUTDOWN]


@virtual
async def test_what_is_played_reaches_the_socket_and_marks_come_back() -> None:
    rig = Rig(echo=False)
    rig.socket.start()
    await rig.speak(1)
    assert rig.socket.events() == ["media", "mark"]
    assert base64.b64decode(rig.socket.sent[0]["media"]["payload"]) == TONE * 10
    assert rig.socket.sent[0]["streamSid"] == STREAM
    rig.socket.give("mark", mark={"name": "greeting"})
    await rig.speak(1)
    assert rig.conversations.made[0].marks == ["greeting"]
    rig.socket.give("stop", stop={})
    await rig.end()


@virtual
async def test_cancelling_a_session_leaves_no_task() -> None:
    rig = Rig()
    rig.socket.start()
    await rig.speak(2)
    rig.running.cancel()
    await asyncio.gather(rig.running, return_exceptions=True)
    assert rig.running.cancelled() and rig.socket.closed_with == 1000
