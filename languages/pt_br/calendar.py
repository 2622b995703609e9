"""Names of the calendar in Portuguese: months, days of the week, units, and days that have a name of their own."""

from collections.abc import Callable, Sequence
from datetime import date

from languages.days import DayRead, Holiday, holiday_read
from languages.pt_br.numbers import plain_at
from languages.tokens import Token

_MONTH_NAMES = (
    "janeiro", "fevereiro", "marco", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro",
    "dezembro",
)  # fmt: skip
MONTHS = {name: i for i, name in enumerate(_MONTH_NAMES, 1)} | {
    "jan": 1, "fev": 2, "mar": 3, "abr": 4, "jun": 6, "jul": 7, "ago": 8, "set": 9, "out": 10, "nov": 11, "dez": 12,
}  # fmt: skip
WEEKDAYS = {"segunda": 0, "terca": 1, "quarta": 2, "quinta": 3, "sexta": 4, "sabado": 5, "domingo": 6}
UNIT_DAYS = {"dia": 1, "dias": 1, "semana": 7, "semanas": 7, "quinzena": 15}
UNIT_MONTHS = {"mes": 1, "meses": 1, "ano": 12, "anos": 12}
_NEW_YEAR, _NEW_YEARS_EVE, _EASTER, _CARNIVAL = (
    Holiday(month=1, day=1),
    Holiday(month=12, day=31),
    Holiday(from_easter=0),
    Holiday(from_easter=-47),
)
_HOLIDAYS: dict[str, Holiday] = {
    "vespera de natal": Holiday(month=12, day=24),
    "natal": Holiday(month=12, day=25),
    "vespera de ano novo": _NEW_YEARS_EVE,
    "reveillon": _NEW_YEARS_EVE,
    "ano novo": _NEW_YEAR,
    "segunda de carnaval": Holiday(from_easter=-48),
    "terca de carnaval": _CARNIVAL,
    "carnaval": _CARNIVAL,
    "quarta feira de cinzas": Holiday(from_easter=-46),
    "quarta de cinzas": Holiday(from_easter=-46),
    "sexta feira santa": Holiday(from_easter=-2),
    "sexta santa": Holiday(from_easter=-2),
    "domingo de pascoa": _EASTER,
    "pascoa": _EASTER,
    "corpus christi": Holiday(from_easter=60),
    "tiradentes": Holiday(month=4, day=21),
    "dia do trabalho": Holiday(month=5, day=1),
    "dia do trabalhador": Holiday(month=5, day=1),
    "dia das maes": Holiday(month=5, weekday=6, place=2),
    "dia dos namorados": Holiday(month=6, day=12),
    "sao joao": Holiday(month=6, day=24),
    "dia dos pais": Holiday(month=8, weekday=6, place=2),
    "dia da independencia": Holiday(month=9, day=7),
    "dia das criancas": Holiday(month=10, day=12),
    "nossa senhora aparecida": Holiday(month=10, day=12),
    "finados": Holiday(month=11, day=2),
    "proclamacao da republica": Holiday(month=11, day=15),
    "consciencia negra": Holiday(month=11, day=20),
}
_BY_LENGTH = sorted(((tuple(name.split()), day) for name, day in _HOLIDAYS.items()), key=lambda each: -len(each[0]))
_FIRST_WORDS = frozenset(name[0] for name, _ in _BY_LENGTH)


def says(tokens: Sequence[Token], at: int, phrase: str) -> bool:
    """Whether a phrase without accents stands at a token."""
    return all(plain_at(tokens, at + k) == word for k, word in enumerate(phrase.split()))


def read_holiday(
    tokens: Sequence[Token], at: int, today: date, year: Callable[[int], tuple[int, int] | None]
) -> DayRead | None:
    """Read "Natal", "véspera de Ano Novo", "Páscoa de 2027", "Natal que vem"; ``year`` reads one at an index."""
    if plain_at(tokens, at) not in _FIRST_WORDS:
        return None
    for name, holiday in _BY_LENGTH:
        end = _past_name(tokens, at, name)
        if end is None:
            continue
        said = year(end)
        if said is not None:
            return holiday_read(holiday, today, said[1], year=said[0])
        if says(tokens, end, "que vem"):
            return holiday_read(holiday, today, end + 2, shift=1)
        if plain_at(tokens, end) in ("passado", "passada"):
            return holiday_read(holiday, today, end + 1, shift=-1)
        return holiday_read(holiday, today, end)
    return None


def _past_name(tokens: Sequence[Token], at: int, name: Sequence[str]) -> int | None:
    for word in name:
        if word != name[0] and plain_at(tokens, at) == "-":
            at += 1
        if plain_at(tokens, at) != word:
            return None
        at += 1
    return at
