"""Every day of a year in every phrasing; days that are none; days counted from others; birthdays."""

from datetime import date, timedelta

import pytest

from languages import load
from languages.days import easter
from languages.entities import Prefer
from tests.languages.en.saying import MONTHS, ORDINALS, WEEKDAYS, day_with_suffix, small, year

find_date = load("en").find.date
TODAY = date(2026, 11, 23)  # a Monday
YEAR = [date(2027, 1, 1) + timedelta(days=k) for k in range(365)]


def _with_year(day: date) -> list[str]:
    name, ordinal, said = MONTHS[day.month], ORDINALS[day.day], year(day.year)
    return [
        f"the {ordinal} of {name} {said}",
        f"{name} the {ordinal}, {said}",
        f"{name} {day_with_suffix(day)}, {day.year}",
        f"{day.day} {name} {day.year}",
        f"{small(day.day)} {name} {said}",
        f"on {WEEKDAYS[day.weekday()]} the {ordinal} of {name} {said}",
        f"it's {WEEKDAYS[day.weekday()]}, {name} {day.day}, {day.year}",
        f"the {ordinal} of the {ORDINALS[day.month]} {said}",
        f"{day.day:02}/{day.month:02}/{day.year}",
        day.isoformat(),
        f"{day.day}.{day.month}.{day.year}",
    ]


def _without_year(day: date) -> list[str]:
    name, ordinal = MONTHS[day.month], ORDINALS[day.day]
    return [
        f"the {ordinal} of {name}",
        f"{name} {day_with_suffix(day)} please",
        f"{day_with_suffix(day)} of {name}",
        f"{small(day.day)} {name}",
        f"{WEEKDAYS[day.weekday()]} the {ordinal} of {name}",
        f"the {ordinal} of {name}, a {WEEKDAYS[day.weekday()]}",
        f"the {ordinal} of the {ORDINALS[day.month]}",
    ]


def test_every_day_of_a_year_in_every_phrasing_is_read_back() -> None:
    for day in YEAR:
        for said in _with_year(day):
            found = find_date(said, TODAY, day_first=True)
            assert found is not None and found.value == day, said


def test_without_its_year_a_day_lies_where_the_question_asks() -> None:
    for day in YEAR[:320]:
        for said in _without_year(day):
            found = find_date(said, TODAY, prefer=Prefer.FUTURE)
            assert found is not None and found.value == day, said
    for day in (day.replace(year=2026) for day in YEAR[:320]):
        for said in _without_year(day):
            found = find_date(said, TODAY, prefer=Prefer.PAST)
            assert found is not None and found.value == day, said


def test_the_wrong_day_of_the_week_makes_no_day() -> None:
    for day in YEAR:
        for shift in (1, 3):
            wrong = WEEKDAYS[(day.weekday() + shift) % 7]
            name, ordinal = MONTHS[day.month], ORDINALS[day.day]
            for said in (f"{wrong} the {ordinal} of {name} 2027", f"the {ordinal} of {name} 2027, a {wrong}"):
                assert find_date(said, TODAY) is None, said


@pytest.mark.parametrize("month", [2, 4, 6, 9, 11])
def test_days_that_the_calendar_does_not_have_are_none(month: int) -> None:
    last = 29 if month == 2 else 30
    for number in range(last + 1, 32):
        name, ordinal = MONTHS[month], ORDINALS[number]
        for said in (
            f"the {ordinal} of {name}", f"{name} the {ordinal}", f"{number} {name}", f"{name} {number}",
            f"the {ordinal} of {name} 2027", f"{number}/{month}/2027", f"the {ordinal} of the {ORDINALS[month]}",
        ):  # fmt: skip
            assert find_date(said, TODAY, day_first=True) is None, said


@pytest.mark.parametrize(
    "text",
    ["29th of February", "the twenty ninth of February 2027", "the thirty fifth", "the 45th of May",
     "Wednesday the 24th",
     "31st of this month", "Friday the 24th of December", "next weekend", "Friday the 13th", "the Christmas holidays"],
)  # fmt: skip
def test_what_is_no_day_is_never_another(text: str) -> None:
    assert find_date(text, TODAY, prefer=Prefer.FUTURE) is None


