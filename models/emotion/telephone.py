"""A telephone line in the mel domain: band, noise and companding applied to mel power, for training and evaluation.

The emotion corpus exists as mel images only, so the line is simulated where the images are. Sounds that are
independent add in power with a cross term of random phase; a channel multiplies; G.711 adds noise that follows the
level of the speech about 37 dB below it. The waveform path (inverted spectrograms through real G.711) is evaluated
beside it, see ``scripts/evaluate_emotion.py``.
"""

from dataclasses import dataclass

import numpy as np

from models.emotion.features import FRAMES_PER_SECOND, Floats, band_centres_hz, band_widths_hz, power_to_db

_TINY = np.float32(1e-12)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRange:
    """From which telephone lines to draw; every value uniform between its two ends."""

    highpass_hz: tuple[float, float] = (50.0, 350.0)
    """Where the low end begins to fall, at 24 dB an octave."""
    lowpass_hz: tuple[float, float] = (3300.0, 3950.0)
    """Where the high end ends, at 96 dB an octave."""
    tilt_db: tuple[float, float] = (-6.0, 6.0)
    """Level at 3.4 kHz against 300 Hz: the handset's colour."""
    snr_db: tuple[float, float] = (3.0, 35.0)
    """Speech to background noise."""
    noisy: float = 0.75
    """Share of the lines with background noise."""
    companding_snr_db: tuple[float, float] = (33.0, 40.0)
    """Speech to quantisation noise."""
    cleaned: float = 0.0
    """Share of the clips whose recording noise is taken away first. The corpus was recorded at one gain, so that quiet
    moods lie nearer its noise floor: a model that hears the floor has learnt the volume after all."""
    reverberant: float = 0.0
    """Share of the clips spoken in an echoing room, 0.15 to 0.6 s of reverberation time."""
    stops_db: tuple[float, float] = (-70.0, -40.0)
    """How deep the stop bands are."""


TRAINING_LINES = LineRange(cleaned=0.7, reverberant=0.25)
"""Everything a telephone may do, and better lines too."""
EVALUATION_LINES = LineRange(highpass_hz=(200.0, 300.0), lowpass_hz=(3400.0, 3400.0), snr_db=(10.0, 20.0), noisy=1.0)
"""The telephone band with mu-law and noise 10 to 20 dB below the speech."""


