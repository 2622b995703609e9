"""Stereo recordings of a simulated call: left what the caller said, right what the caller heard, sample-aligned."""

from pathlib import Path

import numpy as np
import soundfile

from simulator.mulaw import RATE, SILENCE, decode


def write_recording(path: Path, sent: list[bytes], heard: list[bytes]) -> None:
    """Write a 16-bit stereo WAV file at 8 kHz.

    Args:
        path: The file; its folder is made.
        sent: Frames from the caller's mouth.
        heard: Frames at the caller's ear; frame n sounds while mouth frame n + 1 is spoken, hence the shift.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    left = decode(b"".join(sent) + SILENCE)
    right = decode(SILENCE + b"".join(heard))
    length = max(len(left), len(right))
    stereo = np.zeros((length, 2), np.int16)
    stereo[: len(left), 0] = left
    stereo[: len(right), 1] = right
    soundfile.write(path, stereo, RATE, subtype="PCM_16")
