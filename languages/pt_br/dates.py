"""Finds calendar days in Portuguese: "amanhã", "dia quinze de março", "sexta que vem", "há três dias", "15/03"."""

from collections.abc import Sequence
from datetime import date, timedelta

from languages.days import DayReader, FoundDay, first_day, make_day, pick_day, read_figures, same_day_of_month, shifted
from languages.entities import FoundDate, Prefer
from languages.folding import fold
from languages.pt_br.numbers import plain_at, read_below_hundred, read_cardinal, read_ordinal
from languages.tokens import Token, tokenize

_MONTH_NAMES = (
    "janeiro", "fevereiro", "marco", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro",
    "dezembro",
)  # fmt: skip
_MONTHS = {name: i for i, name in enumerate(_MONTH_NAMES, 1)} | {
    "jan": 1, "fev": 2, "mar": 3, "abr": 4, "jun": 6, "jul": 7, "ago": 8, "set": 9, "out": 10, "nov": 11, "dez": 12,
}  # fmt: skip
_WEEKDAYS = {"segunda": 0, "terca": 1, "quarta": 2, "quinta": 3, "sexta": 4, "sabado": 5, "domingo": 6}
_WORDS = {"hoje": 0, "amanha": 1, "ontem": -1, "anteontem": -2, "antontem": -2}
_UNIT_DAYS = {"dia": 1, "dias": 1, "semana": 7, "semanas": 7, "quinzena": 15}
_UNIT_MONTHS = {"mes": 1, "meses": 1, "ano": 12, "anos": 12}
_BACK_BEFORE = frozenset(["ha", "faz", "fazem", "tem"])
_PAST_CUES = frozenset(
    "foi era pedi comprei paguei recebi chegou veio liguei fiz encomendei fui aconteceu desde passado passada".split()
)


def find_date(text: str, today: date, *, prefer: Prefer = Prefer.NEAREST, day_first: bool = False) -> FoundDate | None:
    """Find the first calendar day in a text.

    Args:
        text: What was said.
        today: The day of the call, where the caller is.
        prefer: What is meant by "dia quinze" or "quinze de março" without a month or year.
        day_first: Whether 3/4 is the third of April.

    Returns:
        The day, or None. Spans such as "o mês passado" are not a day.
    """
    tokens = tokenize(text)
    if prefer == Prefer.NEAREST and any(fold(t.text) in _PAST_CUES for t in tokens):
        prefer = Prefer.PAST
    readers: tuple[DayReader, ...] = (
        lambda at: read_figures(tokens, at, today, prefer, day_first),
        lambda at: _read_relative(tokens, at, today),
        lambda at: _read_day_and_month(tokens, at, today, prefer),
        lambda at: _read_weekday(tokens, at, today, prefer),
        lambda at: _read_day_of_month(tokens, at, today, prefer),
    )
    return first_day(tokens, readers)


def _says(tokens: Sequence[Token], at: int, phrase: str) -> bool:
    words = phrase.split()
    return all(plain_at(tokens, at + k) == word for k, word in enumerate(words))


def _read_relative(tokens: Sequence[Token], at: int, today: date) -> FoundDay | None:
    if _says(tokens, at, "depois de amanha"):
        return today + timedelta(days=2), at + 3, 0.95
    if _says(tokens, at, "antes de ontem"):
        return today - timedelta(days=2), at + 3, 0.95
    word = plain_at(tokens, at)
    if word in _WORDS:
        return today + timedelta(days=_WORDS[word]), at + 1, 0.95
    back, ahead, start = word in _BACK_BEFORE, False, at
    if back or word == "em":
        ahead, start = not back, at + 1
    elif _says(tokens, at, "daqui a") or _says(tokens, at, "dentro de"):
        ahead, start = True, at + 2
    count = read_cardinal(tokens, start)
    if count is None or count[0] != int(count[0]) or count[0] > 4000:
        return None
    number, unit_at = int(count[0]), count[1]
    unit, end = plain_at(tokens, unit_at), unit_at + 1
    if plain_at(tokens, end) == "atras" and not ahead:
        back, end = True, end + 1
    if back == ahead:
        return None
    sign = -1 if back else 1
    if unit in _UNIT_DAYS:
        return shifted(today, days=sign * number * _UNIT_DAYS[unit], end=end)
    if unit in _UNIT_MONTHS:
        return shifted(today, months=sign * number * _UNIT_MONTHS[unit], end=end)
    return None


