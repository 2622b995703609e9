"""Calibrate trained voice emotion networks on the validation speakers and write the ONNX file that runs."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import scipy.optimize
import torch
import typer
from numpy.typing import NDArray

from models.emotion import EMOTIONS
from models.emotion.corpus import TEST_NOISES, Corpus, load_corpus, merge_votes, split_by_speaker
from models.emotion.features import Floats, log_mel
from models.emotion.metrics import balanced_recall, calibration_error
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
HONEST = 0.03
"""Calibration error that the validation speakers may show."""


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


def logs_over_sound(nets: list[EmotionNet], corpus: Corpus, noises: list[Audio], draws: int = 2) -> Floats:
    """The same [draws * clips, 4] of clips turned into sound, through a real band-pass, drawn noises and mu-law."""
    random = np.random.default_rng(13)
    rows: list[list[Floats]] = [[] for _ in range(draws)]
    for row in range(len(corpus)):
        speech = invert(corpus.power(row), rounds=16)
        for draw in rows:
            noise = noises[random.integers(len(noises))]
            behind = np.take(noise, np.arange(speech.size) + random.integers(noise.size), mode="wrap")
            sent = through_telephone(speech, behind, random.uniform(*EVALUATION_LINES.snr_db))
            draw.append(_logs(nets, log_mel(sent)[None]))
    return np.stack([logs for draw in rows for logs in draw])


def _softmax(scores: NDArray[np.floating]) -> Floats:
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True), dtype=np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """What the networks say of speakers they have not learnt from, one row a clip and path."""

    logs: Floats
    """Uncalibrated log probabilities of the four emotions [n, 4]."""
    votes: Floats
    """Shares of the listeners' votes for them [n, 4]."""
    speaker: NDArray[np.int64]
    """Who speaks."""

    @property
    def truth(self) -> NDArray[np.int64]:
        """The answer that most listeners gave."""
        return self.votes.argmax(axis=1)

    @property
    def clear(self) -> NDArray[np.bool_]:
        """Where more than half of the listeners agree."""
        return self.votes.max(axis=1) > 0.5


def calibrate(heard: Validation) -> Heads:
    """Temperature and bias: even recall of the emotions, as long as the probabilities stay honest.

    The bias of the maximum likelihood is moved towards even recall step by step. Every step is judged on each speaker
    with what was fitted on the others; the step with the best unweighted recall is kept among those with a calibration
    error of at most ``HONEST``, on the clips that listeners agree on and on all.

    Raises:
        ValueError: No step is honest enough.
    """
    best: tuple[float, float] | None = None
    for balance in np.linspace(0.0, 1.0, 21):
        shares = np.zeros_like(heard.logs)
        for speaker in np.unique(heard.speaker):
            own = heard.speaker == speaker
            heads = _fit(heard.logs[~own], heard.truth[~own], heard.clear[~own], balance)
            shares[own] = _softmax(heard.logs[own] / heads.temperature + np.array(heads.bias))
        guess = shares.argmax(axis=1)
        right = (guess == heard.truth).astype(np.float64)
        errors = [calibration_error(shares[rows].max(axis=1), right[rows]) for rows in (heard.clear, slice(None))]
        recall = balanced_recall(guess[heard.clear], heard.truth[heard.clear])
        if max(errors) <= HONEST and (best is None or recall > best[0]):
            best = recall, float(balance)
    if best is None:
        raise ValueError("No temperature calibrates these networks; look at the training log.")
    print(f"balance {best[1]:.2f}, UAR of left-out speakers {best[0]:.3f} where listeners agree")
    return _fit(heard.logs, heard.truth, heard.clear, best[1])


def _fit(logs: Floats, truth: NDArray[np.int64], clear: NDArray[np.bool_], balance: float) -> Heads:
    """Maximum likelihood, moved towards even recall, with as much confidence on average as is right.

    Clips that listeners agree on count twice: the claims are made on them and on all.
    """
    weights = np.where(clear, 2.0, 1.0)
    weights /= weights.sum()
    answers = np.eye(len(EMOTIONS))[truth]

    def surprise(values: NDArray[np.float64]) -> float:
        shares = _softmax(logs * np.exp(values[0]) + np.append(values[1:], 0.0))
        return float(-(weights[:, None] * answers * np.log(shares + 1e-9)).sum())

    values = scipy.optimize.minimize(surprise, np.zeros(len(EMOTIONS)), method="L-BFGS-B").x
    scores = logs * np.exp(values[0]) + np.append(values[1:], 0.0) - balance * np.log(weights @ answers)
    low, high = 0.2, 5.0
    for _ in range(30):
        sharper = float(np.sqrt(low * high))
        shares = _softmax(scores * sharper)
        too_sure = weights @ (shares.max(axis=1) - (shares.argmax(axis=1) == truth)) > 0
        low, high = (low, sharper) if too_sure else (sharper, high)
    bias = sharper * (np.append(values[1:], 0.0) - balance * np.log(weights @ answers))
    bias -= bias.mean()
    return Heads(temperature=float(np.exp(-values[0])) / sharper, bias=tuple(float(value) for value in bias))


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
    paths = len(logs) // len(split.validation)
    votes, speaker = np.tile(merge_votes(split.validation.votes), (paths, 1)), np.tile(split.validation.speaker, paths)
    heads = calibrate(Validation(logs=logs, votes=votes, speaker=speaker))
    print(f"temperature {heads.temperature:.2f}, bias {np.round(heads.bias, 2)}")
    model = Ensemble(nets, heads)
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
