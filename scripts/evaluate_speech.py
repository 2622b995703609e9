"""Judge the transcriber: word error rate, exact digits and letters, compute, batching, and silence on noise.

    python -m scripts.evaluate_speech prompts digits letters noise --data DIR --json OUT

Beside it runs faster-whisper with its defaults (30 s padding, five beams) on the same weights, clips and machine, turn
by turn. Compute is processor time of the whole process, which other work on the machine disturbs least.
"""

import asyncio
import json
import platform
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jiwer
import numpy as np
import typer
from faster_whisper import WhisperModel
from rich.console import Console
from rich.progress import track
from rich.table import Table

from languages import DEFAULT, load
from models import registry
from models.audio import mulaw_round_trip, resample
from models.interfaces import TELEPHONE_RATE, Audio
from models.settings import SpeechToTextSettings
from models.speech_to_text import WhisperEngine
from scripts import speech_sets
from scripts.speech_sets import CONDITIONS, Clip

console = Console(width=120)
Heard = dict[str, Any]
_HINTS = {"digits": load(DEFAULT).hints.digits, "letters": load(DEFAULT).hints.letters}
_READ: dict[str, Callable[[str], str]] = {"digits": speech_sets.digits_of, "letters": speech_sets.letters_of}


class Stopwatch:
    """Wall and processor milliseconds since it was made."""

    def __init__(self) -> None:
        self._wall, self._processor = time.perf_counter(), time.process_time()

    def read(self) -> tuple[float, float]:
        """Wall and processor time so far, ms."""
        return (time.perf_counter() - self._wall) * 1e3, (time.process_time() - self._processor) * 1e3


async def ours(engine: WhisperEngine, audio: Audio, hotwords: tuple[str, ...] = ()) -> Heard:
    """One clip through the engine."""
    watch = Stopwatch()
    heard = await engine.transcribe(audio, hotwords=hotwords)
    wall, processor = watch.read()
    return {"text": heard.text, "confidence": round(heard.confidence, 3), "wall_ms": wall, "processor_ms": processor}


def theirs(model: WhisperModel, audio: Audio) -> Heard:
    """One clip through faster-whisper as it comes."""
    watch = Stopwatch()
    segments, _ = model.transcribe(resample(audio, TELEPHONE_RATE, 16000), language="en")
    text = " ".join(segment.text.strip() for segment in segments)
    wall, processor = watch.read()
    return {"text": text, "wall_ms": wall, "processor_ms": processor}


def errors(name: str, pairs: list[tuple[str, str]]) -> dict[str, float]:
    """Error rates, per cent: words for a set of sentences, exact strings and characters for digits and letters."""
    read = _READ.get(name)
    if read is None:
        truths, texts = zip(*[(speech_sets.words_of(a), speech_sets.words_of(b)) for a, b in pairs], strict=True)
        return {"wer": round(100 * jiwer.wer(list(truths), list(texts)), 2)}
    found = [(truth, read(text)) for truth, text in pairs]
    exact = float(np.mean([truth == text for truth, text in found]))
    cer = jiwer.cer([truth for truth, _ in found], [text or " " for _, text in found])
    return {"exact": round(100 * exact, 1), "cer": round(100 * cer, 2)}


async def judge(
    name: str, clips: list[Clip], data: Path, engine: WhisperEngine, peer: WhisperModel | None
) -> dict[str, Any]:
    """All conditions of one set; the clips of ours and of the peer take turns."""
    result: dict[str, Any] = {"clips": len(clips), "conditions": {}, "turns": []}
    for condition, snr_db in CONDITIONS.items():
        heard: dict[str, list[Heard]] = {"ours": [], "hinted": [], "peer": []}
        seconds = 0.0
        for clip in track(clips, f"{name}, {condition}", console=console, transient=True):
            audio = speech_sets.telephone(clip, data, snr_db)
            seconds += audio.size / TELEPHONE_RATE
            heard["ours"].append(await ours(engine, audio))
            if name in _HINTS:
                heard["hinted"].append(await ours(engine, audio, _HINTS[name]))
            if peer is not None:
                heard["peer"].append(await asyncio.to_thread(theirs, peer, audio))
        row: dict[str, Any] = {
            who: errors(name, [(c.truth, h["text"]) for c, h in zip(clips, turns, strict=True)]) | _cost(turns, seconds)
            for who, turns in heard.items()
            if turns
        }
        if peer is not None:
            row["compute_ratio"] = round(row["ours"]["compute_per_s"] / row["peer"]["compute_per_s"], 3)
        result["conditions"][condition] = row
        for who, turns in heard.items():
            result["turns"] += [
                {"set": name, "condition": condition, "who": who, "clip": c.name, "truth": c.truth, **h}
                for c, h in zip(clips, turns, strict=False)
            ]
    return result


def _cost(turns: list[Heard], seconds: float) -> dict[str, float]:
    walls = [turn["wall_ms"] for turn in turns]
    return {
        "compute_per_s": round(sum(turn["processor_ms"] for turn in turns) / 1e3 / seconds, 4),
        "p50_ms": round(float(np.median(walls)), 1),
        "p95_ms": round(float(np.percentile(walls, 95)), 1),
    }


