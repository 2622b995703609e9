"""Finds calendar days in Portuguese: "amanhã", "dia quinze de março", "sexta que vem", "há três dias", "15/03"."""

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
    yearless,
)
from languages.entities import FoundDate, Prefer
from languages.folding import fold
from languages.pt_br.calendar import MONTHS, UNIT_DAYS, UNIT_MONTHS, WEEKDAYS, read_holiday, says
from languages.pt_br.numbers import ORDINALS, plain_at, read_below_hundred, read_cardinal, read_ordinal
from languages.tokens import Token, tokenize

_WORDS = {"hoje": 0, "amanha": 1, "ontem": -1, "anteontem": -2, "antontem": -2}
_BACK_BEFORE = frozenset(["ha", "faz", "fazem", "tem"])
_PAST_CUES = frozenset(
    "foi era pedi comprei paguei recebi chegou veio liguei fiz encomendei fui aconteceu desde passado passada "
    "nasci".split()
)
_MARKS = frozenset(["barra", "traco", "ponto"])
_LONGEST_COUNT = 4000
_MONTH_PHRASES = (
    ("do mes que vem", 1), ("do proximo mes", 1), ("deste mes", 0), ("desse mes", 0), ("do mes passado", -1),
    ("do mes", 0),
)  # fmt: skip
_ENDS_OF_WEEKDAY = (("da semana que vem", 7), ("da proxima semana", 7), ("da semana passada", -7), ("desta semana", 0))


