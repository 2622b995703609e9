"""The models that all calls of a process share, as one call is given them."""

from collections.abc import Callable
from dataclasses import dataclass, field

from models.interfaces import EmotionModel, SpeechDetector, SpeechToText, TextEmotionModel, TurnModel
from voice.listening.end_of_turn import CompletionModel
from voice.listening.gate import CheapGate
from voice.speaking.speaker import Speaker

_BUSY_MS = 20.0
"""Mean wait of transcripts from which on the machine is busy."""


class EagerDelay:
    """How early a turn is transcribed after the caller's voice stops: at once while the transcriber is idle.

    Most silences of under 100 ms are within words; transcribing at them buys 40 ms of latency with work that is mostly
    withdrawn. That is free on an idle machine and ruinous on a busy one, so the silence grows with the queue's wait.
    """

    def __init__(self, *, least_ms: int = 60, most_ms: int = 180):
        """Vary the silence between the bounds."""
        self._least_ms = least_ms
        self._most_ms = most_ms
        self._wait_ms = 0.0

    @property
    def eager_silence_ms(self) -> int:
        """Silence from which on the turn so far is transcribed."""
        return int(min(self._most_ms, self._least_ms + 2.0 * self._wait_ms))

    @property
    def busy(self) -> bool:
        """Whether transcripts wait: then work that may be for nothing is put off until they are there."""
        return self._wait_ms > _BUSY_MS

    def waited(self, wait_ms: float) -> None:
        """A transcript waited this long in the queue; the last dozen count."""
        self._wait_ms += (wait_ms - self._wait_ms) / 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Engines:
    """Loaded once, owned by the service."""

    speech_to_text: SpeechToText
    detector: SpeechDetector
    cheap_gate: Callable[[], CheapGate]
    """Makes one call's cheap speech gate."""
    turn_model: TurnModel | None
    """None: words and silence alone decide when a turn is over."""
    speaker: Speaker
    eager_delay: EagerDelay = field(default_factory=EagerDelay)
    """Shared measure of how busy the transcriber is."""
    completion: CompletionModel | None = None
    """Weighs words, turn model and prosody; None: the policy does so by hand."""
    emotion: EmotionModel | None = None
    """How the caller's voice sounds; None: it is not judged."""
    text_emotion: TextEmotionModel | None = None
    """How the caller's words read; None: they are not judged."""
    software: str = ""
    """Version of Firstline and its models, for the log."""
