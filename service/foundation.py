"""What the service gives to conversations, and what it asks of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import httpx

from dialogue.lines.types import Line
from interactions.context import CallContext
from interactions.sink import EventSink
from service.settings import Settings
from voice.ports import AudioRecorder, CallerLeg, Conversation


@dataclass(frozen=True, slots=True, kw_only=True)
class Foundation:
    """What conversations stand on."""

    settings: Settings
    """All settings."""
    line: Line
    """The line that answers."""
    sink: EventSink
    """Where the event log goes."""
    recorder: Callable[[str], AudioRecorder]
    """Starts recording a call, by its id."""
    tool_client: httpx.AsyncClient
    """For the line's tools; the sandbox answers in it under `sandbox_url`. Closed by the service."""
    sandbox_url: str
    """Base URL that stands for ``{sandbox}`` in tools; empty without a sandbox."""


class Conversations(Protocol):
    """Makes conversations; a `voice.ports.ConversationFactory` that owns the models."""

    def __call__(self, context: CallContext, leg: CallerLeg) -> Conversation:
        """Make the conversation of a new media stream."""
        ...

    async def start(self) -> None:
        """Get ready inside the running event loop: warm the models up, render fixed prompts."""
        ...

    async def close(self) -> None:
        """Give back threads and connections; no call is left."""
        ...


OpenConversations = Callable[[Foundation], Conversations]
"""Loads models and line; blocking, before the service listens."""
