"""The call clock: milliseconds since the call began, counted in the caller's own samples.

The carrier's audio clock is the only one that both sides of a call share: what the caller says comes at 8 samples a
millisecond of it, and what we send is played at 8 samples a millisecond of it. Our machine's clock runs a little
faster or slower, and audio comes late and in bursts. So the time between and after deliveries is *estimated*:
`CarrierTime` follows the earliest arrivals, since audio can come late but never early, and learns the carrier's rate
from them. `CallClock` is the one clock of a call that everybody is handed: session, log, keypad, player, recorder.
"""

import asyncio
from collections import deque

from models.interfaces import SAMPLES_PER_MS

_FIRST_WINDOW_S = 0.2
_WINDOW_GROWTH = 0.05
_LONGEST_WINDOW_S = 1.5
"""The earliest arrival of a window counts. Short windows find the rate soon; longer ones see through jitter."""
_SLEW = 0.02
"""How fast the estimate may be held back when everything comes later than it says."""
_RATE_GAIN = 0.1
_LARGEST_RATE_ERROR = 0.015
_FARTHEST_MS = 2000.0
"""How far the estimate may run ahead of the newest sample; nobody follows a carrier that is silent for longer."""
_FRAME_MS = 20.0
"""Carriers work in steps of this length: in each they send a frame, and before it what else there is to say."""
_KEPT_CHANGES = 64
"""Of lateness; there are few, and what is asked for is recent."""


class CarrierTime:
    """Estimates the carrier's time from arrivals. Pure: fed facts with our times, read at our times.

    An arrival ahead of the estimate moves it forward at once: that audio was spoken. Arrivals behind it mean nothing
    by themselves; when the earliest of a whole window is behind, the estimate is held back, by at most 2 %, and never
    goes back. After some ten seconds the rate is known, and the estimate lies within 3 ms of a carrier that is up to
    1 % off, also when frames come in bursts of 200 ms.
    """

    def __init__(self, now_s: float, carrier_ms: float):
        """Begin at a point that is known.

        Args:
            now_s: Our time, s.
            carrier_ms: The carrier's time, ms.
        """
        self._started_s = now_s
        self._anchor_s = now_s
        self._anchor_ms = carrier_ms
        self._rate = 1.0
        self._window_s = now_s
        self._earliest_ms: float | None = None
        self._newest_ms: float | None = None
        self._told_ms = carrier_ms

    def arrived(self, now_s: float, carrier_ms: float) -> None:
        """Audio came whose last sample was spoken at ``carrier_ms``."""
        self.bridged(carrier_ms)
        early_ms = carrier_ms - self._estimate(now_s)
        if self._earliest_ms is None or early_ms > self._earliest_ms:
            self._earliest_ms = early_ms
        if early_ms > 0:
            self._anchor_s, self._anchor_ms = now_s, carrier_ms
        passed_s = now_s - self._window_s
        if passed_s >= min(_LONGEST_WINDOW_S, _FIRST_WINDOW_S + _WINDOW_GROWTH * (now_s - self._started_s)):
            self._correct(now_s, passed_s, self._earliest_ms)
            self._window_s, self._earliest_ms = now_s, None

    def bridged(self, carrier_ms: float) -> None:
        """Time was filled up to there without news from the carrier."""
        self._newest_ms = carrier_ms if self._newest_ms is None else max(self._newest_ms, carrier_ms)

    def at(self, now_s: float) -> float:
        """The carrier's time, ms; never less than it was told before."""
        estimate = self._estimate(now_s)
        if self._newest_ms is not None:
            estimate = min(estimate, self._newest_ms + _FARTHEST_MS)
        self._told_ms = max(self._told_ms, estimate)
        return self._told_ms

    def sent(self, now_s: float) -> float:
        """When a message was sent that comes now, ms: however late it comes, its place among the audio tells."""
        now_ms = self.at(now_s)
        return now_ms if self._newest_ms is None else min(now_ms, self._newest_ms + _FRAME_MS)

    def _correct(self, now_s: float, passed_s: float, earliest_ms: float) -> None:
        most_ms = _SLEW * passed_s * 1000.0
        if earliest_ms < 0:
            self._anchor_s, self._anchor_ms = now_s, self._estimate(now_s) + max(earliest_ms, -most_ms)
        # One window may say little about the rate: the first arrivals set the estimate right, others come out of a jam.
        drift = max(-most_ms, min(earliest_ms, most_ms)) / (passed_s * 1000.0)
        self._rate = 1.0 + max(-_LARGEST_RATE_ERROR, min(self._rate - 1.0 + _RATE_GAIN * drift, _LARGEST_RATE_ERROR))

    def _estimate(self, now_s: float) -> float:
        return self._anchor_ms + self._rate * (now_s - self._anchor_s) * 1000.0


class CallClock:
    """The one clock of a call, on one media stream of it. Our time is the event loop's, so that it may be virtual."""

    def __init__(self, *, offset_ms: float = 0.0):
        """Stand until `start`.

        Args:
            offset_ms: The call's time at which this stream's conversation begins: 0 for its first stream.
        """
        self._offset_ms = offset_ms
        self._loop: asyncio.AbstractEventLoop | None = None
        self._time: CarrierTime | None = None
        self._samples: int | None = None
        self._late: deque[tuple[int, int]] = deque(maxlen=_KEPT_CHANGES)
        """Where how much of what was handed on lies behind its own time: (from sample, by samples)."""

    def start(self) -> None:
        """The conversation begins now; later calls change nothing."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            self._time = CarrierTime(self._loop.time(), self._offset_ms)

    def now_ms(self) -> float:
        """The call's time, ms: monotonic, running on between deliveries."""
        return self._time.at(self._loop.time()) if self._loop and self._time else self._offset_ms

    def sent_ms(self) -> float:
        """The call's time at which the carrier sent the message that is just being handled, however late it came."""
        return self._time.sent(self._loop.time()) if self._loop and self._time else self._offset_ms

    @property
    def samples(self) -> int | None:
        """Place behind the last sample that was handed on, None before the first; the listening side counts in it."""
        return self._samples

    def delivered(self, samples: int, *, late_samples: int = 0, made_up: bool = False) -> int:
        """Caller audio is handed on: the next samples, contiguous.

        Args:
            samples: How many.
            late_samples: How far they lie behind their own time, because silence had stood in for them.
            made_up: Whether they are silence that stands in for audio that has not come.

        Returns:
            The call's time of the first of them, in samples: where it belongs in the recording.
        """
        self.start()
        if self._samples is None:
            self._samples = max(0, int(self.now_ms() - samples / SAMPLES_PER_MS)) * SAMPLES_PER_MS
        if late_samples != (self._late[-1][1] if self._late else 0):
            self._late.append((self._samples, late_samples))
        place = self._samples - late_samples
        self._samples += samples
        self._tell((place + samples) / SAMPLES_PER_MS, made_up=made_up)
        return place

    def spoken_ms(self, listened_ms: int) -> int:
        """The call's time at which a moment was spoken that listening has at ``listened_ms``.

        The two differ only while audio that came too late is handed on behind the silence that stood in for it.
        """
        late = next((by for start, by in reversed(self._late) if start <= listened_ms * SAMPLES_PER_MS), 0)
        return listened_ms - late // SAMPLES_PER_MS

    def _tell(self, carrier_ms: float, *, made_up: bool) -> None:
        assert self._loop is not None and self._time is not None
        if made_up:
            self._time.bridged(carrier_ms)
        else:
            self._time.arrived(self._loop.time(), carrier_ms)
