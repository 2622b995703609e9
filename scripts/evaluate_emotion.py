"""Measure the voice emotion model on speakers it never heard: what it recognises, how honest it is, how fast."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import soundfile
import typer
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from models.audio import resample
from models.emotion import EMOTIONS
from models.emotion.corpus import (
    TEST_NOISES,
    Corpus,
    load_corpus,
    load_mel_power,
    merge_votes,
    split_by_speaker,
)
from models.emotion.features import Floats
from models.emotion.metrics import area_under_curve, balanced_recall, calibration_error, interval
from models.emotion.telephone import EVALUATION_LINES, MelLine
from models.emotion.voice import SPEECH_NEEDED, VoiceEmotion
from models.interfaces import TELEPHONE_RATE, Audio, Emotion, Role, SpokenAudio
from models.speech_detection import CHUNK_SAMPLES, SileroDetector
from scripts.emotion_waveform import invert, load_noise_sounds, through_telephone

UTTERANCE_NEEDED_S = 0.5
"""Speech the detector must find in a window for it to count as an utterance."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the model said, row by row; clips it would not judge are left out of everything but ``judged``."""

    shares: Floats
    """Calibrated probabilities [n, 4]."""
    arousal: Floats
    """[n]."""
    rows: NDArray[np.int64]
    """Clip of every row."""
    judged: float
    """Share of the clips it judged."""


def over_mel(model: VoiceEmotion, corpus: Corpus, line: MelLine) -> Answers:
    """Every clip through a simulated line, in the mel domain."""
    said = [model.infer(line.send(corpus.power(row)[None])) for row in range(len(corpus))]
    kept = np.flatnonzero([float(speech[0]) >= SPEECH_NEEDED for _, _, speech in said])
    shares = np.stack([said[row][0][0] for row in kept])
    arousal = np.array([float(said[row][1][0]) for row in kept], dtype=np.float32)
    return Answers(shares, arousal, kept, len(kept) / len(corpus))


def over_sound(model: VoiceEmotion, corpus: Corpus, noises: list[Audio], snr_db: tuple[float, float] | None) -> Answers:
    """Every clip turned into sound, through a real band-pass, noise and mu-law, into the public ``estimate``."""
    random = np.random.default_rng(3)
    shares, arousal, kept = [], [], []
    for row in range(len(corpus)):
        speech = invert(corpus.power(row))
        noise = noises[random.integers(len(noises))]
        behind = np.take(noise, np.arange(speech.size) + random.integers(noise.size), mode="wrap")
        sent = through_telephone(speech, behind if snr_db else None, random.uniform(*(snr_db or (0.0, 0.0))))
        estimate = model.estimate(SpokenAudio(Role.CALLER, sent))
        if estimate.enough_evidence:
            shares.append([estimate.probabilities[emotion] for emotion in EMOTIONS])
            arousal.append(estimate.arousal)
            kept.append(row)
    return Answers(np.array(shares), np.array(arousal), np.array(kept), len(kept) / len(corpus))


def measures(answers: Answers, corpus: Corpus) -> dict[str, Any]:
    """All measures with 95 % intervals over speakers.

    ``all`` takes the answer most listeners gave as the truth for every clip; ``majority`` only clips on which more than
    half of the listeners agree (four emotions, disgust counted as neutral).
    """
    votes = merge_votes(corpus.votes)[answers.rows]
    clear = votes.max(axis=1) > 0.5
    report: dict[str, Any] = {"clips": len(corpus), "judged": round(answers.judged, 4)}
    for name, chosen in (("majority", clear), ("all", np.ones_like(clear))):
        report[name] = _on(answers.shares[chosen], votes[chosen], corpus.speaker[answers.rows][chosen])
    truth = corpus.arousal[answers.rows]
    report["arousal_correlation"] = round(float(np.corrcoef(answers.arousal, truth)[0, 1]), 4)
    return report


