"""From a media stream to its conversation: the line it is on, the models all share, and where the call was before."""

import asyncio
import time
from collections.abc import Callable

from loguru import logger

from dialogue.lines.types import Line
from interactions.context import CallContext, CallOutcome
from interactions.snapshot import CallSnapshot
from interactions.vocabulary import EndedReason
from models.errors import FirstlineError
from models.workers import in_background
from service.foundation import Conversations, Foundation
from service.line_versions import LineVersions
from service.loaded_models import LoadedModels
from service.open_line import OpenLine
from voice.ports import CallerLeg, Conversation
from voice.session import CallSession

_LOAD_DEADLINE_S = 2.0
"""Longest time that a caller whose stream was lost waits in silence for the database."""
_NOTHING_FOLLOWS = frozenset({EndedReason.CALLER_HUNG_UP, EndedReason.GOODBYE})
"""Ends after which a call has no further stream."""


def open_conversations(foundation: Foundation) -> Conversations:
    """Load the models, open the lines, and make the factory of real conversations; blocking, seconds.

    Raises:
        FirstlineError: A model or a line cannot be used; the message says what to do.
    """
    return LineConversations(foundation, LoadedModels(foundation.settings))


class LineConversations:
    """Conversations with the real models, on the line that each call is for."""

    def __init__(self, foundation: Foundation, models: LoadedModels):
        """Open every line; see `open_conversations`."""
        self._foundation = foundation
        self._models = models
        self._versions: LineVersions[OpenLine] = LineVersions()
        for line in foundation.lines.book.lines.values():
            self._versions.add(self._open(line))

    async def __call__(self, context: CallContext, leg: CallerLeg) -> Conversation:
        """See `Conversations`."""
        foundation = self._foundation
        snapshot = await self._stood(context.call_id) if context.stream_number > 1 else None
        version = self._versions.hold(context.call_id, foundation.lines.line(context.line))
        call = CallSession(
            context,
            leg,
            runtime=version.runtime,
            engines=version.engines,
            sink=foundation.sink,
            recorder=foundation.recorder(context.call_id),
            keeper=foundation.snapshots,
            snapshot=snapshot,
            settings=foundation.settings.conversation,
            listening_settings=foundation.settings.hearing,
        )
        return HeldCall(call, lambda outcome: self._over(context.call_id, outcome))

    async def start(self) -> None:
        """See `Conversations`."""
        await self._models.warm_up()
        for version in self._versions.all():
            await version.warm_up()

    async def prepare(self, line: Line) -> None:
        """See `Conversations`."""
        if self._versions.has(line):
            return
        # Fitting takes seconds of a processor, which belong to the running calls first.
        version = await asyncio.to_thread(in_background, lambda: self._open(line))
        try:
            await version.warm_up()
        except BaseException:
            await version.close()
            raise
        self._versions.add(version)

    async def tidy(self) -> None:
        """See `Conversations`."""
        newest = {line.content_hash for line in self._foundation.lines.book.lines.values()}
        for version in self._versions.take_unused(time.monotonic(), newest):
            await version.close()

    async def close(self) -> None:
        """See `Conversations`."""
        for version in self._versions.all():
            await version.close()
        await self._models.close()

    def _open(self, line: Line) -> OpenLine:
        foundation = self._foundation
        return OpenLine(
            line,
            self._models,
            llm=foundation.settings.llm,
            tool_client=foundation.tool_client,
            sandbox_url=foundation.sandbox_url,
        )

    async def _stood(self, call_id: str) -> CallSnapshot | None:
        """Where a call stood when its last stream ended; None when nobody can tell: its dialogue begins anew."""
        try:
            async with asyncio.timeout(_LOAD_DEADLINE_S):
                return await self._foundation.snapshots.load(call_id)
        except (FirstlineError, TimeoutError) as error:
            logger.error("call {}: where it stood cannot be read: {}", call_id, type(error).__name__)
            return None

    def _over(self, call_id: str, outcome: CallOutcome | None) -> None:
        over = outcome is not None and outcome.reason in _NOTHING_FOLLOWS
        self._versions.release(call_id, time.monotonic(), over=over)


class HeldCall:
    """A conversation that says when it is over, however it ends: until then its version of the line is held open."""

    def __init__(self, call: CallSession, over: Callable[[CallOutcome | None], None]):
        """Wrap a call; ``over`` is told its outcome, or None when it failed."""
        self._call = call
        self._over = over
        self.caller_audio = call.caller_audio
        self.key_pressed = call.key_pressed
        self.mark_reached = call.mark_reached
        self.caller_gone = call.caller_gone

    async def run(self) -> CallOutcome:
        """See `voice.ports.Conversation`."""
        outcome = None
        try:
            outcome = await self._call.run()
            return outcome
        finally:
            self._over(outcome)
