"""One party's telephone: each 20 ms its mouth and its ear meet what it is connected to."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from simulator.caller import CallerActor
from simulator.mulaw import FRAME_MS, SILENCE, decode, encode, is_voiced


class Line(Protocol):
    """What a telephone is connected to."""

    starved: bool
    """Whether the last frame was silence for want of audio."""

    def tick(self, frame: bytes) -> bytes:
        """Take 20 ms from the mouth, give 20 ms for the ear."""
        ...


class Fork(Protocol):
    """What listens in on a telephone."""

    def fork(self, inbound: bytes, outbound: bytes) -> None:
        """Take 20 ms of both directions."""
        ...


class Prompt:
    """A line that plays frames once, then is silent."""

    def __init__(self, frames: tuple[bytes, ...]):
        self._frames = deque(frames)
        self.starved = False
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done when the last frame was played."""

    def tick(self, frame: bytes) -> bytes:
        """Play the next frame."""
        if self._frames:
            return self._frames.popleft()
        self.starved = True
        if not self.done.done():
            self.done.set_result(None)
        return SILENCE


@dataclass(frozen=True, slots=True)
class Ear:
    """What arrives at an ear in one tick."""

    frame: bytes
    """160 bytes of μ-law."""
    starved: bool
    """Whether nothing was being played."""


class Leg:
    """Ticked by the scheduler from answering to hanging up."""

    def __init__(
        self, actor: CallerActor, *, playout_delay_ms: int = 60, echo_db: float | None = None, echo_ms: int = 240
    ):
        """Answer.

        Args:
            actor: The person.
            playout_delay_ms: From the carrier's buffer to the ear; a multiple of 20.
            echo_db: How loud what the ear hears comes back into the mouth; None where it does not.
            echo_ms: How much later; a multiple of 20.
        """
        self.actor = actor
        """The person."""
        self.line: Line | None = None
        """What the person is connected to."""
        self.forks: list[Fork] = []
        """Who listens in."""
        self.on_key: Callable[[str], None] | None = None
        """Who takes the person's keys."""
        self.sent: list[bytes] = []
        """Every frame from the mouth."""
        self.heard: list[bytes] = []
        """Every frame at the ear; frame n sounds while mouth frame n + 1 is spoken."""
        self.starved = bytearray()
        """1 for each frame at the ear that was silence for want of audio."""
        self.clears: list[int] = []
        """Frames at the ear from which audio is missing because the service threw it away."""
        self.keys: list[tuple[int, str]] = []
        """Keys pressed, with the frame."""
        self.hung_up: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done when the person hangs up; fails when the simulation of the person failed."""
        self._delay = deque([Ear(SILENCE, True)] * (playout_delay_ms // FRAME_MS))
        self._heard_voice = False
        self._echo_gain = 0.0 if echo_db is None else 10 ** (echo_db / 20)
        self._echo_frames = echo_ms // FRAME_MS

    @property
    def now_ms(self) -> int:
        """Since answering."""
        return len(self.sent) * FRAME_MS

    @property
    def delay_frames(self) -> int:
        """Frames between the carrier's buffer and the ear."""
        return len(self._delay)

    def cleared(self) -> None:
        """The service threw away audio that would have been played next."""
        self.clears.append(len(self.heard) + len(self._delay))

    def tick(self) -> None:
        """Live 20 ms."""
        if self.hung_up.done():
            return
        try:
            self._live()
        except Exception as error:
            # The scheduler serves other calls too: this call fails, and its owner raises the error.
            self.hung_up.set_exception(error)

    def _live(self) -> None:
        frame, key = self.actor.tick(self._heard_voice)
        frame = self._with_echo(frame)
        line = self.line
        played = Ear(SILENCE, True) if line is None else Ear(line.tick(frame), line.starved)
        for fork in self.forks:
            fork.fork(frame, played.frame)
        if key:
            self.keys.append((len(self.sent), key))
            if self.on_key:
                self.on_key(key)
        self.sent.append(frame)
        self._delay.append(played)
        ear = self._delay.popleft()
        self.heard.append(ear.frame)
        self.starved.append(ear.starved)
        self._heard_voice = ear.frame is not SILENCE and is_voiced(ear.frame)
        if self.actor.hung_up:
            self.hung_up.set_result(None)

    def _with_echo(self, frame: bytes) -> bytes:
        """What the microphone of a loudspeaker telephone picks up with the person's voice."""
        if not self._echo_gain or len(self.heard) < self._echo_frames:
            return frame
        mixed = decode(frame) + self._echo_gain * decode(self.heard[-self._echo_frames])
        return encode(np.clip(mixed, -32767, 32767).astype(np.int16))
