"""Playout keeps a lead, reports what was heard, pauses at once and goes on where it was heard last."""

from voice.speaking.playout import (
    ClearBuffer,
    Played,
    Playout,
    ReplyBegan,
    ReplyOver,
    ReplyProven,
    Send,
    Sentence,
    SetMark,
)


def sentence(text: str, ms: int) -> Sentence:
    """A sentence whose samples count up, so that a test sees which part is sent."""
    return Sentence(text=text, audio=bytes(i % 251 for i in range(ms * 8)))


def sent(steps) -> bytes:
    return b"".join(step.audio for step in steps if isinstance(step, Send))


def only(kind, steps):
    return [step for step in steps if isinstance(step, kind)]


def speaking(*sentences: Sentence, lead_ms: float = 200.0) -> Playout:
    playout = Playout(lead_ms=lead_ms)
    for one in sentences:
        playout.add(1, one)
    playout.close(1)
    return playout


def run_to(playout: Playout, start_ms: float, end_ms: float) -> list:
    steps, now = [], start_ms
    while now <= end_ms:
        steps += playout.advance(now)
        now += 20
    return steps


def test_the_first_send_fills_the_lead_and_tells_when_the_ear_hears_it():
    playout = speaking(sentence("Hello there.", 1000))
    steps = playout.advance(500)

    assert 200 <= len(sent(steps)) / 8 <= 260
    assert only(ReplyBegan, steps) == [ReplyBegan(reply_id=1, at_ms=500)]
    assert only(SetMark, steps), "a mark within the first lead"


def test_the_buffer_never_holds_much_more_than_the_lead_and_never_runs_dry():
    playout = speaking(sentence("A long sentence.", 3000))
    total = 0.0
    for now in range(0, 2700, 20):
        total += len(sent(playout.advance(now))) / 8
        assert 140 <= total - now <= 270


def test_everything_heard_is_reported_once_in_order_and_the_reply_ends_complete():
    one, two = sentence("First sentence.", 300), sentence("Second one.", 400)
    playout = speaking(one, two)
    steps = run_to(playout, 0, 1000)

    assert b"".join(step.audio for step in only(Played, steps)) == one.audio + two.audio
    assert only(ReplyOver, steps) == [
        ReplyOver(reply_id=1, text="First sentence. Second one.", start_ms=0, end_ms=700, complete=True)
    ]
    assert not playout.speaking


def test_stop_clears_the_ear_and_keeps_only_the_words_that_were_heard():
    playout = speaking(sentence("First sentence.", 400), sentence("one two three four", 400))
    run_to(playout, 0, 580)
    steps = playout.stop(600)

    assert only(ClearBuffer, steps)
    (over,) = only(ReplyOver, steps)
    assert over.text == "First sentence. one two"
    assert not over.complete
    assert over.end_ms == 600


def test_a_pause_is_silent_and_resume_goes_on_a_little_before_where_it_was_heard():
    whole = sentence("one two three four", 2000)
    playout = speaking(whole)
    run_to(playout, 0, 980)
    assert only(ClearBuffer, playout.pause(1000))
    assert run_to(playout, 1020, 1500) == []

    again = sent(playout.resume(1500))
    heard_before = 1000 * 8
    assert again == whole.audio[heard_before - 120 * 8 :][: len(again)]

    steps = run_to(playout, 1520, 3000)
    (over,) = only(ReplyOver, steps)
    assert over.complete
    assert over.text == "one two three four"


def test_marks_flushed_by_the_pause_do_not_count_as_heard():
    playout = speaking(sentence("one two three four", 2000))
    marks = [step.name for step in only(SetMark, run_to(playout, 0, 480))]
    playout.pause(500)
    for name in marks:
        playout.mark_returned(name, 501, sent_ms=501)

    (over,) = only(ReplyOver, playout.stop(600))
    assert over.text == "one"


def test_a_second_reply_waits_until_the_first_is_closed():
    playout = Playout()
    playout.add(1, sentence("First.", 100))
    playout.add(2, sentence("Second.", 100))
    assert len(sent(playout.advance(0))) == 800

    playout.close(1)
    playout.close(2)
    assert len(sent(playout.advance(50))) == 800


def test_a_silent_playout_needs_no_timer_and_a_paused_one_neither():
    playout = Playout()
    assert playout.next_ms(0) is None
    playout = speaking(sentence("Hello there.", 1000))
    playout.advance(0)
    assert playout.next_ms(0) is not None
    playout.pause(100)
    assert playout.next_ms(100) is None


def test_stopping_before_anything_was_sent_reports_nothing_heard():
    playout = speaking(sentence("Hello there.", 1000))
    (over,) = only(ReplyOver, playout.stop(10))
    assert (over.text, over.complete) == ("", False)


def test_a_reply_is_proven_by_the_mark_behind_its_last_sample_and_not_by_our_clock():
    playout = speaking(sentence("Shall I?", 700))
    steps = run_to(playout, 0, 1000)
    marks = [step.name for step in only(SetMark, steps)]
    assert only(ReplyOver, steps) and not only(ReplyProven, steps)
    for name in marks[:-1]:
        assert not only(ReplyProven, playout.mark_returned(name, 1000, sent_ms=1000))
    assert only(ReplyProven, playout.mark_returned(marks[-1], 1000, sent_ms=1000)) == [ReplyProven(reply_id=1)]


def test_a_mark_that_the_carrier_returns_for_a_clear_proves_nothing():
    playout = speaking(sentence("Shall I?", 700))
    marks = [step.name for step in only(SetMark, run_to(playout, 0, 690))]
    playout.pause(690)
    steps = [step for name in marks for step in playout.mark_returned(name, 700, sent_ms=700)]
    assert not only(ReplyProven, steps)


def test_a_pause_with_nothing_left_in_the_buffer_leaves_the_last_mark_its_proof():
    playout = speaking(sentence("Shall I?", 700))
    marks = [step.name for step in only(SetMark, run_to(playout, 0, 760))]
    assert not only(ClearBuffer, playout.pause(780))
    assert only(ReplyProven, playout.mark_returned(marks[-1], 800, sent_ms=790))


def test_a_reply_that_is_withdrawn_takes_nothing_with_it():
    playout = Playout()
    for reply_id, text in ((1, "It is done."), (2, "Anything else?"), (3, "Goodbye.")):
        playout.add(reply_id, sentence(text, 300))
        playout.close(reply_id)
    run_to(playout, 0, 340)
    steps = playout.withdraw((2,), 350)
    (over,) = only(ReplyOver, steps)
    assert (over.reply_id, over.complete) == (2, False)
    rest = only(ReplyOver, run_to(playout, 360, 1000))
    assert [(over.reply_id, over.complete) for over in rest] == [(3, True)]
    assert playout.withdraw((2,), 1100) == []


def test_what_is_being_said_may_be_finished_when_the_rest_is_withdrawn():
    playout = Playout()
    for reply_id in (1, 2):
        playout.add(reply_id, sentence("One moment.", 500))
        playout.close(reply_id)
    run_to(playout, 0, 100)
    assert not only(ClearBuffer, playout.withdraw((1, 2), 110, unless_begun=True))
    rest = only(ReplyOver, run_to(playout, 120, 1000))
    assert [(over.reply_id, over.complete) for over in rest] == [(1, True)]
