"""Whole calls as snapshots of their event logs: every event, in the one order there is."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from typing import Any

import pytest

from dialogue.types import DialogueTurn, EndCall, Reply, ToolCall, ToolOutcome
from interactions.event import CallEvent
from interactions.events.base import EventType
from interactions.snapshot import CallSnapshot
from interactions.vocabulary import ActionStatus, EndedReason
from models.errors import ModelError
from tests.fakes.call_rig import Rig, ScriptedTranscriber, Snapshots
from tests.fakes.carrier import FakeCarrier
from tests.fakes.events import Log

LONG = DialogueTurn(state=None, replies=(Reply(text="one two three four five six seven eight nine ten " * 2),))
REFUND = ToolCall(action_id="k1", tool="refund", arguments={}, has_side_effects=True, confirmed=True, filler="Moment.")
BYE = DialogueTurn(state=None, replies=(Reply(text="Goodbye."),), actions=(EndCall(reason=EndedReason.GOODBYE),))
GREETED = ["call_started", "reply_planned 1", "reply_started 1", "reply_played 1 Hello, how can I help?"]


async def _slow(call: ToolCall) -> ToolOutcome:
    await asyncio.sleep(2)
    return ToolOutcome(action_id=call.action_id, status=ActionStatus.SUCCEEDED, result={})


def told(event: CallEvent) -> str:
    """An event in a few words: its type, and what tells it from others of the type."""
    body: Any = event.body
    match event.body.TYPE:
        case EventType.UTTERANCE:
            return f"utterance {body.utterance_id} {body.pii_text}"
        case EventType.REPLY_PLAYED:
            return f"reply_played {body.reply_id} {body.pii_text}"
        case EventType.REPLY_PLANNED | EventType.REPLY_STARTED | EventType.INTERRUPTED | EventType.FALSE_INTERRUPTION:
            return f"{body.TYPE} {body.reply_id}"
        case EventType.INTENT | EventType.EMOTION:
            return f"{body.TYPE} {body.utterance_id}"
        case EventType.ACTION:
            return f"action {body.status}"
        case EventType.FAULT:
            return f"fault {body.code} {body.handled}"
    return str(body.TYPE)


def _one_turn(rig: Rig, *, replies: int = 2) -> Callable[[FakeCarrier], Any]:
    async def script(carrier: FakeCarrier) -> None:
        await rig.greeted(carrier)
        carrier.say(600)
        await carrier.wait_until(lambda: len(rig.heard()) == replies)
        await carrier.wait(300)

    return script


def _cut_in(rig: Rig, *, after_ms: int, for_ms: int, replies: int) -> Callable[[FakeCarrier], Any]:
    async def script(carrier: FakeCarrier) -> None:
        await rig.greeted(carrier)
        carrier.say(600)
        await carrier.wait_until(lambda: len(rig.log.bodies(EventType.REPLY_STARTED)) == 2)
        await carrier.wait(after_ms)
        carrier.say(for_ms)
        await carrier.wait_until(lambda: len(rig.heard()) == replies)
        await carrier.wait(300)

    return script


def _pause(rig: Rig) -> Callable[[FakeCarrier], Any]:
    async def script(carrier: FakeCarrier) -> None:
        await rig.greeted(carrier)
        carrier.say(700)
        await carrier.wait(700 + 250)
        carrier.say(800)
        await carrier.wait_until(lambda: len(rig.heard()) == 2)
        await carrier.wait(300)

    return script


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A scripted call and what its log says after the greeting."""

    rig: Callable[[], Rig]
    script: Callable[[Rig], Callable[[FakeCarrier], Any]] = _one_turn
    log: list[str]


