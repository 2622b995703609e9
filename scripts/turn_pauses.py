"""Recordings cut into turns, and every pause in them with what the product's own ears make of it at that moment.

Shared by the training and the evaluation of end-of-turn detection. A *hold* is a pause inside a turn, an *end* is the
one after it (the terms of LiveKit's eot-bench). Both are found by the product's speech gate, on audio that has been
through μ-law.
"""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile

from dialogue.expectation import AnswerKind, Expectation
from models.audio import mulaw_encode, mulaw_round_trip, resample
from models.interfaces import TELEPHONE_RATE, Audio
from models.speech_detection import SileroDetector, WebRtcGate
from models.turn_words import ends_sentence
from voice.listening.gate import GateFrame, SpeechGate

LEAD_IN_MS = 200
"""Audio before the first voiced sample that the models get, as in a call."""
SHORTEST_PAUSE_MS = 100
LONGEST_HOLD_MS = 5000
_ROOM_MS = 2500
"""Silence put after a turn, so that its end is a pause too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One turn of one speaker, as audio."""

    name: str
    """Set and clip."""
    speaker: str
    """Recording or reader: what may not be both trained and tested on."""
    audio: Audio
    """float32 [n], 8 kHz, silence at the end."""
    expectation: Expectation = field(default_factory=Expectation)
    """What it answers."""
    end_counts: bool = True
    """Whether the last pause is surely an end; a reader's clip may have been cut anywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """One pause of a turn, and the models' evidence for it."""

    turn: str
    speaker: str
    expectation: Expectation
    is_end: bool
    """The speaker has finished; otherwise a hold."""
    start_ms: int
    """First voiced sample of the turn, ms into the clip."""
    at_ms: int
    """Last voiced sample before the pause."""
    length_ms: int
    """Until the voice comes back; of an end, until the clip is over."""
    text: str
    """Transcript of the turn so far."""
    confidence: float
    turn_probability: float
    """Smart Turn's."""
    fall: tuple[float, ...] = ()
    """How level and pitch fall at the end: see `models.turn_evidence.prosody`."""


def load(path: Path) -> Audio:
    """A recording as the telephone carries it: mono, 8 kHz, through μ-law."""
    audio, rate = soundfile.read(path, dtype="float32")
    if audio.ndim == 2:
        audio = audio.mean(axis=1)
    return mulaw_round_trip(resample(np.ascontiguousarray(audio), rate, TELEPHONE_RATE))


def room(ms: int, seed: int = 0) -> Audio:
    """The hush of a line."""
    return np.random.default_rng(seed).normal(0, 3e-4, ms * 8).astype(np.float32)


def frames_of(audio: Audio, detector: SileroDetector) -> list[GateFrame]:
    """What the product's gate makes of a whole clip."""
    return SpeechGate(detector.stream(), WebRtcGate()).push(mulaw_encode(audio))


def voiced_stretches(frames: list[GateFrame], *, shortest_ms: int = 50) -> list[tuple[int, int]]:
    """Start and end, ms, of stretches of voice between pauses; clicks are left out."""
    stretches: list[list[int]] = []
    for frame in frames:
        if frame.voiced_from_ms is None or frame.voiced_to_ms is None:
            continue
        if stretches and frame.voiced_from_ms - stretches[-1][1] < SHORTEST_PAUSE_MS:
            stretches[-1][1] = frame.voiced_to_ms
        else:
            stretches.append([frame.voiced_from_ms, frame.voiced_to_ms])
    return [(start, end) for start, end in stretches if end - start >= shortest_ms]


def turns(data: Path, *, seed: int = 0) -> Iterator[Turn]:
    """All turns that the data folder holds or that can be put together from it."""
    speech = data / "speech"
    yield from _caller_turns(speech / "calls")
    yield from _one_sided(speech / "calls" / "bank_agent.flac")
    for name in ("gb_narrowband_1", "us_narrowband_2"):
        yield _clip(speech / "calls" / f"{name}.flac", f"calls/{name}", name)
    for path in sorted((speech / "readers").glob("*.flac")):
        yield _clip(path, f"readers/{path.stem}", path.stem, end_counts=False)
    for path in sorted((speech / "prompts").glob("*.flac")):
        yield _clip(path, f"prompts/{path.stem}", "prompts")
    yield from _numbers(speech / "digits", random.Random(seed))
    yield from _spellings(speech / "letters", random.Random(seed))


def _clip(path: Path, name: str, speaker: str, *, end_counts: bool = True) -> Turn:
    return Turn(
        name=name,
        speaker=speaker,
        audio=np.concatenate((room(300), load(path), room(_ROOM_MS))),
        end_counts=end_counts,
    )


