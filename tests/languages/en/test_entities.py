from datetime import date
from decimal import Decimal

import pytest

from languages import load
from languages.entities import Answer, DigitsExpected, Prefer

find = load("en").find
find_amount, find_choice, find_date, find_digits = find.amount, find.choice, find.date, find.digits
find_email, find_name, find_phone = find.email, find.name, find.phone
find_yes_no = load("en").yes_no.find

TODAY = date(2026, 11, 18)  # a Wednesday
FOUR = DigitsExpected(min_length=4, max_length=4)
ANY = DigitsExpected()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("four oh two seven", "4027"),
        ("4 0 2 7", "4027"),
        ("4-0-2-7.", "4027"),
        ("4,027", "4027"),
        ("4, 0, 2, 7", "4027"),
        ("it's double five nine one", "5591"),
        ("triple nine two", "9992"),
        ("forty two seventeen", "4217"),
        ("My order number is 4027, thanks.", "4027"),
        ("four thousand and twenty seven", "4027"),
        ("A as in Alpha, four oh two seven", "A4027"),
        ("it is AB4027", "AB4027"),
        ("um four, zero, uh, two seven", "4027"),
        ("one hundred and five six", "1056"),
        ("four oh two seven, no sorry, four oh three seven", "4037"),
        ("twenty-one oh five", "2105"),
        ("I have one question", None),
        ("I need someone to call me", None),
        ("anyone for tennis", None),
        ("", None),
    ],
)
def test_digits_unasked(text: str, value: str | None) -> None:
    found = find_digits(text)
    assert (found.value if found else None) == value


@pytest.mark.parametrize(
    ("text", "expect", "value"),
    [
        ("for oh two seven", FOUR, "4027"),
        ("four oh too seven", FOUR, "4027"),
        ("the code for 4027", FOUR, "4027"),
        ("for 4027", ANY, "4027"),
        ("seven", ANY, "7"),
        ("ate ate won five", FOUR, "8815"),
        ("the last four are nine nine one two", FOUR, "9912"),
        ("A B 4 0 2 7", DigitsExpected(letters=True), "AB4027"),
        ("bravo kilo four two", DigitsExpected(letters=True), "BK42"),
        ("S for sugar 4 2", DigitsExpected(letters=True), "S42"),
        ("I don't have it", ANY, None),
        ("I'm waiting for it to come", ANY, None),
        ("oh", ANY, None),
        ("oh no", ANY, None),
    ],
)
def test_digits_that_were_asked_for(text: str, expect: DigitsExpected, value: str | None) -> None:
    found = find_digits(text, expect=expect)
    assert (found.value if found else None) == value


def test_digits_of_the_wrong_length_are_not_trusted() -> None:
    found = find_digits("four oh two", expect=FOUR)
    assert found is not None
    assert found.value == "402"
    assert found.confidence < 0.5


def test_digits_tell_where_they_stand() -> None:
    text = "so it's four oh two seven I think"
    found = find_digits(text)
    assert found is not None
    assert text[found.start : found.end] == "four oh two seven"


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("twenty nine ninety nine", "29.99", ""),
        ("$12.50", "12.50", "USD"),
        ("it was £1,200", "1200", "GBP"),
        ("fifty pounds", "50", "GBP"),
        ("twelve dollars and fifty cents", "12.50", "USD"),
        ("twelve dollars fifty", "12.50", "USD"),
        ("a hundred and twenty bucks", "120", "USD"),
        ("twenty nine ninety nine dollars", "29.99", "USD"),
        ("fifty pence", "0.5", "GBP"),
        ("two thousand three hundred euros", "2300", "EUR"),
        ("12.50", "12.50", ""),
        ("I paid five on day 3 but forty dollars later", "40", "USD"),
        ("five oh five", "5.05", ""),
        ("one point five million dollars", "1500000", "USD"),
    ],
)
def test_amounts(text: str, value: str, currency: str) -> None:
    found = find_amount(text)
    assert found is not None
    assert (found.value, found.currency) == (Decimal(value), currency)


@pytest.mark.parametrize("text", ["", "three days ago", "ten percent", "a lot of money", "someone"])
def test_no_amount(text: str) -> None:
    assert find_amount(text) is None


