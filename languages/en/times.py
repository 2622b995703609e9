"""How times of day are said in English: "half three", "quarter to nine in the evening", "around noon", "14:30"."""

from collections.abc import Sequence
from functools import partial

from languages.en.numbers import DIGITS, read_below_hundred
from languages.times import Half, ReadTime, find_time, read_figures
from languages.tokens import Token, touching, word_at

_NAMED = {"noon": 12, "midday": 12, "midnight": 0}
_PARTS = {"quarter": 15, "half": 30}
_PAST = frozenset(["past", "after"])
_TO = frozenset(["to", "of", "before", "til", "till"])
_HALVES = {
    "am": Half.MORNING, "pm": Half.AFTERNOON, "morning": Half.MORNING, "afternoon": Half.AFTERNOON,
    "evening": Half.AFTERNOON, "night": Half.NIGHT, "tonight": Half.NIGHT, "lunchtime": Half.AFTERNOON,
}  # fmt: skip
_BEFORE = frozenset(["at", "around", "about", "by", "before", "after", "until", "till", "from", "towards", "between"])
_GREETS = frozenset(["good"])
_COUNTED = frozenset(
    "minutes minute hours hour days day weeks week months month years year times people of percent st nd rd th".split()
)

_NOT_COUNTED = frozenset(["please", "thanks", "works", "sounds", "suits", "does", "this", "yes", "always", "was", "is"])


def half_at(tokens: Sequence[Token], at: int) -> Half | None:
    """Read "pm", "a.m.", "in the evening", "tonight"; "good evening" says nothing of when."""
    word = word_at(tokens, at)
    if word in _HALVES and word_at(tokens, at - 1) not in _GREETS:
        return _HALVES[word]
    return _dotted(tokens, at)[0]


def _dotted(tokens: Sequence[Token], at: int) -> tuple[Half | None, int]:
    """Read "p.m."."""
    letters = [word_at(tokens, at), word_at(tokens, at + 1), word_at(tokens, at + 2)]
    if letters[0] in ("a", "p") and letters[1] == "." and letters[2] == "m":
        end = at + 3 + (word_at(tokens, at + 3) == ".")
        return _HALVES[letters[0] + "m"], end
    if letters[0] in ("a", "p") and letters[1] == "m":
        return _HALVES[letters[0] + "m"], at + 2
    return None, at


def _half_after(tokens: Sequence[Token], at: int) -> tuple[Half | None, int]:
    """Read the half of the day that stands right behind a time."""
    half, end = _dotted(tokens, at)
    if half is not None:
        return half, end
    step = at
    while word_at(tokens, step) in ("in", "at", "the", "this", "of"):
        step += 1
    half = _HALVES.get(word_at(tokens, step))
    return (half, step + 1) if half is not None else (None, at)


def read_time(tokens: Sequence[Token], at: int) -> ReadTime | None:
    """Read a time that begins at a token."""
    if word_at(tokens, at) in _NAMED:
        return ReadTime(hour=_NAMED[word_at(tokens, at)], minute=0, end=at + 1, whole_day=True)
    return _read_parts(tokens, at) or _read_written(tokens, at) or _read_said(tokens, at)


def _read_parts(tokens: Sequence[Token], at: int) -> ReadTime | None:
    """Read "half past three", "half three", "a quarter to nine", "ten to six", "twenty-five minutes past two"."""
    start = at + 1 if word_at(tokens, at) == "a" else at
    minutes = _PARTS.get(word_at(tokens, start))
    end = start + 1
    if minutes is None:
        small = read_below_hundred(tokens, start) or _figure(tokens, start)
        if small is None or not 0 < small[0] < 60:
            return None
        minutes, end = small
        end += word_at(tokens, end) in ("minutes", "minute")
    direction = word_at(tokens, end)
    if direction in _PAST or direction in _TO:
        named = _NAMED.get(word_at(tokens, end + 1))
        hour = (named, end + 2) if named is not None else _hour(tokens, end + 1)
    elif word_at(tokens, start) == "half":
        direction, named = "past", None
        hour = _hour(tokens, end)
    else:
        return None
    if hour is None:
        return None
    sure_unit = word_at(tokens, start) in _PARTS or word_at(tokens, end - 1).startswith("minute")
    if not sure_unit and (minutes % 5 or minutes > 30):
        return None
    value = (hour[0] * 60 + (minutes if direction in _PAST else -minutes)) % (24 * 60)
    half, after = _half_after(tokens, hour[1])
    said_hour = value // 60
    if named is None and hour[0] <= 12:
        said_hour = said_hour or 12
    return ReadTime(hour=said_hour, minute=value % 60, end=after, half=half, whole_day=named is not None)


