"""One call with scripted models on a virtual clock, and everything that was heard, logged, recorded and kept of it."""

import asyncio
from collections.abc import Callable
from typing import Any

import numpy as np

from dialogue.runtime import LineRuntime
from dialogue.types import ToolCall, ToolOutcome
from interactions.context import CallContext, CallOutcome, Purpose
from interactions.events.base import EventType
from interactions.snapshot import CallSnapshot
from interactions.vocabulary import ActionStatus, EndedReason
from languages import load
from languages.sentences import Manner
from models.audio import mulaw_decode
from models.interfaces import Transcript
from tests.fakes.carrier import FakeCarrier, tone
from tests.fakes.dialogue import ScriptedDialogue
from tests.fakes.events import Log
from tests.fakes.speech_detector import FakeGate, FakeSpeechDetector
from tests.fakes.turn_model import FakeTurnModel
from tests.fakes.understanding import FakeUnderstanding
from tests.fakes.virtual_time import run_virtually
from tests.fakes.voice_engine import FakeVoice
from voice.engines import Engines
from voice.session import CallSession
from voice.speaking.ledger import played_text
from voice.speaking.speaker import PromptCache, Speaker

_FAINTEST, _LOUDER, _LEVELS = 0.1, 1.12, 12
"""Level of the faintest phrase, of full scale 1; how much louder the next one is; how many there are."""
_PEAK = float(np.abs(mulaw_decode(tone(400, level=1.0))).max())
"""Of a tone of level 1."""

EMERGENCY = load("en").sentences.say("emergency", Manner.WARM, {})


class ScriptedTranscriber:
    """Transcribes by order: each utterance gets the next text, or raises the next error."""

    def __init__(self, *texts: str | Exception, delay_s: float = 0.06):
        self._texts = list(texts)
        self._delay_s = delay_s
        self.asked = 0

    async def transcribe(self, audio, *, session_id="", hotwords=(), words=False) -> Transcript:
        self.asked += 1
        text = self._texts[0] if len(self._texts) == 1 else self._texts.pop(0)
        await asyncio.sleep(self._delay_s)
        if isinstance(text, Exception):
            raise text
        return Transcript(text=text, confidence=0.9 if text else 0.0, compute_ms=self._delay_s * 1000)


class LevelTranscriber:
    """Transcribes by loudness: every phrase has a level of its own, and is its words so far as they were heard."""

    def __init__(self, carrier: Callable[[], FakeCarrier], *, delay_s: float = 0.06):
        """Transcribe what this carrier's caller says with `say`."""
        self._carrier = carrier
        self._delay_s = delay_s
        self._phrases: list[tuple[str, int]] = []

    def say(self, text: str, ms: int, *, after_samples: int = 0) -> None:
        """The caller says this from now on, or that much later."""
        self._phrases.append((text, ms))
        self._carrier().say(
            ms, after_samples=after_samples, level=_FAINTEST * _LOUDER ** (len(self._phrases) % _LEVELS)
        )

    async def transcribe(self, audio, *, session_id="", hotwords=(), words=False) -> Transcript:
        await asyncio.sleep(self._delay_s)
        text = " ".join(filter(None, (self._words(run) for run in _voiced_runs(audio))))
        return Transcript(text=text, confidence=0.9 if text else 0.0, compute_ms=self._delay_s * 1000)

    def _words(self, run) -> str:
        level = round(np.log(np.abs(run).max() / (_PEAK * _FAINTEST)) / np.log(_LOUDER)) % _LEVELS
        at = max((n for n in range(1, len(self._phrases) + 1) if n % _LEVELS == level), default=0)
        if not at:
            return ""
        text, ms = self._phrases[at - 1]
        return played_text(text, min(1.0, len(run) / (8 * (ms - 60))))


def _voiced_runs(audio) -> list[Any]:
    """The stretches of sound in audio, float [n], that are at least 120 ms apart."""
    loud = np.flatnonzero(np.abs(audio) > _FAINTEST / 20)
    if not loud.size:
        return []
    return [audio[part[0] : part[-1] + 1] for part in np.split(loud, np.flatnonzero(np.diff(loud) > 960) + 1)]


