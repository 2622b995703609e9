"""The models that all calls of a process share, as one call is given them."""

from collections.abc import Callable
from dataclasses import dataclass

from models.interfaces import EmotionEstimate, EmotionModel, SpeechDetector, SpeechToText, TurnModel
from models.workers import ModelWorkers
from voice.listening.gate import CheapGate
from voice.speaking.speaker import Speaker


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
    workers: ModelWorkers
    """Threads for the small blocking models."""
    emotion: EmotionModel | None = None
    judge_words: Callable[[str], EmotionEstimate] | None = None
    """Blocking: how a text sounds."""
    software: str = ""
    """Version of Firstline and its models, for the log."""
