"""One set of models, a runtime for each line and version: which of them a stream gets, and when one is given back."""

import asyncio
from pathlib import Path

import httpx
import pytest

from dialogue.lines.line_book import line_folders, read_lines, whole_book
from dialogue.lines.load import load_line
from dialogue.lines.types import Line
from dialogue.understanding import Understanding
from interactions.context import CallContext, Purpose
from interactions.event import NewEvent
from interactions.events.base import EventType
from interactions.vocabulary import EndedReason
from models.errors import FirstlineError, ModelError
from records.recordings import NoRecorder
from service.conversations import LineConversations
from service.foundation import Foundation
from service.lines import CurrentLines
from tests.dialogue.lines.folders import write_line
from tests.fakes.call_rig import Snapshots
from tests.fakes.carrier import FakeCarrier
from tests.fakes.events import Log
from tests.fakes.intent import FakeIntentClassifier
from tests.fakes.speech_detector import FakeGate, FakeSpeechDetector
from tests.fakes.speech_to_text import FakeSpeechToText
from tests.fakes.voice_engine import FakeVoice
from tests.service.parts import make_settings
from voice.engines import Engines
from voice.ports import Conversation
from voice.speaking.speaker import PromptCache, Speaker


class FakeModels:
    """Takes the part of `service.loaded_models.LoadedModels`."""

    def __init__(self) -> None:
        self.voice = FakeVoice()
        self.fitted: list[str] = []
        self.closed = False

    def understand(self, line: Line) -> Understanding:
        self.fitted.append(line.greeting)
        return Understanding(line, FakeIntentClassifier({}))

    def engines(self, line: Line) -> Engines:
        return Engines(
            speech_to_text=FakeSpeechToText(),
            detector=FakeSpeechDetector(),
            cheap_gate=FakeGate,
            turn_model=None,
            speaker=Speaker(self.voice, PromptCache(), line.read),
        )

    async def warm_up(self) -> None: ...

    async def close(self) -> None:
        self.closed = True


class WatchedLog(Log):
    """Says when a reply is planned."""

    def __init__(self) -> None:
        super().__init__()
        self.planned = asyncio.Event()

    def append(self, event: NewEvent) -> None:  # type: ignore[override]
        super().append(event)
        if event.body.TYPE is EventType.REPLY_PLANNED:
            self.planned.set()

    def forget(self) -> None:
        """Begin anew."""
        self.clear()
        self.planned.clear()


class Rig:
    """Conversations on the lines of a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.log = WatchedLog()
        self.snapshots = Snapshots()
        self.models = FakeModels()
        self.lines = CurrentLines(whole_book(read_lines(line_folders(root / "lines"))))
        self.foundation = Foundation(
            settings=make_settings(root),
            lines=self.lines,
            sink=self.log,
            snapshots=self.snapshots,
            recorder=lambda call_id: NoRecorder(),
            tool_client=httpx.AsyncClient(),
            sandbox_url="",
        )
        self.conversations = LineConversations(self.foundation, self.models)  # type: ignore[arg-type]

    async def stream(self, call_id: str, line: str = "bank", number: int = 1) -> Conversation:
        purpose = Purpose.ANSWER if number == 1 else Purpose.RESUME
        context = CallContext(call_id=call_id, line=line, purpose=purpose, stream_number=number)
        return await self.conversations(context, FakeCarrier())

    async def hold(self, conversation: Conversation, reason: EndedReason = EndedReason.CALLER_HUNG_UP) -> None:
        """Let it greet, and end."""
        running = asyncio.create_task(conversation.run())
        async with asyncio.timeout(5):
            await self.log.planned.wait()
        conversation.caller_gone(reason)
        await running

    async def change(self, greeting: str) -> None:
        """The line changes on disk and takes the new calls."""
        line = load_line(write_line(self.root / "lines" / "bank", greeting=greeting))
        await self.conversations.prepare(line)
        self.lines.book = whole_book(read_lines(line_folders(self.root / "lines")))

    def greetings(self) -> list[str]:
        return [body.pii_text for body in self.log.bodies(EventType.REPLY_PLANNED)]


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    write_line(tmp_path / "lines" / "bank", greeting="Bank.")
    write_line(tmp_path / "lines" / "shop", greeting="Shop.", default=True)
    return Rig(tmp_path)


async def test_each_line_is_opened_once_on_the_same_models_and_greets_its_own_callers(rig: Rig) -> None:
    assert rig.models.fitted == ["Bank.", "Shop."]
    await rig.conversations.start()
    await rig.hold(await rig.stream("CA1", "bank"))
    rig.log.forget()
    await rig.hold(await rig.stream("CA2", "shop"))
    assert rig.greetings() == ["Shop."] and rig.models.fitted == ["Bank.", "Shop."]
    await rig.conversations.close()
    assert rig.models.closed


async def test_a_line_that_is_gone_is_answered_by_the_default(rig: Rig) -> None:
    await rig.hold(await rig.stream("CA1", "gone"))
    assert rig.greetings() == ["Shop."]


async def test_a_call_stays_on_the_version_it_began_on_until_it_is_over(rig: Rig) -> None:
    first = await rig.stream("CA1")
    await rig.change("Good day.")
    await rig.hold(first, EndedReason.LEG_DEAD)
    assert rig.greetings() == ["Bank."]
    rig.log.forget()
    await rig.conversations.tidy()
    await rig.hold(await rig.stream("CA2"))
    assert rig.greetings() == ["Good day."]


async def test_a_version_that_cannot_be_spoken_is_refused_and_nothing_changes(rig: Rig) -> None:
    rig.models.voice.failures = 1
    with pytest.raises(ModelError):
        await rig.change("Unspeakable.")
    await rig.hold(await rig.stream("CA1"))
    assert rig.greetings() == ["Bank."]


async def test_a_version_is_made_ready_once(rig: Rig) -> None:
    await rig.change("Good day.")
    await rig.conversations.prepare(rig.lines.line("bank"))
    assert rig.models.fitted == ["Bank.", "Shop.", "Good day."]


async def test_a_call_that_comes_back_goes_on_where_it_stood_and_a_new_one_asks_nobody(rig: Rig) -> None:
    await rig.hold(await rig.stream("CA1"), EndedReason.LEG_DEAD)
    kept = await rig.snapshots.load("CA1")
    assert kept is not None and (kept.streams, kept.replies) == (1, 1)
    rig.log.forget()
    await rig.hold(await rig.stream("CA1", number=2), EndedReason.LEG_DEAD)
    latest = await rig.snapshots.load("CA1")
    assert latest is not None and latest.streams == 2 and latest.replies > kept.replies


async def test_a_call_whose_place_cannot_be_read_begins_its_dialogue_anew(rig: Rig) -> None:
    async def away(interaction_id: str) -> None:
        raise FirstlineError("store_failed", "The database is away.")

    rig.snapshots.load = away  # type: ignore[method-assign]
    await rig.hold(await rig.stream("CA1", number=2), EndedReason.LEG_DEAD)
    assert rig.greetings()
