"""Tells a murmur of attention beneath the bot's speech from words that claim the floor."""

from dialogue.expectation import AnswerKind, Expectation
from models.turn_text import words_of
from voice.listening.policy import is_yes_no

_MURMURS = frozenset(
    word
    for row in (
        "mm mmm mhm mmhm hm hmm hmmm uh huh uhhuh uhuh um umm er erm ah aha oh ooh",
        "yeah yep yup ya yes okay ok kay right alright sure true exactly absolutely indeed",
        "cool great fine nice good perfect lovely interesting really wow",
        "see gotcha got it i all of course and so well thanks thank you",
    )
    for word in row.split()
)
"""Words of which a murmur may be made, alone or in a row: "yeah okay", "I see", "oh right", "got it"."""
_LONE_NO_MURMUR = frozenset(["i", "it", "and", "so", "well", "you", "all", "of", "thank", "thanks", "good", "see"])
"""Words that are no murmur when they stand alone."""
_HEARD_IN_NOISE = frozenset(["you", "thank you", "thanks", "bye", "the", "i", "a", "so", "oh", "thanks for watching"])
"""What Whisper likes to write for a cough or a click."""
_MOST_WORDS = 4


def is_backchannel(text: str, expectation: Expectation | None = None, *, near_end: bool = False) -> bool:
    """Whether a sound beneath the bot's speech leaves the floor to the bot.

    Args:
        text: What was recognised; empty for a cough or noise.
        expectation: What the bot is about to ask for, or has just asked.
        near_end: Whether the bot's speech is nearly over, so that its question is already clear.
    """
    words = words_of(text)
    if not words:
        return True
    joined = " ".join(words)
    kind = expectation.kind if expectation else AnswerKind.OPEN
    if kind is AnswerKind.YES_NO and is_yes_no(text) and (near_end or "yes" in words or "no" in words):
        return False
    if near_end and kind is AnswerKind.CHOICE and expectation and any(c.lower() in joined for c in expectation.choices):
        return False
    if joined in _HEARD_IN_NOISE:
        return True
    if len(words) > _MOST_WORDS or (len(words) == 1 and words[0] in _LONE_NO_MURMUR):
        return False
    return all(word in _MURMURS for word in words)
