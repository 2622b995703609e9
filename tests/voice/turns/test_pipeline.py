"""The turn pipeline as a whole: what an operator puts into it, and what happens when it breaks."""

import pytest
from pipecat.frames.frames import BotStartedSpeakingFrame, BotStoppedSpeakingFrame, Frame, UserStoppedSpeakingFrame
from pipecat.observers.base_observer import BaseObserver, FramePushed
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from dialogue.expectation import Expectation
from dialogue.types import DialogueTurn, Reply
from interactions.events.base import EventType
from interactions.vocabulary import EndedReason, TransferReason
from models.errors import FirstlineError
from models.understanding import Asked, AskedKind, CallerAct
from tests.fakes.call_rig import EMERGENCY, Rig, ScriptedTranscriber
from tests.fakes.understanding import FakeUnderstanding, reading
from voice.settings import VoiceSettings
from voice.turns.frames import TurnConfirmedFrame


class Watching(BaseObserver):
    """A pipecat observer of somebody else's, who knows pipecat's words only."""

    seen: list[str]

    def __init__(self) -> None:
        super().__init__()
        Watching.seen = []

    async def on_push_frame(self, data: FramePushed) -> None:
        kinds = (UserStoppedSpeakingFrame, BotStartedSpeakingFrame, BotStoppedSpeakingFrame)
        if isinstance(data.frame, kinds) and data.source.name == "turn-input":
            Watching.seen.append(next(kind.__name__ for kind in kinds if isinstance(data.frame, kind)))


class Breaking(FrameProcessor):
    """A processor of somebody else's with a fault in it."""

    def __init__(self) -> None:
        super().__init__(enable_direct_mode=True)

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        await self.push_frame(frame, direction)
        if isinstance(frame, TurnConfirmedFrame):
            raise RuntimeError("I am not ours.")


def _question(rig: Rig):
    async def script(carrier):
        await rig.greeted(carrier)
        carrier.say(900)
        await carrier.wait_until(lambda: len(rig.heard()) == 2)
        await carrier.wait(2000)

    return script


def test_an_observer_named_in_the_settings_sees_turns_in_pipecats_words():
    settings = VoiceSettings(observers=(f"{__name__}.Watching",))
    rig = Rig(ScriptedTranscriber("Where is my order?"), settings=settings)
    rig.play(_question(rig))
    assert Watching.seen == [
        "BotStartedSpeakingFrame",
        "BotStoppedSpeakingFrame",
        "UserStoppedSpeakingFrame",
        "BotStartedSpeakingFrame",
        "BotStoppedSpeakingFrame",
    ]


def test_a_processor_of_others_that_fails_does_not_cost_the_caller_the_answer():
    settings = VoiceSettings(processors=(f"{__name__}.Breaking",))
    rig = Rig(ScriptedTranscriber("Where is my order?"), settings=settings)
    assert rig.play(_question(rig)).reason is EndedReason.CALLER_HUNG_UP
    assert rig.heard()[1] == "You said Where is my order?."


@pytest.mark.parametrize("path", ["nowhere.Nothing", "NoModule", f"{__name__}.VoiceSettings"])
def test_what_cannot_be_put_into_the_pipeline_is_said_by_its_name(path):
    with pytest.raises(FirstlineError) as raised:
        Rig(ScriptedTranscriber(""), settings=VoiceSettings(processors=(path,)))
    assert raised.value.code == "pipeline_setting" and path in raised.value.message


ORDER = Asked(sentence="Which order?", kind=AskedKind.VALUE)


def test_a_turn_is_read_together_with_what_was_asked_before_it_and_the_log_tells_what_it_does():
    understanding = FakeUnderstanding({}, reading(CallerAct.ANSWERS))
    which = DialogueTurn(state=None, replies=(Reply(text="Which order?"),), expects=Expectation(asked=ORDER))
    transcriber = ScriptedTranscriber("Where is my order?", "It's 4027.")
    rig = Rig(transcriber, {"Where is my order?": which}, understanding=understanding)

    async def script(carrier):
        await _question(rig)(carrier)
        carrier.say(900)
        await carrier.wait_until(lambda: len(rig.heard()) == 3)

    rig.play(script)
    assert understanding.read == [("Where is my order?", Asked()), ("It's 4027.", ORDER)]
    assert [intent.acts for intent in rig.log.bodies(EventType.INTENT)] == [("answers",)] * 2


def test_a_step_of_ours_that_breaks_brings_a_human():
    rig = Rig(ScriptedTranscriber("Where is my order?"))

    def breaks(state, played_text):
        raise RuntimeError("It broke.")

    rig.dialogue.interrupted = breaks

    async def script(carrier):
        carrier.say(0)
        await carrier.wait(300)
        carrier.say(1500)
        await carrier.wait(8000)

    outcome = rig.play(script)
    assert outcome.transfer is not None and outcome.transfer.reason is TransferReason.FAULT
    assert rig.heard()[-1] == EMERGENCY
    assert [fault.code for fault in rig.log.bodies(EventType.FAULT)] == ["internal_error"]