class MelLine:
    """Sends mel power through randomly drawn telephone lines.

    Args:
        noises: Mel power of background noises, each float32 [frames, 100]; synthetic coloured noise is added to them.
        lines: The range of lines to draw from.
        seed: Makes the draws repeatable.
    """

    def __init__(self, noises: list[Floats], lines: LineRange, seed: int):
        self._noises = noises
        self._lines = lines
        self._random = np.random.default_rng(seed)
        self._octaves = np.log2(np.maximum(band_centres_hz(), 20.0))

    def send(self, power: Floats) -> Floats:
        """Simulate a line a clip.

        Args:
            power: Clean mel power, float32 [clips, frames, 100].

        Returns:
            Log-mel in dB below each clip's loudest cell, float32 [clips, frames, 100] in [-80, 0].
        """
        clips, frames, _ = power.shape
        power = self._echoed(self._cleaned(power))
        noisy = self._add(power, self._background(clips, frames) * self._noise_gain(power))
        heard = noisy * self._channel(clips)
        quantisation = self._quantisation(heard)
        return power_to_db(self._add(heard, quantisation))

    def _uniform(self, ends: tuple[float, float], clips: int) -> Floats:
        return self._random.uniform(*ends, size=(clips, 1, 1)).astype(np.float32)

    def _add(self, one: Floats, other: Floats) -> Floats:
        """Power of a sum of independent sounds: |a + b|² = |a|² + |b|² + 2|a||b|cos(phase)."""
        # A mel band averages a few bins, which narrows the cross term.
        cross = np.cos(self._random.uniform(0.0, 2.0 * np.pi, one.shape).astype(np.float32)) * np.float32(1.2)
        return np.maximum(one + other + cross * np.sqrt(one * other), _TINY)

    def _cleaned(self, power: Floats) -> Floats:
        """Spectral subtraction of each clip's own floor, to a floor drawn anew."""
        clips = len(power)
        chosen = self._random.uniform(size=(clips, 1, 1)) < self._lines.cleaned
        if not chosen.any():
            return power
        floor = np.partition(power, power.shape[1] // 10, axis=1)[:, power.shape[1] // 10, None]
        taken = self._uniform((2.0, 6.0), clips) * floor
        left = 10.0 ** (-self._uniform((3.0, 35.0), clips) / 10.0) * floor
        return np.where(chosen, np.maximum(power - taken, left), power).astype(np.float32)

    def _echoed(self, power: Floats) -> Floats:
        """A tail behind every sound: its power falls by 60 dB in the reverberation time."""
        clips, frames, _ = power.shape
        chosen = self._random.uniform(size=(clips, 1, 1)) < self._lines.reverberant
        if not chosen.any():
            return power
        keep = (10.0 ** (-6.0 / (self._uniform((0.15, 0.6), clips)[:, 0] * FRAMES_PER_SECOND))).astype(np.float32)
        share = 10.0 ** (-self._uniform((3.0, 15.0), clips)[:, 0] / 10.0) * (1.0 - keep)
        tail, heard = np.zeros_like(power[:, 0]), power.copy()
        for frame in range(frames):
            heard[:, frame] += tail
            tail = np.asarray(keep * tail + share * power[:, frame], dtype=np.float32)
        return np.where(chosen, heard, power).astype(np.float32)

    def _background(self, clips: int, frames: int) -> Floats:
        """Background noise of unit loudness, float32 [clips, frames, 100]."""
        made = np.empty((clips, frames, band_centres_hz().size), dtype=np.float32)
        for clip in range(clips):
            choice = self._random.integers(len(self._noises) + 2)
            if choice < len(self._noises):
                noise = self._noises[choice]
                start = self._random.integers(len(noise))
                made[clip] = np.take(noise, np.arange(start, start + frames), axis=0, mode="wrap")
            else:
                slope = self._random.uniform(-2.0, 0.3) * (self._octaves - self._octaves[50])
                grain = self._random.gamma(2.0, 0.5, size=(frames, slope.size))
                made[clip] = grain * 2.0**slope
        return np.asarray(made / np.maximum(_loudness(made), _TINY) + _TINY, dtype=np.float32)

    def _noise_gain(self, power: Floats) -> Floats:
        """Gain that brings background noise of unit level to the drawn ratio, float32 [clips, 1, 1]."""
        clips = len(power)
        snr = 10.0 ** (-self._uniform(self._lines.snr_db, clips) / 10.0)
        on = self._random.uniform(size=(clips, 1, 1)) < self._lines.noisy
        return (_loudness(power) * snr * on).astype(np.float32)

    def _channel(self, clips: int) -> Floats:
        """Power gain of the line by band, float32 [clips, 1, 100]."""
        lines, octaves = self._lines, self._octaves
        below = np.log2(self._uniform(lines.highpass_hz, clips)) - octaves
        above = octaves - np.log2(self._uniform(lines.lowpass_hz, clips))
        tilt = self._uniform(lines.tilt_db, clips) * (octaves - np.log2(300.0)) / np.log2(3400.0 / 300.0)
        gain = tilt - 24.0 * np.maximum(below, 0.0) - 96.0 * np.maximum(above, 0.0)
        gain = np.maximum(gain, self._uniform(lines.stops_db, clips))
        return (10.0 ** (gain / 10.0)).astype(np.float32)

    def _quantisation(self, heard: Floats) -> Floats:
        """White noise that follows the level of each frame, with an idle floor, float32 [clips, frames, 100]."""
        clips = len(heard)
        frame = (heard * band_widths_hz()).sum(axis=2, keepdims=True) / band_widths_hz().sum()
        idle = frame.mean(axis=1, keepdims=True) * np.float32(1e-3)
        ratio = 10.0 ** (-self._uniform(self._lines.companding_snr_db, clips) / 10.0)
        grain = self._random.gamma(2.0, 0.5, size=heard.shape).astype(np.float32)
        return np.asarray(np.maximum(frame, idle) * ratio * grain, dtype=np.float32)


def _loudness(power: Floats) -> Floats:
    """Mean power over time of the bands that a telephone carries, float32 [clips, 1, 1]."""
    centres, widths = band_centres_hz(), band_widths_hz()
    carried = np.where((centres > 250.0) & (centres < 3400.0), widths, 0.0).astype(np.float32)
    return np.asarray((power * carried).sum(axis=2, keepdims=True).mean(axis=1, keepdims=True), dtype=np.float32)
