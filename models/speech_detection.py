"""Tells speech from everything else: Silero at the telephone's own 8 kHz as the judge, WebRTC's as a cheap gate."""

from pathlib import Path

import numpy as np
import onnxruntime
import webrtcvad
from numpy.typing import NDArray

from models.errors import ModelError
from models.interfaces import TELEPHONE_RATE, Audio, SpeechStream
from models.registry import locate

CHUNK_SAMPLES = 256
"""Samples Silero judges at a time at 8 kHz: 32 ms."""
_CONTEXT_SAMPLES = 32
"""Samples before the chunk that Silero sees as well."""
_STATE_SHAPE = (2, 1, 128)
_RATE = np.array(TELEPHONE_RATE, dtype=np.int64)
_GATE_FRAMES = (80, 160, 240)
"""Frame lengths WebRTC's detector takes at 8 kHz: 10, 20 or 30 ms."""


class SileroDetector:
    """Silero VAD on one shared onnxruntime session; a run takes about 0.1 ms, so it is called in the event loop."""

    def __init__(self, path: Path | None = None):
        """Load the registered weights, or those at ``path``.

        Raises:
            ModelError: ``model_missing`` or ``model_hash_mismatch`` of the registry.
        """
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(path or locate("silero-vad")), sess_options=options, providers=["CPUExecutionProvider"]
        )

    def stream(self) -> SpeechStream:
        """Open one call's state (about 1.5 KB)."""
        return _SileroStream(self._session)


class _SileroStream:
    """The recurrent state and the last samples of one call."""

    def __init__(self, session: onnxruntime.InferenceSession):
        self._session = session
        self._window = np.zeros((1, _CONTEXT_SAMPLES + CHUNK_SAMPLES), dtype=np.float32)
        self._state = np.zeros(_STATE_SHAPE, dtype=np.float32)

    def push(self, audio: Audio) -> float:
        """Judge the next chunk.

        Args:
            audio: float32 [256], 8 kHz.

        Returns:
            Probability of speech in [0, 1].

        Raises:
            ModelError: ``audio_shape`` when it is not one chunk, ``audio_not_finite`` for NaN or infinite samples.
        """
        if audio.shape != (CHUNK_SAMPLES,):
            raise ModelError(
                "audio_shape", f"Speech detection takes {CHUNK_SAMPLES} samples at a time, not {list(audio.shape)}."
            )
        if not np.isfinite(np.dot(audio, audio)):
            raise ModelError("audio_not_finite", "The audio holds NaN or infinite samples; look at what decoded it.")
        self._window[0, :_CONTEXT_SAMPLES] = self._window[0, -_CONTEXT_SAMPLES:]
        self._window[0, _CONTEXT_SAMPLES:] = audio
        probability, state = self._session.run(None, {"input": self._window, "state": self._state, "sr": _RATE})
        self._state = state
        return float(probability[0, 0])

    def reset(self) -> None:
        """Forget everything heard so far."""
        self._window[:] = 0.0
        self._state = np.zeros(_STATE_SHAPE, dtype=np.float32)


class WebRtcGate:
    """WebRTC's detector: a few microseconds a frame, hears every voice and much that is none."""

    def __init__(self, aggressiveness: int = 1):
        """Make one call's gate; ``aggressiveness`` from 0 (lets most through) to 3."""
        self._vad = webrtcvad.Vad(aggressiveness)

    def is_open(self, pcm: NDArray[np.int16]) -> bool:
        """Whether this frame may hold speech.

        Args:
            pcm: int16 [80, 160 or 240], 8 kHz.

        Raises:
            ModelError: ``audio_shape`` when it is no frame of 10, 20 or 30 ms.
        """
        if pcm.ndim != 1 or pcm.shape[0] not in _GATE_FRAMES:
            raise ModelError("audio_shape", f"The gate takes frames of 10, 20 or 30 ms, not {pcm.shape[0]} samples.")
        opened: bool = self._vad.is_speech(pcm.tobytes(), TELEPHONE_RATE)
        return opened
