"""Recordings: one stereo WAV per call, left the caller, right what was played, sample-aligned to the call clock.

PCM 16 bit, 8 kHz, decoded from the line's μ-law without loss, because everything plays it. A recorder never blocks the
event loop and never raises: it hands small writes to one owned thread. Every write carries its samples first and the
header's lengths after, so that the file is valid at any instant; a killed process loses at most the last `FLUSH_S` and
a tenth of a second. `repair` makes the lengths of a file that was cut in mid-write exact; `read_recording` takes it
either way.

A call has one file, however many media streams it has and whichever processes they come to. Both sides are addressed
by call-clock samples, which go on over streams, so a later stream writes where it belongs, and what lies between two
streams is a hole in the file, which reads as silence. A file per stream would have to be put together by every reader,
with offsets kept beside them. What an earlier stream has recorded is never written again.
"""

import contextlib
import os
import struct
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.audio import mulaw_decode
from models.errors import FirstlineError
from models.interfaces import TELEPHONE_RATE

Samples = NDArray[np.int16]
FaultHandler = Callable[[FirstlineError], None]

FLUSH_S = 0.25
"""Audio is handed to the disk in pieces of this length."""
WINDOW_S = 2.0
"""How late `StereoRecorder.played` may come; what is older is left out."""
AHEAD_S = 30.0
"""How far ahead of the caller's audio it may come; what is later is left out."""
HEADER_BYTES = 44
_FRAME_BYTES = 4
_MAX_FRAMES = (0xFFFFFFFF - HEADER_BYTES) // _FRAME_BYTES
_QUEUE_BOUND = 1024
_LOOK_S = 0.1


@dataclass(frozen=True, slots=True)
class _Write:
    """One piece of work of the disk thread."""

    recorder: "StereoRecorder"
    first_frame: int
    data: bytes
    last: bool


class DiskWriter:
    """The one thread that writes recordings; owned by the service.

    It looks for work ten times a second and is not woken: waking a thread costs the event loop half a millisecond when
    many calls are held, four times a second for each of them.
    """

    def __init__(self) -> None:
        self._waiting: deque[_Write] = deque()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recordings", daemon=True)
        self._thread.start()

    def submit(self, write: _Write) -> bool:
        """Hand on one write; False when too many wait already."""
        if len(self._waiting) >= _QUEUE_BOUND:
            return False
        self._waiting.append(write)
        return True

    def close(self, timeout_s: float = 5.0) -> None:
        """Write what waits and stop; idempotent."""
        self._closing.set()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        last_look = False
        while not last_look:
            last_look = self._closing.wait(_LOOK_S)
            while self._waiting:
                write = self._waiting.popleft()
                write.recorder._perform(write)


