"""Speech to text: Whisper on CTranslate2, one engine a process, shared by all calls."""

from models.speech_to_text.engine import WhisperEngine

DIGITS_HINT = ("My order number is 4 0 2 7 9 1.",)
"""Hand this as ``hotwords`` when the caller was asked for a number said digit by digit."""
LETTERS_HINT = ("It is spelled B R O W N.",)
"""Hand this as ``hotwords`` when the caller was asked to spell."""

__all__ = ["DIGITS_HINT", "LETTERS_HINT", "WhisperEngine"]