def find_date(text: str, today: date, *, prefer: Prefer = Prefer.NEAREST, day_first: bool = False) -> FoundDate | None:
    """Find the first calendar day in a text.

    Args:
        text: What was said.
        today: The day of the call, where the caller is.
        prefer: What is meant by "dia quinze" or "quinze de março" without a month or year.
        day_first: Whether 3/4 is the third of April.

    Returns:
        The day, or None: where none is said, or one that the calendar does not have ("31 de novembro", "quarta, dia 24"
        where it is a Tuesday). Spans such as "o mês passado" are not a day.
    """
    tokens = tokenize(text)
    if prefer == Prefer.NEAREST and any(fold(t.text) in _PAST_CUES for t in tokens):
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
        self._dates = (self._figures, self._day_and_month, self._day_of_month)
        self.readers = (
            self._figures, self._relative, self._holiday, self._nth_weekday, self._day_and_month, self._weekday,
            self._day_of_month,
        )  # fmt: skip

    def _plain(self, at: int) -> str:
        return plain_at(self._tokens, at)

    def _says(self, at: int, phrase: str) -> bool:
        return says(self._tokens, at, phrase)

    def counted_from(self, at: int) -> DayRead | None:
        """Read "dois dias antes do Natal", "uma semana depois de sexta"."""
        span = self._span(at)
        if span is None:
            return None
        days, months, end = span
        sign = {"antes": -1, "depois": 1, "apos": 1}.get(self._plain(end), 0)
        if not sign:
            return None
        base_at = end + 1 + (self._plain(end + 1) in ("de", "do", "da", "o", "a"))
        weekday = WEEKDAYS.get(self._plain(base_at))
        if weekday is not None:
            # A bare day of the week from which is counted is the one to come.
            base = one_day(self._ahead(weekday), self._past_feira(base_at + 1), 0.9)
        else:
            found = read_day(base_at, self.readers)
            if found is None:
                return None
            base = found
        return each_shifted(base, end=base.end, days=sign * days, months=sign * months)

    def _ahead(self, weekday: int) -> date:
        return self._today + timedelta(days=(weekday - self._today.weekday()) % 7 or 7)

    def _back(self, weekday: int) -> date:
        return self._today - timedelta(days=(self._today.weekday() - weekday) % 7 or 7)

    def _span(self, at: int) -> tuple[int, int, int] | None:
        """Read "duas semanas", "um mês": days, months, and the index after them."""
        count = read_cardinal(self._tokens, at)
        if count is None or count[0] != int(count[0]) or count[0] > _LONGEST_COUNT:
            return None
        unit = self._plain(count[1])
        if unit in UNIT_DAYS:
            return int(count[0]) * UNIT_DAYS[unit], 0, count[1] + 1
        return (0, int(count[0]) * UNIT_MONTHS[unit], count[1] + 1) if unit in UNIT_MONTHS else None

    def _figures(self, at: int) -> DayRead | None:
        return read_figures(self._tokens, at, self._today, prefer=self._prefer, day_first=self._day_first, marks=_MARKS)

    def _relative(self, at: int) -> DayRead | None:
        if self._says(at, "depois de amanha"):
            return one_day(self._today + timedelta(days=2), at + 3, 0.95)
        if self._says(at, "antes de ontem"):
            return one_day(self._today - timedelta(days=2), at + 3, 0.95)
        word = self._plain(at)
        if word in _WORDS:
            return one_day(self._today + timedelta(days=_WORDS[word]), at + 1, 0.95)
        back, ahead, start = word in _BACK_BEFORE, False, at
        if back or word == "em":
            ahead, start = not back, at + 1
        elif self._says(at, "daqui a") or self._says(at, "dentro de"):
            ahead, start = True, at + 2
        span = self._span(start)
        if span is None:
            return None
        days, months, end = span
        if self._plain(end) == "atras" and not ahead:
            back, end = True, end + 1
        if back == ahead:
            return None
        sign = -1 if back else 1
        return shifted(self._today, days=sign * days, months=sign * months, end=end)

    def _holiday(self, at: int) -> DayRead | None:
        return read_holiday(self._tokens, at, self._today, self._year)

    def _nth_weekday(self, at: int) -> DayRead | None:
        """Read "a primeira segunda de dezembro", "a última sexta do mês"."""
        last = self._plain(at) in ("ultima", "ultimo")
        place = -1 if last else ORDINALS.get(self._plain(at), 0)
        weekday = WEEKDAYS.get(self._plain(at + 1))
        if not -1 <= place <= 5 or not place or weekday is None:
            return None
        end = self._past_feira(at + 2)
        month = MONTHS.get(self._plain(end + 1)) if self._plain(end) in ("de", "do", "em") else None
        if month is not None:
            year = self._year(end + 2)
            if year is not None:
                return one_day(nth_weekday(year[0], month, weekday, place), year[1], 0.95)
            years = (nth_weekday(self._today.year + k, month, weekday, place) for k in (-1, 0, 1))
            return DayRead(tuple(day for day in years if day is not None), end + 2, 0.9, has_year=False)
        for phrase, shift in _MONTH_PHRASES:
            if self._says(end, phrase):
                index = self._today.year * 12 + self._today.month - 1 + shift
                found = nth_weekday(index // 12, index % 12 + 1, weekday, place)
                return one_day(found, end + len(phrase.split()), 0.9)
        return None

    def _weekday(self, at: int) -> DayRead | None:
        """Read "sexta", "sexta-feira que vem", "próxima terça", "domingo passado", "quarta, dia 24"."""
        word = self._plain(at)
        qualifiers = ("proxima", "proximo", "ultima", "ultimo", "essa", "esse", "esta", "este", "nesta", "nessa")
        before = word if word in qualifiers else ""
        name_at = at + 1 if before else at
        weekday = WEEKDAYS.get(self._plain(name_at))
        if weekday is None:
            return None
        end = self._past_feira(name_at + 1)
        dated = self._date_of_weekday(end)
        if dated is not None:
            return on_weekday(dated, weekday, dated.end, self._today)
        for phrase, shift in _ENDS_OF_WEEKDAY:
            if self._says(end, phrase):
                day = self._today + timedelta(days=weekday - self._today.weekday() + shift)
                return one_day(day, end + len(phrase.split()), 0.9)
        if self._plain(end) in ("passada", "passado"):
            return one_day(self._back(weekday), end + 1, 0.9)
        if self._says(end, "que vem"):
            return one_day(self._ahead(weekday), end + 2, 0.85)
        if before in ("ultima", "ultimo"):
            return one_day(self._back(weekday), end, 0.85)
        if before:
            return one_day(self._ahead(weekday), end, 0.85)
        return DayRead((self._back(weekday), self._ahead(weekday)), end, 0.7)

    def _date_of_weekday(self, at: int) -> DayRead | None:
        """Read the date that follows its day of the week: "dia 24", ", 24 de dezembro"."""
        return read_day(at + (self._plain(at) == ","), self._dates)

    def weekday_said_of(self, at: int) -> tuple[int, int] | None:
        """Read the day of the week that follows its date: ", uma quarta", "que é uma quarta-feira"."""
        step = at + (self._plain(at) == ",")
        while self._plain(step) in ("que", "e", "uma", "um", "numa", "num", "cai"):
            step += 1
        weekday = WEEKDAYS.get(self._plain(step))
        return (weekday, self._past_feira(step + 1)) if weekday is not None and step > at else None

    def _past_feira(self, at: int) -> int:
        name_at = at + 1 if self._plain(at) == "-" else at
        return name_at + 1 if self._plain(name_at) == "feira" else at

    def _day_and_month(self, at: int) -> DayRead | None:
        """Read "quinze de março", "dia 3 do 4", "1º de maio de 2027", "cinco do seis de noventa e dois"."""
        read = self._day(at + 1 if self._plain(at) == "dia" else at)
        if read is None:
            return None
        number, end = read
        if self._plain(end) not in ("de", "do"):
            return None
        month = MONTHS.get(self._plain(end + 1))
        month_end = end + 2
        if month is None and self._plain(end) == "do":
            figure = read_below_hundred(self._tokens, end + 1) or self._figure(end + 1)
            month, month_end = (figure[0], figure[1]) if figure and 1 <= figure[0] <= 12 else (None, end)
        if month is None:
            return None
        year = self._year(month_end)
        if year is not None:
            return one_day(make_day(year[0], month, number), year[1], 0.97)
        return yearless(month, number, self._today, month_end, 0.9)

    def _figure(self, at: int) -> tuple[int, int] | None:
        if at < len(self._tokens) and self._tokens[at].is_number and len(self._tokens[at].raw) <= 2:
            return int(self._tokens[at].raw), at + 1
        return None

    def _day(self, at: int) -> tuple[int, int] | None:
        read = read_ordinal(self._tokens, at) or read_below_hundred(self._tokens, at) or self._figure(at)
        return read if read is not None and read[0] >= 1 else None

    def _year(self, at: int) -> tuple[int, int] | None:
        """Read "de 2027", "de dois mil e vinte e sete", "de noventa e dois"; of a birthday also without "de"."""
        joined = self._plain(at) in ("de", "do", "/")
        birth = self._prefer is Prefer.BIRTH
        start = at + 1 if joined else at
        if not joined and not (birth and at < len(self._tokens)):
            return None
        whole = read_cardinal(self._tokens, start)
        if whole is None or whole[0] != int(whole[0]):
            return None
        value = int(whole[0])
        if is_plausible_year(value, self._today):
            return value, whole[1]
        # "Dia cinco de maio de dez às onze" is hardly said: below a hundred it is a year.
        return (
            (in_century(value, self._today, self._prefer), whole[1]) if value < 100 and (birth or value > 24) else None
        )

    def _day_of_month(self, at: int) -> DayRead | None:
        """Read "dia quinze", "dia 15 do mês que vem"; without "dia" a number is no date."""
        if self._plain(at) != "dia":
            return None
        read = self._day(at + 1)
        if read is None:
            return None
        number, end = read
        for phrase, shift in _MONTH_PHRASES:
            if self._says(end, phrase):
                named = same_day_of_month(self._today, shift, number)
                return one_day(named, end + len(phrase.split()), 0.95)
        return monthless(number, self._today, end, 0.8)
