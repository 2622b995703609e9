"""One media stream, from its first message to the close of the socket, joined to one conversation.

Who owns what: `MediaSession.run` owns four tasks (reader, writer, watchdog, conversation) and ends them all before it
returns. The reader awaits nothing but the socket, so a busy conversation never makes the carrier throw away audio.
"""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from loguru import logger

from interactions.context import CallContext, CallOutcome
from interactions.vocabulary import EndedReason
from telephony.counters import EdgeCounters
from telephony.inbound import InboundLimits, InboundTimeline
from telephony.leg import MediaLeg
from telephony.ports import (
    TELEPHONE_FORMAT,
    AudioReceived,
    Headers,
    KeyReceived,
    MarkReturned,
    MediaCodec,
    MediaFaultError,
    MediaMessage,
    MediaSocket,
    ProtocolFault,
    RefusedError,
    SocketClosedError,
    StreamConnected,
    StreamStarted,
    StreamStopped,
)
from voice.ports import Conversation, ConversationFactory

CLOSE_NORMAL = 1000
CLOSE_POLICY = 1008


class StreamAuthenticator(Protocol):
    """Decides whether a stream is who it says it is: before its socket is accepted, and when it has started."""

    def handshake(self, path: str, headers: Headers) -> None:
        """Check the request that opens the socket.

        Raises:
            RefusedError: The socket is not accepted.
        """
        ...

    async def admit(self, started: StreamStarted) -> CallContext:
        """Check a stream's start.

        Returns:
            What is known about the call.

        Raises:
            RefusedError: The stream is not welcome; its socket is closed and nothing else happens.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLimits:
    """What a media session tolerates."""

    start_timeout_s: float = 5.0
    """Time for the first two messages and their check."""
    max_message_size: int = 65_536
    """Longer messages are left out; characters of a text, bytes of a binary frame."""
    max_faults: int = 50
    """More protocol faults than this within `fault_window_s` end the stream."""
    fault_window_s: float = 5.0
    """Window of `max_faults`."""
    send_timeout_s: float = 5.0
    """Longest time that the socket may take for one message."""
    finish_timeout_s: float = 10.0
    """Time that a conversation gets to finish when the caller is gone."""
    inbound: InboundLimits = field(default_factory=InboundLimits)
    """Starvation and lateness of the caller's audio."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEnd:
    """How a media session ended."""

    started: bool
    """Whether a conversation was held at all."""
    outcome: CallOutcome | None = None
    """What the conversation came to; None when there was none."""
    refused: str = ""
    """Code of the refusal, when it was refused."""
    faults: dict[ProtocolFault, int] = field(default_factory=dict)
    """Protocol faults of the peer."""


OutcomeHandler = Callable[[CallContext, CallOutcome], Awaitable[None]]
"""Keeps what has to happen next, before the socket closes and the carrier asks for it."""