def _caller_turns(calls: Path) -> Iterator[Turn]:
    """The caller's turns of the two-channel call: a turn is over when the agent speaks next."""
    segments = json.loads((calls / "car_repair_turns.json").read_text())["40"]
    marked = sorted([(s, e, who) for who in ("caller", "agent") for s, e in segments[who]])
    audio = load(calls / "car_repair_caller.flac")
    group: list[tuple[float, float]] = []
    for start, end, who in [*marked, (audio.size / TELEPHONE_RATE, 0.0, "agent")]:
        if who == "caller":
            group.append((start, end))
        elif group:
            first, last = max(0, int((group[0][0] - 0.4) * 8000)), int((group[-1][1] + 0.4) * 8000)
            clip = np.concatenate((audio[first:last], room(_ROOM_MS)))
            yield Turn(name=f"calls/car_repair_caller@{group[0][0]:.1f}", speaker="car_repair_caller", audio=clip)
            group = []


def _one_sided(path: Path, *, gap_s: float = 2.0) -> Iterator[Turn]:
    """One side of a call: after a long gap the other side has spoken."""
    audio = load(path)
    stretches = voiced_stretches(frames_of(audio, SileroDetector()))
    group: list[tuple[int, int]] = []
    for stretch in [*stretches, (10**9, 10**9)]:
        if group and stretch[0] - group[-1][1] > gap_s * 1000:
            first, last = max(0, group[0][0] - 400) * 8, (group[-1][1] + 400) * 8
            clip = np.concatenate((audio[first:last], room(_ROOM_MS)))
            yield Turn(name=f"calls/{path.stem}@{group[0][0] / 1000:.1f}", speaker=path.stem, audio=clip)
            group = []
        group.append(stretch)


def _numbers(folder: Path, rng: random.Random, *, count: int = 120) -> Iterator[Turn]:
    """Order numbers of four to eight digits, said in groups with pauses between them."""
    clips: dict[str, list[Path]] = {}
    for path in sorted(folder.glob("*.flac")):
        clips.setdefault(path.stem.split("_")[1], []).append(path)
    for index in range(count):
        speaker = rng.choice(sorted(clips))
        length = rng.randint(4, 8)
        parts = [room(300)]
        for position in range(length):
            parts.append(load(rng.choice(clips[speaker])))
            breath = rng.random() < 0.3 and position + 1 < length
            parts.append(room(rng.randint(300, 1500) if breath else rng.randint(20, 120)))
        expectation = rng.choice(
            [Expectation(kind=AnswerKind.DIGITS, min_length=length, max_length=length), Expectation()]
        )
        audio = np.concatenate((*parts, room(_ROOM_MS)))
        yield Turn(name=f"digits/{speaker}_{index}", speaker=f"digits_{speaker}", audio=audio, expectation=expectation)


def _spellings(folder: Path, rng: random.Random, *, count: int = 30) -> Iterator[Turn]:
    """Names spelled letter by letter."""
    paths = [path for path in sorted(folder.glob("*.flac")) if path.stem[0].isalpha()]
    for index in range(count):
        parts = [room(300)]
        for _ in range(rng.randint(3, 8)):
            clip = load(rng.choice(paths))
            loud = np.flatnonzero(np.abs(clip) > 0.05 * np.abs(clip).max())
            parts += [clip[loud[0] : loud[-1]], room(rng.randint(80, 700))]
        audio = np.concatenate((*parts, room(_ROOM_MS)))
        expectation = Expectation(kind=AnswerKind.NAME)
        yield Turn(name=f"letters/{index}", speaker="letters", audio=audio, expectation=expectation)


Transcribe = Callable[[Audio], tuple[str, float]]
"""float32 [n] at 8 kHz to text and confidence."""
Judge = Callable[[Audio], float]
"""float32 [n] at 8 kHz to the probability that the turn is complete."""
Melody = Callable[[Audio], tuple[float, ...]]
"""float32 [n] at 8 kHz to the fall of level and pitch."""


def pauses(
    turn: Turn, detector: SileroDetector, transcribe: Transcribe, judge: Judge, prosody: Melody, *, tail_ms: int
) -> list[Pause]:
    """Every pause of a turn with the evidence that a call would have ``tail_ms`` into it."""
    stretches = voiced_stretches(frames_of(turn.audio, detector))
    found = []
    for index, (_, end) in enumerate(stretches):
        is_end = index + 1 == len(stretches)
        length = len(turn.audio) // 8 - end if is_end else stretches[index + 1][0] - end
        start = stretches[0][0]
        heard = turn.audio[max(0, start - LEAD_IN_MS) * 8 : (end + tail_ms) * 8]
        text, confidence = transcribe(heard)
        if is_end and not turn.end_counts and not ends_sentence(text):
            continue
        if not is_end and length > LONGEST_HOLD_MS:
            continue
        found.append(
            Pause(
                turn=turn.name,
                speaker=turn.speaker,
                expectation=turn.expectation,
                is_end=is_end,
                start_ms=start,
                at_ms=end,
                length_ms=length,
                text=text,
                confidence=confidence,
                turn_probability=judge(heard),
                fall=prosody(heard[: len(heard) - tail_ms * 8]),
            )
        )
    return found