def test_an_amount_without_currency_takes_the_lines() -> None:
    found = find_amount("twelve fifty", currency="GBP")
    assert found is not None
    assert (found.value, found.currency) == (Decimal("12.5"), "GBP")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", date(2026, 11, 18)),
        ("it was yesterday", date(2026, 11, 17)),
        ("the day before yesterday", date(2026, 11, 16)),
        ("tomorrow morning", date(2026, 11, 19)),
        ("last Monday", date(2026, 11, 16)),
        ("next Friday", date(2026, 11, 20)),
        ("Monday next week", date(2026, 11, 23)),
        ("March 3rd", date(2027, 3, 3)),
        ("the third of March twenty twenty six", date(2026, 3, 3)),
        ("March the third, 2025", date(2025, 3, 3)),
        ("3 March 1984", date(1984, 3, 3)),
        ("March third nineteen eighty four", date(1984, 3, 3)),
        ("May five two thousand and one", date(2001, 5, 5)),
        ("the twenty third", date(2026, 11, 23)),
        ("on the 23rd", date(2026, 11, 23)),
        ("three days ago", date(2026, 11, 15)),
        ("in two weeks", date(2026, 12, 2)),
        ("a month ago", date(2026, 10, 18)),
        ("2026-03-04", date(2026, 3, 4)),
        ("3/4/2026", date(2026, 3, 4)),
        ("last week Tuesday", date(2026, 11, 10)),
        ("the 20th of this month", date(2026, 11, 20)),
        ("I ordered it on the thirtieth", date(2026, 10, 30)),
        ("23/4/2026", date(2026, 4, 23)),
    ],
)
def test_dates(text: str, day: date) -> None:
    found = find_date(text, TODAY)
    assert found is not None
    assert found.value == day


@pytest.mark.parametrize(
    "text", ["", "the first one please", "I may be late", "second", "February 30th", "give me a second", "last month"]
)
def test_no_date(text: str) -> None:
    assert find_date(text, TODAY) is None


def test_a_date_without_a_year_goes_where_it_is_expected() -> None:
    past = find_date("March 3rd", TODAY, prefer=Prefer.PAST)
    future = find_date("the fifth", TODAY, prefer=Prefer.FUTURE)
    assert past is not None and past.value == date(2026, 3, 3)
    assert future is not None and future.value == date(2026, 12, 5)
    british = find_date("3/4/2026", TODAY, day_first=True)
    assert british is not None and british.value == date(2026, 4, 3)


@pytest.mark.parametrize(
    ("text", "region", "value"),
    [
        ("(415) 267-1234", "US", "+14152671234"),
        ("four one five two six seven one two three four", "US", "+14152671234"),
        ("plus one four one five two six seven one two three four", "US", "+14152671234"),
        ("oh seven nine double one one two three four five six", "GB", "+447911123456"),
        ("plus four four seven nine double one one two three four five six", "US", "+447911123456"),
        ("my number is 415-267-1234 thanks", "US", "+14152671234"),
    ],
)
def test_phone_numbers(text: str, region: str, value: str) -> None:
    found = find_phone(text, region)
    assert found is not None
    assert found.value == value


@pytest.mark.parametrize("text", ["", "four oh two", "call me", "1"])
def test_no_phone_number(text: str) -> None:
    assert find_phone(text, "US") is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("jane.doe@example.com", "jane.doe@example.com"),
        ("it's Jane.Doe@Example.com.", "jane.doe@example.com"),
        ("jane dot doe at example dot com", "jane.doe@example.com"),
        ("my email is jane dot doe at example dot com please", "jane.doe@example.com"),
        ("it is j a n e at example dot co dot uk", "jane@example.co.uk"),
        ("J-A-N-E at example.com", "jane@example.com"),
        ("jane underscore forty two at gmail dot com", "jane_42@gmail.com"),
        ("janedoe at gmail.com", "janedoe@gmail.com"),
        ("D as in dog, O, E at example dot org", "doe@example.org"),
        ("jane doe at mail dash box dot net", "janedoe@mail-box.net"),
    ],
)
def test_email_addresses(text: str, value: str) -> None:
    found = find_email(text)
    assert found is not None
    assert found.value == value


@pytest.mark.parametrize("text", ["", "I'm at home", "meet me at example", "at at at", "@", "it is at dot com"])
def test_no_email_address(text: str) -> None:
    assert find_email(text) is None


@pytest.mark.parametrize(
    ("text", "value", "spelled"),
    [
        ("my name is Jane Smith", "Jane Smith", False),
        ("my name is jane smith", "Jane Smith", False),
        ("hi, this is Jane calling about my order", "Jane", False),
        ("I'm Jane Smith and I want a refund", "Jane Smith", False),
        ("S M I T H", "Smith", True),
        ("S-M-I-T-H.", "Smith", True),
        ("S for sugar, M for mother, I, T, H", "Smith", True),
        ("Jane Smyth, S M Y T H", "Jane Smyth", True),
        ("my name is Jane Smith, that's S M Y T H", "Jane Smyth", True),
        ("J-A-N-E S-M-I-T-H", "Jane Smith", True),
        ("my name is Maria dos Santos", "Maria dos Santos", False),
        ("my first name is Jane and my last name is Smith", "Jane Smith", False),
        ("B E double N E double T", "Bennett", True),
        ("my name is Jane Parker-Bowles", "Jane Parker-Bowles", False),
    ],
)
def test_names(text: str, value: str, spelled: bool) -> None:
    found = find_name(text, expect="my name" not in text and "I'm" not in text and "this is" not in text)
    assert found is not None
    assert (found.value, found.spelled) == (value, spelled)


