"""The callers of a folder: personas and the words that they have for each thing they do."""

import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field

from dialogue.lines.check import Checker
from dialogue.lines.problems import LineError
from dialogue.lines.yaml_marks import read_yaml
from dialogue.practice.habits import Habit
from dialogue.practice.noise import CLEAN, NOISY, TELEPHONE, Hearing, Misheard
from models.errors import FirstlineError

_STRICT = ConfigDict(extra="forbid")
_Share = Annotated[float, Field(ge=0, le=1)]
_HEARINGS = {"clean": CLEAN, "telephone": TELEPHONE, "noisy": NOISY}
_WORD = re.compile(r"(?<![{\w])[^\W\d_]+(?:'[^\W\d_]+)?(?![}\w])")
"""A word of a phrase, but not the place of a value in it."""
_SHIPPED = Path(__file__).parent / "callers"
_MISHEARD = Path(__file__).parent / "misheard"

PHRASES = tuple(
    """
    filler please greeting opener small_talk with_value two_wishes next_wish wish_again wish_at_question
    which which_none value value_again corrects_at_once corrects does_not_know yes plain_yes right indirect_yes
    no_meaning_yes no no_answer yes_answer takes_back_yes change_of_mind unsure condition puts_off
    question_at_proposal complains_at_proposal cut_yes cut_wait patience asks_to_repeat louder talks_to_other
    anger refuses_human person more_no mistake gives_up other_options none_of_these
    """.split()
)
"""What a bank must have words for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """A kind of caller."""

    name: str
    weight: float
    """How many of them there are, relative to others."""
    fillers: float
    """Share of turns that begin with a filler."""
    polite: float
    """Share of turns with a please."""
    hearing: Hearing
    """How well the recogniser hears them."""
    habits: Mapping[Habit, float]
    """How likely each shows in a call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """Callers who were written together."""

    name: str
    personas: tuple[Persona, ...]
    phrases: Mapping[str, tuple[str, ...]]
    digits: tuple[str, ...]
    """Words of the digits, from zero."""
    zeros: tuple[str, ...]
    """Words for a zero in a number."""
    misheard: Misheard
    """What a recogniser makes of their words."""
    folder: Path
    """Where they are, with the goals of their own for a line, if any."""

    @property
    def number_words(self) -> frozenset[str]:
        """Words that are digits."""
        return frozenset((*self.digits, *self.zeros))

    def at(self, texts: Iterable[str]) -> "Bank":
        """The same callers where these texts are spoken of: their words, too, may be written for others."""
        return replace(self, misheard=replace(self.misheard, words=self.misheard.words | _words(texts)))

    def persona(self, rng: random.Random) -> Persona:
        """One of them."""
        return rng.choices(self.personas, weights=[each.weight for each in self.personas])[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class _PersonaShape:
    __pydantic_config__ = _STRICT
    weight: Annotated[float, Field(gt=0)] = 1.0
    fillers: _Share = 0.0
    polite: _Share = 0.0
    hearing: Annotated[str, Field(pattern=f"^({'|'.join(_HEARINGS)})$")] = "clean"
    habits: dict[Habit, _Share] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _BankShape:
    __pydantic_config__ = _STRICT
    digits: Annotated[list[str], Field(min_length=10, max_length=10)]
    zeros: Annotated[list[str], Field(min_length=1)]
    personas: dict[str, dict[str, object]]
    phrases: dict[str, list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _MisheardShape:
    __pydantic_config__ = _STRICT
    alike: dict[str, list[str]]
    weak: str
    put_in: str
    endings: str


def read_bank(callers: str, language: str) -> Bank:
    """Read the callers who speak a language.

    Args:
        callers: ``development``, ``judging``, or a folder of one's own.
        language: BCP 47: "en", "pt-BR".

    Raises:
        LineError: Their file has mistakes.
        FirstlineError: code ``"practice_callers"``: none speak it.
    """
    folder = _SHIPPED / callers if (_SHIPPED / callers).is_dir() else Path(callers).expanduser()
    file_name = f"{language.lower().replace('-', '_')}.yaml"
    checker = Checker()
    if not (folder / file_name).is_file():
        raise FirstlineError(
            "practice_callers",
            f"No callers in {folder} speak {language}: write a {file_name}, as docs/practice.md says.",
        )
    document = read_yaml((folder / file_name).read_text(encoding="utf-8"), file_name)
    checker.problems.extend(document.problems)
    shape = checker.shape(_BankShape, document, (), document.data)
    personas = []
    if shape is not None:
        for name, plain in shape.personas.items():
            one = checker.shape(_PersonaShape, document, ("personas", name), plain)
            if one is not None:
                personas.append(_persona(name, one))
        for missing in sorted(set(PHRASES) - {key for key, phrases in shape.phrases.items() if phrases}):
            checker.problem(document, ("phrases",), f"`{missing}` is missing")
        for key in shape.phrases:
            checker.known(document, ("phrases", key), "group of phrases", key, PHRASES)
    if checker.problems or shape is None or not personas:
        raise LineError(str(folder), checker.problems)
    return Bank(
        name=callers,
        personas=tuple(personas),
        phrases={key: tuple(texts) for key, texts in shape.phrases.items()},
        digits=tuple(shape.digits),
        zeros=tuple(shape.zeros),
        misheard=_misheard(file_name, shape.phrases),
        folder=folder,
    )


def _words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(word for text in texts for word in _WORD.findall(text.lower()))


def _persona(name: str, shape: _PersonaShape) -> Persona:
    return Persona(
        name=name,
        weight=shape.weight,
        fillers=shape.fillers,
        polite=shape.polite,
        hearing=_HEARINGS[shape.hearing],
        habits=shape.habits,
    )


def _misheard(file_name: str, phrases: Mapping[str, list[str]]) -> Misheard:
    """The mistakes of a language; where none are written down, words that are alike come out for each other."""
    path = _MISHEARD / file_name
    words = _words(text for texts in phrases.values() for text in texts)
    if not path.is_file():
        return Misheard(alike={}, weak=frozenset(), put_in=(), words=words, endings="")
    checker = Checker()
    document = read_yaml(path.read_text(encoding="utf-8"), path.name)
    shape = checker.shape(_MisheardShape, document, (), document.data)
    if shape is None:
        raise LineError(str(path), [*document.problems, *checker.problems])
    return Misheard(
        alike={word: tuple(others) for word, others in shape.alike.items()},
        weak=frozenset(shape.weak.split()),
        put_in=tuple(shape.put_in.split()),
        words=words,
        endings=shape.endings,
    )
