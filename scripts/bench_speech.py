"""Collects recorded human speech for the benchmarks: whole turns with the pauses that their speakers made.

Takes a folder laid out like ``shared/data/speech`` (``calls/``, ``prompts/``, ``digits/``; what is missing is left
out), or any folder of sound files, each of which is then one turn.
"""

import json
import random
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from simulator.clips import load_samples
from simulator.mulaw import encode_float, voiced_windows
from simulator.scenario import Part, Say, UtteranceKind

BUNDLED = Path(__file__).parents[1] / "scenarios" / "clips"
"""A few clips in the project, for machines without the data."""
SHARED = Path(__file__).parents[2] / "shared" / "data" / "speech"
"""The data set, where a checkout has it beside it."""

TURN_GAP_MS = 1500
"""In a recording without a table, a silence from which on the other side was speaking. Shorter ones are pauses."""
_MARGIN_MS = 120
_SOUNDS = (".wav", ".flac")


NAMES = {("car_repair_caller", 52), ("car_repair_caller", 59)}
"""Recording and second of the turns that answer "may I have your last name?"."""


class Asked(StrEnum):
    """What the line has asked before the turn."""

    ANYTHING = "anything"
    NUMBER = "number"
    """Four digits."""
    NAME = "name"


class Source(StrEnum):
    """Where a turn comes from."""

    CALL = "call"
    """A caller on a real call, pauses included."""
    PROMPT = "prompt"
    """A whole sentence of a professional speaker."""
    DIGITS = "digits"
    """Four digits of one speaker, with gaps as people make them."""
    FILE = "file"
    """A sound file of the given folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One turn of a caller."""

    name: str
    """For the report."""
    source: Source
    """Where it comes from."""
    say: Say
    """What the simulated caller does."""
    asked: Asked = Asked.ANYTHING
    """What the line has to ask before it."""


def speech_folder(given: Path | None) -> Path:
    """The folder to use: the given one, the data set where it is, or the bundled clips."""
    return given or (SHARED if SHARED.is_dir() else BUNDLED)


def collect(folder: Path, *, prompts: int = 32, digits: int = 20, seed: int = 7) -> list[Turn]:
    """Turns of all kinds, in a fixed order for a seed.

    Args:
        folder: See the module's docstring.
        prompts: Sentences to take at most.
        digits: Digit strings to take at most.
        seed: Chooses sentences, digits and gaps.
    """
    turns = [*_calls(folder / "calls"), *_prompts(folder / "prompts", prompts, seed)]
    turns += _digit_strings(folder / "digits", digits, seed)
    return turns or [_file_turn(path) for path in sorted(folder.iterdir()) if path.suffix in _SOUNDS]


def interruptions(folder: Path) -> list[Turn]:
    """Sentences that callers interrupt with: real turns of one to four seconds."""
    return [turn for turn in collect(folder, digits=0) if 900 <= _length_ms(turn.say) <= 4500]


def disturbances(folder: Path) -> list[Turn]:
    """Sounds that must not stop the bot: acknowledgements of real calls, keyboards, barking, babies, babble."""
    found = [
        _clip(folder / "calls" / "car_repair_caller.flac", 52_000, 52_420, "caller says sure"),
        _clip(folder / "calls" / "car_repair_caller.flac", 212_800, 213_250, "caller says okay"),
        _clip(folder / "calls" / "car_repair_agent.flac", 240_100, 240_700, "agent says wonderful"),
    ]
    noises = ("dog_bark", "keyboard-typing", "keyboard-typing2", "baby_crying", "people_talking", "crowded-room",
              "office-ambience", "car_horn", "ringing_phone", "siren")  # fmt: skip
    found += [_clip(folder / "noise" / f"{name}.flac", 500, 2300, name, gain_db=-12) for name in noises]
    return [turn for turn in found if turn.say.parts[0].file and turn.say.parts[0].file.is_file()]


def _clip(path: Path, start_ms: int, end_ms: int, name: str, *, gain_db: float = 0.0) -> Turn:
    part = Part(file=path, start_ms=start_ms, end_ms=end_ms)
    return Turn(
        name=name,
        source=Source.FILE,
        say=Say(parts=(part,), kind=UtteranceKind.BACKCHANNEL, gain_db=gain_db, expect_reply=False),
    )


def _length_ms(say: Say) -> int:
    return sum(part.pause_ms or part.end_ms - part.start_ms for part in say.parts)


