"""One version of a line made ready for calls: its understanding, tools, language model, and rendered prompts."""

import os

import httpx
from loguru import logger

from dialogue.backends.language_model import LanguageModel, ModelEndpoint
from dialogue.backends.model_reader import ModelReader
from dialogue.backends.tools import ToolRunner
from dialogue.dialogue import Dialogue
from dialogue.lines.types import Line
from dialogue.runtime import LineRuntime, Understand
from models.understanding import Asked
from service.loaded_models import LoadedModels
from service.settings import LlmSettings
from voice.speaking.fixed_prompts import fixed_prompts


class OpenLine:
    """A line's runtime, and what it holds open; its owner closes it when no call is on it any more."""

    def __init__(
        self, line: Line, models: LoadedModels, *, llm: LlmSettings, tool_client: httpx.AsyncClient, sandbox_url: str
    ):
        """Fit the models to the line; blocking, seconds.

        Args:
            line: A line without mistakes.
            models: The process's models.
            llm: The optional language model.
            tool_client: For the line's tools; its owner closes it.
            sandbox_url: Stands for ``{sandbox}`` in tools; empty without a sandbox.

        Raises:
            FirstlineError: A tool needs a setting that is not there, or a model failed.
        """
        self.line = line
        self.engines = models.engines(line)
        understanding = models.understand(line)
        self._tools = ToolRunner(line, sandbox_url=sandbox_url, environment=os.environ, client=tool_client)
        model = _language_model(line, llm)
        self.runtime = LineRuntime(
            dialogue=Dialogue(line, understanding.knowledge, model=model is not None),
            understand=_led(understanding.understand, line, llm),
            call_tool=self._tools.call,
            ask_model=model.ask if model else None,
            pace=line.region.pace,
            language=line.language,
            manner=line.region.manner,
            phrases=line.phrases,
        )

    async def warm_up(self) -> None:
        """Render every fixed sentence, and understand a first one.

        Raises:
            ModelError: The voice cannot speak a sentence of the line.
        """
        ready = await self.engines.speaker.warm_up(fixed_prompts(self.line), pace=self.runtime.pace)
        await self.runtime.understand(self.line.greeting, Asked())
        logger.info("line {} is ready, {} prompts are rendered", self.line.name, ready)

    async def close(self) -> None:
        """Give back connections."""
        await self._tools.close()


def _language_model(line: Line, llm: LlmSettings) -> LanguageModel | None:
    return LanguageModel(line, _endpoint(llm, llm.deadline_s)) if llm.url else None


def _led(understand: Understand, line: Line, llm: LlmSettings) -> Understand:
    """Understanding that a language model leads where it is unsure, if there is one that may."""
    if not llm.url or not llm.reading_deadline_s:
        return understand
    return ModelReader(understand, line, _endpoint(llm, llm.reading_deadline_s))


def _endpoint(llm: LlmSettings, deadline_s: float) -> ModelEndpoint:
    return ModelEndpoint(
        base_url=llm.url, model=llm.model, api_key=llm.key.get_secret_value() or "none", deadline_s=deadline_s
    )
