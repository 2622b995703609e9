"""CREMA-D as mel images with the votes of listeners who heard only the voice; for training and evaluation."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.audio import resample
from models.emotion import EMOTIONS
from models.emotion.features import DYNAMIC_RANGE_DB, FRAMES_PER_SECOND, Floats, mel_power
from models.interfaces import TELEPHONE_RATE, Emotion

VOTES = ("anger", "disgust", "fear", "happy", "neutral", "sad")
"""What a listener could say, in the order of all vote arrays."""
TEST_NOISES = ("people_talking", "city-ambience", "keyboard-typing2", "hold_music", "siren")
"""Noises that training never hears; the others are never heard in evaluation."""
EMOTION_OF_VOTE = {
    "anger": Emotion.ANGER,
    "disgust": Emotion.NEUTRAL,
    "fear": Emotion.DISTRESS,
    "happy": Emotion.JOY,
    "neutral": Emotion.NEUTRAL,
    "sad": Emotion.DISTRESS,
}
"""Where a vote counts.

Disgust goes to neutral: listeners hear most acted disgust as neutral, and counted as anger it would call contempt a
reason to escalate. The network itself keeps the six answers apart; only the four are promised to others.
"""

_AROUSAL_OF_VOTE = np.array([0.90, 0.45, 0.75, 0.70, 0.20, 0.25], dtype=np.float32)
_AROUSAL_OF_LEVEL = {"HI": 0.10, "MD": 0.0, "LO": -0.10, "XX": 0.0}
_ACTED = ("ANG", "DIS", "FEA", "HAP", "NEU", "SAD")


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Clips with their labels; every array has one row a clip."""

    db: NDArray[np.uint8]
    """Log-mel [clips, 188, 100]; ``dB = value / 255 * 80 - 80``."""
    frames: NDArray[np.int64]
    """Frames before the digital silence that fills short clips."""
    speaker: NDArray[np.int64]
    """Who speaks."""
    votes: Floats
    """Share of the listeners by answer, float32 [clips, 6], rows sum to 1."""
    arousal: Floats
    """0 to 1, derived: mean of the place on the circumplex of every answer, moved by the acted level."""
    acted: NDArray[np.int64]
    """What the actor meant, index in the order of ``VOTES``."""

    def __len__(self) -> int:
        return len(self.frames)

    def pick(self, rows: NDArray[np.bool_]) -> "Corpus":
        """The clips where ``rows`` is true."""
        return Corpus(**{name: getattr(self, name)[rows] for name in self.__slots__})

    def sample(self, clips: int, seed: int = 0) -> "Corpus":
        """At most so many clips, drawn at random, repeatably."""
        rows = np.zeros(len(self), dtype=bool)
        rows[np.random.default_rng(seed).permutation(len(self))[:clips]] = True
        return self.pick(rows)

    def power(self, row: int) -> Floats:
        """Mel power of one clip relative to its loudest cell, without its padding, float32 [frames, 100]."""
        return to_power(self.db[row, : self.frames[row]])


def to_power(db: NDArray[np.uint8]) -> Floats:
    """Undo the 8-bit decibels, float32 of the same shape in [1e-8, 1]."""
    table = 10.0 ** ((np.arange(256) / 255.0 * DYNAMIC_RANGE_DB - DYNAMIC_RANGE_DB) / 10.0)
    return table.astype(np.float32)[db]


def merge_votes(votes: Floats) -> Floats:
    """Six answers into the four emotions, float32 [clips, 4] in the order of ``EMOTIONS``."""
    merged = np.zeros((len(votes), len(EMOTIONS)), dtype=np.float32)
    for index, vote in enumerate(VOTES):
        merged[:, EMOTIONS.index(EMOTION_OF_VOTE[vote])] += votes[:, index]
    return merged


def load_corpus(folder: Path) -> Corpus:
    """Read ``cremad_logmel.npz`` and ``cremad_labels.csv`` from the folder.

    Raises:
        FileNotFoundError: One of the two is missing.
    """
    with np.load(folder / "cremad_logmel.npz") as stored:
        images, clips = stored["log_mel"], stored["clip"]
    with (folder / "cremad_labels.csv").open(newline="") as file:
        rows = {row["clip"]: row for row in csv.DictReader(file)}
    kept = np.array([clip in rows and bool(rows[clip]["duration_s"]) for clip in clips])
    labels = [rows[clip] for clip in clips[kept]]
    counts = np.array([[float(row[f"votes_{vote}"]) for vote in VOTES] for row in labels], dtype=np.float32)
    votes = counts / counts.sum(axis=1, keepdims=True)
    level = np.array([_AROUSAL_OF_LEVEL[row["level"]] for row in labels], dtype=np.float32)
    seconds = np.array([float(row["duration_s"]) for row in labels])
    return Corpus(
        db=np.ascontiguousarray(images[kept].transpose(0, 2, 1)),
        frames=np.minimum(1 + (seconds * FRAMES_PER_SECOND).astype(np.int64), images.shape[2]),
        speaker=np.array([int(row["speaker"]) for row in labels]),
        votes=votes,
        arousal=np.clip(votes @ _AROUSAL_OF_VOTE + level, 0.0, 1.0),
        acted=np.array([_ACTED.index(row["acted"]) for row in labels]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Speakers apart: nobody is in two parts."""

    train: Corpus
    """What the weights learn from."""
    validation: Corpus
    """What the epoch, the calibration and the thresholds are chosen on."""
    test: Corpus
    """What the claims are measured on."""


def split_by_speaker(corpus: Corpus, *, validation: int = 9, test: int = 15, seed: int = 2026) -> Split:
    """Part the speakers at random, repeatably."""
    speakers = np.random.default_rng(seed).permutation(np.unique(corpus.speaker))
    held_out, chosen_on = speakers[:test], speakers[test : test + validation]
    learnt = speakers[test + validation :]
    train, judged, tested = (corpus.pick(np.isin(corpus.speaker, part)) for part in (learnt, chosen_on, held_out))
    return Split(train=train, validation=judged, test=tested)


def load_mel_power(folder: Path, pattern: str = "*.flac") -> dict[str, Floats]:
    """Mel power of every recording in the folder, at the telephone's rate, each float32 [frames, 100]."""
    import soundfile

    powers: dict[str, Floats] = {}
    for path in sorted(folder.glob(pattern)):
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
        powers[path.stem] = mel_power(resample(samples.mean(axis=1), rate, TELEPHONE_RATE))
    return powers