def test_a_leap_day_exists_in_leap_years() -> None:
    found = find_date("29 February 2028", TODAY)
    assert found is not None and found.value == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Friday week", date(2026, 12, 4)),
        ("a week on Friday", date(2026, 12, 4)),
        ("a week from Friday", date(2026, 12, 4)),
        ("two weeks on Thursday", date(2026, 12, 10)),
        ("a fortnight on Monday", date(2026, 12, 14)),
        ("Saturday fortnight", date(2026, 12, 12)),
        ("tomorrow week", date(2026, 12, 1)),
        ("a week tomorrow", date(2026, 12, 1)),
        ("a week from today", date(2026, 11, 30)),
        ("two weeks from now", date(2026, 12, 7)),
        ("the Tuesday after next", date(2026, 12, 1)),
        ("Monday the week after next", date(2026, 12, 7)),
        ("Friday next week", date(2026, 12, 4)),
        ("Friday of next week", date(2026, 12, 4)),
        ("Tuesday the 24th", date(2026, 11, 24)),
        ("Friday 27", date(2026, 11, 27)),
        ("the first Monday of December", date(2026, 12, 7)),
        ("the last Friday of the month", date(2026, 11, 27)),
        ("the second Tuesday in January", date(2027, 1, 12)),
        ("two days before Christmas", date(2026, 12, 23)),
        ("the day after Christmas", date(2026, 12, 26)),
        ("the Monday after Christmas", date(2026, 12, 28)),
        ("the Friday before the 3rd of December", date(2026, 11, 27)),
        ("Christmas Day", date(2026, 12, 25)),
        ("New Year's Eve", date(2026, 12, 31)),
        ("New Year's Day", date(2027, 1, 1)),
        ("Easter Monday", date(2027, 3, 29)),
        ("Good Friday 2028", date(2028, 4, 14)),
        ("St. Patrick's Day", date(2027, 3, 17)),
        ("Thanksgiving", date(2026, 11, 26)),
        ("the third of March twenty seven", date(2027, 3, 3)),
        ("the third of March at ten", date(2027, 3, 3)),
    ],
)
def test_days_to_come(text: str, day: date) -> None:
    found = find_date(text, TODAY, prefer=Prefer.FUTURE)
    assert found is not None and found.value == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("a couple of days ago", date(2026, 11, 21)),
        ("last Christmas", date(2025, 12, 25)),
        ("the Monday before last", date(2026, 11, 9)),
        ("the day before yesterday", date(2026, 11, 21)),
    ],
)
def test_days_that_have_passed(text: str, day: date) -> None:
    found = find_date(text, TODAY)
    assert found is not None and found.value == day


def test_which_friday_is_next_is_asked_where_people_differ() -> None:
    found = find_date("next Friday", TODAY, prefer=Prefer.FUTURE)
    assert found is not None and found.confidence < 0.6


BIRTHDAYS = [
    date(1931, 1, 2),
    date(1958, 10, 9),
    date(1970, 1, 31),
    date(1992, 6, 5),
    date(2000, 2, 29),
    date(2005, 7, 14),
]


@pytest.mark.parametrize("day", BIRTHDAYS)
def test_every_birthday_said_in_every_way_is_read_back(day: date) -> None:
    name, ordinal, two = MONTHS[day.month], ORDINALS[day.day], day.year % 100
    short = f"oh {small(two)}" if 0 < two < 10 else small(two) if two else year(day.year)
    figures = f"{two:02}"
    for said in (
        *_with_year(day),
        f"the {ordinal} of {name} {short}",
        f"the {ordinal} of the {ORDINALS[day.month]} {short}",
        f"{day.day} {name} {figures}" if two else f"{day.day} {name} {day.year}",
        f"{day.day:02}/{day.month:02}/{figures}",
        f"{day.day} {day.month} {figures}",
        f"{day.day:02}{day.month:02}{day.year}",
        f"{day.day} slash {day.month} slash {figures}",
    ):
        found = find_date(f"my date of birth is {said}", TODAY, prefer=Prefer.BIRTH, day_first=True)
        assert found is not None and found.value == day, said


def test_a_birthday_needs_its_year_and_lies_in_the_past() -> None:
    assert find_date("the fifth of June", TODAY, prefer=Prefer.BIRTH) is None
    found = find_date("the fifth of June thirty", TODAY, prefer=Prefer.BIRTH)
    assert found is not None and found.value == date(1930, 6, 5)


def test_easter_is_computed() -> None:
    assert [easter(y) for y in (1999, 2024, 2025, 2026, 2027, 2038)] == [
        date(1999, 4, 4), date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2027, 3, 28), date(2038, 4, 25),
    ]  # fmt: skip


def test_of_two_days_that_are_equally_near_the_coming_one_is_meant() -> None:
    friday = date(2026, 11, 27)
    for text, day in (
        ("Friday", date(2026, 12, 4)),
        ("I ordered it on Friday", date(2026, 11, 20)),
        ("last Friday", date(2026, 11, 20)),
    ):
        found = find_date(text, friday)
        assert found is not None and found.value == day, text


def test_a_year_to_come_in_two_digits_is_none_that_has_passed() -> None:
    for prefer, full in ((Prefer.PAST, 2027), (Prefer.FUTURE, 2027), (Prefer.BIRTH, 1927)):
        found = find_date("the third of March twenty seven", TODAY, prefer=prefer)
        assert found is not None and found.value == date(full, 3, 3)
