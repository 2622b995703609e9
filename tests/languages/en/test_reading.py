"""Numbers, money, dates, identifiers and addresses are read as people read them."""

import re
from datetime import date, timedelta

import pytest

from languages import load
from languages.en.reading.numbers import read_number, read_ordinal
from languages.reading import Habits

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


IRELAND = READ.in_region(Habits(country="IE")).as_spoken
AMERICA = READ.in_region(Habits(country="US", month_first=True)).as_spoken


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        # Money, whichever way it is written.
        ("You owe -£7.20.", "You owe minus seven pounds and twenty pence."),
        ("A balance of €-3", "A balance of minus three euros"),
        ("18,05 €", "eighteen euros and five cents"),
        ("€2.450,00", "two thousand four hundred and fifty euros"),
        ("$1,186", "one thousand one hundred and eighty-six dollars"),
        ("¥900 or CHF 12.50", "nine hundred yen or twelve francs and fifty centimes"),
        ("a budget of £2.5m", "a budget of two point five million pounds"),
        ("€40-60 a night", "forty to sixty euros a night"),
        ("€9/month", "nine euros per month"),
        ("95c", "ninety-five cents"),
        # What names something.
        ("If there is danger, dial 999 or 112.", "If there is danger, dial nine nine nine or one one two."),
        ("Text 50300 today", "Text fifty thousand three hundred today"),
        ("Your PIN is 0419.", "Your PIN is zero four one nine."),
        ("Booking KX-7713-B is held.", "Booking K X, seven seven one three, B is held."),
        ("tickets 8841 and 8842", "tickets eight eight four one and eight eight four two"),
        ("Ring 021 555 0199.", "Ring zero two one, five five five, zero one nine nine."),
        ("(01) 555 0142", "zero one, five five five, zero one four two"),
        ("at D02 X285", "at D zero two, X two eight five"),
        ("EC1A 1BB", "E C one A, one B B"),
        ("on the M50 in seat A4", "on the M fifty in seat A four"),
        ("Go to https://www.oak.example.org/help/2.", "Go to oak dot example dot org, slash help slash two."),
        ("mail o-brien7@post.co.uk", "mail o dash brien seven at post dot C O dot U K"),
        # Days and times.
        ("on 07/08/2027", "on the seventh of August, twenty twenty-seven"),
        ("by 24/12", "by the twenty-fourth of December"),
        ("Tue 8 Dec", "Tuesday the eighth of December"),
        ("Mon-Thu 8:30-16:00", "Monday to Thursday eight thirty a.m. to four p.m."),
        ("from 3-5 p.m.", "from three to five p.m."),
        ("12-14 March", "the twelfth to the fourteenth of March"),
        ("at 00:00 or 12:00", "at midnight or noon"),
        ("9.45pm", "nine forty-five p.m."),
        # Counts, ranges, fractions, units.
        ("186 of them", "one hundred and eighty-six of them"),
        ("2000 points since 2014", "two thousand points since twenty fourteen"),
        ("allow 10–14 days", "allow ten to fourteen days"),
        ("1½ cups, or 3/4 of one", "one and a half cups, or three quarters of one"),
        ("it was -7°C", "it was minus seven degrees Celsius"),
        ("750ml, 1 kg and 80 km/h", "seven hundred and fifty millilitres, one kilogram and eighty kilometres an hour"),
        ("a 2 x 3 m rug", "a two by three metres rug"),
        # Short forms.
        ("8 Quay St, Co. Clare", "eight Quay Street, County Clare"),
        ("Dr. Nolan at St. Anne's Rd", "Doctor Nolan at Saint Anne's Road"),
        ("approx. 3 hrs incl. travel", "approximately three hours including travel"),
        ("Ext. 12, no. 4", "extension twelve, number four"),
        ("and/or his/her name", "and or or his or her name"),
    ],
)
def test_text_is_read_as_irish_callers_expect(written, spoken):
    assert IRELAND(written) == spoken


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("186 of them on 07/08/2027", "one hundred eighty-six of them on July eighth, twenty twenty-seven"),
        ("Nov 5", "November fifth"),
    ],
)
def test_americans_say_no_and_and_name_the_month_first(written, spoken):
    assert AMERICA(written) == spoken


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Left at the door. 🙂", "Left at the door."),
        ("Done! 🎉🎉", "Done!"),
        ("With a neighbour :-)", "With a neighbour"),
        ("By the gate. 谢谢。", "By the gate."),
        ("• bread\n• milk", "bread, milk"),
        ("**Bold** _move_", "Bold move"),
    ],
)
def test_what_has_no_sound_is_left_out(written, spoken):
    assert READ.as_spoken(written) == spoken


@pytest.mark.parametrize("written", ["🙂", "李明", "...", " — ", "```"])
def test_nothing_but_soundless_marks_is_nothing_to_say(written):
    assert READ.as_spoken(written) == ""


def test_every_day_of_a_year_is_read_in_every_way_it_is_written():
    for number in range(366):
        day = date(2028, 1, 1) + timedelta(days=number)
        expected = IRELAND(f"{day.day} {day:%B} 2028")
        assert (
            IRELAND(f"{day:%d/%m/%Y}") == IRELAND(f"{day:%d.%m.%Y}") == IRELAND(f"{day.day} {day:%b} 2028") == expected
        )


def test_amounts_of_both_notations_sound_the_same():
    for cents in range(0, 2_000_000, 7_919):
        english, continental = f"{cents / 100:,.2f}", f"{cents / 100:,.2f}".translate(str.maketrans(",.", ".,"))
        assert IRELAND(f"€{english}") == IRELAND(f"€{continental}") == IRELAND(f"{continental} €")


@pytest.mark.parametrize(
    ("number", "plain", "joined"),
    [
        (0, "zero", "zero"),
        (14, "fourteen", "fourteen"),
        (80, "eighty", "eighty"),
        (186, "one hundred eighty-six", "one hundred and eighty-six"),
        (1005, "one thousand five", "one thousand and five"),
        (1300, "one thousand three hundred", "one thousand three hundred"),
        (40_000, "forty thousand", "forty thousand"),
        (712_021, "seven hundred twelve thousand twenty-one", "seven hundred and twelve thousand and twenty-one"),
        (3_000_000_100, "three billion one hundred", "three billion one hundred"),
    ],
)
def test_counts(number: int, plain: str, joined: str) -> None:
    assert (read_number(number), read_number(number, joined=True)) == (plain, joined)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "first"),
        (12, "twelfth"),
        (20, "twentieth"),
        (23, "twenty-third"),
        (38, "thirty-eighth"),
        (101, "one hundred first"),
    ],
)
def test_ranks(number: int, words: str) -> None:
    assert read_ordinal(number) == words
