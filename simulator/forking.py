"""<Start><Stream>: one-way streams that listen in on a call, beside whatever else happens to it."""

import asyncio

from simulator.call import new_sid
from simulator.handshake import open_socket, tell_of_stream
from simulator.mulaw import FRAME_MS
from simulator.ongoing_call import OngoingCall, RunningFork
from simulator.protocol import Outgoing
from simulator.stream import StreamEnd, StreamReport
from simulator.twiml import Stream
from simulator.wire import Wire

_MAX_TRACKS = 4
_CLOSE_TIMEOUT_S = 3.0
_TRACKS = {"inbound_track": ("inbound",), "outbound_track": ("outbound",), "both_tracks": ("inbound", "outbound")}


class ForkedStream:
    """Sends what a telephone says and hears; takes nothing back."""

    def __init__(self, call: OngoingCall, stream: Stream):
        self._call = call
        self._out = Outgoing(new_sid("MZ"), call.machine.sid, call.machine.account_sid)
        self._timestamp = 0
        self._frames = 0
        self._wire: Wire | None = None
        self.stream = stream
        """As the document described it."""
        self.tracks = _TRACKS[stream.track]
        """Which directions it carries."""
        self.ended: asyncio.Future[StreamEnd] = asyncio.get_running_loop().create_future()
        """Done when it is over."""

    def fork(self, inbound: bytes, outbound: bytes) -> None:
        """Send 20 ms of each track, with one running chunk number and the same time."""
        if self._wire is None or self.ended.done():
            return
        for track in self.tracks:
            frame = inbound if track == "inbound" else outbound
            self._wire.send(self._out.media(frame, self._timestamp, track.encode()))
            self._frames += 1
        self._timestamp += FRAME_MS

    def stop(self) -> None:
        """End it."""
        self._end(StreamEnd.STOPPED)

    async def live(self, base: str) -> None:
        """From the handshake to the end."""
        call, sid = self._call, self._out.stream_sid
        wire = await open_socket(call, self.stream, self._receive)
        if isinstance(wire, str):
            call.note(wire)
            tell_of_stream(call, self.stream, base, sid, "stream-error", wire)
            return
        wire.closed.add_done_callback(lambda _: self._end(StreamEnd.SERVICE_CLOSED))
        wire.send(self._out.connected())
        wire.send(self._out.start(dict(self.stream.parameters), self.tracks))
        self._wire = wire
        call.leg.forks.append(self)
        tell_of_stream(call, self.stream, base, sid, "stream-started")
        end = await self.ended
        call.leg.forks.remove(self)
        wire.send(self._out.stop())
        wire.close()
        if not (await asyncio.wait([wire.closed], timeout=_CLOSE_TIMEOUT_S))[0]:
            wire.abort()
        call.streams.append(self._report(end))
        tell_of_stream(call, self.stream, base, sid, "stream-stopped")

    def _receive(self, message: str | bytes) -> None:
        if not self.ended.done():
            self._call.violate("31924", "a message on a one-way stream")
            self._end(StreamEnd.BROKEN)

    def _end(self, end: StreamEnd) -> None:
        if not self.ended.done():
            self.ended.set_result(end)

    def _report(self, end: StreamEnd) -> StreamReport:
        return StreamReport(
            stream_sid=self._out.stream_sid,
            end=end,
            detail="",
            frames_sent=self._frames,
            audio_bytes=0,
            marks_received=0,
            marks_outstanding=0,
            clears=0,
            cleared_bytes=0,
            one_way=True,
        )


def start_fork(call: OngoingCall, stream: Stream, base: str) -> None:
    """Begin a one-way stream; the document goes on at once."""
    if call.carrier.ticker.virtual:
        call.note(f"one-way stream {stream.name or 'without a name'}: no sockets in virtual time")
        call.forks[stream.name] = None
        return
    fork = ForkedStream(call, stream)
    taken = sum(len(running.stream.tracks) for running in filter(None, call.forks.values()))
    if taken + len(fork.tracks) > _MAX_TRACKS:
        call.violate("too_many_tracks", f"more than {_MAX_TRACKS} tracks of one call are streamed")
        return
    call.forks[stream.name or new_sid("MZ")] = RunningFork(fork, asyncio.create_task(fork.live(base)))


async def stop_fork(call: OngoingCall, name: str) -> None:
    """<Stop><Stream>."""
    if name not in call.forks:
        call.violate("stop_unknown_stream", f"<Stop> names a stream {name!r} that was not started")
        return
    running = call.forks.pop(name)
    if running is not None:
        running.stream.stop()
        await running.task
