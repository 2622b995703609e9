import os
import signal
import subprocess
import sys
import time
import wave

import numpy as np
import pytest

from models.audio import mulaw_encode
from models.errors import FirstlineError
from records.recordings import HEADER_BYTES, Recordings, StereoRecorder, read_recording, repair

SILENCE = b"\xff"


def tone(samples: int, level: float = 0.5) -> bytes:
    return mulaw_encode(np.full(samples, level, dtype=np.float32))


@pytest.fixture
def recordings(tmp_path):
    recordings = Recordings(tmp_path / "recordings")
    yield recordings
    recordings.close()


def say(recorder: StereoRecorder, *frames: bytes, at_sample: int = 0) -> None:
    """The caller's audio, one frame behind the other."""
    for frame in frames:
        recorder.caller(frame, at_sample)
        at_sample += len(frame)


def finished(recordings: Recordings, call_id: str = "CA1"):
    recordings.close()
    return read_recording(recordings.path(call_id))


def test_left_is_the_caller_and_right_what_was_played_at_its_sample(recordings):
    recorder = recordings.recorder("CA1")
    say(recorder, *[tone(160, 0.25)] * 100)
    recorder.played(tone(800), at_sample=12_345)
    recorder.close()
    kept = finished(recordings)
    assert len(kept.caller) == 16_000 and (kept.caller > 8000).all()
    assert np.flatnonzero(kept.played).tolist() == list(range(12_345, 13_145))


def test_any_wav_reader_takes_it(recordings):
    recorder = recordings.recorder("CA1")
    recorder.caller(tone(8000), 0)
    recorder.close()
    recordings.close()
    with wave.open(str(recordings.path("CA1"))) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth(), file.getnframes()) == (2, 8000, 2, 8000)


def test_played_may_come_up_to_two_seconds_late_piece_by_piece(recordings):
    recorder = recordings.recorder("CA1")
    for tick in range(500):
        recorder.caller(SILENCE * 160, tick * 160)
        if tick >= 95:
            recorder.played(tone(160), at_sample=(tick - 95) * 160)
    recorder.close()
    kept = finished(recordings)
    assert np.flatnonzero(kept.played).tolist() == list(range(405 * 160))


def test_played_far_too_late_is_left_out_and_harms_nothing(recordings):
    recorder = recordings.recorder("CA1")
    say(recorder, *[SILENCE * 160] * 1000)
    recorder.played(tone(8000), at_sample=0)
    recorder.played(tone(8000), at_sample=-4000)
    recorder.close()
    kept = finished(recordings)
    assert len(kept.caller) == 160_000 and not kept.played.any()


def test_played_ahead_of_the_caller_lengthens_the_recording(recordings):
    recorder = recordings.recorder("CA1")
    recorder.caller(SILENCE * 160, 0)
    recorder.played(tone(8000), at_sample=0)
    recorder.close()
    kept = finished(recordings)
    assert len(kept.played) == 8000 and (kept.played != 0).all() and not kept.caller[160:].any()


def test_a_long_call_keeps_every_sample_and_little_memory(recordings):
    recorder = recordings.recorder("CA1")
    rng = np.random.default_rng(1)
    caller = rng.integers(0, 256, 8000 * 90, dtype=np.uint8).tobytes()
    for at in range(0, len(caller), 160):
        recorder.caller(caller[at : at + 160], at)
        recorder.played(caller[at : at + 160], at_sample=at)
    assert recorder._frames.nbytes < 400_000
    recorder.close()
    kept = finished(recordings)
    assert np.array_equal(kept.caller, kept.played) and len(kept.caller) == len(caller)
    assert mulaw_encode(kept.caller.astype(np.float32) / 32768) == mulaw_encode(kept.played.astype(np.float32) / 32768)


def test_nothing_after_close_and_close_twice(recordings):
    recorder = recordings.recorder("CA1")
    recorder.caller(tone(160), 0)
    recorder.close()
    recorder.caller(tone(160), 0)
    recorder.played(tone(160), 0)
    recorder.close()
    assert len(finished(recordings).caller) == 160


def test_audio_that_came_late_takes_the_place_of_the_silence_that_stood_in_for_it(recordings):
    recorder = recordings.recorder("CA1")
    say(recorder, *[SILENCE * 160] * 100)
    say(recorder, *[tone(160)] * 20, at_sample=40 * 160)
    say(recorder, *[SILENCE * 160] * 30, at_sample=100 * 160)
    recorder.close()
    kept = finished(recordings)
    assert len(kept.caller) == 130 * 160
    assert np.flatnonzero(kept.caller).tolist() == list(range(40 * 160, 60 * 160))


def test_a_call_of_three_streams_is_one_recording_with_silence_between_them(recordings):
    for stream in range(3):
        recorder = recordings.recorder("CA1")
        start = stream * 30_000
        say(recorder, *[tone(160, 0.25)] * 50, at_sample=start)
        recorder.played(tone(800), at_sample=start + 4000)
        recorder.close()
    kept = finished(recordings)
    assert len(kept.caller) == 68_000
    sounding = np.flatnonzero(kept.caller).reshape(3, -1)
    assert (sounding == np.arange(8000) + np.array([[0], [30_000], [60_000]])).all()
    assert np.flatnonzero(kept.played).reshape(3, -1)[:, 0].tolist() == [4000, 34_000, 64_000]


def test_the_greeting_of_a_later_stream_may_come_before_its_first_caller_audio(recordings):
    recorder = recordings.recorder("CA1")
    recorder.played(tone(800), at_sample=80_000)
    recorder.caller(tone(160), 79_900)
    recorder.close()
    kept = finished(recordings)
    assert np.flatnonzero(kept.played).tolist() == list(range(80_000, 80_800))
    assert np.flatnonzero(kept.caller).tolist() == list(range(79_900, 80_060))


