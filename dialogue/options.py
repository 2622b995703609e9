"""Reads which entry of a list a caller means: by its place on offer, by a day, a time or a name, or others."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Any

from dialogue.lines.types import DateOrder, Line
from languages.entities import Amount, Choice, Prefer

_UNSAYABLE = "entry"
"""Makes names that nobody says, so that only places count."""
_NAMED = 0.8
"""From here a name was said; below, words only resemble it."""


class Move(StrEnum):
    """A wish to hear others than those on offer."""

    MORE = "more"
    BACK = "back"
    NONE = "none"
    """None of them suits."""
    NO_SUCH = "no_such"
    """One that compares with these as no other does: "anything cheaper"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """The entries, by their place in the list, that fit what was said; a single one is the choice."""

    entries: tuple[int, ...]
    asked_for: bool = False
    """Whether the caller only asks what there is: even a single one is offered first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotThere:
    """Something was named that no entry is: another day, another time."""

    what: Any
    """The day or time."""


Picked = Meant | NotThere | Move


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """A list, what of it comes into question, and what of that is on offer."""

    items: Sequence[Any]
    """Every entry: a mapping of its fields, or a text."""
    entries: tuple[int, ...]
    """Places, in the list, of those that come into question."""
    shown: tuple[int, ...]
    """Places, in the list, of those on offer."""
    fields: tuple[str, ...]
    """Fields by which an entry may be named, the likeliest first; empty for texts."""
    said: tuple[str, ...] = ()
    """Those on offer, as they were said."""

    def value(self, entry: int, field: str) -> Any:
        """A field of an entry."""
        item = self.items[entry]
        return item.get(field) if isinstance(item, Mapping) else item


def read_option(text: str, options: Options, line: Line, today: date) -> Picked | None:
    """What of the list is meant; None when nothing in the text points at it.

    Args:
        text: What was said.
        options: What there is.
        line: For its language and region.
        today: The day of the call.
    """
    normalised = line.language.rules.normalise(text)
    cues = line.language.options
    if cues.none.search(normalised):
        return Move.NONE
    asks = cues.asks.search(normalised) is not None
    said = list(_values(text, normalised, options, line, today))
    fitting = _fitting(said, options)
    if fitting:
        return Meant(entries=_singled_out(text, normalised, options, line, fitting, said), asked_for=asks)
    extreme = _extreme(normalised, options, line, options.entries)
    if extreme is not None:
        return Meant(entries=(extreme,))
    compared = _compared(normalised, options, line) if not said else None
    if compared is not None:
        return compared
    placed = _placed(text, options.shown, line)
    if placed is not None and all(each.covers(placed) for each in said):
        return Meant(entries=(options.shown[int(placed.value)],), asked_for=asks)
    spoken = _spoken(text, options, line)
    if spoken is not None:
        return Meant(entries=(spoken,), asked_for=asks)
    left = _left(text, options, line)
    if left:
        return Meant(entries=left, asked_for=True)
    if any(each.bound and not each.fits for each in said):
        return Move.NO_SUCH
    if said:
        return NotThere(what=next((each.what for each in said if not each.fits), said[-1].what))
    if cues.whichever.search(normalised):
        return Meant(entries=options.shown[:1])
    if cues.back.search(normalised):
        return Move.BACK
    if cues.more.search(normalised) or (len(options.shown) == 1 and cues.other.search(normalised)):
        return Move.MORE
    if len(options.shown) == 1 and cues.this.search(normalised):
        return Meant(entries=options.shown)
    return None


def key_option(keys: str, options: Options) -> Picked | None:
    """What is meant by a key: the place of an entry on offer; one above the last is for more."""
    place = int(keys) - 1 if keys.isdigit() and len(keys) == 1 else -1
    if 0 <= place < len(options.shown):
        return Meant(entries=(options.shown[place],))
    return Move.MORE if place == len(options.shown) else None


@dataclass(frozen=True, slots=True)
class _Said:
    """A value that was said, where, and the entries it fits."""

    what: Any
    fits: tuple[int, ...]
    start: int = 0
    end: int = 0
    bound: bool = False
    """Whether anything on one side of it will do: "after three"."""

    def covers(self, place: Choice) -> bool:
        """Whether the same words were read as a place: "the second" is no day where no entry lies on it."""
        return self.start <= place.start and place.end <= self.end


def _placed(text: str, among: Sequence[int], line: Line) -> Choice | None:
    """The place that is named among some entries, counted from zero: "the second one"."""
    found = line.language.find.choice(text, {f"{_UNSAYABLE}{place}": () for place in range(len(among))})
    return replace(found, value=found.value.removeprefix(_UNSAYABLE)) if found else None


def _fitting(said: Sequence[_Said], options: Options) -> tuple[int, ...]:
    """The entries that every value said fits; those on offer before the others, where both do."""
    if not said:
        return ()
    fitting = set(range(len(options.items))).intersection(*(each.fits for each in said))
    on_offer = fitting & set(options.shown)
    return tuple(sorted(on_offer if len(on_offer) == 1 else fitting))


def _singled_out(
    text: str, normalised: str, options: Options, line: Line, fitting: tuple[int, ...], said: Sequence[_Said]
) -> tuple[int, ...]:
    """Of several that fit, the one that is named by its place or as the first in time: "the last one on Friday"."""
    if len(fitting) == 1:
        return fitting
    extreme = _extreme(normalised, options, line, fitting)
    if extreme is not None:
        return (extreme,)
    placed = _placed(text, fitting, line)
    if placed is not None and not any(each.covers(placed) for each in said):
        return (fitting[int(placed.value)],)
    return fitting


def _values(text: str, normalised: str, options: Options, line: Line, today: date) -> Iterator[_Said]:
    """Every value in the text that entries have a field for."""
    every = range(len(options.items))
    for field in options.fields or ("",):
        column = {entry: options.value(entry, field) for entry in every}
        sample = next((value for value in column.values() if value is not None), None)
        match sample:
            case date():
                day = line.language.find.date(
                    text, today, prefer=Prefer.FUTURE, day_first=line.region.date_order is DateOrder.DAY_MONTH
                )
                if day is not None:
                    yield _Said(day.value, _where(column, day.value), day.start, day.end)
            case time():
                yield from _times(text, normalised, column, line)
            case Decimal():
                money = line.language.find.amount(text, currency=line.region.currency)
                if money is not None:
                    before = line.language.rules.normalise(text[: money.start]).rstrip()
                    yield from _prices(before, column, money, line)
            case str():
                names = list(dict.fromkeys(str(value) for value in column.values() if value))
                found = line.language.find.choice(text, _with_parts(names, line), ordinals=False)
                if found is not None and found.confidence >= _NAMED:
                    yield _Said(found.value, _where(column, found.value))


def _prices(before: str, column: Mapping[int, Any], money: Amount, line: Line) -> Iterator[_Said]:
    """A price, or one that it should be below or above."""
    cues = line.language.options
    if cues.under.search(before):
        below = tuple(entry for entry, value in column.items() if value is not None and value <= money.value)
        yield _Said(money.value, below, money.start, money.end, bound=True)
    elif cues.over.search(before):
        above = tuple(entry for entry, value in column.items() if value is not None and value >= money.value)
        yield _Said(money.value, above, money.start, money.end, bound=True)
    elif costing := _costing(column, money.value):
        yield _Said(money.value, costing, money.start, money.end)


def _costing(column: Mapping[int, Any], said: Decimal) -> tuple[int, ...]:
    """The entries at a price; the cents may be left out."""
    whole = said == said.to_integral_value()
    return _where(column, said) or tuple(
        entry for entry, value in column.items() if whole and value is not None and int(value) == said
    )


def _spoken(text: str, options: Options, line: Line) -> int | None:
    """The entry on offer that is meant by a word with which only it was said, or began: "the six months"."""
    names = _spoken_names(options, line)
    found = line.language.find.choice(text, names, ordinals=False)
    return options.shown[list(names).index(found.value)] if found is not None and found.confidence >= _NAMED else None


def _spoken_names(options: Options, line: Line) -> dict[str, tuple[str, ...]]:
    """Those on offer as they were said, each with the words that only it was said with, and the one it began with."""
    stop = line.language.search.stop
    begins = [line.read.as_spoken(each).lower().split()[:1] for each in options.said]
    apart = len({tuple(first) for first in begins}) == len(begins) and not any(stop.intersection(b) for b in begins)
    parts = _with_parts(options.said, line)
    return {
        name: (*words, *first) if apart else words for (name, words), first in zip(parts.items(), begins, strict=False)
    }


def _left(text: str, options: Options, line: Line) -> tuple[int, ...]:
    """Those on offer but for one that is denied: "not the courtyard"."""
    names = _spoken_names(options, line)
    found = line.language.find.contrast(text, lambda part: line.language.find.choice(part, names, ordinals=False))
    denied = {list(names).index(choice.value) for choice in found.denied if choice.confidence >= _NAMED}
    return tuple(entry for place, entry in enumerate(options.shown) if denied and place not in denied)


def _times(text: str, normalised: str, column: Mapping[int, Any], line: Line) -> Iterator[_Said]:
    """A time, a time after or before which it should be, or a part of the day."""
    cues = line.language.options
    found = line.language.find.time(text, expect=False)
    if found is not None:
        before = line.language.rules.normalise(text[: found.start]).rstrip()
        if cues.after.search(before):
            late = tuple(entry for entry, value in column.items() if value and value >= found.value)
            yield _Said(found.value, late, bound=True)
        elif cues.before.search(before):
            early = tuple(entry for entry, value in column.items() if value and value < found.value)
            yield _Said(found.value, early, bound=True)
        else:
            yield _Said(found.value, _where(column, found.value) or _other_half(column, found.value, found.half_said))
        return
    # A bare "nine twenty" is a time only where there is one such.
    bare = line.language.find.time(text, expect=True)
    if bare is not None and (fits := _where(column, bare.value) or _other_half(column, bare.value, bare.half_said)):
        yield _Said(bare.value, fits, bare.start, bare.end)
        return
    for word, (first, end) in cues.parts_of_day.items():
        if re.search(rf"\b{word}\b", normalised):
            yield _Said(first, tuple(entry for entry, value in column.items() if value and first <= value < end))
            return


def _other_half(column: Mapping[int, Any], said: time, half_said: bool) -> tuple[int, ...]:
    """A bare "three" is three in the morning or in the afternoon, whichever is there."""
    return () if half_said else _where(column, said.replace(hour=(said.hour + 12) % 24))


def _with_parts(names: Sequence[str], line: Line) -> dict[str, tuple[str, ...]]:
    """Names, each also by any weighty word that no other has: "Byrne" for "Doctor Byrne"."""
    stop = line.language.search.stop
    words = [set(re.findall(r"[^\W\d_]{3,}|\d{3,}", name.lower())) - stop for name in names]
    return {
        name: tuple(sorted(own - set().union(*(other for at, other in enumerate(words) if at != place))))
        for place, (name, own) in enumerate(zip(names, words, strict=True))
    }


def _where(column: Mapping[int, Any], wanted: Any) -> tuple[int, ...]:
    return tuple(entry for entry, value in column.items() if value == wanted)


def _extreme(normalised: str, options: Options, line: Line, among: tuple[int, ...]) -> int | None:
    """The earliest, latest or cheapest of some entries."""
    cues = line.language.options
    when = _keys(options, among, (date, time))
    price = _keys(options, among, (Decimal,))
    if when and cues.soonest.search(normalised):
        return min(when, key=lambda entry: when[entry])
    if when and cues.latest.search(normalised):
        return max(when, key=lambda entry: when[entry])
    if price and cues.cheapest.search(normalised):
        return min(price, key=lambda entry: price[entry])
    if price and cues.dearest.search(normalised):
        return max(price, key=lambda entry: price[entry])
    return None


def _compared(normalised: str, options: Options, line: Line) -> Picked | None:
    """The sooner, later, cheaper or dearer one of those on offer, or the others that are so compared with them."""
    cues = line.language.options
    comparisons = (
        (cues.sooner, (date, time), False),
        (cues.later, (date, time), True),
        (cues.cheaper, (Decimal,), False),
        (cues.dearer, (Decimal,), True),
    )
    for cue, kinds, upwards in comparisons:
        said = cue.search(normalised)
        keys = _keys(options, tuple(range(len(options.items))), kinds) if said else {}
        shown = [entry for entry in options.shown if entry in keys]
        if said is None or not shown:
            continue
        last = (max if upwards else min)(shown, key=lambda entry: keys[entry])
        if len(shown) > 1 and cues.article.search(normalised[: said.start()]):
            return Meant(entries=(last,))
        beyond = [each for each in keys if (keys[each] > keys[last] if upwards else keys[each] < keys[last])]
        beyond.sort(key=lambda entry: keys[entry], reverse=not upwards)
        return Meant(entries=tuple(beyond), asked_for=True) if beyond else Move.NO_SUCH
    return None


def _keys(options: Options, among: tuple[int, ...], kinds: tuple[type, ...]) -> dict[int, tuple[Any, ...]]:
    """What to compare entries by: their fields of these types, days before times."""
    found: dict[int, tuple[Any, ...]] = {}
    for entry in among:
        values = [options.value(entry, field) for field in options.fields or ("",)]
        fitting = [value for value in values if isinstance(value, kinds)]
        fitting.sort(key=lambda value: isinstance(value, time))
        if fitting:
            found[entry] = tuple(fitting)
    return found
