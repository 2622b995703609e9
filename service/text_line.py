"""A line that answers in text, without a telephone: its real understanding, its tools, and a sandbox of its own."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import httpx

from dialogue.backends.tools import ToolRunner
from dialogue.dialogue import Dialogue
from dialogue.lines.load import load_line
from dialogue.lines.types import Line
from dialogue.practice.stand_in import StandIn
from dialogue.runtime import LineRuntime
from dialogue.types import ToolCall, ToolOutcome
from dialogue.understanding import Understanding, Understood, understand_line
from models.in_threads import ThreadedIntentClassifier, ThreadedSentenceEmbedder, ThreadedTurnReader
from models.intent import fit
from models.interfaces import ActReader, IntentResult
from models.registry import cache_folder
from models.sentence_embedding import shared_embedder
from models.understanding import Asked, Reading
from models.understanding.reader import READ_LANGUAGES, shared_reader
from models.workers import ModelWorkers
from service.sandbox_world import SandboxWorld
from service.tool_client import SANDBOX_URL, make_tool_client

_T = TypeVar("_T")
_IN_SANDBOX = "{sandbox}"
_KEPT = 100_000
"""Turns whose sense is remembered: practice says the same ones often."""


class TextLine:
    """A line to talk to in text; close it in the end."""

    def __init__(self, folder: Path, today: date):
        """Load a line and fit its understanding; blocking, seconds.

        Args:
            folder: The line's folder.
            today: The day that the sandbox's sample data go by.

        Raises:
            LineError: The line has mistakes.
            FirstlineError: A tool needs a setting that is not there, or a model is missing.
        """
        self.folder = folder
        self.line: Line = load_line(folder)
        self._workers = _InPlace("understanding")
        understanding = self._understand()
        self.world = SandboxWorld(today)
        self._client: httpx.AsyncClient = make_tool_client(self.world.app)
        inside = {name: tool for name, tool in self.line.tools.items() if tool.url.startswith(_IN_SANDBOX)}
        sandboxed = replace(self.line, tools=inside)
        self._tools = ToolRunner(sandboxed, sandbox_url=SANDBOX_URL, environment=os.environ, client=self._client)
        self._stand_in = StandIn(self.line, today)
        self._inside = frozenset(inside)
        self.runtime = LineRuntime(
            dialogue=Dialogue(self.line, understanding.knowledge),
            understand=_Remembering(understanding, self._reader()).understand,
            call_tool=self._call_tool,
            pace=self.line.region.pace,
            language=self.line.language,
            manner=self.line.region.manner,
            phrases=self.line.phrases,
        )

    async def close(self) -> None:
        """Give back files and threads."""
        await self._tools.close()
        await self._client.aclose()
        self.world.close()
        self._workers.close()

    async def _call_tool(self, call: ToolCall) -> ToolOutcome:
        """Nothing outside is ever asked or changed: another back office than the sandbox is stood in for."""
        return await (self._tools.call if call.tool in self._inside else self._stand_in.call)(call)

    def _understand(self) -> Understanding:
        embedder = ThreadedSentenceEmbedder(shared_embedder(), self._workers)

        def classifier(examples: Mapping[str, Sequence[str]]) -> ThreadedIntentClassifier:
            fitted = fit(examples, seams=self.line.language.cues.seams, cache_dir=cache_folder() / "lines")
            return ThreadedIntentClassifier(fitted, self._workers)

        return understand_line(self.line, classifier, embedder)

    def _reader(self) -> ActReader | None:
        reads = self.line.language.code in READ_LANGUAGES
        return ThreadedTurnReader(shared_reader(), self._workers) if reads else None


class _InPlace(ModelWorkers):
    """Runs a model where it is asked for: one conversation at a time has nothing to do meanwhile."""

    async def run(
        self,
        fn: Callable[..., _T],
        *args: Any,
        session_id: str = "",
        urgent: bool = False,
        deadline_s: float | None = None,
        **kwargs: Any,
    ) -> _T:
        """See `ModelWorkers.run`; nobody else waits, and nothing cuts it short."""
        return fn(*args, **kwargs)


class _Remembering:
    """Understands a sentence once, and what it does once for each question that it answers."""

    def __init__(self, understanding: Understanding, reader: ActReader | None):
        self._understanding, self._reader = understanding, reader
        self._intents: dict[str, IntentResult] = {}
        self._readings: dict[tuple[str, Asked], Reading] = {}

    async def understand(self, text: str, asked: Asked, *, session_id: str = "") -> Understood:
        """See `dialogue.runtime.Understand`."""
        if len(self._intents) + len(self._readings) >= _KEPT:
            self._intents.clear()
            self._readings.clear()
        if text not in self._intents:
            self._intents[text] = await self._understanding.classify(text, session_id=session_id)
        if self._reader is not None and (text, asked) not in self._readings:
            self._readings[text, asked] = await self._reader.read(text, asked, session_id=session_id)
        return Understood(intents=self._intents[text], reading=self._readings.get((text, asked)))
