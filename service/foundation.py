"""What the service gives to conversations, and what it asks of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import httpx

from dialogue.lines.types import Line
from interactions.context import CallContext
from interactions.sink import EventSink, SnapshotKeeper
from service.lines import CurrentLines
from service.settings import Settings
from voice.ports import AudioRecorder, CallerLeg, Conversation


@dataclass(frozen=True, slots=True, kw_only=True)
class Foundation:
    """What conversations stand on."""

    settings: Settings
    """All settings."""
    lines: CurrentLines
    """The lines that answer."""
    sink: EventSink
    """Where the event log goes."""
    snapshots: SnapshotKeeper
    """Where each call stands, for whichever process its next stream comes to."""
    recorder: Callable[[str], AudioRecorder]
    """Starts recording a call, by its id."""
    tool_client: httpx.AsyncClient
    """For the lines' tools; the sandbox answers in it under `sandbox_url`. Closed by the service."""
    sandbox_url: str
    """Base URL that stands for ``{sandbox}`` in tools; empty without a sandbox."""


class Conversations(Protocol):
    """Makes conversations; a `voice.ports.ConversationFactory` that owns the models."""

    async def __call__(self, context: CallContext, leg: CallerLeg) -> Conversation:
        """Make the conversation of a new media stream."""
        ...

    async def start(self) -> None:
        """Get ready inside the running event loop: warm the models up, render fixed prompts."""
        ...

    async def prepare(self, line: Line) -> None:
        """Make a version of a line ready, so that the lines may change to it.

        Raises:
            FirstlineError: It cannot be used; the message says what to do. What was ready stays so.
        """
        ...

    async def tidy(self) -> None:
        """Close the versions of lines that no call is on any more, and no new call gets."""
        ...

    async def close(self) -> None:
        """Give back threads and connections; no call is left."""
        ...


OpenConversations = Callable[[Foundation], Conversations]
"""Loads models and opens the lines; blocking, before the service listens."""
