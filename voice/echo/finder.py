"""Finds out whether a call has an echo, how much later it comes and how loud. Pure: fed frames, and what was played.

    unknown ──the caller's side was quiet through a second of the bot's, or unlike it again and again──► none
    unknown, none ──what came was twice a copy of what was played, at one delay──► found

Once found, an echo stays; its delay and level are looked at again whenever something is heard while the bot speaks.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from models.audio import mulaw_decode
from models.interfaces import SAMPLES_PER_MS, Audio
from voice.echo.levels import FRAME_SAMPLES, levels_dbfs
from voice.echo.likeness import delay_of_copy
from voice.echo.reference import Reference
from voice.echo.settings import EchoSettings

LOUD_DBFS = -45.0
"""Level from which on what was played can be heard in an echo."""
SPREAD_DB = (-9.0, -6.0, -3.0, -1.0, 0.0, -1.0, -4.0)
"""What a sound of the bot's adds to an echo: from 80 ms after it, as a room fades, to 40 ms before it, by jitter."""
BEHIND = SPREAD_DB.index(0.0)
"""Frames of it that were played before the sound itself."""
_AHEAD = len(SPREAD_DB) - 1 - BEHIND
_WINDOW_FRAMES = 20
"""Frames of the caller's audio that are compared with what was played."""
_FIRST_LOOK_FRAMES = 8
"""Audible frames before they are compared, while it is open whether there is an echo."""
_NEXT_LOOK_FRAMES = 20
"""The same once that is known."""
_LISTENED_FRAMES = 50
"""Frames of the bot's speech after which a caller's side that was quiet has no echo."""
_QUIET_SHARE = 0.2
"""Of them may be audible on a side that was quiet."""
_UNLIKE_LOOKS = 8
"""Comparisons in vain after which one that was not quiet has none, either: in some rooms the first ones fail."""
_SAME_DELAY = 5 * SAMPLES_PER_MS
"""Copies this close to each other are at one delay."""
_EXPLAINED = 0.7
"""Share of the audible frames that a sound of the bot's must explain: else somebody spoke as well."""
_USUAL_PERCENTILE, _SOFT_PERCENTILE = 85.0, 30.0
"""Share of the frames of an echo that are softer than its usual level, and than a soft one, percent."""
_WIDEST_DB = 9.0
"""How far those lie apart at most; further, and somebody spoke as well."""
_LOUDER_DB = 3.0
"""How much louder an echo can become from one comparison to the next."""
_FADE_DB = 0.02
"""How much softer it is taken to be for each frame that is much softer than it should be."""


class Ear(StrEnum):
    """What is known of the caller's telephone."""

    UNKNOWN = "unknown"
    NONE = "none"
    FOUND = "found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo:
    """How the bot's voice comes back."""

    delay: int
    """How much later, samples."""
    gain_db: float
    """How much louder than it was played, mostly: negative."""


class EchoFinder:
    """One call's; feed every frame in which an echo could be heard."""

    def __init__(self, reference: Reference, settings: EchoSettings):
        """Nothing was heard yet."""
        self._reference = reference
        self._settings = settings
        self._window = bytearray()
        self._echo: Echo | None = None
        self._candidate: int | None = None
        self._none = False
        self._listened = 0
        self._audible = 0
        self._heard = 0
        self._unlike = 0

    @property
    def ear(self) -> Ear:
        """What is known."""
        if self._echo:
            return Ear.FOUND
        return Ear.NONE if self._none else Ear.UNKNOWN

    @property
    def echo(self) -> Echo | None:
        """The echo, where one was found."""
        return self._echo

    def quiet(self, frame: bytes) -> None:
        """20 ms of the caller's, μ-law, in which no echo can be."""
        self._keep(frame)
        self._audible = 0

    def hear(self, frame: bytes, *, end: int, floor_dbfs: float, audible: bool) -> None:
        """20 ms of the caller's while an echo could be heard.

        Args:
            frame: μ-law.
            end: Place behind its last sample on the call clock.
            floor_dbfs: Level of the background.
            audible: Whether it stands out of it.
        """
        self._keep(frame)
        self._listened += 1
        self._audible += audible
        self._heard += audible
        settled = self._echo is not None or self._unlike > _UNLIKE_LOOKS
        if self._audible >= (_NEXT_LOOK_FRAMES if settled else _FIRST_LOOK_FRAMES):
            self._audible = 0
            self._compare(end, floor_dbfs)
        quiet = self._listened >= _LISTENED_FRAMES and self._heard < _QUIET_SHARE * self._listened
        if quiet or self._unlike >= _UNLIKE_LOOKS:
            self._none = True

    def fade(self) -> None:
        """A frame was much softer than an echo would have been."""
        if self._echo:
            self._echo = Echo(delay=self._echo.delay, gain_db=self._echo.gain_db - _FADE_DB)

    def _keep(self, frame: bytes) -> None:
        self._window += frame
        del self._window[: -_WINDOW_FRAMES * FRAME_SAMPLES]

    def _compare(self, end: int, floor_dbfs: float) -> None:
        """Look for what was played in the last 400 ms."""
        if len(self._window) < _WINDOW_FRAMES * FRAME_SAMPLES:
            return
        settings = self._settings
        first = end - len(self._window) - settings.longest_ms * SAMPLES_PER_MS
        near, far = mulaw_decode(bytes(self._window)), mulaw_decode(self._reference.between(first, end))
        delay = delay_of_copy(near, far, shortest=settings.shortest_ms * SAMPLES_PER_MS)
        gain_db = None if delay is None else self._gain_of(near, end - delay, floor_dbfs)
        if delay is None or gain_db is None:
            self._unlike += 1
        else:
            self._unlike = 0
            self._take(delay, gain_db)

    def _take(self, delay: int, gain_db: float) -> None:
        """What came is a copy of what was played; that it was not by chance, the next one shows."""
        before, self._candidate = self._candidate, delay
        again = before is not None and abs(before - delay) <= _SAME_DELAY
        known = self._echo
        if known and (again or abs(known.delay - delay) <= _SAME_DELAY):
            gain_db = min((known.gain_db + gain_db) / 2, known.gain_db + _LOUDER_DB)
            self._echo = Echo(delay=delay, gain_db=gain_db)
        elif again:
            self._echo = Echo(delay=delay, gain_db=gain_db)

    def _gain_of(self, near: Audio, end: int, floor_dbfs: float) -> float | None:
        """How loud a copy is whose sound was played up to ``end``; None when it does not explain what came."""
        first = end - near.size - BEHIND * FRAME_SAMPLES
        levels = levels_dbfs(mulaw_decode(self._reference.between(first, end + _AHEAD * FRAME_SAMPLES)))
        played = (np.lib.stride_tricks.sliding_window_view(levels, len(SPREAD_DB)) + np.array(SPREAD_DB)).max(axis=1)
        came = levels_dbfs(near)
        audible = came > floor_dbfs + self._settings.above_floor_db
        explained = audible & (played > LOUD_DBFS)
        if not explained.any() or explained.sum() < _EXPLAINED * audible.sum():
            return None
        soft, usual = np.percentile((came - played)[explained], (_SOFT_PERCENTILE, _USUAL_PERCENTILE))
        if usual - soft > _WIDEST_DB or usual > self._settings.loudest_db:
            return None
        return float(usual)
