"""What is kept of a call's sound: both sides on the call's clock, over all its streams, whatever the carrier does."""

from dataclasses import replace

import numpy as np
import pytest

from interactions.events.base import EventType
from interactions.vocabulary import EndedReason
from models.interfaces import SAMPLES_PER_MS
from records.recordings import Recordings, read_recording
from tests.fakes.call_rig import Rig, ScriptedTranscriber, Snapshots
from tests.fakes.carrier import FRAME_MS, FakeCarrier
from tests.fakes.events import Log


def one_turn(rig: Rig, *, wait_ms: int = 300) -> None:
    """A media stream on which the caller is greeted, says something and is answered, and that is then lost."""
    before = len(rig.heard())

    async def script(carrier: FakeCarrier) -> None:
        await carrier.wait_until(lambda: len(rig.heard()) == before + 1)
        await carrier.wait(wait_ms)
        carrier.say(600)
        await carrier.wait_until(lambda: len(rig.heard()) == before + 2)

    rig.play(script, EndedReason.LEG_DEAD)


def starts_ms(side: np.ndarray) -> list[float]:
    """Where sounds begin behind half a second of silence."""
    loud = np.flatnonzero(np.abs(side.astype(np.int32)) > 100)
    first = np.concatenate(([True], np.diff(loud) > 500 * SAMPLES_PER_MS))
    return [float(at) / SAMPLES_PER_MS for at in loud[first]]


def test_three_streams_of_a_call_are_one_recording_on_the_calls_clock(tmp_path):
    recordings, log, snapshots = Recordings(tmp_path), Log(), Snapshots()
    for stream in range(3):
        last = snapshots.kept[-1] if snapshots.kept else None
        before = last and replace(last, wall_time=last.wall_time - 20 * stream)
        one_turn(
            Rig(
                ScriptedTranscriber("where is it"),
                log=log,
                snapshots=snapshots,
                snapshot=before,
                recording=recordings.recorder("CA1"),
            )
        )
    recordings.close()
    kept = read_recording(recordings.path("CA1"))
    spoken = [body.at_ms for body in log.bodies(EventType.SPEECH_STARTED)]
    begun = [body.at_ms for body in log.bodies(EventType.REPLY_STARTED)]
    assert len(spoken) == 3 and spoken[2] > 60_000
    assert starts_ms(kept.caller) == pytest.approx(spoken, abs=60)
    assert starts_ms(kept.played) == pytest.approx(begun, abs=FRAME_MS)
    assert len(kept.caller) / SAMPLES_PER_MS >= begun[-1]


@pytest.mark.parametrize("off", [-0.01, 0.01, 0.0002])
def test_a_carrier_whose_clock_is_off_changes_no_answer_time_and_no_place_in_the_recording(off: float):
    told, kept = [], []
    for each in (0.0, off):
        rig = Rig(ScriptedTranscriber("where is it"), off=each)
        one_turn(rig, wait_ms=5000)
        told.append(rig.log.bodies(EventType.REPLY_STARTED)[-1].voice_to_voice_ms)
        kept.append(rig)
    assert abs(told[1] - told[0]) <= 5
    at_ms = kept[1].recording.right[-1][0] / SAMPLES_PER_MS
    assert kept[1].log.bodies(EventType.REPLY_PLAYED)[-1].end_ms == pytest.approx(
        at_ms + len(kept[1].recording.right[-1][1]) / SAMPLES_PER_MS, abs=2
    )
