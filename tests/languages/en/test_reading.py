"""Numbers, money, dates, identifiers and addresses are read as people read them."""

import re

import pytest

from languages import load

READ = load("en").read
as_spoken, sentences = READ.as_spoken, READ.sentences


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Your order 4027 was shipped.", "Your order four zero two seven was shipped."),
        ("Order number 123456.", "Order number one two three, four five six."),
        ("It is case AB12.", "It is case A B one two."),
        ("That is $29.99.", "That is twenty-nine dollars and ninety-nine cents."),
        ("It costs €1.", "It costs one euro."),
        ("£0.01 or £0.50", "one penny or fifty pence"),
        ("We refunded 1,250.00 EUR.", "We refunded one thousand two hundred fifty euros."),
        ("It arrives on 2026-11-24.", "It arrives on Tuesday, November twenty-fourth."),
        ("since 2026", "since twenty twenty-six"),
        ("since 1905", "since nineteen oh five"),
        ("Write to jane.doe@example.com today.", "Write to jane dot doe at example dot com today."),
        ("Call +1 415 555 0123.", "Call plus one, four one five, five five five, zero one two three."),
        ("open from 9 am to 17:30", "open from nine a.m. to five thirty p.m."),
        ("at 9:05 a.m.", "at nine oh five a.m."),
        ("You have 14 days.", "You have fourteen days."),
        ("the 23rd of May", "the twenty-third of May"),
        ("a 15% discount", "a fifteen percent discount"),
        ("3.5 kilos", "three point five kilos"),
        ("Tea & biscuits", "Tea and biscuits"),
        ("card ending in 0042", "card ending in zero zero four two"),
    ],
)
def test_text_is_read_as_people_read_it(written, spoken):
    assert as_spoken(written) == spoken


@pytest.mark.parametrize("text", ["", "   ", "2026-99-99", "25:99", "$", "@", "🎉 12 €€", "٣٤", "1" * 40, "a" * 5000])
def test_odd_text_is_read_without_failing_and_without_ascii_digits(text):
    assert not re.search(r"(?a)\b\d+\b", as_spoken(text)) or ":" in text


def test_sentences_end_at_full_stops_but_not_at_abbreviations():
    text = "Thanks, Dr. Smith. We open at nine a.m. on weekdays. Anything else?"
    assert sentences(text) == ["Thanks, Dr. Smith.", "We open at nine a.m. on weekdays.", "Anything else?"]


def test_nothing_makes_no_sentences():
    assert sentences("  ") == []
