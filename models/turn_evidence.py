"""A small calibrated model of whether a turn is complete, from the words, the turn model and the prosody of the end.

Two steps, both a few microseconds to a fraction of a millisecond in numpy. The *words* step is a hashed linear model of
the last words: trained on many thousands of customers' sentences against their own beginnings, it knows that "I'd like
to return" goes on and "where is my order" does not. The *evidence* step is a logistic regression over that score, the
turn model's, the transcriber's punctuation, lengths, and the fall of pitch and level before the pause; trained on the
pauses of real recordings. The policy on top knows what was asked.
"""

from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelError
from models.interfaces import SAMPLES_PER_MS, TELEPHONE_RATE, Audio
from models.registry import locate
from models.turn_words import UNFINISHED, Trailing, TurnWords, ends_sentence

NAME = "turn-evidence"
"""Name in the model registry."""
TEXT_BUCKETS = 1 << 15
"""Size of the hashed table of word features."""
_EDGE = 6.0
"""Log-odds beyond which a probability says nothing more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnCues:
    """What is known about a turn at a pause."""

    text: str
    """Transcript so far."""
    confidence: float
    """The transcriber's."""
    turn_probability: float | None
    """The turn model's; None when it was not asked."""
    speech_ms: int
    """From the first to the last voiced sample."""
    pauses: int = 0
    """Earlier pauses of the same turn after which the speaker went on."""
    prosody: tuple[float, ...] = ()
    """Of `prosody`; empty when the audio is not at hand."""


def text_features(text: str, language: TurnWords) -> NDArray[np.int64]:
    """Buckets of a text's last words, first words and length, int64 [m]."""
    words = language.words_of(text)
    if not words:
        return np.zeros(0, dtype=np.int64)
    padded = ["<", "<", "<", *words]
    one, two, three = padded[-1], " ".join(padded[-2:]), " ".join(padded[-3:])
    length = min(len(words), 12)
    names = [
        f"1 {one}",
        f"2 {two}",
        f"3 {three}",
        f"l {length}",
        f"l1 {min(length, 5)} {one}",
        f"f {words[0]} {min(length, 6)}",
        f"f2 {' '.join(words[:2])} {min(length, 6)}",
        f"b {padded[-2]}",
        f"s2 {padded[-2]} {one[-3:]}",
        f"e {one[-3:]}",
    ]
    return np.array([crc32(name.encode()) % TEXT_BUCKETS for name in names], dtype=np.int64)


PROSODY_MS = 2000
"""Speech that `prosody` looks at."""
PROSODY = ("level_fall_db", "pitch_fall_semitones", "pitch_low_semitones", "last_stretch_s", "voicing")
"""Names of what `prosody` returns."""
_FRAME = 240
_HOP = 80
_LAGS = np.arange(20, 115)
"""Pitch periods looked at, samples at 8 kHz: 70 to 400 Hz."""


def prosody(audio: Audio) -> tuple[float, ...]:
    """How level and pitch fall towards the end of a turn.

    Args:
        audio: float32 [n], 8 kHz, ending with the last voiced sample; the last 2 s count.

    Returns:
        `PROSODY`: level of the last 150 ms against the stretch (dB), pitch of the last 300 ms against the second before
        it (semitones), the same against the lowest tenth of the stretch, the length of the last unbroken voiced piece
        (s), and the share of pitched frames in the last 300 ms. Zeros where there is nothing to measure.
    """
    audio = audio[-SAMPLES_PER_MS * PROSODY_MS :]
    if audio.shape[0] < 4 * _FRAME:
        return (0.0,) * len(PROSODY)
    frames = np.lib.stride_tricks.sliding_window_view(audio, _FRAME)[::_HOP]
    power = np.einsum("ij,ij->i", frames, frames) / _FRAME + 1e-10
    level = 10.0 * np.log10(power)
    pitch = _pitch(frames)
    voiced = (pitch > 0) & (level > level.max() - 30.0)
    semitones = 12.0 * np.log2(np.where(voiced, pitch, 1.0))
    late, early = voiced.copy(), voiced.copy()
    late[:-30] = False
    early[-30:] = False
    early[:-130] = False
    fall = low = 0.0
    if late.any() and early.any():
        ending = float(np.median(semitones[late][-8:]))
        fall = float(np.clip(ending - np.median(semitones[early]), -12.0, 12.0))
        low = float(np.clip(ending - np.quantile(semitones[voiced], 0.1), -12.0, 12.0))
    level_fall = float(level[-15:].mean() - np.quantile(level, 0.8))
    loud = np.flatnonzero(level < level.max() - 25.0)
    last_stretch = (len(level) - 1 - (loud[loud < len(level) - 8][-1] if (loud < len(level) - 8).any() else 0)) / 100.0
    return (level_fall, fall, low, last_stretch, float(voiced[-30:].mean()))


