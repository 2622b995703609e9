"""Finds how many of something there are: what is the same in every language, given how numbers and people are named.

A count is told from other numbers by the word behind it. What a question counts is known by the line's own words for
it; people also by how they are spoken of ("my wife and I"), and nights and days by longer stretches ("a week").
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Protocol

from languages.entities import FoundCount
from languages.tokens import Token, tokenize, touching, word_at

_MOST = 9999
"""Nobody counts further on the telephone; longer numbers name something."""
_INSIDE = frozenset(".,:/")
"""Marks inside of numbers."""
_UNIT_WORDS = 3
"""Words that may stand between a number and what it counts."""

_SAID = 0.95
_BARE = 0.9
_ADDED = 0.85
_FOR = 0.75
"""A number after "for", of people where nobody asked yet: "a room for two"."""
_DOUBTED = 0.5
"""Below what a line believes without reading it back."""


class ReadNumber(Protocol):
    """Reads a number, or a word that stands for one, at a place."""

    def __call__(self, tokens: Sequence[Token], at: int) -> tuple[int | None, int] | None:
        """The number and the index after it: "two", "a couple of", "none"; None is for "a few"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountWords:
    """How one language counts. Words are in lower case."""

    read: ReadNumber
    nothing: frozenset[str]
    """Stand for none right before what is counted: "no children"."""
    articles: frozenset[str]
    """Stand for one before the name of a single thing: "a night"."""
    between: frozenset[str]
    """May stand between a number and what it counts: "two more nights"."""
    people: Mapping[str, int | None]
    """Words for people, by how many they are with "a" or "my" before them; None where that says no number."""
    possessives: frozenset[str]
    """Stand before somebody who comes along: "my wife"."""
    speaker: frozenset[str]
    """The caller, beside others: "me", "I"."""
    alone: re.Pattern[str]
    """Found where the caller is the only one: "just me"."""
    days: frozenset[str]
    """Words for days and nights."""
    stretches: Mapping[str, int]
    """Words for several days, and how many they are: a week."""
    joins: frozenset[str]
    """Stand between what is added up: "two adults and a child"."""
    disputed: frozenset[str]
    """What one line counts and another does not: a baby, a weekend."""
    rough: re.Pattern[str]
    """Found where somebody is not sure how many: "maybe", "about"."""
    before: frozenset[str]
    """Stand before how long, or for how many, something is wanted: "for"."""
    names_else: re.Pattern[str]
    """Found right before a number that counts nothing: "at", "December"; anchored at the end."""
    counts_else: re.Pattern[str]
    """Matches right after one: "euros", "o'clock"."""
    dictated: frozenset[str]
    """Said only among the digits of a number that names something: "oh", "double"."""
    sounds: Mapping[str, int]
    """Words that a transcriber writes for a number where nothing else was said: "to"."""
    fillers: frozenset[str]
    """Words that leave a number bare: "it's", "please"."""