@pytest.mark.parametrize("text", ["", "I'm calling about my order", "I'm really angry", "it's broken", "where is it"])
def test_no_name(text: str) -> None:
    assert find_name(text) is None


def test_a_bare_name_counts_only_when_it_was_asked_for() -> None:
    assert find_name("Jane Smith") is None
    found = find_name("Jane Smith", expect=True)
    assert found is not None and found.value == "Jane Smith"


YES = (
    "yes", "Yeah, that's right.", "yep", "yes please", "sure", "go ahead", "mm-hmm", "uh-huh", "that's correct",
    "no problem", "please do", "of course", "absolutely", "I do", "I think so", "why not", "no, yeah", "all right",
    "Okay.", "no that's fine", "sounds good", "I don't mind",
)  # fmt: skip
NO = (
    "no", "No, thanks.", "not really", "I'd rather not", "don't", "nope", "I don't think so", "no thank you",
    "that's not right", "definitely not", "of course not", "yeah, no", "that isn't right", "please don't",
    "incorrect", "never mind", "not yet", "I do not want that", "uh-uh", "no, that's wrong", "I’d rather not",
    "okay then no", "that's not what I want",
)  # fmt: skip
UNSURE = ("I don't know", "maybe", "I'm not sure", "perhaps", "no idea", "it depends")


@pytest.mark.parametrize(
    ("text", "answer"),
    [(t, Answer.YES) for t in YES] + [(t, Answer.NO) for t in NO] + [(t, Answer.UNSURE) for t in UNSURE],
)
def test_yes_and_no(text: str, answer: Answer) -> None:
    found = find_yes_no(text)
    assert found is not None
    assert found.value == answer
    assert found.confidence >= 0.5


@pytest.mark.parametrize(
    "text", ["", "yesterday", "the knowledge base", "what time is it", "where is my order", "noon"]
)
def test_neither_yes_nor_no(text: str) -> None:
    assert find_yes_no(text) is None


COLOURS = {"red": ("crimson",), "blue": ("navy", "sky blue"), "express delivery": ("fast",), "express": ()}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("the red one please", "red"),
        ("navy", "blue"),
        ("I want the Sky Blue", "blue"),
        ("not the red, the blue", "blue"),
        ("no, the blue one", "blue"),
        ("express delivery", "express delivery"),
        ("xpress delivery", "express delivery"),
        ("the second one", "blue"),
        ("option three", "express delivery"),
        ("crimsen", "red"),
        ("red or blue, I don't care", None),
        ("I am bored", None),
        ("", None),
    ],
)
def test_choices(text: str, value: str | None) -> None:
    found = find_choice(text, COLOURS)
    assert (found.value if found else None) == value


HARD = (
    "", " ", "🙂🙃👩‍👩‍👧‍👦", "你好，我的订单在哪里", "مرحبا", "٤٠٢٧", "x" * 100_000, "4" * 100_000, "at " * 20_000,
    "no " * 9_000, "one two " * 9_000, "...", "@@@@", "\x00\x01", "a.b@" * 5_000, "-" * 9_000, "double " * 9_000,
    "double", "four oh two double", "oh eight seven triple", "it is treble", "double double double five",
    "A " * 9_000, "hundred", "and", "point", "twenty", "may 99", "0000-00-00", "$", "twenty hundred thousand million",
)  # fmt: skip


@pytest.mark.parametrize("text", HARD, ids=range(len(HARD)))
def test_nothing_crashes_and_spans_are_within_the_text(text: str) -> None:
    found = (
        find_digits(text), find_digits(text, expect=DigitsExpected(letters=True)), find_amount(text),
        find_date(text, TODAY), find_phone(text, "US"), find_email(text), find_name(text), find_name(text, expect=True),
        find_yes_no(text), find_choice(text, COLOURS),
    )  # fmt: skip
    for entity in found:
        assert entity is None or (0 <= entity.start < entity.end <= len(text) and 0 < entity.confidence <= 1)


@pytest.mark.parametrize("text", ["", "🙂", "你好，我的订单在哪里", "مرحبا"])
def test_foreign_text_gives_nothing(text: str) -> None:
    assert (find_digits(text), find_amount(text), find_date(text, TODAY), find_email(text), find_yes_no(text)) == (
        None,
    ) * 5
