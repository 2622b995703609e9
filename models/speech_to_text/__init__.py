"""Speech to text: Whisper on CTranslate2, one engine a process, shared by all calls."""

from models.speech_to_text.engine import WhisperEngine

__all__ = ["WhisperEngine"]