class MediaSession:
    """Joins one socket to one conversation."""

    def __init__(
        self,
        socket: MediaSocket,
        codec: MediaCodec,
        authenticator: StreamAuthenticator,
        factory: ConversationFactory,
        *,
        on_outcome: OutcomeHandler,
        on_started: Callable[["MediaSession", CallContext], None] = lambda session, context: None,
        limits: SessionLimits | None = None,
        counters: EdgeCounters | None = None,
        clock: Callable[[], float] = time.monotonic,
    ):
        """Make the session of an accepted socket.

        Args:
            socket: The accepted socket.
            codec: A fresh codec of its carrier.
            authenticator: Checks the start.
            factory: Makes the conversation.
            on_outcome: Called once after the conversation, before the socket closes.
            on_started: Called once, when the stream is admitted and before the conversation is made.
            limits: What is tolerated.
            counters: Where faults are counted.
            clock: Monotonic seconds.
        """
        self._socket = socket
        self._codec = codec
        self._authenticator = authenticator
        self._factory = factory
        self._on_outcome = on_outcome
        self._on_started = on_started
        self._limits = limits or SessionLimits()
        self._counters = counters or EdgeCounters()
        self._clock = clock
        self._faults: Counter[ProtocolFault] = Counter()
        self._fault_times: deque[float] = deque()
        self._end_requested: asyncio.Future[EndedReason] = asyncio.get_running_loop().create_future()
        self._stream_id = "-"

    def end(self, reason: EndedReason) -> None:
        """End the stream from outside: the call was ended or redirected elsewhere, or the service shuts down."""
        if not self._end_requested.done():
            self._end_requested.set_result(reason)

    async def run(self) -> SessionEnd:
        """Serve the stream until it is over; the socket is closed then."""
        try:
            async with asyncio.timeout(self._limits.start_timeout_s):
                context = await self._open()
        except TimeoutError:
            return await self._refuse("start_timeout")
        except RefusedError as error:
            return await self._refuse(error.code)
        except SocketClosedError:
            self._counters.add("stream_refused", "closed_before_start")
            return SessionEnd(started=False, refused="closed_before_start", faults=dict(self._faults))
        self._counters.add("stream_started", context.purpose.value)
        logger.info("stream {} of call {} started: {}", self._stream_id, context.call_id, context.purpose.value)
        self._on_started(self, context)
        try:
            outcome = await self._converse(context)
            await self._keep(context, outcome)
        finally:
            await self._socket.close(CLOSE_NORMAL)
        logger.info(
            "stream {} of call {} ended: {}, faults {}",
            self._stream_id, context.call_id, outcome.reason.value, dict(self._faults),
        )  # fmt: skip
        return SessionEnd(started=True, outcome=outcome, faults=dict(self._faults))

    async def _refuse(self, code: str) -> SessionEnd:
        self._counters.add("stream_refused", code)
        logger.warning("stream {} refused: {}", self._stream_id, code)
        await self._socket.close(CLOSE_POLICY, code)
        return SessionEnd(started=False, refused=code, faults=dict(self._faults))

    async def _open(self) -> CallContext:
        """Wait for ``connected`` and ``start``; whatever else comes first is a fault and is left out."""
        connected = False
        while True:
            message = self._parse(await self._socket.receive())
            if isinstance(message, StreamConnected):
                connected = True
            elif isinstance(message, StreamStarted):
                if not connected:
                    raise RefusedError("start_before_connected", "A stream has to say 'connected' first.")
                self._stream_id = message.stream_id
                if message.format != TELEPHONE_FORMAT:
                    raise RefusedError(
                        "media_format", "Only audio/x-mulaw at 8000 Hz mono is taken; set no other format on <Stream>."
                    )
                return await self._authenticator.admit(message)
            if self._too_many_faults():
                raise RefusedError("too_many_faults", "The client does not speak the protocol.")

    async def _converse(self, context: CallContext) -> CallOutcome:
        """Hold the conversation until it or one of the sides is over."""
        leg = MediaLeg(self._codec, lambda name: conversation.mark_reached(name))
        try:
            conversation = await self._factory(context, leg)
        except Exception:
            logger.exception("call {}: the conversation could not be made", context.call_id)
            return CallOutcome(reason=EndedReason.FAULT)
        timeline = InboundTimeline(self._limits.inbound, self._clock())
        talk = asyncio.create_task(conversation.run(), name=f"conversation {context.call_id}")
        reader = asyncio.create_task(self._read(conversation, leg, timeline), name=f"reader {context.call_id}")
        writer = asyncio.create_task(self._write(leg), name=f"writer {context.call_id}")
        watchdog = asyncio.create_task(self._watch(conversation, timeline), name=f"watchdog {context.call_id}")
        sides: list[asyncio.Future[EndedReason]] = [self._end_requested, reader, watchdog, writer]
        try:
            watched: set[asyncio.Future[Any]] = {talk, *sides}
            await asyncio.wait(watched, return_when=asyncio.FIRST_COMPLETED)
            gone: EndedReason | None = None
            if not talk.done():
                gone = _first_reason(sides)
                conversation.caller_gone(gone)
                await asyncio.wait({talk}, timeout=self._limits.finish_timeout_s)
            return self._outcome(context, talk, gone)
        finally:
            await _cancel(talk)
            for failed in await _cancel(reader, writer, watchdog):
                self._counters.add("session_task_failed")
                logger.opt(exception=failed).error("call {}: a task of its media session failed", context.call_id)

    def _outcome(
        self, context: CallContext, talk: "asyncio.Task[CallOutcome]", gone: EndedReason | None
    ) -> CallOutcome:
        if not talk.done():
            self._counters.add("conversation_hung")
            logger.error("call {}: the conversation did not finish in time and is cancelled", context.call_id)
            return CallOutcome(reason=gone or EndedReason.FAULT)
        error = talk.exception()
        if error is not None:
            self._counters.add("conversation_failed")
            logger.opt(exception=error).error("call {}: the conversation failed", context.call_id)
            return CallOutcome(reason=gone or EndedReason.FAULT)
        return talk.result()

    async def _keep(self, context: CallContext, outcome: CallOutcome) -> None:
        try:
            await self._on_outcome(context, outcome)
        except Exception:
            # The carrier's next request will find no next step and resume the stream: the caller is not stranded.
            self._counters.add("outcome_not_kept")
            logger.exception("call {}: the outcome could not be kept", context.call_id)

    async def _read(self, conversation: Conversation, leg: MediaLeg, timeline: InboundTimeline) -> EndedReason:
        receive, clock = self._socket.receive, self._clock
        while True:
            try:
                message = self._parse(await receive())
            except SocketClosedError:
                return EndedReason.LEG_DEAD
            if isinstance(message, AudioReceived):
                audio = timeline.audio(clock(), message.timestamp_ms, message.audio)
                conversation.caller_audio(audio, late_samples=timeline.late_samples)
                for fault in timeline.take_faults() if timeline.faults else ():
                    self._count(fault)
            elif isinstance(message, MarkReturned):
                if not leg.mark_returned(message.name):
                    self._count(ProtocolFault.UNKNOWN_MARK)
            elif isinstance(message, KeyReceived):
                conversation.key_pressed(message.digit)
            elif isinstance(message, StreamStopped):
                return EndedReason.CALLER_HUNG_UP
            elif message is not None:
                self._count(ProtocolFault.OUT_OF_ORDER)
            if self._fault_times and self._too_many_faults():
                return EndedReason.LEG_DEAD

    async def _write(self, leg: MediaLeg) -> EndedReason:
        await leg.write(self._socket, self._limits.send_timeout_s)
        return EndedReason.LEG_DEAD

    async def _watch(self, conversation: Conversation, timeline: InboundTimeline) -> EndedReason:
        while True:
            await asyncio.sleep(max(timeline.next_tick_s - self._clock(), 0.001))
            now = self._clock()
            if timeline.dead(now):
                return EndedReason.LEG_DEAD
            silence = timeline.tick(now)
            if silence:
                conversation.caller_audio(silence, late_samples=timeline.late_samples, made_up=True)

    def _parse(self, message: str | bytes) -> MediaMessage | None:
        """The message, or None when it was faulty and is left out."""
        if len(message) > self._limits.max_message_size:
            self._count(ProtocolFault.OVERSIZED)
            return None
        try:
            return self._codec.parse(message)
        except MediaFaultError as error:
            self._count(error.fault)
            return None

    def _count(self, fault: ProtocolFault) -> None:
        self._counters.add("media_fault", fault.value)
        self._faults[fault] += 1
        if self._faults[fault] == 1:
            logger.warning("stream {}: protocol fault {}; further ones are only counted", self._stream_id, fault.value)
        self._fault_times.append(self._clock())

    def _too_many_faults(self) -> bool:
        horizon = self._clock() - self._limits.fault_window_s
        while self._fault_times and self._fault_times[0] < horizon:
            self._fault_times.popleft()
        return len(self._fault_times) > self._limits.max_faults


def _first_reason(sides: list["asyncio.Future[EndedReason]"]) -> EndedReason:
    """Why the stream is over; ``sides`` stand in the order in which they are believed."""
    done = [side for side in sides if side.done()]
    return EndedReason.FAULT if not done or done[0].exception() else done[0].result()


async def _cancel(*tasks: "asyncio.Task[Any]") -> list[Exception]:
    """End tasks and wait for them; returns what they failed with."""
    for task in tasks:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    return [result for result in results if isinstance(result, Exception)]
