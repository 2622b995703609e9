import numpy as np
import pytest

from models.speech_to_text.bursts import bursts
from models.speech_to_text.evidence import (
    Attempt,
    cut_to_stretches,
    is_doubtful,
    may_be_filled_up,
    needs_another,
    nothing_was_said,
    repeated_phrase,
    salvaged,
    went_wrong,
    without_echo,
)


def attempt(text="where is my order", *, logprob=-0.3, no_speech=0.05, tokens=None):
    count = len(text.split()) if tokens is None else tokens
    return Attempt(text=text, tokens=tuple(range(count)), avg_logprob=logprob, no_speech=no_speech)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("where is my order", 0),
        ("no no no", 0),
        ("no no no no", 1),
        ("call me back call me back call me back", 3),
        ("please enter your number please enter your number", 4),
        ("4 4 4 4 4 4", 0),
        ("double five double five", 0),
        ("", 0),
    ],
)
def test_repeats_are_told_from_what_people_say(text, words):
    assert repeated_phrase(text) == words


def test_a_text_longer_than_anybody_speaks_went_wrong():
    assert went_wrong(attempt("a b c d e f g h i j k"), seconds=1.0)
    assert went_wrong(attempt("hello", tokens=30), seconds=1.0)
    assert not went_wrong(attempt("I would like to cancel my order"), seconds=2.0)


def test_digits_read_out_quickly_are_not_wrong():
    assert not went_wrong(attempt("4, 0, 2, 7, 7, 1, 9, 3", tokens=16), seconds=3.0)


def test_an_improbable_text_gets_another_attempt_but_is_not_wrong():
    unsure = attempt(logprob=-1.2)
    assert needs_another(unsure, 2.0) and not went_wrong(unsure, 2.0)


def test_what_went_wrong_is_cut_to_one_and_marked_as_a_guess():
    saved = salvaged(attempt("Thank you for calling. Thank you for calling. Thank you for calling."), seconds=3.0)
    assert saved.text == "Thank you for calling."
    assert saved.confidence < 0.4
    assert len(salvaged(attempt("a b c d e f g h i j k l m n o p"), seconds=1.0).text.split()) == 7


@pytest.mark.parametrize(
    ("heard", "seconds", "kept"),
    [
        ("1 1 1 1", 0.46, "1"),
        ("4 8 4 8", 1.16, "4 8"),
        ("9 9", 0.72, "9"),
        ("4 8 4 8", 2.4, "4 8 4 8"),
        ("4 8 4 9", 1.16, "4 8 4 9"),
        ("5 5 or so", 0.7, "5 5 or so"),
        ("7", 0.3, "7"),
        ("4 8 4 8", 1.3, "4 8 4 8"),
        ("7 7 7 7", 1.5, "7 7 7 7"),
        ("7 7 7 7 7 7", 1.5, "7 7 7 7"),
        ("7 7 7 7", 0.9, "7 7"),
    ],
)
def test_digits_that_repeat_faster_than_they_can_be_said_are_an_echo(heard, seconds, kept):
    assert without_echo(attempt(heard), seconds).text == kept


@pytest.mark.parametrize(
    ("heard", "stretches", "filled"),
    [
        ("7 7 7 7", 3, True),
        ("4, 0, 2, 2,", 3, True),
        ("2 3 2 3 2", 3, True),
        ("4 0 2 7", 4, False),
        ("4 0 2 2", 1, False),
        ("4 0 2 7", 3, False),
        ("order 4 0 2 2", 3, False),
    ],
)
def test_more_digits_than_stretches_of_sound_may_be_made_up(heard, stretches, filled):
    assert may_be_filled_up(attempt(heard), stretches) is filled


@pytest.mark.parametrize(
    ("heard", "said", "kept"),
    [
        ("7, 7, 7, 7,", ["7", "7", "7"], "7 7 7"),
        ("4 0 2 2", ["4", "0", "2"], "4 0 2"),
        ("8 8 8 8", ["8", "", "8"], "8 8 8"),
        ("2 3 2 3 2", ["2", "3", "two"], "2 3 2"),
        ("4 0 2 2", ["4 0", "2 2"], "4 0 2 2"),
        ("4 0 2 2", ["4", "0", "2 2"], "4 0 2 2"),
        ("4 0 1 7", ["4", "0", "2"], "4 0 1 7"),
    ],
)
def test_a_number_keeps_the_digits_that_its_stretches_have(heard, said, kept):
    assert cut_to_stretches(attempt(heard), said).text == kept


def test_stretches_of_sound_lie_between_pauses():
    noise = np.random.default_rng(1).normal(0, 0.0005, 3 * 8000).astype(np.float32)
    tone = np.sin(np.arange(3200) / 4).astype(np.float32) * 0.3
    for begin in (800, 8800, 18_000):
        noise[begin : begin + 3200] += tone
    found = bursts(noise)
    assert len(found) == 3
    assert all(abs(first - begin) <= 160 for (first, _), begin in zip(found, (800, 8800, 18_000), strict=True))
    assert bursts(np.zeros(0, np.float32)) == [] == bursts(np.zeros(8000, np.float32))


@pytest.mark.parametrize(
    ("heard", "seconds", "voice_ms", "nothing"),
    [
        (attempt(), 1.5, None, False),
        (attempt("Thank you.", logprob=-0.2), 0.8, 640.0, False),
        (attempt("Thank you.", logprob=-0.7, no_speech=0.75), 5.0, 2000.0, True),
        (attempt("you", logprob=-0.9, no_speech=0.85), 3.0, 0.0, True),
        (attempt("I'm going to the hospital.", logprob=-1.5, no_speech=0.7), 8.0, 900.0, True),
        (attempt("seven", logprob=-1.1, no_speech=0.65), 0.4, 200.0, False),
        (attempt("Aah! Aah! Aah!", logprob=-0.5, no_speech=0.35), 3.0, 0.0, True),
        (attempt("where is my order", no_speech=0.4), 2.0, 96.0, True),
        (attempt("...", logprob=-0.1), 1.0, None, True),
        (attempt("", logprob=-0.1), 1.0, None, True),
        (attempt("да", logprob=-0.1), 1.0, None, False),
    ],
)
def test_nothing_is_believed_without_evidence_of_speech(heard, seconds, voice_ms, nothing):
    assert nothing_was_said(heard, seconds, voice_ms) is nothing


def test_the_speech_detector_is_asked_only_in_doubt():
    assert not is_doubtful(attempt())
    assert is_doubtful(attempt(no_speech=0.3)) and is_doubtful(attempt(logprob=-0.9)) and is_doubtful(attempt("You"))
