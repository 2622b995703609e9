"""The voice emotion network in torch, and its export to ONNX; needed for training only."""

import math
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from models.emotion import EMOTIONS
from models.emotion.corpus import EMOTION_OF_VOTE, VOTES
from models.emotion.features import MEL_BANDS, band_centres_hz, band_widths_hz

_DB_TO_NEPER = math.log(10.0) / 10.0
_QUIET, _LOUD = -2.5, 1.5


class SpeechLevel(nn.Module):
    """Centres log-mel on the clip's mean power in the telephone band: neither volume nor one loud cell matters."""

    weights: Tensor

    def __init__(self) -> None:
        super().__init__()
        centres, widths = torch.tensor(band_centres_hz()), torch.tensor(band_widths_hz())
        carried = widths * ((centres > 250.0) & (centres < 3400.0))
        self.register_buffer("weights", carried / carried.sum())

    def forward(self, db: Tensor) -> Tensor:
        """[clips, frames, 100] in dB to the same shape in units of 20 dB around the speech level."""
        power = torch.exp(db * _DB_TO_NEPER) @ self.weights
        level = torch.log(power.mean(dim=1) + 1e-9) / _DB_TO_NEPER
        return torch.clamp((db - level[:, None, None]) / 20.0, _QUIET, _LOUD)


def _convolution(inputs: int, outputs: int, kernel: tuple[int, int], stride: tuple[int, int]) -> nn.Sequential:
    padding = (kernel[0] // 2, kernel[1] // 2)
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()
    )


class EmotionNet(nn.Module):
    """Convolutions over band and time, a bidirectional GRU, attention over time, and four heads.

    The heads: the listeners' six answers, what the actor meant (a teacher in training only), arousal, and
    whether there is speech at all.

    Args:
        width: Channels of the first convolution; the last has three times as many.
        hidden: Units of the GRU, each way.
        dropout: Share of the units left out in training.
        coarse: Halve the time resolution (16 ms) in the first two convolutions instead of the second and the fourth:
            half the work, spent on a greater width.
    """

    def __init__(self, width: int = 32, hidden: int = 96, dropout: float = 0.2, coarse: bool = False):
        super().__init__()
        self.width, self.coarse = width, coarse
        self.level = SpeechLevel()
        first, last = (2, 1) if coarse else (1, 2)
        self.convolutions = nn.Sequential(
            _convolution(1, width, (7, 5 if coarse else 3), (2, first)),
            _convolution(width, width + width // 2, (3, 3), (2, 2)),
            _convolution(width + width // 2, 2 * width, (3, 3), (2, 1)),
            _convolution(2 * width, 3 * width, (3, 3), (2, last)),
        )
        bands = math.ceil(MEL_BANDS / 16)
        self.squeeze = nn.Sequential(nn.Dropout(dropout), nn.Linear(3 * width * bands, 128), nn.ReLU())
        self.recurrent = nn.GRU(128, hidden, batch_first=True, bidirectional=True)
        self.attention = nn.Linear(2 * hidden, 1)
        self.dropout = nn.Dropout(dropout)
        self.votes = nn.Linear(4 * hidden, len(VOTES))
        self.acted = nn.Linear(4 * hidden, len(VOTES))
        self.arousal = nn.Linear(4 * hidden, 1)
        self.speech = nn.Linear(4 * hidden, 1)

    def embed(self, db: Tensor) -> Tensor:
        """[clips, frames, 100] in dB to one vector a clip: attended mean and spread over time."""
        levelled = self.level(db).transpose(1, 2).unsqueeze(1)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.training):
            maps = self.convolutions(levelled)
        series = self.squeeze(maps.float().flatten(1, 2).transpose(1, 2))
        series, _ = self.recurrent(series)
        weights = torch.softmax(self.attention(series), dim=1)
        mean = (weights * series).sum(dim=1)
        spread = torch.sqrt((weights * (series - mean.unsqueeze(1)) ** 2).sum(dim=1) + 1e-5)
        return torch.cat([mean, spread], dim=1)

    def forward(self, db: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Logits of the votes [clips, 6], of the acted emotion [clips, 6], of arousal [clips] and of speech [clips]."""
        vector = self.dropout(self.embed(db))
        return self.votes(vector), self.acted(vector), self.arousal(vector).squeeze(1), self.speech(vector).squeeze(1)


def save_net(net: EmotionNet, path: Path) -> None:
    """Keep a trained network's weights and shape in a file."""
    torch.save({"width": net.width, "coarse": net.coarse, "state": net.state_dict()}, path)


def load_net(path: Path) -> EmotionNet:
    """Read what `save_net` wrote, ready to answer."""
    stored = torch.load(path, weights_only=True)
    net = EmotionNet(width=stored["width"], coarse=stored.get("coarse", False))
    net.load_state_dict(stored["state"])
    return net.eval()


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """What is fitted on top of the trained networks, on speakers they have not learnt from."""

    temperature: float
    """Divides the log probabilities of the four emotions."""
    bias: tuple[float, ...]
    """Added to them after that, in the order of ``EMOTIONS``."""


class Ensemble(nn.Module):
    """What runs: the mean of the networks, merged into the four emotions and calibrated."""

    merge: Tensor
    bias: Tensor

    def __init__(self, nets: list[EmotionNet], heads: Heads):
        super().__init__()
        self.nets = nn.ModuleList(nets)
        merge = torch.zeros(len(VOTES), len(EMOTIONS))
        for index, vote in enumerate(VOTES):
            merge[index, EMOTIONS.index(EMOTION_OF_VOTE[vote])] = 1.0
        self.register_buffer("merge", merge)
        self.register_buffer("bias", torch.tensor(heads.bias, dtype=torch.float32))
        self.temperature = heads.temperature

    def forward(self, log_mel: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """[clips, frames, 100] in dB to probabilities [clips, 4], arousal [clips] and speech [clips]."""
        answers = [net(log_mel) for net in self.nets]
        votes = torch.stack([torch.log_softmax(answer[0], dim=1) for answer in answers]).mean(dim=0)
        merged = torch.log(torch.softmax(votes, dim=1) @ self.merge + 1e-6)
        arousal, speech = (
            torch.stack([torch.sigmoid(answer[head]) for answer in answers]).mean(dim=0) for head in (2, 3)
        )
        return torch.softmax(merged / self.temperature + self.bias, dim=1), arousal, speech


def export(model: Ensemble, path: Path) -> None:
    """Write an ONNX file with free clips and frames, for `models.emotion.voice.VoiceEmotion`."""
    model.eval()
    names = ["probabilities", "arousal", "speech"]
    axes = {name: {0: "clips"} for name in names} | {"log_mel": {0: "clips", 1: "frames"}}
    example = torch.rand(2, 188, MEL_BANDS) * -80.0
    torch.onnx.export(
        model,
        (example,),
        str(path),
        input_names=["log_mel"],
        output_names=names,
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )
