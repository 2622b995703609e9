"""The caller's audio on an even clock."""

import pytest

from telephony.inbound import SILENCE, InboundLimits, InboundTimeline
from telephony.ports import ProtocolFault

FRAME = b"\xd0" * 160
QUIET = b"\xfe" * 160


def timeline(**limits: int) -> InboundTimeline:
    return InboundTimeline(InboundLimits(**limits), started_s=0.0)


def feed(line: InboundTimeline, *, first: int, count: int, frame: bytes = FRAME, offset_ms: int = 0) -> bytes:
    """Frames ``first`` … sent every 20 ms and arriving on time."""
    return b"".join(line.audio((n + 1) * 0.02, n * 20 + offset_ms, frame) for n in range(first, first + count))


def run_ticks(line: InboundTimeline, until_s: float) -> bytes:
    """Call `tick` exactly when it wants to be called."""
    out = b""
    while line.next_tick_s <= until_s:
        out += line.tick(line.next_tick_s)
    return out


def test_frames_in_order_are_handed_on_unchanged() -> None:
    line = timeline()
    assert feed(line, first=0, count=50) == FRAME * 50
    assert line.delivered == 8000 and line.filled == 0 and line.made_up == 0


def test_the_first_timestamp_may_be_anything() -> None:
    assert timeline().audio(0.1, 57, FRAME) == FRAME


def test_a_hole_in_the_timestamps_is_filled_with_silence() -> None:
    line = timeline()
    feed(line, first=0, count=2)
    assert line.audio(0.12, 100, FRAME) == SILENCE * 480 + FRAME
    assert line.filled == 480


def test_timestamps_that_jitter_by_less_than_half_a_frame_mean_nothing_and_do_not_add_up() -> None:
    line = timeline()
    out = b"".join(line.audio(n * 0.02, n * 20 + (0, 7, -6, 3)[n % 4], FRAME) for n in range(1, 200))
    assert out == FRAME * 199 and line.faults == []


def test_frames_of_any_size_are_taken() -> None:
    line = timeline()
    assert line.audio(0.02, 0, b"\xd0" * 33) == b"\xd0" * 33
    assert line.audio(0.1, 100, b"\xd0" * 1600).endswith(b"\xd0" * 1600)
    assert line.delivered == 800 + 1600


def test_starvation_makes_up_silence_on_an_absolute_schedule() -> None:
    line = timeline()
    feed(line, first=0, count=10)
    assert line.tick(0.25) == b""
    silence = run_ticks(line, 2.2)
    # 0.2 s of audio, then silence that lags behind the wall clock by the 100 ms of patience.
    assert set(silence) == set(SILENCE) and abs(line.delivered - int(2.1 * 8000)) <= 160


def test_starvation_from_the_very_start_is_bridged() -> None:
    line = timeline()
    assert abs(len(run_ticks(line, 1.1)) - 8000) <= 160
    assert line.audio(1.12, 1000, FRAME) == FRAME


def test_a_sender_that_leaves_out_silent_frames_is_never_run_ahead_of() -> None:
    line = timeline()
    feed(line, first=0, count=10)
    run_ticks(line, 1.0)
    line.audio(1.02, 1000, FRAME)
    assert line.delivered == 8 * 1020
    assert line.left_out == 0


def test_late_speech_in_a_burst_is_kept_and_the_clock_comes_back_in_the_next_pause() -> None:
    line = timeline()
    feed(line, first=0, count=10)
    run_ticks(line, 0.5)
    made_up = line.made_up
    burst = b"".join(line.audio(0.5, n * 20, FRAME) for n in range(10, 25))
    assert burst == FRAME * 15
    assert line.delivered == 25 * 160 + made_up
    quiet = b"".join(line.audio(n * 0.02, n * 20, QUIET) for n in range(25, 60))
    # All made-up silence was given back by leaving out quiet samples: no drift, nothing filled twice.
    assert line.delivered == 60 * 160
    assert len(quiet) == 35 * 160 - made_up


