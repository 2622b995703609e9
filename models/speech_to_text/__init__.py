"""Speech to text: Whisper on CTranslate2, one engine a process, shared by all calls."""

from models.speech_to_text.engine import WhisperEngine
from models.transcription_hints import DIGITS_HINT, LETTERS_HINT

__all__ = ["DIGITS_HINT", "LETTERS_HINT", "WhisperEngine"]
