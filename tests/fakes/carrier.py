"""A carrier and a caller on a virtual clock: streams what the caller says, plays what the bot sends, returns marks."""

import asyncio
from collections.abc import Awaitable, Callable

import numpy as np

from models.audio import mulaw_decode, mulaw_encode
from simulator.playback import PlaybackBuffer
from voice.ports import Conversation

FRAME_MS = 20
_SILENCE = b"\xff" * 160


def tone(ms: int, *, level: float = 0.2) -> bytes:
    """μ-law that `tests.fakes.speech_detector` takes for speech: not a hum, energy where vowels have it."""
    t = np.arange(ms * 8) / 8000
    vowel = sum(np.sin(2 * np.pi * hz * t) for hz in (250, 800, 1500, 2300)) / 4
    # Syllables, four a second: a sound without any would be taken for background noise after some seconds.
    syllables = np.where(t % 0.25 < 0.23, 1.0, 0.0)
    return mulaw_encode((level * vowel * syllables).astype(np.float32))


class FakeCarrier:
    """Implements `voice.ports.CallerLeg` and drives one conversation in 20 ms steps."""

    def __init__(self, *, late_ms: int = 0, off: float = 0.0) -> None:
        """Answer.

        Args:
            late_ms: How long after the call's first moment the caller's first sample was spoken.
            off: How much faster than the service's clock the carrier's runs: -0.01 is 1 % slow.
        """
        self._late_ms = late_ms
        self._step_s = FRAME_MS / 1000 / (1 + off)
        self.buffer = PlaybackBuffer()
        self.heard: list[bytes] = []
        """What the ear got, a frame each 20 ms."""
        self.clears_ms: list[int] = []
        self.now_ms = 0
        self.echo_db: float | None = None
        """How loud what the ear hears comes back from the caller's loudspeaker; None where it does not."""
        self.echo_ms = 200
        """How much later; a multiple of 20."""
        self._speech = bytearray()
        self._returned: list[str] = []

    def play(self, audio: bytes) -> None:
        self.buffer.add_audio(audio)

    def mark(self, name: str) -> None:
        self._returned += self.buffer.add_mark(name)

    def clear(self) -> None:
        self.clears_ms.append(self.now_ms)
        self._returned += self.buffer.clear()

    def say(self, ms: int, *, level: float = 0.2, after_samples: int = 0) -> None:
        """The caller speaks from now on, or that much later, for ``ms``."""
        self._speech += b"\xff" * after_samples + tone(ms, level=level)

    def heard_at(self, at_ms: int) -> bytes:
        """The frame at the ear at a time."""
        return self.heard[at_ms // FRAME_MS] if at_ms // FRAME_MS < len(self.heard) else _SILENCE

    async def drive(self, call: Conversation, script: Callable[["FakeCarrier"], Awaitable[None]]) -> None:
        """Stream until the script is over; the caller then hangs up by returning."""
        acting = asyncio.ensure_future(script(self))
        try:
            await asyncio.sleep(self._late_ms / 1000)
            while not acting.done():
                await asyncio.sleep(self._step_s)
                self._step(call)
        finally:
            acting.cancel()
        await acting

    async def wait(self, ms: int) -> None:
        """Let time pass."""
        await asyncio.sleep(ms / 1000)

    async def wait_until(self, true: Callable[[], bool], *, at_most_ms: int = 20_000) -> None:
        """Let time pass until something holds; fails when it never does."""
        for _ in range(at_most_ms // FRAME_MS):
            if true():
                return
            await asyncio.sleep(FRAME_MS / 1000)
        raise AssertionError(f"waited {at_most_ms} ms in vain")

    def _step(self, call: Conversation) -> None:
        self.now_ms += FRAME_MS
        frame = bytes(self._speech[:160]).ljust(160, b"\xff")
        del self._speech[:160]
        call.caller_audio(self._with_echo(frame))
        played = self.buffer.tick()
        self.heard.append(played.frame)
        returned, self._returned = self._returned, []
        for name in (*played.marks, *returned):
            call.mark_reached(name)

    def _with_echo(self, frame: bytes) -> bytes:
        frames = self.echo_ms // FRAME_MS
        if self.echo_db is None or len(self.heard) < frames:
            return frame
        back = mulaw_decode(self.heard[-frames]) * np.float32(10 ** (self.echo_db / 20))
        return mulaw_encode(mulaw_decode(frame) + back)
