"""Finds calendar days: "the twenty third", "Friday week", "March 3rd ninety two", "3/4/2026"."""

from collections.abc import Sequence
from datetime import date, timedelta

from languages.days import (
    DayRead,
    each_shifted,
    first_day,
    in_century,
    is_plausible_year,
    make_day,
    monthless,
    nth_weekday,
    on_weekday,
    one_day,
    read_day,
    read_figures,
    same_day_of_month,
    shifted,
    weekday_beside,
    yearless,
)
from languages.en.calendar import MONTHS, UNIT_DAYS, UNIT_MONTHS, WEEKDAYS, read_holiday
from languages.en.numbers import DIGITS, ORDINALS, TEENS, TENS, read_below_hundred, read_cardinal, read_ordinal
from languages.entities import FoundDate, Prefer
from languages.tokens import Token, tokenize, touching, word_at

_WORDS = {"today": 0, "tonight": 0, "tomorrow": 1, "yesterday": -1}
_THIS_LAST_NEXT = {"this": 0, "last": -1, "next": 1, "the": 0}
_PAST_CUES = frozenset(
    "was ordered bought paid placed came arrived received got had went called since happened born".split()
)
_MARKS = frozenset(["slash", "dash", "dot", "stroke"])
_CLOCK = frozenset(["am", "pm", "o'clock", "hundred", "minutes", "hours", "h", ":", "p", "a"])
_LONGEST_COUNT = 4000


def find_date(text: str, today: date, *, prefer: Prefer = Prefer.NEAREST, day_first: bool = False) -> FoundDate | None:
    """Find the first calendar day in a text.

    Args:
        text: What was said.
        today: The day of the call, where the caller is.
        prefer: What is meant by "the twenty third" or "March 3rd" without a month or year.
        day_first: Whether 3/4 is the third of April (the default reads March 4th).

    Returns:
        The day, or None: where none is said, or one that the calendar does not have ("the 31st of November", "Wednesday
        the 24th" where it is a Tuesday). Spans such as "last month" are not a day.
    """
    tokens = tokenize(text)
    if prefer == Prefer.NEAREST and any(t.text in _PAST_CUES for t in tokens):
        prefer = Prefer.PAST
    days = _Days(tokens, today, prefer, day_first)
    readers = (days.counted_from, *days.readers)
    return first_day(tokens, readers, today=today, prefer=prefer, said_of=days.weekday_said_of)