def _pitch(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    """Fundamental frequency in Hz of float32 [k, 240] frames by normalised autocorrelation; 0 where unvoiced."""
    size = 512
    spectrum = np.fft.rfft(frames - frames.mean(axis=1, keepdims=True), size, axis=1)
    correlation = np.fft.irfft(spectrum.real**2 + spectrum.imag**2, size, axis=1)[:, : _LAGS[-1] + 1]
    energy = np.maximum(correlation[:, :1], 1e-9)
    unbiased = correlation[:, _LAGS] / energy * (_FRAME / (_FRAME - _LAGS))
    best = unbiased.argmax(axis=1)
    strength = unbiased[np.arange(len(best)), best]
    pitch: NDArray[np.float32] = np.where(strength > 0.45, TELEPHONE_RATE / _LAGS[best], 0.0).astype(np.float32)
    return pitch


CUES = (
    "words", "voice", "voice_missing", "sentence", "unfinished", "open_word", "whole_and_sentence", "confidence",
    "log_words", "log_seconds", "pauses", "digit_share", "letters", "one_word", "words_x_voice", *PROSODY,
)  # fmt: skip
"""Names of the evidence step's inputs."""


class TurnEvidence:
    """The trained model."""

    def __init__(self, language: TurnWords, path: Path | None = None):
        """Load the registered weights, or those at ``path``.

        Args:
            language: The words of the language that the weights were trained on.
            path: Other weights than the registered ones.

        Raises:
            ModelError: ``model_missing``, ``model_hash_mismatch``, or ``model_version`` when the file does not fit this
                code.
        """
        self._language = language
        path = path or locate(NAME)
        if not path.is_file():
            raise ModelError("model_missing", f"{path.name} is missing; make it with scripts.train_turns.")
        with np.load(path) as stored:
            if tuple(stored["cues"]) != CUES or stored["text"].shape != (TEXT_BUCKETS,):
                raise ModelError("model_version", f"{path.name} was made for another version; train it again.")
            self._text = stored["text"].astype(np.float32)
            self._text_bias = float(stored["text_bias"])
            self._mean, self._scale = stored["mean"], stored["scale"]
            self._weights, self._bias = stored["weights"], float(stored["bias"])

    def words_log_odds(self, text: str) -> float:
        """Log-odds that these words are a whole sentence, by the words alone."""
        return words_log_odds(text, self._text, self._text_bias, self._language)

    def complete(self, cues: TurnCues) -> float:
        """Calibrated probability in [0, 1] that the turn is complete."""
        inputs = cue_vector(cues, self.words_log_odds(cues.text), self._language)
        if not cues.prosody:
            inputs[-len(PROSODY) :] = self._mean[-len(PROSODY) :]
        score = float(((inputs - self._mean) / self._scale) @ self._weights) + self._bias
        return 1.0 / (1.0 + float(np.exp(-np.clip(score, -30.0, 30.0))))


def words_log_odds(text: str, weights: NDArray[np.float32], bias: float, language: TurnWords) -> float:
    """Log-odds of the words step, within ±6."""
    last = text.rstrip(" .?!,").replace("?", ".").replace("!", ".").split(". ")[-1]
    return float(np.clip(weights[text_features(last, language)].sum() + bias, -_EDGE, _EDGE))


def cue_vector(cues: TurnCues, words: float, language: TurnWords) -> NDArray[np.float64]:
    """Inputs of the evidence step in the order of `CUES`, float64 [len(CUES)]."""
    said = language.words_of(cues.text)
    tail = language.trailing(cues.text)
    sentence = float(ends_sentence(cues.text))
    voice = 0.0
    if cues.turn_probability is not None:
        inside = min(max(cues.turn_probability, 1e-3), 1 - 1e-3)
        voice = float(np.log(inside / (1 - inside)))
    whole = float(tail is Trailing.WHOLE)
    values = [
        words,
        voice,
        float(cues.turn_probability is None),
        sentence,
        float(tail in UNFINISHED),
        float(tail is Trailing.OPEN_WORD),
        whole * sentence,
        cues.confidence,
        float(np.log1p(len(said))),
        float(np.log1p(cues.speech_ms / 1000.0)),
        float(min(cues.pauses, 4)),
        language.count_digits(cues.text) / (len(said) + 1.0),
        float(min(language.count_letters(cues.text), 3)),
        float(len(said) == 1),
        words * voice / 4.0,
        *(cues.prosody or (0.0,) * len(PROSODY)),
    ]
    return np.array(values, dtype=np.float64)