class _Sort(Enum):
    """What a number counts."""

    ASKED = auto()
    """What was asked for, by the line's own words."""
    PEOPLE = auto()
    DAYS = auto()
    THINGS = auto()
    """Something else that has a name."""
    BARE = auto()
    """Nothing that is said."""
    COMPANY = auto()
    """The caller, or somebody named by what they are: they count only beside others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What is counted at one place."""

    value: int | None
    """None for several, of whom nobody said how many."""
    sort: _Sort
    start: int
    """Token index."""
    end: int
    """Token index after it."""
    sure: float = _SAID
    """How sure it is that so many are meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unit:
    """The word for what is counted."""

    sort: _Sort
    end: int
    """Token index after it."""
    single: bool
    """Whether it is the word for one of them."""
    times: int = 1
    """How many each of them stands for."""
    sure: float = _SAID


def find_count(
    text: str, *, words: CountWords, units: Sequence[str] = (), named: Sequence[str] = (), expect: bool = False
) -> FoundCount | None:
    """Find how many there are of what is counted.

    Args:
        text: What was said.
        words: How the language counts.
        units: What is counted, in the line's words, in pairs for one and for several: "night", "nights".
        named: What it is called before a number: "number of guests".
        expect: Whether it was asked for; else something must say what is counted.

    Returns:
        The count; None where none is said, or only that there are several. What was added up from things that may not
        count, or was said with doubt, has less than half of the confidence that is possible.
    """
    return _Reader(text, words, units, named, expect=expect).found()


class _Reader:
    """Reads one text."""

    def __init__(self, text: str, words: CountWords, units: Sequence[str], named: Sequence[str], *, expect: bool):
        self._text, self._words, self._expect = text, words, expect
        self._tokens = tokenize(text)
        self._said = [token.text for token in self._tokens]
        self._units = [(place % 2 == 0, _words(unit)) for place, unit in enumerate(units)]
        self._named = [_words(name) for name in named]
        own = {word for _, unit in self._units for word in unit}
        self._counts_people = not own.isdisjoint(words.people)
        self._counts_days = not own.isdisjoint(words.days)

    def found(self) -> FoundCount | None:
        parts = self._added_up(list(self._parts()))
        for fitting in (self._is_asked, self._is_kin):
            chosen = [part for part in parts if fitting(part)]
            if chosen:
                return self._chosen(chosen)
        alone = self._only_the_caller() if self._expect else None
        if alone is not None:
            return alone
        bare = [part for part in parts if self._is_bare(part)]
        if bare or not self._expect:
            return self._chosen(bare)
        things = [replace(part, sure=_DOUBTED) for part in parts if part.sort is _Sort.THINGS]
        return self._chosen(things) if things else self._by_sound()

    def _is_asked(self, part: _Part) -> bool:
        return part.sort is _Sort.ASKED

    def _is_kin(self, part: _Part) -> bool:
        """Whether people, or days, are counted, where the line asks for such by another name."""
        if part.sort is _Sort.PEOPLE:
            return self._counts_people
        return part.sort is _Sort.DAYS and self._counts_days and (self._expect or self._is_for(part))

    def _is_bare(self, part: _Part) -> bool:
        if part.sort is not _Sort.BARE:
            return False
        return self._expect or (self._counts_people and self._is_for(part) and part.value is not None)

    def _is_for(self, part: _Part) -> bool:
        return word_at(self._tokens, part.start - 1) in self._words.before

    def _chosen(self, parts: Sequence[_Part]) -> FoundCount | None:
        """The one that is said; the first, in doubt, where there are several. None are told only of who is there."""
        parts = [part for part in parts if part.value != 0] or parts
        if not parts or any(part.value is None for part in parts):
            return None
        part = parts[0]
        sure = part.sure if self._expect or part.sort is not _Sort.BARE else _FOR
        if len({each.value for each in parts}) > 1 or self._words.rough.search(self._text.lower()):
            sure = min(sure, _DOUBTED)
        return self._count(part, sure)

    def _count(self, part: _Part, sure: float) -> FoundCount | None:
        start, end = self._tokens[part.start].start, self._tokens[part.end - 1].end
        return FoundCount(value=part.value, start=start, end=end, confidence=sure) if part.value is not None else None

    def _only_the_caller(self) -> FoundCount | None:
        """Nobody but the caller: "just me"."""
        alone = self._words.alone.search(self._text.lower()) if self._counts_people else None
        return FoundCount(value=1, start=alone.start(), end=alone.end(), confidence=_SAID) if alone else None

    def _by_sound(self) -> FoundCount | None:
        """The number that a transcriber wrote as another word."""
        said = [at for at, word in enumerate(self._said) if word.isalnum() and word not in self._words.fillers]
        places = said or [at for at, word in enumerate(self._said) if word in self._words.sounds]
        value = self._words.sounds.get(self._said[places[0]]) if len(places) == 1 else None
        if value is None:
            return None
        return self._count(_Part(value=value, sort=_Sort.BARE, start=places[0], end=places[0] + 1), _DOUBTED)

    # One place

    def _parts(self) -> Iterator[_Part]:
        at = 0
        while at < len(self._tokens):
            read = self._words.read(self._tokens, at)
            if read is not None:
                value, end = read
                after = self._past_digits(end)
                part = self._number(at, value, end) if after == end else None
                at = part.end if part is not None else after
            else:
                part = self._none(at) or self._single(at) or self._somebody(at)
                at = part.end if part is not None else at + 1
            if part is not None:
                yield part

    def _past_digits(self, at: int) -> int:
        """The index after the digits that follow one another, as they do in a number that names something."""
        while word_at(self._tokens, at) in self._words.dictated or self._is_digit(at):
            at += 1
        return at

    def _is_digit(self, at: int) -> bool:
        read = self._words.read(self._tokens, at)
        return read is not None and read[1] == at + 1 and read[0] is not None

    def _number(self, at: int, value: int | None, end: int) -> _Part | None:
        """A number, and what it counts."""
        if value is not None and value > _MOST:
            return None
        unit = self._unit_at(end)
        if unit is not None and unit.sort is _Sort.ASKED:
            return _Part(value=value, sort=_Sort.ASKED, start=at, end=unit.end, sure=unit.sure)
        before, after = self._text[: self._tokens[at].start].lower(), self._text[self._tokens[end - 1].end :].lower()
        if self._words.names_else.search(before) or self._words.counts_else.match(after):
            return None
        if self._is_named(at):
            return _Part(value=value, sort=_Sort.ASKED, start=at, end=end)
        if unit is None:
            return _Part(value=value, sort=_Sort.BARE, start=at, end=end, sure=_BARE)
        several = value * unit.times if value is not None else None
        return _Part(value=several, sort=unit.sort, start=at, end=unit.end, sure=unit.sure)

    def _none(self, at: int) -> _Part | None:
        """No such things: "no children"."""
        unit = self._unit_at(at + 1) if self._said[at] in self._words.nothing else None
        if unit is None or unit.sort is _Sort.THINGS:
            return None
        return _Part(value=0, sort=unit.sort, start=at, end=unit.end)

    def _single(self, at: int) -> _Part | None:
        """One thing with an article: "a night", "the week"."""
        unit = self._unit_at(at + 1) if self._said[at] in self._words.articles else None
        if unit is None or not unit.single or unit.sort not in (_Sort.ASKED, _Sort.DAYS):
            return None
        return _Part(value=unit.times, sort=unit.sort, start=at, end=unit.end, sure=unit.sure)

    def _somebody(self, at: int) -> _Part | None:
        """The caller, or somebody who may come along: "me", "my wife", "a friend", "kids"."""
        words, word = self._words, self._said[at]
        if not self._counts_people:
            return None
        if word in words.speaker:
            return _Part(value=1, sort=_Sort.COMPANY, start=at, end=at + 1)
        own, article = word in words.possessives, word in words.articles
        who = word_at(self._tokens, at + 1) if own or article else word
        known = who in words.people
        if not (known or (own and who.isalpha())):
            return None
        several = words.people.get(who, 1) if own or article else None
        doubtful = who in words.disputed or not known
        end = at + 1 + (own or article)
        return _Part(value=several, sort=_Sort.COMPANY, start=at, end=end, sure=_DOUBTED if doubtful else _SAID)

    def _unit_at(self, at: int) -> _Unit | None:
        """What a number before a place counts."""
        words = self._words
        for place in range(at, min(at + _UNIT_WORDS, len(self._said))):
            word = self._said[place]
            disputed = _DOUBTED if word in words.disputed else _SAID
            for single, unit in self._units:
                if unit and self._said[place : place + len(unit)] == unit:
                    return _Unit(sort=_Sort.ASKED, end=place + len(unit), single=single, sure=disputed)
            if word in words.stretches:
                sure = min(disputed, _ADDED)
                return _Unit(sort=_Sort.DAYS, end=place + 1, single=True, times=words.stretches[word], sure=sure)
            if word in words.days:
                # A night is hardly ever as long as a day, but it may well be meant.
                return _Unit(sort=_Sort.DAYS, end=place + 1, single=True, sure=_DOUBTED)
            if word in words.people:
                single = words.people[word] == 1
                return _Unit(sort=_Sort.PEOPLE, end=place + 1, single=single, sure=disputed)
            if word not in words.between:
                named = place == at and len(word) > 2 and word.isalpha()
                counted = named and word not in words.fillers and word not in words.joins
                return _Unit(sort=_Sort.THINGS, end=place + 1, single=False) if counted else None
        return None

    def _is_named(self, at: int) -> bool:
        """Whether the words before a number say what it counts: "the number of guests is two"."""
        said = self._said[:at]
        while said and said[-1] in self._words.fillers:
            said.pop()
        return any(name and said[-len(name) :] == name for name in self._named)

    # Several places

    def _added_up(self, parts: Sequence[_Part]) -> list[_Part]:
        """People, and days, that are joined count together."""
        groups: list[list[_Part]] = []
        for part in parts:
            if groups and self._adds(groups[-1][-1], part):
                groups[-1].append(part)
            else:
                groups.append([part])
        return [self._sum(group) for group in groups if len(group) > 1 or group[0].sort is not _Sort.COMPANY]

    def _adds(self, first: _Part, second: _Part) -> bool:
        gap = self._said[first.end : second.start]
        if not gap or not set(gap) <= self._words.joins:
            return False
        if self._counts_days:
            return {first.sort, second.sort} <= {_Sort.ASKED, _Sort.DAYS}
        if not self._counts_people or not {first.sort, second.sort} <= _PEOPLE:
            return False
        return first.sort is _Sort.COMPANY or second.sort is not _Sort.BARE

    def _sum(self, group: Sequence[_Part]) -> _Part:
        if len(group) == 1:
            return group[0]
        values = [part.value for part in group]
        total = None if None in values else sum(value for value in values if value is not None)
        asked = any(part.sort is _Sort.ASKED for part in group)
        kin = _Sort.DAYS if self._counts_days else _Sort.PEOPLE
        return _Part(
            value=total,
            sort=_Sort.ASKED if asked else kin,
            start=group[0].start,
            end=group[-1].end,
            sure=min(_ADDED, *(part.sure for part in group)),
        )


_PEOPLE = frozenset({_Sort.ASKED, _Sort.PEOPLE, _Sort.BARE, _Sort.COMPANY})
"""What adds up where people are counted."""


def is_inside(tokens: Sequence[Token], at: int) -> bool:
    """Whether a number is the end of a code, a price, a time or a date: "HK4021", "1,50", "10:30"."""
    before = word_at(tokens, at - 1)
    return touching(tokens, at) and (before.isalnum() or before in _INSIDE)


def _words(text: str) -> list[str]:
    return [token.text for token in tokenize(text)]