def held_back(line: InboundTimeline, *, first: int, bursts: int, frames: int, frame: bytes = FRAME) -> bytes:
    """Bursts of ``frames`` that were held back until the last of them was spoken."""
    out = b""
    for start in range(first, first + bursts * frames, frames):
        sent_s = (start + frames) * 0.02
        out += run_ticks(line, sent_s - 0.001)
        out += b"".join(line.audio(sent_s, n * 20, frame) for n in range(start, start + frames))
    return out


def test_a_network_that_held_audio_back_once_is_waited_for() -> None:
    line = timeline()
    feed(line, first=0, count=10)
    held_back(line, first=10, bursts=1, frames=25)
    made_up = line.made_up
    assert made_up > 0 and line.late_samples == made_up
    # The pause after it gives the lead back.
    held_back(line, first=35, bursts=2, frames=25, frame=QUIET)
    assert line.late_samples == 0
    assert held_back(line, first=85, bursts=20, frames=25) == FRAME * 500
    assert line.made_up == made_up and line.late_samples == 0


def test_a_network_that_has_been_good_for_half_a_minute_is_no_longer_waited_for() -> None:
    line = timeline()
    held_back(line, first=0, bursts=2, frames=25)
    feed(line, first=50, count=1600, frame=QUIET)
    made_up = line.made_up
    line.tick(33.0)
    run_ticks(line, 33.0 + 0.25)
    assert abs(line.made_up - made_up - 8 * 150) <= 160


def test_audio_that_is_later_than_tolerated_is_left_out() -> None:
    line = timeline(max_lead_ms=400)
    feed(line, first=0, count=1)
    run_ticks(line, 2.0)
    burst = b"".join(line.audio(2.0, n * 20, FRAME) for n in range(1, 100))
    assert line.left_out > 0
    assert len(burst) == 99 * 160 - line.left_out
    assert line.delivered - 100 * 160 <= 401 * 8


def test_a_late_tick_lets_the_reader_go_first() -> None:
    line = timeline()
    feed(line, first=0, count=10)
    assert line.tick(0.6) == b""
    assert b"".join(line.audio(0.61, n * 20, FRAME) for n in range(10, 30)) == FRAME * 20
    assert line.tick(0.62) == b"" and line.made_up == 0


def test_ticks_that_are_always_late_still_bridge_a_starved_stream() -> None:
    line = timeline()
    feed(line, first=0, count=10)
    made_up = sum(len(line.tick(0.3 + n * 0.1)) for n in range(20))
    assert made_up >= 8 * 1700


def test_ticks_are_rare_while_audio_flows() -> None:
    line = timeline()
    ticks = 0
    for n in range(500):
        while line.next_tick_s <= n * 0.02:
            assert line.tick(line.next_tick_s) == b""
            ticks += 1
        line.audio(n * 0.02, n * 20, FRAME)
    assert ticks <= 130


def test_a_timestamp_that_goes_back_is_a_fault_and_the_audio_goes_on() -> None:
    line = timeline()
    feed(line, first=0, count=10)
    assert line.audio(0.22, 0, FRAME) == FRAME
    assert line.take_faults() == [ProtocolFault.TIMESTAMP_BACKWARDS] and line.take_faults() == []
    assert line.audio(0.24, 20, FRAME) == FRAME and line.faults == []


def test_a_senseless_jump_fills_nothing() -> None:
    line = timeline()
    feed(line, first=0, count=10)
    assert line.audio(0.22, 3_600_000, FRAME) == FRAME
    assert line.take_faults() == [ProtocolFault.TIMESTAMP_JUMP]
    assert line.audio(0.24, 3_600_020, FRAME) == FRAME and line.faults == []


def test_a_leg_is_dead_after_five_seconds_without_audio() -> None:
    line = timeline()
    feed(line, first=0, count=50)
    assert not line.dead(5.9)
    assert line.dead(6.1)


@pytest.mark.parametrize("second", [1.0, 1.01, 0.99])
def test_half_an_hour_passes_without_drift_whatever_the_carriers_second(second: float) -> None:
    line = timeline()
    delivered = 0
    for n in range(90_000):
        if n % 97 == 0:
            continue  # lost on the way
        delivered += len(line.audio(n * 0.02 * second + (n % 5) * 0.004, n * 20 + 3, FRAME))
    assert delivered == 8 * 20 * (90_000 - 1) and line.faults == []
