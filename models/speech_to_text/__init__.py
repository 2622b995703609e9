"""Speech to text, one for a process, shared by all calls: Whisper on CTranslate2, or any service of pipecat's."""

from typing import TYPE_CHECKING

from models.settings import SpeechToTextSettings
from models.speech_to_text.engine import WhisperEngine

if TYPE_CHECKING:
    from models.speech_to_text.pipecat_transcriber import PipecatTranscriber

__all__ = ["WhisperEngine", "make_transcriber"]


def make_transcriber(settings: SpeechToTextSettings) -> "WhisperEngine | PipecatTranscriber":
    """The transcriber that the settings name; blocking, a second for our own.

    Raises:
        ModelError: It cannot be made; the message says what to do.
    """
    if settings.engine == "whisper":
        return WhisperEngine(settings)
    from models.speech_to_text.pipecat_transcriber import PipecatTranscriber

    return PipecatTranscriber.from_path(settings.engine, settings)
