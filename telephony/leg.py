"""The way to the caller's ear: a bounded queue of audio, marks and clears, written to the socket by one task.

Marks are always reported in the order in which they were set, each once. A `MediaLeg.clear` overtakes queued audio;
the marks that stood between that audio follow right behind it, so the carrier, whose buffer is empty then, returns
them at once after the ones it still holds. One more mark of our own closes the row: when it comes back, everything
before it is known to be over, also with a carrier that forgets its marks on a clear.
"""

import asyncio
from collections import deque
from collections.abc import Callable

from models.interfaces import TELEPHONE_RATE
from telephony.ports import MediaCodec, MediaSocket, SocketClosedError

MAX_MESSAGE_SAMPLES = 4000
"""Most samples (0.5 s) in one message: small enough that a clear never waits behind a large one."""
MAX_QUEUED_SAMPLES = 30 * TELEPHONE_RATE
"""More than this in the queue means that the socket takes nothing any more."""
MAX_OUTSTANDING_MARKS = 10_000
"""More than this set and never returned means that the other side is not playing."""

_OWN_MARK = "firstline:cleared"

_Item = bytes | str | None
"""What stands in the queue: audio, the name of a mark, or None for a clear."""


class MediaLeg:
    """One stream's outgoing side; a `voice.ports.CallerLeg`. Used from the event loop only."""

    def __init__(self, codec: MediaCodec, on_mark: Callable[[str], None]):
        """Make the leg of a started stream.

        Args:
            codec: The stream's codec.
            on_mark: Told the name of each mark that was reached, in order.
        """
        self._codec = codec
        self._on_mark = on_mark
        self._queue: deque[_Item] = deque()
        self._queued_samples = 0
        self._outstanding: deque[str] = deque()
        self._wake = asyncio.Event()
        self._stalled = asyncio.Event()

    def play(self, audio: bytes) -> None:
        """Queue μ-law 8 kHz audio."""
        if self._queued_samples + len(audio) > MAX_QUEUED_SAMPLES:
            self._stalled.set()
            self._wake.set()
            return
        for start in range(0, len(audio), MAX_MESSAGE_SAMPLES):
            self._queue.append(audio[start : start + MAX_MESSAGE_SAMPLES])
        self._queued_samples += len(audio)
        self._wake.set()

    def mark(self, name: str) -> None:
        """Ask to be told when everything queued so far is over."""
        if len(self._outstanding) >= MAX_OUTSTANDING_MARKS:
            self._stalled.set()
        else:
            self._outstanding.append(name)
            self._queue.append(name)
        self._wake.set()

    def clear(self) -> None:
        """Throw away everything not yet played; marks set so far will be reported soon, in order."""
        marks = [item for item in self._queue if isinstance(item, str)]
        self._queue.clear()
        self._queued_samples = 0
        self._queue.append(None)
        self._queue.extend(marks)
        self.mark(_OWN_MARK)

    def mark_returned(self, name: str) -> bool:
        """The carrier returned a mark: report it, and all set before it.

        Returns:
            False when no such mark is outstanding.
        """
        if name not in self._outstanding:
            return False
        while True:
            reached = self._outstanding.popleft()
            if reached != _OWN_MARK:
                self._on_mark(reached)
            if reached == name:
                return True

    async def write(self, socket: MediaSocket, deadline_s: float) -> None:
        """Write the queue to the socket; returns when that is no longer possible.

        Args:
            socket: Where to.
            deadline_s: Longest time that the socket may take for one message, s.
        """
        while not self._stalled.is_set():
            if not self._queue:
                self._wake.clear()
                await self._wake.wait()
                continue
            message = self._next_message()
            try:
                async with asyncio.timeout(deadline_s):
                    await socket.send(message)
            except (TimeoutError, SocketClosedError):
                return

    def _next_message(self) -> str | bytes:
        item = self._queue.popleft()
        if item is None:
            return self._codec.clear()
        if isinstance(item, str):
            return self._codec.mark(item)
        parts, samples = [item], len(item)
        while self._queue:
            following = self._queue[0]
            if not isinstance(following, bytes) or samples + len(following) > MAX_MESSAGE_SAMPLES:
                break
            self._queue.popleft()
            parts.append(following)
            samples += len(following)
        self._queued_samples -= samples
        return self._codec.audio(b"".join(parts))