def _on(shares: Floats, votes: Floats, speakers: NDArray[np.int64]) -> dict[str, Any]:
    truth, guess = votes.argmax(axis=1), shares.argmax(axis=1)
    angry = truth == EMOTIONS.index(Emotion.ANGER)
    right = (truth == guess).astype(np.float64)

    def with_interval(measure: Callable[[NDArray[np.int64]], float]) -> dict[str, float]:
        low, high = interval(measure, speakers, draws=500)
        return {"value": round(measure(np.arange(len(truth))), 4), "low": round(low, 4), "high": round(high, 4)}

    return {
        "clips": len(truth),
        "anger_auc": with_interval(lambda rows: area_under_curve(shares[rows, 0], angry[rows])),
        "uar": with_interval(lambda rows: balanced_recall(guess[rows], truth[rows])),
        "calibration_error": with_interval(lambda rows: calibration_error(shares[rows].max(axis=1), right[rows])),
        "anger_calibration_error": with_interval(
            lambda rows: calibration_error(shares[rows, 0], angry[rows].astype(np.float64))
        ),
        "class_calibration_error": {
            e.value: round(calibration_error(shares[:, i], (truth == i).astype(np.float64)), 4)
            for i, e in enumerate(EMOTIONS)
        },
        "recall": {e.value: round(float((guess[truth == i] == i).mean()), 4) for i, e in enumerate(EMOTIONS)},
        "precision": {e.value: round(float((truth[guess == i] == i).mean()), 4) for i, e in enumerate(EMOTIONS)},
    }


def calm_elsewhere(model: VoiceEmotion, speech: Path, noises: list[Audio]) -> dict[str, dict[str, float]]:
    """What the model says of calm speech from other microphones: prompts and readings that it never heard.

    Nobody is angry there, so every angry answer is false. Emotion corpora alone never show this.
    """
    random = np.random.default_rng(4)
    paths = [*sorted((speech / "prompts").glob("*.flac")), *sorted((speech / "prompts").glob("*.wav"))]
    paths += [speech / "readers" / f"{name}.flac" for name in ("jfk", "beckett", "two_cities")]
    report = {}
    for name, snr in (("no noise", None), ("10 to 20 dB", EVALUATION_LINES.snr_db)):
        shares, asked = [], 0
        for path in paths:
            samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
            spoken = resample(samples.mean(axis=1), rate, TELEPHONE_RATE)
            for start in range(0, min(spoken.size - 2 * TELEPHONE_RATE, 40 * TELEPHONE_RATE), 4 * TELEPHONE_RATE):
                part = spoken[start : start + 4 * TELEPHONE_RATE]
                behind = np.resize(noises[random.integers(len(noises))], part.size) if snr else None
                sent = through_telephone(part, behind, random.uniform(*snr) if snr else 0.0)
                estimate = model.estimate(SpokenAudio(Role.CALLER, sent))
                asked += 1
                if estimate.enough_evidence:
                    shares.append([estimate.probabilities[emotion] for emotion in EMOTIONS])
        table = np.array(shares)
        report[name] = {
            "windows": float(asked),
            "judged": round(len(table) / asked, 4),
            "mean_anger": round(float(table[:, 0].mean()), 4),
            "called_angry": round(float((table.argmax(axis=1) == 0).mean()), 4),
            "called_neutral": round(float((table.argmax(axis=1) == 3).mean()), 4),
        }
    return report


def noise_alone(model: VoiceEmotion, noises: list[Audio]) -> dict[str, float]:
    """Share of 4 s windows of noise and music, never heard in training, that get a label; each is wrong.

    ``alone`` is the model by itself. In a call it is asked about utterances only, which the speech detector has found
    first: ``after detection`` leaves out windows in which that one hears less than half a second of speech.
    """
    length, alone, detected, asked = 4 * TELEPHONE_RATE, 0, 0, 0
    detector = SileroDetector()
    for noise in noises:
        for start in range(0, max(1, noise.size - length), length):
            part = through_telephone(noise[start : start + length], None, 0.0)
            labelled = model.estimate(SpokenAudio(Role.CALLER, part)).enough_evidence
            alone += labelled
            detected += labelled and _speech_found_s(detector, part) >= UTTERANCE_NEEDED_S
            asked += 1
    return {"windows": float(asked), "alone": round(alone / asked, 4), "after detection": round(detected / asked, 4)}


def _speech_found_s(detector: SileroDetector, audio: Audio) -> float:
    """How long the speech detector hears speech, s."""
    stream, step = detector.stream(), CHUNK_SAMPLES
    found = sum(stream.push(audio[start : start + step]) >= 0.5 for start in range(0, audio.size - step + 1, step))
    return found * step / TELEPHONE_RATE


