"""Takes the bot's own voice out of what comes from the caller. Pure: fed audio and what was played, by the call clock.

A telephone on a loudspeaker sends back what it plays: 80 to 400 ms later, 15 to 45 dB softer, through a room and two
codecs. While an echo may be there, what is no louder than it would be is brought down to the background's level. What
is louder is somebody in the room and passes untouched, as does everything in a call without an echo: once that is
known, not a sample of it is changed.
"""

import math
from collections import deque
from dataclasses import dataclass

from models.audio import mulaw_decode
from models.interfaces import SAMPLES_PER_MS
from voice.echo.finder import BEHIND, LOUD_DBFS, SPREAD_DB, Ear, EchoFinder
from voice.echo.levels import FRAME_SAMPLES, SILENCE_DBFS, Floor, level_dbfs, softer
from voice.echo.reference import Reference
from voice.echo.settings import EchoSettings

_SPREAD_DB = (*SPREAD_DB[:BEHIND], 0.0, *SPREAD_DB[BEHIND:])
"""What a sound adds to an echo whose delay lies between two frames."""
_LOWEST_FLOOR_DBFS = -66.0
"""An echo is not brought down further than to here."""
_HARDLY_DB = 2.0
"""What stands out of the background by less is left as it is; by more, half of it may pass for a voice."""
_TALK_FRAMES = 2
"""Frames louder than an echo that tell somebody who speaks, not a flutter."""
_TALK_HOLD_FRAMES = 6
"""Frames that pass behind them: the soft end of a syllable."""
_MUCH_SOFTER_DB = 20.0
"""An echo this much softer than the loudest that it could be is fading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """What is left of some of the caller's audio."""

    audio: bytes
    """μ-law, whole frames of 20 ms."""
    was_echo: bool = False
    """Whether it shows that what was heard just before, and passed, was the bot's own voice."""


class EchoSuppressor:
    """One call's; feed all of the caller's audio, in any pieces."""

    def __init__(self, reference: Reference, settings: EchoSettings | None = None):
        """Nothing was heard yet; ``reference`` is what was played, as it becomes known."""
        self._reference = reference
        self._settings = settings or EchoSettings()
        self._finder = EchoFinder(reference, self._settings)
        self._place = 0
        self._rest = b""
        self._floor = Floor()
        frames = self._settings.longest_ms * SAMPLES_PER_MS // FRAME_SAMPLES
        self._played: deque[float] = deque([SILENCE_DBFS], maxlen=frames)
        """Levels of what was played, up to the newest whose echo could be heard."""
        self._talking = 0
        self._hold = 0

    @property
    def delay_ms(self) -> int | None:
        """How much later the bot's voice comes back; None where no echo was found."""
        return self._finder.echo.delay // SAMPLES_PER_MS if self._finder.echo else None

    def start(self, at_ms: int) -> None:
        """Before the first `clean`: the first sample lies there on the call clock."""
        self._place = at_ms * SAMPLES_PER_MS

    def clean(self, audio: bytes) -> Cleaned:
        """Take the next μ-law samples of the caller's; what does not fill 20 ms comes with the next."""
        data = self._rest + audio
        whole = len(data) // FRAME_SAMPLES * FRAME_SAMPLES
        self._rest = data[whole:]
        known = self._finder.ear
        left = b"".join(self._frame(data[at : at + FRAME_SAMPLES]) for at in range(0, whole, FRAME_SAMPLES))
        return Cleaned(audio=left, was_echo=known is not Ear.FOUND and self._finder.ear is Ear.FOUND)

    def _frame(self, frame: bytes) -> bytes:
        settings, level = self._settings, level_dbfs(mulaw_decode(frame))
        self._floor.hear(level)
        self._place += FRAME_SAMPLES
        self._hear_played()
        loudest = max(self._played)
        if loudest < LOUD_DBFS:
            self._finder.quiet(frame)
            self._talking = self._hold = 0
            return frame
        floor = self._floor.dbfs
        audible = level > max(settings.quietest_dbfs, floor + settings.above_floor_db)
        self._finder.hear(frame, end=self._place, floor_dbfs=floor, audible=audible)
        expected = self._expected(loudest)
        if expected is None or level <= floor + _HARDLY_DB:
            return frame
        if self._is_talk(level, expected) if audible else level > expected:
            return frame
        return softer(frame, max(0, math.ceil(level - max(floor, _LOWEST_FLOOR_DBFS))))

    def _hear_played(self) -> None:
        """Take in the newest 20 ms of the bot's whose echo could be heard now."""
        last = self._place - self._settings.shortest_ms * SAMPLES_PER_MS
        if last - FRAME_SAMPLES >= self._reference.end:
            self._played.append(SILENCE_DBFS)
        else:
            self._played.append(level_dbfs(mulaw_decode(self._reference.between(last - FRAME_SAMPLES, last))))

    def _expected(self, loudest: float) -> float | None:
        """The loudest that an echo is now, dBFS; None where there is none."""
        echo = self._finder.echo
        if echo is None:
            return None if self._finder.ear is Ear.NONE else loudest + self._settings.unknown_db
        newest = len(self._played) - 1
        later = (echo.delay - self._settings.shortest_ms * SAMPLES_PER_MS) // FRAME_SAMPLES
        around = enumerate(_SPREAD_DB, newest - later - 1 - BEHIND)
        usual = max(self._played[place] + spread for place, spread in around if 0 <= place <= newest)
        return usual + echo.gain_db + self._settings.margin_db

    def _is_talk(self, level: float, expected: float) -> bool:
        """Whether this is more than an echo."""
        if level > expected:
            # What is heard in a pause of the bot's may be the room; it holds nothing open for the echo that follows.
            self._talking = self._talking + 1 if expected > self._settings.quietest_dbfs else 0
            if self._talking >= _TALK_FRAMES:
                self._hold = _TALK_HOLD_FRAMES
            return True
        self._talking = 0
        if self._hold:
            self._hold -= 1
            return True
        if level < expected - _MUCH_SOFTER_DB:
            self._finder.fade()
        return False