class _Days:
    """Reads days in one text."""

    def __init__(self, tokens: Sequence[Token], today: date, prefer: Prefer, day_first: bool) -> None:
        self._tokens = tokens
        self._today = today
        self._prefer = prefer
        self._day_first = day_first
        self._dates = (self._figures, self._month_day, self._day_of_month)
        self.readers = (
            self._figures, self._relative, self._nth_weekday, self._holiday, self._month_day, self._weekday,
            self._day_of_month,
        )  # fmt: skip

    def _word(self, at: int) -> str:
        return word_at(self._tokens, at)

    def counted_from(self, at: int) -> DayRead | None:
        """Read "a week on Friday", "two days before Christmas", "a fortnight from tomorrow", "Friday week"."""
        named = self._day_then_span(at)
        if named is not None:
            return named
        span = self._span(at)
        if span is None:
            return None
        days, months, end = span
        join = self._word(end)
        if join == "on" and self._word(end + 1) == "from":
            end += 1
        base_at = end + 1 if join in ("on", "from", "after", "before", "since") else end
        sign = -1 if join == "before" else 1
        if self._word(base_at) in ("now",) or (base_at == end and self._word(base_at) not in (*_WORDS, *WEEKDAYS)):
            return None
        base = self._coming(base_at) or read_day(base_at, self.readers)
        return each_shifted(base, end=base.end, days=sign * days, months=sign * months) if base is not None else None

    def _day_then_span(self, at: int) -> DayRead | None:
        """Read "Friday week", "tomorrow fortnight"."""
        name_at = at + 1 if self._word(at) in ("on", "this") else at
        word = self._word(name_at)
        span = {"week": 7, "fortnight": 14}.get(self._word(name_at + 1), 0)
        if not span or self._word(name_at - 1) in ("last", "next") or not (word in WEEKDAYS or word in _WORDS):
            return None
        base = self._today + timedelta(days=_WORDS[word]) if word in _WORDS else self._ahead(WEEKDAYS[word])
        return shifted(base, days=span, end=name_at + 2)

    def _coming(self, at: int) -> DayRead | None:
        """A bare day of the week from which is counted is the one to come."""
        name_at = at + 1 if self._word(at) in ("this", "next") else at
        weekday = WEEKDAYS.get(self._word(name_at))
        return one_day(self._ahead(weekday), name_at + 1, 0.9) if weekday is not None else None

    def _ahead(self, weekday: int) -> date:
        return self._today + timedelta(days=(weekday - self._today.weekday()) % 7 or 7)

    def _back(self, weekday: int) -> date:
        return self._today - timedelta(days=(self._today.weekday() - weekday) % 7 or 7)

    def _span(self, at: int) -> tuple[int, int, int] | None:
        """Read "two weeks", "a day", "the week": days, months, and the index after them."""
        count = read_cardinal(self._tokens, at)
        if count is None and self._word(at) in ("a", "an", "one", "the"):
            number, unit_at = 1, at + 1
        elif count is not None and count[0] == int(count[0]) and count[0] <= _LONGEST_COUNT:
            number, unit_at = int(count[0]), count[1]
        else:
            return None
        if self._word(unit_at) == "couple":
            number, unit_at = 2, unit_at + 1 + (self._word(unit_at + 1) == "of")
        unit = self._word(unit_at)
        if unit in UNIT_DAYS:
            return number * UNIT_DAYS[unit], 0, unit_at + 1
        return (0, number * UNIT_MONTHS[unit], unit_at + 1) if unit in UNIT_MONTHS else None

    def _figures(self, at: int) -> DayRead | None:
        return read_figures(self._tokens, at, self._today, prefer=self._prefer, day_first=self._day_first, marks=_MARKS)

    def _relative(self, at: int) -> DayRead | None:
        """Read "today", "the day after tomorrow", "three days ago", "in two weeks", "a month from now"."""
        word = self._word(at)
        if word == "day" and self._word(at + 1) in ("before", "after"):
            base = {"yesterday": -2, "tomorrow": 2}.get(self._word(at + 2))
            return one_day(self._today + timedelta(days=base), at + 3, 0.95) if base else None
        if word in _WORDS:
            return one_day(self._today + timedelta(days=_WORDS[word]), at + 1, 0.95)
        forward = word == "in"
        span = self._span(at + 1 if forward else at)
        if span is None or (not forward and self._word(at) == "the"):
            return None
        days, months, end = span
        after = self._word(end)
        back = after in ("ago", "back", "earlier")
        from_now = after == "from" and self._word(end + 1) in ("now", "today")
        ahead = forward or from_now or after in ("hence",)
        if back == ahead:
            return None
        sign = -1 if back else 1
        return shifted(self._today, days=sign * days, months=sign * months, end=end + (1 if back else 2 * from_now))

    def _nth_weekday(self, at: int) -> DayRead | None:
        """Read "the first Monday of December", "the last Friday in the month"."""
        start = at + 1 if self._word(at) == "the" else at
        last = self._word(start) == "last"
        place = -1 if last else ORDINALS.get(self._word(start), 0)
        weekday = WEEKDAYS.get(self._word(start + 1))
        if not -1 <= place <= 5 or not place or weekday is None or self._word(start + 2) not in ("of", "in"):
            return None
        month_at = start + 3
        month = MONTHS.get(self._word(month_at))
        if month is None:
            shift = _THIS_LAST_NEXT.get(self._word(month_at))
            if shift is None or self._word(month_at + 1) != "month":
                return None
            index = self._today.year * 12 + self._today.month - 1 + shift
            return one_day(nth_weekday(index // 12, index % 12 + 1, weekday, place), month_at + 2, 0.9)
        year = self._year(month_at + 1)
        if year is not None:
            return one_day(nth_weekday(year[0], month, weekday, place), year[1], 0.95)
        years = (nth_weekday(self._today.year + k, month, weekday, place) for k in (-1, 0, 1))
        return DayRead(tuple(day for day in years if day is not None), month_at + 1, 0.9, has_year=False)

    def _holiday(self, at: int) -> DayRead | None:
        return read_holiday(self._tokens, at, self._today, self._year)

    def _month_day(self, at: int) -> DayRead | None:
        """Read "March 3rd", "March the third", "the third of March", "the third of the fourth", and a year."""
        month = MONTHS.get(self._word(at))
        if month is not None:
            day_at = at + 1 if self._word(at + 1) not in ("the", ".") else at + 2
            read = self._day(day_at)
            if read is None:
                return None
            number, end = read
        else:
            read = self._day(at + 1 if self._word(at) == "the" else at)
            if read is None:
                return None
            number, name_at = read
            name_at += self._word(name_at) == "day"
            of = self._word(name_at) == "of"
            name_at += of
            month, end = MONTHS.get(self._word(name_at)), name_at + 1
            if month is None and of and self._word(name_at) == "the":
                by_number = read_ordinal(self._tokens, name_at + 1)
                month, end = (by_number[0], by_number[1]) if by_number and by_number[0] <= 12 else (None, end)
            if month is None:
                return None
        year_at = end + 1 if self._word(end) in (",", "in", "of") else end
        year = self._year(year_at)
        if year is not None:
            return one_day(make_day(year[0], month, number), year[1], 0.97)
        return yearless(month, number, self._today, end, 0.9)

    def _day(self, at: int) -> tuple[int, int] | None:
        read = read_ordinal(self._tokens, at) or read_below_hundred(self._tokens, at)
        if read is None and at < len(self._tokens) and self._tokens[at].is_number and len(self._word(at)) <= 2:
            read = int(self._word(at)), at + 1
        return read if read is not None and 1 <= read[0] <= 99 else None

    def _year(self, at: int) -> tuple[int, int] | None:
        word = self._word(at)
        if word.isdigit() and len(word) == 4 and is_plausible_year(int(word), self._today):
            return int(word), at + 1
        if word in ("two", "2") and self._word(at + 1) == "thousand":
            whole = read_cardinal(self._tokens, at)
            return (int(whole[0]), whole[1]) if whole and is_plausible_year(int(whole[0]), self._today) else None
        if word in ("nineteen", "twenty"):
            rest_at = at + 1
            if self._word(rest_at) in ("oh", "o"):
                rest_at += 1
            rest = read_below_hundred(self._tokens, rest_at)
            named = self._word(rest_at) in TEENS or self._word(rest_at) in TENS
            if rest is not None and (rest_at > at + 1 or named):
                return (TEENS.get(word) or TENS[word]) * 100 + rest[0], rest[1]
        return self._two_digits(at)

    def _two_digits(self, at: int) -> tuple[int, int] | None:
        """Read "ninety two", "'92", "oh five": a year, unless it can be an hour."""
        birth = self._prefer is Prefer.BIRTH
        quoted = self._word(at) in ("'", "’")
        start = at + 1 if quoted else at
        if self._word(start) in ("oh", "o", "zero") and self._word(start + 1) in DIGITS:
            value, end = DIGITS[self._word(start + 1)], start + 2
            if not birth:
                return None
        else:
            read = read_below_hundred(self._tokens, start)
            figure = start < len(self._tokens) and self._tokens[start].is_number and len(self._word(start)) == 2
            if read is None and figure:
                read = int(self._word(start)), start + 1
            if read is None:
                return None
            value, end = read
        hour = not (birth or quoted) and (value <= 24 or self._is_clock(end))
        if hour or self._word(end) in ("st", "nd", "rd", "th", "%") or (value < 10 and not (birth or quoted)):
            return None
        return in_century(value, self._today, self._prefer), end

    def _is_clock(self, at: int) -> bool:
        return self._word(at) in _CLOCK or self._word(at) in TENS or self._word(at) in DIGITS

    def _weekday(self, at: int) -> DayRead | None:
        """Read "Friday", "last Monday", "Friday next week", "the Friday after next", "Wednesday the 24th"."""
        word = self._word(at)
        of_week = self._week_then_weekday(at)
        if of_week is not None:
            return of_week
        qualifier = word if word in ("last", "next", "this", "on", "past", "coming", "the") else ""
        name_at = at + 1 if qualifier else at
        if qualifier in ("this", "the") and self._word(name_at) in ("coming", "next", "past"):
            qualifier, name_at = self._word(name_at), name_at + 1
        weekday = WEEKDAYS.get(self._word(name_at))
        if weekday is None:
            return None
        end = name_at + 1
        dated = self._date_of_weekday(end)
        if dated is not None:
            return on_weekday(dated, weekday, dated.end, self._today)
        ahead, back = self._ahead(weekday), self._back(weekday)
        monday = self._today - timedelta(days=self._today.weekday())
        if self._word(end) == "after" and self._word(end + 1) == "next":
            return one_day(ahead + timedelta(days=7), end + 2, 0.7)
        if self._word(end) == "before" and self._word(end + 1) == "last":
            return one_day(back - timedelta(days=7), end + 2, 0.8)
        if self._word(end) in ("after", "before"):
            beside = read_day(end + 1, self.readers)
            if beside is not None:
                return weekday_beside(beside, weekday, after=self._word(end) == "after")
        week_at = end + 1 if self._word(end) == "of" else end
        week = self._week(week_at)
        if week is not None:
            return one_day(monday + timedelta(days=weekday + week[0]), week[1], 0.9)
        if qualifier in ("last", "past"):
            return one_day(back, end, 0.9)
        if qualifier == "next":
            # Where the day is still to come this week, half the people mean the one in the next.
            return one_day(ahead, end, 0.55 if (ahead - monday).days < 7 and (ahead - self._today).days > 1 else 0.85)
        if qualifier in ("this", "coming"):
            return one_day(ahead, end, 0.85)
        return DayRead((back, ahead), end, 0.7)

    def _date_of_weekday(self, at: int) -> DayRead | None:
        """Read the date that follows its day of the week: "the 24th", ", 24 December", "24"."""
        at += self._word(at) in (",", "on")
        at += self._word(at) == "the" and self._word(at + 1) == "date"
        dated = read_day(at, self._dates)
        if dated is not None:
            return dated
        number = self._day(at)
        separate = at < len(self._tokens) and not touching(self._tokens, at)
        if number is None or not 13 <= number[0] <= 31 or not separate or self._is_clock(number[1]):
            return None
        return monthless(number[0], self._today, number[1], 0.75)

    def weekday_said_of(self, at: int) -> tuple[int, int] | None:
        """Read the day of the week that follows its date: ", a Wednesday", "which is a Wednesday"."""
        step = at + (self._word(at) == ",")
        comma = step > at
        while self._word(step) in ("which", "that's", "is", "it's", "a", "on", "being"):
            step += 1
        weekday = WEEKDAYS.get(self._word(step))
        said_of = step > at + comma or comma or self._word(step - 1) in MONTHS
        more = self._word(step + 1) in ("week", "fortnight", "the", "next", "or", "after", "before")
        return (weekday, step + 1) if weekday is not None and said_of and not more else None

    def _week(self, at: int) -> tuple[int, int] | None:
        """Read "next week", "the week after next": days from this week's, and the index after it."""
        the = self._word(at) == "the"
        word = self._word(at + the)
        if word in ("this", "last", "next") and self._word(at + the + 1) == "week":
            return 7 * _THIS_LAST_NEXT[word], at + the + 2
        if word == "week" and self._word(at + the + 1) == "after" and self._word(at + the + 2) == "next":
            return 14, at + the + 3
        if word == "week" and self._word(at + the + 1) == "before" and self._word(at + the + 2) == "last":
            return -14, at + the + 3
        return None

    def _week_then_weekday(self, at: int) -> DayRead | None:
        """Read "last week Tuesday", "the week after next on Friday"; a week alone is no day."""
        week = self._week(at)
        if week is None:
            return None
        name_at = week[1] + (self._word(week[1]) in ("on", ","))
        weekday = WEEKDAYS.get(self._word(name_at))
        if weekday is None:
            return None
        monday = self._today - timedelta(days=self._today.weekday())
        return one_day(monday + timedelta(days=weekday + week[0]), name_at + 1, 0.9)

    def _day_of_month(self, at: int) -> DayRead | None:
        """Read "the twenty third" and "23rd" without a month; "the first one" is no date."""
        has_article = self._word(at) == "the"
        read = read_ordinal(self._tokens, at + 1 if has_article else at)
        if read is None or self._follows_month(at):
            return None
        number, end = read
        if not 1 <= number <= 31:
            return DayRead((), end, 0.0)
        if self._word(end) == "of" and self._word(end + 2) == "month":
            shift = _THIS_LAST_NEXT.get(self._word(end + 1))
            return one_day(same_day_of_month(self._today, shift, number), end + 3, 0.95) if shift is not None else None
        follows = self._word(end)
        if follows.isalpha() and follows not in _AFTER_DAY and follows not in WEEKDAYS:
            return None
        if not has_article and number < 4 and not self._tokens[at].is_number:
            return None
        return monthless(number, self._today, end, 0.75)

    def _follows_month(self, at: int) -> bool:
        before = self._word(at - 2) if self._word(at - 1) == "the" else self._word(at - 1)
        return before in MONTHS


_AFTER_DAY = frozenset(
    """and please yes at if or in to for would is works then around not which but should will was could sounds suits
    about thanks maybe rather instead""".split()
)
"""Words that may follow a bare day of the month; any other is what there are so many of."""
