from datetime import time

import pytest

from languages import load
from tests.languages.en.saying import small

find_time = load("en").find.time


def _part_of_day(hour: int) -> str:
    if hour < 12:
        return "in the morning"
    return "in the afternoon" if hour < 18 else "in the evening"


def _ways(hour: int, minute: int) -> list[str]:
    """Every way to say a time that leaves no doubt about the half of the day."""
    twelve = hour % 12 or 12
    half = "am" if hour < 12 else "pm"
    zero = f"oh {small(minute)}" if 0 < minute < 10 else small(minute)
    ways = [
        f"{hour:02}:{minute:02}",
        f"{twelve}:{minute:02} {half}",
        f"{twelve}.{minute:02} {half[0]}.m.",
    ]
    if minute:
        ways += [f"{small(twelve)} {zero} {half}", f"at {small(twelve)} {zero} {_part_of_day(hour)}"]
        if hour > 12:
            ways.append(f"at {small(hour)} {zero}")
    else:
        ways += [f"{small(twelve)} {half}", f"{twelve}{half}", f"{small(twelve)} o'clock {_part_of_day(hour)}"]
        if hour > 9:
            ways.append(f"{small(hour)} hundred hours")
    words = {15: "quarter past", 30: "half past"}.get(minute, f"{small(minute)} past")
    if 0 < minute <= 30:
        ways.append(f"{words} {small(twelve)} {_part_of_day(hour)}")
    if minute == 15:
        ways.append(f"a {words} {small(twelve)} {half}")
    if minute == 30:
        ways.append(f"half {small(twelve)} {half}")
    if minute > 30 and hour not in (11, 23):
        following = (hour + 1) % 12 or 12
        to = "quarter" if minute == 45 else small(60 - minute)
        ways += [f"{to} to {small(following)} {_part_of_day(hour)}"]
    return ways


@pytest.mark.parametrize("hour", range(24))
def test_every_time_said_in_every_way_is_read_back(hour: int) -> None:
    for minute in range(0, 60, 5):
        for said in _ways(hour, minute):
            found = find_time(said, expect=True)
            assert found is not None, said
            assert found.value == time(hour, minute), said
            assert found.half_said or said == f"{hour:02}:{minute:02}", said


@pytest.mark.parametrize(
    ("text", "value", "half_said"),
    [
        ("half three", time(15, 30), False),
        ("quarter to nine in the evening", time(20, 45), True),
        ("around noon", time(12, 0), True),
        ("could we say midnight", time(0, 0), True),
        ("quarter past noon", time(12, 15), True),
        ("tomorrow evening at six", time(18, 0), True),
        ("good evening, at six would suit", time(18, 0), False),
        ("five minutes to midnight", time(23, 55), True),
        ("oh nine hundred", time(9, 0), True),
        ("twenty two fifteen", time(22, 15), True),
        ("at 1430", time(14, 30), True),
        ("half twelve at night", time(0, 30), True),
    ],
)
def test_times(text: str, value: time, half_said: bool) -> None:
    found = find_time(text, expect=True)
    assert found is not None
    assert (found.value, found.half_said) == (value, half_said)


@pytest.mark.parametrize("text", ["", "three days ago", "I have three lamps", "good morning", "order 4027", "25:00"])
def test_no_time(text: str) -> None:
    assert find_time(text, expect=True) is None


def test_a_bare_number_is_a_time_only_where_one_was_asked_for() -> None:
    assert find_time("three") is None
    found = find_time("three", expect=True)
    assert found is not None and found.value == time(15, 0)
    assert found.confidence <= 0.6
