"""Judges from audio whether a turn is over: Smart Turn v3 on one shared session, with its features computed fast."""

from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from models.audio import check_audio, resample
from models.interfaces import TELEPHONE_RATE, Audio
from models.registry import locate

_RATE = 16_000
_WINDOW_S = 8
_SAMPLES = _RATE * _WINDOW_S
_FFT = 400
_HOP = 160
_FRAMES = _SAMPLES // _HOP
_MELS = 80
_MEL_FLOOR = 1e-10
_VARIANCE_FLOOR = 1e-7
_DYNAMIC_RANGE = 8.0


class Workers(Protocol):
    """Where blocking inference runs: a bounded, fair queue in front of threads."""

    async def run(self, fn: Any, *args: Any, session_id: str = "") -> Any:
        """Run ``fn(*args)`` in a worker thread for this session_id."""
        ...


def _hertz_of_mel(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    """Slaney's scale: linear to 1 kHz (15 mel), logarithmic above."""
    return np.where(mel < 15.0, 200.0 * mel / 3.0, 1000.0 * np.exp((mel - 15.0) * np.log(6.4) / 27.0))


@cache
def _mel_filters() -> NDArray[np.float32]:
    """float32 [201, 80]: triangles of equal area on Slaney's scale from 0 to 8 kHz."""
    top = 15.0 + np.log(_RATE / 2 / 1000.0) * 27.0 / np.log(6.4)
    edges = _hertz_of_mel(np.linspace(0.0, top, _MELS + 2))
    bins = np.linspace(0.0, _RATE / 2, _FFT // 2 + 1)[:, None]
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    return (triangles * (2.0 / (edges[2:] - edges[:-2]))).astype(np.float32)


@cache
def _window() -> NDArray[np.float32]:
    """Periodic Hann window, float32 [400]."""
    return np.hanning(_FFT + 1)[:-1].astype(np.float32)


def _log_mel(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    """log10 mel energies, float32 [n, 80], of float32 [n, 400]."""
    spectrum = np.fft.rfft(frames * _window(), axis=-1)
    power = spectrum.real**2 + spectrum.imag**2
    return np.log10(np.maximum(_MEL_FLOOR, power @ _mel_filters()))


def smart_turn_features(audio: Audio) -> NDArray[np.float32]:
    """Whisper's log-mel features of the last 8 s, padded with silence on the left.

    The definition is that of ``transformers.WhisperFeatureExtractor(chunk_length=8)`` with ``do_normalize=True``, on
    which Smart Turn v3 was trained. All frames that lie wholly in the padding are alike and computed once.

    Args:
        audio: float32 [n], 16 kHz.

    Returns:
        float32 [80, 800].
    """
    audio = audio[-_SAMPLES:]
    mean = float(audio.sum()) / _SAMPLES
    variance = float(np.dot(audio, audio)) / _SAMPLES - mean * mean
    scale = 1.0 / np.sqrt(variance + _VARIANCE_FLOOR)
    padding = _SAMPLES - audio.shape[0]
    first = max(0, (padding - _FFT // 2) // _HOP)
    begin = first * _HOP - _FFT // 2
    heard = np.concatenate((np.zeros(padding - max(0, begin), dtype=np.float32), audio))
    normal = ((heard - mean) * scale).astype(np.float32)
    normal = np.pad(normal, (max(0, -begin), _FFT // 2), mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(normal, _FFT)[::_HOP][: _FRAMES - first]
    log_mel = np.empty((_FRAMES, _MELS), dtype=np.float32)
    log_mel[first:] = _log_mel(frames)
    if first:
        log_mel[:first] = _log_mel(np.full((1, _FFT), -mean * scale, dtype=np.float32))
    floor = log_mel.max() - _DYNAMIC_RANGE
    features: NDArray[np.float32] = ((np.maximum(log_mel, floor) + 4.0) / 4.0).T
    return np.ascontiguousarray(features)


class SmartTurn:
    """Smart Turn v3.2 for all calls; implements `models.interfaces.TurnModel`."""

    name = "smart-turn-v3.2"

    def __init__(self, workers: Workers, *, threads: int = 1, path: Path | None = None):
        """Load the weights.

        Args:
            workers: Where inference runs.
            threads: Threads of one inference.
            path: Weights other than the registered ones.

        Raises:
            ModelError: ``model_missing`` or ``model_hash_mismatch`` of the registry.
        """
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(path or locate("smart-turn-v3.2")), sess_options=options, providers=["CPUExecutionProvider"]
        )
        self._workers = workers

    async def complete(self, audio: Audio, *, session_id: str = "") -> float:
        """Probability in [0, 1] that the turn which ends ``audio`` is complete.

        Args:
            audio: float32 [n], 8 kHz, the last 8 s count. A turn should end with some 100 to 200 ms of its pause.
            session_id: Who asks, for fairness between calls.

        Raises:
            ModelBusyError: The bounded queue is full.
            ModelError: The audio is not what the model takes.
        """
        probability: float = await self._workers.run(self.judge, audio, session_id=session_id)
        return probability

    def judge(self, audio: Audio) -> float:
        """The same, blocking: 40 to 100 ms on one core."""
        heard = check_audio(audio[-TELEPHONE_RATE * _WINDOW_S :] if isinstance(audio, np.ndarray) else audio)
        features = smart_turn_features(resample(heard, TELEPHONE_RATE, _RATE))
        (probability,) = self._session.run(None, {"input_features": features[None]})
        return float(probability[0, 0])