class StereoRecorder:
    """Keeps both sides of a call on one media stream; a `voice.ports.AudioRecorder`. Used from one thread."""

    def __init__(self, path: Path, writer: DiskWriter, *, on_fault: FaultHandler | None = None):
        """Prepare a recording; the file appears with the first audio.

        Args:
            path: The call's WAV file; made, or gone on with.
            writer: Does the writing.
            on_fault: Told once, from the writer's thread, when recording had to stop: code ``"recording_failed"``.
        """
        self.path = path
        self._writer = writer
        self._on_fault = on_fault
        self._stopped = False
        self._closed = False
        self._file: int | None = None
        self._kept = 0
        """Frames that were in the file before this stream."""
        self._begun = False
        self._clock = 0
        self._base = 0
        self._dirty = 0
        self._frames = np.zeros((_samples(WINDOW_S + 1), 2), dtype="<i2")

    @property
    def stopped(self) -> bool:
        """Whether a fault ended the recording early."""
        return self._stopped

    def caller(self, audio: bytes, at_sample: int) -> None:
        """μ-law samples that the caller spoke from call-clock sample ``at_sample`` on; they replace silence there."""
        if self._idle or not audio:
            return
        self._begin(at_sample)
        self._put(0, _linear(audio), at_sample)
        self._clock = max(self._clock, at_sample + len(audio))
        if self._clock - self._dirty >= _samples(FLUSH_S):
            self._flush(self._clock)
            self._forget_old()

    def played(self, audio: bytes, at_sample: int) -> None:
        """μ-law samples that the caller's ear got from call-clock sample ``at_sample`` on."""
        if self._idle or not audio:
            return
        self._begin(at_sample)
        room = max(0, self._clock + _samples(AHEAD_S) - at_sample)
        self._put(1, _linear(audio)[:room], at_sample)

    def close(self) -> None:
        """Finish the file; idempotent."""
        if self._idle:
            return
        self._closed = True
        self._flush(max(self._clock, self._base + self._used()), last=True)

    @property
    def _idle(self) -> bool:
        return self._stopped or self._closed

    def _begin(self, at_sample: int) -> None:
        """The stream's first audio says where in the call it lies; a little may still come before it."""
        if not self._begun:
            self._begun = True
            self._base = max(0, at_sample - _samples(WINDOW_S))
            self._clock = self._dirty = max(0, at_sample)

    def _put(self, side: int, samples: Samples, at_sample: int) -> None:
        """Place samples of one side; what is older than the window is left out."""
        samples = samples[max(0, self._base - at_sample) :]
        if not len(samples):
            return
        start = max(at_sample, self._base)
        self._reserve(start + len(samples))
        self._frames[start - self._base : start - self._base + len(samples), side] = samples
        self._dirty = min(self._dirty, start)

    def _reserve(self, end: int) -> None:
        """Make room for frames up to ``end``."""
        missing = end - self._base - len(self._frames)
        if missing > 0:
            room = np.zeros((missing + _samples(1), 2), dtype="<i2")
            self._frames = np.concatenate([self._frames, room])

    def _forget_old(self) -> None:
        """Drop what may no longer change; moves memory only once a second."""
        old = self._clock - _samples(WINDOW_S) - self._base
        if old >= _samples(1):
            self._frames = np.concatenate([self._frames[old:], np.zeros((old, 2), dtype="<i2")])
            self._base += old
            self._frames = self._frames[: max(_samples(WINDOW_S + 1), self._used())]

    def _used(self) -> int:
        """Frames from `_base` to the last one that sounds on our side."""
        used = np.flatnonzero(self._frames[:, 1])
        return int(used[-1]) + 1 if len(used) else 0

    def _flush(self, end: int, *, last: bool = False) -> None:
        if end > _MAX_FRAMES:
            self._fail("it is longer than a WAV file can hold; the rest of this call is not recorded")
            return
        data = self._frames[self._dirty - self._base : end - self._base].tobytes()
        if not self._writer.submit(_Write(self, self._dirty, data, last)):
            self._fail("the disk does not keep up; the rest of this call is not recorded")
        self._dirty = self._clock

    def _perform(self, write: _Write) -> None:
        """On the writer's thread: samples, then lengths."""
        if self._stopped:
            self._shut()
            return
        try:
            file = self._open() if self._file is None else self._file
            known = max(0, self._kept - write.first_frame)
            _write_all(file, write.data[known * _FRAME_BYTES :], _offset(write.first_frame + known))
            _write_all(file, _header(_frames_in(os.fstat(file).st_size)), 0)
            if write.last:
                os.fsync(file)
                self._shut()
        except OSError as error:
            self._fail(f"{error.strerror}; free the recordings' disk. The rest of this call is not recorded")
            self._shut()

    def _open(self) -> int:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        self._kept = _frames_in(os.fstat(self._file).st_size)
        if not self._kept:
            _write_all(self._file, _header(0), 0)
        return self._file

    def _fail(self, why: str) -> None:
        if not self._stopped:
            self._stopped = True
            if self._on_fault is not None:
                self._on_fault(FirstlineError("recording_failed", f"The recording stopped: {why}."))

    def _shut(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


class NoRecorder:
    """An `voice.ports.AudioRecorder` for services that keep no recordings."""

    def caller(self, audio: bytes, at_sample: int) -> None:
        """Keep nothing."""

    def played(self, audio: bytes, at_sample: int) -> None:
        """Keep nothing."""

    def close(self) -> None:
        """Nothing to finish."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """Both sides of a recorded call."""

    caller: Samples
    """int16 [n], 8 kHz."""
    played: Samples
    """int16 [n], 8 kHz."""


def read_recording(path: Path) -> Recording:
    """Read a recording, whole or cut off: the file's size counts, not its header.

    Raises:
        FirstlineError: code ``"recording_unreadable"`` when it is not one of our files.
    """
    data = path.read_bytes()
    _check_header(data[:HEADER_BYTES], path)
    frames = np.frombuffer(data[HEADER_BYTES : _offset(_frames_in(len(data)))], dtype="<i2").reshape(-1, 2)
    return Recording(caller=frames[:, 0], played=frames[:, 1])


def repair(path: Path) -> bool:
    """Make the header of a recording that was cut off say what the file holds.

    Returns:
        Whether anything had to be changed.

    Raises:
        FirstlineError: code ``"recording_unreadable"`` when it is not one of our files.
    """
    with path.open("r+b") as file:
        found = file.read(HEADER_BYTES)
        if len(found) == HEADER_BYTES:
            _check_header(found, path)
        elif not _header(0).startswith(found[:4]):
            raise _unreadable(path)
        # Another process may be recording: the file is never made shorter, and its writer puts the lengths right again.
        right = _header(_frames_in(path.stat().st_size))
        if found == right:
            return False
        file.seek(0)
        file.write(right)
    return True


class Recordings:
    """The folder of recordings and the thread that writes them; made once per process."""

    def __init__(self, folder: Path, *, on_fault: FaultHandler | None = None):
        """Open the folder; nothing is written before the first call."""
        self.folder = folder
        self._on_fault = on_fault
        self._writer = DiskWriter()

    def path(self, call_id: str) -> Path:
        """Where the recording of a call is, or would be.

        Raises:
            FirstlineError: code ``"call_unknown"`` when this cannot be a call's identifier.
        """
        if not call_id or not all(c.isalnum() or c in "-_" for c in call_id):
            raise FirstlineError("call_unknown", "A call identifier has letters, digits, - and _ only.")
        return self.folder / f"{call_id}.wav"

    def recorder(self, call_id: str) -> StereoRecorder:
        """Record one media stream of a call, behind what earlier ones have recorded."""
        return StereoRecorder(self.path(call_id), self._writer, on_fault=self._on_fault)

    def repair_all(self) -> int:
        """Repair what a crash cut off; called at the start, before any call. Returns how many files were changed."""
        repaired = 0
        for path in self.folder.glob("*.wav"):
            with contextlib.suppress(FirstlineError):  # Not ours: left alone.
                repaired += repair(path)
        return repaired

    def close(self) -> None:
        """Finish writing; idempotent."""
        self._writer.close()


@cache
def _linear_table() -> Samples:
    return (mulaw_decode(bytes(range(256))) * 32768).astype(np.int16)


def _linear(audio: bytes) -> Samples:
    return _linear_table()[np.frombuffer(audio, dtype=np.uint8)]


def _samples(seconds: float) -> int:
    return int(seconds * TELEPHONE_RATE)


def _offset(frame: int) -> int:
    return HEADER_BYTES + frame * _FRAME_BYTES


def _frames_in(size: int) -> int:
    """Whole frames in a file of ``size`` bytes."""
    return max(0, size - HEADER_BYTES) // _FRAME_BYTES


def _header(frames: int) -> bytes:
    """RIFF header of PCM 16 bit stereo (Microsoft's "Multimedia Programming Interface and Data Specifications 1.0")."""
    size = frames * _FRAME_BYTES
    byte_rate = TELEPHONE_RATE * _FRAME_BYTES
    fmt = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 2, TELEPHONE_RATE, byte_rate, _FRAME_BYTES, 16)
    return struct.pack("<4sI4s", b"RIFF", HEADER_BYTES - 8 + size, b"WAVE") + fmt + struct.pack("<4sI", b"data", size)


def _check_header(found: bytes, path: Path) -> None:
    ours = _header(0)
    if len(found) < HEADER_BYTES or found[:4] != ours[:4] or found[8:40] != ours[8:40]:
        raise _unreadable(path)


def _unreadable(path: Path) -> FirstlineError:
    return FirstlineError("recording_unreadable", f"{path.name} is not a recording made by Firstline.")


def _write_all(file: int, data: bytes, offset: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(file, view, offset)
        view, offset = view[written:], offset + written
