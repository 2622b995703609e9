"""Tells a murmur of attention beneath the bot's speech from words that claim the floor."""

from dialogue.expectation import AnswerKind, Expectation
from languages import Language
from voice.listening.policy import is_yes_no

_MOST_WORDS = 4


def is_backchannel(
    text: str, language: Language, expectation: Expectation | None = None, *, near_end: bool = False
) -> bool:
    """Whether a sound beneath the bot's speech leaves the floor to the bot.

    Args:
        text: What was recognised; empty for a cough or noise.
        language: What is spoken.
        expectation: What the bot is about to ask for, or has just asked.
        near_end: Whether the bot's speech is nearly over, so that its question is already clear.
    """
    words, known = language.turns.words_of(text), language.backchannels
    if not words:
        return True
    joined = " ".join(words)
    kind = expectation.kind if expectation else AnswerKind.OPEN
    if kind is AnswerKind.YES_NO and is_yes_no(text, language) and (near_end or known.outright & set(words)):
        return False
    if near_end and kind is AnswerKind.CHOICE and expectation and any(c.lower() in joined for c in expectation.choices):
        return False
    if joined in known.noise:
        return True
    if len(words) > _MOST_WORDS or (len(words) == 1 and words[0] in known.none_alone):
        return False
    return all(word in known.murmurs for word in words)
