"""Calibrate trained voice emotion networks on the validation speakers and write the ONNX file that runs."""

from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from numpy.typing import NDArray

from models.emotion import EMOTIONS
from models.emotion.corpus import TEST_NOISES, Corpus, load_corpus, merge_votes, split_by_speaker
from models.emotion.features import Floats, log_mel
from models.emotion.metrics import area_under_curve, balanced_recall, calibration_error
from models.emotion.telephone import EVALUATION_LINES, LineRange, MelLine
from models.emotion.voice import NAME, VoiceEmotion
from models.interfaces import Audio
from models.registry import WEIGHTS, write_entry
from scripts.emotion_net import EmotionNet, Ensemble, Heads, export, load_net
from scripts.emotion_waveform import invert, load_noise_sounds, through_telephone
from scripts.train_emotion import training_sounds

CALIBRATION_LINES = LineRange(
    highpass_hz=EVALUATION_LINES.highpass_hz,
    lowpass_hz=(3300.0, 3700.0),
    snr_db=(8.0, 25.0),
    noisy=0.9,
    cleaned=0.3,
)
"""Telephone lines as calls have them, from noisy to quiet."""


def load_nets(work: Path) -> list[EmotionNet]:
    """All trained networks of the work folder, in the order of their names.

    Raises:
        FileNotFoundError: There is none.
    """
    nets = [load_net(path) for path in sorted(work.glob("net-*.pt"))]
    if not nets:
        raise FileNotFoundError(f"No net-*.pt in {work}; run scripts.train_emotion first.")
    return nets


@torch.no_grad()
def _logs(nets: list[EmotionNet], db: Floats) -> Floats:
    """Uncalibrated log probabilities of the four emotions of one clip, float32 [4]; ``db`` is [1, frames, 100]."""
    votes = torch.stack([torch.log_softmax(net(torch.tensor(db))[0], dim=1) for net in nets]).mean(dim=0)
    return np.asarray(np.log(merge_votes(torch.softmax(votes, dim=1).numpy())[0] + 1e-6), dtype=np.float32)


def logs_over_mel(nets: list[EmotionNet], corpus: Corpus, line: MelLine) -> Floats:
    """Log probabilities [clips, 4] of clips sent through simulated lines."""
    return np.stack([_logs(nets, line.send(corpus.power(row)[None])) for row in range(len(corpus))])


def logs_over_sound(nets: list[EmotionNet], corpus: Corpus, noises: list[Audio]) -> Floats:
    """The same of clips turned into sound and sent through a real band-pass, noise and mu-law."""
    random = np.random.default_rng(13)
    rows = []
    for row in range(len(corpus)):
        speech = invert(corpus.power(row), rounds=16)
        noise = noises[random.integers(len(noises))]
        behind = np.take(noise, np.arange(speech.size) + random.integers(noise.size), mode="wrap")
        rows.append(_logs(nets, log_mel(through_telephone(speech, behind, random.uniform(8.0, 25.0)))[None]))
    return np.stack(rows)


def _softmax(scores: NDArray[np.floating]) -> Floats:
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True), dtype=np.float32)


def calibrate(logs: Floats, truth: NDArray[np.int64]) -> tuple[float, tuple[float, ...]]:
    """Temperature and bias: even recall of the emotions, as long as the probabilities stay honest.

    First the bias that makes the probabilities of the classes true on average. Then it is moved towards even recall
    step by step, each time with the temperature that makes the confidence of the best label true; the step with the
    best unweighted recall is kept among those with a calibration error of at most 0.03.
    """
    prior = np.bincount(truth, minlength=len(EMOTIONS)) / len(truth)
    best: tuple[float, float, Floats] | None = None
    for balance in np.linspace(0.0, 1.0, 21):
        for temperature in np.geomspace(0.3, 2.0, 25):
            bias = _matching_bias(logs / temperature, prior) - balance * np.log(prior)
            shares = _softmax(logs / temperature + bias)
            guess = shares.argmax(axis=1)
            error = calibration_error(shares.max(axis=1), (guess == truth).astype(np.float64))
            if error > 0.03:
                continue
            recall = balanced_recall(guess, truth)
            if best is None or recall > best[0]:
                best = (recall, float(temperature), bias)
    if best is None:
        raise ValueError("No temperature calibrates these networks; look at the training log.")
    return best[1], tuple(float(value) for value in best[2])


def _matching_bias(logs: Floats, prior: NDArray[np.float64]) -> Floats:
    """The bias with which the mean probabilities equal the prior, by iterative scaling."""
    bias = np.zeros(logs.shape[1])
    for _ in range(50):
        bias += np.log(prior) - np.log(_softmax(logs + bias).mean(axis=0))
    return bias - bias.mean()


def main(
    data: Annotated[Path, typer.Option(help="Folder with emotion/ and speech/noise/.")] = Path("../shared/data"),
    work: Annotated[Path, typer.Option(help="Folder with the trained networks.")] = Path("build/emotion"),
    out: Annotated[Path, typer.Option(help="Folder for the ONNX file and its registry entry.")] = WEIGHTS,
    version: Annotated[str, typer.Option(help="Version of the weights.")] = "1",
) -> None:
    """Calibrate, export, and check that the exported file answers as torch does."""
    torch.set_num_threads(1)
    split = split_by_speaker(load_corpus(data / "emotion"))
    noises = training_sounds(data).noises
    nets = load_nets(work)
    folder = data / "speech" / "noise"
    heard = tuple(path.stem for path in sorted(folder.glob("*.flac")) if path.stem not in TEST_NOISES)
    logs = np.vstack(
        [
            logs_over_mel(nets, split.validation, MelLine(noises, CALIBRATION_LINES, seed=9)),
            logs_over_sound(nets, split.validation, load_noise_sounds(folder, heard)),
        ]
    )
    truth = np.tile(merge_votes(split.validation.votes).argmax(axis=1), 2)
    temperature, bias = calibrate(logs, truth)
    shares = _softmax(logs / temperature + np.array(bias))
    anger = area_under_curve(shares[:, 0], truth == 0)
    print(f"temperature {temperature:.2f}, bias {np.round(bias, 2)}")
    print(f"validation: anger AUC {anger:.3f}, UAR {balanced_recall(shares.argmax(axis=1), truth):.3f}")
    model = Ensemble(nets, Heads(temperature=temperature, bias=bias))
    path = out / f"{NAME}.onnx"
    export(model, path)
    example = MelLine(noises, EVALUATION_LINES, seed=1).send(split.validation.power(0)[None])
    with torch.no_grad():
        wanted = model(torch.tensor(example))
    difference = max(
        float(np.abs(one.numpy() - other).max())
        for one, other in zip(wanted, VoiceEmotion(path).infer(example), strict=True)
    )
    if difference > 1e-4:
        raise ValueError(f"The exported file differs from torch by {difference:.6f}; do not ship it.")
    write_entry(
        out,
        NAME,
        files=[path.name],
        version=version,
        licence="Apache-2.0",
        source="Trained here by scripts/train_emotion.py on CREMA-D (ODbL 1.0 / DbCL 1.0) and LibriSpeech (CC BY 4.0)",
        takes="log-mel float32 [clips, frames, 100] in dB below the loudest cell, 16 ms a frame, of 8 kHz audio",
        gives="probabilities [clips, 4] of anger, distress, joy and neutral; arousal [clips]; speech [clips]",
    )
    print(f"wrote {path.name}, {path.stat().st_size / 1e6:.1f} MB, within {difference:.1e} of torch")


if __name__ == "__main__":
    typer.run(main)