def _file_turn(path: Path) -> Turn:
    length_ms = len(load_samples(path)) // 8
    return Turn(name=path.stem, source=Source.FILE, say=Say(parts=(Part(file=path, end_ms=length_ms),)))


def _calls(folder: Path) -> list[Turn]:
    """Turns of callers: from recordings with a table of who spoke when, else split at the other side's turns."""
    turns = []
    for path in sorted(folder.glob("*_caller.flac")):
        table = folder / path.name.replace("_caller.flac", "_turns.json")
        spans = _spans_of_table(table) if table.is_file() else _spans_by_silence(path)
        turns += _spoken(path, spans)
    return turns


def _spoken(path: Path, spans: list[tuple[int, int]]) -> list[Turn]:
    return [
        Turn(
            name=f"{path.stem} {start / 1000:.1f} s",
            source=Source.CALL,
            say=Say(parts=(Part(file=path, start_ms=max(0, start - _MARGIN_MS), end_ms=end + _MARGIN_MS),)),
            asked=Asked.NAME if (path.stem, start // 1000) in NAMES else Asked.ANYTHING,
        )
        for start, end in spans
        if end - start >= 300
    ]


def _spans_of_table(table: Path) -> list[tuple[int, int]]:
    """Turns of the caller, ms: everything between two turns of the agent, with all its pauses."""
    segments = next(iter(json.loads(table.read_text()).values()))
    events = sorted(
        [(start, end, "caller") for start, end in segments["caller"]]
        + [(start, end, "agent") for start, end in segments["agent"]]
    )
    spans: list[tuple[int, int]] = []
    last = ""
    for start, end, who in events:
        if who == "caller" and last == "caller":
            spans[-1] = (spans[-1][0], int(end * 1000))
        elif who == "caller":
            spans.append((int(start * 1000), int(end * 1000)))
        last = who
    return spans


def _spans_by_silence(path: Path) -> list[tuple[int, int]]:
    """Stretches of speech, ms, between silences of `TURN_GAP_MS` and more."""
    voiced = voiced_windows(encode_float(load_samples(path)))
    spans: list[tuple[int, int]] = []
    for window in voiced.nonzero()[0]:
        at_ms = int(window) * 10
        if spans and at_ms - spans[-1][1] < TURN_GAP_MS:
            spans[-1] = (spans[-1][0], at_ms + 10)
        else:
            spans.append((at_ms, at_ms + 10))
    return [(start, end) for start, end in spans if end - start <= 25_000]


def _prompts(folder: Path, at_most: int, seed: int) -> list[Turn]:
    """Single whole sentences of four words and more: what a prompt says in two is two turns with a pause between."""
    table = folder / "transcripts.json"
    if not table.is_file():
        return []
    texts: dict[str, str] = json.loads(table.read_text())
    whole = [name for name, text in sorted(texts.items()) if _is_one_sentence(text.strip())]
    random.Random(seed).shuffle(whole)
    return [
        Turn(
            name=f"{name}: {texts[name][:40]}",
            source=Source.PROMPT,
            say=Say(parts=(Part(file=folder / name, end_ms=len(load_samples(folder / name)) // 8),)),
        )
        for name in whole[:at_most]
    ]


def _is_one_sentence(text: str) -> bool:
    return (
        4 <= len(text.split()) <= 25
        and text[-1] in ".!?"
        and not set(".!?") & set(text[:-1])
        and not text.startswith(("[", "<", "("))
    )


def _digit_strings(folder: Path, at_most: int, seed: int) -> list[Turn]:
    """Four digits each, all of one speaker; names are ``<digit>_<speaker>_<n>``."""
    speakers: dict[str, dict[str, list[Path]]] = {}
    for path in sorted(folder.glob("*.flac")):
        digit, speaker, _ = path.stem.split("_")
        speakers.setdefault(speaker, {}).setdefault(digit, []).append(path)
    chance = random.Random(seed)
    turns = []
    for number in range(at_most if speakers else 0):
        speaker = sorted(speakers)[number % len(speakers)]
        digits = [chance.choice(sorted(speakers[speaker])) for _ in range(4)]
        parts: list[Part] = []
        for digit in digits:
            if parts:
                parts.append(Part(pause_ms=chance.choice((40, 80, 120, 180, 260, 400))))
            parts.append(Part(file=chance.choice(speakers[speaker][digit])))
        name, say = f"{speaker} says {''.join(digits)}", Say(parts=tuple(parts))
        turns.append(Turn(name=name, source=Source.DIGITS, say=say, asked=Asked.NUMBER))
    return turns