STORIES = {
    "a question is answered": Story(
        rig=lambda: Rig(ScriptedTranscriber("Where is it?")),
        log=[
            "speech_started", "speech_ended", "utterance 1 Where is it?", "intent 1",
            "reply_planned 2", "reply_started 2", "emotion 1", "reply_played 2 You said Where is it?.",
        ],
    ),
    "a pause in a sentence": Story(
        rig=lambda: Rig(ScriptedTranscriber("I want", "I want it"), probability=0.1),
        script=_pause,
        log=[
            "speech_started", "speculation_withdrawn", "speech_ended", "utterance 1 I want it", "intent 1",
            "reply_planned 3", "reply_started 3", "emotion 1", "reply_played 3 You said I want it.",
        ],
    ),
    "an interruption": Story(
        rig=lambda: Rig(ScriptedTranscriber("Tell me", "stop please"), {"Tell me": LONG}),
        script=lambda rig: _cut_in(rig, after_ms=1500, for_ms=900, replies=3),
        log=[
            "speech_started", "speech_ended", "utterance 1 Tell me", "intent 1",
            "reply_planned 2", "reply_started 2", "emotion 1", "partial",
            "reply_played 2 one two three four five six seven eight", "interrupted 2",
            "speech_ended", "utterance 2 stop please", "intent 2",
            "reply_planned 3", "reply_started 3", "emotion 2", "reply_played 3 You said stop please.",
        ],
    ),
    "a cough": Story(
        rig=lambda: Rig(ScriptedTranscriber("Tell me", ""), {"Tell me": LONG}),
        script=lambda rig: _cut_in(rig, after_ms=800, for_ms=260, replies=2),
        log=[
            "speech_started", "speech_ended", "utterance 1 Tell me", "intent 1",
            "reply_planned 2", "reply_started 2", "emotion 1", "speculation_withdrawn", "false_interruption 2",
            f"reply_played 2 {LONG.replies[0].text.strip()}",
        ],
    ),
    "a caller who goes on as the answer begins": Story(
        rig=lambda: Rig(ScriptedTranscriber("My lamp", "is broken.")),
        script=lambda rig: _cut_in(rig, after_ms=60, for_ms=700, replies=3),
        log=[
            "speech_started", "speech_ended", "utterance 1 My lamp", "intent 1",
            "reply_planned 2", "reply_started 2", "emotion 1", "reply_played 2 You", "interrupted 2",
            "speech_ended", "utterance 2 My lamp is broken.", "intent 2",
            "reply_planned 3", "reply_started 3", "emotion 2", "reply_played 3 You said My lamp is broken..",
        ],
    ),
    "a change of the world that takes two seconds": Story(
        rig=lambda: Rig(
            ScriptedTranscriber("Yes."), {"Yes.": DialogueTurn(state=None, tool=REFUND)}, call_tool=_slow
        ),
        script=lambda rig: _one_turn(rig, replies=3),
        log=[
            "speech_started", "speech_ended", "utterance 1 Yes.", "intent 1", "action started",
            "reply_planned 2", "reply_started 2", "reply_played 2 Moment.", "action succeeded",
            "reply_planned 3", "reply_started 3", "emotion 1", "reply_played 3 The tool succeeded.",
        ],
    ),
    "a transcriber that fails": Story(
        rig=lambda: Rig(ScriptedTranscriber(ModelError("boom", "It broke."))),
        log=[
            "speech_started", "speech_ended", "fault boom apologised",
            "reply_planned 2", "reply_started 2", "emotion 1", "reply_played 2 Sorry, say it again?",
        ],
    ),
    "a goodbye": Story(
        rig=lambda: Rig(ScriptedTranscriber("Bye."), {"Bye.": BYE}),
        log=[
            "speech_started", "speech_ended", "utterance 1 Bye.", "intent 1",
            "reply_planned 2", "reply_started 2", "emotion 1", "reply_played 2 Goodbye.",
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", STORIES)
def test_the_log_tells_the_whole_call_in_one_order(name: str):
    story = STORIES[name]
    rig = story.rig()
    rig.play(story.script(rig))
    assert [told(event) for event in rig.log] == [*GREETED, *story.log, "stream_ended"]
    assert [event.seq for event in rig.log] == list(range(1, len(rig.log) + 1))


def _stream(rig: Rig, *, reason: EndedReason) -> None:
    """A media stream with one turn, maybe behind others in the same log."""
    before = len(rig.heard())

    async def script(carrier: FakeCarrier) -> None:
        await carrier.wait_until(lambda: len(rig.heard()) == before + 1)
        await carrier.wait(300)
        carrier.say(600)
        await carrier.wait_until(lambda: len(rig.heard()) == before + 2)
        await carrier.wait(300)

    rig.play(script, reason)


def test_three_streams_are_one_call_whose_numbers_and_clock_go_on():
    log, snapshots = Log(), Snapshots()
    for number, text in enumerate(("my name is Ann", "it is broken", "thanks"), start=1):
        before = replace(snapshots.kept[-1], wall_time=time.time() - 5) if snapshots.kept else None
        rig = Rig(ScriptedTranscriber(text), log=log, snapshots=snapshots, snapshot=before)
        _stream(rig, reason=EndedReason.LEG_DEAD)
        assert snapshots.kept[-1].streams == number
    utterances = [body.utterance_id for body in log.bodies(EventType.UTTERANCE)]
    replies = [body.reply_id for body in log.bodies(EventType.REPLY_PLANNED)]
    assert utterances == [1, 2, 3]
    assert replies == [1, 2, 3, 4, 5, 6]
    assert len(log.bodies(EventType.CALL_STARTED)) == 1
    assert [body.number for body in log.bodies(EventType.STREAM_RESUMED)] == [2, 3]
    assert [body.number for body in log.bodies(EventType.STREAM_ENDED)] == [1, 2, 3]
    times = [event.call_ms for event in log]
    assert times == sorted(times)
    assert snapshots.kept[-1].dialogue == {"said": ["my name is Ann", "it is broken", "thanks"]}


def test_a_call_whose_process_died_goes_on_in_another_one_from_what_was_kept():
    snapshots = Snapshots()
    _stream(Rig(ScriptedTranscriber("order 4 2 0 7"), snapshots=snapshots), reason=EndedReason.LEG_DEAD)
    wire = json.dumps(asdict(snapshots.kept[-1]))
    kept = CallSnapshot(**json.loads(wire))
    elsewhere = Rig(ScriptedTranscriber("where is it"), snapshot=replace(kept, wall_time=kept.wall_time - 30))
    _stream(elsewhere, reason=EndedReason.CALLER_HUNG_UP)
    assert elsewhere.heard()[0] == "Where were we?"
    assert elsewhere.dialogue.state.said == ("order 4 2 0 7", "where is it")
    assert elsewhere.log[0].call_ms >= kept.call_ms + 30_000
    assert elsewhere.log.bodies(EventType.REPLY_STARTED)[0].reply_id == kept.replies + 1


def test_a_snapshot_is_kept_after_every_turn_that_counts_and_of_no_other():
    rig = Rig(ScriptedTranscriber("I want", "I want it"), probability=0.1)
    rig.play(_pause(rig))
    turns = [key for key, _ in groupby(rig.snapshots.kept, key=lambda kept: (kept.dialogue["said"], kept.utterances))]
    assert turns == [([], 0), (["I want it"], 1)]


def test_no_stream_that_comes_later_numbers_a_reply_again():
    rig = Rig(ScriptedTranscriber("I want it"))
    rig.play(_pause(rig))
    planned = rig.log.bodies(EventType.REPLY_PLANNED)
    assert planned and rig.snapshots.kept[-1].replies == planned[-1].reply_id
