"""From a call to its conversation: the models that all calls share, and what each call gets of them."""

import asyncio
import os
import time
from collections import OrderedDict
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from loguru import logger

from dialogue.backends.language_model import LanguageModel, ModelEndpoint
from dialogue.backends.tools import ToolRunner
from dialogue.dialogue import Dialogue
from dialogue.lines.types import Line
from dialogue.runtime import LineRuntime
from dialogue.understanding import Understanding, understand_line
from interactions.context import CallContext, CallOutcome, Purpose
from languages import DEFAULT, load
from models.emotion.voice import VoiceEmotion
from models.intent import fit
from models.registry import cache_folder, locate
from models.sentence_embedding import shared_embedder
from models.speech_detection import SileroDetector, WebRtcGate
from models.speech_to_text import WhisperEngine
from models.text_sentiment import shared_text_sentiment
from models.text_to_speech import make_voice
from models.turn_detection import SmartTurn
from models.turn_evidence import TurnEvidence
from models.workers import ModelWorkers
from service.foundation import Conversations, Foundation
from service.settings import Settings
from voice.engines import Engines
from voice.ports import CallerLeg, Conversation
from voice.session import Call
from voice.speaking.fixed_prompts import fixed_prompts
from voice.speaking.speaker import PromptCache, Speaker

_REMEMBERED_CALLS = 512
"""Dialogue states kept for calls whose media stream may come back."""


def open_conversations(foundation: Foundation) -> Conversations:
    """Load the models and make the factory of real conversations; blocking, seconds.

    Raises:
        FirstlineError: A model or the line cannot be loaded; the message says what to do.
    """
    return LineConversations(foundation)


class LineConversations:
    """Conversations on one line with the real models, each loaded once and shared by all calls."""

    def __init__(self, foundation: Foundation):
        """Load everything; see `open_conversations`."""
        settings = foundation.settings
        self._foundation = foundation
        self._ears = WhisperEngine(settings.transcriber)
        self._turn_workers = ModelWorkers("turn detection", threads=1, bound=64)
        self._voice_workers = ModelWorkers("voice", threads=1, bound=64)
        self._small_workers = ModelWorkers("understanding", threads=1, bound=128)
        self._voice = make_voice(settings.voice.engine, settings.voice.arguments, self._voice_workers)
        self._speaker = Speaker(self._voice, PromptCache(settings.data_dir / "prompts"), foundation.line.language.read)
        self._understanding = _understand(foundation.line, cache_folder() / "lines")
        self._tools = ToolRunner(
            foundation.line,
            sandbox_url=foundation.sandbox_url,
            environment=os.environ,
            client=foundation.tool_client,
        )
        self._model = _language_model(foundation.line, settings)
        judge = shared_text_sentiment()
        self._engines = Engines(
            speech_to_text=self._ears,
            detector=SileroDetector(locate("silero-vad")),
            cheap_gate=WebRtcGate,
            turn_model=SmartTurn(self._turn_workers, path=locate("smart-turn-v3.2")),
            completion=TurnEvidence(load(DEFAULT).turns) if settings.turn_evidence else None,
            speaker=self._speaker,
            workers=self._small_workers,
            emotion=VoiceEmotion(locate("emotion-voice")),
            judge_words=lambda text: judge.judge(text).estimate,
            software=f"firstline {version('firstline')}",
        )
        self._runtime = LineRuntime(
            dialogue=Dialogue(foundation.line, self._understanding.knowledge, model=self._model is not None),
            classify=self._understanding.classify,
            call_tool=self._tools.call,
            ask_model=self._model.ask if self._model else None,
            pace=foundation.line.region.pace,
            language=foundation.line.language,
            manner=foundation.line.region.manner,
            phrases=foundation.line.phrases,
        )
        self._states: OrderedDict[str, Any] = OrderedDict()
        self._began_s: OrderedDict[str, float] = OrderedDict()

    def __call__(self, context: CallContext, leg: CallerLeg) -> Conversation:
        """See `Conversations`."""
        foundation = self._foundation
        new = context.purpose is Purpose.ANSWER
        began_s = self._began_s.setdefault(context.call_id, time.monotonic())
        return RememberedCall(
            Call(
                context,
                leg,
                runtime=self._runtime,
                engines=self._engines,
                sink=foundation.sink,
                recorder=foundation.recorder(context.call_id),
                settings=foundation.settings.conversation,
                listening_settings=foundation.settings.hearing,
                offset_ms=(time.monotonic() - began_s) * 1000.0,
                previous_state=None if new else self._states.get(context.call_id),
            ),
            lambda state: self._remember(context.call_id, state),
        )

    async def start(self) -> None:
        """See `Conversations`."""
        await self._ears.warm_up()
        ready = await self._speaker.warm_up(fixed_prompts(self._foundation.line), pace=self._runtime.pace)
        await asyncio.to_thread(self._runtime.classify, "Where is my order?")
        logger.info("models are warm, {} prompts are rendered", ready)

    async def close(self) -> None:
        """See `Conversations`."""
        await self._tools.close()
        self._ears.close()
        for workers in (self._turn_workers, self._voice_workers, self._small_workers):
            workers.close()

    def _remember(self, call_id: str, state: Any) -> None:
        self._states[call_id] = state
        self._states.move_to_end(call_id)
        while len(self._states) > _REMEMBERED_CALLS:
            self._began_s.pop(self._states.popitem(last=False)[0], None)


class RememberedCall:
    """A call whose dialogue state outlives its media stream, so that a lost stream resumes where the caller was."""

    def __init__(self, call: Call, remember: Callable[[Any], None]):
        """Wrap a call."""
        self._call = call
        self._remember = remember
        self.caller_audio = call.caller_audio
        self.key_pressed = call.key_pressed
        self.mark_reached = call.mark_reached
        self.caller_gone = call.caller_gone

    async def run(self) -> CallOutcome:
        """See `voice.ports.Conversation`."""
        try:
            return await self._call.run()
        finally:
            self._remember(self._call.state)


def _understand(line: Line, cache: Path) -> Understanding:
    embedder = shared_embedder()
    return understand_line(line, lambda examples: fit(examples, cache_dir=cache), embedder.embed)


def _language_model(line: Line, settings: Settings) -> LanguageModel | None:
    llm = settings.llm
    if not llm.url:
        return None
    endpoint = ModelEndpoint(
        base_url=llm.url, model=llm.model, api_key=llm.key.get_secret_value() or "none", deadline_s=llm.deadline_s
    )
    return LanguageModel(line, endpoint)