def latency(model: VoiceEmotion, seconds: float = 4.0, runs: int = 300) -> dict[str, float]:
    """Wall time of the public ``estimate`` on one thread, ms, from audio to answer."""
    random = np.random.default_rng(0)
    swell = 0.05 * (1.1 + np.sin(np.arange(int(seconds * TELEPHONE_RATE)) / TELEPHONE_RATE * 20.0))
    samples = (swell * random.standard_normal(swell.size)).astype(np.float32)
    audio = SpokenAudio(Role.CALLER, samples)
    for _ in range(20):
        model.estimate(audio)
    wall, own = [], []
    for _ in range(runs):
        began, used = time.perf_counter(), time.thread_time()
        model.estimate(audio)
        wall.append((time.perf_counter() - began) * 1e3)
        own.append((time.thread_time() - used) * 1e3)
    report = {f"p{p}_ms": round(float(np.percentile(wall, p)), 2) for p in (50, 95, 99)}
    return report | {f"cpu_p{p}_ms": round(float(np.percentile(own, p)), 2) for p in (50, 99)}


def main(
    data: Annotated[Path, typer.Option(help="Folder with emotion/ and speech/noise/.")] = Path("../shared/data"),
    weights: Annotated[Path | None, typer.Option(help="The model to measure; the registered one by default.")] = None,
    json_out: Annotated[Path | None, typer.Option("--json", help="Write all measures to this file.")] = None,
    sound_clips: Annotated[int, typer.Option(help="Clips to turn into sound for the whole path at most.")] = 2000,
) -> None:
    """Evaluate on the held-out speakers, through telephones and noises that training never met."""
    model = VoiceEmotion(weights)
    test = split_by_speaker(load_corpus(data / "emotion")).test
    folder = data / "speech" / "noise"
    mel_noises = [noise for name, noise in load_mel_power(folder).items() if name in TEST_NOISES]
    conditions = {"telephone": EVALUATION_LINES, "no noise": replace(EVALUATION_LINES, noisy=0.0)}
    for snr in (20.0, 10.0, 5.0):
        conditions[f"{snr:.0f} dB"] = replace(EVALUATION_LINES, snr_db=(snr, snr))
    conditions["floor removed"] = replace(EVALUATION_LINES, cleaned=1.0)
    report: dict[str, Any] = {"speakers": len(np.unique(test.speaker)), "conditions": {}}
    for name, lines in conditions.items():
        report["conditions"][name] = measures(over_mel(model, test, MelLine(mel_noises, lines, seed=11)), test)
    if sound_clips:
        some = test.sample(sound_clips)
        heard = over_sound(model, some, load_noise_sounds(folder, TEST_NOISES), EVALUATION_LINES.snr_db)
        report["conditions"]["telephone, as sound"] = measures(heard, some)
    speechless = tuple(name for name in TEST_NOISES if name != "people_talking")
    report["calm_elsewhere"] = calm_elsewhere(model, data / "speech", load_noise_sounds(folder, TEST_NOISES))
    report["noise_alone_labelled"] = noise_alone(model, load_noise_sounds(folder, speechless))
    report["latency_4s"] = latency(model)
    _show(report)
    if json_out is not None:
        json_out.write_text(json.dumps(report, indent=2) + "\n")


def _show(report: dict[str, Any]) -> None:
    table = Table(title=f"Voice emotion, {report['speakers']} held-out speakers, 95 % intervals over speakers")
    for heading in ("condition", "truth", "clips", "judged", "anger AUC", "UAR", "calibration error", "of anger"):
        table.add_column(heading)
    for name, condition in report["conditions"].items():
        for truth in ("majority", "all"):
            found = condition[truth]
            cells = [
                f"{found[key]['value']:.3f} ({found[key]['low']:.3f} to {found[key]['high']:.3f})"
                for key in ("anger_auc", "uar", "calibration_error", "anger_calibration_error")
            ]
            table.add_row(name, truth, str(found["clips"]), f"{condition['judged']:.1%}", *cells)
    console = Console(width=150)
    console.print(table)
    console.print(f"calm speech from elsewhere: {report['calm_elsewhere']}")
    console.print(f"share of noise and music that gets a label: {report['noise_alone_labelled']}")
    console.print(f"latency of 4 s on one thread: {report['latency_4s']}")


if __name__ == "__main__":
    typer.run(main)
