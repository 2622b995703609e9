"""One bidirectional media stream as the carrier drives it: paced media out, playback, marks and faults in."""

import asyncio
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from simulator.mulaw import FRAME_MS, is_voiced
from simulator.playback import PlaybackBuffer
from simulator.protocol import AudioIn, ClearIn, MarkIn, Outgoing, Violation, parse_service_message
from simulator.scenario import Network
from simulator.ticker import ticks_of
from simulator.wire import Wire

_MAX_BACKLOG = 100 * 300
"""Unsent bytes from which inbound audio is thrown away: about two seconds of messages."""
_LATE_MESSAGE_TICKS = 25


class StreamEnd(StrEnum):
    """Why a media stream ended."""

    STOPPED = "stopped"
    """The carrier ended it: hang-up, or a new document for the call."""
    SERVICE_CLOSED = "service_closed"
    """The service closed the socket."""
    BROKEN = "broken"
    """The connection broke (31903)."""
    REFUSED = "refused"
    """The handshake failed (31920, 31902, 31901)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamReport:
    """Facts of one media stream."""

    stream_sid: str
    """``MZ…``"""
    end: StreamEnd
    """Why it ended."""
    detail: str
    """Error number and text for a stream that failed, else the close code."""
    frames_sent: int
    """Media messages sent."""
    audio_bytes: int
    """Audio received."""
    marks_received: int
    """Marks the service asked for."""
    marks_outstanding: int
    """Marks that had not come back at the end."""
    clears: int
    """Times the service emptied the buffer."""
    cleared_bytes: int
    """Unplayed audio thrown away by it."""
    one_way: bool = False
    """Whether it only listened in."""


class MediaStream:
    """Ticked by its leg; owns the socket after the handshake."""

    def __init__(
        self,
        outgoing: Outgoing,
        network: Network,
        *,
        rng: random.Random,
        clock_ms: Callable[[], int],
        on_clear: Callable[[], None],
    ):
        self._out = outgoing
        self._network = network
        self._rng = rng
        self._clock_ms = clock_ms
        self._on_clear = on_clear
        self._wire: Wire | None = None
        self._playback = PlaybackBuffer()
        self._held: deque[bytes] = deque()
        self._tick = 0
        self._first_tick = rng.randint(1, 10)
        self._timestamp = rng.randint(0, 60)
        self._break_at = 0
        self._stopped_at: int | None = None
        self._choked = False
        self.starved = True
        """Whether the buffer was empty in the last tick."""
        self._frames_sent = self._audio_bytes = self._marks = self._clears = 0
        self.violations: list[Violation] = []
        """What the service did wrong on this stream."""
        self.started = False
        """Whether ``start`` was sent."""
        self.ended: asyncio.Future[StreamEnd] = asyncio.get_running_loop().create_future()
        """Done when the stream is over."""

    def begin(self, wire: Wire, parameters: dict[str, str], *, break_after_ms: int = 0) -> None:
        """The handshake is done: introduce the stream."""
        self._wire = wire
        wire.closed.add_done_callback(lambda _: self._gone())
        wire.send(self._out.connected())
        wire.send(self._out.start(parameters))
        self.started = True
        self._break_at = ticks_of(break_after_ms) if break_after_ms else 0

    def receive(self, message: str | bytes) -> None:
        """Obey one message of the service."""
        if not self.started:
            self._violate(Violation(code="message_before_start", detail="message before start was sent"))
            return
        if self._stopped_at is not None:
            if self._tick - self._stopped_at > _LATE_MESSAGE_TICKS:
                self._violate(Violation(code="message_after_stop", detail="message half a second after stop"))
            return
        parsed = parse_service_message(message, self._out.stream_sid)
        match parsed:
            case AudioIn(audio):
                self._audio_bytes += len(audio)
                overflowed = self._playback.overflowed
                self._playback.add_audio(audio)
                if self._playback.overflowed and not overflowed:
                    self._violate(Violation(code="31931", detail="more than ten minutes of audio buffered"))
            case MarkIn(name):
                self._marks += 1
                self._return_marks(self._playback.add_mark(name))
            case ClearIn():
                self._clears += 1
                if self._playback.buffered:
                    self._on_clear()
                self._return_marks(self._playback.clear())
            case Violation():
                self._violate(parsed)

    def tick(self, frame: bytes) -> bytes:
        """Exchange 20 ms.

        Args:
            frame: What the caller's microphone gave.

        Returns:
            The frame that the carrier starts to play to the caller.
        """
        self._tick += 1
        played = self._playback.tick()
        self.starved = played.audio_bytes == 0
        self._return_marks(played.marks)
        if self.live:
            self._send(frame)
            if self._break_at and self._tick >= self._break_at:
                assert self._wire is not None
                self._wire.abort()
        return played.frame

    @property
    def live(self) -> bool:
        """Whether media flows."""
        return self.started and self._stopped_at is None and self._wire is not None and self._wire.open

    def press(self, key: str) -> None:
        """The caller presses a key."""
        if self.live:
            self._emit(self._out.dtmf(key))

    def stop(self) -> None:
        """The carrier ends the stream."""
        if self._stopped_at is None and self._wire is not None:
            self._flush_held()
            self._emit(self._out.stop())
            self._stopped_at = self._tick
            self._wire.close(1000)
        self._end(StreamEnd.STOPPED)

    async def closed(self, timeout_s: float) -> None:
        """Wait for the socket to be gone, then insist."""
        if self._wire is None:
            return
        done, _ = await asyncio.wait([self._wire.closed], timeout=timeout_s)
        if not done:
            self._violate(Violation(code="close_ignored", detail="the service did not answer the closing handshake"))
            self._wire.abort()

    def report(self, end: StreamEnd, detail: str = "") -> StreamReport:
        """The facts, once it is over."""
        return StreamReport(
            stream_sid=self._out.stream_sid,
            end=end,
            detail=detail or (f"closed {self._wire.close_code}" if self._wire else ""),
            frames_sent=self._frames_sent,
            audio_bytes=self._audio_bytes,
            marks_received=self._marks,
            marks_outstanding=len(self._playback.pending_marks),
            clears=self._clears,
            cleared_bytes=self._playback.cleared_bytes,
        )

    def _send(self, frame: bytes) -> None:
        assert self._wire is not None
        if self._tick < self._first_tick:
            return
        timestamp = self._timestamp
        self._timestamp += FRAME_MS
        if (self._network.loss and self._rng.random() < self._network.loss) or (
            self._network.dtx and not is_voiced(frame)
        ):
            return
        if self._wire.backlog > _MAX_BACKLOG:
            if not self._choked:
                self._violate(Violation(code="31930", detail="the service reads too slowly; inbound audio is lost"))
            self._choked = True
            return
        self._choked = False
        self._frames_sent += 1
        message = self._out.media(frame, timestamp)
        if self._network.burst == 1:
            self._wire.send(message)
            return
        self._held.append(message)
        if len(self._held) >= self._network.burst:
            self._flush_held()

    def _emit(self, message: bytes) -> None:
        assert self._wire is not None
        # Numbered messages keep their order even when media is held back.
        if self._held:
            self._held.append(message)
        else:
            self._wire.send(message)

    def _flush_held(self) -> None:
        assert self._wire is not None
        while self._held:
            self._wire.send(self._held.popleft())

    def _return_marks(self, names: tuple[str, ...]) -> None:
        if self.live:
            for name in names:
                self._emit(self._out.mark(name))

    def _violate(self, violation: Violation) -> None:
        self.violations.append(Violation(code=violation.code, detail=violation.detail, at_ms=self._clock_ms()))

    def _gone(self) -> None:
        assert self._wire is not None
        self._end(StreamEnd.BROKEN if self._wire.close_code == 1006 else StreamEnd.SERVICE_CLOSED)

    def _end(self, end: StreamEnd) -> None:
        if not self.ended.done():
            self.ended.set_result(end)
