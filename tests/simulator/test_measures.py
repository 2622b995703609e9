"""Timelines in, measures out; times in ms on the caller's clock."""

import numpy as np
import pytest

from simulator.caller import SpokenUtterance
from simulator.measures import CallMeasures, Timeline, measure, percentile, summarise
from simulator.mulaw import FRAME, encode_float
from simulator.scenario import UtteranceKind

TONE = encode_float((0.3 * np.sin(2 * np.pi * 300 * np.arange(FRAME) / 8000)).astype(np.float32))
QUIET = b"\xff" * FRAME


def said(start_ms: int, end_ms: int, kind: UtteranceKind = UtteranceKind.SPEECH) -> SpokenUtterance:
    return SpokenUtterance(
        step=0,
        name="x",
        kind=kind,
        expect_reply=kind is UtteranceKind.SPEECH,
        first_voiced=start_ms * 8,
        last_voiced=end_ms * 8,
    )


def call(
    length_ms: int,
    bot: list[tuple[int, int]],
    caller: list[SpokenUtterance],
    *,
    starved: list[tuple[int, int]] | None = None,
    clears_ms: tuple[int, ...] = (),
    keys_ms: tuple[int, ...] = (),
) -> CallMeasures:
    """``bot`` and ``starved`` are spans at the ear; without ``starved``, every silence is one."""
    frames, dry = [], []
    for at in range(20, length_ms, 20):
        voice = any(start <= at < end for start, end in bot)
        frames.append(TONE if voice else QUIET)
        dry.append(not voice if starved is None else any(start <= at < end for start, end in starved))
    return measure(
        Timeline(
            utterances=tuple(caller),
            heard=b"".join(frames),
            starved=bytes(dry),
            clears=tuple(at // 20 - 1 for at in clears_ms),
            keys=tuple(at // 20 for at in keys_ms),
        )
    )


def test_voice_to_voice_is_from_the_callers_last_to_the_bots_first_voiced_sample() -> None:
    measures = call(5000, [(200, 1000), (2400, 3400)], [said(1500, 2050)])
    (turn,) = measures.turns
    assert turn.voice_to_voice_ms == 350.0
    assert (turn.cut_off, turn.no_reply, turn.barge_in_stop_ms) == (False, False, None)
    assert measures.first_bot_audio_ms == 200


def test_a_bot_that_speaks_into_the_callers_pause_cuts_the_caller_off() -> None:
    (turn,) = call(5000, [(1500, 1700), (3200, 4000)], [said(1000, 3000)]).turns
    assert turn.cut_off and turn.voice_to_voice_ms is None


def test_a_bot_that_begins_while_the_caller_begins_does_not_cut_off() -> None:
    (turn,) = call(5000, [(1100, 1400), (2400, 3000)], [said(1000, 2000)]).turns
    assert not turn.cut_off and turn.voice_to_voice_ms == 400.0


def test_no_reply_before_the_next_utterance() -> None:
    first, second = call(6000, [(3400, 4000)], [said(1000, 1500), said(2500, 3000)]).turns
    assert first.no_reply and not second.no_reply and second.voice_to_voice_ms == 400.0


def test_a_barge_in_is_measured_to_the_bots_last_sound() -> None:
    (turn,) = call(6000, [(500, 2240), (3300, 4000)], [said(2000, 3000)]).turns
    assert turn.barge_in_stop_ms == 240.0 and turn.voice_to_voice_ms == 300.0 and not turn.cut_off


def test_a_bot_that_only_takes_breath_has_not_stopped() -> None:
    (turn,) = call(6000, [(500, 2100), (2360, 2800)], [said(2000, 3000)]).turns
    assert turn.barge_in_stop_ms == 800.0


def test_a_breath_that_the_bot_sent_is_part_of_what_it_says() -> None:
    bot = [(500, 2100), (2700, 4500)]
    dry = [(0, 500), (4500, 9000)]
    (turn,) = call(6000, bot, [said(2300, 3500)], starved=dry).turns
    assert turn.barge_in_stop_ms == 2200.0 and not turn.cut_off and turn.no_reply

    # The same sounds, but the bot had stopped and then spoke into the caller's words.
    (turn,) = call(6000, bot, [said(2000, 3500)]).turns
    assert turn.barge_in_stop_ms == 100.0 and turn.cut_off


@pytest.mark.parametrize(
    ("bot", "clears_ms", "expected"),
    [
        ([(500, 4000)], (), False),
        ([(500, 2300)], (2300,), True),
        ([(500, 2300), (2800, 4000)], (), True),
        ([(500, 2300), (2400, 4000)], (), False),
        ([(500, 2300)], (), False),
    ],
    ids=["goes on", "cleared", "breaks off and resumes", "short gap", "ended by itself"],
)
def test_a_backchannel_must_not_stop_the_bot(bot, clears_ms, expected) -> None:
    utterance = said(2000, 2200, UtteranceKind.BACKCHANNEL)
    (turn,) = call(5000, bot, [utterance], clears_ms=clears_ms).turns
    assert turn.false_stop is expected


def test_a_backchannel_in_silence_says_nothing_about_stops() -> None:
    (turn,) = call(5000, [(500, 1000)], [said(2000, 2200, UtteranceKind.BACKCHANNEL)]).turns
    assert turn.false_stop is None and not turn.no_reply


def test_a_clear_needs_a_reason() -> None:
    bot = [(500, 2300)]
    assert call(4000, bot, [], clears_ms=(2300,)).unprovoked_clears == 1
    assert call(4000, bot, [said(2100, 2500)], clears_ms=(2300,)).unprovoked_clears == 0
    assert call(4000, bot, [], clears_ms=(2300,), keys_ms=(2100,)).unprovoked_clears == 0


@pytest.mark.parametrize(
    ("gap_ms", "starved", "found"),
    [
        (40, True, ()),
        (60, True, (60,)),
        (480, True, (480,)),
        (700, True, ()),
        (300, False, ()),
    ],
    ids=["inaudible", "audible", "long", "a pause between sentences", "silence that was sent"],
)
def test_gaps_in_the_bots_speech(gap_ms: int, starved: bool, found: tuple[int, ...]) -> None:
    gap = (1000, 1000 + gap_ms)
    bot = [(500, gap[0]), (gap[1], 2500)]
    dry = [(0, 500), (2500, 5000), *([gap] if starved else [])]
    assert call(4000, bot, [], starved=dry).underruns_ms == found


def test_a_gap_after_a_clear_or_while_the_caller_speaks_is_no_underrun() -> None:
    bot = [(500, 1000), (1200, 2500)]
    assert call(4000, bot, [], clears_ms=(1000,)).underruns_ms == ()
    assert call(4000, bot, [said(800, 1100)]).underruns_ms == ()


def test_dead_air_and_overlap() -> None:
    measures = call(12_000, [(500, 2000), (5500, 6000)], [said(1500, 2200)])
    assert measures.dead_air_ms == (3300, 6000)
    assert measures.overlap_ms == 500


def test_a_bot_that_never_speaks() -> None:
    measures = call(5000, [], [said(1000, 2000)])
    assert measures.turns[0].no_reply and measures.first_bot_audio_ms is None and measures.bot_speech_ms == 0


def test_percentiles_are_values_that_occurred() -> None:
    assert percentile([], 0.5) is None
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([float(n) for n in range(1, 101)], 0.95) == 95.0


def test_calls_are_pooled() -> None:
    good = call(5000, [(2400, 3400)], [said(1500, 2000)])
    bad = call(5000, [(1500, 1700)], [said(1000, 3000)])
    summary = summarise([good, bad, good])
    assert (summary.turns, summary.cutoffs, summary.p50_ms, summary.cutoff_rate) == (3, 1, 400.0, 0.3333)