class Recording:
    """Keeps what a recorder is told."""

    def __init__(self) -> None:
        self.left = bytearray()
        self.right: list[tuple[int, bytes]] = []
        self.closed = 0

    def caller(self, audio: bytes, at_sample: int) -> None:
        self.left[at_sample : at_sample + len(audio)] = audio

    def played(self, audio: bytes, at_sample: int) -> None:
        self.right.append((at_sample, audio))

    def close(self) -> None:
        self.closed += 1


class Snapshots:
    """A `SnapshotKeeper` that remembers all."""

    def __init__(self) -> None:
        self.kept: list[CallSnapshot] = []

    def keep(self, snapshot: CallSnapshot) -> None:
        self.kept.append(snapshot)

    async def load(self, interaction_id: str) -> CallSnapshot | None:
        return next((kept for kept in reversed(self.kept) if kept.interaction_id == interaction_id), None)


class Rig:
    """One media stream of a call with scripted models."""

    def __init__(
        self,
        transcriber,
        turns=None,
        *,
        voice=None,
        understanding=None,
        after_tool=None,
        call_tool=None,
        probability=0.95,
        completion=None,
        listening=None,
        late_ms=0,
        off=0.0,
        recording=None,
        settings=None,
        log=None,
        snapshots=None,
        snapshot=None,
        dialogue=None,
    ):
        self.carrier = FakeCarrier(late_ms=late_ms, off=off)
        self.log = Log() if log is None else log
        self.snapshots = snapshots or Snapshots()
        self.recording = recording or Recording()
        self.dialogue = dialogue or ScriptedDialogue(turns or {}, after_tool=after_tool)
        self.voice = voice or FakeVoice()
        self.speaker = Speaker(self.voice, PromptCache(), load("en").read)
        self.transcriber = transcriber
        self.understanding = understanding or FakeUnderstanding({"test": ("",)})
        runtime = LineRuntime(
            dialogue=self.dialogue,
            understand=self.understanding,
            call_tool=call_tool or self._tool,
        )
        engines = Engines(
            speech_to_text=transcriber,
            detector=FakeSpeechDetector(),
            cheap_gate=FakeGate,
            turn_model=FakeTurnModel(probability, delay_s=0.04),
            speaker=self.speaker,
            completion=completion,
        )
        self.call = CallSession(
            CallContext(
                call_id="CA1",
                line="test",
                purpose=Purpose.RESUME if snapshot else Purpose.ANSWER,
                stream_number=snapshot.streams + 1 if snapshot else 1,
            ),
            self.carrier,
            runtime=runtime,
            engines=engines,
            sink=self.log,
            recorder=self.recording,
            keeper=self.snapshots,
            snapshot=snapshot,
            settings=settings,
            listening_settings=listening,
        )
        self.tool_calls: list[ToolCall] = []

    async def _tool(self, call: ToolCall) -> ToolOutcome:
        self.tool_calls.append(call)
        return ToolOutcome(action_id=call.action_id, status=ActionStatus.SUCCEEDED, result={"ok": "yes"}, took_ms=5)

    def play(
        self, script: Callable[[FakeCarrier], Any], reason: EndedReason = EndedReason.CALLER_HUNG_UP
    ) -> CallOutcome:
        """Run the call; the stream is over, for this reason, when the script is."""

        async def whole() -> CallOutcome:
            await self.speaker.warm_up([EMERGENCY])
            running = asyncio.ensure_future(self.call.run())
            await self.carrier.drive(self.call, script)
            self.call.caller_gone(reason)
            outcome = await running
            assert len(asyncio.all_tasks()) == 1, "the call leaves no task behind"
            return outcome

        return run_virtually(whole())

    def heard(self) -> list[str]:
        """What was played of each reply."""
        return [body.pii_text for body in self.log.bodies(EventType.REPLY_PLAYED)]

    async def greeted(self, carrier: FakeCarrier) -> None:
        """Wait for the end of the greeting, and a moment longer."""
        await carrier.wait_until(lambda: bool(self.heard()))
        await carrier.wait(300)
