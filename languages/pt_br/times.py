"""How times of day are said in Portuguese: "três e meia", "meio-dia e meia", "quinze para as nove", "19h30"."""

from collections.abc import Sequence
from functools import partial

from languages.pt_br.numbers import plain_at, read_below_hundred
from languages.times import Half, ReadTime, find_time, read_figures
from languages.tokens import Token, word_at

_HALVES = {
    "manha": Half.MORNING, "madrugada": Half.MORNING, "tarde": Half.AFTERNOON, "noite": Half.NIGHT,
    "manhazinha": Half.MORNING, "noitinha": Half.NIGHT,
}  # fmt: skip
_GREETS = frozenset(["boa", "bom", "mais"])
_BEFORE = frozenset(["as", "a", "ate", "pelas", "das", "antes", "depois", "umas", "desde", "la"])
_COUNTED = frozenset(
    "minutos minuto dias dia semanas semana meses mes anos ano vezes vez pessoas por reais real centavos".split()
)

_SHORT_PLURAL = 4
"""Letters; a longer word in -s after a number is what there are so many of: "dois sapatos"."""


def half_at(tokens: Sequence[Token], at: int) -> Half | None:
    """Read "da manhã", "de tarde", "à noite"; "boa noite" and "amanhã" say nothing of when."""
    half = _HALVES.get(plain_at(tokens, at))
    return half if half is not None and plain_at(tokens, at - 1) not in _GREETS else None


def read_time(tokens: Sequence[Token], at: int) -> ReadTime | None:
    """Read a time that begins at a token."""
    return _read_to(tokens, at) or _read_noon(tokens, at) or _read_written(tokens, at) or _read_said(tokens, at)


def _noon(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """Read "meio-dia" or "meia-noite": the hour and the index after it."""
    for first, second, hour in (("meio", "dia", 12), ("meia", "noite", 0)):
        name_at = at + 2 if word_at(tokens, at + 1) == "-" else at + 1
        if plain_at(tokens, at) == first and plain_at(tokens, name_at) == second:
            return hour, name_at + 1
    return None


def _read_noon(tokens: Sequence[Token], at: int) -> ReadTime | None:
    named = _noon(tokens, at)
    if named is None:
        return None
    minutes = _minutes(tokens, named[1])
    minute, end = minutes if minutes is not None else (0, named[1])
    return ReadTime(hour=named[0], minute=minute, end=end, whole_day=True)


def _read_to(tokens: Sequence[Token], at: int) -> ReadTime | None:
    """Read "quinze para as nove", "dez pro meio-dia"."""
    small = _small(tokens, at)
    if small is None or not 0 < small[0] < 60:
        return None
    end = small[1] + (plain_at(tokens, small[1]) in ("minutos", "minuto"))
    if plain_at(tokens, end) not in ("para", "pra", "pras", "pro"):
        return None
    hour_at = end + 1 + (plain_at(tokens, end + 1) in ("as", "a", "o"))
    named = _noon(tokens, hour_at)
    hour = named or _hour(tokens, hour_at)
    if hour is None:
        return None
    value = (hour[0] * 60 - small[0]) % (24 * 60)
    half, after = _half_after(tokens, hour[1])
    said = value // 60 or (0 if named is not None else 12)
    return ReadTime(hour=said, minute=value % 60, end=after, half=half, whole_day=named is not None)


def _read_written(tokens: Sequence[Token], at: int) -> ReadTime | None:
    figures = read_figures(tokens, at, ":h")
    if figures is None:
        return None
    hour, minute, end = figures
    half, after = _half_after(tokens, end)
    return ReadTime(hour=hour, minute=minute, end=after, half=half, whole_day=half is None)


def _read_said(tokens: Sequence[Token], at: int) -> ReadTime | None:
    """Read "três e meia", "sete horas", "19h", "duas da tarde", "às dez" and "três"."""
    hour = _hour(tokens, at)
    if hour is None:
        return None
    value, end = hour
    minute, exact = 0, False
    if plain_at(tokens, end) in ("horas", "hora", "h", "hs"):
        exact, end = True, end + 1
    elif plain_at(tokens, end) == "em" and plain_at(tokens, end + 1) == "ponto":
        exact, end = True, end + 2
    minutes = _minutes(tokens, end)
    if minutes is not None and plain_at(tokens, minutes[1]) not in _COUNTED - {"minutos", "minuto"}:
        minute, end, exact = minutes[0], minutes[1], True
        end += plain_at(tokens, end) in ("minutos", "minuto")
    if plain_at(tokens, end) == "em" and plain_at(tokens, end + 1) == "ponto":
        end += 2
    half, after = _half_after(tokens, end)
    follows = plain_at(tokens, after)
    if half is None and (follows in _COUNTED or (len(follows) > _SHORT_PLURAL and follows.endswith("s"))):
        return None
    placed = plain_at(tokens, at - 1) in ("as", "pelas", "umas") and word_at(tokens, at - 1) != "as"
    bare = half is None and not placed and (not exact or (minute > 0 and plain_at(tokens, at - 1) not in _BEFORE))
    return ReadTime(hour=value, minute=minute, end=after, half=half, whole_day=value > 12, bare=bare)


def _half_after(tokens: Sequence[Token], at: int) -> tuple[Half | None, int]:
    step = at + 1 if plain_at(tokens, at) in ("da", "de", "a", "na") else at
    half = _HALVES.get(plain_at(tokens, step)) if step > at else None
    return (half, step + 1) if half is not None else (None, at)


def _hour(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """An hour: "vinte e três" is one, in "vinte e cinco" the five are minutes."""
    read = _small(tokens, at)
    if read is not None and plain_at(tokens, at) == "vinte" and read[0] > 24:
        return 20, at + 1
    return read if read is not None and read[0] <= 24 else None


def _small(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    read = read_below_hundred(tokens, at)
    if read is None and at < len(tokens) and tokens[at].is_number and len(tokens[at].raw) <= 2:
        read = int(tokens[at].raw), at + 1
    return read


def _minutes(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """Read "e meia", "e quinze", "e um quarto"."""
    start = at + 1 if word_at(tokens, at) == "e" else at
    if start > at and plain_at(tokens, start) == "meia":
        return 30, start + 1
    if start > at and plain_at(tokens, start) == "um" and plain_at(tokens, start + 1) == "quarto":
        return 15, start + 2
    read = _small(tokens, start)
    least = 0 if start > at else 10
    return read if read is not None and least < read[0] < 60 else None


find = partial(find_time, read=read_time, half_at=half_at)
"""Finds the time of day in a Portuguese text."""
