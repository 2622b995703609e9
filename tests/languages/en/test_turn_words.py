import pytest

from languages import load
from models.turn_words import Trailing, ends_sentence

WORDS = load("en").turns
count_digits, count_letters, trailing = WORDS.count_digits, WORDS.count_letters, WORDS.trailing


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("", 0),
        ("4 0 2 7", 4),
        ("4027", 4),
        ("402-7.", 4),
        ("four oh two seven", 4),
        ("Four, to, seven.", 3),
        ("double five", 2),
        ("four triple seven", 4),
        ("forty twenty-seven", 4),
        ("nineteen eighty two", 4),
        ("four hundred", 3),
        ("I want to go for it too", 0),
        ("my order number is 4 2", 2),
        ("🙂 五", 0),
    ],
)
def test_digits_are_counted_however_they_are_written(text: str, digits: int) -> None:
    assert count_digits(text) == digits


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", Trailing.NOTHING),
        ("...", Trailing.NOTHING),
        ("I want to cancel my order.", Trailing.WHOLE),
        ("Yes.", Trailing.WHOLE),
        ("No.", Trailing.WHOLE),
        ("Yes, please.", Trailing.OPEN_WORD),
        ("the sixth of May", Trailing.WHOLE),
        ("It arrived broken and", Trailing.CONJUNCTION),
        ("It's because", Trailing.CONJUNCTION),
        ("Well, um", Trailing.FILLER),
        ("I sent it to my", Trailing.DETERMINER),
        ("It came from", Trailing.PREPOSITION),
        ("My order number is", Trailing.LEAD_IN),
        ("I was going to-", Trailing.CUT),
        ("I was thinking...", Trailing.CUT),
        ("Let me check.", Trailing.HOLD),
        ("Hang on a second.", Trailing.HOLD),
        ("One moment please.", Trailing.HOLD),
        ("Yeah let me just find it", Trailing.HOLD),
    ],
)
def test_the_last_words_tell_how_a_turn_trails_off(text: str, kind: Trailing) -> None:
    assert trailing(text) is kind


def test_letters_of_a_spelled_name_are_counted() -> None:
    assert count_letters("Smith, S M I T H") == 5
    assert count_letters("S-M-I-T-H.") == 5
    assert count_letters("John Smith") == 0


def test_a_sentence_ends_with_its_mark() -> None:
    assert ends_sentence("Where is it?") and ends_sentence('He said "no."')
    assert not ends_sentence("Where is it") and not ends_sentence("Where is...") and not ends_sentence("")
