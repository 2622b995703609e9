"""The playout ledger knows what was played: marks, the proportional tail, epochs across clear."""

import pytest

from voice.speaking.ledger import PlayoutLedger, played_text


def test_audio_is_played_at_eight_samples_a_millisecond():
    ledger = PlayoutLedger()
    ledger.sent_audio(8000, now_ms=100)

    assert ledger.played(now_ms=100) == 0
    assert ledger.played(now_ms=350) == 2000
    assert ledger.played(now_ms=5000) == 8000
    assert ledger.buffered_ms(now_ms=600) == 500


def test_a_pause_between_two_replies_is_not_counted_as_playing():
    ledger = PlayoutLedger()
    ledger.sent_audio(800, now_ms=0)
    ledger.settle(now_ms=1000)
    ledger.sent_audio(800, now_ms=1000)

    assert ledger.played(now_ms=1050) == 800 + 400
    assert ledger.played_at(800) == 1000


def test_a_returned_mark_proves_its_position_and_corrects_the_estimate():
    ledger = PlayoutLedger()
    ledger.sent_audio(1600, now_ms=0)
    name = ledger.mark_name()
    ledger.sent_audio(1600, now_ms=0)

    assert ledger.mark_returned(name, sent_ms=260)  # 60 ms later than the clock alone would say

    assert ledger.played(now_ms=260) == 1600
    assert ledger.played(now_ms=360) == 2400


def test_marks_flushed_by_a_clear_prove_nothing():
    ledger = PlayoutLedger()
    ledger.sent_audio(8000, now_ms=0)
    flushed = ledger.mark_name()

    assert ledger.cleared(now_ms=250) == 2000
    assert not ledger.mark_returned(flushed, sent_ms=251)
    assert ledger.played(now_ms=9000) == 2000


def test_after_a_clear_new_audio_goes_on_from_what_was_played():
    ledger = PlayoutLedger()
    ledger.sent_audio(8000, now_ms=0)
    ledger.cleared(now_ms=250)
    ledger.sent_audio(800, now_ms=400)

    assert ledger.epoch == 1
    assert ledger.played(now_ms=450) == 2000 + 400


@pytest.mark.parametrize("name", ["", "hello", "e0:", "e0:99999", "e7:10", "e0:-5", "e0:1e3"])
def test_a_foreign_or_impossible_mark_is_refused(name):
    ledger = PlayoutLedger()
    ledger.sent_audio(800, now_ms=0)
    assert not ledger.mark_returned(name, sent_ms=10)


def test_played_spans_cover_everything_played_once_and_at_the_right_time():
    ledger = PlayoutLedger()
    ledger.sent_audio(1600, now_ms=100)
    spans = [ledger.settle(now_ms) for now_ms in (100, 150, 200, 900)]

    assert [(s.start, s.end, s.at_ms) if s else None for s in spans] == [
        None,
        (0, 400, 100),
        (400, 800, 150),
        (800, 1600, 200),
    ]


def test_nothing_is_played_twice_when_a_late_mark_moves_the_estimate_back():
    ledger = PlayoutLedger()
    ledger.sent_audio(8000, now_ms=0)
    ledger.settle(now_ms=300)
    mark = "e0:1600"
    ledger.mark_returned(mark, sent_ms=260)

    assert ledger.settle(now_ms=301) is None


@pytest.mark.parametrize(
    ("share", "played"),
    [
        (0.0, ""),
        (0.05, ""),
        (0.3, "your order"),
        (0.5, "your order was"),
        (0.999, "your order was sent yesterday"),
        (1.0, "your order was sent yesterday"),
    ],
)
def test_the_played_part_of_a_sentence_is_cut_between_words(share, played):
    assert played_text("your order was sent yesterday", share) == played