def _read_written(tokens: Sequence[Token], at: int) -> ReadTime | None:
    """Read "15:30", "3.30 pm", "9h", "14h30"."""
    figures = read_figures(tokens, at, ":.h")
    if figures is None:
        return None
    hour, minute, end = figures
    half, after = _half_after(tokens, end)
    if word_at(tokens, at + 1) == "." and half is None and word_at(tokens, at - 1) not in _BEFORE:
        return None
    whole_day = tokens[at].raw.startswith("0") and half is None
    return ReadTime(hour=hour, minute=minute, end=after, half=half, whole_day=whole_day)


def _read_said(tokens: Sequence[Token], at: int) -> ReadTime | None:
    """Read "three thirty", "nine oh five pm", "fifteen hundred hours", "seven o'clock", "1430", "3pm" and "three"."""
    hour = _hour(tokens, at) or _four_figures(tokens, at)
    zero = word_at(tokens, at) in ("oh", "zero") and word_at(tokens, at + 1) in DIGITS
    if hour is None and zero:
        hour = DIGITS[word_at(tokens, at + 1)], at + 2
    if hour is None:
        return None
    value, end = hour
    minute, whole_day, exact = 0, value > 12, False
    if end == at + 1 and len(tokens[at].raw) == 4 and tokens[at].is_number:
        value, minute, whole_day = value // 100, value % 100, True
        exact = word_at(tokens, end) in ("hours", "hrs")
        end += exact
    elif word_at(tokens, end) == "hundred":
        end += 1 + (word_at(tokens, end + 1) in ("hours", "hrs"))
        whole_day = exact = True
    elif word_at(tokens, end) in ("o'clock", "oclock"):
        exact, end = True, end + 1
    else:
        minutes = _minutes(tokens, end)
        if minutes is not None:
            minute, end, exact = minutes[0], minutes[1], True
    half, after = _half_after(tokens, end)
    follows = word_at(tokens, after)
    if half is None and (follows in _COUNTED or _counts(follows)):
        return None
    placed = word_at(tokens, at - 1) in _BEFORE and not exact
    bare = half is None and not exact and not (placed and whole_day)
    return ReadTime(
        hour=value, minute=minute, end=after, half=half, whole_day=whole_day or (zero and half is None),
        bare=bare or (exact and half is None and minute > 0 and word_at(tokens, at - 1) not in _BEFORE),
    )  # fmt: skip


def _counts(word: str) -> bool:
    """Whether a word after a number is what there are so many of: "three lamps"."""
    return len(word) > 3 and word.isalpha() and word.endswith("s") and word not in _NOT_COUNTED


def _hour(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    word = word_at(tokens, at)
    if word in ("zero", "oh"):
        return None
    read = read_below_hundred(tokens, at)
    if read is not None and 20 < read[0] <= 24:
        return read
    if read is not None and read[0] > 19:
        read = 20, at + 1
    read = read or _figure(tokens, at)
    return read if read is not None and 0 <= read[0] <= 24 else None


def _figure(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    if at < len(tokens) and tokens[at].is_number and len(tokens[at].raw) <= 2:
        return int(tokens[at].raw), at + 1
    return None


def _four_figures(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    word = word_at(tokens, at)
    if not (tokens[at].is_number and len(word) == 4 and int(word[:2]) <= 24 and int(word[2:]) < 60):
        return None
    return int(word), at + 1


def _minutes(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """Read "thirty", "forty five", "oh five"."""
    if word_at(tokens, at) in ("oh", "zero", "o") and word_at(tokens, at + 1) in DIGITS:
        return DIGITS[word_at(tokens, at + 1)], at + 2
    read = read_below_hundred(tokens, at)
    if read is None and at < len(tokens) and tokens[at].is_number and len(tokens[at].raw) == 2:
        read = int(tokens[at].raw), at + 1
        if touching(tokens, at):
            return None
    return read if read is not None and 10 <= read[0] < 60 else None


find = partial(find_time, read=read_time, half_at=half_at)
"""Finds the time of day in an English text."""
