"""A call on a loudspeaker, on a virtual clock: the bot hears itself, and is not disturbed by it."""

import pytest

from interactions.events.base import EventType
from models.interfaces import Audio
from tests.fakes.babble import babble
from tests.fakes.call_rig import Rig, ScriptedTranscriber
from tests.fakes.dialogue import ScriptedDialogue
from tests.fakes.voice_engine import FakeVoice

DISTURBED = (EventType.INTERRUPTED, EventType.FALSE_INTERRUPTION, EventType.BACKCHANNEL)
LONG = "Hello and welcome. I can tell you where your order is, take it back, or say when we are open. How can I help?"


class BabblingVoice(FakeVoice):
    """Says every sentence as something like speech: a tone is alike to itself at many delays."""

    async def render(self, text: str, *, pace: float = 1.0, session_id: str = ""):
        async for piece in super().render(text, pace=pace, session_id=session_id):
            sound: Audio = babble(piece.size // 8, seed=len(text), level=0.1)
            yield sound


def rig(echo_db: float | None, echo_ms: int, *, greeting: str = LONG) -> Rig:
    dialogue = ScriptedDialogue({}, greeting=greeting)
    call = Rig(ScriptedTranscriber("Where is my order?"), voice=BabblingVoice(), dialogue=dialogue)
    call.carrier.echo_db, call.carrier.echo_ms = echo_db, echo_ms
    return call


@pytest.mark.parametrize("echo_db", [-15.0, -25.0, -35.0])
@pytest.mark.parametrize("echo_ms", [80, 200, 400])
def test_the_bot_is_neither_stopped_nor_answered_by_itself(echo_db, echo_ms):
    call = rig(echo_db, echo_ms)

    async def script(carrier):
        await call.greeted(carrier)
        carrier.say(900)
        await carrier.wait_until(lambda: len(call.heard()) == 2)
        await carrier.wait(1500)

    call.play(script)
    assert call.heard() == [LONG, "You said Where is my order?."]
    assert not [event for event in call.log if event.body.TYPE in DISTURBED]
    assert len(call.log.bodies(EventType.UTTERANCE)) == 1


@pytest.mark.parametrize("echo_db", [None, -15.0, -30.0])
@pytest.mark.parametrize("after_ms", [1500, 2500])
def test_who_speaks_over_the_bot_is_heard_as_soon_as_without_an_echo(echo_db, after_ms):
    call = rig(echo_db, 200)
    begun_ms = []

    async def script(carrier):
        await carrier.wait(after_ms)
        begun_ms.append(carrier.now_ms)
        carrier.say(1200)
        await carrier.wait_until(lambda: len(call.heard()) == 2)

    call.play(script)
    (interrupted,) = call.log.bodies(EventType.INTERRUPTED)
    assert interrupted.at_ms - begun_ms[0] <= 250
    assert call.heard()[1] == "You said Where is my order?."


def test_the_recording_keeps_what_the_caller_s_telephone_really_sent():
    call = rig(-20.0, 200)

    async def script(carrier):
        await call.greeted(carrier)

    call.play(script)
    assert any(sample & 0x7F < 0x60 for sample in call.recording.left)