def test_a_later_stream_never_writes_over_what_an_earlier_one_recorded(recordings):
    for start, level in ((0, 0.5), (4000, 0.25)):
        recorder = recordings.recorder("CA1")
        say(recorder, *[tone(160, level)] * 50, at_sample=start)
        recorder.close()
    kept = finished(recordings)
    assert len(kept.caller) == 12_000
    assert (kept.caller[:8000] > 12_000).all() and (kept.caller[8000:] < 9000).all()


@pytest.mark.parametrize("call_id", ["", "../etc/passwd", "a/b", "a.b"])
def test_an_identifier_that_could_leave_the_folder_is_refused(recordings, call_id):
    with pytest.raises(FirstlineError) as caught:
        recordings.path(call_id)
    assert caught.value.code == "call_unknown"


@pytest.mark.parametrize("cut", [0, 3, 43, HEADER_BYTES, HEADER_BYTES + 6, 20_001])
def test_a_file_cut_anywhere_is_repaired_once(recordings, cut):
    recorder = recordings.recorder("CA1")
    recorder.caller(tone(8000), 0)
    recorder.close()
    recordings.close()
    path = recordings.path("CA1")
    os.truncate(path, cut)
    assert repair(path) is True
    assert repair(path) is False
    with wave.open(str(path)) as file:
        assert file.getnframes() == max(0, cut - HEADER_BYTES) // 4
    assert len(read_recording(path).caller) == max(0, cut - HEADER_BYTES) // 4


def test_a_file_with_wrong_lengths_is_read_and_repaired_and_another_file_is_left_alone(recordings):
    recorder = recordings.recorder("CA1")
    recorder.caller(tone(8000), 0)
    recorder.close()
    recordings.close()
    path = recordings.path("CA1")
    with path.open("r+b") as file:
        file.seek(40)
        file.write(b"\xff\xff\xff\xff")
    (recordings.folder / "other.wav").write_bytes(b"not a recording at all" * 10)
    assert len(read_recording(path).caller) == 8000
    assert recordings.repair_all() == 1
    assert (recordings.folder / "other.wav").read_bytes() == b"not a recording at all" * 10
    with pytest.raises(FirstlineError):
        read_recording(recordings.folder / "other.wav")


CHILD = """
import sys
from pathlib import Path
from records.recordings import Recordings
recorder = Recordings(Path(sys.argv[1])).recorder("CA1")
tick = 0
while True:
    recorder.caller(bytes([0x10]) * 160, tick * 160)
    recorder.played(bytes([0x20]) * 160, tick * 160)
    tick += 1
    if tick % 50 == 0:
        print(tick * 160, flush=True)
        sys.stdin.readline()
"""


def test_killed_in_mid_call_the_recording_up_to_then_is_there(tmp_path):
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(tmp_path)], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    )
    assert child.stdout is not None and child.stdin is not None
    for _ in range(20):
        recorded = int(child.stdout.readline())
        child.stdin.write("\n")
        child.stdin.flush()
    # The child records far faster than a call does; the next flush, a quarter of a second away, takes what is there.
    path, deadline = tmp_path / "CA1.wav", time.monotonic() + 10
    while not path.exists() or len(read_recording(path).caller) < recorded - 2 * 8000:
        assert time.monotonic() < deadline, "nothing is flushed"
        time.sleep(0.02)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    kept = read_recording(path)
    assert len(kept.caller) >= recorded - 2 * 8000
    assert kept.caller.all() and kept.played[:-160].all()
    repair(path)
    with wave.open(str(path)) as file:
        assert file.getnframes() == len(kept.caller)
    goes_on_in_another_process(tmp_path, kept)


def goes_on_in_another_process(folder, before) -> None:
    resumed = len(before.caller) + 4000
    recordings = Recordings(folder)
    recorder = recordings.recorder("CA1")
    say(recorder, *[tone(160)] * 50, at_sample=resumed)
    recorder.close()
    kept = finished(recordings)
    assert len(kept.caller) == resumed + 8000
    assert np.array_equal(kept.caller[: len(before.caller)], before.caller)
    assert np.array_equal(kept.played[: len(before.caller)], before.played)
    assert not kept.caller[len(before.caller) : resumed].any() and kept.caller[resumed:].all()


FULL_DISK_CHILD = """
import resource, sys, wave
from pathlib import Path
from records.recordings import Recordings
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
faults = []
recordings = Recordings(Path(sys.argv[1]), on_fault=faults.append)
recorder = recordings.recorder("CA1")
for tick in range(1000):
    recorder.caller(bytes([0x10]) * 160, tick * 160)
recorder.close()
recordings.close()
assert recorder.stopped and [f.code for f in faults] == ["recording_failed"], faults
with wave.open(str(recordings.path("CA1"))) as file:
    assert 20_000 < file.getnframes() <= 25_000
print("ok")
"""


def test_a_full_disk_stops_the_recording_with_one_fault_and_leaves_a_valid_file(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK_CHILD, str(tmp_path)], capture_output=True, text=True, timeout=30
    )
    assert done.stdout == "ok\n", done.stderr


def test_a_folder_that_cannot_be_made_is_a_fault_not_a_crash(tmp_path):
    (tmp_path / "file").write_text("in the way")
    faults: list[FirstlineError] = []
    recordings = Recordings(tmp_path / "file" / "recordings", on_fault=faults.append)
    recorder = recordings.recorder("CA1")
    recorder.caller(tone(8000), 0)
    recorder.close()
    recordings.close()
    assert [f.code for f in faults] == ["recording_failed"]
