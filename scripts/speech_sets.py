"""Speech sets for judging a transcriber: clips with truth, telephone conditions, and a fair text normaliser."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from models.audio import mulaw_round_trip, resample
from models.interfaces import TELEPHONE_RATE, Audio

CONDITIONS: dict[str, float | None] = {"clean": None, "20dB": 20.0, "10dB": 10.0, "5dB": 5.0}
"""Signal-to-noise ratio of each condition, dB; None adds no noise."""
_BACKGROUNDS = (
    "crowded-room",
    "city-ambience",
    "office-ambience",
    "people_talking",
    "engine_idling",
    "keyboard-typing",
)
_NAMES = (
    "smith garcia chen novak okafor brown weber rossi kim jones silva patel mueller dubois larsen haddad walker "
    "schmidt murphy tanaka costa evans fischer quinn vazquez baker young zhang price hudson"
).split()
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
_DIGIT_WORDS = {word: str(value) for value, word in enumerate(_ONES[:10])} | {
    "oh": "0",
    "o": "0",
    "to": "2",
    "for": "4",
}
_ORDINALS = {"1st": "first", "2nd": "second", "3rd": "third"}
_SPELLINGS = {"dialled": "dialed", "cancelled": "canceled", "ok": "okay", "voice mail": "voicemail", "login": "log in"}
_LETTER_NAMES = {
    "ay": "a", "bee": "b", "be": "b", "cee": "c", "see": "c", "sea": "c", "dee": "d", "ee": "e", "eff": "f", "gee": "g",
    "aitch": "h", "eye": "i", "jay": "j", "kay": "k", "el": "l", "em": "m", "en": "n", "oh": "o", "pee": "p",
    "cue": "q", "queue": "q", "are": "r", "ar": "r", "ess": "s", "tee": "t", "tea": "t", "you": "u", "vee": "v",
    "ex": "x",
    "why": "y", "zee": "z", "zed": "z",
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """One utterance with its truth."""

    name: str
    """File, or what it was put together from."""
    audio: Audio
    """float32 [n], 8 kHz, as recorded."""
    truth: str
    """What is said: words, a string of digits, or letters."""


def load(path: Path) -> Audio:
    """Read a clip as float32 [n] at 8 kHz, stereo mixed down."""
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return resample(samples.mean(axis=1), rate, TELEPHONE_RATE)


def prompts(data: Path) -> list[Clip]:
    """Telephone prompts with their transcripts; tones and silences are left out."""
    folder = data / "prompts"
    truths = json.loads((folder / "transcripts.json").read_text(encoding="utf-8"))
    spoken = {name: text for name, text in sorted(truths.items()) if not re.search(r"[\[\](<>*#]", text)}
    clips = [Clip(name, load(folder / name), text) for name, text in spoken.items() if words_of(text)]
    return [clip for clip in clips if clip.audio.size < 25 * TELEPHONE_RATE]


def digits(data: Path, count: int = 80) -> list[Clip]:
    """Strings of 4 to 10 digits of one speaker each, with the pauses people make between and within groups."""
    rng = np.random.default_rng(20)
    files = sorted((data / "digits").glob("*_*_*.flac"))
    speakers = sorted({file.stem.split("_")[1] for file in files})
    clips = []
    for number in range(count):
        speaker = speakers[number % len(speakers)]
        string = "".join(str(digit) for digit in rng.integers(0, 10, size=int(rng.integers(4, 11))))
        takes = [_any([f for f in files if f.stem.startswith(f"{digit}_{speaker}_")], rng) for digit in string]
        clips.append(Clip(f"{speaker}:{string}", _in_groups([load(take) for take in takes], rng), string))
    return clips


def letters(data: Path, count: int = 60) -> list[Clip]:
    """Names spelled letter by letter."""
    rng = np.random.default_rng(21)
    takes: dict[str, list[Path]] = {}
    for file in sorted((data / "letters").glob("?_*.flac")):
        takes.setdefault(file.stem[0], []).append(file)
    names = [name for name in _NAMES if all(letter in takes for letter in name)]
    clips = []
    for number in range(count):
        name = names[number % len(names)]
        sounds = [_trimmed(load(_any(takes[letter], rng))) for letter in name]
        clips.append(Clip(f"{number}:{name}", _in_groups(sounds, rng, group=99), name))
    return clips


SETS = {"prompts": prompts, "digits": digits, "letters": letters}


def noise_segments(data: Path, minutes: float = 10.0) -> list[Clip]:
    """Noise and hold music, alone and mixed, 0.6 to 8 s long at many levels; nobody speaks in them to the line."""
    rng = np.random.default_rng(22)
    sounds = {file.stem: load(file) for file in sorted((data / "noise").glob("*.flac"))}
    clips, total = [], 0.0
    while total < minutes * 60:
        one, other = rng.choice(list(sounds), 2)
        length = int(rng.choice([0.6, 1.0, 2.0, 3.0, 5.0, 8.0]) * TELEPHONE_RATE)
        mixed = _cut(sounds[one], length, rng)
        if rng.random() < 0.4:
            mixed = mixed + _cut(sounds[other], length, rng) * np.float32(rng.uniform(0.2, 1.0))
        level = 10 ** rng.uniform(-1.0, 0.5)
        clips.append(Clip(f"{one}+{other}", np.clip(mixed * level, -1, 1).astype(np.float32), ""))
        total += length / TELEPHONE_RATE
    return clips


def telephone(clip: Clip, data: Path, snr_db: float | None) -> Audio:
    """The clip at -23 dBFS over background noise at ``snr_db``, through μ-law, between 300 ms of line each side."""
    rng = np.random.default_rng(sum(clip.name.encode()))
    pause = np.zeros(int(0.3 * TELEPHONE_RATE), dtype=np.float32)
    level = np.sqrt(np.mean(clip.audio**2)) + 1e-9
    speech = np.concatenate([pause, clip.audio * np.float32(10 ** (-23 / 20) / level), pause])
    if snr_db is not None:
        background = load(data / "noise" / f"{rng.choice(_BACKGROUNDS)}.flac")
        noise = _cut(background, speech.size, rng)
        noise *= 10 ** ((-23 - snr_db) / 20) / (np.sqrt(np.mean(noise**2)) + 1e-9)
        speech = speech + noise
    return mulaw_round_trip(np.clip(speech, -1, 1).astype(np.float32))


def words_of(text: str) -> str:
    """Text for word error rate: case, punctuation, hyphens and written numbers made equal."""
    plain = re.sub(r"[^a-z0-9']+", " ", text.lower().replace("’", "'"))
    plain = " ".join(_ORDINALS.get(word, word) for word in plain.split())
    plain = re.sub(r"(?<=\d)(?=[a-z])|(?<=[a-z])(?=\d)", " ", plain)
    plain = re.sub(r"\d+", lambda found: f" {_number_in_words(found.group())} ", plain)
    for spelling, ours in _SPELLINGS.items():
        plain = re.sub(rf"\b{spelling}\b", ours, plain)
    return " ".join(word.strip("'") for word in plain.split() if word.strip("'"))


def digits_of(text: str) -> str:
    """Only the digits of a text, whether written or spoken, "double" and "triple" written out."""
    words = re.findall(r"\d|[a-z]+", text.lower())
    found, times = "", 1
    for word in words:
        digit = word if word.isdigit() else _DIGIT_WORDS.get(word, "")
        found += digit * times
        times = {"double": 2, "triple": 3}.get(word, 1)
    return found


def letters_of(text: str) -> str:
    """Only the letters of a spelling; letter names ("tee", "zed") count as their letter."""
    found = ""
    for word in re.findall(r"[a-z]+", re.sub(r"'s\b|\.", " ", text.lower())):
        found += _LETTER_NAMES.get(word, word)
    return found


def _number_in_words(number: str) -> str:
    """Cardinal words up to 9999 without "and"; other strings, and those with a leading zero, digit by digit."""
    value = int(number)
    if len(number) > 4 or (len(number) > 1 and number[0] == "0"):
        return " ".join(_ONES[int(digit)] for digit in number)
    parts = []
    for size, name in ((1000, "thousand"), (100, "hundred")):
        if value >= size:
            parts += [_ONES[value // size], name]
            value %= size
    if value >= 20:
        parts.append(_TENS[value // 10])
        value %= 10
    return " ".join([*parts, _ONES[value]] if value or not parts else parts)


def _in_groups(sounds: list[Audio], rng: np.random.Generator, group: int = 4) -> Audio:
    pieces: list[Audio] = []
    for number, sound in enumerate(sounds):
        pause_s = rng.uniform(0.3, 0.45) if number and number % group == 0 else rng.uniform(0.05, 0.18)
        level = np.sqrt(np.mean(sound**2)) + 1e-9
        pieces += [np.zeros(int(pause_s * TELEPHONE_RATE) if number else 0, dtype=np.float32), sound * (0.1 / level)]
    return np.concatenate(pieces).astype(np.float32)


def _any(files: list[Path], rng: np.random.Generator) -> Path:
    return files[int(rng.integers(len(files)))]


def _trimmed(sound: Audio) -> Audio:
    """The loud part of a clip with 40 ms around it."""
    energy = np.sqrt(np.convolve(sound**2, np.ones(160) / 160, mode="same"))
    loud = np.flatnonzero(energy > 0.08 * energy.max())
    return sound[max(0, loud[0] - 320) : loud[-1] + 320]


def _cut(sound: Audio, length: int, rng: np.random.Generator) -> Audio:
    """A random stretch of ``sound``, repeated where it is too short."""
    whole = np.tile(sound, -(-length // sound.size) + 1)
    start = int(rng.integers(0, whole.size - length))
    return whole[start : start + length].copy()
