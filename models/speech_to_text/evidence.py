"""Judges a decoded text: whether it repeats or runs away, and whether anything was said at all."""

import math
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

TOKENS_PER_S = 10.0
"""More text tokens a second of audio than anybody speaks; English runs at 3 to 5, digits at up to 7."""
TOKENS_FREE = 6
"""Tokens that even the shortest audio may have."""
WORDS_PER_S = 5.5
"""More words a second than anybody speaks."""
WORDS_FREE = 1.5
"""Words that even the shortest audio may have."""
ECHO_DIGIT_S = 0.3
"""Audio that each digit takes when digits are said one by one; faster ones that only repeat are the decoder's."""
ECHO_PAIR_DIGIT_S = 0.25
"""The same in a number that repeats two digits or more, which the decoder makes up less often."""
ECHO_FREE_S = 0.24
"""Audio around the digits."""
MAX_COMPRESSION = 2.4
"""Whisper's own threshold: text that zlib shrinks more than this repeats itself."""
LOW_LOGPROB = -1.0
"""Whisper's own threshold: mean log probability under which an attempt counts as failed."""

SURE_SILENCE = 0.78
"""No-speech probability above which nothing was said: single words reach 0.76, noise and music 0.8 to 0.9."""
LIKELY_SILENCE = 0.5
"""No-speech probability above which the text needs other evidence to be believed."""
DOUBT_NO_SPEECH = 0.25
"""No-speech probability from which the speech detector is asked."""
DOUBT_LOGPROB = -0.75
"""Mean log probability under which the speech detector is asked."""
LEAST_VOICE_MS = 128
"""Speech the detector must have found in a doubtful clip; the shortest single digit has about that much."""
_CONFIDENT_LOGPROB = -0.5
_IMPROBABLE_LOGPROB = -0.85
_ONE_WORD_S = 1.0
"""Clips shorter than this hold one word, whose probabilities are low even when it is right."""
_FROM_SUBTITLES = frozenset(
    (
        *("you", "thank you", "thanks", "thanks for watching", "thank you for watching", "please subscribe"),
        *(
            "bye",
            "bye bye",
            "oh",
            "okay",
            "so",
            "the",
            "a",
            "i",
            "the end",
            "i'm sorry",
            "music",
            "applause",
            "silence",
        ),
        *("blank audio", "subtitles by the amara org community"),
    )
)
"""What Whisper writes when nothing was said: the fillers of subtitles. Believed only with evidence of speech."""