def _read_weekday(tokens: Sequence[Token], at: int, today: date, prefer: Prefer) -> FoundDay | None:
    """Read "sexta", "sexta-feira que vem", "próxima terça", "domingo passado", "segunda da semana que vem"."""
    word = plain_at(tokens, at)
    before = word if word in ("proxima", "proximo", "ultima", "ultimo", "essa", "esse", "esta", "este", "nesta") else ""
    name_at = at + 1 if before else at
    weekday = _WEEKDAYS.get(plain_at(tokens, name_at))
    if weekday is None:
        return None
    end = _past_feira(tokens, name_at + 1)
    back = (today.weekday() - weekday) % 7 or 7
    ahead = (weekday - today.weekday()) % 7 or 7
    if _says(tokens, end, "da semana que vem") or _says(tokens, end, "da proxima semana"):
        words = 4 if _says(tokens, end, "da semana que vem") else 3
        return today + timedelta(days=weekday - today.weekday() + 7), end + words, 0.9
    if _says(tokens, end, "da semana passada"):
        return today + timedelta(days=weekday - today.weekday() - 7), end + 3, 0.9
    if plain_at(tokens, end) in ("passada", "passado"):
        return today - timedelta(days=back), end + 1, 0.9
    if _says(tokens, end, "que vem"):
        return today + timedelta(days=ahead), end + 2, 0.85
    if before in ("ultima", "ultimo"):
        return today - timedelta(days=back), end, 0.85
    if before:
        return today + timedelta(days=ahead), end, 0.85
    if prefer == Prefer.PAST or (prefer == Prefer.NEAREST and back <= ahead):
        return today - timedelta(days=back), end, 0.7
    return today + timedelta(days=ahead), end, 0.7


def _past_feira(tokens: Sequence[Token], at: int) -> int:
    name_at = at + 1 if plain_at(tokens, at) == "-" else at
    return name_at + 1 if plain_at(tokens, name_at) == "feira" else at


def _read_day_and_month(tokens: Sequence[Token], at: int, today: date, prefer: Prefer) -> FoundDay | None:
    """Read "quinze de março", "dia 3 do 4", "1º de maio de 2027", each with an optional year."""
    read = _read_day(tokens, at + 1 if plain_at(tokens, at) == "dia" else at)
    if read is None:
        return None
    number, end = read
    if plain_at(tokens, end) not in ("de", "do"):
        return None
    month = _MONTHS.get(plain_at(tokens, end + 1))
    month_end = end + 2
    if month is None and plain_at(tokens, end) == "do":
        figure = read_below_hundred(tokens, end + 1) or _figure(tokens, end + 1)
        month, month_end = (figure[0], figure[1]) if figure and 1 <= figure[0] <= 12 else (None, end)
    if month is None:
        return None
    year = _read_year(tokens, month_end)
    if year is not None:
        day = make_day(year[0], month, number)
        return (day, year[1], 0.97) if day else None
    day = pick_day([make_day(today.year + k, month, number) for k in (-1, 0, 1)], today, prefer)
    return (day, month_end, 0.9) if day else None


def _figure(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    if at < len(tokens) and tokens[at].is_number and len(tokens[at].raw) <= 2:
        return int(tokens[at].raw), at + 1
    return None


def _read_day(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    read = read_ordinal(tokens, at) or read_below_hundred(tokens, at) or _figure(tokens, at)
    return read if read is not None and 1 <= read[0] <= 31 else None


def _read_year(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """Read "de 2027" and "de dois mil e vinte e sete"."""
    if plain_at(tokens, at) not in ("de", "do", "/"):
        return None
    whole = read_cardinal(tokens, at + 1)
    if whole is None or whole[0] != int(whole[0]):
        return None
    return (int(whole[0]), whole[1]) if 1900 <= whole[0] <= 2100 else None


def _read_day_of_month(tokens: Sequence[Token], at: int, today: date, prefer: Prefer) -> FoundDay | None:
    """Read "dia quinze", "dia 15 do mês que vem"; without "dia" a number is no date."""
    if plain_at(tokens, at) != "dia":
        return None
    read = _read_day(tokens, at + 1)
    if read is None:
        return None
    number, end = read
    for phrase, shift in (("do mes que vem", 1), ("do proximo mes", 1), ("deste mes", 0), ("desse mes", 0),
                          ("do mes passado", -1)):  # fmt: skip
        if _says(tokens, end, phrase):
            named = same_day_of_month(today, shift, number)
            return (named, end + len(phrase.split()), 0.95) if named else None
    day = pick_day([same_day_of_month(today, shift, number) for shift in (-2, -1, 0, 1, 2)], today, prefer)
    return (day, end, 0.8) if day else None
