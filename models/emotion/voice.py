"""The voice emotion model at run time: a caller's audio in, calibrated probabilities out."""

from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from models.audio import check_audio
from models.emotion import EMOTIONS
from models.emotion.features import FFT_SIZE, HOP, Floats, log_mel
from models.errors import ModelError
from models.interfaces import TELEPHONE_RATE, Audio, EmotionEstimate, Role, SpokenAudio
from models.registry import locate

NAME = "emotion-voice"
"""Name in the registry; the weights and their card lie in ``models/weights``."""

SHORTEST_S = 1.0
"""Less speech than this says nothing about a mood."""
LONGEST_S = 8.0
"""Of longer audio the end counts: how the caller feels now."""
_WINDOW_S = 4.0
_SILENCE_DBFS = -62.0
"""Just above what an idle mu-law line leaves; speech 40 dB below full scale is still far louder."""
_ACTIVE_DB = 30.0
"""Frames this far below the loud ones are pause."""
_STEADY_DB = 3.0
"""Speech rises and falls with its syllables; a tone or a hum that stays within this range is none."""
_MARGIN_S = 0.25
SPEECH_NEEDED = 0.85
"""Probability of speech below which there is no answer."""
_FLAT_SHARE = 0.5
"""With more than this share of the samples stuck at the peak there is no voice left to judge."""


class VoiceEmotion:
    """Voice emotion of callers on one shared session; safe to use from several threads at once.

    Args:
        weights: The ONNX file; None for the registered one.
        threads: Threads of one inference.

    Raises:
        ModelError: ``emotion_weights`` when the file is no emotion model; the registry's errors when it is missing
            or not the one that was registered.
    """

    def __init__(self, weights: Path | None = None, *, threads: int = 1):
        path = locate(NAME) if weights is None else weights
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(path.read_bytes(), options, ["CPUExecutionProvider"])
        except Exception as error:
            raise ModelError(
                "emotion_weights", f"{path.name} cannot be loaded as the emotion model; reinstall it or train it."
            ) from error
        outputs = {output.name for output in self._session.get_outputs()}
        if not {"probabilities", "arousal", "speech"} <= outputs:
            raise ModelError("emotion_weights", f"{path.name} is no emotion model; see scripts/train_emotion.py.")

    def estimate(self, audio: SpokenAudio) -> EmotionEstimate:
        """Estimate from the caller's voice; blocking, a few ms on one core.

        Silence, noise and less than a second of speech give an estimate without evidence. Of more than 8 s the last
        8 s count. The volume makes no difference.

        Args:
            audio: The caller's voice, float32 [n] at 8 kHz.

        Raises:
            ModelError: ``emotion_role`` when the audio is not the caller's; the samples are not looked at then.
                ``audio_dtype``, ``audio_shape``, ``audio_not_finite`` or ``audio_scale`` when it is no audio.
        """
        if audio.role is not Role.CALLER:
            raise ModelError(
                "emotion_role", "Voice emotion is computed on callers only (EU AI Act Art. 5(1)(f)); hand in no other."
            )
        speech = _speech_part(check_audio(audio.samples, allow_empty=True))
        if speech is None:
            return EmotionEstimate()
        probabilities, arousal, voiced = self.infer(_windows(speech))
        if float(voiced.mean()) < SPEECH_NEEDED:
            return EmotionEstimate()
        mean = probabilities.mean(axis=0)
        shares = mean / mean.sum()
        return EmotionEstimate(
            probabilities={emotion: float(share) for emotion, share in zip(EMOTIONS, shares, strict=True)},
            arousal=float(np.clip(arousal.mean(), 0.0, 1.0)),
        )

    def infer(self, log_mels: Floats) -> tuple[Floats, Floats, Floats]:
        """Run the network on log-mel spectrograms of callers as `models.emotion.features.log_mel` makes them.

        Args:
            log_mels: float32 [clips, frames, 100], dB.

        Returns:
            Calibrated probabilities [clips, 4] in the order of ``EMOTIONS``, arousal [clips] in [0, 1], and the
            probability [clips] that there is speech at all.
        """
        probabilities, arousal, speech = self._session.run(
            ["probabilities", "arousal", "speech"], {"log_mel": np.ascontiguousarray(log_mels, dtype=np.float32)}
        )
        return probabilities, arousal, speech


def _speech_part(samples: Audio) -> Audio | None:
    """The last 8 s between the outermost sounds, or None when there is not enough to judge."""
    recent = samples[-int(LONGEST_S * TELEPHONE_RATE) :]
    if recent.size < SHORTEST_S * TELEPHONE_RATE:
        return None
    peak = np.abs(recent).max()
    if peak == 0.0 or (np.abs(recent) > 0.99 * peak).mean() > _FLAT_SHARE:
        return None
    active = _active_frames(recent)
    if active.size * HOP < SHORTEST_S * TELEPHONE_RATE / 2:
        return None
    margin = int(_MARGIN_S * TELEPHONE_RATE)
    heard = recent[max(0, active[0] * HOP - margin) : active[-1] * HOP + FFT_SIZE + margin]
    return heard if heard.size >= SHORTEST_S * TELEPHONE_RATE else recent


def _active_frames(samples: Audio) -> NDArray[np.int64]:
    """Numbers of the frames (128 samples) that sound; empty for silence and for what never changes."""
    frames = samples[: samples.size // HOP * HOP].reshape(-1, HOP)
    level = 10.0 * np.log10((frames.astype(np.float64) ** 2).mean(axis=1) + 1e-12)
    loud = np.percentile(level, 95)
    if loud < _SILENCE_DBFS or loud - np.percentile(level, 5) < _STEADY_DB:
        return np.empty(0, dtype=np.int64)
    return np.flatnonzero(level > loud - _ACTIVE_DB)


def _windows(speech: Audio) -> Floats:
    """Log-mel of equal parts of at most 4 s, float32 [parts, frames, 100]."""
    parts = -(-speech.size // int(_WINDOW_S * TELEPHONE_RATE))
    length = speech.size // parts
    return np.stack([log_mel(speech[part * length : (part + 1) * length]) for part in range(parts)])