async def judge_noise(data: Path, engine: WhisperEngine, minutes: float) -> dict[str, Any]:
    """Minutes of noise and hold music, which must give nothing."""
    clips = speech_sets.noise_segments(data, minutes)
    made_up = []
    for clip in track(clips, "noise", console=console, transient=True):
        heard = await ours(engine, mulaw_round_trip(clip.audio))
        if heard["text"]:
            made_up.append({"clip": clip.name, "text": heard["text"], "seconds": clip.audio.size / TELEPHONE_RATE})
    seconds = sum(clip.audio.size for clip in clips) / TELEPHONE_RATE
    return {"segments": len(clips), "minutes": round(seconds / 60, 2), "made_up": made_up}


async def judge_batching(data: Path, engine: WhisperEngine, at_once: int = 8) -> dict[str, float]:
    """Cost of utterances of several calls at the same time against one by one."""
    clips = [clip for clip in speech_sets.prompts(data) if 1.0 < clip.audio.size / TELEPHONE_RATE < 4.0][:64]
    audios = [speech_sets.telephone(clip, data, None) for clip in clips]
    alone = together = alone_wall = together_wall = 0.0
    for start in track(range(0, len(audios), at_once), "batching", console=console, transient=True):
        group = audios[start : start + at_once]
        watch = Stopwatch()
        for audio in group:
            await engine.transcribe(audio)
        wall, processor = watch.read()
        alone, alone_wall = alone + processor, alone_wall + wall
        watch = Stopwatch()
        await asyncio.gather(*(engine.transcribe(audio, session_id=str(n)) for n, audio in enumerate(group)))
        wall, processor = watch.read()
        together, together_wall = together + processor, together_wall + wall
    return {
        "at_once": at_once,
        "utterances": len(audios),
        "compute_ratio": round(together / alone, 3),
        "wall_ratio": round(together_wall / alone_wall, 3),
    }


def show(report: dict[str, Any]) -> None:
    """Print the report as a table."""
    table = Table("set", "condition", "who", "WER %", "exact %", "CER %", "compute s/s", "p50 ms", "p95 ms", "ratio")
    for name, judged in report["sets"].items():
        for condition, row in judged["conditions"].items():
            for who in ("ours", "hinted", "peer"):
                if who not in row:
                    continue
                cells = [row[who].get(key, "") for key in ("wer", "exact", "cer", "compute_per_s", "p50_ms", "p95_ms")]
                ratio = row.get("compute_ratio", "") if who == "ours" else ""
                table.add_row(name, condition, who, *map(str, cells), str(ratio))
    console.print(table)
    console.print_json(data={key: report["summary"].get(key) for key in ("batching", "noise", "compute_ratio")})


async def evaluate(
    sets: list[str], data: Path, limit: int, settings: SpeechToTextSettings, with_peer: bool, minutes: float
) -> dict[str, Any]:
    """Run every wanted set and sum up."""
    engine = WhisperEngine(settings)
    await engine.warm_up()
    peer = None
    if with_peer:
        folder = str(registry.locate(settings.model))
        peer = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=settings.intra_threads)
    report: dict[str, Any] = {"sets": {}, "settings": settings.model_dump(), "machine": platform.platform()}
    summary: dict[str, Any] = {}
    for name in [name for name in sets if name in speech_sets.SETS]:
        clips = speech_sets.SETS[name](data)
        clips = clips[:: max(1, len(clips) // limit)][:limit] if limit else clips
        report["sets"][name] = await judge(name, clips, data, engine, peer)
        summary[name] = report["sets"][name]["conditions"]
    ratios = [row["compute_ratio"] for judged in summary.values() for row in judged.values() if "compute_ratio" in row]
    summary["compute_ratio"] = round(float(np.mean(ratios)), 3) if ratios else None
    if "batching" in sets:
        summary["batching"] = await judge_batching(data, engine)
    if "noise" in sets:
        summary["noise"] = await judge_noise(data, engine, minutes)
    await engine.close()
    return report | {"summary": summary}


def main(
    sets: list[str] = typer.Argument(None, help="prompts, digits, letters, batching, noise; all when none is named."),
    data: Path = typer.Option(
        Path("../shared/data/speech"), "--data", help="Folder with prompts, digits, letters, noise."
    ),
    out: Path = typer.Option(None, "--json", help="Write everything measured here."),
    limit: int = typer.Option(0, help="Most clips a set; 0 for all."),
    threads: int = typer.Option(2, help="CPU threads of both engines."),
    peer: bool = typer.Option(True, help="Run faster-whisper's defaults beside it."),
    minutes: float = typer.Option(10.0, help="Minutes of noise."),
) -> None:
    """Judge the transcriber on telephone speech and on noise."""
    wanted = sets or [*speech_sets.SETS, "batching", "noise"]
    unknown = set(wanted) - {*speech_sets.SETS, "batching", "noise"}
    if unknown:
        raise typer.BadParameter(f"no such set: {', '.join(sorted(unknown))}")
    if not data.is_dir():
        raise typer.BadParameter(f"{data} is no folder; name the folder of speech sets with --data")
    settings = SpeechToTextSettings(intra_threads=threads, inter_threads=1, batch_size=8, deadline_s=120)
    report = asyncio.run(evaluate(wanted, data, limit, settings, peer, minutes))
    show(report)
    if out is not None:
        out.write_text(json.dumps(report, indent=1, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
