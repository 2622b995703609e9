"""Puts what a caller does into words: a phrase of the bank, the value in it as people say it, a filler, a please."""

import random
import re
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from dialogue.lines.types import DateOrder, Line
from dialogue.practice.bank import Bank, Persona
from dialogue.practice.goals import Known
from dialogue.practice.heard import audible, contains
from dialogue.practice.question import Question

_POLITE_ALREADY = re.compile(r"please|thank|bye|\?$|por favor|obrigad|tchau", re.IGNORECASE)


class Wording:
    """How one caller speaks."""

    def __init__(self, bank: Bank, persona: Persona, line: Line, today: date, rng: random.Random):
        self._bank, self._persona, self._line, self._today, self._rng = bank, persona, line, today, rng

    def phrase(self, key: str, **values: str) -> str:
        """One of the bank's phrases, filled in."""
        return self._rng.choice(self._bank.phrases[key]).format(**values)

    def sentence(self, text: str, *, plain: bool = False) -> str:
        """A whole turn: perhaps with a filler before and a please after.

        Args:
            text: What it says.
            plain: Whether nothing may be added.
        """
        if plain:
            return text
        if self._rng.random() < self._persona.fillers:
            text = f"{self.phrase('filler')} {text}"
        if self._rng.random() < self._persona.polite and not _POLITE_ALREADY.search(text):
            text = f"{text}, {self.phrase('please')}"
        return text

    def wish(self, says: tuple[str, ...]) -> str:
        """One of the ways to say a wish."""
        return self._rng.choice(says)

    def value(self, known: Known, choices: Mapping[str, tuple[str, ...]] | None = None) -> str:
        """A value as people say it.

        Args:
            known: The value.
            choices: Words by value, where it is one of a few.
        """
        value = known.value
        if choices and value in choices:
            return self._rng.choice((str(value).replace("_", " "), *choices[value]))
        if isinstance(value, date):
            return self._day(value)
        text = str(value)
        return self._digits(text) if text.isdigit() and 3 <= len(text) <= 8 else text

    def is_named(self, value: Any, text: str) -> bool:
        """Whether a value can be made out in what the line says."""
        if isinstance(value, time):
            return contains(text, re.escape(self._line.language.write.time(value)))
        return contains(text, re.escape(self._day(value))) if isinstance(value, date) else audible(value, text)

    def _day(self, value: date) -> str:
        month_first = self._line.region.date_order is DateOrder.MONTH_DAY
        return self._line.language.write.day(value, self._today, month_first=month_first)

    def wrong(self, value: Any) -> str | None:
        """A value that is not this one but looks like it; None where there is none to make."""
        text = str(value)
        if not (text.isdigit() and len(text) >= 3):
            return None
        at = self._rng.randrange(len(text) - 1)
        swapped = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        return swapped if swapped != text else text[:-1] + str((int(text[-1]) + 1) % 10)

    def label(self, question: Question) -> str:
        """What is asked for, in words."""
        return question.label or question.slot.replace("_", " ")

    def _digits(self, text: str) -> str:
        form = self._rng.random()
        if form < 0.55:
            return text
        if form < 0.7:
            return " ".join(text)
        zero = self._rng.choice(self._bank.zeros)
        return " ".join(zero if digit == "0" else self._bank.digits[int(digit)] for digit in text)
