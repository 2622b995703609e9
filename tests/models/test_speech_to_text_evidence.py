import pytest

from models.speech_to_text.evidence import (
    Attempt,
    is_doubtful,
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
    ],
)
def test_digits_that_repeat_faster_than_they_can_be_said_are_an_echo(heard, seconds, kept):
    assert without_echo(attempt(heard), seconds).text == kept


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
