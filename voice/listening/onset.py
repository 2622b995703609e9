"""Judges the first moments of a sound beneath the bot's speech: someone takes the floor, or it is a hum or a cough."""

from dataclasses import dataclass
from enum import StrEnum

from voice.listening.gate import GateFrame


class Onset(StrEnum):
    """What a sound beneath the bot's speech looks like so far."""

    UNCLEAR = "unclear"
    """Too short, or like a murmur: hear more before the bot is silenced."""
    SPEECH = "speech"
    """Someone speaks to the bot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnsetSettings:
    """Where a murmur ends and speech begins."""

    least_probability: float = 0.7
    """Mean probability of speech."""
    quietest_db: float = -12.0
    """Mean level relative to the caller's usual loudness; what is softer is cross-talk or a murmur."""
    certain_probability: float = 0.9
    """Probability from which a frame as loud as the caller usually is tells speech, however softly it began."""
    hum_low_share: float = 0.993
    """Share of the energy below 700 Hz from which on a sound is a hum, as in "mm-hm"."""
    hiss_low_share: float = 0.05
    """Share of the energy below 700 Hz under which a sound is hiss, a click or a cough."""


class OnsetJudge:
    """Follows one sound from its first voiced frame."""

    def __init__(self, *, clear_ms: int, doubtful_ms: int, settings: OnsetSettings | None = None):
        """Begin a sound.

        Args:
            clear_ms: Voice that is enough when it looks like speech.
            doubtful_ms: Voice that is enough when it looked like a murmur at first.
            settings: What looks like speech.
        """
        self._clear_ms = clear_ms
        self._doubtful_ms = doubtful_ms
        self._settings = settings or OnsetSettings()
        self._voiced_ms = 0
        self._frames = 0
        self._probability = 0.0
        self._relative_db = 0.0
        self._low_share = 0.0
        self._certain = False

    def hear(self, frame: GateFrame) -> Onset:
        """Take in the next frame; returns the judgement so far."""
        if frame.voiced_from_ms is not None and frame.voiced_to_ms is not None:
            self._voiced_ms += frame.voiced_to_ms - frame.voiced_from_ms
            self._frames += 1
            self._probability += frame.probability
            self._relative_db += frame.relative_db
            self._low_share += frame.low_share
            self._certain = frame.probability >= self._settings.certain_probability and frame.relative_db >= 0
        return self.judge()

    @property
    def distant(self) -> bool:
        """Whether the sound is much softer than the caller usually is: someone else in the room."""
        return self._frames > 0 and self._relative_db / self._frames < self._settings.quietest_db

    def judge(self) -> Onset:
        """The judgement so far."""
        if self._frames == 0 or self._voiced_ms < self._clear_ms:
            return Onset.UNCLEAR
        settings = self._settings
        probability, level = self._probability / self._frames, self._relative_db / self._frames
        faint = probability < settings.least_probability or level < settings.quietest_db
        if faint and not self._certain:
            return Onset.UNCLEAR
        if self._voiced_ms >= self._doubtful_ms:
            return Onset.SPEECH
        spoken = settings.hiss_low_share <= self._low_share / self._frames <= settings.hum_low_share
        return Onset.SPEECH if spoken else Onset.UNCLEAR