_WORDS = re.compile(r"[a-z0-9']+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One decoding of one utterance."""

    text: str
    """The text, stripped."""
    tokens: tuple[int, ...]
    """Its text tokens."""
    avg_logprob: float
    """Mean log probability of the tokens, the end included."""
    no_speech: float
    """Probability the model gives to "no speech", in [0, 1]."""

    @property
    def confidence(self) -> float:
        """Mean token probability (geometric) in [0, 1]."""
        return math.exp(min(0.0, self.avg_logprob))


def most_tokens(seconds: float) -> int:
    """Most text tokens that so much audio can hold."""
    return TOKENS_FREE + int(seconds * TOKENS_PER_S)


def repeated_phrase(text: str) -> int:
    """Words of the longest phrase said at least three times in a row, or twice when it has four words; 0 if none."""
    words = _WORDS.findall(text.lower())
    for length in range(len(words) // 2, 0, -1):
        times = 2 if length >= 4 else 4 if length == 1 else 3
        for start in range(len(words) - length * times + 1):
            phrase = words[start : start + length]
            if all(word.isdigit() for word in phrase):
                continue
            if all(words[start + k * length : start + (k + 1) * length] == phrase for k in range(1, times)):
                return length
    return 0


def compression(text: str) -> float:
    """How many times smaller zlib makes the text."""
    encoded = text.encode()
    return len(encoded) / len(zlib.compress(encoded)) if encoded else 0.0


def ran_away(attempt: Attempt, seconds: float) -> bool:
    """Whether there is more text than fits into the time."""
    words = len(_WORDS.findall(attempt.text.lower()))
    return len(attempt.tokens) >= most_tokens(seconds) or words > WORDS_FREE + WORDS_PER_S * seconds


def went_wrong(attempt: Attempt, seconds: float) -> bool:
    """Whether the text repeats itself or runs away."""
    repeats = compression(attempt.text) > MAX_COMPRESSION or repeated_phrase(attempt.text) > 0
    return repeats or ran_away(attempt, seconds)


def needs_another(attempt: Attempt, seconds: float) -> bool:
    """Whether another attempt with more beams is worth its time."""
    return attempt.avg_logprob < LOW_LOGPROB or went_wrong(attempt, seconds)


def salvaged(attempt: Attempt, seconds: float) -> Attempt:
    """What can be kept of a text that went wrong in every attempt: repeats cut to one, and no more than fits.

    Its confidence is no more than that of a guess.
    """
    text = attempt.text
    while length := repeated_phrase(text):
        shorter = _once(text, length)
        if shorter == text:
            break
        text = shorter
    most = max(1, int(WORDS_FREE + WORDS_PER_S * seconds))
    return replace(attempt, text=" ".join(text.split()[:most]), avg_logprob=min(attempt.avg_logprob, LOW_LOGPROB))


def _once(text: str, length: int) -> str:
    """Cut the first immediate repeat of ``length`` words to one."""
    words = text.split()
    plain = ["".join(_WORDS.findall(word.lower())) for word in words]
    for start in range(len(words) - 2 * length + 1):
        end = start + length
        while plain[start : start + length] == plain[end : end + length]:
            del words[end : end + length], plain[end : end + length]
            if end + length > len(words):
                return " ".join(words)
    return " ".join(words)


def without_echo(attempt: Attempt, seconds: float) -> Attempt:
    """Cut digits that the decoder said again: "4 8 4 8" of less audio than anybody needs for four digits.

    Whisper, led to expect a number, fills one up: of single digits it repeats half, of one digit said twice nearly all,
    of pairs few. As many are kept as fit into the audio, for numbers do repeat themselves.
    """
    digits = re.findall(r"\d", attempt.text)
    if re.search(r"[^\W\d]", attempt.text):
        return attempt
    for period in range(1, len(digits) // 2 + 1):
        if digits[:period] * (len(digits) // period) != digits:
            continue
        one_s = ECHO_DIGIT_S if period == 1 else ECHO_PAIR_DIGIT_S
        fits = round((seconds - ECHO_FREE_S) / one_s, 6) // period
        kept = period * max(1, int(fits))
        return attempt if kept >= len(digits) else replace(attempt, text=" ".join(digits[:kept]))
    return attempt


def may_be_filled_up(attempt: Attempt, stretches: int) -> bool:
    """Whether a number ends in digits that may have been said once: more digits than stretches of sound.

    Who dictates slowly says a digit a stretch; Whisper repeats the last one into the silence after it.
    """
    digits = re.findall(r"\d", attempt.text)
    alone = not re.search(r"[^\W\d]", attempt.text)
    return alone and len(digits) > stretches > 1 and digits[-1] in digits[-3:-1]


def cut_to_stretches(attempt: Attempt, said: Sequence[str]) -> Attempt:
    """Cut the digits at the end that no stretch of sound has.

    Args:
        attempt: The number as it was decoded whole.
        said: What was decoded of each stretch by itself.
    """
    digits = re.findall(r"\d", attempt.text)
    apart = [re.findall(r"\d", text) for text in said]
    joined = [digit for each in apart for digit in each]
    # Nothing was decoded of a stretch: it has one digit, as the shortest has.
    there = sum(max(1, len(each)) for each in apart)
    repeated = any(
        all(digits[k] == digits[k - period] for k in range(there, len(digits))) for period in range(1, there)
    )
    if there < len(digits) and (repeated or digits[:there] == joined):
        return replace(attempt, text=" ".join(digits[:there]))
    return attempt


def is_doubtful(attempt: Attempt) -> bool:
    """Whether the speech detector should be asked before the text is believed."""
    return attempt.no_speech > DOUBT_NO_SPEECH or attempt.avg_logprob < DOUBT_LOGPROB or _is_filler(attempt.text)


def nothing_was_said(attempt: Attempt, seconds: float, voice_ms: float | None) -> bool:
    """Whether the text was made up out of silence, noise or music.

    Args:
        attempt: The decoding.
        seconds: Length of the audio.
        voice_ms: Speech that the speech detector found, ms; None when it was not asked.
    """
    if not _WORDS.search(attempt.text.lower()) and attempt.text.isascii():
        return True
    if voice_ms is not None and voice_ms < LEAST_VOICE_MS:
        return True
    if attempt.no_speech > SURE_SILENCE and attempt.avg_logprob < _CONFIDENT_LOGPROB:
        return True
    if attempt.no_speech <= LIKELY_SILENCE:
        return False
    one_word = seconds < _ONE_WORD_S and len(attempt.text.split()) == 1
    return (attempt.avg_logprob < _IMPROBABLE_LOGPROB and not one_word) or _is_filler(attempt.text)


def _is_filler(text: str) -> bool:
    return " ".join(_WORDS.findall(text.lower())) in _FROM_SUBTITLES
