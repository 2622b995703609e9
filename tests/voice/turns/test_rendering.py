"""From replies to sentences: frames in, frames out."""

import itertools

from pipecat.tests.utils import run_test

from dialogue.turn_loop import TurnCommit
from dialogue.types import Reply
from interactions.events.base import EventType
from languages import load
from tests.fakes.voice_engine import FakeVoice
from voice.speaking.speaker import PromptCache, Speaker
from voice.turns import commands, facts
from voice.turns.frames import CommittedFrame, FloorTakenFrame, ReplyFrame, ReplyNotRenderedFrame, SpeechFrame
from voice.turns.rendering import Rendering


def reply(text: str, turn: int = 1) -> ReplyFrame:
    return ReplyFrame(turn=turn, reply=Reply(text=text), utterance_id=3, pace=1.0)


def cut(turn: int) -> FloorTakenFrame:
    return FloorTakenFrame(command=commands.Interrupt(turn=turn, played_text="one"))


def change_settled(turn: int) -> CommittedFrame:
    return CommittedFrame(fact=facts.Committed(turn=turn, commit=TurnCommit(change_settled=True)))


async def said(*frames, failures: int = 0):
    """(event types noted, what was said, frames up the pipeline)."""
    speaker = Speaker(FakeVoice(failures=failures), PromptCache(), load("en").read)
    rendering = Rendering(speaker, itertools.count(1).__next__, session_id="CA1")
    down, up = await run_test(rendering, frames_to_send=frames)
    notes = [body.TYPE for f in down if isinstance(f, CommittedFrame) for body in f.fact.commit.facts]
    speech = [f.fact for f in down if isinstance(f, SpeechFrame)]
    return notes, [(s.reply_id, s.sentence.text if s.sentence else None) for s in speech], up


async def test_a_reply_is_numbered_planned_and_said_sentence_by_sentence():
    notes, speech, _ = await said(reply("One. Two."), reply("Three."))
    assert notes == [EventType.REPLY_PLANNED, EventType.REPLY_PLANNED]
    assert speech == [(1, "One."), (1, "Two."), (1, None), (2, "Three."), (2, None)]


async def test_a_silenced_turn_plans_and_says_no_more_and_another_one_does():
    _, speech, _ = await said(cut(1), reply("One."), reply("Two.", turn=2))
    assert speech == [(1, "Two."), (1, None)]


async def test_a_silenced_turn_speaks_again_once_something_was_changed_by_it():
    _, speech, _ = await said(cut(1), change_settled(1), reply("Done."))
    assert speech == [(1, "Done."), (1, None)]


async def test_a_voice_that_fails_once_is_asked_again_and_the_fault_is_noted():
    notes, speech, up = await said(reply("One."), failures=1)
    assert notes == [EventType.REPLY_PLANNED, EventType.FAULT]
    assert speech == [(1, "One."), (1, None)]
    assert not [frame for frame in up if isinstance(frame, ReplyNotRenderedFrame)]


async def test_a_voice_that_fails_twice_ends_the_reply_and_says_so_up_the_pipeline():
    _, speech, up = await said(reply("One."), failures=2)
    assert speech == [(1, None)]
    (failed,) = [frame for frame in up if isinstance(frame, ReplyNotRenderedFrame)]
    assert (failed.turn, failed.exception.code) == (1, "voice_failed")
